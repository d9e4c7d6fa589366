"""Tables of which hiding leaves little, and the ways to tell more: said while the figures are still a draft."""

from __future__ import annotations

from collections.abc import Hashable

import pandas as pd

from pipeline.definitions.policies import ROUND
from pipeline.names import name_some
from pipeline.publish.keys import CELL

TABLE = ["indicator_id", "area_type", "period_type", "breakdown"]
# A table is told of from the moment that more than this part of it is hidden, and if it is no mere handful of figures.
MOST_HIDDEN = 0.5
FEWEST_FIGURES = 10
POOL = "pooled years instead of single ones"
ROUNDING = 'all counts of the source rounded together (`method = "round"` in the assessment file)'
COARSER = {"msoa": "districts instead of MSOAs", "lad": "the whole area instead of districts"}


def find_emptied(values: pd.DataFrame, figures: pd.DataFrame, policies: pd.DataFrame) -> pd.DataFrame:
    """The tables of which we hide more than half: TABLE, `figures` and `hidden` (how many), and `ways`, a list each.

    `values` are published; `figures` are those that they were made from, of which some came hidden from their
    publisher and are no business of ours; `policies` are rows of dim_policies. The emptiest table comes first.
    """
    told = figures[[*CELL, "value_status", "policy_id"]].rename(columns={"value_status": "status_before"})
    ours = values.merge(told[told["status_before"] == "reported"], on=CELL)
    ours["is_hidden"] = ours["value_status"] == "suppressed"
    tables = ours.groupby(TABLE, as_index=False).agg(
        figures=("is_hidden", "size"),
        hidden=("is_hidden", "sum"),
        policy_ids=("policy_id", lambda ids: frozenset(ids.dropna())),
    )
    emptied = tables[
        (tables["hidden"] > MOST_HIDDEN * tables["figures"]) & (tables["figures"] >= FEWEST_FIGURES)
    ].copy()
    # Who rounds each count by itself, or all together already, has no rounding left to do.
    rounds = frozenset(
        policies.loc[policies["rounding_base"].notna() | (policies["method"] == ROUND), "policy_id"]
    )
    emptied["ways"] = [
        _find_ways(period_type, area_type, can_round=not ids & rounds)
        for period_type, area_type, ids in zip(
            emptied["period_type"], emptied["area_type"], emptied["policy_ids"], strict=True
        )
    ]
    emptied["share"] = emptied["hidden"] / emptied["figures"]
    ordered = emptied.sort_values(["share", *TABLE], ascending=[False, *[True] * len(TABLE)])
    return ordered[[*TABLE, "figures", "hidden", "ways"]].reset_index(drop=True)


def say_emptied(emptied: pd.DataFrame) -> str:
    """One sentence that names the emptiest tables and what else could be told; '' where none is."""
    if emptied.empty:
        return ""
    names = [
        f"{row.indicator_id} of each {row.area_type} by {_word(row.period_type)}{_by(row.breakdown)} "
        f"({row.hidden:,} of {row.figures:,} figures)"
        for row in emptied.itertuples()
    ]
    ways = sorted({way for each in emptied["ways"] for way in each})
    some = "1 table" if len(emptied) == 1 else f"{len(emptied):,} tables"
    offer = f"more could be told of {', or '.join(ways)}" if ways else "leave its rows out of indicator_cells"
    return f"Of {some} more than half is hidden, {name_some(names)}: {offer}."


def _find_ways(period_type: str, area_type: str, *, can_round: bool) -> list[str]:
    coarser = COARSER.get(area_type)
    return [
        *([POOL] if period_type != "pooled_years" else []),
        *([ROUNDING] if can_round else []),
        *([coarser] if coarser else []),
    ]


def _word(name: Hashable) -> str:
    return str(name).replace("_", " ")


def _by(breakdown: Hashable) -> str:
    return "" if breakdown in ("none", "") else f" and {_word(breakdown)}"
