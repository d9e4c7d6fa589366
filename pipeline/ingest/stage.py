"""One delivery → its typed rows and its rejects, written aside, and its line for the ledger; nothing is decided yet
that needs to know other deliveries."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from pipeline.contracts import Contract
from pipeline.ingest.cells import Block, Reading
from pipeline.ingest.contents import count_crowds, read_periods
from pipeline.ingest.corrections import Correction
from pipeline.ingest.delivered import Delivered, Refused
from pipeline.ingest.header import suggest_columns, unread_titles
from pipeline.ingest.identifiers import (
    LINES,
    Finding,
    Observation,
    hold_identifier,
    judge,
    observe,
    observe_lines,
)
from pipeline.ingest.keys import CODEC, COPY, judge_repeated, repeated_positions, without_lines
from pipeline.ingest.read import read_delivery
from pipeline.ingest.recognise import find_vintage
from pipeline.ingest.typed import (
    FOOTER,
    FREE_TEXT,
    Judge,
    TypedBlock,
    Typing,
    extract_schema,
    original_rows,
    prepare,
    rejects_schema,
    type_block,
)
from pipeline.register import Delivery

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

# DuckDB and Arrow leave Python free while they work: two blocks at a time, each on one core.
WORKERS = 2
NO_ROWS = "the file has a header and no rows"
SHOWN_COLUMNS = 8
Progress = Callable[[int], None]


@dataclass(frozen=True)
class Door:
    """What every delivery of a run is judged by."""

    as_of: date
    corrections: tuple[Correction, ...] = ()
    known_lsoas: frozenset[str] = frozenset()
    # sha256 of a delivery → the rules of quarantine that somebody let it pass.
    waived: dict[str, frozenset[str]] = field(default_factory=dict)
    # What is known of a kind of delivery serves all of its kind: many small files cost no more than one.
    judges: dict[tuple[str, frozenset[str], date], Judge] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)

    def judge_of(self, typing: Typing) -> Judge:
        """The judge of a contract's cells under the rules that were waived, and by the day."""
        kind = (typing.contract.source_id, typing.waived, typing.as_of)
        with self.lock:
            if kind not in self.judges:
                self.judges[kind] = prepare(typing)
            return self.judges[kind]

    def close(self) -> None:
        """Closes the databases of its judges: at the end of a run."""
        with self.lock:
            for each in self.judges.values():
                each.connection.close()
            self.judges.clear()


@dataclass(frozen=True)
class Staged:
    """A delivery that was read: its line, and where its rows and rejects lie until they are taken in.

    `titles` are headers that the contract does not know, each with the column it may be; `header` all of them.
    """

    line: Delivery
    extract: Path
    rejects: Path
    titles: tuple[tuple[str, str], ...] = ()
    header: tuple[str, ...] = ()


class Blocked(Exception):
    """Identifiers were found: nothing of the file may be kept."""


def stage(
    delivered: Delivered,
    contract: Contract,
    line: Delivery,
    folder: Path,
    door: Door,
    progress: Progress = lambda size: None,
) -> Staged:
    """Reads, types and judges one delivery on its own; its line says accepted, refused or blocked."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    staged = Staged(line, folder / "extract.parquet", folder / "rejects.parquet")
    try:
        done = _stage(delivered, contract, staged, folder, door, progress)
        _empty(folder, {staged.extract, staged.rejects})
        return done
    except Refused as refusal:
        _empty(folder)
        return replace(staged, line=replace(line, status="refused", reason=str(refusal)))
    except Blocked as block:
        _empty(folder)
        return replace(staged, line=replace(line, status="blocked", reason=str(block)))
    except PermissionError:
        _empty(folder)
        reason = "the file may not be read: it is open in another program, or its rights forbid it; close it, or ask"
        return replace(staged, line=replace(line, status="refused", reason=f"{reason} for them"))


def _empty(folder: Path, kept: Iterable[Path] = ()) -> None:
    """Leaves no copy of a delivery's rows but those to be kept."""
    for file in folder.iterdir():
        if file not in kept:
            file.unlink()


