"""Funnels agree with print, with PHStatsMethods, and with the probabilities that they stand for."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PHStatsMethods.funnels import assign_funnel_significance, calculate_funnel_limits
from PHStatsMethods.utils_funnel import poisson_cis, poisson_funnel, sigma_adjustment
from scipy.special import gammainccinv, gammaincinv
from scipy.stats import poisson

from pipeline.statistics.funnels import (
    Funnel,
    count_limits,
    rate_funnel,
    ratio_funnel,
    share_funnel,
    share_limits,
    standardised_rate_funnel,
)
from pipeline.statistics.intervals import poisson_limits, share_with_limits
from tests.statistics.drawn_tables import drawn

THEIR_WORDS = {
    "Low (0.001)": "low_998",
    "Low (0.025)": "low_95",
    "Not significant": "",
    "High (0.025)": "high_95",
    "High (0.001)": "high_998",
}


@pytest.fixture
def random() -> np.random.Generator:
    """The same numbers for each test, in whatever order they run."""
    return np.random.default_rng(20_050_347)


def test_limits_of_ratios_are_those_of_the_funnel_of_public_health_england() -> None:
    # testdata_funnel_ratio_outputs.csv of R's PHEindicatormethods: at this many observed, the expected events
    # at which the observed are just on each limit.
    observed, lower95, upper95, lower998, upper998 = drawn("""
          1    5.571644585    0.025317898    9.233410143    0.001000547
          5   11.66833310     1.623486324   16.45474478     0.739371928
         10   18.39035799     4.795387629   24.13397235     2.960519925
         45   60.21353995    32.82330214    69.83304894    27.07762167
        100  121.6268111     81.36400699   134.9243187     71.92139974
        313  349.6678193    279.2813414    371.620029     261.1643428
        716  770.4222128    664.5083011    802.60414      636.1521174
    """).T
    assert count_limits(lower95).lower95 == pytest.approx(observed, rel=2e-6)
    assert count_limits(upper95).upper95 == pytest.approx(observed, rel=2e-6)
    assert count_limits(lower998).lower998 == pytest.approx(observed, rel=2e-6)
    assert count_limits(upper998).upper998 == pytest.approx(observed, rel=1e-5)


def test_limits_of_rates_are_those_of_the_funnel_of_public_health_england() -> None:
    # testdata_funnel_rate_outputs.csv of the same: mean 116.1720835 per 100,000; population of three years.
    events, people, lower95, upper95 = drawn("""
         10   5276.757672    63.17010446   -
        257  83329.80836    102.8043486    -
        257  65000.41486     -           131.7940306
       1360 411529.9259     110.158048     -
       1360 369759.5622      -           122.6021934
    """).T
    mean = 116.1720835e-5
    limits = count_limits(3 * people * mean)
    rates = [limits.lower95 / (3 * people) * 1e5, limits.upper95 / (3 * people) * 1e5]
    for ours, theirs in zip(rates, (lower95, upper95), strict=True):
        known = ~np.isnan(theirs)
        assert ours[known] == pytest.approx(theirs[known], rel=1e-6)
        assert ours[known] * 3 * people[known] / 1e5 == pytest.approx(events[known], rel=1e-6)


@pytest.mark.parametrize(("tail", "level"), [(0.025, "95"), (0.001, "998")])
def test_limits_of_counts_agree_with_phstatsmethods(tail: float, level: str) -> None:
    for observed in [1, 2, 3, 7, 12, 30, 99, 250]:
        highest, lowest = gammainccinv(observed + 1, tail), gammaincinv(observed, tail)
        assert getattr(count_limits(highest), f"lower{level}") == pytest.approx(observed, rel=1e-7)
        assert getattr(count_limits(lowest), f"upper{level}") == pytest.approx(observed, rel=1e-7)
        # Their own probabilities, summed until a term is 1e-10, say that these counts are on the limit.
        assert poisson_cis(highest, 0, observed) == pytest.approx(tail, rel=1e-7, abs=1e-9)
        assert poisson_cis(lowest, observed, 10**9) == pytest.approx(tail, rel=1e-7, abs=1e-9)
        # Their search for them ends when E / (1 + O + E) is known to 1e-7, and comes no nearer.
        for ours, side in ((highest, "high"), (lowest, "low")):
            theirs = poisson_funnel(observed, tail, side)
            assert theirs / (1 + observed + theirs) == pytest.approx(ours / (1 + observed + ours), abs=2e-7)


def test_limits_of_shares_agree_with_phstatsmethods(random: np.random.Generator) -> None:
    total, mean = np.floor(np.exp(random.uniform(0, 12, 2_000))) + 1, random.uniform(0.001, 0.999, 2_000)
    limits = share_limits(mean, total, multiplier=1)
    for ours, tail, side in (
        (limits.lower95, 0.975, "low"),
        (limits.upper95, 0.975, "high"),
        (limits.lower998, 0.999, "low"),
        (limits.upper998, 0.999, "high"),
    ):
        theirs = [sigma_adjustment(tail, n, p, side, 1) for n, p in zip(total, mean, strict=True)]
        assert ours == pytest.approx(np.clip(theirs, 0, 1), rel=1e-7, abs=1e-10)


def test_a_share_on_its_limit_has_the_mean_on_its_wilson_limit() -> None:
    total, mean = 400.0, 0.3
    limits = share_limits(mean, total, multiplier=1)
    assert share_with_limits(limits.upper95 * total, total, 1).lower == pytest.approx(mean)
    assert share_with_limits(limits.lower998 * total, total, 1, 0.998).upper == pytest.approx(mean)


def theirs_of(events: np.ndarray, base: np.ndarray, statistic: str) -> list[str]:
    frame = pd.DataFrame({"events": events, "base": base, "rate": events / base * 1_000})
    rate = {"rate": "rate", "rate_type": "crude", "multiplier": 1_000} if statistic == "rate" else {}
    found = assign_funnel_significance(frame, "events", statistic, "base", **rate)
    return [THEIR_WORDS[word] for word in found["significance"]]


def test_positions_of_shares_agree_with_phstatsmethods(random: np.random.Generator) -> None:
    total = np.floor(np.exp(random.uniform(1, 10, 1_500))) + 1
    events = random.binomial(total.astype(int), random.uniform(0.15, 0.25, 1_500)).astype(float)
    positions = share_funnel(events, total).positions.tolist()
    assert positions == theirs_of(events, total, "proportion")
    assert set(positions) == set(THEIR_WORDS.values())


def test_positions_of_areas_with_no_or_every_event_agree_with_phstatsmethods() -> None:
    # Among areas of two in five: of few people nothing is told, of many everything.
    total = np.array([1, 1, 5, 5, 20, 20, 10**6, 10**6, 10**9], dtype=float)
    events = np.array([0, 1, 0, 5, 0, 20, 0, 10**6, 4 * 10**8], dtype=float)
    positions = share_funnel(events, total).positions.tolist()
    assert positions == theirs_of(events, total, "proportion")
    assert positions[:2] == ["", ""]
    assert positions[6:8] == ["low_998", "high_998"]


@pytest.mark.parametrize("statistic", ["rate", "ratio"])
def test_positions_of_counts_agree_with_phstatsmethods_but_between_byars_and_exact(
    random: np.random.Generator, statistic: str
) -> None:
    expected = np.exp(random.uniform(0, 7, 1_500))
    events = random.poisson(expected * np.exp(random.normal(0, 0.15, 1_500))).astype(float)
    funnel = rate_funnel(events, expected, 1_000) if statistic == "rate" else ratio_funnel(events, expected)
    theirs = theirs_of(events, expected, statistic)
    assert set(theirs) == set(THEIR_WORDS.values())
    # They judge by Byar's approximation, and draw by the exact limits; here both are exact.
    wanted = expected * (events.sum() / expected.sum() if statistic == "rate" else 1)
    gaps = [
        np.abs(np.array(poisson_limits(events, level)) - wanted).min(axis=0) / np.sqrt(wanted)
        for level in (0.95, 0.998)
    ]
    differs = np.array(funnel.positions) != np.array(theirs)
    assert differs.mean() < 0.01
    assert np.all(np.min(gaps, axis=0)[differs] < 0.02)


def test_what_phstatsmethods_does_amiss_is_not_copied() -> None:
    # Its limits of proportions stop at 100 whatever the unit: here per 1,000.
    frame = pd.DataFrame({"events": [200, 300], "base": [400, 500]})
    theirs = calculate_funnel_limits(frame, "events", "proportion", 1_000, "base")
    assert theirs["upper_2s_limit"].max() == 100 < theirs["baseline"][0]
    assert np.all(share_limits(5 / 9, 400, 1_000).upper95 > 500)
    # An area without a standardised rate adds its events to the mean, but not its people.
    frame = pd.DataFrame({"events": [8, 200, 300], "base": [10, 1_000, 1_500], "rate": [np.nan, 200, 200]})
    theirs = calculate_funnel_limits(
        frame, "events", "rate", 1_000, "base", rate="rate", rate_type="dsr", years_of_data=1
    )
    assert theirs["baseline"][0] == pytest.approx(1_000 * 508 / 2_500)
    assert standardised_rate_funnel([8, 200, 300], [np.nan, 200, 200], 1_000).mean == pytest.approx(200)


def test_areas_stand_where_they_can_be_counted_to_stand() -> None:
    # A mean of 50 in 100: at 100, 40 to 60 and 35 to 65 are within (0.5 -/+ 1.96 and 3.09 times 0.05).
    events = np.array([50.0, 41, 39, 34, 59, 61, 66])
    funnel = share_funnel([*events, 0, np.nan, 50], [*[100.0] * 7, 0, 100, 100])
    assert funnel.mean == pytest.approx(50)
    assert funnel.positions.tolist() == ["", "", "low_95", "low_998", "", "high_95", "high_998", "", "", ""]
    assert funnel.limits.lower95[0] == pytest.approx(40.2, abs=0.01)
    assert np.isnan(funnel.values[7:9]).all()
    assert np.isnan(funnel.limits.lower95[7:9]).all()


def test_standardised_rates_of_few_events_take_no_part() -> None:
    funnel = standardised_rate_funnel([9, 100, 120], [900.0, 10.0, 12.0], 1_000)
    # 100 / 10 and 120 / 12 thousand people: 220 events in 20,000.
    assert funnel.mean == pytest.approx(11)
    assert np.isnan(funnel.values).tolist() == [True, False, False]
    assert funnel.values[1:] == pytest.approx([10, 12])


def test_where_nothing_happens_nothing_is_out_of_the_ordinary() -> None:
    funnel = rate_funnel([0, 0], [500, 900], 1_000)
    assert funnel.mean == 0
    assert funnel.positions.tolist() == ["", ""]
    assert funnel.limits.upper998.tolist() == [0, 0]


def test_there_is_no_funnel_of_nothing() -> None:
    for funnel in (share_funnel([], []), rate_funnel([3, np.nan], [0, 5], 1_000)):
        assert np.isnan(funnel.mean)
        assert set(funnel.positions.tolist()) <= {""}


@settings(deadline=None)
@given(st.floats(1e-4, 1e6))
def test_limits_of_counts_are_in_order_and_leave_the_tails(expected: float) -> None:
    limits = count_limits(expected)
    assert 0 <= limits.lower998 <= limits.lower95 <= expected + 1e-9
    assert limits.lower95 < limits.upper95 < limits.upper998
    # Whole counts beyond a limit are rarer than the tail.
    assert poisson.cdf(np.ceil(limits.lower95) - 1, expected) <= 0.025
    assert poisson.sf(np.floor(limits.upper998), expected) <= 0.001


areas = st.lists(st.tuples(st.integers(0, 900), st.integers(1, 50_000)), min_size=1, max_size=12)


def edges(funnel: Funnel) -> list[float]:
    return [*funnel.limits.lower95.tolist(), *funnel.limits.upper998.tolist(), *funnel.values.tolist()]


@settings(deadline=None)
@given(areas, st.floats(0.01, 100))
def test_neither_the_unit_nor_the_order_of_areas_moves_anybody(
    rows: list[tuple[int, int]], times: float
) -> None:
    events, people = np.array(rows, dtype=float).T
    one, other = rate_funnel(events, people, 1_000), rate_funnel(events[::-1], people[::-1], 1_000 * times)
    assert one.positions.tolist() == other.positions[::-1].tolist()
    assert one.values * times == pytest.approx(other.values[::-1])
    assert one.limits.lower95 * times == pytest.approx(other.limits.lower95[::-1])
    assert one.limits.upper95 * times == pytest.approx(other.limits.upper95[::-1])
    known = rate_funnel([*events, np.nan], [*people, 5], 1_000)
    assert edges(known)[: len(rows)] == pytest.approx(edges(one)[: len(rows)])


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: share_funnel([11], [10]), "events must not be more than the total they are a share of"),
        (lambda: rate_funnel(3, 10, 1_000), "events and population must have one element an area"),
        (lambda: ratio_funnel([3], [10], 0), "multiplier must be one finite number over 0, as 1000 is"),
        (lambda: share_limits(1.5, 10), "mean must be a share between 0 and 1"),
        (lambda: count_limits(-1), "expected must be finite and not negative"),
    ],
)
def test_what_cannot_be_is_refused_in_one_sentence(call: object, sentence: str) -> None:
    with pytest.raises(ValueError) as refusal:
        call()  # type: ignore[operator]
    assert str(refusal.value) == sentence
