"""`sna lens`: what is shown fits a terminal and is true; wrong rows and failed examples end with 2 and one sentence."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from pipeline.settings import DEMONSTRATION, PROJECT
from tests.cli.area import Ran

Sna = Callable[..., Ran]
LENSES = ("exampleshire", "ho_narrow", "sv_strategy_2018", "thames_valley", "leicestershire", "london", "s13_reference",
          "broad_da_sv_vawg", "vap_all")  # fmt: skip
NEEDED = "from pipeline.cli.main import app; import sys; app(sys.argv[1:], standalone_mode=False); print(*sys.modules)"


@pytest.fixture
def area(tmp_path: Path) -> Path:
    """A workspace with its own assessment file and lens, and no data."""
    return Path(shutil.copytree(DEMONSTRATION.parent, tmp_path / "w"))


def add_line(file: Path, line: str) -> None:
    """Adds a line to a table."""
    with file.open("a", encoding="utf-8") as stream:
        stream.write(f"{line}\n")


def test_every_lens_is_listed_with_whose_it_is_and_whether_its_codes_are_a_reading(
    sna: Sna, area: Path
) -> None:
    ran = sna("lens", "show", "--workspace", area)
    lines = {line.split()[0]: line for line in ran.out.splitlines() if line}
    assert ran.code == 0
    assert set(LENSES) <= set(lines)
    assert "this area's as published" in lines["exampleshire"]
    assert "shipped     interpretation" in lines["london"]
    assert "shipped     as published" in lines["vap_all"]


@pytest.mark.parametrize("lens", ["", *LENSES])
@pytest.mark.parametrize("full", [[], ["--full"]])
def test_a_lens_fits_a_terminal_of_100_columns(sna: Sna, area: Path, lens: str, full: list[str]) -> None:
    ran = sna("lens", "show", *([lens] if lens else []), *full, "--workspace", area)
    assert ran.code == 0
    assert max(map(len, ran.out.splitlines())) <= 100


def test_a_lens_is_shown_with_a_line_an_offence_and_a_column_a_condition(sna: Sna, area: Path) -> None:
    out = sna("lens", "show", "sv_strategy_2018", "--full", "--workspace", area).out
    head = next(line for line in out.splitlines() if line.split()[-1:] == ["lines"])
    columns = ["all", "knife", "firearm", "lines"]
    for code, met in (("1", ["all"]), ("8N", ["knife", "firearm"]), ("106", ["lines"])):
        line = next(line for line in out.splitlines() if line.split()[:1] == [code])
        assert [
            word for word in columns if line[head.index(word) : head.index(word) + len(word)].strip() == "x"
        ] == met
    assert "county_lines: flagged county lines" in out
    assert "Codes:   interpretation" in out
    assert "interpretation added here: confirm" in out


def test_long_lists_are_folded_unless_they_are_asked_for(sna: Sna, area: Path) -> None:
    folded = sna("lens", "show", "s13_reference", "--workspace", area).out
    full = sna("lens", "show", "s13_reference", "--full", "--workspace", area).out
    assert "8 offences: 19C, 19D, 19E, 19F, 19G, 19H, 19J, 19K" in folded
    assert "8 offences" not in full
    assert "Rape of a female child under 13" in full
    assert "Rape of a female child under 13" not in folded


def test_dates_and_admissions_of_a_lens_are_shown(sna: Sna, area: Path) -> None:
    add_line(area / "lens_rules.csv", "exampleshire,3A,all,2021-05-15,2022-08-20,Board paper,no,agreed")
    out = sna("lens", "show", "exampleshire", "--workspace", area).out
    assert "all: from 2021-05-15 to 2022-08-20" in out
    out = sna("lens", "show", "ho_narrow", "--workspace", area).out
    assert "sharp (X99): all" in out


def test_what_a_lens_does_with_unknown_flags_follows_from_its_rules(sna: Sna, area: Path) -> None:
    for lens in LENSES:
        shown = json.loads(sna("lens", "show", lens, "--workspace", area, "--json").out)
        text = " ".join(sna("lens", "show", lens, "--workspace", area).out.split())
        says_none = shown["unknown_flag_rule"] == "does not depend on the flag"
        assert says_none == (shown["flags"] == []), lens
        assert ("No rule looks at a flag: at least and at most are the same." in text) == says_none
        assert ("it is not counted, and it is counted in “at most”" in text) != says_none


def test_a_lens_as_data_has_every_rule(sna: Sna, area: Path) -> None:
    every = json.loads(sna("lens", "show", "--workspace", area, "--json").out)
    assert [lens["lens_id"] for lens in every] == list(LENSES)
    shown = json.loads(sna("lens", "show", "ho_narrow", "--workspace", area, "--json").out)
    assert len(shown["rules"]) == 25
    assert shown["rules"][0] | {"source": ""} == {
        "code": "1", "condition": "if_non_domestic", "first_day": None, "last_day": None, "source": "",
        "is_interpretation": "yes", "status": "interpretation carried from previous table",
    }  # fmt: skip


def test_lenses_are_shown_without_data_and_without_loading_what_is_slow(area: Path) -> None:
    for arguments in (["show"], ["show", "london"], ["compare", "london", "vap_all"], ["test"]):
        done = subprocess.run(
            [sys.executable, "-c", NEEDED, "lens", *arguments, "--workspace", str(area)],
            env={**os.environ, "PYTHONPATH": str(PROJECT)}, capture_output=True, text=True, check=True,
        )  # fmt: skip
        loaded = set(done.stdout.split("\n")[-2].split())
        assert loaded & {"pandas", "duckdb", "numpy", "dbt", "prefect"} == set()
    assert not (area / "data").exists()


def test_two_lenses_are_told_apart_by_offences_and_conditions(sna: Sna, area: Path) -> None:
    out = sna("lens", "compare", "thames_valley", "exampleshire", "--workspace", area).out
    assert "Not nested: each catches offences that the other leaves out." in out
    assert "In thames_valley alone: 6 offences" in out
    assert "In exampleshire alone" not in out
    assert (
        "  8N, 8P, 8S, 8T, 3B\n      thames_valley: knife\n      exampleshire: knife or public_under_25\n"
        in out
    )
    assert "Nothing has been published of them here yet" in out
    assert max(map(len, out.splitlines())) <= 100
    data = json.loads(
        sna("lens", "compare", "thames_valley", "exampleshire", "--workspace", area, "--json").out
    )
    assert (data["published"], len(data["offences"])) == (None, 25)


def test_a_lens_inside_another_is_called_nested(sna: Sna, area: Path) -> None:
    add_line(area / "lenses.csv", "killed,Killed,Killed,Homicide,does not depend on the flag,None,no,6")
    for code in ("1", "4.1"):
        add_line(area / "lens_rules.csv", f"killed,{code},all,,,None,no,test")
    out = sna("lens", "compare", "killed", "vap_all", "--workspace", area).out
    assert "Nested: all that killed catches vap_all catches too." in out
    out = sna("lens", "compare", "vap_all", "killed", "--workspace", area).out
    assert "Nested: all that killed catches vap_all catches too." in out
    assert (
        "Nested: both catch the same offences."
        in sna("lens", "compare", "killed", "killed", "--workspace", area).out
    )


def test_published_figures_of_two_lenses_stand_side_by_side_and_none_that_is_hidden(
    sna: Sna, built: Path
) -> None:
    values = pd.read_parquet(built / "data" / "curated" / "published" / "indicator_values.parquet")
    is_count = (values["indicator_id"] == "lens_offences") & (values["lens_id"] == "exampleshire")
    values.loc[is_count, "value_status"] = "suppressed"
    values.loc[is_count, ["numerator", "value", "lower95", "upper95"]] = None
    values.to_parquet(built / "data" / "curated" / "published" / "indicator_values.parquet")
    ran = sna("lens", "compare", "exampleshire", "vap_all", "--workspace", built)
    line = next(line for line in ran.out.splitlines() if line.startswith("Offences in the definition  "))
    number = values[(values["indicator_id"] == "lens_offences") & (values["lens_id"] == "vap_all")
                    & (values["area_type"] == "vru")].sort_values("period_start")["value"].iloc[-1]  # fmt: skip
    is_whole = pd.notna(number)
    assert (
        line.split()[4:] == ["suppressed", f"{number:,.0f}"] if is_whole else line.split()[4] == "suppressed"
    )
    assert "Capture ratio" not in ran.out
    assert "Offences by" not in ran.out
    full = sna("lens", "compare", "exampleshire", "vap_all", "--workspace", built, "--full").out
    is_male = (values["breakdown_value"] == "Male") & (values["split"] == "all")
    is_count = (values["indicator_id"] == "lens_offences") & (values["lens_id"] == "vap_all")
    men = values[is_male & is_count].sort_values("period_start").tail(1)
    shown = next(line for line in full.splitlines() if line.startswith("Male  "))
    status = men["value_status"].iloc[0]
    told = f"{men['value'].iloc[0]:,.0f}" if status == "reported" else status.replace("_", " ")
    assert " ".join(shown.split()) == f"Male suppressed {told}"
    assert [line for line in full.splitlines() if line.startswith("Offences by")] == [
        "Offences by kind of offence",
        "Offences by sex of the victim",
        "Offences by age of the victim",
        "Offences by location",
    ]


def test_a_domestic_share_stands_beside_what_unknown_flags_could_make_of_it(sna: Sna, built: Path) -> None:
    values = pd.read_parquet(built / "data" / "curated" / "published" / "indicator_values.parquet")
    is_share = (values["indicator_id"] == "lens_domestic_share") & (values["lens_id"] == "vap_all")
    values.loc[is_share, ["value", "lowest", "highest", "value_status"]] = [32.4, 28.5, 40.6, "reported"]
    values.to_parquet(built / "data" / "curated" / "published" / "indicator_values.parquet")
    out = sna("lens", "compare", "exampleshire", "vap_all", "--workspace", built).out
    line = next(line for line in out.splitlines() if line.startswith("Domestic share"))
    assert line.endswith("32.4% (28.5 to 40.6)")


def test_a_lens_is_tried_on_everything_that_its_flags_can_say(sna: Sna, area: Path) -> None:
    ran = sna("lens", "test", "--workspace", area)
    assert ran.code == 0
    assert "1, 1/4.1/4.10/4.2, 4.1, 4.2, 2, 5D, 5E\n  non_domestic\n" in ran.out
    lines = [" ".join(line.split()) for line in ran.out.splitlines()]
    assert lines.count("yes left out") == lines.count("no caught") == lines.count("? cannot tell") == 1
    assert "no yes ? cannot tell" in lines
    assert "no no ? left out" in lines
    assert "Left out whatever the flags say: the other 131 offences" in ran.out
    drawn = json.loads(sna("lens", "test", "--workspace", area, "--json").out)["drawn"]
    counts = [len([each for each in drawn if each["is_caught"] is said]) for said in (True, False, None)]
    # Of one flag 1, 1, 1; of knife, or place and age, 11, 5, 11; of none 1.
    assert counts == [13, 6, 12]


EXAMPLES = "description,offence_code,recorded_on,is_knife_enabled,is_public_place,is_under_25,expected\n"


def test_examples_of_an_analyst_are_answered(sna: Sna, area: Path) -> None:
    file = area / "lens_examples.csv"
    file.write_text(
        EXAMPLES + "A stabbing,8N,2023-06-15,yes,no,no,yes\n"
        "A punch at home,8N,2023-06-15,no,no,yes,no\n"
        "A punch somewhere,8N,,no,unknown,yes,unknown\n",
        encoding="utf-8",
    )
    ran = sna("lens", "test", "--workspace", area)
    assert ran.code == 0
    assert ran.out.count("  ok     line ") == 3
    add_line(file, "A fight at home,8N,2023-06-15,no,no,yes,yes")
    ran = sna("lens", "test", "--workspace", area)
    assert ran.code == 2
    assert "FAILED line 5, exampleshire: A fight at home: no, expected yes" in ran.out
    assert ran.sentence == (
        f"{file}: 1 of 4 examples are answered otherwise than expected (line 5): mend the rules, or what is expected."
    )


def test_an_example_may_name_its_lens_and_the_day_decides(sna: Sna, area: Path) -> None:
    add_line(area / "lens_rules.csv", "exampleshire,3A,all,2021-05-15,2022-08-20,Board paper,no,agreed")
    (area / "lens_examples.csv").write_text(
        "lens_id,description,offence_code,recorded_on,expected\n"
        ",The day before,3A,2021-05-14,no\n,The first day,3A,2021-05-15,yes\n,The last day,3A,2022-08-20,yes\n"
        ",The day after,3A,2022-08-21,no\nvap_all,All violence,3A,2021-05-14,yes\n",
        encoding="utf-8",
    )
    ran = sna("lens", "test", "--workspace", area)
    assert (ran.code, ran.out.count("  ok     line ")) == (0, 5)
    assert "from 2021-05-15 to 2022-08-20:\n  all: caught" in ran.out


WRONG_EXAMPLES = {
    "flag": (EXAMPLES.replace("is_knife_enabled", "is_knife_enable"), "the column 'is_knife_enable' is not in flags."
             "csv. Did you mean 'is_knife_enabled'?"),
    "column": (EXAMPLES.replace("expected", "expect"), "the column 'expected' is missing. Did you mean 'expect'?"),
    "word": (EXAMPLES.replace("\n", "\nA,8N,,maybe,,,yes\n"), "line 2: is_knife_enabled 'maybe' is none of yes, no"),
    "answer": (EXAMPLES.replace("\n", "\nA,8N,,,,,\n"), "line 2: expected is blank: write yes, no or unknown."),
    "code": (EXAMPLES.replace("\n", "\nA,8NN,,,,,no\n"), "offence_code '8NN' is not in offence_codes.csv. Did"),
    "day": (EXAMPLES.replace("\n", "\nA,8N,15/6/2023,,,,no\n"), "line 2: recorded_on '15/6/2023' is no date"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "says"), WRONG_EXAMPLES.values(), ids=WRONG_EXAMPLES.keys())
def test_a_wrong_example_is_named(sna: Sna, area: Path, text: str, says: str) -> None:
    (area / "lens_examples.csv").write_text(
        text if text.count("\n") > 1 else f"{text}A,8N,,,,,no\n", encoding="utf-8"
    )
    ran = sna("lens", "test", "--workspace", area)
    assert ran.code == 2
    assert says in ran.sentence


WRONG_ROWS = {
    "unknown code": ("lens_rules", "exampleshire,8NN,all,,,,no,", "line 26: offence_code '8NN' is not in"),
    "unknown condition": ("lens_rules", "exampleshire,8N,if_knive,,,,no,", "Did you mean 'if_knife'?"),
    "said twice": ("lens_rules", "exampleshire,8N,if_knife,,,B,no,", "line 26 says again what"),
    "said twice for some days": ("lens_rules", "exampleshire,8N,if_knife,2022-01-01,,B,no,", "line 26 says again what"),
    "turned round": ("lens_rules", "exampleshire,3A,all,2022-04-01,2022-03-31,B,no,", "valid_to (2022-03-31) lies bef"),
    "no date": ("lens_rules", "exampleshire,3A,all,2022-13-01,,B,no,", "line 26: valid_from '2022-13-01' is no date"),
    "code gone": ("lens_rules", "exampleshire,90,all,2021-04-01,,B,no,", "90 was in use from 2012/13 Q1 to 2020/21 Q4"),
    "code to come": ("lens_rules", "exampleshire,8U,all,,2019-03-31,B,no,", "offence 8U was in use from 2020/21 Q1"),
    "blank code": ("lens_rules", "exampleshire,,all,,,,no,", "line 26: offence_code is blank"),
    "no rule": ("lenses", "empty,E,E,E,E,E,no,6", "line 3: the lens 'empty' has no rule: add rows to lens_rules.csv"),
    "name taken": ("lenses", "london,E,E,E,E,E,no,6", "line 3: there is a lens 'london' already ("),
    "whether codes are a reading": ("lenses", "new,E,E,E,E,E,perhaps,6", "is_interpretation 'perhaps' is neither yes"),
    "rule without a source": ("lens_rules", "exampleshire,3A,all,,,,no,", "line 26: source is blank: name the paper"),
    "whether a rule is a reading": ("lens_rules", "exampleshire,3A,all,,,B,maybe,", "'maybe' is neither yes"),
    "rule of a lens of all": ("lens_rules", "london,3A,if_county_lines,,,B,no,", "'london' is the same for every area"),
    "admission": ("lens_health_rules", "exampleshire,sharp,if_knife,,,B,no,", "be told of an admission: write all"),
    "mechanism": ("lens_health_rules", "exampleshire,sharpe,all,,,,no,", "mechanism_group 'sharpe' is not in icd10"),
}  # fmt: skip


@pytest.mark.parametrize(("table", "line", "says"), WRONG_ROWS.values(), ids=WRONG_ROWS.keys())
def test_a_row_that_cannot_mean_what_it_says_is_named(
    sna: Sna, area: Path, table: str, line: str, says: str
) -> None:
    file = area / f"{table}.csv"
    if not file.exists():
        shutil.copy(PROJECT / "dbt_project" / "seeds" / f"{table}.csv", file)
        file.write_text(file.read_text(encoding="utf-8").split("\n", maxsplit=1)[0] + "\n", encoding="utf-8")
    add_line(file, line)
    ran = sna("lens", "test", "--workspace", area)
    assert ran.code == 2
    assert ran.sentence.startswith(str(file))
    assert says in ran.sentence


def test_every_wrong_row_is_named_in_one_run(sna: Sna, area: Path) -> None:
    for line in (
        "exampleshire,5D,if_knif,,,A,no,",
        "exampleshire,5E,all,,,,no,",
        "exampleshire,8P,all,2024-02-30,,A,no,",
        "exampleshire,8N,if_knife,,,B,perhaps,",
    ):
        add_line(area / "lens_rules.csv", line)
    add_line(area / "lenses.csv", "empty,Empty,Empty,None,,Ours,no,9")
    ran = sna("lens", "test", "--workspace", area)
    assert ran.code == 2
    told = [line.removeprefix("sna: ") for line in ran.err.splitlines()]
    rules, lenses = area / "lens_rules.csv", area / "lenses.csv"
    assert [line.split(": ")[0] for line in told] == [
        f"{rules} line 26", f"{lenses} line {len(lenses.read_text().splitlines())}", f"{rules} line 27",
        f"{rules} line 28", f"{rules} line 29",
    ]  # fmt: skip
    assert "'if_knif' is not in conditions.csv. Did you mean 'if_knife'?" in told[0]
    assert "no rule" in told[1] and "source is blank" in told[2]
    assert "is no date" in told[3] and "neither yes" in told[4]


def test_a_lens_that_looks_at_flags_says_what_becomes_of_the_unknown(sna: Sna, area: Path) -> None:
    add_line(area / "lenses.csv", "new,New,New,Knives,,Board paper,no,6")
    add_line(area / "lens_rules.csv", "new,8N,if_knife,,,Board paper,no,agreed")
    ran = sna("lens", "show", "--workspace", area)
    assert ran.code == 2
    assert "line 3: unknown_flag_rule is blank, and the lens looks at flags: say what becomes" in ran.sentence


def test_a_lens_that_does_not_exist_is_told_with_the_nearest(sna: Sna, area: Path) -> None:
    for arguments in (["show", "londn"], ["test", "londn"], ["compare", "vap_all", "londn"]):
        ran = sna("lens", *arguments, "--workspace", area)
        assert ran.code == 2
        assert ran.sentence == "There is no lens 'londn'. Did you mean 'london'?"
    assert sna("lens", "show", "zzz", "--workspace", area).sentence.endswith("`sna lens show` lists them.")
    assert sna("lens", "compare", "london").code == 2
