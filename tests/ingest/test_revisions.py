"""What a delivery is to those before it: apart, a revision that takes their place, or an overlap."""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.ingest.revisions import compare
from pipeline.register import Delivery, read_ledger
from pipeline.settings import ConfigurationError, Settings
from tests.ingest.door import deliver, open_door
from tests.ingest.histories import COUNTS, RECORDS, Row, counted, current, rows, take_all, unnamed, write_file

TEN, TWENTY = range(10), range(20)
JANUARY, FEBRUARY = "2024-01", "2024-02"


@pytest.fixture
def workspace(tmp_path: Path) -> Settings:
    return open_door(tmp_path)


@dataclass(frozen=True)
class Case:
    """Two deliveries one after the other, and what then stands: the files, and how many rows count."""

    first: tuple[str, list[Row]]
    second: tuple[str, list[Row]]
    stands: tuple[str, ...]
    row_count: int


RELATIONS = {
    "same name, same month": Case(
        ("records.csv", rows(JANUARY, *TEN)), ("records.csv", rows(JANUARY, 1, 2)), ("records.csv",), 2
    ),
    "other name, same keys": Case(
        ("records_1.csv", rows(JANUARY, *TEN)), ("records_2.csv", rows(JANUARY, *TEN, amount=2)),
        ("records_2.csv",), 10,
    ),
    "parts with keys of their own": Case(
        ("records_1.csv", rows(JANUARY, *TEN)), ("records_2.csv", rows(JANUARY, *range(10, 20))),
        ("records_1.csv", "records_2.csv"), 20,
    ),
    "year to date, growing": Case(
        ("records_1.csv", rows(JANUARY, *TEN)), ("records_2.csv", rows(JANUARY, *TEN) + rows(FEBRUARY, 90)),
        ("records_2.csv",), 11,
    ),
    "less than half of the keys again": Case(
        ("records_1.csv", rows(JANUARY, *TEN)), ("records_2.csv", rows(JANUARY, *range(6, 20))),
        ("records_1.csv", "records_2.csv"), 24,
    ),
    "half of the keys again": Case(
        ("records_1.csv", rows(JANUARY, *TEN)), ("records_2.csv", rows(JANUARY, *range(5, 20))),
        ("records_1.csv", "records_2.csv"), 25,
    ),
    "the second half of a month": Case(
        ("records_1.csv", rows(JANUARY, *range(28))), ("records_2.csv", rows(JANUARY, *range(14, 28))),
        ("records_1.csv", "records_2.csv"), 42,
    ),
    "two parts of a month that share ten days": Case(
        ("records_1.csv", rows(JANUARY, *range(18))), ("records_2.csv", rows(JANUARY, *range(8, 28))),
        ("records_1.csv", "records_2.csv"), 38,
    ),
    "a month again, without its first record": Case(
        ("records_1.csv", rows(JANUARY, *range(5))), ("records_2.csv", rows(JANUARY, *range(1, 5))),
        ("records_2.csv",), 4,
    ),
    "two parts of a month, identifiers not sent": Case(
        ("records_1.csv", unnamed(rows(JANUARY, *range(18)))),
        ("records_2.csv", unnamed(rows(JANUARY, *range(8, 28)))), ("records_1.csv",), 18,
    ),
    "two halves of a month, most with identifiers": Case(
        ("records_1.csv", rows(JANUARY, *range(10)) + unnamed(rows(JANUARY, *range(4)))),
        ("records_2.csv", rows(JANUARY, *range(10, 20)) + unnamed(rows(JANUARY, *range(4)))),
        ("records_1.csv", "records_2.csv"), 28,
    ),
    "two parts of a month that share some, most with identifiers": Case(
        ("records_1.csv", rows(JANUARY, *range(18)) + unnamed(rows(JANUARY, *range(4)))),
        ("records_2.csv", rows(JANUARY, *range(8, 28)) + unnamed(rows(JANUARY, *range(8, 12)))),
        ("records_1.csv",), 22,
    ),
    "one month of two, with keys": Case(
        ("records_1.csv", rows(JANUARY, *TEN) + rows(FEBRUARY, 91)), ("records_2.csv", rows(JANUARY, *TEN)),
        ("records_1.csv", "records_2.csv"), 21,
    ),
    "a rolling file: the next month under the same name": Case(
        ("records.csv", rows(JANUARY, *TEN)), ("records.csv", rows(FEBRUARY, *range(20, 30))),
        ("records.csv", "records.csv"), 20,
    ),
    "another force": Case(
        ("counts_1.csv", rows(JANUARY, *TEN)), ("counts_2.csv", rows(JANUARY, *TEN, force="B")),
        ("counts_1.csv", "counts_2.csv"), 20,
    ),
    "another force under the same name": Case(
        ("counts.csv", rows(JANUARY, *TEN)), ("counts.csv", rows(JANUARY, *TEN, force="B")),
        ("counts.csv", "counts.csv"), 20,
    ),
    "both forces after one": Case(
        ("counts_1.csv", rows(JANUARY, *TEN)),
        ("counts_2.csv", rows(JANUARY, *TEN) + rows(JANUARY, *TEN, force="B")), ("counts_2.csv",), 20,
    ),
    "other name, same month, no keys": Case(
        ("counts_1.csv", rows(JANUARY, *TEN)), ("counts_2.csv", rows(JANUARY, *TEN, amount=2)),
        ("counts_2.csv",), 10,
    ),
    "half of the month again, no keys": Case(
        ("counts_1.csv", rows(JANUARY, *TEN)), ("counts_2.csv", rows(JANUARY, *range(5), amount=2)),
        ("counts_1.csv",), 10,
    ),
    "stragglers of an earlier month, no keys": Case(
        ("counts_1.csv", rows(JANUARY, *TWENTY)), ("counts_2.csv", rows(FEBRUARY, *TWENTY) + rows(JANUARY, 1)),
        ("counts_1.csv", "counts_2.csv"), 41,
    ),
    "a tenth is no longer stragglers": Case(
        ("counts_1.csv", rows(JANUARY, *TWENTY)), ("counts_2.csv", rows(FEBRUARY, *TWENTY) + rows(JANUARY, 1, 2)),
        ("counts_1.csv",), 20,
    ),
    "a third of the month, no keys": Case(
        ("counts_1.csv", rows(JANUARY, *TEN)), ("counts_2.csv", rows(JANUARY, 1, 2, 3, amount=2)),
        ("counts_1.csv",), 10,
    ),
    "one month of two, no keys": Case(
        ("counts_1.csv", rows(JANUARY, *TEN) + rows(FEBRUARY, *TEN)), ("counts_2.csv", rows(JANUARY, *TEN)),
        ("counts_1.csv",), 20,
    ),
    "a lookup of the same name": Case(
        ("lookup.csv", rows(JANUARY, *TEN)), ("lookup.csv", rows(JANUARY, 1)), ("lookup.csv",), 1
    ),
    "a lookup of another name": Case(
        ("lookup_1.csv", rows(JANUARY, *TEN)), ("lookup_2.csv", rows(JANUARY, 1)),
        ("lookup_1.csv", "lookup_2.csv"), 11,
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", RELATIONS.values(), ids=RELATIONS.keys())
def test_what_stands_after_two_deliveries(workspace: Settings, case: Case) -> None:
    for name, content in (case.first, case.second):
        write_file(workspace, name, content)
        take_all(workspace)
    source_id = case.second[0].split("_")[0].removesuffix(".csv")
    assert tuple(sorted(line.file_name for line in current(workspace))) == case.stands
    assert counted(workspace, source_id) == case.row_count
    # Whatever it is, two further runs have nothing to add.
    lines = len(read_ledger(workspace.register))
    assert (take_all(workspace).new, take_all(workspace).new) == ((), ())
    assert len(read_ledger(workspace.register)) == lines


@pytest.mark.parametrize(
    ("shorter", "longer", "stands"),
    [("a", "b", ["records_b.csv"]), ("b", "a", ["records_a.csv", "records_b.csv"])],
)
def test_deliveries_that_arrive_together_come_in_by_name(
    workspace: Settings, shorter: str, longer: str, stands: list[str]
) -> None:
    write_file(workspace, f"records_{shorter}.csv", rows(JANUARY, *TEN))
    write_file(workspace, f"records_{longer}.csv", rows(JANUARY, *TEN) + rows(FEBRUARY, 90))
    take_all(workspace)
    accepted = [line.file_name for line in read_ledger(workspace.register) if line.status == "accepted"]
    assert accepted == ["records_a.csv", "records_b.csv"]
    assert [line.file_name for line in current(workspace)] == stands
    assert take_all(workspace).new == ()


def test_partial_overlap_without_identifiers_names_the_file_and_the_way_out(workspace: Settings) -> None:
    write_file(workspace, "counts_1.csv", rows(JANUARY, *TEN))
    take_all(workspace)
    write_file(workspace, "counts_2.csv", rows(JANUARY, 1, 2, 3))
    [line] = take_all(workspace).refused
    assert line.reason == (
        "it speaks in part of the same periods as counts_1.csv, and its records have no identifier to tell which are "
        'the same: ask for the whole period; if it is right, accept it: sna ingest FILE --accept overlap --reason "…"'
    )


def test_superseded_file_that_stays_in_the_folder_is_set_aside(workspace: Settings) -> None:
    write_file(workspace, "records_1.csv", rows(JANUARY, *TEN))
    take_all(workspace)
    write_file(workspace, "records_2.csv", rows(JANUARY, *TEN, amount=2))
    seen = take_all(workspace)
    [aside] = [line for line in take_all(workspace).deliveries if line.status == "set_aside"]
    assert (aside.file_name, aside.reason) == ("records_1.csv", "records_2.csv took its place")
    assert [line.status for line in seen.new] == ["accepted", "set_aside"]
    assert counted(workspace, "records") == 10


def test_what_a_revision_changed_stands_in_its_line_and_the_old_rows_are_kept(workspace: Settings) -> None:
    write_file(workspace, "records.csv", rows(JANUARY, *TEN))
    [old] = take_all(workspace).new
    write_file(workspace, "records.csv", [*rows(JANUARY, *range(2, 9)), *rows(JANUARY, 9, 10, amount=5)])
    [line] = take_all(workspace).new
    assert line.supersedes == (old.delivery_id,)
    assert line.changes == {
        "rows_added": 1, "rows_removed": 2, "rows_altered": 1, "rows_before": 10, "rows_after": 9
    }  # fmt: skip
    assert line.warnings == ("it takes the place of records.csv",)
    kept = workspace.superseded / "records" / f"{old.delivery_id}.parquet"
    assert duckdb.sql(f"select count(*) from read_parquet('{kept}')").fetchall() == [(10,)]


def test_a_file_that_replaces_several_tells_its_changes_once(workspace: Settings) -> None:
    for number, each in enumerate((JANUARY, FEBRUARY)):
        write_file(workspace, f"counts_{number}.csv", rows(each, *TEN))
    take_all(workspace)
    write_file(workspace, "counts_9.csv", rows(JANUARY, *TEN) + rows(FEBRUARY, *range(9)))
    line = take_all(workspace).new[0]
    assert line.changes == {
        "rows_added": 0, "rows_removed": 1, "rows_altered": 0, "rows_before": 20, "rows_after": 19
    }  # fmt: skip


def test_a_few_records_more_of_an_earlier_month_are_said(workspace: Settings) -> None:
    write_file(workspace, "counts_1.csv", rows(JANUARY, *TWENTY))
    take_all(workspace)
    write_file(workspace, "counts_2.csv", rows(FEBRUARY, *TWENTY) + rows(JANUARY, 1))
    [line] = take_all(workspace).new
    assert (
        "it adds records to months of counts_1.csv, and without identifiers nobody can tell"
        in line.warnings[0]
    )


def test_everything_derived_deleted_gives_the_same_deliveries_and_the_same_bytes(workspace: Settings) -> None:
    write_file(workspace, "records_1.csv", rows(JANUARY, *TEN))
    take_all(workspace)
    write_file(workspace, "records_2.csv", rows(JANUARY, *TEN, amount=2))
    write_file(workspace, "counts.csv", rows(JANUARY, *TEN))
    take_all(workspace)
    before = extracts(workspace), current(workspace), read_ledger(workspace.register)
    shutil.rmtree(workspace.curated)
    assert take_all(workspace).new == ()
    assert (extracts(workspace), current(workspace), read_ledger(workspace.register)) == before


def test_a_revision_after_everything_derived_was_deleted_stands_without_telling_what_changed(
    workspace: Settings,
) -> None:
    write_file(workspace, "records.csv", rows(JANUARY, *TEN))
    take_all(workspace)
    shutil.rmtree(workspace.curated)
    write_file(workspace, "records.csv", rows(JANUARY, *range(12)))
    [line] = take_all(workspace).new
    assert (line.status, line.changes, counted(workspace, "records")) == ("accepted", {}, 12)
    assert line.warnings[-1] == "the rows of records.csv are gone, so nobody can tell what changed"


def test_lost_rows_that_a_new_delivery_must_be_compared_with_are_an_error_before_anything_is_recorded(
    workspace: Settings,
) -> None:
    write_file(workspace, "records_1.csv", rows(JANUARY, *TEN))
    take_all(workspace)
    ledger = read_ledger(workspace.register)
    shutil.rmtree(workspace.curated)
    (workspace.deliveries / "records_1.csv").unlink()
    write_file(workspace, "records_2.csv", rows(JANUARY, *TEN, amount=2))
    with pytest.raises(
        ConfigurationError, match=r"records_1.csv was taken in earlier and its extract is gone"
    ):
        take_all(workspace)
    assert read_ledger(workspace.register) == ledger


def test_rows_that_were_lost_are_read_again_before_a_new_delivery_is_compared(workspace: Settings) -> None:
    write_file(workspace, "records_1.csv", rows(JANUARY, *TEN) + rows(FEBRUARY, 91))
    take_all(workspace)
    shutil.rmtree(workspace.curated)
    write_file(workspace, "records_0.csv", rows(JANUARY, *range(10, 20)))
    take_all(workspace)
    assert counted(workspace, "records") == 21


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"", "refused"),
        (b"id,day\n1,2024-01-01\n", "refused"),
        (b"id,force,day,amount\nr1,A,never,1\n", "refused"),
        (
            b"id,force,day,amount,email\n"
            + b"".join(b"r%d,A,2024-01-02,1,anne.jones%d@example.org\n" % (n, n) for n in range(60)),
            "blocked",
        ),
    ],
    ids=["empty", "column missing", "no good row", "identifiers"],
)
def test_a_delivery_that_may_not_come_in_leaves_the_last_good_one(
    workspace: Settings, content: bytes, status: str
) -> None:
    write_file(workspace, "records.csv", rows(JANUARY, *TEN))
    [good] = take_all(workspace).new
    deliver(workspace, "records.csv", content)
    assert [line.status for line in take_all(workspace).new] == [status]
    assert (current(workspace), counted(workspace, "records")) == ((good,), 10)
    assert take_all(workspace).new == ()


