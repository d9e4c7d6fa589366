"""Controlled rounding: counts shown as multiples of a base beside them, so that what adds up still adds up."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from pipeline.disclosure.equations import (
    Booleans,
    Floats,
    Positions,
    check_columns,
    find_groups,
    read_cell_ids,
    read_equations,
)
from pipeline.disclosure.solver import make_model, make_whole, new_solver, solve
from pipeline.disclosure.system import REMAINDER
from pipeline.disclosure.whole import is_fraction, mend_fractions
from pipeline.disclosure.witnesses import is_apart

# What showing the same as an earlier release is worth, in units of distance from the count.
STAYING = 100.0


class NotRounded(ValueError):
    """No multiples near enough protect a count, or add up; the message names a cell, never a count."""


@dataclass(frozen=True, eq=False)
class Choices:
    """By cell: its base (nan: none), and the lowest and the highest multiple that it may be shown as, in bases.

    `price` is that of the higher beside the lower: negative where the higher is the better. `free_low` and `free_high`
    are the same where larger counts need not be shown as they were.
    """

    base: Floats
    low: Floats
    high: Floats
    free_low: Floats
    free_high: Floats
    price: Floats


def round_counts(cells: pd.DataFrame, relations: pd.DataFrame) -> pd.Series:
    """What each count is shown as: `rounded`, by cell_id in the order of the cells; nan where there is no base.

    `cells` has a row a cell: cell_id, count, threshold, role; base_together, a whole number (null: shown as it is, or
    not at all); `least`, what a reader knows of it anyway (null: 0); `was`, what an earlier release showed in its place
    (null: nothing); and `must_stay`, whether that is shown again: of a larger count it is shown anew where otherwise
    nothing adds up, since another was revised, and the reader then knows both. `relations` as for `read_equations`.
    Raises NotRounded where there are no such multiples.

    A count is shown as the multiple below it or above it, and one that is a multiple, 0 among them, as it is
    (zero-restricted rounding: Cox 1987). A small count is shown as a multiple that could as well be that of another
    (`is_apart`): of base and threshold 5 as 0, which is 0 to 4, or 5, which is 1 to 9. Wherever all cells of a relation
    have one base, or are remainders, what is shown adds up. In sum it is as near to the counts as can be.
    """
    check_columns(
        cells,
        ("cell_id", "count", "threshold", "role", "base_together", "least", "was", "must_stay"),
        "cells",
    )
    cell_ids = read_cell_ids(cells)
    choices = _read_choices(cells, cell_ids)
    is_remainder = (cells["role"] == REMAINDER).to_numpy()
    equations = _tied(read_equations(cell_ids, relations), choices.base, is_remainder)
    # What no relation ties is shown as what is nearest.
    shown = choices.base * np.where(choices.price < 0, choices.high, choices.low)
    tied = np.flatnonzero(np.diff(equations.tocsc().indptr))
    for group in find_groups(equations[:, tied]):
        together = tied[group]
        shown[together] = choices.base[together] * _choose(equations, together, choices, cell_ids)
    return pd.Series(shown, index=pd.Index(cells["cell_id"]), name="rounded")


def _read_choices(cells: pd.DataFrame, cell_ids: pd.Index) -> Choices:
    """The multiples that each count may be shown as; NotRounded where each would give a small one away."""
    count, threshold, base, least, was = (
        cells[name].to_numpy(dtype=np.float64, na_value=np.nan)
        for name in ("count", "threshold", "base_together", "least", "was")
    )
    low, high = _multiples(count, threshold, base, np.nan_to_num(least))
    must_stay = cells["must_stay"].to_numpy(dtype=bool)
    is_small = (count > 0) & (count < threshold)
    free_low, free_high = (np.where(must_stay & is_small, was / base, end) for end in (low, high))
    low, high = (np.where(must_stay, was / base, end) for end in (low, high))
    is_lost = free_low > free_high
    if is_lost.any():
        raise NotRounded(
            f"a multiple of {base[is_lost][0]:g} gives a count under {threshold[is_lost][0]:g} away, that of cell "
            f"'{cell_ids[is_lost][0]}' among them: take a larger base"
        )
    nearest = np.abs(base * high - count) - np.abs(base * low - count)
    price = np.where(was == base * low, STAYING, np.where(was == base * high, -STAYING, nearest))
    return Choices(base, low, high, free_low, free_high, price)


def _choose(equations: csr_array, group: Positions, choices: Choices, cell_ids: pd.Index) -> Floats:
    """The cheapest multiples, in bases, of cells that say something about each other; NotRounded where none add up."""
    is_ours = ~np.isnan(choices.base[group])
    inside = equations[:, group]
    inside = inside[np.flatnonzero(np.diff(inside.indptr))]
    price = np.where(is_ours, choices.price[group], 0.0)
    for low, high in ((choices.low, choices.high), (choices.free_low, choices.free_high)):
        answer = _cheapest_whole(
            inside, price, np.where(is_ours, low[group], 0.0), np.where(is_ours, high[group], np.inf)
        )
        if answer is not None:
            return answer
    raise NotRounded(
        f"no multiples of {np.nanmax(choices.base[group]):g} near the counts add up around cell "
        f"'{cell_ids[group[is_ours]][0]}': hide small counts instead, or publish fewer breakdowns"
    )


def near(rounded: Floats, base: Floats, threshold: Floats) -> tuple[Floats, Floats]:
    """The least and the most that a count can be which is shown as a multiple of a base: both nan where it is not.

    With a base under the threshold no small count is shown as 0, since it would be small for sure: what is, is 0.
    """
    most = rounded + base - 1
    return np.maximum(rounded - base + 1, 0.0), np.where((rounded == 0) & (base < threshold), 0.0, most)


def _multiples(count: Floats, threshold: Floats, base: Floats, least: Floats) -> tuple[Floats, Floats]:
    """The lowest and the highest multiple, in bases, that each count may be shown as: none where low is over high."""
    low, high = np.floor(count / base), np.ceil(count / base)
    is_small = (count > 0) & (count < threshold)
    low_protects, high_protects = (_protects(base * end, base, threshold, least) for end in (low, high))
    return (
        np.where(is_small & ~low_protects, high, low),
        np.where(is_small & ~high_protects, np.where(low_protects, low, low - 1), high),
    )


def _protects(rounded: Floats, base: Floats, threshold: Floats, least: Floats) -> Booleans:
    lowest, most = np.maximum(rounded - base + 1, 0.0), rounded + base - 1
    return is_apart(np.maximum(lowest, least), most, threshold, most)


def _tied(equations: csr_array, base: Floats, is_remainder: Booleans) -> csr_array:
    """The equations of which all cells have one base, or are remainders."""
    sizes = abs(equations).sign()
    is_other = np.isnan(base) & ~is_remainder
    bases = [np.isnan(base) | (base == each) for each in np.unique(base[~np.isnan(base)])]
    is_tied = np.zeros(equations.shape[0], dtype=bool)
    for is_of_base in bases:
        is_tied |= sizes @ (~is_of_base | is_other).astype(float) == 0
    return equations[is_tied]


def _cheapest_whole(equations: csr_array, prices: Floats, low: Floats, high: Floats) -> Floats | None:
    """The cheapest whole numbers between limits that fulfil the equations; near it where that has fractions."""
    solver = new_solver()
    solver.passModel(make_model(equations.tocsc(), prices, low, high, np.zeros(equations.shape[0])))
    answer = solve(solver)
    if not isinstance(answer, np.ndarray):
        return None
    whole = mend_fractions(equations, answer, low, high, np.ones(answer.size, dtype=bool))
    if is_fraction(whole).any():
        make_whole(solver)
        answer = solve(solver)
        return np.rint(answer) if isinstance(answer, np.ndarray) else None
    return np.rint(whole)
