"""What each published figure of the area can be set beside: one row a figure and comparator."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipeline.breaks import forbidden_by
from pipeline.publish.keys import CELL
from pipeline.publish.unknown_flags import counts_flagged_of_all

FACTS = [
    "numerator", "denominator", "value", "value_status", "unknown", "against",
    "numerator_error", "denominator_error", "is_population_estimated",
]  # fmt: skip
OWN_AREAS = ["vru", "lad"]
OTHER_AREAS = ["country", "region", "force", "neighbours"]
# The year that the Home Office chose as the baseline of the Serious Violence Duty.
BASELINE = pd.Timestamp(2019, 4, 1)
# Counts have nothing to be seen against; a weighted total is no rate of events.
COMPARED_KINDS = ["rate", "ratio", "share"]
YEARS = ["financial_year", "academic_year", "calendar_year"]


def find_comparators(
    values: pd.DataFrame,
    benchmarks: pd.DataFrame,
    areas: pd.DataFrame,
    forces: pd.Series,
    breaks: pd.DataFrame,
) -> pd.DataFrame:
    """One row a figure of the area or a district and thing it is set beside: CELL, FACTS, and of the other thing
    `comparator_kind`, `comparator_label`, `comparator_start`, `comparator_end` and FACTS with `other_` before;
    `scope`, of whom or what a benchmark is ('' of others), and `is_crime_survey`, whether it is the Crime Survey's; and
    `without_flag`, the records whose flag is not known that count as not domestic beside a benchmark (0 beside others).

    `values` are rows of CELL, FACTS, `lowest`, `denominator_kind`, `numerator_split` and `multiplier`; `forces` has
    the police force of each district. A district stands beside the rest of the area, and of its force where the area is
    made of several, so that no offence is on both sides; a country, a region, or a force of which the area is a part,
    holds the area, which makes the intervals a little too wide.
    """
    own = values[values["area_type"].isin(OWN_AREAS)].assign(
        scope="", without_flag=0.0, is_crime_survey=False
    )
    names = _names_of(areas)
    districts = own[own["area_type"] == "lad"]
    area, force = values[values["area_type"] == "vru"], values[values["area_type"] == "force"]
    is_inside = force["area_code"].isin(areas.loc[areas["parent_code"].isin(area["area_code"]), "area_code"])
    own_force = districts["area_code"].map(forces)
    found = [
        _places(own, values.drop(index=force.index[is_inside]), areas, forces),
        _rest(districts.assign(whole=_code_of(area)), area, "area", names),
        _rest(districts.assign(whole=own_force), force[is_inside], "force", names),
        _earlier(own, "previous_year"),
        _earlier(own[own["period_type"] == "financial_year"], "baseline"),
        _nearest_benchmark(own[own["period_type"].isin([*YEARS, "pooled_years"])], benchmarks, breaks),
    ]
    beside = [rows for rows in found if len(rows)]
    return pd.concat(beside, ignore_index=True) if beside else own.head(0)


def _beside(own: pd.DataFrame, others: pd.DataFrame, on: list[str], kept: list[str]) -> pd.DataFrame:
    """The pairs that agree in `on`; the other's FACTS with `other_` before them, and its columns `kept`."""
    renamed = others.rename(columns={name: f"other_{name}" for name in [*FACTS, *kept]})
    return own.merge(renamed[[*on, *(f"other_{name}" for name in [*FACTS, *kept])]], on=on)


def _names_of(areas: pd.DataFrame) -> pd.Series:
    return areas.drop_duplicates("area_code").set_index("area_code")["area_name"]


def _code_of(area: pd.DataFrame) -> str:
    return str(area["area_code"].iloc[0]) if len(area) else ""


def _places(own: pd.DataFrame, values: pd.DataFrame, areas: pd.DataFrame, forces: pd.Series) -> pd.DataFrame:
    """Larger places, and places like it; a district has a force and neighbours of its own."""
    others = values[values["area_type"].isin(OTHER_AREAS)]
    on = [name for name in CELL if name not in ("area_code", "area_type")]
    pairs = _beside(own, others, on, ["area_code", "area_type"])
    other, kind = pairs["other_area_code"], pairs["other_area_type"]
    like = areas[areas["area_type"] == "neighbours"].set_index("area_code")["parent_code"]
    is_of_another_district = ((kind == "force") & (pairs["area_code"].map(forces) != other)) | (
        (kind == "neighbours") & (other.map(like) != pairs["area_code"])
    )
    pairs = pairs[(pairs["area_code"] != other) & ~(is_of_another_district & (pairs["area_type"] == "lad"))]
    names = _names_of(areas)
    return pairs.assign(
        comparator_kind=pairs["other_area_type"],
        comparator_label=pairs["other_area_code"].map(names).fillna(pairs["other_area_code"]),
        comparator_start=pairs["period_start"],
        comparator_end=pairs["period_end"],
    ).drop(columns=["other_area_code", "other_area_type"])


