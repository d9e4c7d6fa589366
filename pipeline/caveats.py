"""Which figures a caution touches: each word of the caveats seed has one function here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pandas as pd

from pipeline.breaks import RULE_CHANGE, kinds_of, left_out_in

# Places of the assessment itself, no comparators.
OWN_PLACES = ["vru", "lad", "msoa"]
# Sections whose indicators are what people live with, beside which the violence of a place may be set.
CIRCUMSTANCES = ["children", "education", "ace", "community", "protective"]


@dataclass(frozen=True, eq=False)
class Shown:
    """What is published, or one figure of it.

    `figures` are those of describe_figures, `breaks` the published series breaks, and `benchmarks` the published
    benchmarks. `force_gaps` has `start_date` and `end_date` of each gap in a force's records, `code_changes` the
    `new_code` of each district that was drawn anew.
    """

    figures: pd.DataFrame
    breaks: pd.DataFrame
    benchmarks: pd.DataFrame
    force_gaps: pd.DataFrame
    code_changes: pd.DataFrame


def describe_figures(values: pd.DataFrame, indicators: pd.DataFrame) -> pd.DataFrame:
    """Rows of indicator_values with the words of indicators that the cautions ask for."""
    words = ["indicator_id", "section", "kind", "unit", "series_family", "numerator_measure_id", "denominator_kind",
             "source_ids", "policy_ids", "is_rounded_together", "is_proxy", "is_domestic"]  # fmt: skip
    return values.merge(indicators[words], on="indicator_id")


def _is_police(shown: Shown) -> pd.Series:
    return shown.figures["series_family"] == "police"


def _has_domestic_flag(shown: Shown) -> pd.Series:
    figures = shown.figures
    return _is_police(shown) & (figures["is_domestic"].astype(bool) | (figures["split"] != "all"))


def _has_rule_change_inside(shown: Shown) -> pd.Series:
    """Between the first and the last day shown of the same indicator, kind of offence and part by the flag or whole."""
    key = ["indicator_id", "offence_subgroup", "is_by_flag"]
    figures = shown.figures.assign(
        offence_subgroup=kinds_of(shown.figures), is_by_flag=shown.figures["split"] != "all"
    )
    spans = figures.groupby(key).agg(first=("period_start", "min"), last=("period_end", "max")).reset_index()
    changes = shown.breaks[shown.breaks["kind"] == RULE_CHANGE].merge(spans, on=key[:2])
    is_touched = ~changes["is_of_flag_alone"].astype(bool) | changes["is_by_flag"]
    is_within = (changes["first"] < changes["start_date"]) & (changes["start_date"] <= changes["last"])
    inside = changes[is_touched & is_within]
    is_inside = pd.MultiIndex.from_frame(figures[key]).isin(pd.MultiIndex.from_frame(inside[key]))
    return pd.Series(is_inside, index=figures.index)


def _is_national_in_force_gap(shown: Shown) -> pd.Series:
    figures = shown.figures
    is_wider = _is_police(shown) & figures["area_type"].isin(["country", "region"])
    is_touched = pd.Series(False, index=figures.index)
    for gap in shown.force_gaps.itertuples():
        is_touched |= (figures["period_start"] <= gap.end_date) & (figures["period_end"] >= gap.start_date)
    return is_wider & is_touched


def _has_restrictions_inside(shown: Shown) -> pd.Series:
    figures = shown.figures
    labels = left_out_in(figures, figures["period_start"], figures["period_end"], shown.breaks)
    return pd.Series(labels != "", index=figures.index)


def _is_beside_crime_survey(shown: Shown) -> pd.Series:
    """Of the area or a district, with a benchmark of the Crime Survey for England and Wales for the same part."""
    figures = shown.figures
    part = ["indicator_id", "breakdown", "breakdown_value"]
    surveyed = shown.benchmarks.loc[shown.benchmarks["is_crime_survey"].astype(bool), part].fillna("")
    is_benchmarked = pd.MultiIndex.from_frame(figures[part]).isin(pd.MultiIndex.from_frame(surveyed))
    return figures["area_type"].isin(["vru", "lad"]) & is_benchmarked


def _is_resident_rate_by_place(shown: Shown) -> pd.Series:
    figures = shown.figures
    return (
        (figures["kind"] == "rate")
        & (figures["denominator_kind"] == "population")
        & figures["area_type"].isin(["lad", "msoa"])
    )


def _is_in_changed_boundaries(shown: Shown) -> pd.Series:
    figures = shown.figures
    return (figures["area_type"] == "msoa") | figures["area_code"].isin(shown.code_changes["new_code"])


def _is_circumstance_of_a_district(shown: Shown) -> pd.Series:
    figures = shown.figures
    return figures["section"].isin(CIRCUMSTANCES) & (figures["area_type"] == "lad")


def _is_of_family(family: str) -> Callable[[Shown], pd.Series]:
    return lambda shown: shown.figures["series_family"] == family


def _names(column: str, wanted: str) -> Callable[[Shown], pd.Series]:
    """Whether the list of names in the column, of sources or policies, holds this one."""
    return lambda shown: shown.figures[column].str.split(", ").map(lambda names: wanted in names).astype(bool)


TRIGGERS: Mapping[str, Callable[[Shown], pd.Series]] = {
    "police_recorded_crime_shown": _is_police,
    "domestic_flag_shown": _has_domestic_flag,
    "rule_change_inside": _has_rule_change_inside,
    "crime_survey_shown": _is_beside_crime_survey,
    "force_gap_inside": _is_national_in_force_gap,
    "restrictions_inside": _has_restrictions_inside,
    "resident_rate_by_place_shown": _is_resident_rate_by_place,
    "emergency_department_shown": _is_of_family("emergency_department"),
    "hospital_admissions_shown": _is_of_family("hospital_admissions"),
    "assessment_factors_shown": lambda shown: shown.figures["numerator_measure_id"] == "assessment_factor",
    "fingertips_domestic_shown": lambda shown: (
        _names("source_ids", "fingertips")(shown) & shown.figures["is_domestic"].astype(bool)
    ),
    "boundaries_changed": _is_in_changed_boundaries,
    "pooled_years_shown": lambda shown: shown.figures["period_type"] == "pooled_years",
    "wales_shown": lambda shown: (
        shown.figures["area_type"].isin(OWN_PLACES) & shown.figures["area_code"].str.startswith("W")
    ),
    "circumstances_by_district_shown": _is_circumstance_of_a_district,
    "cost_shown": lambda shown: shown.figures["unit"].str.startswith("£"),
    "population_estimated": lambda shown: shown.figures["is_population_estimated"].astype(bool),
    "hospital_counts_rounded": lambda shown: (
        _names("policy_ids", "nhs_hospital")(shown) & shown.figures["is_from_rounded"].astype(bool)
    ),
    "counts_rounded_together": lambda shown: (
        shown.figures["is_rounded_together"].astype(bool) & shown.figures["is_from_rounded"].astype(bool)
    ),
    "street_level_shown": lambda shown: shown.figures["numerator_measure_id"].str.startswith("street_"),
    "proxy_shown": lambda shown: shown.figures["is_proxy"].astype(bool),
}
