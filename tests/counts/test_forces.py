"""An area of two police forces: each has the figures that an area of its districts alone would have."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from random import Random

import pandas as pd
import pytest

from pipeline.settings import Settings, read_settings
from tests.conftest import fill_area, query, read_values, write_rows
from tests.counts.comparison import FIGURES
from tests.counts.drawn import MONTHS, Row, crime, draw_area, lookup, population, quiet_months
from tests.counts.drawn_places import DISTRICTS, LSOAS
from tests.counts.reference import AREA, POLICE, Cell, count_area, figure_of
from tests.counts.twin_rows import Row as TextRow
from tests.counts.twin_rows import Source, read_source
from tests.counts.twin_suspects import INCIDENTS
from tests.once import fill_once

FORCES = {"X23000001": DISTRICTS[:2], "X23000002": DISTRICTS[2:]}
FORCE_OF = {lad: force for force, lads in FORCES.items() for lad in lads}
ASSESSMENT = """
name = "two_forces"
title = "Two forces"
edition = "2024"
start = 2019-04-01
cut_off = 2024-03-31
is_synthetic = true

[area]
code = "X23000100"
name = "Two forces"
region_code = "X12000001"
region_name = "Example Region"
country_code = "X92000001"
country_name = "Example Country"
police_force_codes = ["X23000001", "X23000002"]
districts = ["X06000001", "X06000002", "X06000003", "X06000004", "X06000005"]

[definition]
lens_id = "ho_narrow"
"""
# The list of forces knows the first alone; the lookup names the other.
NAMES = {"X23000001": "Exampleshire (police force)", "X23000002": "Force 2 (police force)"}
SAME_CELL = "indicator_id, lens_id, period_type, period_start, breakdown, breakdown_value, split"


def draw_two_forces() -> dict[str, list[Row]]:
    """The crimes and incidents of a drawn area, of which now one force sends a record and now the other."""
    dice, files = Random(7), draw_area(seed=7, crime_count=1500)
    crimes = {
        name: [
            {**row, "force_code": dice.choice(list(FORCES))} if row["force_code"] in FORCES else row
            for row in rows
        ]
        for name, rows in files.items()
        if name.startswith("police_crimes")
    }
    # Of each force every month is there.
    quiet = [{**row, "force_code": force} for force in FORCES for row in quiet_months()]
    incidents = [
        {**row, "force_code": list(FORCES)[number // len(MONTHS) % 2]} if row["force_code"] in FORCES else row
        for number, row in enumerate(files["da_incidents_1.csv"])
    ]
    return {
        "lookup_lsoa21_msoa21_lad.csv": lookup(),
        "population_lsoa21.csv": population(),
        "lad_police_force.csv": [
            {"LAD23CD": lad, "LAD23NM": lad, "PFA23CD": force, "PFA23NM": f"Force {force[-1]}"}
            for lad, force in FORCE_OF.items()
        ],
        **crimes,
        "police_crimes_0_quiet.csv": [*quiet, crime(ho_code="1"), crime(ho_code="1", lsoa21_code="")],
        "da_incidents_1.csv": incidents,
    }


@pytest.fixture(scope="module")
def two_forces(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """An area of two districts of one force and three of another, which sometimes record crimes of each other's."""

    def fill(folder: Path) -> None:
        (folder / "assessment.toml").write_text(ASSESSMENT, encoding="utf-8")
        fill_area(folder, draw_two_forces())

    return read_settings(fill_once(tmp_path_factory, "two_forces", fill))


def force_of(row: TextRow) -> str:
    """The force whose district a record lies in; without a place, the one that sent it."""
    lad = LSOAS[row["lsoa21_code"]][1] if row["lsoa21_code"] in LSOAS else row["lad_code"]
    return FORCE_OF.get(lad, row["force_code"]) if lad else row["force_code"]


def write_alone(force: str, deliveries: Path, folder: Path) -> Path:
    """Writes what is of one force's districts as if it were the whole area."""

    def write(name: str, rows: Iterable[TextRow]) -> None:
        write_rows(folder / name, list(rows))

    def own(source: Source) -> Iterable[TextRow]:
        rows = (row for row in read_source(deliveries, source) if row["force_code"] in FORCES)
        return ({**row, "force_code": AREA} for row in rows if force_of(row) == force)

    write("police_crimes_1.csv", own(POLICE))
    write("da_incidents_1.csv", own(INCIDENTS))
    write("lookup_lsoa21_msoa21_lad.csv", lookup())
    with next(deliveries.rglob("population_lsoa21.csv")).open(encoding="utf-8", newline="") as lines:
        people = csv.DictReader(lines)
        write(
            "population_lsoa21.csv",
            (row for row in people if FORCE_OF[LSOAS[row["lsoa21_code"]][1]] == force),
        )
    return folder


@pytest.mark.parametrize("force", FORCES)
def test_the_figures_of_a_force_are_those_of_its_districts_alone(
    two_forces: Settings, force: str, tmp_path: Path
) -> None:
    twin = count_area(write_alone(force, two_forces.deliveries, tmp_path))
    compared: Counter[str] = Counter()
    for *words, source_id, numerator, denominator in query(
        two_forces, f"{FIGURES} and area_code = '{force}'"
    ):
        cell = Cell(*words)
        alone = Cell(cell.indicator_id, cell.lens_id, AREA, *words[3:])
        assert (numerator, denominator) == figure_of(twin, alone), cell
        compared[source_id] += 1
    assert compared["police_crimes"] > 300
    assert compared["da_incidents"] > 10


def test_forces_add_up_to_the_area_and_hold_what_has_no_district(two_forces: Settings) -> None:
    sums = f"""
        select {SAME_CELL}, sum(numerator) from fct_indicator_values
        where area_type = '{{}}' and numerator is not null and lens_id = ''
        group by all"""
    area, forces, districts = (
        {tuple(words): total for *words, total in query(two_forces, sums.format(area_type))}
        for area_type in ("vru", "force", "lad")
    )
    shared = area.keys() & forces.keys()
    assert len(shared) > 100
    assert [words for words in shared if area[words] != forces[words]] == []
    assert sum(forces[words] > districts[words] for words in shared & districts.keys()) > 50


def test_a_district_stands_beside_the_rest_of_its_own_force(two_forces: Settings) -> None:
    found = pd.read_parquet(two_forces.published / "comparisons.parquet")
    beside = found[found["comparator_kind"] == "force"]
    pairs = set(zip(beside["area_code"], beside["comparator_label"], strict=True))
    assert pairs == {(lad, f"The rest of {NAMES[force]}") for lad, force in FORCE_OF.items()}
    assert {"higher", "lower", "similar"} & set(beside["verdict"])
    values = read_values(two_forces)
    assert set(values.loc[values["area_type"] == "force", "area_code"]) == set(FORCES)


def test_a_dictionary_names_the_force_among_what_a_figure_is_compared_with(two_forces: Settings) -> None:
    indicators = pd.read_parquet(two_forces.published / "indicators.parquet").set_index("indicator_id")
    assert "force" in indicators.loc["violence_rate", "comparators"].split(", ")
