"""`sna explain` tells a published figure in words and as data, and a wrong name in one sentence."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from pipeline.cli.told_lines import WIDTH
from tests.cli.area import Ran

Sna = Callable[..., Ran]


@pytest.fixture
def workspace(assessed: tuple[Path, Ran]) -> Path:
    return assessed[0]


def test_a_figure_is_told_with_all_that_stands_behind_it(sna: Sna, workspace: Path) -> None:
    told = sna("explain", "violence_rate", "--period", "2024-03", "--workspace", workspace)
    values = pd.read_parquet(workspace / "data/curated/published/indicator_values.parquet")
    wanted = {"indicator_id": "violence_rate", "area_type": "vru", "period_type": "month",
              "period_start": pd.Timestamp(2024, 3, 1), "split": "all"}  # fmt: skip
    for column, value in wanted.items():
        values = values[values[column] == value]
    [row] = values.itertuples()
    assert told.code == 0
    assert all(len(line) <= WIDTH for line in told.out.splitlines())
    lines = told.out.splitlines()
    assert lines[:2] == ["Violence against the person", "Exampleshire (X23000001) · month March 2024"]
    assert lines[2].startswith(f"{row.value} per 1,000 people (95% interval {row.lower95} to {row.upper95}, ")
    for text in (
        f"Numerator       {row.numerator:,.0f} offences: Violence against the person",
        "  counts        every offence of Violence against the person",
        f"Denominator     {row.denominator:,.0f} residents: in the middle of 2024, estimated from other years",
        "100 rows accepted, 0 held back",
        "Residents       population_lsoa21.csv",
        "Corrected       nothing",
        "Small counts    police_crimes: 1 to 4 are hidden (local_default; Our default, the data-sharing",
        "Release         none: these figures are a draft",
    ):
        assert text in told.out
    assert told.out.count("police_crimes_2024-0") == 1
    # Wherever the line breaks.
    assert "int_answers → fct_indicator_values" in " ".join(told.out.split())
    # By what residents are placed is no count of them.
    assert "lookup_lsoa21_msoa21_lad.csv" not in told.out


@pytest.mark.parametrize(
    ("indicator", "marker"),
    [("knife_crime_rate", "the knife flag"), ("firearm_crime_rate", "the firearm flag"),
     ("alcohol_share", "the alcohol flag"), ("youth_violence_rate", "the age of the victim")],
)  # fmt: skip
def test_a_missing_marker_is_asked_for_by_its_own_name(
    sna: Sna, workspace: Path, indicator: str, marker: str
) -> None:
    told = sna("explain", indicator, "--period", "2023/24", "--workspace", workspace)
    assert (
        f"No figure: Police recorded crime, record level does not carry {marker}. Ask the force for a record-level "
        "extract that does, one row a crime."
    ) in " ".join(told.out.split())


def test_json_holds_the_whole_hash_and_the_published_row(sna: Sna, workspace: Path) -> None:
    arguments = ("violence_rate", "--period", "March 2024", "--split", "domestic", "--json")
    told = json.loads(sna("explain", *arguments, "--workspace", workspace).out)
    [file] = told["origin"]["deliveries"]
    provenance = pd.read_parquet(workspace / "data/curated/published/provenance.parquet")
    [row] = provenance[provenance["file_name"] == file["file_name"]].itertuples()
    assert file["sha256"] == row.sha256 and len(row.sha256) == 64
    assert (file["rows_in"], file["accepted"], file["rejected"]) == (row.rows_in, row.accepted, row.rejected)
    assert told["cell"]["split"] == told["numerator"]["split"] == "domestic"
    assert told["cell"]["period_start"] == "2024-03-01"
    assert told["origin"]["release"] is None


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (
            ["violnce_rate"],
            "There is no published indicator or claim 'violnce_rate'. Did you mean 'violence_rate'?",
        ),
        (
            ["violence_rate", "--area", "Exampelshire"],
            "There is no area 'Exampelshire'. Did you mean 'Exampleshire'?",
        ),
        (["violence_rate", "--period", "tomorrow"], "'tomorrow' is no period: write 2023/24, 2023,"),
        (["violence_rate", "--area", "X06000001", "--period", "2024Q1"], "; the latest that is: 2023/24."),
        (["violence_rate", "--split", "domestik"], "Did you mean 'domestic'?"),
        (["lens_offences", "--lens", "londn"], "Did you mean 'london'?"),
        (["captur_ratio"], "Did you mean 'capture_ratio'?"),
    ],
)
def test_a_wrong_name_is_one_sentence(sna: Sna, workspace: Path, arguments: list[str], sentence: str) -> None:
    ran = sna("explain", *arguments, "--workspace", workspace)
    assert (ran.code, ran.out) == (2, "")
    assert sentence in ran.sentence


def test_a_claim_is_found_with_and_without_the_word(sna: Sna, workspace: Path) -> None:
    told = sna("explain", "claim", "missing_from_definition", "--workspace", workspace)
    assert told.code == 0
    assert told.out.startswith("Part            missing_from_definition")
    assert told.out == sna("explain", "missing_from_definition", "--workspace", workspace).out
    ran = sna("explain", "indicator", "violence_rate", "--workspace", workspace)
    assert (ran.code, ran.out) == (2, "")
    assert "One name at a time: write `sna explain violence_rate`, or `sna explain claim" in ran.sentence


def test_a_statistic_of_two_definitions_is_told_in_words_and_as_data(sna: Sna, workspace: Path) -> None:
    asked = ("capture_ratio", "--other-lens", "broad_da_sv_vawg", "--workspace", workspace)
    told = sna("explain", *asked)
    assert told.out.startswith(
        "Statistic       capture_ratio · exampleshire · broad_da_sv_vawg · X23000001 ·"
    )
    data = json.loads(sna("explain", *asked, "--json").out)
    [found] = data["statistics"]
    counts = [figure for figure in found["figures"] if figure["indicator_id"] == "lens_offences"]
    assert [figure["lens_id"] for figure in counts] == ["exampleshire", "broad_da_sv_vawg"]
    # And the most that each may count.
    assert {figure["indicator_id"] for figure in found["figures"]} == {
        "lens_offences",
        "lens_offences_at_most",
    }
    # So small an area has a hidden count, and so no number.
    assert (None in [figure["numerator"] for figure in counts]) == (found["numbers"]["value"] is None)
    taken_apart = sna("explain", "decomposition", "--workspace", workspace)
    assert taken_apart.out.startswith("Statistic       decomposition · domestic_share ·")


@pytest.mark.parametrize(
    "name",
    ["violence_rate", "missing_from_definition", "no_regional_variation", "capture_ratio", "decomposition"],
)
def test_of_everything_the_same_is_told_of_where_it_comes_from(sna: Sna, workspace: Path, name: str) -> None:
    asked = ("explain", name, "--workspace", workspace)
    origin = json.loads(sna(*asked, "--json").out)["origin"]
    assert list(origin) == [
        "models", "deliveries", "population_deliveries", "source_notes", "corrections", "policies", "release",
    ]  # fmt: skip
    months = [row for row in origin["deliveries"] if row["source_id"] == "police_crimes"]
    assert [row["file_name"].rsplit("/")[-1] for row in months] == [
        f"police_crimes_2024-0{month}.csv" for month in (1, 2, 3)
    ]
    text = sna(*asked).out
    assert all(len(line) <= WIDTH for line in text.splitlines())
    # Wherever the line breaks.
    assert "SQL models police_crimes → stg_police__crimes → " in " ".join(text.split())
    for row in months:
        assert text.count(f"{row['sha256'][:12]}…  {row['accepted']:,.0f} rows accepted, ") == 1
    for line in (
        "Corrected       nothing",
        "Small counts    police_crimes: ",
        "Release         none: these figures",
    ):
        assert text.count(line) == 1


def test_without_published_figures_it_says_what_to_run(sna: Sna, tmp_path: Path) -> None:
    ran = sna("explain", "violence_rate", "--workspace", tmp_path)
    assert ran.code == 2
    assert "holds no published figures: run `sna refresh`." in ran.sentence
