"""What a reviewer looks at before figures go out: what is smallest, what is hidden, what is new."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from pipeline.publish.cells import KEY
from pipeline.publish.everybody import Everybody, find_everybody, name_cell
from pipeline.releases import PROOF, PUBLISHED, release_folder, released_before

if TYPE_CHECKING:
    from pipeline.settings import Settings

SMALLEST = 10


@dataclass(frozen=True)
class Summary:
    """What a release says at its edges; every number in it is one that the release shows, or a count of cells.

    `smallest` has the smallest counts over 0 that are shown, each with its cell in words; `hidden` the cells and the
    hidden ones by policy; `since` how many cells are new, revised and told again since the release before;
    `everybody` where figures are shown that say something of everybody in a group.
    """

    release_id: str
    smallest: tuple[tuple[str, int], ...]
    hidden: dict[str, tuple[int, int]]
    everybody: Everybody
    before: str
    since: dict[str, int]


def summarise(settings: Settings, release_id: str) -> Summary:
    """The summary of a release; raises ConfigurationError where there is none of that name."""
    folder = release_folder(settings, release_id)
    before = released_before(settings, release_id)
    cells = pd.read_parquet(folder / PROOF / "told_cells.parquet")
    guarded = cells[cells["threshold"].notna()]
    shown = guarded[~guarded["is_hidden"].astype(bool)]
    # What is rounded is looked at as it is shown.
    shown = shown.assign(count=shown["rounded"].fillna(shown["count"]))
    counted = shown[shown["count"] > 0].sort_values(["count", *KEY], kind="stable").head(SMALLEST)
    by_policy = guarded.groupby("policy_id")["is_hidden"].agg(["size", "sum"])
    values = pd.read_parquet(folder / PUBLISHED / "indicator_values.parquet")
    return Summary(
        release_id=release_id,
        smallest=tuple(
            (name_cell(cell), int(count))
            for cell, count in zip(counted[KEY].to_dict("records"), counted["count"], strict=True)
        ),
        hidden={str(policy): (int(row["size"]), int(row["sum"])) for policy, row in by_policy.iterrows()},
        everybody=find_everybody(cells, values),
        before=before,
        since=_since(cells, pd.read_parquet(release_folder(settings, before) / PROOF / "told_cells.parquet"))
        if before
        else {},
    )


def _since(cells: pd.DataFrame, before: pd.DataFrame) -> dict[str, int]:
    pairs = cells.merge(before, on=KEY, how="left", suffixes=("", "_before"), indicator=True)
    is_known = pairs["_merge"] == "both"
    is_same = pairs["count"] == pairs["count_before"]
    return {
        "new": int((~is_known).sum()),
        "revised": int((is_known & ~is_same).sum()),
        "told again": int((is_known & is_same).sum()),
    }
