"""What would become of a file at the door, without landing anything."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from pipeline.contracts import Contract
from pipeline.ingest.delivered import Delivered, printable
from pipeline.ingest.header import suggest_columns
from pipeline.ingest.land import against_history, open_door
from pipeline.ingest.places import known_lsoas
from pipeline.ingest.stage import Progress, stage
from pipeline.ingest.text import peek_rows
from pipeline.register import Delivery, current_deliveries, read_ledger
from pipeline.settings import Settings

SHOWN_LINES = 1_000


@dataclass(frozen=True)
class Preview:
    """A ledger line that was not written, the rejects by rule with their first lines, and what is worth a look.

    `objections` are rules over the whole delivery that it breaks, each with its sentence; `titles` the headers
    that the contract does not know, each with the column it may be.
    """

    line: Delivery
    lines_by_rule: dict[str, tuple[int, ...]]
    objections: tuple[tuple[str, str], ...]
    titles: tuple[tuple[str, str], ...]
    # The delivery that has the same bytes and was taken in, if there is one.
    taken_in: Delivery | None = None
    # The titles of the file, as the supplier wrote them.
    header: tuple[str, ...] = ()


def preview_file(
    settings: Settings,
    contracts: tuple[Contract, ...],
    delivered: Delivered,
    contract: Contract,
    as_of: date,
    progress: Progress = lambda size: None,
) -> Preview:
    """Reads a file as the door would, beside what was delivered before, and keeps nothing."""
    assessment = settings.assessment.name
    line = Delivery(
        assessment, "", contract.source_id, printable(delivered.name), delivered.digest(), "accepted"
    )
    with tempfile.TemporaryDirectory(prefix="sna-") as scratch:
        door = open_door(settings, contracts, as_of)
        door = replace(door, known_lsoas=known_lsoas(settings, contracts))
        staged = stage(delivered, contract, line, Path(scratch), door, progress)
        objections: list[tuple[str, str]] = []
        current = current_deliveries(read_ledger(settings.register), assessment)
        same = [each for each in current if (each.source_id, each.sha256) == (line.source_id, line.sha256)]
        taken_in = same[0] if same else None
        # It is no revision of itself.
        staged = replace(
            staged, line=replace(staged.line, delivery_id=taken_in.delivery_id if taken_in else "")
        )
        line = staged.line
        if line.status == "accepted":
            line, objections = against_history(settings, delivered, contract, staged, current)
        lines = _lines_by_rule(staged.rejects) if line.status == "accepted" else {}
    titles, header = staged.titles, staged.header
    if line.status == "refused" and contract.format == "csv":
        # A header that was refused may name the columns in other words.
        header = tuple(next(iter(peek_rows(delivered)), []))
        titles = suggest_columns(header, contract)
    return Preview(line, lines, tuple(objections), titles, taken_in, header)


def _lines_by_rule(rejects: Path) -> dict[str, tuple[int, ...]]:
    """The first lines of each rule, the commonest rule first."""
    import duckdb

    if not rejects.exists():
        return {}
    with duckdb.connect() as connection:
        rows = connection.execute(
            """select trim(column_name || ' ' || rule), list(line order by line)[1:?]
               from read_parquet(?) group by 1 order by count(*) desc, 1""",
            [SHOWN_LINES, str(rejects)],
        ).fetchall()
    return {rule: tuple(lines) for rule, lines in rows}
