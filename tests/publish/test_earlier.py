"""What was released before is part of every later proof."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from no_ties import NO_TIES
from released_cells import NO_SHARES, cells_of

from pipeline.disclosure.intervals import find_intervals
from pipeline.publish.earlier import Released, join_earlier
from pipeline.publish.proof import NotProtected, Proof, prove
from pipeline.publish.relations import relate_cells


def table_of(inside: np.ndarray, months: list[str]) -> pd.DataFrame:
    """Districts by months with all margins: the counts of a year to date."""
    counts = {
        (f"D{row}", month): int(n)
        for row, line in enumerate(inside)
        for month, n in zip(months, line, strict=True)
    }
    counts |= {("", month): int(n) for month, n in zip(months, inside.sum(axis=0), strict=True)}
    counts |= {(f"D{row}", "year"): int(n) for row, n in enumerate(inside.sum(axis=1))}
    return cells_of(counts | {("", "year"): int(inside.sum())})


def proof_of(cells: pd.DataFrame, *earlier: Released) -> Proof:
    return prove(cells, relate_cells(cells, NO_SHARES, NO_TIES), earlier)


def narrow_in(*releases: Released) -> int:
    """How many small counts a reader of all releases confines to fewer than 5 values, or under 5."""
    last = releases[-1].cells.assign(cost=np.nan)
    joined, relations, _ = join_earlier(last, releases[-1].relations, releases)
    hidden = joined["role"].eq("marked")
    shown = joined.assign(value=joined["count"].where(~hidden))
    intervals = find_intervals(shown, relations).set_index("cell_id")
    small = joined[(joined["count"] > 0) & (joined["count"] < 5)]["cell_id"]
    of_small = intervals.reindex(small)
    width = of_small["high"].fillna(10**6) - of_small["low"]
    return int(((width < 4) | (of_small["high"].fillna(10**6) < 5)).sum())


MONTHS = ["04", "05", "06", "07"]


@pytest.mark.parametrize("seed", range(6))
def test_a_month_later_nothing_is_worked_out_from_both_releases(seed: int) -> None:
    inside = np.random.default_rng(seed).poisson(4, (6, 4))
    first = proof_of(table_of(inside[:, :3], MONTHS[:3])).told
    alone = proof_of(table_of(inside, MONTHS)).told
    after = proof_of(table_of(inside, MONTHS), first).told
    assert narrow_in(first) == narrow_in(alone) == 0
    assert narrow_in(first, after) == 0
    # What was shown stays shown, what was hidden stays hidden.
    told = after.cells.merge(first.cells, on=["area_code", "period_type", "period_start", "count"])
    assert (told["is_hidden_x"] == told["is_hidden_y"]).all()


def test_releases_protected_each_for_itself_can_give_small_counts_away() -> None:
    given = 0
    for seed in range(6):
        inside = np.random.default_rng(seed).poisson(4, (6, 4))
        first, alone = (
            proof_of(table_of(inside[:, :3], MONTHS[:3])).told,
            proof_of(table_of(inside, MONTHS)).told,
        )
        given += narrow_in(first, alone)
    assert given > 0


def test_a_count_told_again_is_the_same_cell_and_a_revised_one_is_new() -> None:
    before = cells_of({("D0", "04"): 9, ("D1", "04"): 3, ("", "04"): 12}).assign(
        is_hidden=[True, True, False]
    )
    now = cells_of({("D0", "04"): 9, ("D1", "04"): 4, ("", "04"): 13})
    relations = relate_cells(now, NO_SHARES, NO_TIES)
    joined, related, identity = join_earlier(now, relations, [Released(before, relations)])
    roles = joined.set_index("cell_id")["role"]
    assert len(joined) == 5
    assert related["relation_id"].nunique() == 2
    assert list(roles[identity]) == ["marked", "ours", "ours"]
    assert sorted(roles.drop(identity)) == ["known", "marked"]


def test_the_same_release_again_changes_nothing() -> None:
    inside = np.random.default_rng(3).poisson(4, (5, 3))
    first = proof_of(table_of(inside, MONTHS[:3])).told
    again = proof_of(table_of(inside, MONTHS[:3]), first).told
    assert again.cells["is_hidden"].tolist() == first.cells["is_hidden"].tolist()


def test_an_earlier_release_can_make_a_publication_impossible() -> None:
    shown = cells_of({("D0", "04"): 9, ("D1", "04"): 3, ("", "04"): 12}).assign(
        is_hidden=[False, True, False]
    )
    relations = relate_cells(shown, NO_SHARES, NO_TIES)
    with pytest.raises(NotProtected, match="D1 month 2023-04-01"):
        prove(shown, relations, [Released(shown, relations)])
