"""What a run of the door saw: in words, as data, and as an exit code."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import typer

from pipeline.cli.exit_codes import IDENTIFIERS, REFUSED, WARNINGS

if TYPE_CHECKING:
    from pipeline.ingest.land import Ingested

SHOWN_HELD, SHOWN_WARNINGS = 5, 12
# What many a sound layout brings: told last, and no reason to look again.
HABITUAL = (
    "columns not read",
    "optional columns not sent",
    "the text carries a UTF-8 mark",
    "text was in",
    "read from the sheet",
    "it takes the place of",
    "accepted although",
)


def as_data(seen: Ingested) -> dict[str, object]:
    return {
        "deliveries": len(seen.deliveries),
        "new": len(seen.new),
        "accepted_rows": sum(line.accepted for line in seen.accepted),
        "quarantined_rows": seen.rejected_rows,
        "refused": [{"file": line.file_name, "reason": line.reason} for line in seen.refused],
        "waiting": [line.file_name for line in seen.waiting],
        "set_aside": [
            {"file": line.file_name, "reason": line.reason}
            for line in seen.deliveries
            if line.status == "set_aside"
        ],
        "warnings": {line.file_name: list(line.warnings) for line in seen.deliveries if line.warnings},
        "notes": list(seen.notes),
    }


def tell(seen: Ingested) -> None:
    aside = [line for line in seen.deliveries if line.status == "set_aside"]
    rows = sum(line.rows_in for line in seen.accepted)
    new = f"{len([line for line in seen.new if line.status == 'accepted'])} new" if seen.new else "none new"
    typer.echo(f"{len(seen.accepted)} deliveries read ({new}), {rows:,} rows: {rows - seen.rejected_rows:,} accepted, "
               f"{seen.rejected_rows:,} held back; {len(aside)} files set aside")  # fmt: skip
    for line in seen.refused:
        typer.echo(f"Refused: {line.file_name}: {line.reason}", err=True)
    for line in seen.waiting:
        typer.echo(f"Waiting: {line.file_name}: {line.reason}", err=True)
    for line in seen.new:
        if line.changes:
            typer.echo(
                f"Revised: {line.file_name}: {line.changes['rows_added']:,} rows added, "
                f"{line.changes['rows_removed']:,} removed, {line.changes['rows_altered']:,} altered; "
                f"{line.changes['rows_before']:,} before, {line.changes['rows_after']:,} after",
                err=True,
            )
    for note in [*_gather_warnings(seen), *seen.notes]:
        typer.echo(f"Note: {note}", err=True)
    held = [line for line in seen.accepted if line.rejected]
    for line in held[:SHOWN_HELD]:
        typer.echo(f"Held back: {line.rejected:,} of {line.rows_in:,} rows of {line.file_name}", err=True)
    if len(held) > SHOWN_HELD:
        typer.echo(
            f"Held back: rows of {len(held) - SHOWN_HELD} more files; `sna quarantine list` says why",
            err=True,
        )


def _gather_warnings(seen: Ingested) -> list[str]:
    """The warnings of this run's new deliveries, each said once for all files of a source that it was given to."""
    files: dict[tuple[str, str], list[str]] = defaultdict(list)
    for line in seen.new:
        for warning in line.warnings:
            files[line.source_id, warning].append(line.file_name)
    told = sorted(files.items(), key=lambda each: (each[0][1].startswith(HABITUAL), -len(each[1])))
    words = [
        f"{names[0] if len(names) == 1 else f'{len(names)} files of {source}'}: {warning}"
        for (source, warning), names in told
    ]
    more = len(words) - SHOWN_WARNINGS
    return words[:SHOWN_WARNINGS] + ([f"{more} more: `sna ingest --json` shows them all"] if more > 0 else [])


def tell_known(seen: Ingested) -> None:
    for line in seen.deliveries:
        if line.status == "accepted" and line not in seen.new:
            typer.echo(
                f"Already taken in on {line.recorded_on} as {line.file_name} ({line.source_id}): nothing to do"
            )
        elif line.status == "set_aside":
            typer.echo(f"Set aside: {line.file_name}: {line.reason}")


def exit_with(seen: Ingested, named: bool = False) -> None:
    """Ends the command with the code for what was seen; `named` where its files stood on the command line."""
    if seen.blocked:
        raise typer.Exit(IDENTIFIERS)
    if seen.refused_required or (named and seen.refused):
        raise typer.Exit(REFUSED)
    has_warnings = any(not each.startswith(HABITUAL) for line in seen.new for each in line.warnings)
    if seen.refused or seen.waiting or seen.rejected_rows or seen.notes or has_warnings:
        raise typer.Exit(WARNINGS)
