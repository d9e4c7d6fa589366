"""What earlier releases told, beside what is to be told now: one system of cells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.disclosure.system import KNOWN, MARKED, OURS
from pipeline.publish.cells import KEY
from pipeline.publish.nested_areas import relate_nested

SAME = [*KEY, "count"]


@dataclass(frozen=True, eq=False)
class Released:
    """The cells of one release with their true counts, whether each was hidden, and how they add up: private.

    `cells` has KEY, cell_id, count, threshold, is_hidden; `relations` are of `relate_cells`.
    """

    cells: pd.DataFrame
    relations: pd.DataFrame


def join_earlier(
    cells: pd.DataFrame, relations: pd.DataFrame, earlier: Sequence[Released]
) -> tuple[pd.DataFrame, pd.DataFrame, pd.Series]:
    """The cells of all releases as one system with their `role`, their relations, and which one each cell of now is.

    A cell that is told again with the same count is the same cell: known to all if an earlier release showed it, a
    marker that stays if all hid it. One whose count was revised is a new cell, beside the old. The last frame has the
    joined cell_id by that of `cells`.
    """
    # Of a cell of now nobody knows anything yet.
    releases = [*(each.cells for each in earlier), cells.assign(is_hidden=True)]
    union = pd.concat(
        [release.assign(release=number) for number, release in enumerate(releases)], ignore_index=True
    )
    union["joined"] = union.groupby(SAME, dropna=False, sort=True).ngroup()
    was_told = union["release"] < len(earlier)
    is_shown = ~union["is_hidden"].astype(bool)
    facts = union.groupby("joined").agg(
        **{name: (name, "last") for name in [*KEY, "count", "cost"]}, threshold=("threshold", "max")
    )
    is_known, is_marked = (told.groupby(union["joined"]).any() for told in (is_shown, was_told))
    facts["role"] = np.select([is_known, is_marked], [KNOWN, MARKED], OURS)
    joined = facts.rename_axis("cell_id").reset_index()
    identity = union.set_index(["release", "cell_id"])["joined"]
    related = [
        _rename(each, identity.loc[number])
        for number, each in enumerate([*(each.relations for each in earlier), relations])
    ]
    nested = relate_nested(union.drop(columns="cell_id").rename(columns={"joined": "cell_id"}))
    return joined, _join_relations([*related, nested]), identity.loc[len(earlier)]


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
