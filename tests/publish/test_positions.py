"""Where an area stands among the others, by hand; and nothing of an area that is hidden."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from pipeline.publish.distributions import TOO_FEW, UNDEFINED
from pipeline.publish.neighbourhoods import Neighbourhoods
from pipeline.publish.positions import NO_NEIGHBOURS, ROUNDED, find_positions
from pipeline.publish.protect import SUPPRESSED
from pipeline.settings import Settings
from pipeline.statistics.space import empirical_bayes_rates
from tests.conftest import read_values
from tests.publish.area_figures import figures, sets_of

# Two clusters of six places: each place touches all others of its own.
CODES = [f"M{number:02}" for number in range(12)]
CLUSTERS = Neighbourhoods(
    CODES,
    [[other for other in range(12) if other != place and other // 6 == place // 6] for place in range(12)],
    {},
)
NOWHERE = Neighbourhoods([], [], {})
TWO_LEVELS = [42.0, 40.0, 38.0, 41.0, 39.0, 40.0, 12.0, 10.0, 8.0, 11.0, 9.0, 10.0]
NUMBERS = ["value", "centre", "lower95", "upper95", "lower998", "upper998"]


def told(*frames: pd.DataFrame, statistic: str, places: Neighbourhoods = CLUSTERS) -> pd.DataFrame:
    found = find_positions(sets_of(*frames), places)
    return found[found["statistic"] == statistic].set_index("area_code")


def test_an_area_outside_the_limits_of_its_size_stands_out() -> None:
    # 100 per 1,000 in all: 1,000 expected of 10,000 people, give or take 62 (95%) or 98 (99.8%).
    found = told(figures([1000, 1080, 1120, 920, 880], 10_000, area_type="lad"), statistic="funnel")
    assert list(found["position"]) == ["within", "high_95", "high_998", "low_95", "low_998"]
    assert set(found["centre"]) == {100.0}
    assert found["lower95"].iloc[0] == pytest.approx(93.8, abs=0.1)
    assert found["upper998"].iloc[0] == pytest.approx(109.9, abs=0.2)


def test_a_share_has_the_limits_of_a_share() -> None:
    found = told(figures([50, 50, 80], 100, area_type="lad", kind="share"), statistic="funnel")
    # The mean of 60% less and more 1.96 times the root of 0.6 × 0.4 / 100.
    assert found["lower95"].iloc[0] == pytest.approx(60 - 9.6, abs=0.05)
    assert list(found["position"]) == ["low_95", "low_95", "high_998"]


def test_a_funnel_widened_for_overdispersion_accuses_fewer() -> None:
    plain, wide = (told(figures(TWO_LEVELS), statistic=name) for name in ("funnel", "overdispersed_funnel"))
    assert (plain["position"] != "within").all()
    assert (wide["position"] == "within").all()
    assert (wide["upper95"] > plain["upper95"]).all()


def test_five_districts_have_no_overdispersed_funnel() -> None:
    found = told(figures([10, 12, 14, 16, 18], area_type="lad"), statistic="overdispersed_funnel")
    assert set(found["value_status"]) == {"not_available"}
    assert set(found["status_reason"]) == {TOO_FEW}
    assert found[NUMBERS].isna().all().all()


def test_the_rate_of_a_small_place_is_drawn_towards_that_of_all() -> None:
    people = [100.0, *[1000.0] * 11]
    found = told(figures([8.0, *TWO_LEVELS[1:]], people), statistic="steadied_rate")
    expected = 1000 * empirical_bayes_rates([8.0, *TWO_LEVELS[1:]], people)
    assert np.allclose(found["value"], expected, atol=0.051)
    assert found["centre"].iloc[0] < found["value"].iloc[0] < 80


def test_places_whose_neighbours_are_high_are_a_hot_spot() -> None:
    found = told(figures(TWO_LEVELS), statistic="hot_spot")
    # Six of twelve places 15 above the mean, deviation 15: Gi* is the root of 11 × 6 × 6 / (12 × 6 - 6 × 6).
    assert found["value"].iloc[0] == pytest.approx(np.sqrt(11), abs=0.05)
    assert list(found["position"]) == ["high_998"] * 6 + ["low_998"] * 6


def test_a_place_off_the_map_has_no_neighbours() -> None:
    found = told(figures([*TWO_LEVELS, 20.0]), statistic="hot_spot")
    assert tuple(found.loc["M12", ["value_status", "status_reason"]]) == ("not_available", NO_NEIGHBOURS)
    assert found.loc["M00", "value_status"] == "reported"
    nowhere = told(figures(TWO_LEVELS), statistic="hot_spot", places=NOWHERE)
    assert set(nowhere["status_reason"]) == {NO_NEIGHBOURS}


def test_a_hidden_area_has_no_number_and_others_do_without_it() -> None:
    counts: list[float | None] = [*TWO_LEVELS]
    counts[3] = None
    for statistic in ("funnel", "overdispersed_funnel", "steadied_rate", "hot_spot"):
        found = told(figures(counts), statistic=statistic)
        assert found.loc["M03", NUMBERS].isna().all()
        assert tuple(found.loc["M03", ["value_status", "status_reason"]]) == ("suppressed", SUPPRESSED)
        assert found.loc["M02", "value_status"] == "reported"
        assert set(found["hidden_count"]) == {1}
    assert told(figures(counts), statistic="funnel").loc["M00", "centre"] == round(259 / 11, 1)


def test_with_many_hidden_nobody_has_a_position() -> None:
    found = find_positions(sets_of(figures([None, None, *TWO_LEVELS[2:]])), CLUSTERS)
    assert set(found["value_status"]) == {"suppressed"}
    assert found[NUMBERS].isna().all().all()
    assert set(found["position"]) == {""}


def test_a_position_that_rounding_could_turn_is_not_told() -> None:
    # 1,064 lies just over the limit of 1,062; half the base of 5 less, it does not.
    counts: list[float | None] = [1064, 1000, 936, 1000]
    exact = told(figures(counts, 10_000, area_type="lad"), statistic="funnel")
    rounded = told(figures(counts, 10_000, area_type="lad", error=2.5), statistic="funnel")
    assert exact.loc["D00", "position"] == "high_95"
    assert tuple(rounded.loc["D00", ["position", "status_reason"]]) == ("cannot_be_told", ROUNDED)
    assert rounded.loc["D01", "position"] == "within"


def test_only_the_last_year_of_each_indicator_is_placed() -> None:
    found = find_positions(
        sets_of(
            figures(TWO_LEVELS, year=2022),
            figures(TWO_LEVELS, year=2023),
            figures(TWO_LEVELS, year=2021, indicator_id="older"),
        ),
        CLUSTERS,
    )
    years = found.groupby("indicator_id")["period_start"].agg(lambda starts: set(starts.dt.year))
    assert dict(years) == {"crimes": {2023}, "older": {2021}}


def test_no_events_anywhere_are_within_and_no_hot_spot() -> None:
    nothing = figures([0.0] * 12)
    assert set(told(nothing, statistic="funnel")["position"]) == {"within"}
    assert set(told(nothing, statistic="overdispersed_funnel")["status_reason"]) == {UNDEFINED}
    assert set(told(nothing, statistic="hot_spot")["status_reason"]) == {UNDEFINED}


def test_in_the_demonstration_no_hidden_figure_has_a_position(demonstration: Settings) -> None:
    found = pd.read_parquet(demonstration.published / "positions.parquet")
    keys = list(found.columns[:10])
    status = read_values(demonstration).set_index(keys)["value_status"]
    known = status.reindex(pd.MultiIndex.from_frame(found[keys])).to_numpy()
    assert (known == "suppressed").any()
    assert (found.loc[known != "reported", "value_status"] == known[known != "reported"]).all()
    assert found.loc[known != "reported", NUMBERS].isna().all().all()


def test_in_the_demonstration_the_most_deprived_places_are_hot(demonstration: Settings) -> None:
    found = pd.read_parquet(demonstration.published / "positions.parquet")
    areas = pd.read_parquet(demonstration.published / "areas.parquet").set_index("area_code")
    scores = found[(found["indicator_id"] == "violence_rate") & (found["statistic"] == "hot_spot")]
    deciles = scores["area_code"].map(areas["deprivation_decile"])
    assert scores.loc[deciles <= 2, "value"].mean() > scores.loc[deciles >= 9, "value"].mean()
    assert set(found["statistic"]) == {"funnel", "overdispersed_funnel", "steadied_rate", "hot_spot"}
