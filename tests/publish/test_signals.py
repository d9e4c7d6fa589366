"""Control charts of published months: a gap is a gap, a change in counting starts new limits."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from pipeline.publish.signals import find_signals

# A count for every so many of another one: the days of the month are in both.
INDICATORS = pd.DataFrame(
    {
        "indicator_id": ["violence_rate"],
        "multiplier": [1000],
        "decimals": [1],
        "denominator_kind": ["measure"],
        "numerator_split": [None],
    }
)
OF_RESIDENTS = INDICATORS.assign(denominator_kind="population")
NO_BREAKS = pd.DataFrame(
    {
        "indicator_id": [],
        "offence_subgroup": [],
        "is_of_flag_alone": [],
        "kind": [],
        "start_date": pd.to_datetime([]),
        "end_date": pd.to_datetime([]),
    }
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
    series = months([10.0, 12] * 5 + [50.0, 52] * 5)
    change = pd.DataFrame(
        {
            "indicator_id": ["violence_rate", "violence_rate", "robbery_rate"],
            "offence_subgroup": "",
            "is_of_flag_alone": False,
            "kind": ["rule_change", "shading", "rule_change"],
            "start_date": pd.to_datetime(["2020-02-01", "2019-08-01", "2019-10-01"]),
            "end_date": pd.NaT,
        }
    )
    centres = find_signals(series, change, INDICATORS)["centre"]
    assert list(centres.unique()) == [11, 51]


@pytest.mark.parametrize(("split", "centres"), [("all", 1), ("domestic", 2)])
def test_limits_of_a_part_alone_start_anew_at_a_change_of_the_flag(split: str, centres: int) -> None:
    series = months([10.0, 12] * 5 + [50.0, 52] * 5).assign(split=split)
    found = find_signals(series, changed_on("2020-02-01").assign(is_of_flag_alone=True), INDICATORS)
    assert found["centre"].nunique() == centres


@pytest.mark.parametrize(("split", "is_alone"), [("not_known", True), (None, False)])
def test_an_outage_of_the_flag_is_signalled_and_makes_no_other_month_extraordinary(
    split: str | None, is_alone: bool
) -> None:
    usual = [10.0, 11, 9, 10, 12, 10, 9, 11, 10, 9, 11, 10]
    # Too short for a season.
    series = months([*usual, 25, 21, 23, *usual[:6]])
    found = find_signals(series, NO_BREAKS, INDICATORS.assign(numerator_split=split))
    assert (found["signal"] == "outside_limits").sum() == 3
    assert set(found["signal"]) == {"", "outside_limits"} if is_alone else {"one_side"} < set(found["signal"])


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
            "is_of_flag_alone": False,
            "kind": "rule_change",
            "start_date": pd.to_datetime(list(days)),
            "end_date": pd.NaT,
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


def left_out(first: str, last: str) -> pd.DataFrame:
    """A period that takes no part."""
    return changed_on(first).assign(kind="left_out", end_date=pd.Timestamp(last))


def test_restricted_months_are_shown_but_take_no_part() -> None:
    series = months([10.0, 12] * 5 + [1.0, 90, 1] + [50.0, 52] * 4)
    found = find_signals(series, left_out("2020-02-01", "2020-04-12"), INDICATORS)
    assert list(found["reason"]) == [""] * 10 + ["left_out"] * 3 + [""] * 8
    assert list(found["centre"].dropna().unique()) == [11, 51]
    assert found["centre"].isna().tolist() == [False] * 10 + [True] * 3 + [False] * 8
    assert found["value"].notna().all()
    assert set(found["signal"]) == {""}


YEARS = 5
STARTS = pd.Series(pd.date_range("2019-04-01", periods=12 * YEARS, freq="MS"))
SEASON = np.tile([1.0, 1.05, 1.1, 1.15, 1.05, 1.0, 1.0, 0.95, 1.05, 0.95, 0.9, 1.0], YEARS)


def seasonal(jumps: dict[int, float] | None = None, count: int = 12 * YEARS) -> pd.DataFrame:
    """Months of 3,000 crimes with a season and the length of each month, some of them times a jump."""
    usual = 100.0 * STARTS.dt.days_in_month.to_numpy(float) * SEASON
    for position, times in (jumps or {}).items():
        usual[position] *= times
    counts = np.random.default_rng(11).poisson(usual).astype(float)
    return months(list(counts[:count])).assign(denominator=1_000_000.0)


def signals_of(series: pd.DataFrame, breaks: pd.DataFrame = NO_BREAKS) -> dict[int, str]:
    """The signal of each month that has one, by its position."""
    signals = find_signals(series, breaks, OF_RESIDENTS)["signal"]
    return {int(str(position)): str(signal) for position, signal in signals.items() if signal}


def test_a_season_and_the_length_of_months_are_no_signals() -> None:
    found = find_signals(seasonal(), NO_BREAKS, OF_RESIDENTS)
    assert found["is_season_known"].all()
    assert (found["signal"] != "").sum() == 0
    # Centre and limits rise and fall with the year: to July from February, which is short as well.
    assert found["centre"][3] / found["centre"][10] == pytest.approx(1.15 / 0.9 * 31 / 29, rel=0.03)


def test_a_jump_is_found_under_the_season() -> None:
    # July is high each year; a February as high as July is not.
    assert signals_of(seasonal({34: 1.25})) == {34: "outside_limits"}
    assert signals_of(seasonal({34: 0.75})) == {34: "outside_limits"}


def test_a_level_that_lasts_is_found_under_the_season() -> None:
    found = signals_of(seasonal(dict.fromkeys(range(30, 60), 1.1)))
    # Both levels lie off the mean of all, the lower as far as the higher.
    assert set(found) >= set(range(54))


def test_a_season_is_known_over_restrictions_and_a_change_in_counting() -> None:
    jumps = {**dict.fromkeys(range(12, 28), 0.5), **dict.fromkeys(range(49, 60), 1.5), 40: 1.25}
    breaks = pd.concat([left_out("2020-04-01", "2021-07-19"), changed_on("2023-05-01")])
    assert signals_of(seasonal(jumps), breaks) == {40: "outside_limits"}


def test_under_two_years_the_season_is_not_known_and_the_row_says_so() -> None:
    found = find_signals(seasonal(count=23), NO_BREAKS, OF_RESIDENTS)
    assert not found["is_season_known"].any()
    # The length of the month is allowed for all the same: 30 days in April, 31 in May.
    assert found["centre"][1] / found["centre"][0] == pytest.approx(31 / 30, abs=1e-3)


def test_two_counts_are_divided_whatever_the_length_of_the_month() -> None:
    centres = find_signals(months([10.0, 12] * 8), NO_BREAKS, INDICATORS)["centre"]
    assert set(centres) == {11}
