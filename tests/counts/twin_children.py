"""The twin of open tables about children: figures of councils and their sum, from the delivered text."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from tests.counts.twin_rows import AREA, DISTRICTS, read_csv
from tests.counts.twin_services import Numbers

# File, the column of the council, what a row must say, and the measure of each column.
TABLES = (
    ("b1_children_in_need*.csv", "new_la_code", {}, {"At31_episodes": "children_in_need"}),
    (
        "cla_number_and_rate*.csv",
        "new_la_code",
        {"population_count": "Children looked after at 31 March"},
        {"number": "looked_after"},
    ),
    (
        "ud_neet*.csv",
        "new_la_code",
        {"Age": "16-17", "Characteristic_grouping": "Total"},
        {"avgcohort": "youth_cohort", "avgNEET": "youth_not_in_education", "avgNK": "youth_not_known"},
    ),
    (
        "*first_time_entrants*.csv",
        "LA Code",
        {},
        {"First Time Entrants": "entrants", "10-17 Population": "entrant_population"},
    ),
)


def count_children(folder: Path) -> Numbers:
    """The numbers of every council of the area and of all of them, by measure and financial year."""
    numbers: Numbers = {}
    for pattern, council, wanted, measures in TABLES:
        for file in sorted(folder.rglob(pattern)):
            for row in read_csv(file):
                is_wanted = all(row[column] == word for column, word in wanted.items())
                if is_wanted and row[council] in DISTRICTS:
                    for column, measure in measures.items():
                        for area in (AREA, row[council]):
                            key = (measure, area, year_of(row), "none", "")
                            numbers[key] = numbers.get(key, 0) + float(row[column])
    return numbers


def year_of(row: dict[str, str]) -> date:
    """The first day of the financial year 2022/23, also called the reporting year 2023."""
    if "Financial Year" in row:
        return date(int(row["Financial Year"][:4]), 4, 1)
    return date(int(row["time_period"]) - 1, 4, 1)
