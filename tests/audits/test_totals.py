"""The totals of a table are found where its words or its numbers say so, and nowhere else."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.audits.totals import find_sums, make_lines

TWO_DISTRICTS = {"North": [12, 30], "South": [8, 41]}


def sums_of(table: dict[str, list[int | None]], least: int = 1) -> list[str]:
    """The sums among rows as words, hidden cells being None."""
    names = list(table)
    values = np.array([[np.nan if cell is None else cell for cell in row] for row in table.values()])
    found = find_sums(make_lines(values, least, np.inf), names)
    return [f"{names[each.total]} = {' + '.join(names[part] for part in each.parts)}" for each in found]


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        ({**TWO_DISTRICTS, "Total": [20, 71]}, ["Total = North + South"]),
        ({"All areas": [20, 71], **TWO_DISTRICTS}, ["All areas = North + South"]),
        # Without the word, its numbers say so.
        ({**TWO_DISTRICTS, "Region": [20, 71]}, ["Region = North + South"]),
        # Markers leave no line to compare: the word counts.
        ({"North": [None, 30], "South": [8, None], "Total": [20, 71]}, ["Total = North + South"]),
        ({"North": [None, 30], "South": [8, None], "Region": [20, 71]}, []),
        # A total that is too small for its parts is none.
        ({"North": [None, 30], "South": [8, None], "Both": [8, 71]}, []),
        # All other is a part.
        ({"Theft": [5, 60], "All other offences": [7, 30], "All": [12, 90]}, ["All = Theft + All other offences"]),
        # What several lines confirm stands against one misprint.
        ({"North": [1, 2, 3, 9], "South": [4, 5, 6, 9], "Total": [5, 7, 9, 17]}, ["Total = North + South"]),
    ],
)  # fmt: skip
def test_a_total_is_found(table: dict[str, list[int | None]], expected: list[str]) -> None:
    assert sums_of(table) == expected


def test_subtotals_are_found_before_the_totals_of_subtotals() -> None:
    table: dict[str, list[int | None]] = {
        "Boys 0-9": [3, 14], "Boys 10-17": [6, 22], "All boys": [9, 36],
        "Girls 0-9": [None, 18], "Girls 10-17": [None, 11], "All girls": [7, 29],
        "Children": [16, 65],
    }  # fmt: skip
    assert sums_of(table) == [
        "All boys = Boys 0-9 + Boys 10-17",
        "All girls = Girls 0-9 + Girls 10-17",
        "Children = All boys + All girls",
    ]


def test_areas_within_areas_are_found_without_a_word() -> None:
    table: dict[str, list[int | None]] = {
        "England": [58, 97, 1500], "North": [43, 62, 1000], "Aville": [13, 22, 310], "Btown": [30, 40, 690],
        "South": [15, 35, 500], "Cford": [None, 20, 210], "Dham": [None, 15, 290],
    }  # fmt: skip
    assert sums_of(table) == ["North = Aville + Btown", "South = Cford + Dham", "England = North + South"]


def test_one_total_may_have_several_sums() -> None:
    table: dict[str, list[int | None]] = {
        "Persons": [30, 70], "Male": [11, 40], "Female": [19, 30], "0-17": [None, 21], "18+": [None, 49],
    }  # fmt: skip
    assert sums_of(table) == ["Persons = Male + Female", "Persons = 0-17 + 18+"]


@pytest.mark.parametrize(
    "table",
    [
        {"A": [6, 8], "B": [8, 9], "C": [14, 20], "D": [9, 2]},
        {"A": [6, None], "B": [8, None], "C": [14, 20], "D": [9, 2]},
        {"A": [3], "B": [4], "C": [7]},
        # In two lines they do, in a third they do not.
        {"A": [10, 20, 5], "B": [10, 30, 5], "C": [20, 50, 11], "D": [9, 2, 1]},
    ],
)
def test_numbers_that_add_up_by_chance_are_no_total(table: dict[str, list[int | None]]) -> None:
    assert sums_of(table) == []


def test_all_others_is_a_part_also_where_markers_leave_no_line_to_compare() -> None:
    table: dict[str, list[int | None]] = {
        "Theft": [None, None], "Robbery": [4, None], "All other": [9, 60], "All": [17, 90],
    }  # fmt: skip
    assert sums_of(table) == ["All = Theft + Robbery + All other"]


def test_no_total_is_found_in_a_long_table_of_any_numbers_nor_long_looked_for() -> None:
    random = np.random.default_rng(1)
    table = {f"row {number}": random.integers(0, 90, 12).tolist() for number in range(1_500)}
    assert sums_of(table) == []
