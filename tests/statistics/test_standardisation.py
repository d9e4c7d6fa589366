"""Standardised rates agree with the arithmetic on paper, with PHStatsMethods, and with themselves."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PHStatsMethods.confidence_intervals import byars, byars_lower, byars_upper
from PHStatsMethods.DSR import ph_dsr
from PHStatsMethods.ISRate import ph_ISRate
from PHStatsMethods.ISRatio import ph_ISRatio

from pipeline.statistics.intervals import rate_with_limits
from pipeline.statistics.standardisation import (
    StandardisedRate,
    directly_standardised_rate,
    directly_standardised_rate_of_repeats,
    expected_events,
    indirectly_standardised_rate,
    indirectly_standardised_ratio,
)
from tests.statistics.drawn_tables import drawn

# European Standard Population 2013 (Eurostat 2013): 0-4, 5-9 ... 85-89, 90 and over.
ESP2013 = drawn("""
    5000 5500 5500 5500 6000 6000 6500 7000 7000 7000 7000 6500 6000 5500 5000 4000 2500 1500 1000
""")[0]


@pytest.fixture
def random() -> np.random.Generator:
    """The same numbers for each test, in whatever order they run."""
    return np.random.default_rng(19_910_457)


def by_ages(random: np.random.Generator, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Events and populations of `count` areas by 19 bands: from next to none to very many."""
    population = np.floor(np.exp(random.uniform(3, 12, (count, 19)))) + 1
    rate = np.exp(random.uniform(-12, -2, (count, 1))) * random.uniform(0, 3, (count, 19))
    return random.poisson(population * rate).astype(float), population


def long_frame(**columns: np.ndarray) -> pd.DataFrame:
    """A row an area and band, as PHStatsMethods wants it."""
    shape = next(iter(columns.values())).shape
    area = np.broadcast_to(np.arange(shape[0])[:, np.newaxis], shape)
    return pd.DataFrame(
        {"area": area.ravel(), **{k: np.broadcast_to(v, shape).ravel() for k, v in columns.items()}}
    )


def test_a_directly_standardised_rate_is_the_arithmetic_on_paper() -> None:
    # Two bands, a standard of 1 to 3: 1/4 of 20 per 1,000 and 3/4 of 10 per 1,000.
    # Variance (1/16 20/10^6 + 9/16 30/9 10^6); 50 events, whose Byar's limits are 37.11 and 65.92.
    rate = directly_standardised_rate([20, 30], [1_000, 3_000], [1, 3], multiplier=1_000)
    unit = 1_000 * np.sqrt(3.125e-6 / 50)
    assert rate.value == pytest.approx(12.5)
    assert rate.lower == pytest.approx(12.5 + unit * (37.11 - 50), abs=2e-3)
    assert rate.upper == pytest.approx(12.5 + unit * (65.92 - 50), abs=2e-3)


def test_the_standard_population_is_a_hundred_thousand() -> None:
    assert ESP2013.sum() == 100_000


@pytest.mark.parametrize("confidence", [0.9, 0.95, 0.998])
def test_directly_standardised_rates_agree_with_phstatsmethods(
    random: np.random.Generator, confidence: float
) -> None:
    events, population = by_ages(random, 1_200)
    rate = directly_standardised_rate(events, population, ESP2013, 100_000, confidence)
    frame = long_frame(events=events, people=population, weight=ESP2013)
    theirs = ph_dsr(
        frame, "events", "people", "weight", "area", confidence=confidence, euro_standard_pops=False
    )
    shown = ~rate.is_too_few
    assert 200 < shown.sum() < 1_200
    assert theirs["Value"].isna().to_numpy().tolist() == rate.is_too_few.tolist()
    lower, upper = (theirs.filter(like=side).iloc[:, 0].to_numpy() for side in ("lower", "upper"))
    for ours, others in ((rate.value, theirs["Value"]), (rate.lower, lower), (rate.upper, upper)):
        assert ours[shown] == pytest.approx(np.asarray(others)[shown], rel=1e-7)


