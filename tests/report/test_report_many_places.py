"""Exhibits of many places, ages and measures draw published figures and tell published verdicts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pandas as pd
import pytest
from published import DISTRICTS, VRU, write_published

from pipeline.report.kinds.funnel import build_funnel, build_lorenz
from pipeline.report.kinds.multiples import build_multiples
from pipeline.report.kinds.pyramid import build_pyramid
from pipeline.report.kinds.spine import build_spine
from pipeline.report.published import Published, read_published
from pipeline.report.selection import Context
from pipeline.report.sentences import plain
from pipeline.report.specs import ExhibitSpec
from pipeline.settings import Settings

VIOLENCE = ("violence_rate",)


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Published:
    return read_published(write_published(tmp_path_factory.mktemp("published")))


@pytest.fixture(scope="module")
def context(settings: Settings, bundle: Published) -> Context:
    return Context(bundle, settings, (), {})


def neighbourhoods(kind: str) -> ExhibitSpec:
    return ExhibitSpec("exhibit", kind, VIOLENCE, places=("neighbourhoods",), name="Recorded violence")


def test_a_funnel_counts_who_lies_outside_by_the_published_position(context: Context) -> None:
    exhibit = build_funnel(neighbourhoods("funnel"), context, VIOLENCE)
    assert exhibit is not None and exhibit.chart is not None
    count = len(exhibit.chart.frame)
    assert plain(exhibit.title) == (
        f"Recorded violence: of {count} neighbourhoods, 1 lies above and 0 below the outer limits of chance for their "
        "size"
    )
    outside = [row for row in exhibit.table.rows if row[-1].text == "above the 99.8% limit"]
    assert len(outside) == 1 and [cell.text for cell in outside[0][3:8]] == [
        "33.3",
        "30.1",
        "36.6",
        "28.2",
        "38.8",
    ]
    assert "widened" not in exhibit.notes[0]


def test_widened_limits_come_first_where_they_are_published(settings: Settings, bundle: Published) -> None:
    table = bundle.tables["positions"].copy()
    is_wide = table["statistic"] == "overdispersed_funnel"
    table.loc[is_wide, ["lower998", "upper998"]] = [6.0, 79.3]
    table.loc[is_wide, ["value_status", "position"]] = ["reported", "within"]
    context = Context(replace(bundle, tables={**bundle.tables, "positions": table}), settings, (), {})
    exhibit = build_funnel(neighbourhoods("funnel"), context, VIOLENCE)
    assert exhibit is not None and "widened" in exhibit.notes[0]
    # What chance alone allows is told too, by the narrower limits.
    assert plain(exhibit.title).endswith(
        "none lies outside what they differ by beyond chance anyway; 1 lies above and 0 below the outer limits of "
        "chance for their size"
    )
    # And the table names who it is.
    assert exhibit.table.columns[-1].heading == "By limits of chance alone"
    outside = [row for row in exhibit.table.rows if row[-1].text == "above the 99.8% limit"]
    assert len(outside) == 1 and outside[0][-2].text == "within the limits"


def test_a_place_whose_rate_is_hidden_has_no_dot(context: Context) -> None:
    exhibit = build_funnel(neighbourhoods("funnel"), context, VIOLENCE)
    assert exhibit is not None
    assert all(reading.is_reported for reading in exhibit.readings)


def test_a_curve_is_drawn_only_where_every_place_is_told(settings: Settings, bundle: Published) -> None:
    spec = neighbourhoods("lorenz")
    assert build_lorenz(spec, Context(bundle, settings, (), {}), VIOLENCE) is None
    told = tuple(
        reading
        for reading in bundle.readings["violence_rate"]
        if reading.area_type != "msoa" or reading.is_reported
    )
    whole = replace(bundle, readings={**bundle.readings, "violence_rate": told})
    exhibit = build_lorenz(spec, Context(whole, settings, (), {}), VIOLENCE)
    assert exhibit is not None and exhibit.chart is not None
    assert plain(exhibit.title) == (
        "Recorded violence: half of it is in 33.9% of neighbourhoods; chance alone would need 48.0%"
    )
    held = list(exhibit.chart.frame["value"])
    assert held == sorted(held) and held[-1] == pytest.approx(100)
    steps = pd.Series([0.0, *held]).diff().dropna().round(9).tolist()
    assert steps == sorted(steps, reverse=True)
    assert "0.234" in exhibit.notes[0] and "0.028" in exhibit.notes[0]


def test_ages_stand_back_to_back_as_published_counts(context: Context) -> None:
    spec = ExhibitSpec(
        "exhibit",
        "pyramid",
        VIOLENCE,
        splits=("domestic", "non_domestic"),
        field="numerator",
        name="Violence",
    )
    exhibit = build_pyramid(spec, context, VIOLENCE)
    assert exhibit is not None and exhibit.chart is not None
    frame = exhibit.chart.frame.set_index(["label", "role"])
    own = {(one.breakdown_value, one.split): one.numerator for one in exhibit.readings if one.is_reported}
    assert frame["value"].dropna().to_dict() == own
    assert plain(exhibit.title).startswith(
        "Violence: the most domestic offences are at ages 25 to 34 (2,340)"
    )


def test_a_spine_tells_how_many_measures_are_what_by_published_verdicts(context: Context) -> None:
    spec = ExhibitSpec("exhibit", "spine", ("violence_rate", "domestic_crime_rate", "knife_crime_rate"))
    exhibit = build_spine(spec, context, spec.indicators)
    assert exhibit is not None and exhibit.chart is not None
    assert plain(exhibit.title) == "Of 3 measures, set beside Example Country, 3 are lower"
    frame = exhibit.chart.frame
    assert (frame["lowest"] <= frame["highest"]).all()
    assert [row[-1].text for row in exhibit.table.rows] == ["lower"] * 3


def test_two_measures_are_no_spine(context: Context) -> None:
    spec = ExhibitSpec("exhibit", "spine", ("violence_rate", "domestic_crime_rate"))
    assert build_spine(spec, context, spec.indicators) is None


def test_every_district_has_a_panel_and_the_area_stands_behind(context: Context) -> None:
    spec = ExhibitSpec("exhibit", "multiples", VIOLENCE)
    exhibit = build_multiples(spec, context, VIOLENCE)
    assert exhibit is not None and exhibit.chart is not None
    frame = exhibit.chart.frame
    assert set(frame.loc[frame["role"] == "focus", "series"]) == set(DISTRICTS.values())
    behind = frame[frame["role"] == "comparator"]
    assert list(behind["period"]) == [date(year, 4, 1) for year in range(2019, 2024)]
    assert {reading.area_code for reading in exhibit.readings} == {*DISTRICTS, VRU}


def test_two_years_make_no_panels(settings: Settings, bundle: Published) -> None:
    late = tuple(one for one in bundle.readings["violence_rate"] if one.period_start >= date(2022, 4, 1))
    context = Context(replace(bundle, readings={"violence_rate": late}), settings, (), {})
    assert build_multiples(ExhibitSpec("exhibit", "multiples", VIOLENCE), context, VIOLENCE) is None
