"""Checking a proof that hidden and rounded counts stay hidden: no solver, only sums."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from pipeline.disclosure.choose import Protection
from pipeline.disclosure.equations import DUST, Booleans, Floats
from pipeline.disclosure.system import REMAINDER, read_system
from pipeline.disclosure.witnesses import is_apart


def find_flaws(cells: pd.DataFrame, relations: pd.DataFrame, protection: Protection) -> list[str]:
    """What is wrong with a proof, one sentence each; none where it holds. `cells`, `relations`: `choose_suppressed`.

    It holds if every small count that is ours is hidden and nothing known to all is; and if for every small count two
    tables exist that differ from the true one in hidden and rounded cells alone, by whole numbers, with at least 1
    under each marker, at least 0 elsewhere and what is near enough to each rounded cell, fulfil every relation, and
    give it values that protect it (`is_apart`). No sentence tells a count.

    Where counts are rounded together `cells` have `rounded`, what each is shown as, and `base_together`: whether each
    is such a multiple, and the witnesses keep to it, is checked here anew, and not taken from `least` and `most`.
    """
    system = read_system(cells, relations)
    position = pd.Series(np.arange(system.cell_ids.size), index=system.cell_ids)
    is_hidden = protection.is_hidden.reindex(system.cell_ids).to_numpy(dtype=bool)
    is_sensitive = system.is_sensitive
    flaws = [
        *_say(system.cell_ids[is_sensitive & system.is_ours & ~is_hidden], "is small and shown"),
        *_say(system.cell_ids[~system.is_movable & is_hidden], "is known to all and hidden"),
    ]
    tables = _read_tables(protection.tables, position)
    strays = set(tables.indices) - set(np.flatnonzero(system.is_movable & (is_hidden | ~system.is_ours)))
    flaws += _say(system.cell_ids[sorted(strays)], "is shown and differs in a witness table")
    cell = tables.indices
    flaws += _say(system.cell_ids[np.unique(cell[tables.data % 1 != 0])], "is not whole in a witness table")
    value = system.counts[cell] + tables.data
    is_out = (value < system.least[cell]) | (value > system.most[cell])
    if "rounded" in cells:
        by_id = cells.set_index("cell_id").reindex(system.cell_ids)
        shown, base = (by_id[name].to_numpy(float) for name in ("rounded", "base_together"))
        flaws += _find_flaws_of_rounding(cells, relations)
        is_out |= ~_is_shown_as(value, shown[cell], base[cell], system.thresholds[cell])
    flaws += _say(system.cell_ids[np.unique(cell[is_out])], "is less or more than can be in a witness table")
    off = np.unique((abs(tables @ system.equations.T) > DUST).nonzero()[0])
    flaws += [f"Witness table {number} does not add up." for number in off.tolist()]

    ends = protection.ends.drop_duplicates("cell_id").set_index("cell_id").reindex(system.cell_ids)
    low, high = (
        _values(system.counts, tables, ends[name].to_numpy(float)) for name in ("low_table", "high_table")
    )
    with np.errstate(invalid="ignore"):
        holds = is_apart(low, high, system.thresholds, system.most)
        told = (low == ends["low"].to_numpy(float)) & (high == ends["high"].to_numpy(float))
    flaws += _say(system.cell_ids[is_sensitive & ~(holds & told)], "has no witness that it could be another")
    return flaws


def _find_flaws_of_rounding(cells: pd.DataFrame, relations: pd.DataFrame) -> list[str]:
    """What is wrong with what is shown rounded: as no multiple, too far from its count, or not adding up."""
    count, threshold, shown, base = (
        cells[name].to_numpy(float) for name in ("count", "threshold", "rounded", "base_together")
    )
    with np.errstate(invalid="ignore"):
        is_stray = ~np.isnan(shown) & (shown % base != 0)
    cell_ids = pd.Index(cells["cell_id"])
    return [
        *_say(cell_ids[is_stray], "is shown as no multiple of its base"),
        *_say(cell_ids[~_is_shown_as(count, shown, base, threshold)], "is shown as a multiple not beside it"),
        *(f"What is shown of relation '{each}' does not add up." for each in _find_off(cells, relations)),
    ]


def _find_off(cells: pd.DataFrame, relations: pd.DataFrame) -> pd.Index:
    """The relations of cells shown with one base that do not add up; what a remainder leaves is not less than 0."""
    by_id = cells.set_index("cell_id")
    pairs = relations.assign(
        **{
            f"{side}_{name}": relations[f"{side}_cell"].map(by_id[name]).astype("float64")
            for side in ("total", "part")
            for name in ("rounded", "base_together")
        },
        is_left=relations["part_cell"].map(by_id["role"]) == REMAINDER,
    )
    pairs["is_one"] = pairs["is_left"] | (pairs["part_base_together"] == pairs["total_base_together"])
    sums = pairs.groupby("relation_id").agg(
        total=("total_rounded", "first"),
        parts=("part_rounded", "sum"),
        is_one=("is_one", "all"),
        has_left=("is_left", "any"),
    )
    left = sums["total"] - sums["parts"]
    is_off = np.where(sums["has_left"], left < -DUST, left.abs() > DUST)
    return sums.index[sums["is_one"].to_numpy(dtype=bool) & is_off]


def _is_shown_as(value: Floats, shown: Floats, base: Floats, thresholds: Floats) -> Booleans:
    """Whether values may be shown as these multiples: less than the base away; all may that are not shown rounded.

    With a base under the threshold 0 is shown of nothing alone: a small count would be small for sure.
    """
    with np.errstate(invalid="ignore"):
        is_near = (np.abs(value - shown) < base) & ~((shown == 0) & (base < thresholds) & (value > 0))
    return np.isnan(shown) | is_near


def _read_tables(tables: pd.DataFrame, position: pd.Series) -> csr_array:
    """A row a table, a column a cell: by how much it differs from the truth."""
    number, cell = tables["table_id"].to_numpy(int), position.reindex(tables["cell_id"]).to_numpy(float)
    if np.isnan(cell).any():
        raise ValueError(
            f"a witness table names '{tables['cell_id'][np.isnan(cell)].iloc[0]}', which is no cell"
        )
    shape = (int(number.max(initial=0)) + 1, position.size)
    return csr_array((tables["change"].to_numpy(float), (number, cell.astype(int))), shape=shape)


def _values(counts: Floats, tables: csr_array, table: Floats) -> Floats:
    """Each cell's value in the table named for it; nan where none is, or one that does not exist."""
    values = np.full(counts.size, np.nan)
    named = np.flatnonzero((table >= 0) & (table < tables.shape[0]))
    changes = tables[table[named].astype(int), named] if named.size else np.zeros(0)
    values[named] = counts[named] + np.asarray(changes).ravel()
    return values


def _say(cell_ids: pd.Index, what: str) -> list[str]:
    return [f"Cell '{cell}' {what}." for cell in cell_ids]
