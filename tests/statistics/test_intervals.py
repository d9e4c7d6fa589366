"""Counts, rates, shares and ratios agree with print, with other people's programs, and with themselves."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PHStatsMethods.confidence_intervals import (
    byars_lower,
    byars_upper,
    exact_lower,
    exact_upper,
    wilson_lower,
    wilson_upper,
)
from PHStatsMethods.proportions import ph_proportion
from PHStatsMethods.rates import ph_rate
from scipy.stats import binomtest

from pipeline.statistics.intervals import (
    Estimate,
    exact_ratio_limits,
    poisson_limits,
    rate_with_limits,
    ratio_of_rates,
    share_with_limits,
)
from tests.statistics.drawn_tables import drawn

LEVELS = (0.9, 0.95, 0.998)


def assert_ordered(estimate: Estimate) -> None:
    slack = 1e-9 * np.maximum(np.abs(estimate.value), 1e-300)
    assert np.all(estimate.lower <= estimate.value + slack)
    assert np.all(estimate.value <= estimate.upper + slack)


def test_exact_limits_of_small_counts_are_those_in_print() -> None:
    # Garwood 1936, as tabulated in Altman, Machin, Bryant & Gardner, Statistics with Confidence, table 18.3.
    events, lower, upper = drawn("""
        0   0       3.689
        1   0.025   5.572
        2   0.242   7.225
        3   0.619   8.767
        4   1.090  10.242
        5   1.623  11.668
        6   2.202  13.059
        7   2.814  14.423
        8   3.454  15.763
        9   4.115  17.085
    """).T
    low, high = poisson_limits(events)
    assert low == pytest.approx(lower, abs=5e-4)
    assert high == pytest.approx(upper, abs=5e-4)
    assert low[0] == 0


def test_byars_limits_begin_at_ten_events() -> None:
    # 10: 10 (1 - 0.01111 - 0.20660)^3 and 11 (1 - 0.01010 + 0.19698)^3. 100: as the byar gem for Ruby prints.
    events, lower, upper = drawn("""
        10     4.7874    18.3914
        100   81.3618   121.6283
    """).T
    low, high = poisson_limits(events)
    assert low == pytest.approx(lower, abs=1e-3)
    assert high == pytest.approx(upper, abs=1e-3)
    # The exact lower limit of ten is 4.795: the switch is at ten, not after it.
    assert abs(low[0] - 4.7954) > 0.004


def test_a_rate_is_events_over_population_and_its_limits_too() -> None:
    # Four victims among 2,000 people: 1.090 to 10.242 events.
    estimate = rate_with_limits([4, 0], [2_000, 500], multiplier=1_000)
    assert estimate.value == pytest.approx([2.0, 0.0])
    assert estimate.lower == pytest.approx([0.545, 0.0], abs=5e-4)
    assert estimate.upper == pytest.approx([5.121, 7.378], abs=1e-3)


def test_limits_of_shares_are_those_of_newcombe() -> None:
    # Newcombe 1998, Statistics in Medicine 17, 857-872, table I, method 3.
    events, total, lower, upper = drawn("""
        81  263   0.2553  0.3662
        15  148   0.0624  0.1605
         0   20   0.0000  0.1611
         1   29   0.0061  0.1718
    """).T
    estimate = share_with_limits(events, total, multiplier=1)
    assert estimate.lower == pytest.approx(lower, abs=5e-5)
    assert estimate.upper == pytest.approx(upper, abs=5e-5)


def test_a_ratio_of_large_counts_has_the_limits_of_rothman() -> None:
    # Cancer among the blind: Rothman, Epidemiology: an Introduction, chapter 9; 90% limits 0.40 to 0.53.
    estimate = ratio_of_rates(136, 22_050, 1_709, 127_650, confidence=0.9)
    assert [estimate.value, estimate.lower, estimate.upper] == pytest.approx([0.46, 0.40, 0.53], abs=5e-3)


def test_exact_limits_of_a_ratio_are_those_of_r() -> None:
    # R, example of poisson.test: eba1977, Fredericia against three other cities, ages 55 to 59.
    lower, upper = exact_ratio_limits(*(np.array([n]) for n in (11.0, 800.0, 21.0, 3_011.0)), tail=0.025)
    assert [lower[0], upper[0]] == pytest.approx([0.8584264, 4.277266], abs=1e-6)


random = np.random.default_rng(20240331)
EVENTS = np.unique(
    np.concatenate([np.arange(0, 400), np.array([9.5, 10.5]), random.integers(400, 10_000_000, 1_500)])
).astype(float)


@pytest.mark.parametrize("confidence", LEVELS)
def test_limits_of_counts_agree_with_phstatsmethods(confidence: float) -> None:
    lower, upper = poisson_limits(EVENTS, confidence)
    # byars_lower(0) is nan there, and byars_upper(0) an error.
    some = EVENTS > 0
    theirs = np.array([[byars_lower(o, confidence), byars_upper(o, confidence)] for o in EVENTS[some]])
    assert lower[some] == pytest.approx(theirs[:, 0], rel=1e-9, abs=1e-7)
    assert upper[some] == pytest.approx(theirs[:, 1], rel=1e-9, abs=1e-7)
    assert lower[0] == 0
    assert upper[0] == pytest.approx(exact_upper(0, confidence), abs=1e-7)


@pytest.mark.parametrize("confidence", LEVELS)
def test_limits_of_shares_agree_with_phstatsmethods(confidence: float) -> None:
    total = random.integers(1, 200_000, 3_000).astype(float)
    events = np.floor(total * random.uniform(0, 1, 3_000) ** 3)
    events[:200], events[200:400] = 0, total[200:400]
    estimate = share_with_limits(events, total, multiplier=100, confidence=confidence)
    lower = [100 * wilson_lower(o, n, confidence) for o, n in zip(events, total, strict=True)]
    upper = [100 * wilson_upper(o, n, confidence) for o, n in zip(events, total, strict=True)]
    assert estimate.value == pytest.approx(100 * events / total, abs=1e-7)
    assert estimate.lower == pytest.approx(lower, abs=1e-7)
    assert estimate.upper == pytest.approx(upper, abs=1e-7)


def test_rates_and_shares_agree_with_phstatsmethods_by_the_frame() -> None:
    # From one event on: that PHStatsMethods has no limits of none is told in test_standardisation.
    people = np.concatenate([np.arange(1, 301), random.integers(300, 900_000, 1_200)]).astype(float)
    events = np.ceil(people * random.uniform(0, 1, 1_500) ** 4)
    events[:150] = people[:150]
    frame = pd.DataFrame({"events": events, "people": people})
    pairs = [
        (
            rate_with_limits(frame["events"], frame["people"], multiplier=100_000),
            ph_rate(frame.copy(), "events", "people", multiplier=100_000),
        ),
        (
            share_with_limits(frame["events"], frame["people"]),
            ph_proportion(frame.copy(), "events", "people", multiplier=100),
        ),
    ]
    for ours, theirs in pairs:
        assert ours.value == pytest.approx(theirs["Value"], rel=1e-7)
        assert ours.lower == pytest.approx(theirs["lower_95_ci"], rel=1e-7)
        assert ours.upper == pytest.approx(theirs["upper_95_ci"], rel=1e-7)


# Nothing, one, all, all but one; the last exact count and the first approximate one; the fewest people and the most.
EDGES = pd.DataFrame(
    [(o, n) for n in (1, 2, 9, 10, 11, 10**6, 10**9, 10**12) for o in (0, 1, 9, 10, n - 1, n) if o <= n],
    columns=["events", "people"],
).drop_duplicates(ignore_index=True)


@pytest.mark.parametrize("confidence", LEVELS)
def test_edges_of_shares_agree_with_phstatsmethods(confidence: float) -> None:
    theirs = ph_proportion(EDGES.copy(), "events", "people", confidence=confidence)
    assert_agree(share_with_limits(EDGES["events"], EDGES["people"], 1, confidence), theirs)


@pytest.mark.parametrize("confidence", LEVELS)
def test_edges_of_rates_agree_with_phstatsmethods(confidence: float) -> None:
    some = EDGES[EDGES["events"] > 0].reset_index(drop=True)
    theirs = ph_rate(some.copy(), "events", "people", confidence=confidence)
    assert_agree(rate_with_limits(some["events"], some["people"], 100_000, confidence), theirs)
    # Of none it has no rate, and yet the exact upper limit that a rate would have.
    people = EDGES.loc[EDGES["events"] == 0, "people"]
    none = rate_with_limits(0, people, 100_000, confidence)
    assert len(people) > 5
    assert none.value.tolist() == none.lower.tolist() == [0] * len(people)
    assert none.upper == pytest.approx(exact_upper(0, confidence) / people * 100_000, rel=1e-7)


def assert_agree(ours: Estimate, theirs: pd.DataFrame) -> None:
    lower, upper = (theirs.filter(like=side).iloc[:, 0] for side in ("lower", "upper"))
    for numbers, others in ((ours.value, theirs["Value"]), (ours.lower, lower), (ours.upper, upper)):
        assert numbers == pytest.approx(others.to_numpy(), rel=1e-7, abs=0)


def test_phstatsmethods_has_no_limits_of_no_events() -> None:
    for limit in (byars_lower, exact_lower):
        assert np.isnan(limit(0))
    for refused in (lambda: byars_upper(0), lambda: ph_rate(EDGES[:1].copy(), "events", "people")):
        with pytest.raises(ValueError, match="positive"):
            refused()
    assert poisson_limits(0) == pytest.approx((0, 3.6889), abs=1e-4)


def test_small_ratios_agree_with_the_exact_binomial_interval() -> None:
    a, b = (grid.ravel().astype(float) for grid in np.meshgrid([0, 1, 2, 5, 9, 10, 60], [1, 3, 9]))
    n_a, n_b = 1_300.0, 5_200.0
    estimate = ratio_of_rates(a, n_a, b, n_b)
    share = [binomtest(int(x), int(x + y)).proportion_ci(0.95) for x, y in zip(a, b, strict=True)]
    assert estimate.lower == pytest.approx([s.low / (1 - s.low) * n_b / n_a for s in share], rel=1e-7)
    assert estimate.upper == pytest.approx([s.high / (1 - s.high) * n_b / n_a for s in share], rel=1e-7)
    assert estimate.value == pytest.approx(a / b * 4)


counts = st.integers(0, 50_000)
populations = st.integers(1, 10_000_000)
confidences = st.floats(0.5, 0.999)


@settings(deadline=None)
@given(st.lists(counts, min_size=1, max_size=20), confidences)
def test_limits_of_counts_contain_them_and_rise_with_them(events: list[int], confidence: float) -> None:
    ordered = np.unique(events)
    lower, upper = poisson_limits(ordered, confidence)
    assert np.all((lower >= 0) & (lower <= ordered) & (ordered < upper))
    assert np.all(np.diff(lower) > 0)
    assert np.all(np.diff(upper) > 0)


@settings(deadline=None)
@given(counts, populations, confidences)
def test_more_confidence_never_narrows_a_rate(events: int, population: int, confidence: float) -> None:
    wide = rate_with_limits(events, population, 1_000, confidence)
    narrow = rate_with_limits(events, population, 1_000, confidence / 2)
    assert wide.lower <= narrow.lower
    assert narrow.upper <= wide.upper
    assert_ordered(wide)


@settings(deadline=None)
@given(st.integers(1, 100_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), confidences)
def test_limits_of_a_share_mirror_those_of_its_complement(pair: tuple[int, int], confidence: float) -> None:
    events, total = pair
    share = share_with_limits(events, total, confidence=confidence)
    rest = share_with_limits(total - events, total, confidence=confidence)
    assert_ordered(share)
    assert share.lower >= 0
    assert share.upper <= 100
    assert share.lower == pytest.approx(100 - rest.upper, abs=1e-9)
    assert (share.lower == 0) == (events == 0)
    assert (share.upper == 100) == (events == total)


@settings(deadline=None)
@given(counts, populations, st.integers(1, 50_000), populations, confidences)
def test_a_ratio_turns_round(a: int, n_a: int, b: int, n_b: int, confidence: float) -> None:
    ratio = ratio_of_rates(a, n_a, b, n_b, confidence)
    assert_ordered(ratio)
    assert np.isfinite([ratio.value, ratio.lower, ratio.upper]).all()
    if a > 0:
        turned = ratio_of_rates(b, n_b, a, n_a, confidence)
        assert 1 / ratio.lower == pytest.approx(turned.upper, rel=1e-6)
        assert 1 / ratio.upper == pytest.approx(turned.lower, rel=1e-6)


@pytest.mark.parametrize(
    "population",
    [
        [1_000, 0, None],
        [1_000.0, 0.0, np.nan],
        np.array([1_000, 0, np.nan]),
        pd.Series([1_000, 0, None], dtype="Int64"),
        pd.Series([1_000, 0, pd.NA], dtype="object"),
        pd.Series([1_000, 0, None], dtype="float64[pyarrow]"),
    ],
)
def test_there_is_no_rate_where_the_population_is_nought_or_missing(population: object) -> None:
    estimate = rate_with_limits([5, 5, 5], population, 1_000)  # type: ignore[arg-type]
    for numbers in (estimate.value, estimate.lower, estimate.upper):
        assert numbers.dtype == np.float64
        assert np.isnan(numbers).tolist() == [False, True, True]


def test_there_is_no_estimate_where_a_count_is_missing() -> None:
    missing = [np.nan, 3]
    for estimate in (
        rate_with_limits(missing, 1_000, 1_000),
        share_with_limits(missing, 10),
        ratio_of_rates(missing, 1_000, 20, 1_000),
        ratio_of_rates(3, 1_000, missing, 1_000),
        ratio_of_rates([3, 3], [0, 10], 4, 1_000),
        ratio_of_rates([3, 3], 10, [0, 4], 1_000),
    ):
        for numbers in (estimate.value, estimate.lower, estimate.upper):
            assert np.isnan(numbers).tolist() == [True, False]


def test_there_is_no_share_of_nothing() -> None:
    assert np.isnan(share_with_limits([0, 0], [0, np.nan]).value).all()


def test_shapes_broadcast_and_single_numbers_stay_single() -> None:
    assert rate_with_limits([[1], [20]], [100, 200, 300], 1_000).upper.shape == (2, 3)
    assert rate_with_limits(3, 100, 1_000).value.shape == ()
    assert poisson_limits([])[0].shape == (0,)


def test_attendance_in_school_years_covers_how_much_pupils_differ_and_in_sessions_does_not() -> None:
    rng = np.random.default_rng(7)
    # 400 schools' worth of 300 pupils whose own attendance lies about 93% (standard deviation 10 points), 380 sessions.
    own = rng.beta(5.1, 0.38, size=(400, 300))
    truth = 100 * 5.1 / (5.1 + 0.38)
    attended = rng.binomial(380, own).sum(axis=1)

    def covered(sessions_a_year: int) -> float:
        limits = share_with_limits(attended / sessions_a_year, 300 * 380 / sessions_a_year)
        return float(((limits.lower <= truth) & (truth <= limits.upper)).mean())

    assert covered(1) < 0.5
    assert covered(380) > 0.95


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: poisson_limits([3, -1]), "events must be finite and not negative"),
        (lambda: poisson_limits(np.inf), "events must be finite and not negative"),
        (lambda: poisson_limits(["7"]), "events must be numbers, with nan where missing"),
        (lambda: poisson_limits([None, "7"]), "events must be numbers, with nan where missing"),
        (lambda: poisson_limits(pd.Series(["7"])), "events must be numbers, with nan where missing"),
        (lambda: poisson_limits([[1], [1, 2]]), "events must be numbers, with nan where missing"),
        (lambda: poisson_limits(3, 95), "confidence must lie between 0 and 1, as 0.95 does"),
        (lambda: poisson_limits(3, float("nan")), "confidence must lie between 0 and 1, as 0.95 does"),
        (lambda: rate_with_limits(3, -10, 1_000), "population must be finite and not negative"),
        (lambda: rate_with_limits(3, 10, 0), "multiplier must be one finite number over 0, as 1000 is"),
        (
            lambda: rate_with_limits([1, 2], [1, 2, 3], 1_000),
            "events and population must have the same shape, or be single numbers",
        ),
        (lambda: share_with_limits(11, 10), "events must not be more than the total they are a share of"),
        (lambda: share_with_limits(1, 0), "events must not be more than the total they are a share of"),
        (lambda: ratio_of_rates(1, 2, 3, -4), "population_b must be finite and not negative"),
    ],
)
def test_what_cannot_be_is_refused_in_one_sentence(call: object, sentence: str) -> None:
    with pytest.raises(ValueError) as refusal:
        call()  # type: ignore[operator]
    assert str(refusal.value) == sentence
