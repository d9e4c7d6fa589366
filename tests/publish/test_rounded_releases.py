"""Releases of counts that are rounded together give nothing away, told by the audit that is apart from the proof."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from no_ties import NO_TIES
from released_cells import cells_of
from test_earlier import MONTHS, table_of
from union_audit import Found, audit_union

from pipeline.publish.earlier import Released
from pipeline.publish.proof import NotProtected, prove
from pipeline.publish.relations import NO_SHARES, relate_cells


def release_of(cells: pd.DataFrame, *earlier: Released, base: float | None = 5.0) -> Released:
    cells = cells.assign(base_together=base).astype({"base_together": "float64"})
    return prove(cells, NO_SHARES, NO_TIES, earlier).told


@pytest.mark.parametrize("seed", range(6))
def test_a_month_later_nothing_is_worked_out_from_both_rounded_releases(seed: int) -> None:
    inside = np.random.default_rng(seed).poisson(4, (5, 4))
    first = release_of(table_of(inside[:, :3], MONTHS[:3]))
    after = release_of(table_of(inside, MONTHS), first)
    assert first.cells["rounded"].notna().all() and after.cells["rounded"].notna().all()
    found = audit_union([first, after])
    assert found.small > 0
    assert (found.exact, found.narrow) == (0, 0)
    # What was shown as a multiple is shown so again.
    told = after.cells.merge(first.cells, on=["area_code", "period_type", "period_start", "count"])
    assert len(told) >= 18
    assert (told["rounded_x"] == told["rounded_y"]).all()


@pytest.mark.parametrize("seed", range(6))
def test_a_source_may_be_hidden_first_and_rounded_later_and_the_other_way_round(seed: int) -> None:
    inside = np.random.default_rng(seed).poisson(4, (4, 4))
    audited = 0
    for first_base, later_base in ((None, 5.0), (5.0, None)):
        first = release_of(table_of(inside[:, :2], MONTHS[:2]), base=first_base)
        try:
            after = release_of(table_of(inside, MONTHS), first, base=later_base)
        except NotProtected:
            continue
        found = audit_union([first, after])
        assert (found.exact, found.narrow) == (0, 0)
        audited += found.small
    assert audited > 0


@pytest.mark.parametrize("seed", range(8))
def test_last_month_rounded_and_sent_again_with_one_row_altered_confines_nothing(seed: int) -> None:
    random = np.random.default_rng(seed)
    inside = random.poisson(4, (5, 3))
    first = release_of(table_of(inside, MONTHS[:3]))
    altered = inside.copy()
    altered[random.integers(5), random.integers(3)] += 1
    found = audit_union([first, release_of(table_of(altered, MONTHS[:3]), first)])
    assert found.small > 0
    assert (found.exact, found.narrow) == (0, 0)


def test_the_audit_takes_a_rounded_count_for_any_that_is_less_than_the_base_away() -> None:
    # 1 and 1 shown as 0, so 0 to 4; who knows that they add up to 2 knows that each is 2 at most.
    cells = cells_of({("D0", "04"): 1, ("D1", "04"): 1, ("", "04"): 2}).assign(
        is_hidden=False, rounded=[0.0, 0.0, np.nan], base_together=[5.0, 5.0, np.nan]
    )
    relations = relate_cells(cells, NO_SHARES, NO_TIES)
    assert audit_union([Released(cells, relations)]) == Found(2, 0, 2)
    free = cells.assign(rounded=[0.0, 0.0, 0.0], base_together=5.0)
    assert audit_union([Released(free, relations)]) == Found(3, 0, 0)
    # With base 3 a 0 is one, and each is exactly what is left of the other.
    exact = cells.assign(rounded=[0.0, 3.0, np.nan], base_together=[3.0, 3.0, np.nan], count=[0.0, 2.0, 2.0])
    assert audit_union([Released(exact, relations)]).exact == 1
