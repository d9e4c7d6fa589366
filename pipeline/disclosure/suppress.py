"""Which cells to hide: small ones, and enough others that no single subtraction gives them back."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipeline.disclosure.additive import AdditiveCells, Booleans, Positions, read_additive_cells


def choose_suppressed(cells: pd.DataFrame, relations: pd.DataFrame) -> pd.Series[bool]:
    """Whether each cell is to be hidden: booleans `is_hidden`, indexed by cell_id in the order of `cells`.

    `cells` has a row a cell: cell_id; count (0 or more; null = not known, by us or by anyone); threshold (a
    count over 0 and under it is small; null = openly published: never small, never hidden); and, if wanted,
    cost (what hiding the cell loses; the count where null or left out). `relations` has a row a part:
    relation_id, total_cell, part_cell, and says that the total is the sum of the parts. A cell may stand in
    many relations. Contradictions (unknown or repeated cells, sums that do not add up) raise ValueError.

    Hidden are, in turn: small cells; cells that leave something small when taken from their total; then,
    until nothing changes, one more cell in each relation that has just one hidden, or whose total is shown
    and whose hidden parts add up to their own number, so that each must be 1. That one more is a part rather
    than the total, and the cheapest. Zeros are shown, and neither they nor nulls protect anything.

    This is the usual row-and-column rule. It is no proof: combinations of relations can still give a cell
    away, and often confine it to a few values. `audit.exactly_recoverable` counts the first on small tables.
    """
    table = read_additive_cells(cells, relations)
    can_hide = ~np.isnan(table.thresholds) & (table.counts > 0)
    is_hidden = can_hide & (table.counts < table.thresholds)
    is_hidden |= _revealing_small_complement(table, can_hide)
    while True:
        further = _one_more_each(table, _needing_one_more(table, is_hidden), can_hide & ~is_hidden)
        if further.size == 0:
            return pd.Series(is_hidden, index=table.cell_ids, name="is_hidden")
        is_hidden[further] = True


def _revealing_small_complement(table: AdditiveCells, can_hide: Booleans) -> Booleans:
    """Whether each cell, shown, would give away something small: its total less it, or less open parts."""
    total = _total_of_relation(table)
    is_part = ~table.entry_is_total
    relation, part = table.entry_relation[is_part], table.entry_cell[is_part]
    is_open = np.isnan(table.thresholds[part])
    counts = table.counts[part]
    # Openly published parts can be subtracted by anyone. What remains is no cell, and has the strictest
    # threshold of those it is made of.
    open_sum = np.bincount(
        relation, weights=np.where(is_open, np.nan_to_num(counts), 0.0), minlength=table.relation_count
    )
    strictest = np.zeros(table.relation_count)
    is_within = ~is_open & (counts != 0)
    np.maximum.at(strictest, relation[is_within], table.thresholds[part[is_within]])
    rest = table.counts[total] - open_sum
    rest_without_part = rest[relation] - counts

    is_revealing = np.zeros(table.counts.size, dtype=bool)
    # Sums of fractions leave dust, which is not a small count.
    leaves_small = (rest_without_part > 1e-6) & (rest_without_part < strictest[relation])
    is_revealing[part[~is_open & leaves_small]] = True
    is_revealing[total[(rest > 1e-6) & (rest < strictest)]] = True
    return is_revealing & can_hide


def _needing_one_more(table: AdditiveCells, is_hidden: Booleans) -> Booleans:
    """Whether each relation would give a hidden cell back as it stands."""
    entry = is_hidden[table.entry_cell]
    cell, relation = table.entry_cell[entry], table.entry_relation[entry]
    hidden = np.bincount(relation, minlength=table.relation_count)
    # Each is known to be 1 or more. A hidden total is at least the sum of its parts, so with one among
    # them this cannot be, unless all that is shown is zeros.
    hidden_sum = np.bincount(relation, weights=table.counts[cell], minlength=table.relation_count)
    each_is_one = (hidden > 0) & (hidden_sum <= hidden)
    return (hidden == 1) | each_is_one


def _one_more_each(table: AdditiveCells, needs_one_more: Booleans, can_hide: Booleans) -> Positions:
    """The cheapest cell that can be hidden in each relation that needs one; nothing where there is none."""
    # The entries are sorted: the first of a relation is its cheapest part, its total comes last.
    entries = np.flatnonzero(needs_one_more[table.entry_relation] & can_hide[table.entry_cell])
    relation = table.entry_relation[entries]
    is_first = np.ones(entries.size, dtype=bool)
    is_first[1:] = relation[1:] != relation[:-1]
    return np.unique(table.entry_cell[entries[is_first]])


def _total_of_relation(table: AdditiveCells) -> Positions:
    # One total a relation, and the entries are in order of relation.
    return table.entry_cell[table.entry_is_total]
