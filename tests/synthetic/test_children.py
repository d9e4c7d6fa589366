"""Open tables about children: levels as published, sums that hold, neighbours that can be found by the models."""

import io
from pathlib import Path

import pandas as pd
import pytest
from delivered_files import read_text
from python_calamine import CalamineWorkbook

from pipeline.synthetic.calibration import figure

PORT = "X06000001"
YEARS = range(2020, 2025)


def national(rows: pd.DataFrame) -> pd.DataFrame:
    return rows[rows["geographic_level"] == "National"]


@pytest.fixture(scope="module")
def in_need(deliveries: Path) -> pd.DataFrame:
    rows = read_text(deliveries, "dfe/b1_*.csv").merge(
        read_text(deliveries, "dfe/ons_*.csv")
        .drop(columns=["la_name", "file"])
        .assign(time_period=lambda sent: (sent["time_period"].astype(int) + 1).astype(str)),
        on=["time_period", "geographic_level", "region_code", "new_la_code"],
    )
    rows[["At31_episodes", "population_estimate"]] = rows[["At31_episodes", "population_estimate"]].astype(
        int
    )
    return rows.assign(rate=10_000 * rows["At31_episodes"] / rows["population_estimate"])


@pytest.mark.parametrize("year", YEARS)
def test_the_country_has_the_published_rates(deliveries: Path, in_need: pd.DataFrame, year: int) -> None:
    england = figure("children_population", "England")
    own = national(in_need).set_index("time_period").loc[str(year)]
    expected = 10_000 * figure("children_in_need", "", f"31 Mar {year}") / england
    assert own["rate"] == pytest.approx(expected, abs=0.1)
    care = national(read_text(deliveries, "dfe/cla_*.csv"))
    looked_after = care[
        (care["time_period"] == str(year)) & (care["population_count"] == "Children looked after at 31 March")
    ]
    expected = 10_000 * figure("children_looked_after", "", f"YE 31 Mar {year}") / england
    assert looked_after["rate_per_10000"].astype(float).tolist() == [pytest.approx(expected, abs=0.6)]
    winter = national(read_text(deliveries, "dfe/ud_neet.csv")).set_index("time_period").loc[str(year)]
    assert float(winter["NEETNKprop"]) == pytest.approx(
        100 * figure("neet_or_not_known_share", "", f"Dec to Feb {year}"), abs=0.06
    )


def test_the_region_is_the_sum_of_its_authorities(deliveries: Path) -> None:
    for pattern, keys, count in (
        ("dfe/b1_*.csv", ["time_period"], "At31_episodes"),
        ("dfe/cla_*.csv", ["time_period", "population_count"], "number"),
        ("dfe/ud_neet.csv", ["time_period"], "avgNEET"),
        ("dfe/ons_*.csv", ["time_period"], "population_estimate"),
    ):
        rows = read_text(deliveries, pattern)
        rows = rows.assign(counted=rows[count].astype(int))
        level = rows["geographic_level"]
        authorities = rows[level == "Local authority"].groupby(keys)["counted"].sum().sort_index()
        region = rows[level == "Regional"].set_index(keys)["counted"].sort_index()
        assert authorities.equals(region), pattern


def test_no_share_is_larger_than_its_whole(deliveries: Path) -> None:
    winter = read_text(deliveries, "dfe/ud_neet.csv")
    counts = winter[["avgcohort", "avgNEET", "avgNK", "avgNEETNK"]].astype(int)
    assert (counts["avgNEET"] + counts["avgNK"] == counts["avgNEETNK"]).all()
    assert (counts["avgNEETNK"] < counts["avgcohort"] / 5).all()
    entrants = read_text(deliveries, "youth_justice/*.csv")
    rate = 100_000 * entrants["First Time Entrants"].astype(int) / entrants["10-17 Population"].astype(int)
    assert (rate - entrants["Rate per 100000"].astype(float)).abs().max() <= 0.051


def test_children_of_the_districts_are_those_of_the_population_file(
    deliveries: Path, people: pd.DataFrame
) -> None:
    young = people[people["age_band"].isin(["0-4", "5-9", "10-14", "15", "16-17"])]
    sent = read_text(deliveries, "dfe/ons_*.csv")
    own = sent[sent["new_la_code"].str.startswith("X060")].assign(
        count=lambda rows: rows["population_estimate"].astype(int)
    )
    assert own.groupby(own["time_period"].astype(int))["count"].sum().to_dict() == (
        young.groupby("mid_year")["population"].sum().to_dict()
    )


def test_port_example_has_more_need_than_its_neighbours(deliveries: Path, in_need: pd.DataFrame) -> None:
    neighbours = neighbours_of(deliveries)[PORT]
    latest = in_need[in_need["time_period"] == "2024"].set_index("new_la_code")
    beside = latest.loc[neighbours]
    assert (
        latest.loc[PORT, "rate"]
        > 1.1 * 10_000 * beside["At31_episodes"].sum() / beside["population_estimate"].sum()
    )
    assert latest.loc[PORT, "rate"] > latest.loc[[f"X0600000{n}" for n in range(2, 6)], "rate"].max()


def neighbours_of(deliveries: Path) -> dict[str, list[str]]:
    """The codes of each authority's neighbours, by way of their numbers."""
    numbers = read_text(deliveries, "dfe/geo_hierarchy.csv")
    codes = dict(zip(numbers["old_la_code"].astype(int), numbers["new_la_code"], strict=True))
    content = (deliveries / "dfe/sn_example.xlsx").read_bytes()
    header, *rows = (
        CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_name("LA SN Groups").to_python()
    )
    assert header == ["LA num", *(f"SN{number}" for number in range(1, 11))]
    return {codes[int(own)]: [codes[int(other)] for other in others] for own, *others in rows}


def test_each_authority_has_ten_neighbours_outside_the_area(deliveries: Path) -> None:
    found = neighbours_of(deliveries)
    assert len(found) == 19
    for code, neighbours in found.items():
        assert len(set(neighbours)) == 10
        assert code not in neighbours
        assert all(other.startswith("X069") for other in neighbours)
