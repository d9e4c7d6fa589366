"""What was decided or published elsewhere and stands beside the figures: series breaks and benchmarks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from pipeline.breaks import find_force_gaps

if TYPE_CHECKING:
    import duckdb
    import pandas as pd


@dataclass(frozen=True, eq=False)
class DomesticReferences:
    """What a domestic share is taken apart against.

    `counts` are rows of fct_domestic_references; `groups` the group of each offence subgroup; `ask` whom to ask for
    counts; `threshold` the highest number below which the policy of police records hides a count.
    """

    counts: pd.DataFrame
    groups: pd.Series
    ask: str
    threshold: float


def read_breaks(warehouse: duckdb.DuckDBPyConnection, cut_off: date) -> pd.DataFrame:
    """A row a break and indicator that it touches, begun by the cut-off or of no known date."""
    return warehouse.execute(
        """from dim_series_breaks where start_date is null or start_date <= ?
           order by indicator_id, start_date nulls last, break_id, offence_subgroup""",
        [cut_off],
    ).df()


def read_benchmarks(warehouse: duckdb.DuckDBPyConnection, cut_off: date) -> pd.DataFrame:
    """The published figures that end by the cut-off, and standards, which have no period."""
    return warehouse.execute(
        "from benchmarks where period_end is null or period_end <= ? order by all", [cut_off]
    ).df()


def read_caveats(warehouse: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    """The cautions that an edition may have to print, in order."""
    return warehouse.execute("from caveats order by sort_order").df()


def read_force_gaps(warehouse: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    """`start_date` and `end_date` of each gap or change of system in one force's records, wherever it is."""
    return find_force_gaps(
        warehouse.execute("from series_breaks").df(), warehouse.execute("from series_break_measures").df()
    )


def read_domestic_references(warehouse: duckdb.DuckDBPyConnection) -> DomesticReferences:
    """The reference for domestic shares by kind of offence, and what is needed to set an area beside it."""
    counts = warehouse.execute("from fct_domestic_references order by all").df()
    groups = warehouse.execute(
        "select distinct offence_subgroup, offence_group from offence_codes order by all"
    ).df()
    ((ask,),) = warehouse.execute(
        "select ask from stg_run__extract_sources where source_id = 'domestic_share_reference'"
    ).fetchall()
    ((threshold,),) = warehouse.execute(
        """select coalesce(max(threshold), 0)
           from stg_run__extract_sources
           inner join dim_policies using (policy_id)
           where source_id = 'police_crimes'"""
    ).fetchall()
    return DomesticReferences(
        counts, groups.set_index("offence_subgroup")["offence_group"], ask, float(threshold)
    )