def _stage(
    delivered: Delivered, contract: Contract, staged: Staged, folder: Path, door: Door, progress: Progress
) -> Staged:
    reading = read_delivery(delivered, contract, folder)
    corrections = tuple(each for each in door.corrections if each.source_id == contract.source_id)
    typing = Typing(
        contract,
        reading.header,
        staged.line.delivery_id,
        door.as_of,
        corrections,
        door.waived.get(staged.line.sha256, frozenset()),
        door.known_lsoas,
        hold_identifier,
    )
    cells_judge = door.judge_of(typing)
    total = _write(cells_judge, reading, typing, staged, progress)
    if len(total.observations) > 1:
        _check_identifiers(typing, total.observations)
    _check_dates(total.strokes)
    for number, count in total.outdated.items():
        if count:
            each = corrections[number]
            raise Refused(
                f"{count:,} rows no longer say {each.expected!r} in {each.column_name}, which we correct because "
                f"{each.reason}: if the publisher mended the error, take the row out of corrections.csv"
            )
    repeated = _hold_repeated(delivered, typing, staged, total, folder)
    rules = total.rules + repeated
    accepted = total.accepted - sum(repeated.values())
    rejected = sum(rules.values())
    if not staged.extract.exists():
        _write_empty(staged.extract, contract)
    if accepted + rejected == 0 and not contract.allows_empty:
        raise Refused(f"{NO_ROWS}: ask the supplier to send it again")
    if rejected and not accepted:
        raise Refused(
            f"not one of its {rejected:,} rows can be used; the commonest reason: "
            f"{min(rules, key=lambda rule: (-rules[rule], rule))}"
        )
    vintage = find_vintage(contract, typing.cells)
    connection = cells_judge.connection.cursor()
    line = replace(
        staged.line,
        rows_in=total.rows,
        accepted=accepted,
        rejected=rejected,
        rules=dict(sorted(rules.items())),
        vintage=vintage.label if vintage else "",
        warnings=(*reading.notes, *_warnings(typing, total, rules)),
        crowds=count_crowds(connection, staged.extract, contract, typing.cells),
        unknown_words={name: count for name, count in sorted(total.unknown_words.items()) if count},
        **read_periods(connection, staged.extract, contract),
    )
    assert line.rows_in == line.accepted + line.rejected, f"{line.file_name}: rows were lost"
    return replace(staged, line=line, titles=suggest_columns(reading.header, contract), header=reading.header)


@dataclass
class _Total:
    """What the blocks of a delivery add up to."""

    rows: int = 0
    accepted: int = 0
    rules: Counter[str] = field(default_factory=Counter)
    keys: list[np.ndarray] = field(default_factory=list)
    observations: list[Observation] = field(default_factory=list)
    strokes: dict[str, Counter[str]] = field(default_factory=dict)
    unanswered: Counter[str] = field(default_factory=Counter)
    unknown_words: Counter[str] = field(default_factory=Counter)
    outdated: Counter[int] = field(default_factory=Counter)
    mended: Counter[int] = field(default_factory=Counter)


def _write(
    cells_judge: Judge, reading: Reading, typing: Typing, staged: Staged, progress: Progress
) -> _Total:
    """Types every block and writes it aside, in the order of the file."""
    total = _Total()

    def work(make: Callable[[], Block]) -> tuple[Block, Observation, TypedBlock]:
        block = make()
        seen = observe(typing.header, block.cells, typing.contract)
        typed = type_block(cells_judge, typing, block)
        return block, observe_lines(seen, typed.lines), typed

    with (
        _TableWriter(staged.extract) as extract,
        _TableWriter(staged.rejects) as rejects,
        closing(_in_order(reading.blocks, work)) as done,
    ):
        for block, seen, typed in done:
            if not total.observations:
                # Nothing is written yet: what holds identifiers mostly shows them at once.
                _check_identifiers(typing, [seen])
            extract.write(typed.rows)
            rejects.write(typed.rejects)
            total.rows += block.cells.num_rows + len(block.broken)
            total.accepted += typed.rows.num_rows
            total.rules.update(_count_rules(typed.rejects))
            total.keys.append(typed.keys)
            total.observations.append(seen)
            total.unanswered.update(typed.unanswered)
            total.unknown_words.update(typed.unknown_words)
            total.outdated.update(typed.outdated)
            total.mended.update(typed.mended)
            for column, counts in typed.strokes.items():
                total.strokes.setdefault(column, Counter()).update(
                    dict(zip(("all", "month_above_12", "day_above_12"), counts, strict=True))
                )
            progress(block.size)
    return total


def _count_rules(rejects: pa.Table) -> dict[str, int]:
    """How many rows each rule holds back."""
    counted = rejects.group_by(["column_name", "rule"]).aggregate([([], "count_all")]).to_pylist()
    return {rule_of(row["column_name"], row["rule"]): row["count_all"] for row in counted}


def rule_of(column_name: str, rule: str) -> str:
    """A rule as the ledger counts it: with the column that it speaks of."""
    return f"{column_name} {rule}".strip()


def _in_order(
    blocks: Iterator[Callable[[], Block]],
    work: Callable[[Callable[[], Block]], tuple[Block, Observation, TypedBlock]],
) -> Generator[tuple[Block, Observation, TypedBlock]]:
    """The work on each block, two at a time, in the order of the blocks; never more than four in memory."""
    waiting: deque[Future[tuple[Block, Observation, TypedBlock]]] = deque()
    with ThreadPoolExecutor(WORKERS) as pool:
        for make in blocks:
            waiting.append(pool.submit(work, make))
            if len(waiting) > WORKERS + 1:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


