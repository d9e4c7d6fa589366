"""How figures are spread over areas can be checked by eye, and is told of what is shown alone."""

from __future__ import annotations

import pandas as pd
import pytest

from pipeline.publish.area_sets import SET
from pipeline.publish.distributions import (
    EMPTY_TENTH,
    NO_MAP,
    NO_TENTHS,
    TOO_FEW,
    UNDEFINED,
    describe_distributions,
)
from pipeline.publish.neighbourhoods import Neighbourhoods
from pipeline.publish.protect import SUPPRESSED
from pipeline.settings import Settings
from tests.conftest import read_values
from tests.publish.area_figures import figures, sets_of

# Ten places in a row, each touching the next; the first in the most deprived tenth, the last in the least.
CODES = [f"M{number:02}" for number in range(10)]
ROW = Neighbourhoods(
    CODES,
    [[other for other in (place - 1, place + 1) if 0 <= other < 10] for place in range(10)],
    {code: number + 1 for number, code in enumerate(CODES)},
)
NOWHERE = Neighbourhoods([], [], {})
FALLING = [100.0, 90.0, 80.0, 70.0, 60.0, 50.0, 40.0, 30.0, 20.0, 10.0]


def told(frame: pd.DataFrame, places: Neighbourhoods = ROW) -> pd.DataFrame:
    return describe_distributions(sets_of(frame), places).set_index("statistic")


def test_lowest_median_and_highest_are_those_of_the_areas() -> None:
    found = told(figures([5, 10, 30], area_type="lad"))
    assert list(found.loc[["lowest", "median", "highest"], "value"]) == [5.0, 10.0, 30.0]
    assert (found["area_count"] == 3).all()


def test_a_rate_that_falls_with_deprivation_has_slope_and_ratio_by_its_line() -> None:
    found = told(figures(FALLING))
    # 10 to 100 per 1,000 in steps of 10: the line from 5 to 105.
    assert found.loc["slope_index", "value"] == pytest.approx(100.0)
    assert found.loc["relative_index", "value"] == pytest.approx(21.0)
    assert found.loc["slope_index", "lower95"] < 100 < found.loc["slope_index", "upper95"]


def test_concentration_is_told_beside_what_chance_gives() -> None:
    found = told(figures(FALLING))
    # The highest three hold 270 of 550 events, and a fourteenth of the fourth the other 5.
    assert found.loc["half_share", "value"] == pytest.approx(0.307, abs=5e-4)
    assert found.loc["gini", "value"] == pytest.approx(0.3)
    assert found.loc["gini", "expected"] < 0.1
    assert 0.44 < found.loc["half_share", "expected"] < 0.5


def test_places_in_order_are_like_their_neighbours() -> None:
    found = told(figures(FALLING))
    # From 4.5 to -4.5 about the mean: (2 × 4.5 × 3.5 at the ends + 42 between them) / 82.5.
    assert found.loc["morans_i", "value"] == pytest.approx(73.5 / 82.5, abs=5e-4)
    assert found.loc["morans_i", "expected"] == pytest.approx(-1 / 9, abs=5e-4)
    assert found.loc["morans_i", "p_value"] < 0.05


def test_variation_beyond_chance_is_none_where_all_are_alike() -> None:
    found = told(figures([20.0] * 10))
    assert found.loc["i_squared", "value"] == 0
    # McPherson's component of ten areas at what is expected: 100 times (0 - 20) / 20².
    assert found.loc["systematic_component", "value"] == -5.0
    assert tuple(found.loc["morans_i", ["value_status", "status_reason"]]) == ("not_available", UNDEFINED)


def test_the_spread_of_places_has_limits() -> None:
    spread = told(figures(FALLING)).loc["spread"]
    assert 0 < spread["lower95"] < spread["value"] < spread["upper95"]


def test_with_a_tenth_of_areas_hidden_the_others_speak() -> None:
    found = told(figures([None, *FALLING[1:]]))
    assert found.loc["highest", "value"] == 90.0
    assert set(found["hidden_count"]) == {1}
    assert set(found["area_count"]) == {9}