def extracts(settings: Settings) -> dict[str, bytes]:
    folders = (settings.extracts, settings.rejects)
    return {
        str(file.relative_to(settings.curated)): file.read_bytes()
        for folder in folders
        for file in folder.rglob("*.parquet")
    }


records = st.lists(st.tuples(st.sampled_from(["r1", "r2", "r3", "r4", None]), st.integers(0, 2)), max_size=12)


def twin(before: list[tuple], after: list[tuple], has_key: bool) -> tuple[int, int, int]:
    """Added, removed and altered rows: identifier by identifier, each row crossed out against its like."""
    added = removed = altered = 0
    for key in {row[0] if has_key else None for row in (*before, *after)}:
        old = Counter(row for row in before if not has_key or row[0] == key)
        new = Counter(row for row in after if not has_key or row[0] == key)
        fewer, more = (old - new).total(), (new - old).total()
        same = 0 if key is None else min(fewer, more)
        added, removed, altered = added + more - same, removed + fewer - same, altered + same
    return added, removed, altered


@settings(max_examples=60)
@given(before=records, after=records, has_key=st.booleans())
def test_what_changed_agrees_with_a_slow_count(
    before: list[tuple], after: list[tuple], has_key: bool
) -> None:
    contract = RECORDS if has_key else COUNTS
    with tempfile.TemporaryDirectory() as folder, duckdb.connect() as connection:
        files = []
        for name, drawn in (("before", before), ("after", after)):
            file = Path(folder) / f"{name}.parquet"
            connection.execute(
                "create or replace table rows (record_id varchar, force varchar, recorded_on date, amount integer)"
            ).fetchall()
            for key, amount in drawn:
                connection.execute("insert into rows values (?, 'A', null, ?)", [key, amount]).fetchall()
            connection.execute(f"copy rows to '{file}' (format parquet)").fetchall()
            files.append(file)
        lines = [Delivery("", "", "", "", "", "accepted", accepted=len(drawn)) for drawn in (before, after)]
        told = compare(files[1], [files[0]], contract, [lines[0]], lines[1])
    plain = [drawn if has_key else [(None, amount) for _, amount in drawn] for drawn in (before, after)]
    assert tuple(told.values())[:3] == twin(plain[0], plain[1], has_key)
    assert told["rows_after"] - told["rows_before"] == told["rows_added"] - told["rows_removed"]
