"""What stands beside the values: areas, sources, data quality and provenance."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    import duckdb

FINDING_COLUMNS = [
    "finding_id", "rank", "section", "sentence", "indicator_id", "lens_id", "area_code",
    "period_start", "period_end", "split", "verdict",
]  # fmt: skip
# Indicators that bound another one: chance has no part in what is certain to count, or can.
BOUNDS = (
    "lens_offences_at_least", "lens_offences_at_most", "lens_open_domestic", "lens_open_other",
    "lens_admissions_at_most",
)  # fmt: skip
CHANGE_COLUMNS = [
    "indicator_id", "lens_id", "area_code", "area_type", "period_type", "period_start", "breakdown",
    "breakdown_value", "split", "previous_value", "value", "reason",
]  # fmt: skip


def read_areas(warehouse: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    """Every area with its population and, where boundaries were delivered, its outline (WKB, EPSG:4326).

    Outlines are LSOAs dissolved, so that MSOAs and districts share their edges.
    """
    import geopandas as gpd

    areas = warehouse.execute("from dim_areas order by area_type, area_code").df()
    # An area of one district may bear its name: a reader must still tell the two apart.
    is_namesake = areas["area_name"].duplicated(keep=False) & (areas["area_type"] == "lad")
    areas["area_name"] = areas["area_name"].where(~is_namesake, areas["area_name"] + " (district)")
    lsoas = warehouse.execute(
        """select dim_boundaries.*, (select area_code from dim_areas where area_type = 'vru') as vru_code
           from dim_boundaries
           order by lsoa_code"""
    ).df()
    if lsoas.empty:
        return areas.assign(geometry_wkb=None)
    frame = gpd.GeoDataFrame(lsoas, geometry=gpd.GeoSeries.from_wkb(lsoas["geometry"].map(bytes), crs=4326))
    frame["geometry"] = frame.geometry.make_valid().set_precision(1e-6)
    outlines: dict[tuple[str, str], bytes] = {}
    for area_type, column in (("msoa", "msoa_code"), ("lad", "lad_code"), ("vru", "vru_code")):
        dissolved = frame.dissolve(column)
        for code, wkb in dissolved.geometry.to_wkb().items():
            outlines[area_type, str(code)] = wkb
    pairs = zip(areas["area_type"], areas["area_code"], strict=True)
    return areas.assign(geometry_wkb=pd.Series([outlines.get(pair) for pair in pairs], dtype="object"))


def read_forces(warehouse: duckdb.DuckDBPyConnection) -> pd.Series:
    """The police force of each of our districts that a lookup places, by district code."""
    rows = warehouse.execute(
        """select lad_code, police_force_code
           from stg_run__districts
           inner join int_force_districts using (lad_code)
           order by all"""
    ).df()
    return rows.set_index("lad_code")["police_force_code"]


def describe_indicators(warehouse: duckdb.DuckDBPyConnection, price_year: str) -> pd.DataFrame:
    """The dictionary: every indicator in words, its unit, whether it rests on the domestic abuse flag, the sources that
    answer it here and how their counts are protected, where and when it is published, and what it is compared with.

    A unit of money says its prices, those of `price_year` ('2023-24'). A bound has no interval and no method of one.
    """
    indicators = warehouse.execute(
        """with domestic_measures as (
               select rules.measure_id
               from measure_rules as rules
               left join conditions on rules.condition = conditions.condition and conditions.flag = 'is_domestic'
               group by all
               having bool_and(coalesce(conditions.is_flag_true, false))
           ),
           cells as (
               select indicator_id,
                   string_agg(distinct area_type, ', ' order by area_type) as geographies,
                   string_agg(distinct period_type, ', ' order by period_type) as period_types,
                   string_agg(distinct breakdown, ', ' order by breakdown) as breakdowns,
                   string_agg(distinct area_type, ', ' order by area_type)
                       filter (
                           area_type in ('region', 'country', 'neighbours')
                           -- An area that is one whole force has none beside it.
                           or (area_type = 'force' and area_type in (select area_type from dim_areas))
                       ) as comparators
               from indicator_cells
               group by all
           )
           select indicators.*, string_agg(distinct values.source_id, ', ' order by values.source_id) as source_ids,
               string_agg(distinct sources.source_title, '; ' order by sources.source_title) as source_titles,
               string_agg(distinct policies.policy_id, ', ' order by policies.policy_id) as policy_ids,
               string_agg(distinct policies.note, ' ' order by policies.note) as disclosure_policy,
               coalesce(bool_or(policies.method = 'round'), false) as is_rounded_together,
               cells.geographies,
               cells.period_types,
               cells.breakdowns,
               concat_ws(
                   ', ',
                   cells.comparators,
                   case when indicators.indicator_id in (select indicator_id from benchmarks) then 'benchmark' end
               ) as comparators,
               coalesce(
                   indicators.numerator_split in ('domestic', 'not_known')
                   or numerators.measure_id is not null
                   or denominators.measure_id is not null,
                   false
               ) as is_domestic
           from indicators
           inner join fct_indicator_values as values using (indicator_id)
           inner join cells using (indicator_id)
           inner join stg_run__extract_sources as sources on values.source_id = sources.source_id
           inner join dim_policies as policies on values.policy_id = policies.policy_id
           left join domestic_measures as numerators on indicators.numerator_measure_id = numerators.measure_id
           left join domestic_measures as denominators on indicators.denominator_id = denominators.measure_id
           group by all order by indicator_id"""
    ).df()
    methods = {
        "share": "Wilson score",
        "rate": "exact Poisson under 10 events, Byar’s from 10",
        "ratio": "exact Poisson under 10 events, Byar’s from 10",
        "count": "exact Poisson under 10 events, Byar’s from 10",
        "weighted": "gamma (Fay and Feuer)",
    }
    unit, prices = indicators["unit"], f" in {price_year.replace('-', '/')} prices"
    return indicators.assign(
        unit=unit.mask(unit.str.startswith("£"), unit + prices),
        interval_method=indicators["kind"].map(methods).mask(indicators["indicator_id"].isin(BOUNDS), "none"),
    )


def describe_sources(warehouse: duckdb.DuckDBPyConnection, start: date, cut_off: date) -> pd.DataFrame:
    """Every source that answers a measure here, delivered or not: period covered, gaps, and whom to ask."""
    sources = warehouse.execute(
        """select sources.source_id, sources.source_title as title, sources.publisher, sources.ask, sources.licence,
               sources.is_openly_published, sources.cadence,
               (select count(*) from stg_run__deliveries as d where d.source_id = sources.source_id)
                   as delivery_count,
               min(values.period_start) filter (values.value_status in ('reported', 'suppressed')) as period_start,
               max(values.period_end) filter (values.value_status in ('reported', 'suppressed')) as period_end
           from stg_run__extract_sources as sources
           inner join fct_indicator_values as values on sources.source_id = values.source_id
           group by all order by sources.source_id"""
    ).df()
    months = {
        str(source): rows
        for source, rows in warehouse.execute("from fct_source_months").df().groupby("source_id")
    }
    notes = []
    for source_id, cadence, last_day in sources[["source_id", "cadence", "period_end"]].to_numpy():
        inside = _describe_gaps(months[source_id], start, cut_off) if source_id in months else []
        notes.append("; ".join([*inside, *_describe_end(last_day, cadence, cut_off)]))
    sources["gap_note"] = notes
    sources["status"] = np.select(
        [sources["delivery_count"] == 0, sources["gap_note"] != ""], ["not_delivered", "gaps"], "complete"
    )
    return sources.drop(columns="cadence")


def _describe_gaps(months: pd.DataFrame, start: date, cut_off: date) -> list[str]:
    complete = set(pd.to_datetime(months.loc[months["is_complete"], "month_start"]))
    touched = set(pd.to_datetime(months["month_start"]))
    first, last = max(min(touched), pd.Timestamp(start)), min(max(touched), pd.Timestamp(cut_off))
    within = pd.date_range(first.replace(day=1), last, freq="MS")
    missing = [month for month in within if month not in touched]
    partial = [month for month in within if month in touched and month not in complete]
    notes = [f"{_name_months(missing)} never arrived"] if missing else []
    return [*notes, f"{_name_months(partial)} came without some senders"] if partial else notes


def _describe_end(last_day: pd.Timestamp, cadence: str, cut_off: date) -> list[str]:
    """That a source stops early: a whole period more of it had ended by the cut-off."""
    if pd.isna(last_day):
        return []
    months = {"month": 1, "quarter": 3}.get(cadence, 12)
    next_end = (pd.Timestamp(last_day) + pd.DateOffset(days=1, months=months)) - pd.DateOffset(days=1)
    return [f"nothing after {last_day:%B %Y}"] if next_end <= pd.Timestamp(cut_off) else []


def _name_months(months: list[pd.Timestamp]) -> str:
    names = [f"{month:%B %Y}" for month in months]
    if len(names) <= 4:
        return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
    return f"{len(names)} months from {names[0]} to {names[-1]}"


def read_quality(warehouse: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    """The rows of fct_data_quality in order, with the title of each source: counts that nobody may see yet."""
    return warehouse.execute(
        """select checks.*, sources.source_title
           from fct_data_quality as checks
           left join stg_run__extract_sources as sources using (source_id)
           order by checks.source_id, checks.check_order"""
    ).df()


def read_flag_audit(warehouse: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    """The rows of fct_flag_audit, with the highest threshold below which the policy of police records hides a count,
    and the highest base to which it rounds one.

    None where crimes are rounded together: the audit rounds for itself, and the two beside each other would tell more.
    """
    return warehouse.execute(
        """select audit.*, policies.threshold, policies.rounding_base
           from fct_flag_audit as audit
           inner join stg_run__extract_sources as sources on sources.source_id = 'police_crimes'
           inner join (
               select policy_id, max(threshold) as threshold, max(rounding_base) as rounding_base
               from dim_policies
               group by all
               having count(*) filter (where method = 'round') = 0
           ) as policies using (policy_id)
           order by audit.police_force_code, audit.measure_id, audit.month_start"""
    ).df()


def read_row_policies(warehouse: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    """One row a source: `is_openly_published`, the highest `threshold` and `rounding_base` of its policy, and whether
    its counts `is_rounded_together`."""
    return warehouse.execute(
        """select sources.source_id, sources.is_openly_published, max(policies.threshold) as threshold,
               max(policies.rounding_base) filter (policies.method is distinct from 'round') as rounding_base,
               coalesce(bool_or(policies.method = 'round'), false) as is_rounded_together
           from stg_run__extract_sources as sources
           left join dim_policies as policies using (policy_id)
           group by all
           order by sources.source_id"""
    ).df()
