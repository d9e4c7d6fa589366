"""What a reviewer looks at before figures go out: what is smallest, what is hidden, what is new."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from pipeline.publish.cells import KEY
from pipeline.publish.everybody import Everybody, find_everybody, name_cell
from pipeline.releases import PROOF, released_before, released_figures

if TYPE_CHECKING:
    from pipeline.settings import Settings

SMALLEST = 10
# How many revised figures are named.
REVISED = 10


@dataclass(frozen=True)
class Summary:
    """What a release says at its edges; every number in it is one that the release shows, or a count of cells.

    `smallest` has the smallest counts over 0 that are shown, each with its cell in words; `hidden` the cells and the
    hidden ones by policy, `hidden_percent` how many of 100 counts under a policy are hidden; `since` how many cells are
    new, revised, told again and withdrawn since the release before, `revised` the first of the revised ones in words;
    `everybody` where figures are shown that say something of everybody in a group.
    """

    release_id: str
    smallest: tuple[tuple[str, int], ...]
    hidden: dict[str, tuple[int, int]]
    hidden_percent: float
    everybody: Everybody
    before: str
    since: dict[str, int]
    revised: tuple[str, ...]


def summarise(settings: Settings, release_id: str) -> Summary:
    """The summary of a release.

    Raises ConfigurationError where there is none of that name, BrokenChain where a file of it was changed.
    """
    before = released_before(settings, release_id)
    cells = _read_told(settings, release_id)
    since, revised = _since(cells, _read_told(settings, before)) if before else ({}, ())
    guarded = cells[cells["threshold"].notna()]
    shown = guarded[~guarded["is_hidden"].astype(bool)]
    # What is rounded is looked at as it is shown.
    shown = shown.assign(count=shown["rounded"].fillna(shown["count"]))
    counted = shown[shown["count"] > 0].sort_values(["count", *KEY], kind="stable").head(SMALLEST)
    by_policy = guarded.groupby("policy_id")["is_hidden"].agg(["size", "sum"])
    values = pd.read_parquet(released_figures(settings, release_id) / "indicator_values.parquet")
    return Summary(
        release_id=release_id,
        smallest=tuple(
            (name_cell(cell), int(count))
            for cell, count in zip(counted[KEY].to_dict("records"), counted["count"], strict=True)
        ),
        hidden={str(policy): (int(row["size"]), int(row["sum"])) for policy, row in by_policy.iterrows()},
        hidden_percent=round(100 * float(guarded["is_hidden"].astype(bool).mean()), 1)
        if len(guarded)
        else 0.0,
        everybody=find_everybody(cells, values),
        before=before,
        since=since,
        revised=revised,
    )


def _read_told(settings: Settings, release_id: str) -> pd.DataFrame:
    return pd.read_parquet(released_figures(settings, release_id).parent / PROOF / "told_cells.parquet")


def _since(cells: pd.DataFrame, before: pd.DataFrame) -> tuple[dict[str, int], tuple[str, ...]]:
    """How many cells became what since the release before, and the first revised ones in words, without a number."""
    columns = [*KEY, "count"]
    pairs = cells[columns].merge(
        before[columns], on=KEY, how="outer", suffixes=("", "_before"), indicator=True
    )
    is_known = pairs["_merge"] == "both"
    is_same = pairs["count"] == pairs["count_before"]
    told = {
        "new": int((pairs["_merge"] == "left_only").sum()),
        "revised": int((is_known & ~is_same).sum()),
        "told again": int((is_known & is_same).sum()),
        "withdrawn": int((pairs["_merge"] == "right_only").sum()),
    }
    revised = pairs.loc[is_known & ~is_same, KEY].head(REVISED).to_dict("records")
    return told, tuple(map(name_cell, revised))