def _rest(districts: pd.DataFrame, wholes: pd.DataFrame, kind: str, names: pd.Series) -> pd.DataFrame:
    """Districts beside what holds them, its code in `whole`, less themselves: counts and unknown flags alike."""
    on = [name for name in CELL if name not in ("area_code", "area_type")]
    pairs = _beside(districts, wholes, on, ["area_code"])
    pairs = pairs[pairs["whole"] == pairs["other_area_code"]]
    numerator = pairs["other_numerator"] - pairs["numerator"]
    denominator = pairs["other_denominator"] - pairs["denominator"]
    is_part = (numerator >= 0) & (denominator > 0)
    is_known = pairs["other_value_status"] == "reported"
    return pairs.assign(
        comparator_kind=kind,
        comparator_label="The rest of " + pairs["other_area_code"].map(names).fillna(f"the {kind}"),
        comparator_start=pairs["period_start"],
        comparator_end=pairs["period_end"],
        other_numerator=numerator.where(is_part),
        other_denominator=denominator.where(is_part),
        other_value=(numerator / denominator.where(denominator > 0) * pairs["multiplier"]).where(is_part),
        # Where two sources answer, a district can have more than the area: then there is no rest.
        other_value_status=np.where(
            is_known & ~is_part & (pairs["value_status"] == "reported"),
            "not_available",
            pairs["other_value_status"],
        ),
        # Read off rounded bounds, a district can have a few more unknown flags than the area.
        other_unknown=(pairs["other_unknown"] - pairs["unknown"]).clip(lower=0),
        other_against=(pairs["other_against"] - pairs["against"]).clip(lower=0),
        other_numerator_error=pairs["other_numerator_error"] + pairs["numerator_error"],
        other_denominator_error=pairs["other_denominator_error"] + pairs["denominator_error"],
    ).drop(columns=["other_area_code", "whole"])


def _earlier(own: pd.DataFrame, kind: str) -> pd.DataFrame:
    """The same cell a year before, or in the baseline year."""
    if kind == "baseline":
        wanted = own[own["period_start"] > BASELINE].assign(comparator_start=BASELINE)
    else:
        pooled = own["period_type"] == "pooled_years"
        wanted = own[~pooled].assign(
            comparator_start=own.loc[~pooled, "period_start"] - pd.DateOffset(years=1)
        )
    on = [name for name in CELL if name not in ("period_start", "period_end")]
    before = own.rename(columns={"period_start": "comparator_start"})
    pairs = _beside(wanted, before, [*on, "comparator_start"], ["period_end"])
    return pairs.assign(
        comparator_kind=kind,
        comparator_label="2019/20, the Home Office baseline" if kind == "baseline" else "A year before",
    ).rename(columns={"other_period_end": "comparator_end"})


def _nearest_benchmark(own: pd.DataFrame, benchmarks: pd.DataFrame, breaks: pd.DataFrame) -> pd.DataFrame:
    """The benchmark of the same indicator and part whose period ends nearest; of two as near the earlier.

    One that may be compared goes before any that may not, which stands only where there is no other.

    A standard, which has no period, is set beside every figure as well.
    """
    on = ["indicator_id", "breakdown", "breakdown_value"]
    offered = benchmarks.assign(breakdown_value=benchmarks["breakdown_value"].fillna(""), split="all")
    pairs = own.merge(
        offered[
            [
                *on,
                "split",
                "geography",
                "period_label",
                "period_start",
                "period_end",
                "value",
                "denominator",
                "scope",
                "is_crime_survey",
            ]
        ].rename(
            columns={
                "period_start": "comparator_start",
                "period_end": "comparator_end",
                "value": "other_value",
                "denominator": "other_denominator",
                "scope": "other_scope",
                "is_crime_survey": "is_of_crime_survey",
            }
        ),
        on=[*on, "split"],
    )
    pairs["distance"] = (pairs["comparator_end"] - pairs["period_end"]).abs()
    pairs["is_standard"] = pairs["comparator_end"].isna()
    pairs["is_forbidden"] = (forbidden_by(pairs, breaks) != "") | pairs["is_of_crime_survey"].astype(bool)
    pairs = pairs.sort_values(["is_forbidden", "distance", "comparator_end"], kind="stable")
    pairs = pairs.drop_duplicates([*CELL, "is_standard"])
    return (
        _count_as_benchmarks(pairs)
        .assign(
            comparator_kind="benchmark",
            comparator_label=pairs["geography"] + ", " + pairs["period_label"],
            other_numerator=np.nan,
            other_value_status="reported",
            scope=pairs["other_scope"].fillna(""),
            is_crime_survey=pairs["is_of_crime_survey"].astype(bool),
            other_unknown=0.0,
            other_against=0.0,
            other_numerator_error=0.0,
            other_denominator_error=0.0,
            other_is_population_estimated=False,
        )
        .drop(
            columns=[
                "distance",
                "is_standard",
                "is_forbidden",
                "geography",
                "period_label",
                "other_scope",
                "is_of_crime_survey",
            ]
        )
    )


def _count_as_benchmarks(pairs: pd.DataFrame) -> pd.DataFrame:
    """The pairs with each figure that rests on the flag counted as a benchmark is: unflagged is not domestic.

    ONS gives the offences flagged domestic abuse as a percentage of all offences recorded (Experimental statistics 2,
    April to September 2015; Domestic abuse prevalence and trends, year ending March 2021): an offence without a flag
    is in the whole and not in the part. Beside it a share of known flags becomes the published lowest, and a rate
    of flagged crime, or a share of all records, is as it should be. Where bounds are hidden, a share stays one of known
    flags, with unknown ones.
    """
    is_share = pairs["denominator_kind"] == "flag_known"
    is_as_it_is = (pairs["denominator_kind"] == "population") | counts_flagged_of_all(pairs)
    is_counted = (pairs["unknown"] != 0) & (is_as_it_is | (is_share & pairs["unknown"].notna()))
    is_above_nothing = pairs["lowest"] > 0
    whole = (pairs["numerator"] * pairs["multiplier"] / pairs["lowest"].where(is_above_nothing)).where(
        is_above_nothing, pairs["denominator"] + pairs["unknown"]
    )
    return pairs.assign(
        denominator=pairs["denominator"].where(~(is_counted & is_share), whole),
        without_flag=pairs["unknown"].where(is_counted, 0.0),
        unknown=pairs["unknown"].where(~is_counted, 0.0),
        against=pairs["against"].where(~is_counted, 0.0),
    )
