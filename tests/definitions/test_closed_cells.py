"""What is never published is refused as soon as a row of indicator_cells asks for it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from pipeline.definitions import check_definitions
from pipeline.settings import DEMONSTRATION, PROJECT, ConfigurationError, read_assessment
from tests.counts.reference import read_seed

# A row to add → what is said of it.
CLOSED = {
    "domestic_crime_rate,lsoa,pooled_years,none,all,none,all":
        "domestic_crime_rate is not published by lsoa, because so few addresses can show a home or a refuge "
        "(closed_cells.csv: domestic): ask for msoa, or take the row out.",
    # Any measure has a domestic part, and a definition may count nothing else.
    "violence_rate,lsoa,pooled_years,none,every,none,all": "violence_rate is not published by lsoa",
    "domestic_violence_share,oa,pooled_years,none,all,none,all": "domestic_violence_share is not published by oa",
    "lens_offence_rate,lsoa,pooled_years,none,all,every,window": "lens_offence_rate is not published by lsoa",
    "sexual_offences_rate,lsoa,pooled_years,none,all,none,all": "(closed_cells.csv: sexual): ask for msoa",
    "sexual_charge_share,lsoa,pooled_years,none,all,none,all": "sexual_charge_share is not published by lsoa",
    "homicide_rate,vru,financial_year,none,all,none,all":
        "homicide_rate is not published by financial_year, because one event is known to neighbours, and one year of "
        "a place holds few or none (closed_cells.csv: homicide): ask for pooled_years, or take the row out.",
    "homicide_rate,msoa,pooled_years,none,all,none,all": "(closed_cells.csv: homicide): ask for lad",
    "homicide_rate,lad,pooled_years,none,every,none,all": "(closed_cells.csv: domestic_homicide): ask for vru",
    "homicide_domestic_share,lad,pooled_years,none,all,none,all": "(closed_cells.csv: domestic_homicide)",
    "suspension_rate,msoa,academic_year,none,all,none,all": "(closed_cells.csv: education): ask for lad",
}  # fmt: skip


@pytest.fixture
def seeds(tmp_path: Path) -> Path:
    """The project's seeds, to be changed."""
    return Path(shutil.copytree(PROJECT / "dbt_project" / "seeds", tmp_path / "dbt_project" / "seeds"))


def add_row(seeds: Path, row: str) -> str:
    """Adds a row to indicator_cells; returns where it stands, as an error names it."""
    file = seeds / "indicator_cells.csv"
    text = file.read_text(encoding="utf-8") + row + "\n"
    file.write_text(text, encoding="utf-8")
    return f"{file} line {text.count(chr(10))}: "


@pytest.mark.parametrize(("row", "says"), CLOSED.items(), ids=CLOSED.keys())
def test_a_row_that_asks_for_what_is_never_published_is_refused(seeds: Path, row: str, says: str) -> None:
    place = add_row(seeds, row)
    with pytest.raises(ConfigurationError) as error:
        check_definitions(seeds.parents[1], read_assessment(DEMONSTRATION))
    assert str(error.value).startswith(place)
    assert says in str(error.value)


def test_pooled_years_of_a_neighbourhood_are_as_far_as_domestic_abuse_goes(seeds: Path) -> None:
    add_row(seeds, "violence_rate,msoa,pooled_years,none,every,none,all")
    check_definitions(seeds.parents[1], read_assessment(DEMONSTRATION))


def test_every_measure_that_counts_a_closed_subject_alone_is_of_that_subject() -> None:
    groups = {row["offence_subgroup"]: row["offence_group"] for row in read_seed("offence_codes")}
    of_flag = {
        row["condition"]
        for row in read_seed("conditions")
        if (row["flag"], row["is_flag_true"]) == ("is_domestic", "true")
    }
    rules: dict[str, list[dict[str, str]]] = {}
    for rule in read_seed("measure_rules"):
        rules.setdefault(rule["measure_id"], []).append(rule)
    listed = {(row["subject"], row["measure_id"]) for row in read_seed("subject_measures")}
    wanted = set()
    for measure, rows in rules.items():
        if all(
            "Sexual offences" in (row["offence_group"], groups.get(row["offence_subgroup"])) for row in rows
        ):
            wanted.add(("sexual", measure))
        if all(row["offence_subgroup"] == "Homicide" for row in rows):
            wanted.add(("homicide", measure))
        if all(row["condition"] in of_flag for row in rows):
            wanted.add(("domestic", measure))
    wanted |= {
        ("domestic", row["measure_id"]) for row in read_seed("measures") if row["source_id"] == "da_incidents"
    }
    assert len(wanted) > 10
    assert wanted - listed == set()


def test_every_closed_subject_has_measures_and_an_authority() -> None:
    subjects = {row["subject"] for row in read_seed("subject_measures")} | {"domestic_homicide"}
    rows = read_seed("closed_cells")
    assert {row["subject"] for row in rows} == subjects
    assert all(row["authority"] and row["status"] and row["reason"] for row in rows)
    assert all(bool(row["area_type"]) != bool(row["period_type"]) for row in rows)
