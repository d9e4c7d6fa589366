"""Where published figures come from, in lines: SQL models, deliveries, corrections, protection and release."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import TYPE_CHECKING

from pipeline.cli.told_lines import SHOWN, Line

if TYPE_CHECKING:
    from pipeline.explanation.background import Row
    from pipeline.explanation.origin import Origin, SourcePolicy


def tell_origin(origin: Origin) -> Iterator[Line]:
    """A label and its text for each thing that the figures are made from, for what protects them, and the release."""
    for source_id, files in origin.models.items():
        names = [file.rsplit("/", maxsplit=1)[-1].removesuffix(".sql") for file in files]
        yield "SQL models", f"{source_id} → {' → '.join(names)}"
    yield from _files("Deliveries", origin.deliveries)
    if origin.population_deliveries:
        yield from _files("Residents", origin.population_deliveries)
    yield "", "Rows are rounded, or hidden ([c]), but for openly published files."
    for source_id, note in origin.source_notes.items():
        yield "Gaps", f"{source_id}: {note}"
    for row in origin.corrections:
        yield "Corrected", f"{row['source_id']}, {row['column_name']}: {row['reason']} ({row['source']})"
    if not origin.corrections:
        yield "Corrected", "nothing"
    for policy in origin.policies:
        yield "Small counts", f"{policy.source_id}: {_policy(policy)}"
    yield "Release", origin.release or "none: these figures are a draft"


def _files(label: str, rows: Iterable[Row]) -> Iterator[Line]:
    """The files of each source, the first of them if they are many."""
    from pipeline.report.numbers import SUPPRESSED, SYMBOLS, format_number

    listed = sorted(rows, key=lambda row: str(row["source_id"]))
    for source_id, group in groupby(listed, key=lambda row: str(row["source_id"])):
        files = list(group)
        for row in files[:SHOWN]:
            name = row["file_name"].rsplit("/", maxsplit=1)[-1]
            accepted, rejected = (
                SYMBOLS[SUPPRESSED] if row[column] is None else format_number(row[column])
                for column in ("accepted", "rejected")
            )
            yield label, f"{name}  {row['sha256'][:12]}…  {accepted} rows accepted, {rejected} held back"
            label = ""
        if len(files) > SHOWN:
            yield "", f"and {len(files) - SHOWN} more files of {source_id}: --json has them all"
    if not listed:
        yield label, "none"


def _policy(policy: SourcePolicy) -> str:
    from pipeline.definitions.policies import ROUND

    base = policy.rounding_base
    if not policy.threshold:
        what = "nothing is hidden by us"
    elif policy.method == ROUND:
        what = (
            f"all counts are shown as multiples of {base} that add up, each less than {base} away from its own; "
            "none is hidden"
        )
    else:
        rounded = f", the others rounded to {base}" if base else ""
        what = f"1 to {policy.threshold - 1} are hidden{rounded}"
    return f"{what} ({policy.policy_id}; {policy.authority})"
