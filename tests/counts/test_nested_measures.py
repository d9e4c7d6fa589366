"""Counts inside one another are tied, so that what one hides the other does not tell."""

from __future__ import annotations

import pytest

from pipeline.settings import Settings
from tests.conftest import query

PAIR = """
select count(*) from dim_nested_measures
where offence_subgroup = '' and measure_id = '{}' and lens_id = '{}'
    and wider_measure_id = '{}' and wider_lens_id = '{}' and split = '{}'
"""
CROSSED = """
with counts as (
    select distinct
        numerator_measure_id as measure_id, lens_id, period_type, period_start, numerator_split as split, numerator
    from fct_indicator_values
    where area_type = 'vru' and breakdown = 'none' and value_status = 'reported'
)
select count(*), count(*) filter (where narrow.numerator > wide.numerator)
from dim_nested_measures as nested
inner join counts as narrow on nested.measure_id = narrow.measure_id and nested.lens_id = narrow.lens_id
inner join counts as wide
    on nested.wider_measure_id = wide.measure_id and nested.wider_lens_id = wide.lens_id
    and narrow.period_type = wide.period_type and narrow.period_start = wide.period_start
where nested.offence_subgroup = ''
    and (
        (nested.split = '' and narrow.split = wide.split)
        or (nested.split = narrow.split and nested.wider_split = wide.split)
    )
"""


@pytest.mark.parametrize(
    ("part", "measure"), [("lens_under_25", "youth_violence"), ("lens_dwelling", "violence_in_dwelling")]
)
def test_a_part_of_all_violence_is_the_measure_that_counts_the_same_by_another_name(
    demonstration: Settings, part: str, measure: str
) -> None:
    for pair in ((part, "vap_all", measure, ""), (measure, "", part, "vap_all")):
        assert query(demonstration, PAIR.format(*pair, "")) == [(1,)]


def test_a_definition_is_inside_a_measure_among_those_of_unknown_flag_though_not_among_all(
    demonstration: Settings,
) -> None:
    # They differ in homicides alone, which count by the flag.
    pair = ("lens_offences", "ho_narrow", "knife_crime", "")
    assert query(demonstration, PAIR.format(*pair, "")) == [(0,)]
    assert query(demonstration, PAIR.format(*pair, "not_known")) == [(1,)]


def test_no_narrower_count_is_above_the_wider(demonstration: Settings) -> None:
    [(pairs, crossed)] = query(demonstration, CROSSED)
    assert pairs > 100
    assert crossed == 0


def test_a_definition_is_inside_another_among_domestic_offences_though_not_among_all(
    demonstration: Settings,
) -> None:
    pair = ("lens_offences", "broad_da_sv_vawg", "lens_offences", "s13_reference")
    assert query(demonstration, PAIR.format(*pair, "")) == [(0,)]
    assert query(demonstration, PAIR.format(*pair, "domestic")) == [(1,)]


BETWEEN = """
with shown as (
    select indicator_id, lens_id, area_code, period_type, period_start, split, value
    from read_parquet('{}/indicator_values.parquet')
    where indicator_id = 'lens_offences' and breakdown = 'none' and value_status = 'reported'
)
select count(*), count(*) filter (where wide.value - narrow.value between 1 and 4)
from dim_nested_measures as nested
inner join shown as narrow on nested.lens_id = narrow.lens_id
inner join shown as wide
    on nested.wider_lens_id = wide.lens_id and narrow.area_code = wide.area_code
    and narrow.period_type = wide.period_type and narrow.period_start = wide.period_start
where nested.measure_id = 'lens_offences' and nested.wider_measure_id = 'lens_offences'
    and nested.offence_subgroup = ''
    and (
        (nested.split = '' and narrow.split = wide.split)
        or (nested.split = narrow.split and nested.wider_split = wide.split)
    )
"""


def test_what_lies_between_two_definitions_that_are_shown_is_no_small_count(demonstration: Settings) -> None:
    [(pairs, small)] = query(demonstration, BETWEEN.format(demonstration.published))
    assert pairs > 5
    assert small == 0
