"""`make fuzz`: damaged deliveries at the door, each checked against a slow count of its own rows.

The same seed gives the same inputs. A fault is told by its number: `--only NUMBER` runs it alone.
"""

from __future__ import annotations

import argparse
import faulthandler
import multiprocessing
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from pipeline.contracts import Contract, read_contracts
from pipeline.ingest.delivered import Delivered, Refused, unpack
from pipeline.ingest.recognise import find_contracts
from pipeline.ingest.stage import Door, Staged, stage
from pipeline.register import Delivery
from pipeline.settings import PROJECT
from tests.fuzzing import corpus, oracle
from tests.fuzzing.corpus import CANARY
from tests.fuzzing.mutations import mutate_bytes, mutate_rows
from tests.ingest.door import AS_OF

KINDS = ("text",) * 15 + ("gzip", "zip", "workbook", "parquet", "geojson")
SOURCES = {"workbook": "sharp_object_admissions", "parquet": "recorded_crime", "geojson": "lad_boundaries"}
SUFFIXES = {"text": ".csv", "gzip": ".csv.gz", "zip": ".zip", "workbook": ".xlsx", "parquet": ".parquet",
            "geojson": ".geojson"}  # fmt: skip
BATCH = 250
LONGEST_SECONDS = 20.0


@dataclass(frozen=True)
class Input:
    """A damaged delivery: its bytes, and the contract whose door it stands at."""

    kind: str
    source_id: str
    name: str
    content: bytes
    is_sound: bool


def make_input(seed: int, number: int) -> Input:
    """The input of this number: sound one time in ten, else damaged once to five times."""
    choice = random.Random(f"{seed}/{number}")
    kind = choice.choice(KINDS)
    damage = choice.choice([0, 1, 1, 1, 1, 2, 2, 3, 4, 5])
    on_outside = sum(choice.random() < 0.5 for _ in range(damage))
    sample = choice.choice(corpus.TEXTS)
    name = f"{sample.name}{SUFFIXES[kind]}"
    if kind in ("text", "gzip", "zip"):
        rows = sample.rows
        for _ in range(damage - on_outside):
            rows = mutate_rows(rows, choice)
        content = corpus.render(rows, choice)
        if kind != "text" and choice.random() < 0.5:
            content = _damage(content, on_outside, choice)
            on_outside = 0
        if kind == "gzip":
            content = corpus.pack_gzip(content)
        if kind == "zip":
            content = corpus.pack_zip({f"{sample.name}.csv": content})
    elif kind == "workbook":
        parts = dict(corpus.workbook_parts())
        for _ in range(damage - on_outside):
            part = choice.choice([*parts, "xl/worksheets/sheet1.xml", "xl/worksheets/sheet1.xml"])
            parts[part] = mutate_bytes(parts[part], choice)
        content = corpus.pack_zip(parts)
    else:
        content = corpus.parquet() if kind == "parquet" else corpus.geojson()
        on_outside = damage
    content = _damage(content, on_outside, choice)
    return Input(kind, SOURCES.get(kind, sample.source_id), name, content, damage == 0)


def _damage(content: bytes, times: int, choice: random.Random) -> bytes:
    for _ in range(times):
        content = mutate_bytes(content, choice)
    return content


