"""What would become of a file at the door, without landing anything."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from pipeline.contracts import Contract
from pipeline.ingest.delivered import Delivered, printable
from pipeline.ingest.land import against_history, open_door
from pipeline.ingest.places import known_lsoas
from pipeline.ingest.stage import Progress, stage
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
        line = staged.line
        if line.status == "accepted":
            current = current_deliveries(read_ledger(settings.register), assessment)
            line, objections = against_history(settings, delivered, contract, staged, current)
        lines = _lines_by_rule(staged.rejects) if line.status == "accepted" else {}
    return Preview(line, lines, tuple(objections), staged.titles)


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
