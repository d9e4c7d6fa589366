"""What becomes of a text file at the door: literal bytes → its ledger line and its rejects."""

from __future__ import annotations

import gzip
import tracemalloc
from pathlib import Path
from typing import NamedTuple

import pyarrow
import pytest

from pipeline.ingest import text
from tests.ingest.door import (
    POLICE,
    ROW,
    Rejects,
    deliver,
    ingest,
    open_door,
    read_extract,
    read_rejects,
    take_in,
)

ACCEPTED, REFUSED = "accepted", "refused"


class Case(NamedTuple):
    content: bytes
    status: str
    counts: tuple[int, int, int]  # rows in, accepted, rejected
    says: str = ""  # in the reason of a refusal, else in the warnings
    rejects: Rejects = []  # noqa: RUF012


def police(*rows: str) -> bytes:
    return (POLICE + "".join(f"{row}\n" for row in rows)).encode()


def crime(number: int, recorded: str = "2024-03-01", offence: str = "8N", flag: str = "Y") -> str:
    return f"c{number},X23000001,X06000001,{recorded},{offence},{flag}"


NONE = (0, 0, 0)
WHOLE_FILE = {
    "sound": Case(police(crime(1), crime(2)), ACCEPTED, (2, 2, 0), "optional columns not sent: lsoa21_code"),
    "nothing in it": Case(b"", REFUSED, NONE, "the file is empty"),
    "white space alone": Case(b" \n\n\t\n", REFUSED, NONE, "the file is empty"),
    "header alone": Case(POLICE.encode(), REFUSED, NONE, "a header and no rows"),
    "header alone, no line end": Case(POLICE.strip().encode(), REFUSED, NONE, "a header and no rows"),
    "required column missing, nearest named": Case(
        police(crime(1)).replace(b"recorded_date", b"record_date"), REFUSED, NONE,
        "line 1: the required column 'recorded_date' of 'Police recorded crime, record level' not found "
        "(nearest: 'record_date')",
    ),
    "two required columns missing": Case(
        b"crime_id,lad_code,recorded_date\nc1,X06000001,2024-03-01\n", REFUSED, NONE,
        "the required columns 'force_code', 'ho_code'",
    ),
    "no header: no cell of a person is quoted": Case(
        b"crime_id_pseudonym|X23000001|recorded_dat|2024-03-01|8N|Y\n", REFUSED, NONE,
        "the required columns 'crime_id_pseudo', 'force_code', 'recorded_date', 'ho_code' of "
        "'Police recorded crime, record level' not found; ask the supplier",
    ),
    "column headed twice": Case(
        b"crime_id,crime_id_pseudo,force_code,recorded_date,ho_code\n", REFUSED, NONE,
        "line 1: two columns are headed as 'crime_id'",
    ),
    "marked UTF-8": Case(b"\xef\xbb\xbf" + police(crime(1)), ACCEPTED, (1, 1, 0)),
    "Windows encoding": Case(
        police(crime(1, flag="caf\u00e9")).replace("\u00e9".encode(), b"\xe9"),
        ACCEPTED, (1, 1, 0), "text was in Windows encoding (CP1252)",
    ),
    "neither encoding": Case(police(crime(1), "\u00e9").replace("\u00e9".encode(), b"\xe9\x81"), REFUSED, NONE,
                             "line 3 holds a byte that is neither"),
    "UTF-16": Case(police(crime(1)).decode().encode("utf-16"), ACCEPTED, (1, 1, 0), "text was in UTF-16"),
    "UTF-16 without its mark": Case(police(crime(1)).decode().encode("utf-16-le"), REFUSED, NONE, "NUL bytes"),
    "NUL byte": Case(police(crime(1)) + b"\x00", REFUSED, NONE, "NUL bytes"),
    "workbook under a text's name": Case(b"PK\x03\x04 ...", REFUSED, NONE, "a workbook or a zip archive"),
    "quotation mark never closes": Case(
        police(crime(1), 'c2,"X23000001,X06000001,2024-03-01,8N,Y', crime(3)), REFUSED, NONE,
        "a quotation mark opens on line 3 and never closes",
    ),
    "quotation marks tie rows together": Case(
        police(crime(1), 'c2,"X23000001,X06000001,2024-03-01,8N,Y', crime(3), crime(4) + '"'), REFUSED, NONE,
        "a quotation mark ties lines 3 to 5 together and they make no row of 6 fields",
    ),
    "stray inch mark is text": Case(police(crime(1, flag='5" knife')), ACCEPTED, (1, 1, 0), "neither yes nor no"),
    "text after a closing quotation mark": Case(
        police(crime(1), '"c2"x,X23000001,X06000001,2024-03-01,8N,Y'), ACCEPTED, (2, 1, 1), "",
        [(3, "", "text follows a closing quotation mark")],
    ),
    "quoted newlines move no line number": Case(
        police(crime(1, flag='"one\ntwo\nthree"'), "short,row", crime(3, "2024-13-01")),
        ACCEPTED, (3, 1, 2), "",
        [(5, "", "expected 6 fields, found 2"), (6, "recorded_on", "is not of type date")],
    ),
    "ragged rows": Case(
        police("a,b", crime(1), crime(2) + ",more,still", crime(3, "?"), "Source: the force"), ACCEPTED, (5, 1, 4), "",
        [(2, "", "expected 6 fields, found 2"), (4, "", "expected 6 fields, found 8"),
         (5, "recorded_on", "is not of type date"), (6, "", "a footer or a total, not a record")],
    ),
    "blank lines are no rows": Case(
        police("", crime(1), "", "  ", crime(2, "?")), ACCEPTED, (2, 1, 1), "",
        [(6, "recorded_on", "is not of type date")],
    ),
    "a row of nothing but commas": Case(
        police(crime(1), ",,,,,"), ACCEPTED, (2, 1, 1), "", [(3, "crime_id", "required value is missing")]
    ),
    "old Mac line ends": Case(police(crime(1), crime(2, "?")).replace(b"\n", b"\r"), ACCEPTED, (2, 1, 1), "",
                              [(3, "recorded_on", "is not of type date")]),
    "Windows line ends": Case(police(crime(1), crime(2, "?")).replace(b"\n", b"\r\n"), ACCEPTED, (2, 1, 1), "",
                              [(3, "recorded_on", "is not of type date")]),
    "line ends mixed": Case(police(crime(1), crime(2, "?")).replace(b"\n", b"\r\n", 1), ACCEPTED, (2, 1, 1), "",
                            [(3, "recorded_on", "is not of type date")]),
    "no row can be used": Case(
        police(crime(1, "?"), crime(2, "!"), crime(3, offence="?")), REFUSED, NONE,
        "not one of its 3 rows can be used; the commonest reason: recorded_on is not of type date",
    ),
    "semicolons": Case(police(crime(1)).replace(b",", b";"), ACCEPTED, (1, 1, 0)),
    "tabs": Case(police(crime(1)).replace(b",", b"\t"), ACCEPTED, (1, 1, 0)),
    "title rows above the header": Case(
        b'"Recorded crime, by\nthe force"\n\n' + police(crime(1), crime(2, "?")), ACCEPTED, (2, 1, 1),
        "3 lines stood above the header", [(6, "recorded_on", "is not of type date")],
    ),
    "line separators of Unicode are text": Case(
        police(crime(1, flag="a\u2028b\x85c\x0b"), crime(2, "?")), ACCEPTED, (2, 1, 1), "",
        [(3, "recorded_on", "is not of type date")],
    ),
    "columns that no contract knows": Case(
        b"crime_id,force_code,recorded_date,ho_code,colour,beat\x07\nc1,X23000001,2024-03-01,8N,red,7\n",
        ACCEPTED, (1, 1, 0), "columns not read: colour, column 6",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", WHOLE_FILE.values(), ids=WHOLE_FILE.keys())
def test_text_file_becomes(tmp_path: Path, case: Case) -> None:
    outcome = take_in(open_door(tmp_path), "police_crimes_2024-03.csv", case.content)
    line = outcome.line
    assert (line.status, (line.rows_in, line.accepted, line.rejected)) == (case.status, case.counts)
    assert case.says in (line.reason if case.status == REFUSED else "; ".join(line.warnings))
    assert outcome.rejects == case.rejects


ROW_RULES = {
    "day and month only": ("2024-03", "recorded_on is not of type date"),
    "no such day": ("2023-02-29", "recorded_on is not of type date"),
    "British date": ("29/02/2024", ""),
    "two digits of a year": ("29/02/24", "recorded_on has a year of two digits: ask for dates as yyyy-mm-dd"),
    "before 1990": ("1989-12-31", "recorded_on date lies before 1990"),
    "first day taken": ("1990-01-01", ""),
    "the day of ingest": ("2024-06-01", ""),
    "tomorrow": ("2024-06-02", "recorded_on date lies in the future"),
    "infinity": ("infinity", "recorded_on date lies in the future"),
    "epoch": ("epoch", "recorded_on date lies before 1990"),
    "blank": ("", "recorded_on required value is missing"),
}


@pytest.mark.parametrize(("recorded", "says"), ROW_RULES.values(), ids=ROW_RULES.keys())
def test_date_of_a_row(tmp_path: Path, recorded: str, says: str) -> None:
    outcome = take_in(open_door(tmp_path), "police_crimes_x.csv", police(crime(1), crime(2, recorded)))
    assert [f"{column} {rule}" for _, column, rule in outcome.rejects] == ([says] if says else [])


@pytest.mark.parametrize("offence", ["8n", "4.100", "999", "8N; drop table raw"])
def test_unknown_offence_code_is_held_back(tmp_path: Path, offence: str) -> None:
    outcome = take_in(open_door(tmp_path), "police_crimes_x.csv", police(crime(1), crime(2, offence=offence)))
    assert outcome.rejects == [(3, "offence_code", "code is not in the code list")]


def test_month_of_the_future_is_held_back(tmp_path: Path) -> None:
    header = "Crime ID,Month,Falls within,Crime type\n"
    rows = "".join(
        f"k{month},{month},Force,Robbery\n" for month in ("2024-05", "2024-13", "2031-01", "1890-01")
    )
    outcome = take_in(open_door(tmp_path), "2024-05-x-street.csv", (header + rows).encode())
    assert [(line, rule) for line, _, rule in outcome.rejects] == [
        (3, "is not of type month"),
        (4, "date lies in the future"),
        (5, "date lies before 1990"),
    ]


def test_columns_are_mapped_by_name_and_alias_never_by_place(tmp_path: Path) -> None:
    settings = open_door(tmp_path)
    text = "DA_FLAG , ho_code,recorded_date,crime_id_pseudo,x,FORCE_CODE\nN,8N,2024-03-01,c1,?,X23000001\n"
    take_in(settings, "police_crimes_x.csv", text.encode())
    columns = "crime_id, police_force_code, offence_code, is_domestic"
    assert read_extract(settings, "police_crimes", columns) == [("c1", "X23000001", "8N", False)]


def test_flag_has_three_answers_and_words_of_no_meaning_are_counted(tmp_path: Path) -> None:
    settings = open_door(tmp_path)
    words = ["Y", "N", "", "Maybe", "yes", "FALSE", "1", "0", "u"]
    rows = [crime(number, flag=word) for number, word in enumerate(words)]
    line = take_in(settings, "police_crimes_x.csv", police(*rows)).line
    answers = [answer for (answer,) in read_extract(settings, "police_crimes", "is_domestic")]
    assert answers == [True, False, None, None, True, False, True, False, None]
    assert "2 values of is_domestic are neither yes nor no: kept as not known" in line.warnings


def test_symbols_stay_apart_and_zero_stays_zero(tmp_path: Path) -> None:
    settings = open_door(tmp_path)
    cells = ["0", "7", "7.0", "c", "C", "x", "z", "u", "low", "", "1.5", "-", "1e400", "nan", "99999999999"]
    text = "time_period,geographic_level,At31_episodes\n" + "".join(
        f"2023,National,{cell}\n" for cell in cells
    )
    outcome = take_in(settings, "b1_children_in_need_x.csv", text.encode())
    columns = "children_in_need_count, children_in_need_count_status"
    assert read_extract(settings, "children_in_need", columns) == [
        (0, "reported"), (7, "reported"), (7, "reported"), (None, "suppressed"), (None, "suppressed"),
        (None, "not_available"), (None, "not_applicable"), (None, "unreliable"), (None, "low"),
        (None, "blank"),
    ]  # fmt: skip
    assert outcome.rejects == [
        (line, "children_in_need_count", "is not of type integer") for line in range(12, 17)
    ]


def test_decimal_is_no_word_of_a_program(tmp_path: Path) -> None:
    text = "Indicator ID,Area Code,Time period,Count\n" + "".join(
        f"1,E92000001,2022/23,{cell}\n" for cell in ("1.5", "nan", "inf", "-inf", "1e999")
    )
    outcome = take_in(open_door(tmp_path), "fingertips.csv", text.encode())
    assert [line for line, _, _ in outcome.rejects] == [3, 4, 5, 6]


def test_rows_alike_stay_once_and_rows_that_contradict_are_all_held_back(tmp_path: Path) -> None:
    rows = [
        crime(1),
        crime(1),
        crime(2),
        crime(2, flag="N"),
        crime(3),
        crime(3),
        crime(3, offence="2"),
        crime(4),
    ]
    outcome = take_in(open_door(tmp_path), "police_crimes_x.csv", police(*rows))
    contradicts = "same identifier, different content"
    assert outcome.rejects == [
        (3, "crime_id", "exact copy of an earlier row"),
        *((line, "crime_id", contradicts) for line in (4, 5, 6, 7, 8)),
    ]


def test_tab_alone_at_the_end_of_a_table_of_tabs_is_a_line_of_two_cells(tmp_path: Path) -> None:
    content = police(crime(1)).replace(b",", b"\t") + b"\t"
    outcome = take_in(open_door(tmp_path), "police_crimes_x.csv", content)
    assert (outcome.line.rows_in, outcome.rejects) == (2, [(3, "", "expected 6 fields, found 2")])


def test_gzip_is_read_and_a_broken_one_refused(tmp_path: Path) -> None:
    packed = gzip.compress(police(*(crime(number) for number in range(200))), mtime=0)
    for number, (content, status) in enumerate(
        [(packed, ACCEPTED), (packed[:-20], REFUSED), (packed[:40], REFUSED), (b"not gzip", REFUSED),
         (packed[:60] + b"\x00" * 20 + packed[80:], REFUSED), (gzip.compress(b""), REFUSED)]
    ):  # fmt: skip
        line = take_in(open_door(tmp_path / str(number)), "police_crimes_x.csv.gz", content).line
        assert line.status == status, number
        assert line.rows_in == (200 if status == ACCEPTED else 0)


def test_many_blank_lines_cost_no_memory_and_move_no_line_number(tmp_path: Path) -> None:
    settings = open_door(tmp_path)
    content = police(crime(1), "short").replace(b"short", b"\r\n" * 10 + b"\n" * 1_000_000 + b" \nshort")
    deliver(settings, "police_crimes_x.csv", content + f"{crime(2, '?')}\n{crime(3)}\n".encode())
    tracemalloc.start()
    pool = pyarrow.default_memory_pool()
    before = pool.max_memory()
    [line] = ingest(settings).deliveries
    peak = tracemalloc.get_traced_memory()[1] + pool.max_memory() - before
    tracemalloc.stop()
    assert read_rejects(settings, line) == [
        (1_000_014, "", "expected 6 fields, found 1"),
        (1_000_015, "recorded_on", "is not of type date"),
    ]
    assert read_extract(settings, "police_crimes", "line") == [(2,), (1_000_016,)]
    # The numbers of a million lines are 8 MB, their cells would be five times as much.
    assert peak < 60_000_000


def test_lines_are_numbered_alike_in_blocks_of_few_lines(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = police(
        *(crime(number, "?" if number % 20 == 1 else "2024-03-01") for number in range(50)), "", "x"
    )
    seen = []
    for lines in (1_000_000, 7, 1):
        monkeypatch.setattr(text, "BLOCK_LINES", lines)
        settings = open_door(tmp_path / str(lines))
        outcome = take_in(settings, "police_crimes_x.csv", content)
        seen.append((outcome.rejects, read_extract(settings, "police_crimes", "crime_id, line")))
    assert seen[1:] == seen[:1] * 2
    assert seen[0][0][-1] == (53, "", "expected 6 fields, found 1")


def test_one_row_reads_like_a_row(tmp_path: Path) -> None:
    settings = open_door(tmp_path)
    take_in(settings, "police_crimes_x.csv", (POLICE + ROW).encode())
    assert read_extract(settings, "police_crimes", "crime_id, line") == [("c1", 2)]
