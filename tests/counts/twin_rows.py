"""What the twins of the counts read: delivered text row by row, and the seeds; and how they count a row."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path

SEEDS = Path(__file__).resolve().parents[2] / "dbt_project" / "seeds"
AREA = "X23000001"
DISTRICTS = ("X06000001", "X06000002", "X06000003", "X06000004", "X06000005")
UNKNOWN = ("", "unknown", "not known", "not stated", "not recorded", "n/k", "u")
FLAGS = {
    **dict.fromkeys(("y", "yes", "true", "t", "1"), True),
    **dict.fromkeys(("n", "no", "false", "f", "0"), False),
}

Row = Mapping[str, str]
# measure, lens, area, month, breakdown, its key, split
Key = tuple[str, str, str, date, str, str, str]


@dataclass(frozen=True)
class Source:
    """What a row of a delivery must have in order to count."""

    pattern: str
    record: tuple[str, ...]  # the columns by which a row is known again when it is sent again
    is_unique: bool  # whether two rows of one file may not share them
    columns: tuple[str, ...]  # what tells two rows apart
    required: tuple[str, ...]
    days: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    codes: Mapping[str, tuple[str, str]] | None = None


def read_csv(file: Path) -> list[dict[str, str]]:
    """The rows of a file, every cell as trimmed text; a row with too few or too many cells is left out."""
    with file.open(encoding="utf-8", newline="") as stream:
        return [
            {name: cell.strip() for name, cell in row.items()}
            for row in csv.DictReader(stream)
            if None not in row and None not in row.values()
        ]


@cache
def read_seed(name: str) -> list[dict[str, str]]:
    """The rows of a seed."""
    return read_csv(SEEDS / f"{name}.csv")


def read_source(folder: Path, source: Source) -> list[Row]:
    """The rows of a source that count: whole, one a record, as last sent."""
    latest: dict[tuple, list[Row]] = {}
    for file in sorted(folder.rglob(source.pattern)):
        same: dict[tuple, list[Row]] = defaultdict(list)
        for number, row in enumerate(read_csv(file)):
            if is_acceptable(row, source):
                record = tuple(row[name] for name in source.record)
                # Without an identifier two rows alike are two.
                same[record if any(record) else (file, number)].append(row)
        for record, rows in same.items():
            contents = {tuple(row.get(name, "") for name in source.columns) for row in rows}
            if not source.is_unique:
                latest[record] = rows
            elif len(contents) == 1:
                latest[record] = rows[:1]
            # Else two different rows have one identifier: nobody knows which is right, and both are held back.
    return [row for rows in latest.values() for row in rows]


def is_acceptable(row: Row, source: Source) -> bool:
    """Whether a row has what it must have, and nothing impossible."""
    if any(not row.get(name) for name in source.required):
        return False
    for name, (table, column) in (source.codes or {}).items():
        if row.get(name) and row[name] not in known_codes(table, column):
            return False
    if any(row.get(name) and not row[name].isdigit() for name in source.numbers):
        return False
    days = [read_day(row[name]) for name in source.days if row.get(name)]
    return all(day is not None and date(1990, 1, 1) <= day <= date.today() for day in days)


@cache
def known_codes(table: str, column: str) -> frozenset[str]:
    """The codes of a list."""
    return frozenset(row[column] for row in read_seed(table))


@cache
def read_day(text: str) -> date | None:
    """The day of a date or of a moment; None where the text is neither."""
    try:
        return datetime.fromisoformat(text).date()
    except ValueError:
        return None


def month_of(text: str) -> date:
    """The first day of a date's month."""
    day = read_day(text)
    assert day is not None
    return day.replace(day=1)


def word(row: Row, name: str) -> str:
    """What a cell says, or nothing where it says that nobody knows."""
    text = row.get(name, "")
    return "" if text.casefold() in UNKNOWN else text


def flag(row: Row, name: str) -> bool | None:
    """Yes, no, or None where a flag says neither."""
    return FLAGS.get(row.get(name, "").casefold())


def place_of(row: Row, places: Mapping[str, Row]) -> list[str] | None:
    """The area, district and MSOA of a record, as far as they are known; None where it lies elsewhere."""
    lsoa, lad = row["lsoa21_code"], row.get("lad_code", "")
    if lsoa in places:
        return [AREA, places[lsoa]["lad_code"], places[lsoa]["msoa21_code"]]
    if lsoa or (lad and lad not in DISTRICTS):
        return None
    return [AREA, lad] if lad else [AREA]


def add(
    counts: Counter[Key],
    measure: str,
    lens: str,
    areas: Iterable[str],
    month: date,
    split: str = "",
    *,
    breakdown: str = "none",
    key: str = "",
    number: int = 1,
) -> None:
    """Adds a record to all its areas, to the split `all` and to its own."""
    for area in areas:
        for part in ("all", split) if split else ("all",):
            counts[measure, lens, area, month, breakdown, key, part] += number


def district_of(row: Row) -> list[str]:
    """The area and the district of a record; nothing where it belongs to another council."""
    return [AREA, row["lad_code"]] if row["lad_code"] in DISTRICTS else []


def school_year(row: Row) -> date:
    """The first month of the school year 2022/23."""
    return date(int(row["academic_year"][:4]), 9, 1)
