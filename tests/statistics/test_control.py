"""Points of a series are flagged as NHS England's Making Data Count and R's NHSRplotthedots flag them."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.statistics.control import control_limits

ORDINARY = [20, 22, 19, 21, 18, 21, 20, 22, 19, 20, 21, 19]

LETTERS = {"": ".", "outside_limits": "O", "trend": "T", "two_of_three": "2", "one_side": "S"}


def flags_of(values: list[float], **named: object) -> str:
    """A letter a point: . ordinary, O outside, T trend, 2 two of three, S one side."""
    return "".join(LETTERS[flag] for flag in control_limits(values, **named).flags)  # type: ignore[arg-type]


def test_limits_are_those_of_nhsrplotthedots() -> None:
    # Its snapshot for R's rnorm(20) from seed 123: mean 0.142, limits -3.01 and 3.29. Ten higher here.
    y = [
        *(-0.56047565, -0.23017749, 1.55870831, 0.07050839, 0.12928774, 1.71506499, 0.46091621),
        *(-1.26506123, -0.68685285, -0.44566197, 1.22408180, 0.35981383, 0.40077145, 0.11068272),
        *(-0.55584113, 1.78691314, 0.49785048, -1.96661716, 0.70135590, -0.47279141),
    ]
    limits = control_limits(np.array(y) + 10)
    assert limits.centre == pytest.approx(np.full(20, 10.142), abs=5e-4)
    assert limits.lower == pytest.approx(np.full(20, 6.99), abs=5e-3)
    assert limits.upper == pytest.approx(np.full(20, 13.29), abs=5e-3)


def test_limits_are_the_mean_and_2_66_mean_moving_ranges() -> None:
    # Moving ranges 2, 4, 3, 1: mean 2.5, none of 3.267 times that.
    limits = control_limits([10, 12, 8, 11, 10])
    assert limits.centre[0] == pytest.approx(10.2)
    assert limits.upper[0] == pytest.approx(10.2 + 2.66 * 2.5)
    assert limits.lower[0] == pytest.approx(10.2 - 2.66 * 2.5)


def test_a_shock_does_not_widen_the_limits() -> None:
    # Moving ranges 3 5 4 3 3 23 25 3 5 4 3 2 3: 23 and 25 are over 3.267 times their mean, 86 / 13.
    values = [20, 23, 18, 22, 19, 22, 45, 20, 23, 18, 22, 19, 21, 18]
    limits = control_limits(values)
    assert limits.upper[0] - limits.centre[0] == pytest.approx(2.66 * 38 / 11)
    assert flags_of(values) == "......O......."


def test_an_outage_is_flagged_and_moves_neither_centre_nor_limits_where_shocks_are_set_aside() -> None:
    usual = [10.0, 11, 9, 10, 12, 10, 9, 11, 10, 9, 11, 10]
    outage = [*usual, 25, 21, 23, *usual]
    assert flags_of(outage, sets_shocks_aside=True) == "." * 12 + "OOO" + "." * 12
    limits = control_limits(outage, sets_shocks_aside=True)
    assert limits.centre[0] == pytest.approx(np.mean(usual))
    assert limits.upper[0] == pytest.approx(np.mean(usual) + 2.66 * np.mean(np.abs(np.diff(usual))))
    # Else the usual months are those out of the ordinary.
    assert "S" in flags_of(outage)


def test_a_level_that_lasts_is_no_shock_to_set_aside() -> None:
    lasting = [10.0, 11, 9, 10, 12, 10, 9, 11, 10, 9, 11, 10, 25, 24, 26, 25, 24, 26, 25]
    assert control_limits(lasting, sets_shocks_aside=True).centre[0] == pytest.approx(np.mean(lasting))


def test_each_rule_flags_its_points_and_no_others() -> None:
    table = """
        nothing       20 22 19 21 18 21 20 22 19 20 21 19            ............
        outside       20 22 19 21 18 21 30 22 19 20 21 19            ......O.....
        below         20 22 19 21 18 21  8 22 19 20 21 19            ......O.....
        six_rising    20 24 17 18 19 20 21 22 18 24 17 22            ............
        seven_rising  20 24 17 18 19 20 21 22 23 17 24 17 22         ..TTTTTTT....
        seven_falling 20 16 23 22 21 20 19 18 17 23 16 23 18         ..TTTTTTT....
        six_one_side  18 23 17 23 17 22 21 22 21 22 21 18 17 23 17 23       ................
        seven_above   18 23 17 23 17 22 21 22 21 22 21 22 17 18 17 18 17   .....SSSSSSS.....
    """
    for line in table.strip().splitlines():
        name, *values, flags = line.split()
        assert (name, flags_of([float(value) for value in values])) == (name, flags)


def test_two_of_three_in_the_outer_third_are_flagged_and_the_third_is_not() -> None:
    # 23 lies between two thirds of the way to the limit and the limit.
    quiet = [20, 19, 20, 19, 20, 19, 20, 19]
    flagged = control_limits([*quiet, 23, 21, 23, *quiet, 17])
    reached = (23 - flagged.centre[0]) / (flagged.upper[0] - flagged.centre[0])
    assert 2 / 3 < reached < 1
    assert "".join(LETTERS[flag] for flag in flagged.flags) == "........2.2........."
    # Three points of which one is below the mean are not on one side.
    assert "2" not in flags_of([*quiet, 23, 19, 23, *quiet, 17])
    # A point beyond the limit is no longer in the outer third, and does not make its neighbour one of two.
    assert flags_of([*quiet, 23, 24, 21, *quiet, 17, 18]) == ".........O..........."


def test_the_first_rule_in_order_names_the_flag() -> None:
    values = [20, 21, 19, 20, 21, 19, 20, 21, 22, 23, 24, 25, 26, 40]
    assert flags_of(values)[-1] == "O"
    assert flags_of(values)[7:13] == "TTTTTT"


def test_a_new_stretch_has_limits_of_its_own() -> None:
    low, high = ORDINARY, [value + 40 for value in ORDINARY]
    assert set(flags_of(low + high)) != {"."}
    limits = control_limits(low + high, rebase_at=[12])
    assert set(limits.flags) == {""}
    assert limits.centre[11] + 40 == pytest.approx(limits.centre[12])
    # Runs end at the break: six before and six after are not twelve.
    six = [20, 22, 19, 18, 18, 18, *[21] * 6]
    assert "S" not in flags_of([*six, *[24] * 6, 20, 22, 19, 18, 18, 18], rebase_at=[12])


@pytest.mark.parametrize(("mean", "is_judged"), [(4, False), (5, True), (6, True)])
def test_nothing_is_said_of_a_mean_under_five(mean: int, is_judged: bool) -> None:
    limits = control_limits([mean] * 20 + [mean - 2, mean + 2])
    assert limits.is_judged.all() == is_judged
    assert (set(limits.flags) != {""}) == is_judged
    assert np.isfinite(limits.upper).all()


def test_a_series_of_rates_is_judged_by_the_events_behind_it() -> None:
    rates = [0.20, 0.23, 0.18, 0.22, 0.19, 0.22, 0.60, 0.20, 0.23, 0.18, 0.22, 0.19]
    assert flags_of(rates) == "............"
    assert flags_of(rates, events=[rate * 1_000 for rate in rates]) == "......O....."
    assert flags_of(rates, events=[np.nan] * 12) == "............"


def test_a_missing_point_is_not_judged_and_parts_its_neighbours() -> None:
    # 20 to 40 across the gap is not a moving range.
    values = [20, 21, 20, np.nan, 40, 41, 40]
    limits = control_limits(values)
    assert limits.upper[0] - limits.centre[0] == pytest.approx(2.66)
    assert limits.is_judged.tolist() == [True, True, True, False, True, True, True]
    assert limits.flags[3] == ""
    assert "S" not in flags_of([21, 21, 21, 21, np.nan, 21, 21, 21, 17, 23, 16, 18, 22, 15])


@pytest.mark.parametrize("values", [[], [20], [np.nan, np.nan], [20, np.nan, 21]])
def test_too_few_neighbours_have_no_limits(values: list[float]) -> None:
    limits = control_limits(values)
    assert np.isnan(limits.centre).all()
    assert not limits.is_judged.any()
    assert len(limits.flags) == len(values)


def test_rounding_flags_nothing_in_a_flat_series() -> None:
    assert set(flags_of([0.1 + 7.2] * 30)) == {"."}


@settings(deadline=None)
@given(st.lists(st.integers(0, 500), min_size=2, max_size=40))
def test_limits_stand_around_the_mean_and_a_shift_moves_them_alone(values: list[int]) -> None:
    here, there = control_limits(values), control_limits([value + 1_000 for value in values])
    assert np.all((here.lower >= 0) & (here.lower <= here.centre) & (here.centre <= here.upper))
    assert there.upper - here.upper == pytest.approx(np.full(len(values), 1_000))
    assert np.all((here.flags == there.flags) | ~here.is_judged)


@settings(deadline=None)
@given(st.lists(st.integers(5, 30), min_size=2, max_size=30))
def test_flags_equal_those_of_the_slow_and_obvious_way(values: list[int]) -> None:
    ranges = [abs(b - a) for a, b in pairwise(values)]
    mean, mean_range = sum(values) / len(values), sum(ranges) / len(ranges)
    kept = [r for r in ranges if r < 3.267 * mean_range]
    reach = 2.66 * (sum(kept) / len(kept) if kept else 0)
    n = len(values)
    # Whole numbers: a tie with the mean is a tie in n * value against the sum.
    side = [(n * v > sum(values)) - (n * v < sum(values)) for v in values]
    outside = [abs(v - mean) > reach + 1e-6 for v in values]
    outer = [not o and abs(v - mean) > reach * 2 / 3 + 1e-6 for o, v in zip(outside, values, strict=True)]

    def flag_of(i: int) -> str:
        sevens = [range(s, s + 7) for s in range(max(i - 6, 0), min(i, n - 7) + 1)]
        threes = [range(s, s + 3) for s in range(max(i - 2, 0), min(i, n - 3) + 1)]
        steps = [[values[k + 1] - values[k] for k in seven[:-1]] for seven in sevens]
        if outside[i]:
            return "O"
        if any(all(step > 0 for step in s) or all(step < 0 for step in s) for s in steps):
            return "T"
        if outer[i] and any(
            abs(sum(side[k] for k in three)) == 3 and sum(outer[k] for k in three) >= 2 for three in threes
        ):
            return "2"
        if any(abs(sum(side[k] for k in seven)) == 7 for seven in sevens):
            return "S"
        return "."

    assert flags_of([float(v) for v in values]) == "".join(flag_of(i) for i in range(n))


@pytest.mark.parametrize(
    ("named", "sentence"),
    [
        ({"values": [1, -2]}, "values must be finite and not negative"),
        ({"values": [[1, 2]]}, "values must be one series, and events as many as the values"),
        ({"values": [1, 2], "events": [1]}, "values must be one series, and events as many as the values"),
        ({"values": [1, 2], "rebase_at": [2]}, "rebase_at must be positions within the series"),
        ({"values": [1, 2], "rebase_at": [-1]}, "rebase_at must be positions within the series"),
    ],
)
def test_what_cannot_be_is_refused_in_one_sentence(named: dict[str, object], sentence: str) -> None:
    with pytest.raises(ValueError) as refusal:
        control_limits(**named)  # type: ignore[arg-type]
    assert str(refusal.value) == sentence