def look_for_faults(made: Input, contracts: dict[str, Contract], folder: Path) -> tuple[str, list[str]]:
    """What the door made of an input, and what is wrong with that: nothing, if the door is sound."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    file, contract = folder / made.name, contracts[made.source_id]
    file.write_bytes(made.content)
    started = time.perf_counter()
    try:
        parts = unpack(file) if made.kind == "zip" else [Delivered(file)]
        for part in parts:
            # No name fits: the header must be looked at.
            find_contracts(part, (replace(contract, files=()),))
    except Refused as refusal:
        return "refused", _told(str(refusal), None)
    faults = []
    status = "empty"
    for number, part in enumerate(parts):
        line = Delivery("", "", made.source_id, part.name, "", "accepted")
        staged = stage(part, contract, line, folder / str(number), Door(AS_OF))
        status = staged.line.status
        faults += _judge(made, part, contract, staged)
    seconds = time.perf_counter() - started
    if seconds > LONGEST_SECONDS:
        faults.append(f"took {seconds:.0f} seconds")
    if made.is_sound and status != "accepted":
        faults.append("a sound delivery was not accepted")
    return status, faults


def _told(message: str, header: list[str] | None) -> list[str]:
    in_header = any(CANARY.casefold() in title.casefold() for title in header or ())
    return ["a cell's value was told"] if CANARY.casefold() in message.casefold() and not in_header else []


def _judge(made: Input, part: Delivered, contract: Contract, staged: Staged) -> list[str]:
    line = staged.line
    content: bytes | None = made.content
    if made.kind in ("gzip", "zip"):
        content = oracle.unpack(made.content, made.kind, part.member)
    is_text = made.kind in ("text", "gzip", "zip") and content is not None
    truth = oracle.read_text(content, contract) if is_text and content else None
    faults = _told(f"{line.reason} {line.warnings} {staged.titles}", truth.header if truth else None)
    left = {file.name for file in staged.extract.parent.iterdir()}
    allowed = {staged.extract.name, staged.rejects.name} if line.status == "accepted" else set()
    if left - allowed:
        faults.append(f"left behind: {sorted(left - allowed)}")
    if line.status != "accepted":
        is_known = line.status in ("refused", "blocked") and line.reason
        return faults if is_known else [*faults, f"status {line.status!r}"]
    if content is None:
        return [*faults, "accepted what cannot be unpacked"]
    good = pq.read_table(staged.extract)
    kept = good.column("line").to_pylist()
    held = pq.read_table(staged.rejects).column("line").to_pylist() if staged.rejects.exists() else []
    if (len(kept), len(held), len(kept) + len(held)) != (line.accepted, line.rejected, line.rows_in):
        faults.append(
            f"the ledger says {line.rows_in}, {line.accepted}, {line.rejected}; files {len(kept)}, {len(held)}"
        )
    if len({*kept, *held}) < len(kept) + len(held):
        faults.append("a line came twice")
    if is_text:
        return faults + (_compare(truth, contract, good.to_pylist(), {*kept, *held}) if truth else
                         ["accepted what nobody can read for certain"])  # fmt: skip
    count = {"parquet": oracle.count_parquet, "geojson": oracle.count_geojson}.get(made.kind)
    expected = count(content) if count else None
    if expected is not None and expected != line.rows_in:
        faults.append(f"{line.rows_in} rows, {expected} were sent")
    return faults


def _compare(truth: oracle.Truth, contract: Contract, good: list[dict], lines: set[int]) -> list[str]:
    """Whether every row below the header was accounted for, under its line, and its words came out as they were."""
    faults = []
    if lines != set(truth.rows):
        faults.append(
            f"lines lost {sorted(set(truth.rows) - lines)}, made up {sorted(lines - set(truth.rows))}"
        )
    if not truth.is_quoted and len(lines) != truth.filled_lines:
        faults.append(f"{len(lines)} rows of {truth.filled_lines} lines")
    places = {contract.field_of(title): index for index, title in enumerate(truth.header)}
    for column in contract.columns:
        if column.data_type != "varchar" or column.values or column.is_free_text or column.name not in places:
            continue
        for row in good:
            cells = truth.rows.get(row["line"])
            word = cells[places[column.name]].strip() if cells else ""
            if (row[column.name] or "").strip() != word:
                faults.append(f"line {row['line']}: {column.name} was misread")
    return faults


def run(seed: int, numbers: range) -> tuple[Counter[str], list[str]]:
    """The statuses and the faults of some inputs."""
    contracts = _contracts()
    statuses: Counter[str] = Counter()
    faults: list[str] = []
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as scratch:
        for number in numbers:
            faulthandler.dump_traceback_later(60, exit=True)
            made = make_input(seed, number)
            try:
                status, found = look_for_faults(made, contracts, Path(scratch) / "input")
            except Exception as error:  # a crash of any kind is what is looked for
                status, found = "crashed", [_place_of(error)]
            statuses[f"{made.kind} {status}"] += 1
            faults += [f"{number} ({made.kind}, {made.source_id}): {fault}" for fault in found]
    faulthandler.cancel_dump_traceback_later()
    return statuses, faults


def _contracts() -> dict[str, Contract]:
    wanted = {*SOURCES.values(), *(sample.source_id for sample in corpus.TEXTS)}
    return {each.source_id: each for each in read_contracts(PROJECT) if each.source_id in wanted}


def _place_of(error: Exception) -> str:
    trace, ours = error.__traceback__, ""
    while trace:
        file = Path(trace.tb_frame.f_code.co_filename)
        if "pipeline" in file.parts:
            ours = f"{file.name}:{trace.tb_lineno}"
        trace = trace.tb_next
    return f"{type(error).__name__} at {ours}: {str(error)[:200]}"


def share_database() -> None:
    """Lets the door's connections be cursors of one database: to open a database takes longer than a small file.

    A file that breaks the database, as the door's own would be, is followed by a new one.
    """
    opened, shared = duckdb.connect, list[duckdb.DuckDBPyConnection]()

    def connect() -> duckdb.DuckDBPyConnection:
        try:
            shared[-1].cursor().execute("select 1").fetchall()
        except (IndexError, duckdb.FatalException):
            shared.append(opened())
            shared[-1].execute("set threads = 1").fetchall()
        return shared[-1].cursor()

    duckdb.connect = connect  # type: ignore[assignment]


def main() -> None:
    """Runs the inputs on both cores; exits with 1 where any showed a fault."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--count", type=int, default=100_000, help="how many inputs")
    parser.add_argument("--first", type=int, default=0, help="the number of the first")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", type=int, help="the number of one input, to run it alone")
    parser.add_argument("--workers", type=int, default=2)
    arguments = parser.parse_args()
    if arguments.only is not None:
        share_database()
        made = make_input(arguments.seed, arguments.only)
        sys.stdout.write(f"{made.kind}, {made.source_id}\n{made.content[:4_000]!r}\n")
        sys.stdout.write(f"{look_for_faults(made, _contracts(), Path(tempfile.mkdtemp()) / 'input')}\n")
        return
    started, statuses, faults = time.perf_counter(), Counter[str](), list[str]()
    end = arguments.first + arguments.count
    batches = [range(first, min(first + BATCH, end)) for first in range(arguments.first, end, BATCH)]
    # A database that is open does not survive a fork.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(arguments.workers, context, share_database) as pool:
        for number, (some, found) in enumerate(pool.map(run, [arguments.seed] * len(batches), batches), 1):
            statuses += some
            faults += found
            for fault in found:
                sys.stdout.write(f"{fault}\n")
            if number % 20 == 0 or found:
                sys.stdout.write(f"{number * BATCH:,} inputs, {time.perf_counter() - started:,.0f} s\n")
                sys.stdout.flush()
    for status, count in sorted(statuses.items()):
        sys.stdout.write(f"{count:>8,} {status}\n")
    sys.stdout.write(f"{len(faults):,} faults in {arguments.count:,} inputs, seed {arguments.seed}, "
                     f"{time.perf_counter() - started:,.0f} s\n")  # fmt: skip
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
