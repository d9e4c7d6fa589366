"""Domestic, non-domestic and flag not known of every police measure: told, or said not to apply."""

from __future__ import annotations

from collections import defaultdict

from tests.counts.reference import read_seed

SPLITS = {"all", "domestic", "non_domestic", "not_known"}
POLICE = {"police_crimes", "recorded_crime", "street_crimes", "suspects", "da_incidents"}
YEARS = {"financial_year", "pooled_years"}


def splits_of_the_area() -> dict[tuple[str, str], set[str]]:
    """The splits that each police indicator has of the whole area, by breakdown, in years or pooled years."""
    sets = defaultdict(set)
    for row in read_seed("split_sets"):
        sets[row["splits"]].add(row["split"])
    sources = defaultdict(set)
    for row in read_seed("measures"):
        sources[row["measure_id"]].add(row["source_id"])
    measures = {row["indicator_id"]: row["numerator_measure_id"] for row in read_seed("indicators")}
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for cell in read_seed("indicator_cells"):
        is_police = sources[measures[cell["indicator_id"]]] <= POLICE
        if is_police and cell["area_type"] == "vru" and cell["period_type"] in YEARS:
            found[cell["indicator_id"], cell["breakdown"]] |= sets[cell["splits"]]
    return found


def test_every_police_indicator_has_a_row_for_each_split_of_the_area_or_says_why_not() -> None:
    whole: dict[str, set[str]] = defaultdict(set)
    for (indicator, _), splits in splits_of_the_area().items():
        whole[indicator] |= splits
    assert {indicator for indicator, splits in whole.items() if splits != SPLITS} == set()
    assert len(whole) > 90


def test_what_a_definition_leaves_out_is_told_by_split_in_each_of_its_breakdowns() -> None:
    found = splits_of_the_area()
    breakdowns = {breakdown for indicator, breakdown in found if indicator == "lens_left_out"}
    assert breakdowns == {"none", "sex", "age_band", "location_type", "offence_subgroup"}
    for breakdown in breakdowns:
        assert found["lens_left_out", breakdown] == SPLITS
