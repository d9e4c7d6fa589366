"""Trends of published years: breaks and restrictions out, hidden figures and rounding told."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from pipeline.publish.trends import find_trends
from pipeline.settings import Settings

INDICATORS = pd.DataFrame(
    {
        "indicator_id": ["violence_rate", "dwelling_share", "alcohol_share", "domestic_share", "lens_offences",
                         "lens_harm"],
        "kind": ["rate", "share", "share", "share", "count", "weighted"],
        "multiplier": [1000, 100, 100, 100, 1, 1],
        "numerator_measure_id": ["violence", "dwelling", "alcohol", "violence", "lens_offences", "lens_offences"],
        "numerator_split": [None, None, None, "domestic", None, None],
        "denominator_kind": ["population", "measure", "measure", "flag_known", "none", "weights"],
        "series_family": "police",
        "is_domestic": [False, False, False, True, False, False],
        "unknown_measure_id": [None, None, "alcohol_not_known", None, None, None],
    }
)  # fmt: skip
CELL = ["indicator_id", "lens_id", "area_code", "area_type", "period_type", "period_start", "period_end",
        "breakdown", "breakdown_value", "split"]  # fmt: skip


def years(
    counts: list[float], denominator: float = 100_000, indicator_id: str = "violence_rate"
) -> pd.DataFrame:
    """A published series of financial years to 2023/24; a missing count is hidden."""
    numerator = np.asarray(counts, dtype=float)
    starts = [pd.Timestamp(2024 - len(counts) + position, 4, 1) for position in range(len(counts))]
    is_shown = ~np.isnan(numerator)
    return pd.DataFrame(
        {
            "indicator_id": indicator_id,
            "lens_id": "",
            "area_code": "X23000001",
            "area_type": "vru",
            "period_type": "financial_year",
            "period_start": starts,
            "period_end": [start + pd.DateOffset(years=1, days=-1) for start in starts],
            "breakdown": "none",
            "breakdown_value": "",
            "split": "all",
            "numerator": numerator,
            "denominator": np.where(is_shown, denominator, np.nan),
            "value": numerator,
            "is_population_estimated": False,
            "lowest": np.nan,
            "highest": np.nan,
            "value_status": np.where(is_shown, "reported", "suppressed"),
        }
    )


def breaks(*rows: tuple[str, str, str | None]) -> pd.DataFrame:
    """Breaks that touch the rate of violence, from (kind, first day, last day)."""
    return pd.DataFrame(
        {
            "break_id": [f"break {number}" for number in range(len(rows))],
            "indicator_id": ["violence_rate"] * len(rows),
            "offence_subgroup": [""] * len(rows),
            "is_of_flag_alone": [False] * len(rows),
            "start_date": pd.to_datetime([start for _, start, _ in rows]),
            "end_date": pd.to_datetime([end for _, _, end in rows]),
            "kind": [kind for kind, _, _ in rows],
            "label": [f"{kind} of {start}" for kind, start, _ in rows],
        }
    )


def run(values: pd.DataFrame, changes: pd.DataFrame | None = None, error: float = 0.0) -> pd.Series:
    found = find(values, changes, error)
    assert len(found) == 1
    return found.iloc[0]


def find(
    values: pd.DataFrame,
    changes: pd.DataFrame | None = None,
    error: float = 0.0,
    denominator_error: float = 0.0,
) -> pd.DataFrame:
    rounding = values[CELL].assign(numerator_error=error, denominator_error=denominator_error)
    return find_trends(values, INDICATORS, breaks() if changes is None else changes, rounding)


GROWTH = [1000 * 1.05**year for year in range(8)]


def test_a_rate_that_grows_by_a_twentieth_a_year_is_rising() -> None:
    trend = run(years(GROWTH))
    assert (trend["value"], trend["verdict"], trend["point_count"]) == (1.05, "rising", 8)
    assert trend["lower95"] > 1.03
    assert trend["measure_of_change"] == "ratio a year"


@pytest.mark.parametrize(
    ("counts", "verdict"),
    [(GROWTH[::-1], "falling"), ([1000, 1010, 990, 1005, 995, 1000, 1008, 992], "no_clear_change"),
     (GROWTH[:4], "not_enough_points")],
)  # fmt: skip
def test_the_verdict_is_in_a_word(counts: list[float], verdict: str) -> None:
    assert run(years(counts))["verdict"] == verdict


def test_a_share_changes_by_points_a_year() -> None:
    trend = run(years([4000.0 + 100 * year for year in range(8)], 10_000, "dwelling_share"))
    assert (trend["value"], trend["verdict"]) == (1.0, "rising")
    assert trend["measure_of_change"] == "percentage points a year"


def test_a_hidden_year_hides_the_trend() -> None:
    trend = run(years([*GROWTH[:3], np.nan, *GROWTH[4:]]))
    assert trend["verdict"] == "suppressed"
    assert trend[["value", "lower95", "upper95"]].isna().all()


def test_a_step_where_counting_changed_is_no_trend() -> None:
    stepped = [1000.0] * 4 + [2000.0] * 4
    assert run(years(stepped))["verdict"] == "rising"
    # The fifth year, 2020/21, begins on the day of the change.
    assert run(years(stepped), breaks(("rule_change", "2020-04-01", None)))["verdict"] == "no_clear_change"


def test_a_year_in_which_counting_changed_is_left_out_and_named() -> None:
    trend = run(years(GROWTH), breaks(("rule_change", "2023-05-15", None)))
    assert (trend["point_count"], trend["last_period"]) == (7, pd.Timestamp(2022, 4, 1))
    assert trend["reason"] == "Left out: rule_change of 2023-05-15."


def test_a_level_of_its_own_before_and_after_is_told() -> None:
    trend = run(
        years(GROWTH), breaks(("rule_change", "2020-04-01", None), ("rule_change", "2010-04-01", None))
    )
    assert trend["reason"] == "A level of its own before and after: rule_change of 2020-04-01."


def test_a_change_of_the_flag_steps_the_parts_and_leaves_the_whole() -> None:
    stepped = [1000.0] * 4 + [2000.0] * 4
    counts = {"all": stepped, "domestic": stepped, "non_domestic": stepped, "not_known": [0.0] * 8}
    series = [years(numbers).assign(split=split) for split, numbers in counts.items()]
    flag = breaks(("rule_change", "2020-04-01", None)).assign(is_of_flag_alone=True)
    verdicts = find(pd.concat(series, ignore_index=True), flag).set_index("split")["verdict"]
    assert verdicts.to_dict() == {
        "all": "rising",
        "domestic": "no_clear_change",
        "non_domestic": "no_clear_change",
    }


DRIVE = breaks(("recording_rise", "2014-04-01", "2020-03-31"))
RECORDED = "Recording improved in these years, so a rise may be one of recording alone (recording_rise of 2014-04-01)."


def test_a_rise_while_recording_improves_is_not_told_as_one() -> None:
    # Doubled by 2019/20, and flat from then on.
    trend = run(years([1000.0, 1250, 1500, 1750, 2000, 2010, 1990, 2000, 2005]), DRIVE)
    assert (trend["verdict"], trend["reason"]) == ("cannot_be_told", RECORDED)
    assert run(years([1000.0, 1250, 1500, 1750, 2000, 2010, 1990, 2000, 2005]))["verdict"] == "rising"


def test_a_rise_that_goes_on_when_recording_no_longer_improves_is_told() -> None:
    # The last year of the drive is counted as all after it are.
    trend = run(years([1000 * 1.05**year for year in range(9)]), DRIVE)
    assert trend["verdict"] == "rising"
    assert trend["reason"] == f"{RECORDED} It rises in the years after them as well."


def test_a_fall_while_recording_improves_is_told_with_its_caution() -> None:
    trend = run(years(GROWTH[::-1]), DRIVE)
    assert (trend["verdict"], trend["reason"]) == ("falling", RECORDED)


def test_a_share_is_told_with_its_caution_for_both_its_parts_are_recorded_better() -> None:
    counts = [4000.0 + 100 * year for year in range(8)]
    trend = run(years(counts, 10_000, "dwelling_share"), DRIVE.assign(indicator_id="dwelling_share"))
    assert (trend["verdict"], trend["reason"]) == ("rising", RECORDED)


def test_a_series_that_begins_in_the_last_year_of_better_recording_says_nothing_of_it() -> None:
    trend = run(years([1000 * 1.05**year for year in range(5)]), DRIVE)
    assert (trend["verdict"], trend["reason"]) == ("rising", "")


def test_residents_of_other_years_are_told_with_the_trend_that_rests_on_them() -> None:
    rates = years(GROWTH)
    rates["is_population_estimated"] = rates["period_start"] < "2021-04-01"
    assert run(rates)["reason"] == (
        "No estimate of residents covers 5 of its 8 periods: those of the nearest years stand in."
    )
    # 2020/21 and 2021/22 are left out.
    told = run(rates, breaks(("left_out", "2020-04-01", "2021-07-19")))["reason"]
    assert "covers 4 of its 6 periods" in told


def test_what_came_back_after_restrictions_need_not_be_what_was_before_them() -> None:
    # Flat before, flat after, and half as much again: no rise.
    counts = [1000.0, 1000, 1000, 1000, 200, 300, 1500, 1500, 1500]
    restrictions = breaks(("left_out", "2019-04-01", "2020-07-19"))
    assert run(years(counts))["value"] > 1.05
    trend = run(years(counts), restrictions)
    assert (trend["value"], trend["verdict"], trend["point_count"]) == (1.0, "no_clear_change", 7)
    assert trend["reason"] == (
        "Left out: left_out of 2019-04-01. A level of its own before and after: left_out of 2019-04-01."
    )
    growing = [count * 1.03**year for year, count in enumerate(counts)]
    assert run(years(growing), restrictions)["value"] == 1.03


def test_years_of_restrictions_are_left_out_and_2019_20_is_not() -> None:
    counts = [1000.0, 1000, 1000, 1000, 200, 300, 1000, 1000]
    trend = run(years(counts), breaks(("left_out", "2020-03-26", "2021-07-19")))
    assert (trend["value"], trend["point_count"], trend["verdict"]) == (1.0, 6, "no_clear_change")


def test_a_hidden_year_that_is_left_out_anyway_hides_nothing() -> None:
    counts = [*GROWTH[:4], np.nan, np.nan, *GROWTH[6:]]
    trend = run(years(counts), breaks(("left_out", "2020-04-01", "2021-07-19")))
    assert (trend["value"], trend["point_count"]) == (1.05, 6)


def test_shading_leaves_nothing_out() -> None:
    assert run(years(GROWTH), breaks(("shading", "2020-03-26", "2021-07-19")))["point_count"] == 8


def test_a_trend_of_rounded_counts_must_hold_however_they_were_rounded() -> None:
    counts = [100.0, 105, 110, 120, 125, 130, 140, 145]
    assert run(years(counts), error=2.5)["verdict"] == "rising"
    few = [20.0, 20, 25, 25, 30, 30, 30, 35]
    assert run(years(few))["verdict"] == "rising"
    assert run(years(few), error=2.5)["verdict"] == "cannot_be_told"


def test_the_limits_of_a_trend_of_rounded_counts_cover_the_rounding_of_both_counts() -> None:
    shares = years([50.0, 60, 70, 80, 90, 100, 110, 120], 200, "dwelling_share")
    exact, rounded = find(shares).iloc[0], find(shares, error=2.5).iloc[0]
    both = find(shares, error=2.5, denominator_error=2.5).iloc[0]
    assert exact["value"] == rounded["value"] == both["value"]
    assert both["lower95"] < rounded["lower95"] < exact["lower95"]
    assert both["upper95"] > rounded["upper95"] > exact["upper95"]


def with_bounds(shares: pd.DataFrame, unknown: list[float]) -> pd.DataFrame:
    """Shares of known flags with the bounds that so many unknown ones give."""
    every = shares["denominator"] + unknown
    return shares.assign(
        lowest=100 * shares["numerator"] / every, highest=100 * (shares["numerator"] + unknown) / every
    )


RISING = [3000.0 + 100 * year for year in range(8)]
FADING = [1000.0 - 100 * year for year in range(8)]


@pytest.mark.parametrize(
    ("unknown", "verdict"),
    # If all the many unknown flags of the first years were domestic there was no rise.
    [
        ([0.0] * 8, "rising"),
        ([50.0] * 8, "rising"),
        (FADING, "cannot_be_told"),
        ([np.nan] * 8, "cannot_be_told"),
    ],
)
def test_a_trend_of_domestic_shares_must_hold_whatever_the_unknown_flags_hide(
    unknown: list[float], verdict: str
) -> None:
    trend = run(with_bounds(years(RISING, 10_000, "domestic_share"), unknown))
    assert (trend["value"], trend["verdict"]) == (1.0, verdict)


@pytest.mark.parametrize(
    ("blanks", "verdict"),
    [([50.0] * 8, "rising"), (FADING, "cannot_be_told"), ([np.nan] * 8, "cannot_be_told")],
)
def test_a_trend_of_shares_with_blanks_must_hold_whatever_they_hide(
    blanks: list[float], verdict: str
) -> None:
    shares = years(RISING, 10_000, "alcohol_share")
    percent = shares["numerator"] / 100
    trend = run(shares.assign(lowest=percent, highest=percent + np.array(blanks) / 100))
    assert (trend["value"], trend["verdict"]) == (1.0, verdict)
    assert ("blanks" in trend["reason"]) == (verdict == "cannot_be_told")


@pytest.mark.parametrize(
    ("unknown", "verdict"),
    [([50.0] * 8, "rising"), (FADING, "cannot_be_told"), ([*FADING[:7], np.nan], "cannot_be_told"),
     (None, "cannot_be_told")],
)  # fmt: skip
def test_a_trend_of_domestic_rates_must_hold_whatever_the_unknown_flags_hide(
    unknown: list[float] | None, verdict: str
) -> None:
    values = [years(RISING).assign(split="domestic")]
    if unknown:
        values.append(years(unknown).assign(split="not_known"))
    found = find(pd.concat(values, ignore_index=True))
    trend = found[found["split"] == "domestic"].iloc[0]
    assert (trend["verdict"], trend["point_count"]) == (verdict, 8)
    assert trend["value"] > 1.02
    assert ("unknown flags" in trend["reason"]) == (verdict == "cannot_be_told")


@pytest.mark.parametrize("indicator_id", ["lens_offences", "lens_harm"])
def test_counts_and_weighted_totals_have_no_trend(indicator_id: str) -> None:
    values = years(GROWTH, indicator_id=indicator_id)
    rounding = values[CELL].assign(numerator_error=0.0, denominator_error=0.0)
    assert find_trends(values, INDICATORS, breaks(), rounding).empty


def test_a_series_of_quarters_compares_each_season_with_itself() -> None:
    quarters = pd.date_range("2019-04-01", periods=20, freq="QS")
    seasons = np.tile([1.3, 1.0, 0.8, 1.1], 5)

    def series(yearly: float) -> pd.DataFrame:
        counts = np.round(1_000 * seasons * yearly ** (np.arange(20) / 4))
        return pd.concat([years([1.0])] * 20, ignore_index=True).assign(
            period_type="quarter", period_start=quarters,
            period_end=quarters + pd.DateOffset(months=3, days=-1), numerator=counts,
        )  # fmt: skip

    rising = run(series(1.05))
    assert (rising["period_type"], rising["verdict"], rising["value"]) == ("quarter", "rising", 1.05)
    # A season is learnt from all stretches: one of them may hold three quarters.
    short = run(series(1.05), breaks(("rule_change", "2020-02-15", None)))
    assert (short["verdict"], short["value"], short["point_count"]) == ("rising", 1.05, 19)
    # Season alone, from spring to the winter before last, is no trend; and it leaves the limits narrow.
    flat = run(series(1.0).iloc[:-2])
    assert (flat["verdict"], flat["value"]) == ("no_clear_change", 1.0)
    assert flat["upper95"] < 1.02


def test_too_few_years_point_to_quarters_or_to_the_chart_of_months() -> None:
    few = years(GROWTH[:4])

    def reason(*shorter: pd.DataFrame) -> str:
        found = find(pd.concat([few, *shorter], ignore_index=True))
        return str(found.loc[found["period_type"] == "financial_year", "reason"].iloc[0])

    def parts(count: int, period_type: str, step: str) -> pd.DataFrame:
        starts = pd.date_range("2020-04-01", periods=count, freq=step)
        return pd.concat([years([100.0])] * count, ignore_index=True).assign(
            period_type=period_type,
            period_start=starts,
            period_end=starts + pd.DateOffset(days=27),
            value=1.0,
        )

    assert reason().startswith("Too few for a trend, which needs 5 periods")
    assert reason(parts(12, "month", "MS")).endswith("Its months are in the control chart.")
    assert reason(parts(11, "month", "MS")) == reason()
    assert reason(parts(12, "month", "MS"), parts(16, "quarter", "QS")).endswith("Its quarters have one.")
    # Quarters that are too few themselves have none.
    assert reason(parts(3, "quarter", "QS")) == reason()


def test_every_series_of_the_area_and_its_districts_has_one_trend(demonstration: Settings) -> None:
    trends = pd.read_parquet(demonstration.published / "trends.parquet")
    assert set(trends["area_type"]) == {"vru", "lad"}
    series = ["indicator_id", "lens_id", "area_code", "period_type", "split"]
    assert not trends.duplicated(series).any()
    is_made = trends["verdict"].isin(["rising", "falling", "no_clear_change"])
    assert trends.loc[~is_made & (trends["verdict"] != "cannot_be_told"), "value"].isna().all()
    # Five years, of which two fall under restrictions, are too few for any trend of the police; their quarters not.
    police = trends[trends["indicator_id"] == "violence_rate"]
    assert set(police.loc[police["period_type"] != "quarter", "verdict"]) == {"not_enough_points"}


def test_the_step_of_april_2020_in_stalking_is_no_rise(demonstration: Settings) -> None:
    trends = pd.read_parquet(demonstration.published / "trends.parquet")
    quarters = trends[(trends["period_type"] == "quarter") & (trends["split"] == "all")]
    steps = quarters.set_index("indicator_id").loc[["stalking_harassment_rate", "violence_rate"]]
    # The made-up county's offences grow by less than 2% a year from the restrictions on.
    assert (steps["verdict"] == "no_clear_change").all()
    assert steps["reason"].str.contains("April 2020: ex-partner offences are stalking").all()


def test_what_is_not_known_has_no_trend() -> None:
    known = years([1000, 1100, 1210, 1331, 1464])
    found = find(pd.concat([known, known.assign(split="not_known")], ignore_index=True))
    assert list(found["split"]) == ["all"]


def test_a_trend_among_many_says_how_many_were_told() -> None:
    rising, level = years([400, 440, 484, 532, 586, 644]), years([500, 510, 490, 505, 495, 500])
    many = [
        rows.assign(area_code=f"X0600{number:04}", area_type="lad")
        for number, rows in enumerate([rising, *[level] * 19])
    ]
    found = find(pd.concat(many))
    assert (found["verdict"] == "rising").sum() == 1
    [reason] = found.loc[found["verdict"] == "rising", "reason"]
    assert reason == (
        "One of 20 trends told here: one in twenty would rise or fall by chance, and some rest on the same records."
    )
    assert (found.loc[found["verdict"] == "no_clear_change", "reason"] == "").all()
    # One of nineteen may well be no chance.
    assert (find(pd.concat(many[:19]))["reason"] == "").all()
