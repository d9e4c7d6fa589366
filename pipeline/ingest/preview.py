"""What would become of a file at the door, without landing anything."""

from __future__ import annotations

import tempfile
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from pipeline.contracts import Contract
from pipeline.ingest.batch import Objection
from pipeline.ingest.candidates import find_aside
from pipeline.ingest.delivered import Delivered, Refused
from pipeline.ingest.header import suggest_columns
from pipeline.ingest.history import against_history, settle
from pipeline.ingest.kept import extract_of
from pipeline.ingest.land import open_door
from pipeline.ingest.manifest import Manifests
from pipeline.ingest.places import known_lsoas
from pipeline.ingest.stage import Progress, Staged, stage
from pipeline.ingest.text import peek_rows
from pipeline.names import printable
from pipeline.register import Delivery, current_deliveries, read_decisions, read_ledger
from pipeline.settings import Settings

SHOWN_LINES = 1_000


@dataclass(frozen=True)
class Preview:
    """A ledger line that was not written, the rejects by rule with their first lines, and what is worth a look.

    `objections` are the rules over the whole delivery that it breaks, `titles` the headers that the contract does
    not know, each with the column it may be.
    """

    line: Delivery
    lines_by_rule: dict[str, tuple[int, ...]] = field(default_factory=dict)
    objections: tuple[Objection, ...] = ()
    titles: tuple[tuple[str, str], ...] = ()
    # The delivery that has the same bytes and was taken in, if there is one.
    taken_in: Delivery | None = None
    # The titles of the file, as the supplier wrote them.
    header: tuple[str, ...] = ()
    # The status and the reason, where the assessment would not read the file at all.
    aside: tuple[str, str] | None = None

    @property
    def status(self) -> str:
        """What the ledger would say of it."""
        if self.aside:
            return self.aside[0]
        return "refused" if self.objections else self.line.status


def preview_file(
    settings: Settings,
    contracts: tuple[Contract, ...],
    delivered: Delivered,
    contract: Contract,
    as_of: date,
    progress: Progress = lambda size: None,
) -> Preview:
    """Reads a file as the door would, beside what was delivered before, and keeps nothing."""
    name = printable(delivered.name)
    line = Delivery(settings.assessment.name, "", contract.source_id, name, "", "accepted")
    try:
        line = replace(line, sha256=delivered.digest())
    except Refused as refusal:
        return Preview(replace(line, status="refused", reason=str(refusal)))
    current = current_deliveries(read_ledger(settings.register), settings.assessment.name)
    same = [each for each in current if (each.source_id, each.sha256) == (line.source_id, line.sha256)]
    taken_in = same[0] if same else None
    # It is no revision of itself.
    line = replace(line, delivery_id=taken_in.delivery_id if taken_in else "")
    with (
        tempfile.TemporaryDirectory(prefix="sna-") as scratch,
        closing(open_door(settings, contracts, as_of)) as door,
    ):
        knowing = replace(door, known_lsoas=known_lsoas(settings, contracts))
        staged = stage(delivered, contract, line, Path(scratch), knowing, progress)
        line = staged.line
        objections: tuple[Objection, ...] = ()
        if line.status == "accepted":
            line, objections = _beside_history(settings, delivered, contract, staged, current, as_of)
        lines = _lines_by_rule(staged.rejects) if line.status == "accepted" else {}
    titles, header = staged.titles, staged.header
    if line.status == "refused" and contract.format == "csv":
        # A header that was refused may name the columns in other words.
        header = tuple(next(iter(peek_rows(delivered)), []))
        titles = suggest_columns(header, contract)
    aside = find_aside(settings, delivered.path, is_named=True)
    return Preview(line, lines, objections, titles, taken_in, header, aside)


def _beside_history(
    settings: Settings,
    delivered: Delivered,
    contract: Contract,
    staged: Staged,
    current: tuple[Delivery, ...],
    as_of: date,
) -> tuple[Delivery, tuple[Objection, ...]]:
    """What the door would say of a staged delivery; earlier ones whose extract is gone are only named."""
    there = [each for each in current if extract_of(settings, each).exists()]
    manifests = Manifests(settings.deliveries)
    line, found = against_history(settings, manifests, delivered, contract, staged, there, as_of)
    gone = sum(each.source_id == line.source_id for each in current) - sum(
        each.source_id == line.source_id for each in there
    )
    if gone:
        note = f"{gone} earlier deliveries must be read again before it can be compared with them: run `sna ingest`"
        line = replace(line, warnings=(*line.warnings, note))
    return settle(line, found, read_decisions(settings.register))


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
