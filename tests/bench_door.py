"""The door beside a bare copy of the same file, in one run, in turn: a large police extract, and many small ones."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

import duckdb

from pipeline.register import read_ledger

ROWS, SMALL_FILES = 10_000_000, 100
BARE = "import duckdb, sys; duckdb.execute(f\"copy (select * from read_csv('{sys.argv[1]}')) to '{sys.argv[2]}'\")"
Measure = Callable[[list[str]], dict[str, float]]


def write_police_file(file: Path, first: int, last: int, total: int) -> None:
    """Writes rows first to last of a made-up police extract of `total`, 17 columns: sound, in order of their date,
    no two of one identifier, nothing quoted."""
    file.parent.mkdir(parents=True, exist_ok=True)
    (file.parent / "SYNTHETIC.txt").write_text("SYNTHETIC\n", encoding="utf-8")

    def one_of(salt: int, *words: str) -> str:
        listed = ", ".join(f"'{word}'" for word in words)
        return f"list_extract([{listed}], cast(1 + hash(i + {salt}) % {len(words)} as integer))"

    duckdb.execute(
        f"""copy (
            select printf('C%010d', i) as crime_id_pseudo, 'X23000001' as force_code,
                printf('X060000%02d', i % 5 + 1) as lad_code, printf('X0100%04d', hash(i) % 300) as lsoa21_code,
                date '2019-04-01' + cast(i * 1826 // {total} as integer) as recorded_date,
                strftime(timestamp '2019-03-31' + to_minutes(cast(i * 2629440 // {total} as bigint)),
                    '%Y-%m-%d %H:%M') as committed_from,
                {one_of(1, "8N", "105A", "5D", "19C", "34B", "8L", "8Q")} as ho_code,
                {one_of(2, "Y", "N", "U")} as da_flag, {one_of(3, "Y", "N")} as knife_flag,
                {one_of(4, "Y", "N")} as firearm_flag, {one_of(5, "dwelling", "street")} as location_type,
                printf('V%07d', hash(i + 6) % 5000000) as victim_id_pseudo, 'person' as victim_type,
                {one_of(7, "10-15", "18-24", "25-34")} as victim_age_band, {one_of(8, "F", "M")} as victim_sex,
                {one_of(9, "acquaintance", "stranger")} as vo_relationship,
                {one_of(10, "none", "minor", "moderate")} as injury_level
            from range({first}, {last}) as numbers (i)
        ) to '{file}' (header, delimiter ',')"""
    )


def bench_door(folder: Path, measure: Measure, sna: Callable[..., list[str]]) -> dict[str, dict]:
    """Seconds and megabytes of the door and of the bare copy, at a tenth and at the whole, and of small files."""
    results = {}
    for name, rows in (("1 million rows", ROWS // 10), ("10 million rows", ROWS)):
        large = folder / "large" / "police_crimes_large.csv"
        write_police_file(large, 0, rows, rows)
        results[f"bare copy, {name}"] = measure(
            [sys.executable, "-c", BARE, str(large), str(folder / "bare.parquet")]
        )
        workspace = folder / f"workspace {rows}"
        # What was written just now is looked at twice, in case it grows.
        os.utime(large, (0, 0))
        results[f"sna ingest, {name}"] = measure(sna("ingest", large, "--workspace", workspace))
        check_accepted(workspace, rows)
        large.unlink()
    each = ROWS // 10 // SMALL_FILES
    for number in range(SMALL_FILES):
        file = folder / "small" / f"police_crimes_{number:03}.csv"
        write_police_file(file, number * each, (number + 1) * each, ROWS // 10)
        os.utime(file, (0, 0))
    results[f"sna ingest, 1 million rows in {SMALL_FILES} files"] = measure(
        sna("ingest", "--deliveries", folder / "small", "--workspace", folder / "many")
    )
    check_accepted(folder / "many", ROWS // 10)
    return results


def check_accepted(workspace: Path, rows: int) -> None:
    """A figure of rows that were refused would be none."""
    accepted = sum(line.accepted for line in read_ledger(workspace / "data" / "register"))
    assert accepted == rows, f"{accepted:,} of {rows:,} rows were accepted"
