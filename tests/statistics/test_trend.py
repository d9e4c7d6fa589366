"""Trends are found where they are, not where recording changed, and not from too little."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import brentq, root
from scipy.stats import chi2
from scipy.stats import t as student

from pipeline.statistics.trend import RateTrend, trend_of_rates, trend_of_shares

YEARS = np.arange(2014.0, 2024.0)


@pytest.fixture
def random() -> np.random.Generator:
    """The same numbers for each test, in whatever order they run."""
    return np.random.default_rng(19_840_033)


def numbers(trend: RateTrend) -> list[float]:
    return [float(trend.value), float(trend.lower), float(trend.upper), float(trend.dispersion)]


def slow(
    counts: np.ndarray, people: np.ndarray, breaks: list[float], seasons: list[int]
) -> tuple[float, float, float, float]:
    """Ratio, limits and alpha from a general solver of the score equations, point by point.

    A point's coefficients: the level of its stretch, the effect of its season (that of the first is 0), the slope.
    """
    stretches = [sum(year >= b for b in breaks) for year in YEARS]
    later = sorted(set(seasons))[1:]
    rows = [
        np.array(
            [*(float(stretch == kind) for kind in sorted(set(stretches))), *(float(season == kind) for kind in later),
             year - 2018]
        )
        for year, stretch, season in zip(YEARS, stretches, seasons, strict=True)
    ]  # fmt: skip
    points = list(zip(counts, people, rows, strict=True))
    df = len(YEARS) - len(rows[0])

    def mean(beta: np.ndarray, n: float, row: np.ndarray) -> float:
        return n * math.exp(beta @ row)

    def score(beta: np.ndarray, alpha: float) -> np.ndarray:
        total = np.zeros(len(beta))
        for count, n, row in points:
            m = mean(beta, n, row)
            total += (count - m) / (1 + alpha * m) * row
        return total

    def fit(alpha: float) -> np.ndarray:
        start = np.zeros(len(rows[0]))
        start[: len(set(stretches))] = math.log(counts.sum() / people.sum())
        return root(score, start, args=(alpha,), tol=1e-13).x

    def pearson(alpha: float) -> float:
        beta = fit(alpha)
        means = [(count, mean(beta, n, row)) for count, n, row in points]
        return sum((count - m) ** 2 / (m + alpha * m**2) for count, m in means)

    alpha = brentq(lambda a: pearson(a) - df, 1e-7, 10, xtol=1e-12) if pearson(0) > df else 0.0
    beta = fit(alpha)
    information = np.zeros((len(beta), len(beta)))
    for _, n, row in points:
        m = mean(beta, n, row)
        information += m / (1 + alpha * m) * np.outer(row, row)
    error = math.sqrt(np.linalg.inv(information)[-1, -1])
    reach = (student.ppf(0.975, df) if alpha > 0 else 1.959963985) * error
    return math.exp(beta[-1]), math.exp(beta[-1] - reach), math.exp(beta[-1] + reach), alpha


@pytest.mark.parametrize(
    ("alpha", "breaks", "seasons"),
    [(0.0, [], [0] * 10), (0.05, [], [0] * 10), (0.02, [2017.0, 2021.0], [0] * 10),
     (0.05, [], [1, 2] * 5), (0.02, [2019.0], [1, 2] * 5)],
)  # fmt: skip
def test_trends_of_rates_are_those_of_a_slow_solver(
    random: np.random.Generator, alpha: float, breaks: list[float], seasons: list[int]
) -> None:
    people = np.round(np.linspace(90_000, 120_000, 10))
    mean = people * 0.002 * np.exp(0.04 * (YEARS - 2014))
    counts = random.poisson(mean * (random.gamma(1 / alpha, alpha, 10) if alpha else 1)).astype(float)
    expected = slow(counts, people, breaks, seasons)
    assert (expected[3] > 0) == (alpha > 0)
    found = trend_of_rates(counts, people, YEARS, breaks=breaks, seasons=seasons)
    assert numbers(found) == pytest.approx(list(expected), rel=1e-7)


def test_a_tenth_more_each_year_is_a_ratio_of_eleven_tenths_whatever_the_levels() -> None:
    # 100, 110, 121...; recording falls by half in 2017 and doubles in 2021, the population grows by 2%.
    people = 1e6 * 1.02 ** (YEARS - 2014)
    counts = people * 1e-4 * 1.1 ** (YEARS - 2014) * np.where(YEARS < 2017, 1, np.where(YEARS < 2021, 0.5, 1))
    trend = trend_of_rates(counts, people, YEARS, breaks=[2021, 2017])
    assert trend.value == pytest.approx(1.1)
    assert trend.dispersion == 0
    assert trend.directions == "rising"
    assert trend.lower < 1.1 < trend.upper
    # Without the break of 2021 the doubling would pass for a rise.
    assert trend_of_rates(counts, people, YEARS, breaks=[2017]).value > 1.2


def test_a_year_left_out_does_not_count_whatever_stands_there() -> None:
    counts = np.array([[50.0, 52, 49, 55, 58, 57, 60, 61, 66, 70]] * 3)
    counts[1, 6], counts[2, 6] = 7_000, np.nan
    is_left_out = YEARS == 2020
    trend = trend_of_rates(counts, 10_000, YEARS, is_left_out=is_left_out)
    assert trend.point_count.tolist() == [9, 9, 9]
    assert trend.value.tolist() == pytest.approx([trend.value[0]] * 3)
    assert trend.value[0] == pytest.approx(
        trend_of_rates(counts[0][~is_left_out], 10_000, YEARS[~is_left_out]).value
    )
    # One point after a break is its level, and no more.
    stepped = trend_of_rates(counts[1], 10_000, YEARS, breaks=[2020, 2021])
    assert stepped.value == pytest.approx(trend_of_rates(counts[2], 10_000, YEARS, breaks=[2021]).value)


def test_limits_hold_the_truth_as_often_as_they_say(random: np.random.Generator) -> None:
    for alpha in (0.0, 0.01, 0.1):
        mean = np.broadcast_to(60 * 1.03 ** (YEARS - 2014), (1_500, 10))
        counts = random.poisson(mean * (random.gamma(1 / alpha, alpha, (1_500, 10)) if alpha else 1))
        trend = trend_of_rates(counts, 50_000, YEARS, breaks=[2020])
        # Three standard errors of 1,500 are 1.7 points; what is not overdispersed may be taken to be.
        assert 0.933 < np.mean((trend.lower <= 1.03) & (trend.upper >= 1.03)) < 0.98


@pytest.mark.parametrize(
    ("counts", "breaks"),
    [
        ([30.0, 31, 33, 36, *[np.nan] * 6], []),
        ([30.0, 31, 33, 36, 39, *[np.nan] * 5], [2016]),
        ([0.0, 1, 2, 0, 1, 2, 1, 0, 1, 1], []),
        ([0.0] * 10, []),
        ([30.0, 30, 30, 30, *[0.0] * 6], [2018]),
        ([*[0.0] * 9, 30], []),
        ([*[0.0] * 4, 30, *[0.0] * 4, 30], [2019]),
        ([np.nan] * 10, []),
    ],
)
def test_too_few_points_or_events_have_no_trend_and_say_so(counts: list[float], breaks: list[float]) -> None:
    trend = trend_of_rates(counts, 1_000, YEARS, breaks=breaks)
    assert trend.directions == "too_few"
    assert np.isnan(numbers(trend)).all()
    share = trend_of_shares(counts if counts[0] else [0.0] * 10, 40, YEARS, breaks=breaks)
    if np.isnan(counts).any() or not any(counts):
        assert share.directions == "too_few"
        assert np.isnan([share.value, share.lower, share.upper, share.chi_squared, share.p_value]).all()


def test_series_do_not_touch_each_other() -> None:
    counts = np.array([[50.0, 60, 55, 70, 62], [np.nan] * 5, [0.0] * 5, [5, 4_000, 3, 9_000, 8]])
    together = trend_of_rates(counts, 10_000, YEARS[:5])
    for row in range(4):
        alone = trend_of_rates(counts[row], 10_000, YEARS[:5])
        assert numbers(alone) == pytest.approx(
            [together.value[row], together.lower[row], together.upper[row], together.dispersion[row]],
            nan_ok=True,
        )
    assert together.directions.tolist() == ["unclear", "too_few", "too_few", "unclear"]


def test_series_with_few_events_or_of_very_different_sizes_have_a_trend_too() -> None:
    # Plain Newton steps run away from the first, steps by the expected curvature circle round the others.
    steep = trend_of_rates([0.0] * 8 + [1, 1e6], 1_000, YEARS)
    assert steep.value == pytest.approx(1e6, rel=1e-5)
    sparse = trend_of_rates(
        [[0.0, 0, 0, 0, 0, 9, 1, 0, 0, 0], [1e6, 0, 0, 0, 0, 0, 0, 0, 0, 1], [8, 1, 0, 0, 0, 1, 0, 0, 0, 0]],
        1_000,
        YEARS,
    )
    assert sparse.directions.tolist() == ["unclear", "falling", "unclear"]
    assert np.all((sparse.lower < sparse.value) & (sparse.value < sparse.upper))


series = st.lists(st.tuples(st.integers(0, 3_000), st.integers(1_000, 90_000)), min_size=6, max_size=12)


@settings(deadline=None, max_examples=40)
@given(series, st.floats(0.01, 100), st.sampled_from([[], [2003.0], [2002.0, 2004.0]]))
def test_neither_the_unit_nor_the_epoch_matters_and_time_turns_round(
    rows: list[tuple[int, int]], times: float, breaks: list[float]
) -> None:
    counts, people = np.array(rows, dtype=float).T
    years = np.arange(2000.0, 2000 + len(rows))
    one = trend_of_rates(counts, people, years, breaks=breaks)
    moved = trend_of_rates(counts, people * times, years - 900, breaks=[b - 900 for b in breaks])
    assert numbers(moved) == pytest.approx(numbers(one), rel=1e-5, abs=1e-6, nan_ok=True)
    if one.directions != "too_few":
        assert one.lower <= one.value <= one.upper
        turned = trend_of_rates(
            counts[::-1], people[::-1], 4_000 - years[::-1], breaks=[4_000.5 - b for b in breaks]
        )
        assert float(turned.value) == pytest.approx(1 / float(one.value), rel=1e-5)
        assert float(turned.lower) == pytest.approx(1 / float(one.upper), rel=1e-5)


def test_the_trend_test_of_shares_is_that_of_agresti() -> None:
    # Categorical Data Analysis, alcohol and malformation: scores 0, 0.5, 1.5, 4, 7; chi-squared 6.57, P 0.010.
    present, absent = np.array([48.0, 38, 5, 1, 1]), np.array([17_066.0, 14_464, 788, 126, 37])
    trend = trend_of_shares(present, present + absent, [0, 0.5, 1.5, 4, 7])
    assert trend.chi_squared == pytest.approx(6.57, abs=5e-3)
    assert trend.p_value == pytest.approx(0.0104, abs=5e-5)


def test_shares_in_stretches_are_summed_as_mantel_does(random: np.random.Generator) -> None:
    total = random.integers(50, 400, 10).astype(float)
    events = random.binomial(total.astype(int), np.linspace(0.2, 0.3, 10) + 0.2 * (YEARS >= 2019)).astype(
        float
    )
    pull, noise, weight = 0.0, 0.0, 0.0
    for stretch in (YEARS < 2019, YEARS >= 2019):
        o, n, x = events[stretch], total[stretch], YEARS[stretch]
        p, mean = o.sum() / n.sum(), (n * x).sum() / n.sum()
        pull += ((x - mean) * o).sum()
        weight += (n * (x - mean) ** 2).sum()
        noise += p * (1 - p) * (n * (x - mean) ** 2).sum()
    trend = trend_of_shares(events, total, YEARS, breaks=[2019], multiplier=1)
    assert trend.chi_squared == pytest.approx(pull**2 / noise)
    assert trend.p_value == pytest.approx(chi2.sf(pull**2 / noise, 1))
    assert trend.value == pytest.approx(pull / weight)


def test_a_share_with_seasons_is_fitted_by_least_squares_weighted_by_its_total(
    random: np.random.Generator,
) -> None:
    total = random.integers(50, 400, 10).astype(float)
    seasons = np.tile([1, 2], 5)
    events = random.binomial(total.astype(int), 0.3 + 0.1 * (YEARS >= 2019) + 0.05 * (seasons == 2)).astype(
        float
    )
    root_n = np.sqrt(total)
    others = np.column_stack([YEARS < 2019, YEARS >= 2019, seasons == 2]).astype(float)
    whole = np.column_stack([others, YEARS - 2018])
    slope = np.linalg.lstsq(whole * root_n[:, np.newaxis], events / root_n, rcond=None)[0][-1]
    p, x = (others @ np.linalg.lstsq(others * root_n[:, np.newaxis], y * root_n, rcond=None)[0]
            for y in (events / total, YEARS))  # fmt: skip
    noise = (total * p * (1 - p) * (YEARS - x) ** 2).sum()
    trend = trend_of_shares(events, total, YEARS, breaks=[2019], seasons=seasons, multiplier=1)
    assert trend.value == pytest.approx(slope)
    assert trend.chi_squared == pytest.approx(((YEARS - x) * events).sum() ** 2 / noise)


def test_a_season_is_learnt_from_all_stretches_together() -> None:
    # Two seasons in each of four stretches would be eight levels, and leave one degree of freedom.
    seasons, breaks = np.tile([1, 2], 5), [2016.0, 2019.0, 2021.0]
    counts = 1_000 * np.where(seasons == 2, 1.3, 1.0) * 1.05 ** (YEARS - 2014)
    trend = trend_of_rates(counts, 1e6, YEARS, breaks=breaks, seasons=seasons)
    assert (trend.directions, float(trend.value)) == ("rising", pytest.approx(1.05))
    share = trend_of_shares(
        100 + 3 * (YEARS - 2014) + 20 * (seasons == 2), 1_000, YEARS, breaks=breaks, seasons=seasons
    )
    assert share.value == pytest.approx(0.3)


def test_a_slope_that_season_and_levels_could_make_as_well_is_none() -> None:
    # Each stretch has one season alone: what rises may be the season.
    trend = trend_of_rates([10.0] * 5 + [20.0] * 5, 1_000, YEARS, seasons=YEARS)
    assert trend.directions == "too_few"
    assert trend_of_shares([10.0] * 5 + [20.0] * 5, 1_000, YEARS, seasons=YEARS).directions == "too_few"


def test_a_season_or_stretch_without_events_takes_no_part() -> None:
    counts = np.array([50.0, 0, 60, 0, 55, 0, 70, 0, 62, 0])
    seasons = np.tile([1, 2], 5)
    trend = trend_of_rates(counts, 10_000, YEARS, seasons=seasons)
    alone = trend_of_rates(counts[::2], 10_000, YEARS[::2])
    assert trend.point_count == 5
    assert numbers(trend) == pytest.approx(numbers(alone))


def test_a_share_that_steps_has_no_trend_but_across_the_step() -> None:
    events = np.array([100.0, 101, 99, 100, 101, 150, 149, 151, 150, 149])
    assert trend_of_shares(events, 500, YEARS).directions == "rising"
    assert trend_of_shares(events, 500, YEARS, breaks=[2019]).directions == "unclear"


def test_limits_of_a_share_allow_for_more_than_chance(random: np.random.Generator) -> None:
    total = np.full((1_500, 10), 40_000)
    events = random.binomial(total, np.clip(random.normal(0.33, 0.02, (1_500, 10)), 0, 1))
    trend = trend_of_shares(events, total, YEARS)
    # The test in print takes nearly every wobble of so many for a trend; the verdict does not.
    assert np.mean(trend.p_value < 0.05) > 0.7
    assert np.mean(trend.directions == "unclear") == pytest.approx(0.95, abs=0.02)


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: trend_of_rates([1, 2], 9, [2, 1]), "years must rise from point to point"),
        (
            lambda: trend_of_rates([1, 2], 9, [1, 2, 3]),
            "years must be one known time for each point of the last axis",
        ),
        (
            lambda: trend_of_rates([1, 2], 9, [1, 2], is_left_out=[True, False, True]),
            "is_left_out must be one yes or no for each point, or for all",
        ),
        (
            lambda: trend_of_shares([1, 9], 8, [1, 2]),
            "events must not be more than the total they are a share of",
        ),
    ],
)
def test_what_cannot_be_is_refused_in_one_sentence(call: object, sentence: str) -> None:
    with pytest.raises(ValueError) as refusal:
        call()  # type: ignore[operator]
    assert str(refusal.value) == sentence
