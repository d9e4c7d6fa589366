"""Wrong settings, definitions, folders and files: one sentence and the exit code of the design."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from pipeline.settings import DEMONSTRATION, PROJECT
from tests.cli.area import Ran, crimes, run_sna, write_small_area
from tests.conftest import write_rows

Sna = Callable[..., Ran]
TEXT = DEMONSTRATION.read_text(encoding="utf-8")
COMMANDS = ("demo", "check", "fetch", "ingest", "refresh", "report", "assess", "audit")

SETTINGS = {
    "not TOML": ("[area", "]", "cannot be read as TOML ("),
    "misspelt setting": ("cut_off =", "cutoff =", "`cutoff` is not a setting. Did you mean `cut_off`?"),
    "misspelt table": ("[definition]", "[defintion]", "`defintion` is not a setting. Did you mean `definition`?"),
    "setting missing": ("start = 2019-04-01\n", "", "the setting `start` is missing: add it."),
    "text for a date": ("= 2024-03-31", '= "March"', "`cut_off`: expected a date, such as 2024-03-31"),
    "time for a date": ("= 2024-03-31", "= 2024-03-31T10:00:00", "`cut_off`: expected a date without a time"),
    "text for a list": (re.compile(r"\[\"X06.*\]"), '"X06000001"', "`area.districts`: expected a list in square"),
    "empty list": (re.compile(r"\[\"X06.*\]"), "[]", "`area.districts`: expected at least one code."),
    "number for text": ('"Example Region"', "12", "`area.region_name`: expected text in quotation marks."),
    "word for a yes": ("= true", '= "maybe"', "`is_synthetic`: expected true or false"),
    "name that leaves the folder": ('"demonstration"', '"../up"', "`name`: expected lower-case letters"),
    "cut-off before the start": ("= 2024-03-31", "= 2018-03-31", "start (2019-04-01) must lie before cut_off"),
    "a setting of the program": ("[area]", 'folder = "x"\n[area]', "`folder` is not a setting. Take it out."),
    "unknown lens": ('lens_id = "exampleshire"', 'lens_id = "examplshire"',
                     "the lens 'examplshire' does not exist. Did you mean 'exampleshire'?"),
}  # fmt: skip


@pytest.mark.parametrize("debug", [False, True])
def test_unforeseen_error_is_shown_by_its_kind_and_place_and_never_by_its_message(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], debug: bool
) -> None:
    """With --debug too, the whole way there: what it prints is sent to the developers."""
    from pipeline import plan

    def fail(*_: object) -> None:
        try:
            duckdb.execute("select cast('zqcanary' as integer)").fetchall()
        except duckdb.Error as error:
            raise ValueError("zqcanary") from error

    monkeypatch.setattr(plan, "ingest", fail)
    arguments = ["ingest", "--workspace", tmp_path, *(["--debug"] if debug else [])]
    ran = run_sna(monkeypatch, capsys, *arguments)
    assert ran.code == 1
    assert "zqcanary" not in ran.out + ran.err.replace("select cast('zqcanary' as integer)", "").replace(
        'raise ValueError("zqcanary")', ""
    )
    assert "internal error: ValueError at test_wrong_input.py:" in ran.err
    assert ("in fail" in ran.err and "ConversionException" in ran.err) == debug


@pytest.fixture
def area(tmp_path: Path) -> Path:
    """A workspace with its own assessment file and lens, and the small deliveries."""
    shutil.copytree(DEMONSTRATION.parent, tmp_path / "w")
    write_small_area(tmp_path / "w")
    return tmp_path / "w"


def left(folder: Path) -> list[str]:
    """What a command wrote below data/, its lock apart."""
    return [
        file.name
        for file in folder.rglob("*")
        if file.is_file() and "raw" not in file.parts and "data" in file.parts and file.name != ".lock"
    ]


@pytest.mark.parametrize(("old", "new", "says"), SETTINGS.values(), ids=SETTINGS.keys())
def test_wrong_setting(sna: Sna, area: Path, old: str | re.Pattern[str], new: str, says: str) -> None:
    changed = re.sub(old, new, TEXT) if isinstance(old, re.Pattern) else TEXT.replace(old, new, 1)
    assert changed != TEXT
    (area / "assessment.toml").write_text(changed, encoding="utf-8")
    ran = sna("ingest", "--workspace", area)
    assert ran.code == 2
    assert ran.sentence.startswith(f"{area / 'assessment.toml'}")
    assert says in ran.sentence
    assert left(area) == []


LENSES = (DEMONSTRATION.parent / "lenses.csv").read_bytes()
RULES = (DEMONSTRATION.parent / "lens_rules.csv").read_bytes()
DEFINITIONS = {
    "unknown condition": ("lens_rules.csv", RULES.replace(b"1,if_non_domestic", b"1,if_non_domestick", 1),
                          "line 2: condition 'if_non_domestick' is not in conditions.csv. Did you mean"),
    "unknown offence": ("lens_rules.csv", RULES.replace(b",4.2,", b",4.222,"), "line 5: offence_code '4.222' is not"),
    "unknown lens": ("lens_rules.csv", RULES.replace(b"exampleshire,1,", b"exampleshir,1,"),
                     "line 2: lens_id 'exampleshir' is not in lenses.csv. Did you mean 'exampleshire'?"),
    "column misspelt": ("lens_rules.csv", RULES.replace(b"condition", b"conditions", 1),
                        "line 1: the column 'condition' is missing. Did you mean 'conditions'?"),
    "ragged": ("lens_rules.csv", RULES + b"exampleshire,81\n", "line 26 has more or fewer cells than the header"),
    "ragged after a quoted newline": ("lens_rules.csv", RULES + b'exampleshire,81,all,,,"a\nb",no,x\nexampleshire,81\n',
                                      "line 28 has more or fewer cells"),
    "not UTF-8": ("lens_rules.csv", RULES.replace(b"Fictional", b"Fict\xefonal", 1), "is not UTF-8 text"),
    "quotation mark never closes": ("lenses.csv", LENSES + b'"open', "cannot be read (unexpected end of data)"),
    "lens without its name": ("lenses.csv", LENSES.replace(b"lens_id", b"lens", 1), "the column 'lens_id' is missing."),
}  # fmt: skip


@pytest.mark.parametrize(("name", "content", "says"), DEFINITIONS.values(), ids=DEFINITIONS.keys())
def test_wrong_local_lens(sna: Sna, area: Path, name: str, content: bytes, says: str) -> None:
    (area / name).write_bytes(content)
    ran = sna("assess", "--workspace", area)
    assert ran.code == 2
    sentence = ran.err.splitlines()[-1]
    assert sentence.startswith(f"sna: {area / name}")
    assert says in sentence
    assert left(area) == []


def test_lens_file_saved_by_excel_is_read(sna: Sna, area: Path) -> None:
    (area / "lens_rules.csv").write_bytes(b"\xef\xbb\xbf" + RULES.replace(b"\n", b"\r\n"))
    assert sna("ingest", "--workspace", area).code == 0


SEEDS = {
    "indicator": ("indicator_cells.csv", "violence_rate,", "violence_rat,",
                  "indicator_id 'violence_rat' is not in indicators.csv. Did you mean 'violence_rate'?"),
    "area": ("indicator_cells.csv", ",lad,", ",ladd,", "area_type 'ladd' is not in area_types.csv. Did"),
    "lens": ("lens_rules.csv", "vap_all,", "vap_al,", "lens_id 'vap_al' is not in lenses.csv. Did you mean 'vap_all'?"),
    "condition": ("lens_rules.csv", ",all,", ",al,", "condition 'al' is not in conditions.csv. Did you mean 'all'?"),
    "category of streets alone": ("indicators.csv", ",violence,", ",street_other,",
                                  "'street_other' is not in measures.csv."),
    "measure": ("indicators.csv", ",recorded_crime,", ",recorded_crim,", "'recorded_crim' is not in measures.csv."),
}  # fmt: skip


@pytest.mark.parametrize(("name", "old", "new", "says"), SEEDS.values(), ids=SEEDS.keys())
def test_unknown_name_in_a_seed(tmp_path: Path, name: str, old: str, new: str, says: str) -> None:
    from pipeline.definitions import check_definitions
    from pipeline.settings import ConfigurationError, read_assessment

    seeds = tmp_path / "dbt_project" / "seeds"
    shutil.copytree(PROJECT / "dbt_project" / "seeds", seeds)
    text = (seeds / name).read_text(encoding="utf-8")
    (seeds / name).write_text(text.replace(old, new, 1), encoding="utf-8")
    line = text[: text.index(old)].count("\n") + 1
    with pytest.raises(ConfigurationError) as error:
        check_definitions(tmp_path, read_assessment(DEMONSTRATION))
    assert str(error.value).startswith(f"{seeds / name} line {line}: ")
    assert says in str(error.value)


def test_folders_and_files_that_are_not_there(sna: Sna, area: Path) -> None:
    for arguments, says in (
        (("--assessment", area / "nowhere.toml"), "nowhere.toml does not exist: name an existing file"),
        (("--assessment", area), "is a folder: name the file in it"),
        (("--deliveries", area / "nowhere"), "nowhere does not exist: name an existing folder"),
        (("--deliveries", area / "lenses.csv"), "lenses.csv is a file: name an existing folder"),
        (("--deliveries", area / "empty"), "No delivery in"),
        (("--workspace", area / "lenses.csv"), "lenses.csv is a file: name a folder"),
    ):
        (area / "empty").mkdir(exist_ok=True)
        ran = sna("assess", "--workspace", area, *arguments)
        assert ran.code == 2, arguments
        assert says in ran.err.splitlines()[-1]
        assert "Traceback" not in ran.err
    assert [name for name in left(area) if name != "none.parquet"] == []


def test_empty_workspace_is_told_to_put_deliveries_there(sna: Sna, tmp_path: Path) -> None:
    ran = sna("assess", "--workspace", tmp_path)
    assert ran.code == 2
    assert f"No delivery in {tmp_path / 'data' / 'raw'} could be read: put files there" in ran.err
    ran = sna("report", "--workspace", tmp_path)
    assert ran.code == 2
    assert ran.sentence.endswith("holds no published figures yet: run `sna refresh` first.")


@pytest.mark.parametrize(
    "arguments", [["asess"], ["assess", "--deliverys", "x"], ["check"], ["assess", "--workspace"]]
)
def test_misspelt_command_line_ends_with_2(sna: Sna, arguments: list[str]) -> None:
    ran = sna(*arguments)
    assert ran.code == 2
    assert "Traceback" not in ran.err
    assert "Error: " in ran.err


def test_named_file_is_taken_in_and_a_refused_one_ends_with_3(sna: Sna, area: Path) -> None:
    (area / "SYNTHETIC.txt").write_text("SYNTHETIC")
    good, bad = area / "police_crimes_2023-12.csv", area / "police_crimes_2023-11.csv"
    write_rows(good, crimes(1))
    bad.write_text("crime_id,force\n1,2\n")
    ran = sna("ingest", "--workspace", area, good, "--json")
    assert (ran.code, json.loads(ran.out)["accepted_rows"]) == (0, 100)
    ran = sna("ingest", "--workspace", area, good, bad)
    assert ran.code == 3
    assert "Refused: police_crimes_2023-11.csv: line 1: the required columns 'force_code'" in ran.err
    assert sna("ingest", "--workspace", area, area / "nowhere.csv").code == 2


def test_check_says_what_would_become_of_a_file_and_lands_nothing(sna: Sna, area: Path) -> None:
    (area / "SYNTHETIC.txt").write_text("SYNTHETIC")
    file = area / "police_crimes_2023-12.csv"
    write_rows(file, [*crimes(1), {**crimes(1)[0], "crime_id": "z", "recorded_date": "soon"}])
    ran = sna("check", file)
    assert ran.code == 4
    assert "101 rows: 100 would be accepted, 1 held back" in ran.out
    assert "1 × recorded_on is not of type date (line 102)" in ran.out
    told = json.loads(sna("check", file, "--json").out)
    assert told["lines"] == {"recorded_on is not of type date": [102]}
    assert sna("check", file, "--as", "fingertips").code == 3
    assert "There is no source 'fingertip'" in sna("check", file, "--as", "fingertip").sentence
    assert sna("check", area / "nowhere.csv").code == sna("check", area).code == 2
    (area / "letter.txt").write_text("Dear all")
    ran = sna("check", area / "letter.txt")
    assert (ran.code, "No contract fits the name or header of letter.txt" in ran.out) == (3, True)
    assert left(area) == []


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_help_fits_a_terminal_and_is_not_cut_off(sna: Sna, command: str) -> None:
    ran = sna(*[word for word in (command, "--help") if word])
    assert ran.code == 0
    assert max(map(len, ran.out.splitlines())) <= 80
    assert "..." not in ran.out.replace("[ARGS]...", "").replace("[FILE]...", "").replace("[SOURCE]...", "")
    assert all(each in ran.out for each in COMMANDS) or command
