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
    read_open_sources,
    read_quality,
)
from pipeline.publish.definitions import (
    DomesticReferences,
    read_benchmarks,
    read_breaks,
    read_caveats,
    read_domestic_references,
    read_force_gaps,
)

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

    from pipeline.settings import Assessment

# Which of two like cells is hidden depends on their order: the same counts must give the same figures.
ORDER = "indicator_id, lens_id, area_type, area_code, period_type, period_start, breakdown, breakdown_value, split"


@dataclass(frozen=True, eq=False)
class Inputs:
    """Frames of the warehouse, each in a fixed order: counts that nobody may see yet, and what is decided of them.

    `figures` and `flag_counts` hold unprotected counts; they leave this package protected or not at all.
    """

    figures: pd.DataFrame
    flag_counts: pd.DataFrame
    street_quarters: pd.DataFrame
    policies: pd.DataFrame
    measure_parts: pd.DataFrame
    weights: pd.DataFrame
    deflator: pd.DataFrame
    standard_population: pd.DataFrame
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
    open_sources: frozenset[str]


def read_inputs(warehouse: duckdb.DuckDBPyConnection, assessment: Assessment) -> Inputs:
    """What the assessment publishes from, as far as it had happened by the cut-off."""

    def read(relation: str, order: str = "all") -> pd.DataFrame:
        return warehouse.execute(f"from {relation} order by {order}").df()

    return Inputs(
        figures=read("fct_indicator_values", ORDER),
        flag_counts=read_flag_audit(warehouse),
        street_quarters=read("fct_street_quarters"),
        policies=read("disclosure_policies", "policy_id"),
        measure_parts=read("measure_parts"),
        weights=read("offence_weights"),
        deflator=read("gdp_deflator"),
        standard_population=read("standard_population", "age_band"),
        areas=read_areas(warehouse),
        code_changes=read("lad_code_changes", "old_code"),
        forces=read_forces(warehouse),
        force_gaps=read_force_gaps(warehouse),
        indicators=describe_indicators(warehouse, name_price_year(assessment.cut_off)),
        lenses=read("dim_lenses", "sort_order, lens_id"),
        sources=describe_sources(warehouse, assessment.start, assessment.cut_off),
        quality=read_quality(warehouse),
        breaks=read_breaks(warehouse, assessment.cut_off),
        caveats=read_caveats(warehouse),
        benchmarks=read_benchmarks(warehouse, assessment.cut_off),
        domestic_references=read_domestic_references(warehouse),
        claim_rules=read_claim_rules(warehouse),
        open_sources=read_open_sources(warehouse),
    )
