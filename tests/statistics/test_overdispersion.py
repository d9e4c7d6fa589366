"""A funnel is widened by what lies between areas besides chance, and not by the areas it is to find."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.statistics.funnels import ratio_funnel
from pipeline.statistics.overdispersion import ratio_overdispersion, share_overdispersion


@pytest.fixture
def random() -> np.random.Generator:
    """The same numbers for each test, in whatever order they run."""
    return np.random.default_rng(20_050_351)


def quantile(values: list[float], share: float) -> float:
    """R's quantile of type 7, from the definition."""
    ordered = sorted(values)
    place = (len(ordered) - 1) * share
    low = math.floor(place)
    return ordered[low] + (place - low) * (ordered[min(low + 1, len(ordered) - 1)] - ordered[low])


def slow(z: list[float], s: list[float], is_truncated: bool) -> tuple[float, float]:
    """phi and tau squared as Spiegelhalter 2005 has them, one area after another."""
    low, high = quantile(z, 0.1), quantile(z, 0.9)
    if is_truncated:
        kept = [(a, b) for a, b in zip(z, s, strict=True) if low < a < high]
    else:
        kept = [(min(max(a, low), high), b) for a, b in zip(z, s, strict=True)]
    k = len(kept)
    phi = sum(a * a for a, _ in kept) / k
    weights = [1 / (b * b) for _, b in kept]
    spread = sum(weights) - sum(w * w for w in weights) / sum(weights)
    return phi, max(0.0, (k * phi - (k - 1)) / spread)


@pytest.mark.parametrize("between", [0.0, 0.05, 0.3])
def test_dispersion_is_that_of_the_slow_sum(random: np.random.Generator, between: float) -> None:
    # Of 61 areas the seventh lies on the limit of 10%: it is left out, and nothing between two areas is.
    expected = np.exp(random.uniform(2, 7, 61))
    events = random.poisson(expected * np.exp(random.normal(0, between, 61))).astype(float) + 1
    z = [math.sqrt(e) * math.log(o / e) for o, e in zip(events, expected, strict=True)]
    log = ratio_overdispersion(events, expected, "log")
    assert (log.phi, log.tau_squared) == pytest.approx(slow(z, [1 / math.sqrt(e) for e in expected], True))

    z = [2 * (math.sqrt(o) - math.sqrt(e)) for o, e in zip(events, expected, strict=True)]
    root = ratio_overdispersion(events, expected, "square_root")
    assert (root.phi, root.tau_squared) == pytest.approx(
        slow(z, [1 / (2 * math.sqrt(e)) for e in expected], False)
    )

    total = np.ceil(expected) + events
    mean = math.asin(math.sqrt(events.sum() / total.sum()))
    z = [2 * math.sqrt(n) * (math.asin(math.sqrt(o / n)) - mean) for o, n in zip(events, total, strict=True)]
    share = share_overdispersion(events, total)
    assert (share.phi, share.tau_squared) == pytest.approx(
        slow(z, [1 / (2 * math.sqrt(n)) for n in total], False)
    )


def test_the_variance_put_between_areas_is_found(random: np.random.Generator) -> None:
    expected = np.full(9_000, 2_000.0)
    events = random.poisson(expected * np.exp(random.normal(0, 0.2, 9_000)))
    # A normal spread without its 10% at each end has 0.438 of its variance; with them drawn in, 0.679.
    left_out = ratio_overdispersion(events, expected, "log").tau_squared
    assert left_out == pytest.approx(0.04 * 0.438, rel=0.06)
    drawn_in = ratio_overdispersion(events, expected, "square_root").tau_squared
    assert drawn_in == pytest.approx(0.01 * 0.679, rel=0.06)


def test_chance_alone_widens_nothing(random: np.random.Generator) -> None:
    expected = random.uniform(50, 500, 2_000)
    events = random.poisson(expected)
    for found in (
        ratio_overdispersion(events, expected, "log"),
        ratio_overdispersion(events, expected, "square_root"),
        share_overdispersion(random.binomial(4_000, 0.3, 2_000), np.full(2_000, 4_000)),
    ):
        assert found.phi < 1
        assert found.tau_squared == 0
        # 1.96 standard deviations leave a twentieth outside.
        assert np.mean(np.abs(found.z_scores) > 1.96) == pytest.approx(0.05, abs=0.015)


