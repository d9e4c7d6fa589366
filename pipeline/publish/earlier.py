"""What earlier releases told, beside what is to be told now: one system of cells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.disclosure.round import near
from pipeline.disclosure.system import KNOWN, MARKED, OURS, REMAINDER, ROUNDED
from pipeline.publish.cells import KEY
from pipeline.publish.changed_rules import relate_versions
from pipeline.publish.nested_areas import relate_nested
from pipeline.publish.relations import Ties
from pipeline.publish.told_together import relate_told

SAME = [*KEY, "count"]


@dataclass(frozen=True, eq=False)
class Released:
    """The cells of one release with their true counts, whether each was hidden, and how they add up: private.

    `cells` has KEY, cell_id, count, threshold, is_hidden, and `rounded` with the `base_together` it is a multiple of
    (null where a count is shown as it is, or not at all), and `rule_version`, which stands for the rules it was counted
    by (null where none are known, and in releases of old); `relations` are of `relate_cells`.
    """

    cells: pd.DataFrame
    relations: pd.DataFrame


def join_earlier(
    cells: pd.DataFrame, relations: pd.DataFrame, earlier: Sequence[Released], ties: Ties
) -> tuple[pd.DataFrame, pd.DataFrame, pd.Series]:
    """The cells of all releases as one system with their `role`, their relations, and which one each cell of now is.

    A cell that is told again with the same count is the same cell: known to all if an earlier release showed it, a
    marker that stays if one hid it and none showed it, shown again as the same multiple if it was rounded. One whose
    count was revised is a new cell, beside the old; `is_revised` if the old one was shown. `was_told` says that an
    earlier release holds it. `base_together` is what a cell is, or is to be, rounded to; `least` and `most` are what
    earlier releases left possible of a rounded one; `was` is the multiple last shown in its place. Totals that nobody
    told stand among the cells as remainders, where they tie some to others. The last frame has the joined cell_id by
    that of `cells`.
    """
    # Of a cell of now nobody knows anything yet.
    now = cells.assign(is_hidden=True, rounded=np.nan, rule_version=ties.version_of(cells))
    union = pd.concat(
        [
            release.assign(release=number)
            for number, release in enumerate([*(each.cells for each in earlier), now])
        ],
        ignore_index=True,
    )
    union["joined"] = union.groupby(SAME, dropna=False, sort=True).ngroup()
    was_told, is_hidden = union["release"] < len(earlier), union["is_hidden"].astype(bool)
    is_rounded = union["rounded"].notna()
    union["least"], union["most"] = near(
        *(union[name].to_numpy(float) for name in ("rounded", "base_together", "threshold"))
    )
    facts = union.groupby("joined").agg(
        **{
            name: (name, "last")
            for name in [*KEY, "count", "cost", "base_together", "rounded", "rule_version"]
        },
        threshold=("threshold", "max"),
        least=("least", "max"),
        most=("most", "min"),
    )
    is_known, is_marked, was_rounded = (
        told.groupby(union["joined"]).any()
        for told in (was_told & ~is_hidden & ~is_rounded, was_told & is_hidden, was_told & is_rounded)
    )
    facts["role"] = np.select([is_known, is_marked, was_rounded], [KNOWN, MARKED, ROUNDED], OURS)
    facts["was_told"] = facts["role"] != OURS
    facts.loc[is_marked, "least"] = facts.loc[is_marked, "least"].clip(lower=1.0).fillna(1.0)
    was_shown = is_known.groupby([facts[name] for name in KEY], dropna=False).transform("any")
    facts["is_revised"] = was_shown & (facts["role"] == OURS)
    # A multiple that was shown keeps its base; among several of one key the last that was shown is kept to.
    shown = union[is_rounded]
    base = shown.groupby("joined")["base_together"].last().reindex(facts.index)
    facts["base_together"] = base.fillna(facts["base_together"])
    last = shown.groupby(KEY, dropna=False)["rounded"].last().rename("was")
    facts["was"] = facts["rounded"].fillna(facts.join(last, on=KEY)["was"])
    joined = facts.rename_axis("cell_id").reset_index()
    identity = union.set_index(["release", "cell_id"])["joined"]
    related = [
        _rename(each, identity.loc[number])
        for number, each in enumerate([*(each.relations for each in earlier), relations])
    ]
    told = union.drop(columns="cell_id").rename(columns={"joined": "cell_id"})
    totals, together = relate_told(told, ties)
    every = pd.concat([joined, totals.assign(role=REMAINDER)], ignore_index=True)
    related += [together, relate_nested(told), relate_versions(told)]
    return every, _join_relations(related), identity.loc[len(earlier)]


def _rename(relations: pd.DataFrame, identity: pd.Series) -> pd.DataFrame:
    return relations.assign(
        total_cell=relations["total_cell"].map(identity), part_cell=relations["part_cell"].map(identity)
    )


def _join_relations(releases: list[pd.DataFrame]) -> pd.DataFrame:
    """The relations of all releases, each that says the same once."""
    every = pd.concat(releases, keys=range(len(releases)), names=["release"]).reset_index("release")
    every["relation_id"] = every.groupby(["release", "relation_id"], sort=True).ngroup()
    parts = pd.util.hash_array(every["part_cell"].to_numpy(np.uint64))
    said = (
        every.assign(parts=parts)
        .groupby("relation_id")
        .agg(total_cell=("total_cell", "first"), parts=("parts", "sum"), count=("parts", "size"))
    )
    first = said.index[~said.duplicated()]
    return every.loc[every["relation_id"].isin(first), ["relation_id", "total_cell", "part_cell"]]