def test_edges_of_directly_standardised_rates_agree_with_phstatsmethods() -> None:
    # No events; one; nine, too few for a rate; ten in one band; ten, one a band; everybody; a band of a billion people.
    bands = np.arange(19)
    events = np.array(
        [
            np.zeros(19), bands == 3, 9 * (bands == 18), 10 * (bands == 0), bands < 10, np.full(19, 1_000),
            np.full(19, 10**6),
        ]
    ).astype(float)  # fmt: skip
    population = np.full(events.shape, 1_000.0)
    population[6] = 10**9
    rate = directly_standardised_rate(events, population, ESP2013, 100_000)
    frame = long_frame(events=events, people=population, weight=ESP2013)
    theirs = ph_dsr(frame, "events", "people", "weight", "area", euro_standard_pops=False)
    assert rate.is_too_few.tolist() == [True] * 3 + [False] * 4 == theirs["Value"].isna().tolist()
    shown = ~rate.is_too_few
    for ours, column in ((rate.value, "Value"), (rate.lower, "lower_95_ci"), (rate.upper, "upper_95_ci")):
        assert ours[shown] == pytest.approx(theirs[column].to_numpy()[shown], rel=1e-7, abs=0)


def test_edges_of_indirectly_standardised_ratios_agree_with_phstatsmethods() -> None:
    # One event; nine and ten; a million; in bands of one person and of a billion.
    events = np.array([[1, 0], [9, 0], [5, 5], [0, 10**6], [1, 0], [9, 1]], dtype=float)
    population = np.array([[1, 1], [10, 20], [10, 20], [10**9, 10**9], [10**9, 1], [1, 10**9]], dtype=float)
    reference, reference_population = np.array([3.0, 10**6]), np.array([10**9, 10**12])
    frame = long_frame(events=events, people=population, ref=reference, ref_people=reference_population)
    theirs = ph_ISRatio(frame, "events", "people", "ref", "ref_people", "area", refvalue=100)
    expected = expected_events(population, reference, reference_population)
    ratio = indirectly_standardised_ratio(events.sum(axis=1), expected, multiplier=100)
    for ours, column in ((ratio.value, "Value"), (ratio.lower, "lower_95_ci"), (ratio.upper, "upper_95_ci")):
        assert ours == pytest.approx(theirs[column].to_numpy(), rel=1e-7, abs=0)


def test_indirectly_standardised_figures_agree_with_phstatsmethods(random: np.random.Generator) -> None:
    events, population = by_ages(random, 1_200)
    reference_events, reference_population = events.sum(axis=0), population.sum(axis=0)
    # Nothing observed is an error there, see the test of its defects.
    some = events.sum(axis=1) > 0
    observed = events.sum(axis=1)[some]
    frame = long_frame(
        events=events[some], people=population[some], ref=reference_events, ref_people=reference_population
    )
    columns = ("events", "people", "ref", "ref_people", "area")
    expected = expected_events(population, reference_events, reference_population)[some]

    ratio = indirectly_standardised_ratio(observed, expected, multiplier=100)
    theirs = ph_ISRatio(frame.copy(), *columns, refvalue=100)
    for ours, column in ((ratio.value, "Value"), (ratio.lower, "lower_95_ci"), (ratio.upper, "upper_95_ci")):
        assert ours == pytest.approx(theirs[column].to_numpy(), rel=1e-7, abs=1e-9)

    crude = 100_000 * reference_events.sum() / reference_population.sum()
    rate = indirectly_standardised_rate(observed, expected, crude)
    theirs = ph_ISRate(frame.copy(), *columns, multiplier=100_000)
    for ours, column in ((rate.value, "Value"), (rate.lower, "lower_95_ci"), (rate.upper, "upper_95_ci")):
        assert ours == pytest.approx(theirs[column].to_numpy(), rel=1e-7, abs=1e-9)


