"""Everything that publishing reads from the warehouse, read once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.periods import name_price_year
from pipeline.publish.claim_rows import ClaimRules, read_claim_rules
from pipeline.publish.companions import (
    describe_indicators,
    describe_sources,
    read_areas,
    read_flag_audit,
    read_forces,
    read_quality,
    read_row_policies,
)
from pipeline.publish.definitions import (
    DomesticReferences,
    read_benchmarks,
    read_breaks,
    read_caveats,
    read_domestic_references,
    read_force_gaps,
)
from pipeline.publish.record_kinds import RecordKinds

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

    from pipeline.settings import Assessment

# Which of two like cells is hidden depends on their order: the same counts must give the same figures.
ORDER = "indicator_id, lens_id, area_type, area_code, period_type, period_start, breakdown, breakdown_value, split"


@dataclass(frozen=True, eq=False)
class Inputs:
    """Frames of the warehouse, each in a fixed order: counts that nobody may see yet, and what is decided of them.

    `figures`, `flag_counts` and `quality` hold unprotected counts; they leave this package protected or not at all.
    """

    figures: pd.DataFrame
    flag_counts: pd.DataFrame
    street_quarters: pd.DataFrame
    policies: pd.DataFrame
    treatments: pd.DataFrame
    measure_parts: pd.DataFrame
    nested: pd.DataFrame
    record_kinds: RecordKinds
    weights: pd.DataFrame
    deflator: pd.DataFrame
    standard_population: pd.DataFrame
    repeat_events: pd.DataFrame
    areas: pd.DataFrame
    code_changes: pd.DataFrame
    forces: pd.Series
    force_gaps: pd.DataFrame
    indicators: pd.DataFrame
    lenses: pd.DataFrame
    sources: pd.DataFrame
    quality: pd.DataFrame
    breaks: pd.DataFrame
    caveats: pd.DataFrame
    benchmarks: pd.DataFrame
    domestic_references: DomesticReferences
    claim_rules: ClaimRules
    row_policies: pd.DataFrame


def read_inputs(warehouse: duckdb.DuckDBPyConnection, assessment: Assessment) -> Inputs:
    """What the assessment publishes from, as far as it had happened by the cut-off."""

    def read(query: str) -> pd.DataFrame:
        return warehouse.execute(query).df()

    return Inputs(
        figures=read(f"from fct_indicator_values order by {ORDER}"),
        flag_counts=read_flag_audit(warehouse),
        street_quarters=read("from fct_street_quarters order by all"),
        policies=read("from dim_policies order by policy_id, valid_from"),
        treatments=read("from figure_treatments order by all").merge(
            read("from treatments"), on="treatment_id"
        ),
        measure_parts=read("from measure_parts order by all"),
        nested=read("from dim_nested_measures order by all"),
        record_kinds=RecordKinds(
            read("from fct_record_kinds order by all"), read("from dim_record_kinds order by all")
        ),
        weights=read("from offence_weights order by all"),
        deflator=read("from gdp_deflator order by all"),
        standard_population=read("from standard_population order by age_band"),
        repeat_events=read("from fct_repeat_events order by all"),
        areas=read_areas(warehouse),
        code_changes=read("from lad_code_changes order by old_code"),
        forces=read_forces(warehouse),
        force_gaps=read_force_gaps(warehouse),
        indicators=describe_indicators(warehouse, name_price_year(assessment.cut_off)),
        lenses=read("from dim_lenses order by sort_order, lens_id"),
        sources=describe_sources(warehouse, assessment.start, assessment.cut_off),
        quality=read_quality(warehouse),
        breaks=read_breaks(warehouse, assessment.cut_off),
        caveats=read_caveats(warehouse),
        benchmarks=read_benchmarks(warehouse, assessment.cut_off),
        domestic_references=read_domestic_references(warehouse),
        claim_rules=read_claim_rules(warehouse),
        row_policies=read_row_policies(warehouse),
    )
