"""Layouts that publishers use: whatever can be worked out of them is, and what is not tested is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.settings import ConfigurationError
from tests.audits.drawn import audit_drawn, intervals_by_address

DISTRICTS = """
District, A,  B,   Total
North,    c,  34,  37
East,     12, 31,  43
South,    c,  c,   30
West,     20, 20,  40
Total,    40, 110, 150
"""
EXACT = {"B2": (3, 3), "B4": (5, 5), "C4": (25, 25)}


@pytest.mark.parametrize(
    "row",
    [
        "Percentage, 26.7, 73.3, 100",
        "Percentage, 27,   73,   100",
        "% of total, 27%,  73%,  100%",
        "Rate,       2.5,  7.1,  9.6",
        "Change,     -3,   5,    2",
        "Weighted,   39.6, 110,  149.6",
    ],
)
def test_a_row_that_is_no_count_is_left_out_and_its_columns_are_not(tmp_path: Path, row: str) -> None:
    findings, not_tested = audit_drawn(tmp_path, DISTRICTS + row)
    assert intervals_by_address(findings) == EXACT
    assert not_tested == []


def test_shares_under_each_row_are_left_out_with_their_markers_and_said(tmp_path: Path) -> None:
    findings, not_tested = audit_drawn(
        tmp_path,
        """
        Area,  ,  A,    B,    Total
        North, n, c,    34,   37
        ,      %, c,    0.92, 1
        East,  n, 12,   31,   43
        ,      %, 0.28, 0.72, 1
        Total, n, 15,   65,   80
        ,      %, 0.19, 0.81, 1
        """,
    )
    assert intervals_by_address(findings) == {"C2": (3, 3)}
    assert not_tested == ["C2:E7: 1 cell without a number, left out with rows North %, East % and Total %"]


def test_a_column_that_is_mostly_no_count_is_left_out_and_its_markers_are_said(tmp_path: Path) -> None:
    table = """
    Area,  A,  B,  Total, Incidence
    North, c,  34, 37,    c
    East,  12, 31, 43,    2
    Total, 15, 65, 80,    2.4
    All,   15, 65, 80,    2.5
    """
    findings, not_tested = audit_drawn(tmp_path, table)
    assert intervals_by_address(findings) == {"B2": (3, 3)}
    assert not_tested == ["B2:E5: 1 cell without a number, left out with column Incidence"]


def test_subtotals_that_nobody_calls_so_are_found_before_their_lines(tmp_path: Path) -> None:
    table = """
    Offence,      N,  E,  Total
    All offences, 60, 50, 110
    Violence,     20, 15, 35
    Assault,      17, c,  28
    Robbery,      c,  c,  7
    Property,     40, 35, 75
    Theft,        25, 20, 45
    Burglary,     15, 15, 30
    """
    findings, not_tested = audit_drawn(tmp_path, table)
    assert intervals_by_address(findings) == {"C4": (11, 11), "B5": (3, 3), "C5": (4, 4)}
    assert not_tested == []


def test_the_last_subtotal_is_found_where_every_column_of_its_lines_has_a_marker(tmp_path: Path) -> None:
    table = """
    Offence,      N,   E
    All offences, 120, 90
    Violence,     70,  50
    Assault,      30,  28
    Stalking,     40,  22
    Robbery,      50,  40
    of business,  c,   38
    personal,     47,  c
    """
    findings, _ = audit_drawn(tmp_path, table)
    assert intervals_by_address(findings) == {"B7": (3, 3), "C8": (2, 2)}
    assert findings.assumed == {"B7", "C8"}


def test_headings_that_repeat_under_headings_are_added_across(tmp_path: Path) -> None:
    table = """
    ,      Domestic, ,       ,      Other, ,       ,      All,  ,       ,
    Area,  Male,     Female, Total, Male,  Female, Total, Male, Female, Total
    North, c,        5,      c,     20,    14,     34,    23,   19,     42
    East,  4,        8,      12,    15,    16,     31,    19,   24,     43
    South, c,        c,      c,     10,    9,      19,    18,   12,     30
    West,  c,        c,      7,     2,     7,      9,     5,    11,     16
    """
    findings, not_tested = audit_drawn(tmp_path, table)
    assert intervals_by_address(findings) == {
        "B3": (3, 3), "D3": (8, 8), "B5": (8, 8), "C5": (3, 3), "D5": (11, 11), "B6": (3, 3), "C6": (4, 4),
    }  # fmt: skip
    assert not_tested == []


def test_blocks_of_rows_that_repeat_are_added_across(tmp_path: Path) -> None:
    for table in (
        """
        District, Sex,    Assault, Robbery
        North,    Male,   c,       20
        ,         Female, 5,       c
        South,    Male,   14,      10
        ,         Female, 7,       9
        Both,     Male,   17,      30
        ,         Female, 12,      11
        """,
        """
        Sex,    ,       Assault, Robbery
        North,  ,       ,
        Male,   ,       c,       20
        Female, ,       5,       c
        South,  ,       ,
        Male,   ,       14,      10
        Female, ,       7,       9
        Both,   ,       ,
        Male,   ,       17,      30
        Female, ,       12,      11
        """,
    ):
        findings, _ = audit_drawn(tmp_path, table)
        assert sorted(intervals_by_address(findings).values()) == [(2, 2), (3, 3)]


def test_tables_beside_each_other_have_each_its_own_names(tmp_path: Path) -> None:
    table = """
    Area,  A,  B,  Total, , Age,   Men, Women, Total
    N,     c,  34, 37,    , 0-17,  10,  *,     12
    E,     12, 31, 43,    , 18-64, 30,  25,    55
    S,     9,  21, 30,    , 65+,   *,   *,     8
    Total, 24, 86, 110,   , Total, 45,  30,    75
    W,     c,  7,  9,     ,      ,    ,      ,
    """
    findings, _ = audit_drawn(tmp_path, table)
    assert intervals_by_address(findings) == {
        "B2": (3, 3), "B6": (2, 2), "H2": (2, 2), "G4": (5, 5), "H4": (3, 3),
    }  # fmt: skip


def test_an_empty_column_within_a_table_parts_nothing(tmp_path: Path) -> None:
    table = """
    Area,  A,  B,  , Total
    N,     c,  34, , 37
    E,     12, 31, , 43
    S,     c,  c,  , 30
    Total, 28, 82, , 110
    """
    assert intervals_by_address(audit_drawn(tmp_path, table)[0])["B2"] == (3, 3)


@pytest.mark.parametrize(
    "between",
    [
        "Area, A, B, Total",
        "\n\nTable 1 continued,,,\nArea, A, B, Total",
        "South, (thousands),,",
        "\n\n\n\n\n",
    ],
)
def test_a_page_break_or_a_heading_with_a_remark_parts_nothing(tmp_path: Path, between: str) -> None:
    table = f"""
    Area,  A,  B,  Total
    N1,    c,  34, 37
    N2,    12, 31, 43
    {between}
    S1,    c,  c,  30
    Total, 28, 82, 110
    """
    findings, _ = audit_drawn(tmp_path, table)
    assert sorted(intervals_by_address(findings).values()) == [(3, 3), (13, 13), (17, 17)]


def test_a_total_that_the_numbers_do_not_bear_out_is_said(tmp_path: Path) -> None:
    table = """
    Area,      A,  B,  Total
    N,         c,  34, 37
    E,         12, 31, 43
    All areas, 19, 70, 89
    """
    findings, not_tested = audit_drawn(tmp_path, table)
    assert intervals_by_address(findings) == {"B2": (3, 3)}
    assert not_tested == ["B2:D4: row All areas is called a total, but is no sum of its neighbours"]


def test_a_number_under_a_total_that_nobody_calls_so_takes_nothing_from_it_either(tmp_path: Path) -> None:
    table = """
    District, A,  B,  Total
    North,    c,  34, 37
    East,     12, 31, 43
    South,    c,  c,  30
    West,     c,  c,  16
    Region,   29, 97, 126
    """
    for below in ("Number of incidents reviewed,126", "Population,,,15000"):
        findings, _ = audit_drawn(tmp_path, table + below)
        assert intervals_by_address(findings)["B4"] == (1, 13)


@pytest.mark.parametrize(
    "below",
    [
        "Population,,,15000",
        "Number of incidents reviewed,126",
        "Cells under,5,are suppressed,",
        "Previous year, 35, 99, 134",
    ],
)
def test_a_number_under_the_total_takes_nothing_from_it(tmp_path: Path, below: str) -> None:
    findings, not_tested = audit_drawn(tmp_path, DISTRICTS + below)
    assert intervals_by_address(findings) == EXACT
    assert not_tested == []


def test_a_table_without_names_is_read_by_its_numbers(tmp_path: Path) -> None:
    table = """
    Men, Women, Total
    c,   34,    37
    12,  31,    43
    15,  65,    80
    """
    assert intervals_by_address(audit_drawn(tmp_path, table)[0]) == {"A2": (3, 3)}


def test_people_alone_are_no_total(tmp_path: Path) -> None:
    table = """
    Group,           Victims, Suspects
    Disabled people, c,       34
    Young people,    12,      c
    Older people,    9,       8
    Homeless people, c,       5
    """
    with pytest.raises(ConfigurationError, match="has no table whose totals add up"):
        audit_drawn(tmp_path, table)


def test_parts_called_of_which_are_no_parts_of_each_other(tmp_path: Path) -> None:
    table = """
    Area, Total, of which knife, of which domestic
    N,    100,   c,              30
    E,    50,    8,              c
    S,    30,    c,              9
    """
    with pytest.raises(ConfigurationError, match="column Total is called a total, but is no sum of its"):
        audit_drawn(tmp_path, table)


def test_what_follows_from_words_alone_is_told_apart(tmp_path: Path) -> None:
    table = """
    Area, Incidents, Victims, Total
    N,    c,         30,      45
    E,    c,         40,      60
    """
    findings, _ = audit_drawn(tmp_path, table)
    assert intervals_by_address(findings) == {"B2": (15, 15), "B3": (20, 20)}
    assert findings.assumed == {"B2", "B3"}
    borne_out, _ = audit_drawn(tmp_path, table + "S, 3, 4, 7")
    assert borne_out.assumed == set()


@pytest.mark.parametrize(
    ("header", "cells"),
    [
        ("Code", "101|102|103|104|"),
        ("Quarter", "1|2|3|4|"),
        ("LSOA code", "7|7|8|9|30"),
        ("Year", "2024|2025|2024|2025|"),
    ],
)
def test_codes_years_and_quarters_after_the_names_are_names(tmp_path: Path, header: str, cells: str) -> None:
    head, *rows = DISTRICTS.strip().splitlines()
    middle = [header, *cells.split("|")]
    lines = [line.replace(",", f",{each},", 1) for line, each in zip((head, *rows), middle, strict=True)]
    findings, _ = audit_drawn(tmp_path, "\n".join(lines))
    assert intervals_by_address(findings) == {"C2": (3, 3), "C4": (5, 5), "D4": (25, 25)}
