"""`sna audit`: what it prints, as lines and as JSON, and the one sentence for whatever cannot be audited."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.area import Ran

Sna = Callable[..., Ran]
# exact: 12 less 9. narrow: four share 7. wide: two share 10, two 20. endless: nothing shown says what it is at most.
CELLS = """cell_id,value
e,c
e_other,9
e_total,12
n1,c
n2,c
n3,C
n4,c
n_total,7
w1,[c]
w2,*
w_total,20
v1,c
v2,c
v_total,10
free,c
free_total,c
"""
RELATIONS = """relation_id,total_cell,part_cell
e,e_total,e
e,e_total,e_other
n,n_total,n1
n,n_total,n2
n,n_total,n3
n,n_total,n4
w,w_total,w1
w,w_total,w2
v,v_total,v1
v,v_total,v2
f,free_total,free
f,free_total,e_other
"""
INTERVALS = [
    ("e", 3, 3), ("n1", 1, 4), ("n2", 1, 4), ("n3", 1, 4), ("n4", 1, 4), ("v1", 1, 9), ("v2", 1, 9),
    ("w1", 1, 19), ("w2", 1, 19), ("free", 1, None), ("free_total", 10, None),
]  # fmt: skip


@pytest.fixture
def audit(sna: Sna, tmp_path: Path) -> Callable[..., Ran]:
    """A function from the texts of cells and relations, and further arguments, to how `sna audit` ended."""

    def run(cells: str = CELLS, relations: str = RELATIONS, *more: str) -> Ran:
        (tmp_path / "cells.csv").write_text(cells, encoding="utf-8")
        (tmp_path / "relations.csv").write_text(relations, encoding="utf-8")
        return sna("audit", tmp_path / "cells.csv", "--relations", tmp_path / "relations.csv", *more)

    return run


def test_json_counts_cells_and_gives_each_interval_exact_ones_first(audit: Callable[..., Ran]) -> None:
    ran = audit(CELLS, RELATIONS, "--json")
    assert (ran.code, ran.err) == (0, "")
    assert json.loads(ran.out) == {
        "cells": 16,
        "suppressed": 11,
        "exact": 1,
        "narrow": 5,
        "intervals": [{"cell_id": cell, "low": low, "high": high} for cell, low, high in INTERVALS],
    }


def test_lines_say_first_how_many_cells_are_exact_and_then_list_them_by_kind(
    audit: Callable[..., Ran],
) -> None:
    ran = audit()
    assert ran.code == 0
    lines = ran.out.splitlines()
    assert lines[0] == ("11 of 16 cells are suppressed: 1 can be worked out exactly, 4 more narrowly, 6 not.")
    assert [line.split() for line in lines if line.startswith("  ")] == [
        ["e", "3"], *([f"n{at}", "1", "to", "4"] for at in range(1, 5)), ["v1", "1", "to", "9"],
        ["v2", "1", "to", "9"], ["w1", "1", "to", "19"],
        ["w2", "1", "to", "19"], ["free", "1", "or", "more"], ["free_total", "10", "or", "more"],
    ]  # fmt: skip
    headings = [line.split(":")[0] for line in lines if line[:1].isalpha()][1:]
    assert headings == ["Exact", "Narrow", "Not narrow"]


def test_threshold_says_what_is_narrow_and_least_what_a_marker_stands_for(audit: Callable[..., Ran]) -> None:
    def counts(*more: str) -> tuple[int, int]:
        told = json.loads(audit(CELLS, RELATIONS, "--json", *more).out)
        return told["exact"], told["narrow"]

    assert counts("--threshold", "4") == (1, 1)
    assert counts("--threshold", "20") == (1, 9)
    # From 0 to 7 there are eight, and 5 is among them; from 0 to 7 none is 8.
    assert counts("--least", "0") == (1, 1)
    assert counts("--least", "0", "--threshold", "8") == (1, 5)


def test_a_coefficient_multiplies_its_part(audit: Callable[..., Ran]) -> None:
    cells = "cell_id,value\nhomes,c\npeople,c\nall,11\nrest,3\n"
    relations = (
        "relation_id,total_cell,part_cell,coefficient\nr,all,homes,4\nr,all,rest,\ns,people,homes,2.5\n"
    )
    assert json.loads(audit(cells, relations, "--json").out)["intervals"] == [
        {"cell_id": "homes", "low": 2, "high": 2},
        {"cell_id": "people", "low": 5, "high": 5},
    ]


def test_a_long_list_ends_with_the_sentence_it_began_with(audit: Callable[..., Ran]) -> None:
    cells = "cell_id,value\ntotal,99\n" + "".join(f"p{at},c\n" for at in range(40))
    relations = "relation_id,total_cell,part_cell\n" + "".join(f"r,total,p{at}\n" for at in range(40))
    lines = audit(cells, relations).out.splitlines()
    assert lines[0] == lines[-1]
    assert sum(line.startswith("  ") for line in lines) == 40


def test_a_file_saved_by_excel_is_read(sna: Sna, tmp_path: Path) -> None:
    for name, text in (("cells.csv", CELLS), ("relations.csv", RELATIONS)):
        (tmp_path / name).write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    ran = sna("audit", tmp_path / "cells.csv", "--relations", tmp_path / "relations.csv", "--json")
    assert json.loads(ran.out)["exact"] == 1


def test_a_table_is_read_without_relations_and_what_was_understood_is_no_part_of_the_json(
    sna: Sna, tmp_path: Path
) -> None:
    (tmp_path / "table.csv").write_text("Area,Boys,Girls,Both\nNorth,c,31,34\nSouth,9,8,17\n")
    ran = sna("audit", tmp_path / "table.csv", "--json")
    assert json.loads(ran.out)["intervals"] == [{"cell_id": "B2", "low": 3, "high": 3}]
    assert "total column Both" in ran.err
    assert "B2  3               North, Boys" in sna("audit", tmp_path / "table.csv").out


WRONG = {
    "unknown part": ("", ("e,e_total,e_other", "e,e_total,e_othr"),
                     "relations.csv line 3: part_cell 'e_othr' is no cell_id in", "Did you mean 'e_other'?"),
    "unknown total": ("", ("w,w_total,w1", "w,ww,w1"), "relations.csv line 8: total_cell 'ww' is no cell_id in", ""),
    "two totals": ("", ("n,n_total,n2", "n,e_total,n2"),
                   "relations.csv line 5: relation 'n' has another total_cell than on line 4: give each", ""),
    "its own part": ("", ("w,w_total,w1", "w,w_total,w_total"),
                     "relations.csv line 8: relation 'w' has its total among its parts", ""),
    "part twice": ("", ("n,n_total,n2", "n,n_total,n1"),
                   "relations.csv line 5: relation 'n' has the part 'n1' on line 4 already", ""),
    "no relation": ("", ("w,w_total,w1", ",w_total,w1"), "relations.csv line 8: relation_id is empty", ""),
    "column missing": ("", ("part_cell", "part"), "line 1: the column 'part_cell' is missing.", "'part'?"),
    "ragged": ("", ("w,w_total,w1", "w,w_total"), "relations.csv line 8 has more or fewer cells", ""),
    "not whole": (("n_total,7", "n_total,7.25"), "", "cells.csv line 9: the value of 'n_total' is not whole", "or c"),
    "negative": (("n_total,7", "n_total,-7"), "", "cells.csv line 9: the value of 'n_total' is negative: give", ""),
    "words": (("n_total,7", "n_total,seven"), "", "line 9: the value of 'n_total' is neither a number nor", ""),
    "too large": (("n_total,7", "n_total,7000000000000"), "", "the value of 'n_total' is over 10,000,000: the", ""),
    "cell twice": (("n2,c", "n1,c"), "", "cells.csv line 6: the cell 'n1' stands on line 5 already", ""),
    "cell without name": (("n2,c", ",c"), "", "cells.csv line 6: cell_id is empty", ""),
    "contradiction": (("e,c", "e,4"), "", "relations.csv: relation 'e' is all shown, and its", "correct the"),
    "impossible": (("n_total,7", "n_total,3"), "", "relations.csv: say --least 0, with which", "'n' does not hold"),
}  # fmt: skip


@pytest.mark.parametrize(("cells", "relations", "says", "mends"), WRONG.values(), ids=WRONG.keys())
def test_what_cannot_be_audited_is_one_sentence_with_file_and_line_and_no_value(
    audit: Callable[..., Ran], cells: tuple[str, str], relations: tuple[str, str], says: str, mends: str
) -> None:
    ran = audit(
        CELLS.replace(*cells) if cells else CELLS, RELATIONS.replace(*relations) if relations else RELATIONS
    )
    assert ran.code == 2
    assert says in ran.sentence
    assert mends in ran.sentence
    assert not any(value in ran.sentence for value in ("7.25", "-7", "seven", "7000000000000"))


@pytest.mark.parametrize(
    ("coefficients", "says"),
    [
        (("0", ""), "line 2: the coefficient '0' is no number other than 0"),
        (("", "two"), "line 3: the coefficient 'two' is no"),
    ],
)
def test_a_coefficient_that_is_none_is_said(
    audit: Callable[..., Ran], coefficients: tuple[str, str], says: str
) -> None:
    rows = "".join(
        f"e,e_total,{part},{each}\n" for part, each in zip(("e", "e_other"), coefficients, strict=True)
    )
    assert says in audit(CELLS, "relation_id,total_cell,part_cell,coefficient\n" + rows).sentence


def test_files_that_are_not_what_they_are_taken_for(
    sna: Sna, audit: Callable[..., Ran], tmp_path: Path
) -> None:
    audit()
    cells, relations, book = tmp_path / "cells.csv", tmp_path / "relations.csv", tmp_path / "book.xlsx"
    book.write_bytes(b"no workbook")
    (tmp_path / "empty.csv").write_text("")
    for arguments, says in (
        ((cells,), "holds cells: say with --relations FILE how they add up."),
        ((tmp_path / "nowhere.csv",), "nowhere.csv is not a file: name an existing file."),
        ((cells, "--relations", tmp_path), "is not a file: name an existing file."),
        ((book, "--relations", relations), "is a workbook, whose totals say how it adds up"),
        ((book,), "cannot be read as a workbook"),
        (
            (tmp_path / "empty.csv", "--relations", relations),
            "has no cells: give each a row of cell_id and value.",
        ),
        (
            (cells, "--relations", tmp_path / "empty.csv"),
            "has no relations: give each part of a total a row of",
        ),
        ((relations, "--relations", relations), "line 1: the column 'cell_id' is missing."),
    ):
        ran = sna("audit", *arguments)
        assert ran.code == 2, arguments
        assert says in ran.sentence


def test_what_is_not_tested_is_said_beside_the_first_sentence_and_in_json(sna: Sna, tmp_path: Path) -> None:
    table = tmp_path / "table.csv"
    table.write_text("Area,A,A %,B,Total\nN,c,c,34,37\nE,12,28,31,43\nAll,19,20,70,89\n")
    lines = sna("audit", table).out.splitlines()
    assert lines[0] == (
        "1 of 9 cells is suppressed: 1 can be worked out exactly, 0 more narrowly, 0 not. "
        "1 more cell without a number is not tested."
    )
    assert lines[1] == "Not tested: B2:E4: 1 cell without a number, left out with column A %."
    assert lines[2].startswith("Not tested: B2:E4: row All is called a total, but is no sum")
    told = json.loads(sna("audit", table, "--json").out)
    assert [told[name] for name in ("cells", "suppressed", "exact", "narrow")] == [9, 1, 1, 1]
    assert [f"Not tested: {each}." for each in told["not_tested"]] == lines[1:3]


def test_what_rests_on_a_name_alone_has_a_list_of_its_own(sna: Sna, tmp_path: Path) -> None:
    table = tmp_path / "table.csv"
    table.write_text("Area,Incidents,Victims,Total\nN,c,30,45\nE,c,40,60\n")
    assert (
        "Exact if the totals are what they are called: one count alone is possible" in sna("audit", table).out
    )
    assert json.loads(sna("audit", table, "--json").out)["assumed"] == ["B2", "B3"]
