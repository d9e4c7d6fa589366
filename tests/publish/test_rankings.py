"""Which indicators press on a district, against the other districts of its area, by hand."""

from __future__ import annotations

import pandas as pd
import pytest

from pipeline.publish.protect import SUPPRESSED
from pipeline.publish.rankings import NOT_ALIKE, TOO_FEW, rank_indicators
from pipeline.settings import Settings
from tests.conftest import read_values
from tests.publish.area_figures import figures, sets_of

NUMBERS = ["value", "score", "rank", "rank_lower95", "rank_upper95", "factor_count", "comparator_count"]
DIRECTIONS = {
    "crimes": "lower_is_better",
    "knives": "lower_is_better",
    "charges": "higher_is_better",
    "offences": "neutral",
}


def told(**counts: list[float | None]) -> pd.DataFrame:
    """The ranking of indicators of districts D00, D01… of 1,000 people each."""
    frames = [figures(each, area_type="lad", indicator_id=name) for name, each in counts.items()]
    indicators = pd.DataFrame({"indicator_id": list(DIRECTIONS), "direction": list(DIRECTIONS.values())})
    found = rank_indicators(sets_of(*frames), indicators, "V")
    return found.set_index(["area_code", "indicator_id"])


def test_the_score_is_the_distance_from_the_other_districts_in_their_deviations() -> None:
    found = told(crimes=[90, 40, 50, 60], knives=[50, 40, 50, 60])
    # The others have 40, 50 and 60: mean 50, deviation 10.
    assert found.loc[("D00", "crimes"), "score"] == 4.0
    assert found.loc[("D00", "knives"), "score"] == 0.0
    assert list(found.loc["D00", "rank"]) == [1, 2]
    assert set(found.loc["D00", "comparator_count"]) == {3}
    assert set(found.loc["D00", "factor_count"]) == {2}


def test_where_more_is_better_less_is_worse() -> None:
    found = told(charges=[20, 40, 50, 60], crimes=[55, 40, 50, 60])
    assert found.loc[("D00", "charges"), "score"] == 3.0
    assert found.loc["D00"].index[0] == "charges"


def test_ranks_that_chance_could_turn_have_wide_limits() -> None:
    apart = told(crimes=[9000, 4000, 5000, 6000], knives=[1000, 4000, 5000, 6000])
    near = told(crimes=[9, 8, 9, 12], knives=[10, 8, 9, 12])
    limits = ["rank_lower95", "rank_upper95"]
    assert tuple(apart.loc[("D00", "crimes"), limits]) == (1, 1)
    assert tuple(near.loc[("D00", "knives"), limits]) == (1, 2)


def test_what_is_neither_better_nor_worse_is_not_ranked() -> None:
    assert "offences" not in told(offences=[1, 2, 3, 4], crimes=[1, 2, 3, 4]).index.get_level_values(1)


def test_of_three_districts_two_are_too_few_to_compare_with() -> None:
    found = told(crimes=[10, 20, 30])
    assert tuple(found.loc[("D00", "crimes"), ["value_status", "status_reason"]]) == (
        "not_available",
        TOO_FEW,
    )
    assert found[NUMBERS].isna().all().all()


def test_one_hidden_of_four_hides_the_indicator_and_no_other() -> None:
    found = told(crimes=[90, None, 50, 60], knives=[50, 40, 50, 60])
    crimes = found.loc[["D00", "D01", "D02", "D03"]].xs("crimes", level="indicator_id")
    assert set(crimes["value_status"]) == {"suppressed"}
    assert set(crimes["status_reason"]) == {SUPPRESSED}
    assert crimes[NUMBERS].isna().all().all()
    assert found.loc[("D00", "knives"), "rank"] == 1


def test_one_hidden_of_ten_has_no_rank_and_is_no_comparator() -> None:
    found = told(crimes=[None, *range(10, 19)])
    assert found.loc[("D00", "crimes"), "value_status"] == "suppressed"
    assert found.loc[("D01", "crimes"), "comparator_count"] == 8
    # 10 beside 11 to 18: 4.5 under their mean, deviation the root of 6.
    assert found.loc[("D01", "crimes"), "score"] == pytest.approx(-4.5 / 6**0.5, abs=0.005)


def test_the_area_itself_has_nothing_like_it_to_be_ranked_among() -> None:
    row = told(crimes=[90, 40, 50, 60]).loc[("V", "crimes")]
    assert tuple(row[["value_status", "status_reason"]]) == ("not_available", NOT_ALIKE)
    assert row[NUMBERS].isna().all()


def test_the_demonstration_ranks_shown_figures_alone(demonstration: Settings) -> None:
    found = pd.read_parquet(demonstration.published / "rankings.parquet")
    values = read_values(demonstration)
    whole = values[(values["breakdown"] == "none") & (values["split"] == "all") & (values["lens_id"] == "")]
    keys = ["indicator_id", "area_code", "period_type", "period_start"]
    districts = found[found["area_type"] == "lad"].merge(whole, on=keys, suffixes=("", "_published"))
    assert len(districts) == (found["area_type"] == "lad").sum()
    ranked = districts[districts["value_status"] == "reported"]
    assert (ranked["value_status_published"] == "reported").all()
    assert (ranked["value"] == ranked["value_published"]).all()
    for _, rows in ranked.groupby("area_code"):
        assert rows["rank"].sum() == len(rows) * (len(rows) + 1) / 2
    # The most deprived district, built to have most violence, is worse than the others in it.
    violence = ranked[ranked["indicator_id"] == "violence_rate"].set_index("area_code")["score"]
    assert violence.idxmax() == "X06000001"
    assert violence.max() > 1
