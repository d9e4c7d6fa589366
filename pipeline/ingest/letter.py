"""A message to the supplier: what was wrong with a delivery, without a single value of it."""

from __future__ import annotations

from pipeline.contracts import Contract
from pipeline.ingest.preview import Preview

SHOWN = 5


def count_rows(count: int) -> str:
    """For example "1 row", "1,230 rows"."""
    return f"{count:,} row" + ("" if count == 1 else "s")


def write_letter(preview: Preview, contract: Contract) -> str:
    """A message ready to send, or an empty text where there is nothing to ask for."""
    line, points = preview.line, []
    if line.status in ("refused", "blocked"):
        points.append(f"We could not take it in: {line.reason}.")
    points += [f"Please look at this: {objection.sentence}." for objection in preview.objections]
    for rule, lines in preview.lines_by_rule.items():
        shown = ", ".join(f"{each:,}" for each in lines[:SHOWN])
        more = " and others" if line.rules.get(rule, 0) > SHOWN else ""
        points.append(
            f"{count_rows(line.rules.get(rule, 0))}: {rule} ({'line' if len(lines) == 1 else 'lines'} {shown}{more})."
        )
    if not points:
        return ""
    told = "\n".join(f"- {point}" for point in points)
    deletion = (
        "\n\nWe have kept nothing of the file. Please delete it wherever it was sent through, and send it again "
        "without these columns or cells."
        if line.status == "blocked"
        else "\n\nPlease send the file again, mended, or tell us that it is right as it is."
    )
    return (
        f"Subject: {line.file_name} ({contract.title})\n\n"
        f"Thank you for {line.file_name}. We found the following:\n\n{told}{deletion}\n"
    )
