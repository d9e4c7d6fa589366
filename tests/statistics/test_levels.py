"""Variance goes to the level at which it arose, as published elsewhere and as built in here."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.statistics.levels import partition_by_level, share_limits, variance_components

# Schools in districts (Konstantopoulos 2011, table 1; R's metafor ships it): effect and variance, by district.
SCHOOLS = {
    11: "-.18 .118 -.22 .118 .23 .144 -.30 .144",
    12: ".13 .014 -.26 .014 .19 .015 .32 .024",
    18: ".45 .023 .38 .043 .29 .012",
    27: ".16 .020 .65 .004 .36 .004 .60 .007",
    56: ".08 .019 .04 .007 .19 .005 -.06 .004",
    58: "-.18 .020 0 .018 0 .019 -.28 .022 -.04 .020 -.30 .021 .07 .006 0 .007 .05 .007 -.08 .007 -.09 .007",
    71: ".30 .015 .98 .011 1.19 .010",
    86: "-.07 .001 -.05 .001 -.01 .001 .02 .001 -.03 .001 0 .001 .01 .001 -.10 .001",
    91: ".50 .010 .66 .011 .20 .010 0 .009 .05 .013 .07 .013",
    108: "-.52 .031 .70 .031 -.03 .030 .27 .030 -.34 .030",
    644: ".12 .087 .61 .082 .04 .067 -.05 .067",
}


def test_components_are_those_that_metafor_publishes() -> None:
    pairs = {district: np.array(text.split(), dtype=float) for district, text in SCHOOLS.items()}
    effects = np.concatenate([numbers[::2] for numbers in pairs.values()])
    variances = np.concatenate([numbers[1::2] for numbers in pairs.values()])
    districts = np.concatenate(
        [np.full(numbers.size // 2, key, dtype=object) for key, numbers in pairs.items()]
    )
    assert effects.size == 56
    school, district = variance_components(effects, variances, [districts])
    assert school == pytest.approx(0.0327, abs=5e-5)
    assert district == pytest.approx(0.0651, abs=5e-5)


def built(area_spread: float, force_spread: float, region_spread: float, seed: int = 1):  # type: ignore[no-untyped-def]
    """Counts of 8 regions of 5 forces of 4 areas with these spreads, and where each area lies."""
    random = np.random.default_rng(seed)
    force = np.repeat(np.arange(40), 4)
    region = np.repeat(np.arange(8), 20)
    log_rate = (
        random.normal(0, area_spread, 160)
        + random.normal(0, force_spread, 40)[force]
        + random.normal(0, region_spread, 8)[region]
    )
    people = random.uniform(80_000, 300_000, 160)
    return random.poisson(people * 0.012 * np.exp(log_rate)), people, force.astype(str), region.astype(str)


def test_variance_is_found_at_the_level_at_which_it_was_built_in() -> None:
    found = [partition_by_level(*built(0.15, 0.30, 0.25, seed)) for seed in range(4)]
    # Two standard errors of a variance on 4 x 120 degrees of freedom, and on 4 x 32.
    assert np.mean([each.area_variance for each in found]) == pytest.approx(0.15**2, rel=0.13)
    assert np.mean([each.force_variance for each in found]) == pytest.approx(0.30**2, rel=0.25)
    assert all(each.region_share + each.force_share < 1 for each in found)
    flat = partition_by_level(*built(0.30, 0.0, 0.0))
    assert flat.force_share < 0.05
    assert flat.region_share < 0.05


def test_a_level_that_is_not_there_is_not_found() -> None:
    events, people, forces, regions = built(0.2, 0.2, 0.2)
    one_region = partition_by_level(events[:20], people[:20], forces[:20], regions[:20])
    assert np.isnan([one_region.region_variance, one_region.region_share]).all()
    assert 0 <= one_region.force_share < 1
    one_force = partition_by_level(events[:4], people[:4], forces[:4], regions[:4])
    assert np.isnan([one_force.area_variance, one_force.force_variance, one_force.force_share]).all()
    each_its_own = partition_by_level(events[:4], people[:4], list("abcd"))
    assert np.isnan(each_its_own.force_share)


def test_an_area_without_a_count_is_left_out() -> None:
    events, people, forces, _ = built(0.2, 0.2, 0.0)
    one = partition_by_level(events[:20], people[:20], forces[:20])
    holed = partition_by_level([*events[:20], np.nan], [*people[:20], 9e4], [*forces[:20], "other"])
    assert holed.force_share == pytest.approx(one.force_share)


def test_the_share_between_forces_has_limits_that_hold_what_was_built_in() -> None:
    counts, people, forces, _ = built(0.15, 0.30, 0.0)
    found = partition_by_level(counts, people, forces)
    assert found.force_share_lower < 0.30**2 / (0.15**2 + 0.30**2) < found.force_share_upper
    assert found.force_share_lower < found.force_share < found.force_share_upper
    assert found.force_share_upper - found.force_share_lower < 0.3
    # Of two forces hardly anything can be told.
    two = forces.astype(int) < 2
    few = partition_by_level(counts[two], people[two], forces[two])
    assert few.force_share_upper - few.force_share_lower > 0.5
    # Where forces do not differ, none is among the shares that are likely.
    assert partition_by_level(*built(0.30, 0.0, 0.0)[:3]).force_share_lower == 0


def test_share_limits_hold_the_truth_as_often_as_they_say() -> None:
    forces, hits = np.repeat(np.arange(5), 8), 0
    for seed in range(60):
        random = np.random.default_rng(seed)
        effects = random.normal(0, 0.2, 40) + random.normal(0, 0.2, 5)[forces]
        lower, upper = share_limits(effects, np.full(40, 0.001), forces.astype(object))
        hits += lower <= 0.5 <= upper
    # 57 are expected; two standard errors fewer are 53.6.
    assert hits >= 53
