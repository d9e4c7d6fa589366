"""Control charts of published months: a gap is a gap, a change in counting starts new limits."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipeline.publish.signals import find_signals

INDICATORS = pd.DataFrame({"indicator_id": ["violence_rate"], "multiplier": [1000], "decimals": [1]})
NO_BREAKS = pd.DataFrame(
    {"indicator_id": [], "offence_subgroup": [], "kind": [], "start_date": pd.to_datetime([])}
)


def months(values: list[float], status: str = "suppressed") -> pd.DataFrame:
    """Monthly rows of one series from April 2019; a missing value has `status`."""
    shown = np.asarray(values, dtype=float)
    return pd.DataFrame(
        {
            "indicator_id": "violence_rate",
            "lens_id": "",
            "area_code": "X23000001",
            "area_type": "vru",
            "period_type": "month",
            "period_start": pd.date_range("2019-04-01", periods=len(values), freq="MS"),
            "breakdown": "none",
            "split": "all",
            "numerator": shown,
            "denominator": 1000.0,
            "value": shown,
            "value_status": np.where(np.isnan(shown), status, "reported"),
        }
    )


HIGH = [10.0, 30, 12, 28, 11, 29, 10, 31, 12, 28] + [25, 26] * 4


def test_seven_months_on_one_side_of_the_mean_are_a_signal() -> None:
    assert "one_side" in set(find_signals(months(HIGH), NO_BREAKS, INDICATORS)["signal"])


def test_a_hidden_month_breaks_the_run_and_is_not_judged() -> None:
    values = [*HIGH]
    values[14] = np.nan
    found = find_signals(months(values), NO_BREAKS, INDICATORS)
    assert "one_side" not in set(found["signal"])
    hidden = found.iloc[14]
    assert np.isnan(hidden["value"])
    assert (hidden["is_judged"], hidden["signal"], hidden["reason"]) == (False, "", "suppressed")


def test_a_month_that_never_came_says_so() -> None:
    values = [*HIGH]
    values[3] = np.nan
    assert (
        find_signals(months(values, "not_available"), NO_BREAKS, INDICATORS).iloc[3]["reason"]
        == "not_available"
    )


def test_a_mean_of_under_five_events_is_not_judged_and_says_so() -> None:
    found = find_signals(months([1.0, 4] * 10 + [20]), NO_BREAKS, INDICATORS)
    assert set(found["reason"]) == {"too_few_events"}
    assert not found["is_judged"].any()
    assert set(found["signal"]) == {""}


def test_limits_start_anew_at_a_change_that_touches_the_indicator_and_at_no_other() -> None:
    series = months([10.0, 12] * 8 + [50.0, 52] * 8)
    change = pd.DataFrame(
        {
            "indicator_id": ["violence_rate", "violence_rate", "robbery_rate"],
            "offence_subgroup": "",
            "kind": ["rule_change", "shading", "rule_change"],
            "start_date": pd.to_datetime(["2020-08-01", "2019-08-01", "2019-10-01"]),
        }
    )
    centres = find_signals(series, change, INDICATORS)["centre"]
    assert list(centres.unique()) == [11, 51]


def test_under_twelve_months_there_is_no_chart() -> None:
    assert find_signals(months([10.0] * 11), NO_BREAKS, INDICATORS).empty


def test_limits_are_those_of_the_counts_and_not_of_rounded_rates() -> None:
    # 20 and 30 of 750,000 are 0.03 and 0.04 a thousand: to one decimal both are 0.
    series = months([20.0, 30.0] * 10).assign(denominator=750_000.0, value=0.0)
    found = find_signals(series, NO_BREAKS, INDICATORS)
    assert set(found["value"]) == {0.027, 0.04}
    assert (found["centre"] == 0.033).all()
    assert set(found["signal"]) == {""}
    assert found["is_judged"].all()


def changed_on(*days: str) -> pd.DataFrame:
    """Changes in counting that touch the series."""
    return pd.DataFrame(
        {
            "indicator_id": "violence_rate",
            "offence_subgroup": "",
            "kind": "rule_change",
            "start_date": pd.to_datetime(list(days)),
        }
    )


def test_a_stretch_of_two_months_has_no_limits() -> None:
    found = find_signals(months([10.0, 12] * 8), changed_on("2020-06-01"), INDICATORS)
    assert list(found["reason"]) == [""] * 14 + ["short_stretch"] * 2
    assert found["centre"].isna().sum() == 2
    assert found["value"].notna().all()


def test_a_month_in_which_counting_changes_is_of_neither_side() -> None:
    found = find_signals(
        months([10.0, 12] * 4 + [500.0] + [50.0, 52] * 4), changed_on("2019-12-15"), INDICATORS
    )
    assert found.iloc[8]["reason"] == "change_within"
    assert list(found["centre"].unique()) == [11, 51]