def test_the_wide_funnel_holds_whom_the_narrow_one_accuses(random: np.random.Generator) -> None:
    expected = random.uniform(2_000, 9_000, 200)
    events = random.poisson(expected * np.exp(random.normal(0, 0.15, 200))).astype(float)
    events[0] = np.round(2 * expected[0])
    narrow, wide = ratio_funnel(events, expected), ratio_overdispersion(events, expected, "log")
    assert np.mean(narrow.positions != "") > 0.8
    is_outside = (narrow.values > wide.limits.upper998) | (narrow.values < wide.limits.lower998)
    assert is_outside[0]
    assert is_outside.mean() < 0.2


def test_limits_are_on_the_scale_of_the_values_and_never_under_nought() -> None:
    # Two areas in three twice as bad, one none: the root of 1 less 3.09 deviations would be negative.
    events, expected = np.array([40.0, 1, 3, 0, 14, 9]), np.array([4.0, 8, 9, 7, 3, 5])
    root = ratio_overdispersion(events, expected, "square_root", multiplier=1)
    assert root.tau_squared > 0.2
    assert np.all(root.limits.lower998 == 0)
    assert np.all(root.limits.lower95 <= 1)
    assert np.all(root.limits.upper95 > 1)
    log = ratio_overdispersion([30.0, 40, 20, 90, 25], [33.0, 30, 30, 30, 30], "log", multiplier=1)
    assert log.limits.lower95 * log.limits.upper95 == pytest.approx(np.ones(5))
    share = share_overdispersion([1, 9, 3, 8], [10, 10, 10, 10])
    assert np.all((share.limits.lower998 >= 0) & (share.limits.upper998 <= 100))
    assert np.all(share.limits.lower95 < 52.5)


def test_who_has_no_logarithm_takes_no_part() -> None:
    events, expected = np.array([30.0, 41, 22, 35, 27, 31]), np.array([33.0, 30, 30, 29, 30, 30])
    one = ratio_overdispersion(events, expected)
    more = ratio_overdispersion([*events, 0, np.nan, 4], [*expected, 3, 9, 0])
    assert (more.phi, more.tau_squared) == pytest.approx((one.phi, one.tau_squared))
    assert np.isnan(more.z_scores).tolist() == [False] * 6 + [True] * 3


@pytest.mark.parametrize("events", [[], [5.0], [5.0, 6.0, np.nan], [5.0, 6.0, 7.0], [0.0, 0.0, 0.0, 4.0]])
def test_too_few_areas_have_no_dispersion(events: list[float]) -> None:
    found = ratio_overdispersion(events, np.full(len(events), 5.0))
    assert np.isnan([found.phi, found.tau_squared]).all()
    assert np.isnan(found.limits.upper95).all()


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 900), st.integers(900, 9_000)), min_size=4, max_size=15),
    st.floats(0.1, 1_000),
)
def test_the_unit_does_not_matter_and_limits_are_in_order(rows: list[tuple[int, int]], unit: float) -> None:
    events, total = np.array(rows, dtype=float).T
    one, other = share_overdispersion(events, total, 1), share_overdispersion(events, total, unit)
    assert one.z_scores == pytest.approx(other.z_scores, nan_ok=True)
    assert one.limits.upper998 * unit == pytest.approx(other.limits.upper998)
    assert np.all(one.limits.lower998 <= one.limits.lower95)
    assert np.all(one.limits.lower95 <= one.limits.upper95)
    assert np.all(one.limits.upper95 <= one.limits.upper998)


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (
            lambda: share_overdispersion([11], [10]),
            "events must not be more than the total they are a share of",
        ),
        (lambda: ratio_overdispersion(3, 10), "events and expected must have one element an area"),
    ],
)
def test_what_cannot_be_is_refused_in_one_sentence(call: object, sentence: str) -> None:
    with pytest.raises(ValueError) as refusal:
        call()  # type: ignore[operator]
    assert str(refusal.value) == sentence