def test_with_more_hidden_nothing_is_told() -> None:
    found = told(figures([None, None, *FALLING[2:]]))
    assert set(found["value_status"]) == {"suppressed"}
    assert set(found["status_reason"]) == {SUPPRESSED}
    assert found[["value", "lower95", "upper95", "expected", "p_value"]].isna().all().all()


def test_what_is_hidden_takes_no_part_even_if_its_number_were_there() -> None:
    hidden = figures([*FALLING, None])
    leaking = hidden.assign(numerator=hidden["numerator"].fillna(7.0), value=hidden["value"].fillna(7.0))
    pd.testing.assert_frame_equal(told(hidden), told(leaking))


def test_too_few_areas_have_edges_and_nothing_else() -> None:
    found = told(figures([5, 10], area_type="lad"))
    assert found.loc["median", "value"] == 7.5
    assert tuple(found.loc["i_squared", ["value_status", "status_reason"]]) == ("not_available", TOO_FEW)
    places = told(figures(FALLING[:9]))
    assert set(places.loc[["gini", "morans_i", "slope_index"], "status_reason"]) == {TOO_FEW}


def test_without_boundaries_or_deprivation_it_says_so() -> None:
    found = told(figures(FALLING), NOWHERE)
    assert found.loc["morans_i", "status_reason"] == NO_MAP
    assert found.loc["slope_index", "status_reason"] == NO_TENTHS


def test_a_tenth_without_events_has_no_logarithm() -> None:
    assert told(figures([*FALLING[:9], 0])).loc["slope_index", "status_reason"] == EMPTY_TENTH
    everybody = figures([1000.0, *FALLING[1:]], kind="share")
    assert told(everybody).loc["relative_index", "status_reason"] == EMPTY_TENTH


def test_no_events_at_all_have_no_concentration() -> None:
    found = told(figures([0.0] * 10))
    assert set(found.loc[["gini", "half_share", "spread", "i_squared"], "status_reason"]) == {UNDEFINED}


def test_each_kind_of_figure_has_the_statistics_that_suit_it() -> None:
    edges = ["lowest", "median", "highest"]
    assert list(told(figures([5, 6], kind="ratio")).index) == edges
    assert list(told(figures(FALLING, kind="share")).index) == [
        *edges, "morans_i", "slope_index", "relative_index",
    ]  # fmt: skip


def test_the_demonstration_shows_what_was_built_into_it(demonstration: Settings) -> None:
    found = pd.read_parquet(demonstration.published / "distributions.parquet")
    places = found[
        (found["indicator_id"] == "violence_rate")
        & (found["area_type"] == "msoa")
        & (found["value_status"] == "reported")
    ].set_index("statistic")
    # Violence falls with deprivation, and the deprived lie together.
    assert (places.loc[["relative_index"], "lower95"] > 1).all()
    assert (places.loc[["gini"], "value"] > places.loc[["gini"], "expected"]).all()
    assert (places.loc[["morans_i"], "p_value"] < 0.05).all()


def test_the_demonstration_tells_nothing_of_sets_that_are_mostly_hidden(demonstration: Settings) -> None:
    found = pd.read_parquet(demonstration.published / "distributions.parquet")
    values = read_values(demonstration)
    hidden = values[values["area_type"].isin(["lad", "msoa"])].assign(
        is_hidden=lambda rows: rows["value_status"] == "suppressed",
        is_shown=lambda rows: rows["value_status"] == "reported",
    )
    counts = hidden.groupby(SET)[["is_hidden", "is_shown"]].sum().reset_index()
    joined = found.merge(counts, on=SET)
    assert len(joined) == len(found)
    is_too_hidden = (joined["is_hidden"] > 0) & (
        joined["is_shown"] < 0.9 * (joined["is_shown"] + joined["is_hidden"])
    )
    assert is_too_hidden.any()
    assert (joined.loc[is_too_hidden, "value_status"] == "suppressed").all()
    assert joined.loc[is_too_hidden, "value"].isna().all()
