"""What a reviewer looks at before figures go out: what is smallest, what is hidden, what is new."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from pipeline.publish.cells import KEY
from pipeline.releases import PROOF, PUBLISHED, release_folder, released_before

if TYPE_CHECKING:
    from pipeline.settings import Settings

SMALLEST = 10
WORDS = [name for name in KEY if name != "period_start"]


@dataclass(frozen=True)
class Summary:
    """What a release says at its edges; every number in it is one that the release shows, or a count of cells.

    `smallest` has the smallest counts over 0 that are shown, each with its cell in words; `hidden` the cells and the
    hidden ones by policy; `since` how many cells are new, revised and told again since the release before; `zeros` how
    many counts of 0 are shown, and `wholes` how many shares of 100%: each says something of everybody in its group.
    """

    release_id: str
    smallest: tuple[tuple[str, int], ...]
    hidden: dict[str, tuple[int, int]]
    zeros: int
    wholes: int
    before: str
    since: dict[str, int]


def summarise(settings: Settings, release_id: str) -> Summary:
    """The summary of a release; raises ConfigurationError where there is none of that name."""
    folder = release_folder(settings, release_id)
    before = released_before(settings, release_id)
    cells = pd.read_parquet(folder / PROOF / "told_cells.parquet")
    guarded = cells[cells["threshold"].notna()]
    shown = guarded[~guarded["is_hidden"].astype(bool)]
    counted = shown[shown["count"] > 0].sort_values(["count", *KEY], kind="stable").head(SMALLEST)
    by_policy = guarded.groupby("policy_id")["is_hidden"].agg(["size", "sum"])
    values = pd.read_parquet(
        folder / PUBLISHED / "indicator_values.parquet", columns=["numerator", "denominator"]
    )
    is_whole = (values["denominator"] > 0) & (values["numerator"] == values["denominator"])
    return Summary(
        release_id=release_id,
        smallest=tuple(
            (_name(row), int(count))
            for (_, row), count in zip(counted.iterrows(), counted["count"], strict=True)
        ),
        hidden={str(policy): (int(row["size"]), int(row["sum"])) for policy, row in by_policy.iterrows()},
        zeros=int((shown["count"] == 0).sum()),
        wholes=int(is_whole.sum()),
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


def _name(row: pd.Series) -> str:
    words = [str(row[name]) for name in WORDS if str(row[name]) not in ("", "none", "all")]
    return " ".join([*words, f"{row['period_start']:%Y-%m-%d}"])