def test_what_phstatsmethods_does_amiss_is_not_copied() -> None:
    # byars() takes its tail for its confidence: asked for 95% it gives limits of 5%.
    assert byars(20, 0.95) == pytest.approx((byars_lower(20, 0.05), byars_upper(20, 0.05)))
    # No events at all have an upper limit, but not there.
    with pytest.raises(ValueError, match="positive"):
        byars_upper(0)
    assert indirectly_standardised_ratio(0, 1.0, 1.0).upper == pytest.approx(3.6889, abs=1e-4)
    # A missing count is taken for none; here it makes the rate missing.
    frame = long_frame(events=np.array([[20, np.nan]]), people=np.full((1, 2), 100), weight=np.ones((1, 2)))
    theirs = ph_dsr(frame, "events", "people", "weight", euro_standard_pops=False, multiplier=100)
    assert theirs["Value"].tolist() == [10]
    assert np.isnan(directly_standardised_rate([20, np.nan], [100, 100], [1, 1], 100).value)


def test_repeats_are_the_arithmetic_on_paper() -> None:
    # One band of 1,000: 8 persons with one event, 3 with two, 2 with three: 20 events.
    # Variance of persons 8/10^6, 3/10^6, 2/10^6; times 1, 4, 9: 38/10^6. Independent: 20/10^6.
    rate = directly_standardised_rate_of_repeats([[8], [3], [2]], [1, 2, 3], [1_000], [1], 1_000)
    independent = directly_standardised_rate([20], [1_000], [1], 1_000)
    assert rate.value == independent.value == pytest.approx(20)
    widening = np.sqrt(38 / 20)
    assert rate.lower - 20 == pytest.approx(widening * (independent.lower - 20))
    assert rate.upper - 20 == pytest.approx(widening * (independent.upper - 20))
    # 20 events have Byar's limits 12.21 and 30.89.
    assert [independent.lower, independent.upper] == pytest.approx([12.21, 30.89], abs=5e-3)


def test_an_inflation_is_the_variance_of_repeats_where_every_age_repeats_alike() -> None:
    # Of every age eight people once, three twice and two three times: 20 events and 38 squares a thousand.
    ages = np.array([1.0, 2.0, 4.0])
    persons = np.array([[8.0], [3.0], [2.0]]) * ages
    people, weights = [1_000, 1_500, 5_000], [2.0, 3.0, 1.0]
    exact = directly_standardised_rate_of_repeats(persons, [1, 2, 3], people, weights, 1_000)
    inflated = directly_standardised_rate(20 * ages, people, weights, 1_000, inflation=38 / 20)
    assert inflated.value == pytest.approx(exact.value)
    assert inflated.lower == pytest.approx(exact.lower)
    assert inflated.upper == pytest.approx(exact.upper)


def test_repeats_agree_with_a_slow_sum_over_frequencies(random: np.random.Generator) -> None:
    persons = random.poisson(4, (50, 4, 19)).astype(float)
    frequencies, people = np.array([1, 2, 3, 7]), random.integers(200, 9_000, (50, 19)).astype(float)
    rate = directly_standardised_rate_of_repeats(persons, frequencies, people, ESP2013, 100_000)
    for area in range(50):
        value, variance, events = 0.0, 0.0, 0.0
        for f, frequency in enumerate(frequencies):
            for band, weight in enumerate(ESP2013 / 100_000):
                count, n = persons[area, f, band], people[area, band]
                events += frequency * count
                value += weight * frequency * count / n
                variance += frequency**2 * weight**2 * count / n**2
        unit = np.sqrt(variance / events)
        assert rate.value[area] == pytest.approx(1e5 * value, rel=1e-12)
        assert rate.lower[area] == pytest.approx(1e5 * (value + unit * (byars_lower(events) - events)))
        assert rate.upper[area] == pytest.approx(1e5 * (value + unit * (byars_upper(events) - events)))


bands = st.lists(
    st.tuples(st.integers(0, 400), st.integers(1, 50_000), st.integers(1, 9_000)), min_size=1, max_size=8
)


def numbers(rate: StandardisedRate) -> list[float]:
    return [float(rate.value), float(rate.lower), float(rate.upper)]


