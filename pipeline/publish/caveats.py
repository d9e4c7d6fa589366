"""Which cautions apply to what is published: each word of the caveats seed has one function here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pandas as pd

from pipeline.publish.comparators import OWN_AREAS
from pipeline.publish.definitions import RULE_CHANGE
from pipeline.publish.spans import left_out_in

COLUMNS = ["caveat_id", "sort_order", "section", "text", "indicator_id", "first_period", "last_period",
           "source", "status"]  # fmt: skip


@dataclass(frozen=True, eq=False)
class Shown:
    """What is published.

    `figures` are the reported rows of indicator_values with words of indicators beside them, and `breaks` the
    published series breaks. `force_gaps` has `start_date` and `end_date` of each gap in a force's
    records, `code_changes` the `new_code` of each district that was drawn anew, `correlation_indicators` the
    indicators of published correlations between places.
    """

    figures: pd.DataFrame
    breaks: pd.DataFrame
    force_gaps: pd.DataFrame
    code_changes: pd.DataFrame
    correlation_indicators: frozenset[str]


def find_caveats(caveats: pd.DataFrame, shown: Shown) -> pd.DataFrame:
    """One row a caution that applies and indicator to which it does, with the first and last period: COLUMNS."""
    found = []
    for caveat in caveats.itertuples():
        figures = shown.figures[TRIGGERS[str(caveat.trigger)](shown)]
        periods = figures.groupby("indicator_id", sort=True).agg(
            first_period=("period_start", "min"), last_period=("period_end", "max")
        )
        found.append(
            periods.reset_index().assign(
                **{name: getattr(caveat, name) for name in COLUMNS if name not in ("indicator_id", *periods)}
            )
        )
    return pd.concat(found, ignore_index=True)[COLUMNS].sort_values(
        ["sort_order", "indicator_id"], ignore_index=True
    )


def gather_shown(
    values: pd.DataFrame,
    indicators: pd.DataFrame,
    breaks: pd.DataFrame,
    force_gaps: pd.DataFrame,
    code_changes: pd.DataFrame,
    correlation_indicators: frozenset[str] = frozenset(),
) -> Shown:
    """What is published, from the published frames."""
    words = ["indicator_id", "kind", "unit", "series_family", "numerator_measure_id", "denominator_kind",
             "source_ids", "policy_ids", "is_proxy", "is_domestic"]  # fmt: skip
    reported = values[values["value_status"] == "reported"]
    return Shown(
        reported.merge(indicators[words], on="indicator_id"),
        breaks,
        force_gaps,
        code_changes,
        correlation_indicators,
    )


def _is_police(shown: Shown) -> pd.Series:
    return shown.figures["series_family"] == "police"


def _has_domestic_flag(shown: Shown) -> pd.Series:
    figures = shown.figures
    return _is_police(shown) & (figures["is_domestic"].astype(bool) | (figures["split"] != "all"))


def _has_rule_change_inside(shown: Shown) -> pd.Series:
    """Between the first and the last day shown of the same indicator."""
    spans = shown.figures.groupby("indicator_id").agg(
        first=("period_start", "min"), last=("period_end", "max")
    )
    changes = shown.breaks[shown.breaks["kind"] == RULE_CHANGE].merge(
        spans, left_on="indicator_id", right_index=True
    )
    inside = changes[(changes["first"] < changes["start_date"]) & (changes["start_date"] <= changes["last"])]
    return shown.figures["indicator_id"].isin(inside["indicator_id"])


def _is_national_in_force_gap(shown: Shown) -> pd.Series:
    figures = shown.figures
    is_wider = _is_police(shown) & figures["area_type"].isin(["country", "region", "force", "neighbours"])
    is_touched = pd.Series(False, index=figures.index)
    for gap in shown.force_gaps.itertuples():
        is_touched |= (figures["period_start"] <= gap.end_date) & (figures["period_end"] >= gap.start_date)
    return is_wider & is_touched


def _has_restrictions_inside(shown: Shown) -> pd.Series:
    figures = shown.figures
    labels = left_out_in(
        figures["indicator_id"], figures["period_start"], figures["period_end"], shown.breaks
    )
    return pd.Series(labels != "", index=figures.index)


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


def _is_of_family(family: str) -> Callable[[Shown], pd.Series]:
    return lambda shown: shown.figures["series_family"] == family


def _names(column: str, wanted: str) -> Callable[[Shown], pd.Series]:
    """Whether the list of names in the column, of sources or policies, holds this one."""
    return lambda shown: shown.figures[column].str.split(", ").map(lambda names: wanted in names).astype(bool)


TRIGGERS: Mapping[str, Callable[[Shown], pd.Series]] = {
    "police_recorded_crime_shown": _is_police,
    "domestic_flag_shown": _has_domestic_flag,
    "rule_change_inside": _has_rule_change_inside,
    "crime_survey_shown": _names("source_ids", "crime_survey"),
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
        shown.figures["area_type"].isin([*OWN_AREAS, "msoa"]) & shown.figures["area_code"].str.startswith("W")
    ),
    "ecological_correlation_shown": lambda shown: shown.figures["indicator_id"].isin(
        shown.correlation_indicators
    ),
    "cost_shown": lambda shown: shown.figures["unit"].str.startswith("£"),
    "population_estimated": lambda shown: shown.figures["is_population_estimated"].astype(bool),
    "hospital_counts_rounded": lambda shown: (
        _names("policy_ids", "nhs_hospital")(shown) & shown.figures["is_from_rounded"].astype(bool)
    ),
    "street_level_shown": lambda shown: shown.figures["numerator_measure_id"].str.startswith("street_"),
    "proxy_shown": lambda shown: shown.figures["is_proxy"].astype(bool),
}
