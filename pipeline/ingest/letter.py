"""A message to the supplier: what is wrong with a delivery and what we ask for, without a single value of it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.contracts import Contract
from pipeline.ingest.preview import Preview

SHOWN = 5
# What the door says to the analyst → what we write to the supplier; the first that fits a place counts.
PHRASES = tuple(
    (re.compile(theirs), ours)
    for theirs, ours in (
        (r"^it holds identifiers", "it holds identifiers of people"),
        (r"\. Nothing of it was kept: delete the file, and ask the supplier to send it without them", ""),
        (r"ask the supplier for it, or add its header to the contract",
         "please add it, or tell us under which title it stands"),
        (r"ask the\s+supplier for the columns of the contract alone", "please send those alone that we asked for"),
        (r": rename the sheet, or mend the contract", ": please rename the sheet, or tell us which one is meant"),
        (r": if the publisher mended the error, take the row out of corrections\.csv",
         ": please tell us whether you have mended the error"),
        (r" that no lookup knows", " that we do not know"),
        (r", or deliver that lookup", ""),
        (r"the supplier's manifest", "your manifest"),
        (r"[:;,] its address answered with an error page", ""),
        (r"fetch it again", "please send it again"),
        (r"unpack it, and deliver the files|unpack it first", "please send the files unpacked"),
        (r"ask the supplier to mend it and send", "please mend it and send"),
        (r"ask the\s+supplier whether its", "please tell us whether your"),
        (r"ask the\s+supplier to", "please"),
        (r"ask the\s+supplier for", "please send"),
        (r"ask the supplier (which|whether|what|how)", r"please tell us \1"),
        (r"ask (which|whether|what|how)", r"please tell us \1"),
        (r"ask for it again", "please send it again"),
        (r"ask for", "please send"),
        (r": (save|open)\b", r": please \1"),
    )
)  # fmt: skip
# The door's own troubles: the supplier can do nothing about them.
OURS = ("the file may not be read",)


def count_rows(count: int) -> str:
    """For example "1 row", "1,230 rows"."""
    return f"{count:,} row" + ("" if count == 1 else "s")


def write_letter(preview: Preview, contract: Contract) -> str:
    """A message ready to send, or an empty text where there is nothing to ask for."""
    line, points = preview.line, []
    if line.status in ("refused", "blocked"):
        points.append(to_supplier(line.reason, contract, preview.header))
    points += [to_supplier(each.sentence, contract, preview.header) for each in preview.objections]
    for rule, lines in preview.lines_by_rule.items():
        shown = ", ".join(f"{each:,}" for each in lines[:SHOWN])
        more = " and others" if line.rules.get(rule, 0) > SHOWN else ""
        where = f"({'line' if len(lines) == 1 else 'lines'} {shown}{more})"
        points.append(
            f"{_told_rule(rule, contract, preview.header)}: {count_rows(line.rules.get(rule, 0))} {where}"
        )
    told = "\n".join(f"- {point[:1].upper()}{point[1:]}." for point in points if point)
    if not told:
        return ""
    asked = (
        "We have kept nothing of the file. Please delete it wherever it was sent through, and send it again without "
        "these columns or cells."
        if line.status == "blocked"
        else "Please send the file again, mended, or tell us that it is right as it is."
    )
    taken = "We could not take it in. " if line.status != "accepted" or preview.objections else ""
    return (
        f"Subject: {line.file_name} ({contract.title})\n\n"
        f"Thank you for {line.file_name}. {taken}We found the following:\n\n{told}\n\n{asked}\n"
    )


def to_supplier(sentence: str, contract: Contract, header: Sequence[str]) -> str:
    """A sentence of the door as it is said to the supplier; empty where it is none of the supplier's business."""
    if sentence.startswith(OURS):
        return ""
    for pattern, ours in PHRASES:
        sentence = pattern.sub(ours, sentence)
    return _with_titles(sentence, contract, header)


def _told_rule(rule: str, contract: Contract, header: Sequence[str]) -> str:
    column, _, rest = rule.partition(" ")
    titles = _titles(contract, header)
    if column not in titles:
        return to_supplier(rule, contract, header)
    return f"“{titles[column]}”: {to_supplier(rest, contract, header)}"


def _titles(contract: Contract, header: Sequence[str]) -> dict[str, str]:
    """Our name of each column → the title that the supplier gave it; else the one that we ask for."""
    given = {contract.field_of(title): title.strip() for title in header}
    return {column.name: given.get(column.name) or column.headers[0] for column in contract.columns}


def _with_titles(sentence: str, contract: Contract, header: Sequence[str]) -> str:
    for name, title in _titles(contract, header).items():
        # A name of one word may be a word of the sentence.
        before = r"(?<!\w)" if "_" in name else r"(?<=dates of )|(?<=place in )|(?<=reason: )"
        # A title that the sentence quotes is the supplier's already.
        sentence = re.sub(rf"(?:{before}){re.escape(name)}(?![\w'])", f"“{title}”", sentence)
    return sentence