class _TableWriter:
    """Writes rows as they come; leaves no file where there are none.

    Words that repeat are written as a dictionary: which columns have such words, the first rows say.
    """

    def __init__(self, file: Path) -> None:
        self.file = file
        self.writer: pq.ParquetWriter | None = None

    def __enter__(self) -> _TableWriter:
        return self

    def write(self, rows: pa.Table) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        if not rows.num_rows:
            return
        if self.writer is None:
            words = [field.name for field in rows.schema if pa.types.is_dictionary(field.type)]
            self.writer = pq.ParquetWriter(
                self.file,
                rows.schema,
                compression=CODEC,
                use_dictionary=words,
                store_schema=False,
            )
        self.writer.write_table(rows.cast(self.writer.schema))

    def __exit__(self, *_: object) -> None:
        if self.writer:
            self.writer.close()


def _hold_repeated(
    delivered: Delivered, typing: Typing, staged: Staged, total: _Total, folder: Path
) -> Counter[str]:
    """Moves rows that share an identifier from the extract to the rejects; how many, by rule."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

    key = typing.contract.key
    if key is None or not total.accepted:
        return Counter()
    positions = repeated_positions(np.concatenate(total.keys))
    total.keys.clear()
    judged = judge_repeated(staged.extract, typing.contract, positions)
    found = {line: rule for line, rule in judged.items() if rule_of(key.name, rule) not in typing.waived}
    if not found:
        return Counter()
    without_lines(staged.extract, set(found))
    before = pq.read_table(staged.rejects) if staged.rejects.exists() else rejects_schema().empty_table()
    repeated = original_rows(read_delivery(delivered, typing.contract, folder), typing, key.name, found)
    pq.write_table(pa.concat_tables([before, repeated]).sort_by("line"), staged.rejects, compression=CODEC)
    return Counter(rule_of(key.name, rule) for rule in found.values())


def _check_identifiers(typing: Typing, observations: list[Observation]) -> None:
    findings = judge(typing.header, observations, typing.contract)
    if findings:
        raise Blocked(_explain_findings(findings))


def _write_empty(extract: Path, contract: Contract) -> None:
    import pyarrow.parquet as pq

    pq.write_table(extract_schema(contract).empty_table(), extract, compression=CODEC)


def _check_dates(strokes: dict[str, Counter[str]]) -> None:
    for column, counts in strokes.items():
        if counts["month_above_12"]:
            raise Refused(
                f"{counts['month_above_12']:,} dates of {column} have the month first (mm/dd/yyyy), as American "
                "programs write them: ask for dates as yyyy-mm-dd"
            )


def _warnings(typing: Typing, total: _Total, rules: Counter[str]) -> list[str]:
    warnings = [] if total.rows else [NO_ROWS]
    contract = typing.contract
    absent = [column.headers[0] for column in contract.columns if column.name not in typing.cells]
    if absent:
        more = f" and {len(absent) - SHOWN_COLUMNS} more" if len(absent) > SHOWN_COLUMNS else ""
        warnings.append(f"optional columns not sent: {', '.join(absent[:SHOWN_COLUMNS])}{more}")
    unread = unread_titles(typing.header, contract)
    if unread:
        warnings.append(f"columns not read: {', '.join(unread)}")
    warnings += [
        f"{count:,} row{'' if count == 1 else 's'} of {typing.corrections[number].column_name} corrected: "
        f"{typing.corrections[number].reason}"
        for number, count in sorted(total.mended.items())
        if count
    ]
    kinds = {column.name: column.data_type for column in contract.columns}
    if rules[FOOTER]:
        warnings.append(f"{rules[FOOTER]:,} footer or total rows were held back")
    if copies := sum(count for rule, count in rules.items() if rule.endswith(COPY)):
        warnings.append(f"{copies:,} exact copies of an earlier row were held back")
    if texts := sum(count for rule, count in rules.items() if rule.endswith(FREE_TEXT)):
        warnings.append(f"{texts:,} free texts held an identifier and were not kept")
    warnings += [
        f"{count:,} values of {name} are neither yes nor no: kept as not known"
        if kinds[name] == "boolean"
        else f"{count:,} words of {name} are not ones that the contract allows: kept as not known"
        for name, count in total.unanswered.items()
        if count
    ]
    for column, counts in total.strokes.items():
        # In any two months some day lies after the twelfth: where none does, months may have been read as days.
        if counts["all"] >= 50 and not counts["day_above_12"]:
            warnings.append(
                f"no date of {column} lies after the 12th of a month: day and month may have changed places"
            )
    return warnings


def _explain_findings(findings: tuple[Finding, ...]) -> str:
    told = "; ".join(
        f"{finding.cell_count:,} {LINES}"
        if finding.header == LINES
        else f"{finding.header}: {finding.kind} in {finding.cell_count:,} cells"
        for finding in findings
    )
    return (
        f"it holds identifiers ({told}). Nothing of it was kept: delete the file, and ask the supplier to send it "
        "without them"
    )
