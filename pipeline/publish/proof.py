"""The proof that comes with every publication: what is hidden, and that it could as well be another."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.disclosure.choose import Protection, choose_suppressed
from pipeline.disclosure.round import NotRounded, near, round_counts
from pipeline.disclosure.system import KNOWN, MARKED, OURS, REMAINDER, ROUNDED
from pipeline.disclosure.verify import find_flaws
from pipeline.publish.earlier import Released, join_earlier
from pipeline.publish.record_kinds import RecordKinds, hide_by_records
from pipeline.publish.refusal import say_refused
from pipeline.publish.relations import Ties, add_remainders, relate_cells
from pipeline.publish.unchanged import find_confined

# How often more is hidden for the sake of a reader who takes revised counts for unchanged.
TRIES = 10
FACTS = ["cell_id", "count", "threshold", "role", "least", "most", "cost", "must_vary"]


class NotProtected(Exception):
    """A small count could be worked out from what would be published, whatever else is hidden.

    `cells` are the cell_id of those counts, where they are known.
    """

    def __init__(self, message: str, cells: Sequence[Hashable] = ()) -> None:
        super().__init__(message)
        self.cells = cells


@dataclass(frozen=True, eq=False)
class Proof:
    """All cells of this and earlier releases, how they add up, and what hides the small ones: private.

    `told` is what this publication adds to the releases, should it become one; `given_away` says how many small counts
    earlier releases gave away to a reader who thinks in records.
    """

    cells: pd.DataFrame
    relations: pd.DataFrame
    protection: Protection
    told: Released
    given_away: int

    @property
    def tally(self) -> dict[str, int]:
        """How many cells there are and are hidden, and how many relations tie them: for everybody."""
        cells = self.told.cells
        return {
            "cells": len(cells),
            "hidden_cells": int(cells["is_hidden"].sum()),
            "rounded_cells": int(cells["rounded"].notna().sum()),
            "cells_of_all_releases": int(self.cells["measure_id"].notna().sum()),
            "relations": int(self.relations["relation_id"].nunique()),
            "given_away_before": self.given_away,
        }

    @property
    def private_tally(self) -> dict[str, int]:
        """How many cells are small, and how many witness tables there are: who knows it knows which are hidden why."""
        cells = self.told.cells
        is_small = (cells["count"] > 0) & (cells["count"] < cells["threshold"])
        return {
            "sensitive_cells": int(is_small.sum()),
            "witness_tables": int(self.protection.tables["table_id"].nunique()),
        }


def prove(
    cells: pd.DataFrame,
    shares: pd.DataFrame,
    ties: Ties,
    earlier: Sequence[Released] = (),
    kinds: RecordKinds | None = None,
) -> Proof:
    """Chooses what is hidden and checks the proof; raises NotProtected where there is none.

    `cells` are of `read_cells` with their cost, `shares` and `ties` as for `relate_cells`; `earlier` is what was
    released before; `kinds` are the records that the counts are made of, where those are known. The check is made by
    `find_flaws` alone, which knows nothing of how the choice was made.
    """
    relations = relate_cells(cells, shares, ties)
    joined, related, identity = join_earlier(cells, relations, earlier, ties)
    every, sums = add_remainders(joined, related)
    every, protection = _choose(_round_together(every, sums).assign(must_vary=False), sums)
    given_away = 0
    if kinds is not None:
        every, protection, given_away = _keep_from_readers_of_records(every, sums, protection, kinds)
    flaws = find_flaws(every, sums, protection)
    if flaws:
        raise NotProtected(
            f"The proof that small counts stay hidden does not hold ({len(flaws)} flaws), so nothing was published: "
            "the last publication stands. This is a fault of the program: please report it."
        )
    now = cells["cell_id"].map(identity)
    by_id = every.set_index("cell_id")
    rounded = now.map(by_id["rounded"])
    told = cells.assign(
        is_hidden=now.map(protection.is_hidden) & rounded.isna(),
        rounded=rounded,
        base_together=now.map(by_id["base_together"]),
        rule_version=ties.version_of(cells),
    )
    return Proof(every, sums, protection, Released(told, relations), given_away)


def _keep_from_readers_of_records(
    cells: pd.DataFrame, relations: pd.DataFrame, protection: Protection, kinds: RecordKinds
) -> tuple[pd.DataFrame, Protection, int]:
    """The choice with what a reader who thinks in records must not see hidden too, and how many counts were given away.

    What was hidden stays so: whoever sees less works out no more. What is hidden besides must not be worked out from
    other places and periods either, so it is protected as small counts are. A count that is lost raises NotProtected;
    one that is lost beside figures of an earlier release was given away by it, and nothing helps any more: so it is
    with what is hidden besides and could be worked out from an earlier release.
    """
    further, lost, given_away = hide_by_records(cells, relations, protection.is_hidden, kinds)
    if lost:
        raise NotProtected(say_refused(cells, relations, lost))
    if further:
        stays = protection.is_hidden.to_numpy() & (cells["role"] == OURS).to_numpy()
        kept = cells.assign(role=cells["role"].mask(stays | cells["cell_id"].isin(further), MARKED))
        was_told = bool(cells["was_told"].fillna(False).any())
        while True:
            try:
                kept = kept.assign(must_vary=cells["cell_id"].isin(further))
                cells, protection = _choose(kept, relations, protection)
                break
            except NotProtected as refusal:
                told = set(refusal.cells) & set(further)
                if not was_told or not told:
                    raise
                further = [cell for cell in further if cell not in told]
                given_away += list(told)
    return cells, protection, len(given_away)


def _choose(
    cells: pd.DataFrame, relations: pd.DataFrame, before: Protection | None = None
) -> tuple[pd.DataFrame, Protection]:
    """What is hidden, and the cells with the `role` that this takes; NotProtected where nothing protects them.

    `before`, a choice for the same cells when less was asked, is where the search begins.

    A reader who takes revised counts for unchanged is thought of too: what would confine a small count to him is hidden
    as well.
    """
    confined: list[Hashable] = []
    protection = before
    for _ in range(TRIES):
        protection = choose_suppressed(cells[FACTS], relations, protection)
        if protection.unprotected:
            raise NotProtected(say_refused(cells, relations, protection.unprotected), protection.unprotected)
        confined = find_confined(cells, relations, protection.is_hidden)
        if not confined:
            return cells, protection
        further = _beside(cells, relations, protection.is_hidden, confined)
        revisions = _tells_revision(cells, protection.is_hidden)
        if further:
            cells = cells.assign(role=cells["role"].mask(cells["cell_id"].isin(further), MARKED))
        elif revisions.any():
            # Who sees that a count was revised does not take what adds up to it for unchanged.
            cells = cells.assign(role=cells["role"].mask(revisions, KNOWN))
        else:
            break
    raise NotProtected(say_refused(cells, relations, confined))


def _round_together(cells: pd.DataFrame, relations: pd.DataFrame) -> pd.DataFrame:
    """The cells with what is told of each that is shown rounded, `rounded` (null of others), and its limits."""
    try:
        rounded = round_counts(cells.assign(must_stay=cells["rounded"].notna()), relations).to_numpy()
    except NotRounded as fault:
        raise NotProtected(f"Nothing was published, since counts cannot be rounded: {fault}.") from None
    least, most = near(rounded, *(cells[name].to_numpy(float) for name in ("base_together", "threshold")))
    is_ours = (cells["role"] == OURS) & ~np.isnan(rounded)
    limited = cells.assign(
        rounded=rounded,
        role=cells["role"].mask(is_ours, ROUNDED),
        least=np.fmax(cells["least"].to_numpy(float), least),
        most=np.fmin(cells["most"].to_numpy(float), most),
    )
    for find_most in (_most_added_up, _most_left):
        found = limited["cell_id"].map(find_most(limited, relations))
        limited = limited.assign(most=limited["most"].fillna(found))
    return limited


def _most_added_up(cells: pd.DataFrame, relations: pd.DataFrame) -> pd.Series:
    """The most that each total that nobody told can be, by cell_id, where its parts are shown rounded or known."""
    by_cell = cells.set_index("cell_id")
    is_shown = (by_cell["role"] == KNOWN) | ((by_cell["count"] == 0) & (by_cell["role"] != ROUNDED))
    most = relations["part_cell"].map(by_cell["most"].fillna(by_cell["count"].where(is_shown)))
    is_of_missing = relations["total_cell"].map(by_cell["role"]) == REMAINDER
    sums = most[is_of_missing].groupby(relations["relation_id"])
    total = relations.drop_duplicates("relation_id").set_index("relation_id")["total_cell"]
    added = sums.sum().where(sums.count() == sums.size()).dropna()
    return pd.Series(added.to_numpy(), index=total.reindex(added.index).to_numpy()).groupby(level=0).min()


def _most_left(cells: pd.DataFrame, relations: pd.DataFrame) -> pd.Series:
    """The most that each remainder of a rounded total can be, by cell_id: the total's most less its parts' least.

    So too of a total known to all that leaves one less than the threshold: such a rest may be anything from nothing at
    all to that, and no more is left to hide. Of other rests of known totals none is given.
    """
    by_cell = cells.set_index("cell_id")
    known = by_cell["count"].where(by_cell["role"] == KNOWN)
    is_hidden = by_cell["role"].isin([OURS, MARKED]) & (by_cell["count"] > 0)
    is_left = relations["part_cell"].map(by_cell["role"]) == REMAINDER
    left = relations[is_left]

    def most_of(total: pd.Series, least: pd.Series) -> pd.Series:
        parts = relations["part_cell"].map(least).fillna(0.0).groupby(relations["relation_id"]).sum()
        return left["total_cell"].map(total) - left["relation_id"].map(parts)

    of_known = most_of(known, known.fillna(by_cell["least"]).fillna(is_hidden.astype(float)))
    is_last = of_known == left["part_cell"].map(by_cell["threshold"]) - 1
    most = most_of(by_cell["most"], by_cell["least"]).fillna(of_known.where(is_last))
    return pd.Series(most.to_numpy(), index=pd.Index(left["part_cell"])).groupby(level=0).min()


def _tells_revision(cells: pd.DataFrame, is_hidden: pd.Series) -> pd.Series:
    """The cells hidden for others' sake in whose place an earlier release showed another count."""
    is_revised = cells["is_revised"].fillna(False).astype(bool) & (cells["role"] == OURS)
    return is_revised & is_hidden.to_numpy() & (cells["count"] >= cells["threshold"])


def _beside(
    cells: pd.DataFrame, relations: pd.DataFrame, is_hidden: pd.Series, confined: list[Hashable]
) -> set[Hashable]:
    """Of what each confined count adds up with, the cheapest that is shown and may still be hidden."""
    members = pd.concat(
        [
            relations[["relation_id", "part_cell"]].rename(columns={"part_cell": "cell_id"}),
            relations[["relation_id", "total_cell"]]
            .rename(columns={"total_cell": "cell_id"})
            .drop_duplicates(),
        ]
    )
    may_go = cells[
        (cells["role"] == OURS) & ~is_hidden.to_numpy() & (cells["count"] > 0) & cells["threshold"].notna()
    ]
    costs = may_go.assign(cost=may_go["cost"].fillna(np.log1p(may_go["count"]) + 1))[["cell_id", "cost"]]
    pairs = members[members["cell_id"].isin(confined)].merge(
        members, on="relation_id", suffixes=("", "_beside")
    )
    pairs = pairs.merge(costs, left_on="cell_id_beside", right_on="cell_id", suffixes=("", "_cost"))
    return set(pairs.sort_values(["cost", "cell_id_beside"]).drop_duplicates("cell_id")["cell_id_beside"])