@settings(deadline=None)
@given(bands, st.integers(2, 50))
def test_neither_order_nor_units_of_the_weights_matter(rows: list[tuple[int, int, int]], times: int) -> None:
    events, people, weights = np.array(rows, dtype=float).T
    one = directly_standardised_rate(events, people, weights, 1_000)
    assert one.is_too_few == (events.sum() < 10)
    same = pytest.approx(numbers(one), nan_ok=True, rel=1e-9)
    assert numbers(directly_standardised_rate(events, people, weights * times, 1_000)) == same
    assert numbers(directly_standardised_rate(events[::-1], people[::-1], weights[::-1], 1_000)) == same
    empty = directly_standardised_rate([*events, 0], [*people, 0], [*weights, 0], 1_000)
    assert numbers(empty) == same
    if not one.is_too_few:
        assert one.lower < one.value < one.upper
        lowest, highest = (events / people).min(), (events / people).max()
        assert 1_000 * lowest - 1e-9 <= one.value <= 1_000 * highest + 1e-9


@settings(deadline=None)
@given(st.integers(10, 5_000), st.integers(1, 90_000))
def test_one_band_is_a_crude_rate(events: int, people: int) -> None:
    rate, crude = (
        directly_standardised_rate([events], [people], [7], 1_000),
        rate_with_limits(events, people, 1_000),
    )
    assert numbers(rate) == pytest.approx([crude.value, crude.lower, crude.upper], rel=1e-9)


def test_ratios_keep_to_the_limits_of_the_events() -> None:
    # Four observed where two were expected: limits 1.090 and 10.242 over 2.
    ratio = indirectly_standardised_ratio([4, 4, np.nan, 4], [2, 0, 2, np.nan], multiplier=1)
    assert ratio.value[0] == 2
    assert [ratio.lower[0], ratio.upper[0]] == pytest.approx([0.545, 5.121], abs=1e-3)
    assert np.isnan([ratio.value[1:], ratio.lower[1:], ratio.upper[1:]]).all()
    rate = indirectly_standardised_rate([4], [2], 30.0)
    assert [rate.value[0], rate.lower[0]] == pytest.approx([60, 16.35], abs=0.01)


def test_fewer_than_ten_events_have_no_standardised_rate_and_the_answer_says_so() -> None:
    rate = directly_standardised_rate([[5, 4], [5, 5], [5, np.nan]], [1_000, 1_000], [1, 1], 1_000)
    assert rate.is_too_few.tolist() == [True, False, False]
    for shown in (rate.value, rate.lower, rate.upper):
        assert np.isnan(shown).tolist() == [True, False, True]


def test_a_band_with_weight_and_nobody_in_it_has_no_rate() -> None:
    assert np.isnan(directly_standardised_rate([20, 0], [100, 0], [1, 1], 1_000).value)
    assert np.isnan(expected_events([100, 50], [3, 3], [1_000, 0]))


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: directly_standardised_rate(3, 10, 1, 1_000), "events must have an axis of age bands"),
        (lambda: expected_events(3, 10, 10), "population must have an axis of age bands"),
        (
            lambda: directly_standardised_rate([3, 4], [9, 9], [0, 0], 1_000),
            "weights must be known, and one of them over 0",
        ),
        (
            lambda: directly_standardised_rate([3, 4], [9, 9], [1, np.nan], 1_000),
            "weights must be known, and one of them over 0",
        ),
        (
            lambda: directly_standardised_rate([3, 4], [9, 9], [1, 1, 1], 1_000),
            "events and population and weights must have the same shape, or be single numbers",
        ),
        (
            lambda: directly_standardised_rate([3, 4], [9, 9], [1, 1], 0),
            "multiplier must be one finite number over 0, as 1000 is",
        ),
        (
            lambda: directly_standardised_rate_of_repeats([3, 4], [1, 2], [9], [1], 1_000),
            "persons must have an axis of frequencies, then one of age bands",
        ),
        (
            lambda: directly_standardised_rate_of_repeats([[3], [4]], [1, 0], [9], [1], 1_000),
            "frequencies must be known numbers over 0",
        ),
        (lambda: indirectly_standardised_ratio(3, -1), "expected must be finite and not negative"),
        (
            lambda: indirectly_standardised_rate([1, 2], [1, 2], [1, 2, 3]),
            "events and expected and reference_rate must have the same shape, or be single numbers",
        ),
    ],
)
def test_what_cannot_be_is_refused_in_one_sentence(call: object, sentence: str) -> None:
    with pytest.raises(ValueError) as refusal:
        call()  # type: ignore[operator]
    assert str(refusal.value) == sentence
