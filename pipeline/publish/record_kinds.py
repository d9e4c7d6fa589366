"""Counts of one place and period as sums of kinds of record, for the reader who thinks in records."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from itertools import chain

import numpy as np
import pandas as pd
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components

from pipeline.disclosure.at_once import at_once
from pipeline.disclosure.records import RecordTable, hide_from_records
from pipeline.disclosure.system import KNOWN, OURS, REMAINDER
from pipeline.publish.costs import KINDS
from pipeline.publish.relations import SPLITS

PLACE = ["area_type", "area_code", "period_type", "period_start"]
RECORD = ["kind", "period_start", "split", "breakdown_value"]
POOLED, YEARS_POOLED = "pooled_years", 3
SPLITS_IN = {"all": SPLITS, "flag_known": SPLITS[:2], **{split: (split,) for split in SPLITS}}


@dataclass(frozen=True, eq=False)
class RecordKinds:
    """The unprotected numbers of records by kind, and what each kind counts in.

    `numbers` are rows of fct_record_kinds, `members` of dim_record_kinds.
    """

    numbers: pd.DataFrame
    members: pd.DataFrame


def hide_by_records(
    cells: pd.DataFrame, relations: pd.DataFrame, is_hidden: pd.Series, kinds: RecordKinds
) -> tuple[list[Hashable], list[Hashable], list[Hashable]]:
    """The cells that must be hidden besides, the small counts that could be worked out all the same, and among what
    earlier releases told those that these gave away.

    `cells` and `relations` are those of a proof, with remainders; `is_hidden` is by cell_id. Each place and period is
    read by itself, pooled years with their single ones: the counts together, by kind of offence where they are told so,
    and with each other breakdown those of the same measures. Counts that are rounded together are left to their own
    proof.
    """
    was_hidden = is_hidden.reindex(cells["cell_id"]).to_numpy(dtype=bool)
    hidden = was_hidden.copy()
    lost: list[Hashable] = []
    given_away: list[Hashable] = []
    small_rests = _small_rests(cells, relations)
    cells = cells.assign(cost=_cost_with_equals(cells, relations))

    def hide(blocks: list[_Block]) -> list[tuple[np.ndarray, np.ndarray]]:
        found = []
        for block in blocks:
            table, at = _table(block, small_rests)
            # What is left of a total is published by nobody: it stands after the cells.
            rests = np.ones(table.least.size - at.size, dtype=bool)
            further, closed = hide_from_records(table, np.append(hidden[at], rests))
            hidden[at[further]] = True
            found.append((at, at[closed[closed < at.size]]))
        return found

    for at, closed in chain.from_iterable(
        at_once(hide, _part(list(_blocks(cells, hidden, kinds)), len(cells)))
    ):
        was_told = (cells["role"].iloc[at] == KNOWN).any()
        (given_away if was_told else lost).extend(cells["cell_id"].iloc[closed].tolist())
    return cells.loc[hidden & ~was_hidden, "cell_id"].tolist(), lost, given_away


@dataclass(frozen=True, eq=False)
class _Block:
    """Cells of one place that are made of the same records: with `counted`, a column of `is_member`, and `at`.

    `records` are rows of fct_record_kinds of the breakdown, `whole` those without, `possible` the kinds that occur
    anywhere then; `kind` is a row of `is_member`.
    """

    cells: pd.DataFrame
    records: pd.DataFrame
    whole: pd.DataFrame
    possible: pd.DataFrame
    is_member: np.ndarray


def _blocks(cells: pd.DataFrame, hidden: np.ndarray, kinds: RecordKinds) -> Iterator[_Block]:
    """Each place, period and breakdown with a small count that is hidden; pooled years before their single ones."""
    codes, keys, is_member = _read_members(kinds.members)
    named = cells.assign(at=np.arange(len(cells)), lens_id=cells["lens_id"].astype("str")).merge(
        codes, on=["measure_id", "lens_id"]
    )
    named = named[named["split"].isin(SPLITS_IN)].reset_index(drop=True)
    is_small = hidden[named["at"]] & (named["count"] > 0) & (named["count"] < named["threshold"])
    numbers = kinds.numbers.assign(kind=keys.get_indexer(pd.Index(kinds.numbers["kind_key"])))
    by_place: dict[tuple, pd.DataFrame] = dict(list(numbers.groupby(PLACE)))
    by_period: dict[tuple, pd.DataFrame] = dict(list(numbers.groupby(PLACE[2:])))
    told: dict[tuple, pd.DataFrame] = dict(list(named.groupby(PLACE)))
    read: set[tuple] = set()
    for place in sorted(told, key=lambda place: (place[2] != POOLED, place)):
        singles = _single_periods(place)
        if any((*place[:2], *single) not in by_place for single in singles):
            singles = [place[2:]]
        periods = [single for single in {place[2:], *singles} if (*place[:2], *single) in told]
        together = pd.concat([told[*place[:2], *period] for period in sorted(periods)])
        if (*place[:2], *singles[0]) not in by_place or together["rounded"].notna().any():
            continue
        here = pd.concat([by_place[*place[:2], *single] for single in singles])
        anywhere = pd.concat([by_period[single] for single in singles])
        whole = here[here["breakdown"] == "none"]
        for breakdown in _breakdowns(told[place]):
            block = _choose_cells(together, breakdown)
            records = here[here["breakdown"] == breakdown]
            if (*place, breakdown) not in read and len(records) and is_small[block.index].any():
                possible = anywhere[anywhere["breakdown"] == breakdown]
                yield _Block(block, records, whole, possible, is_member)
            read |= {(*place[:2], *single, breakdown) for single in singles}


def _part(blocks: list[_Block], cell_count: int) -> list[list[_Block]]:
    """The blocks in groups that share no cell, so that what one hides changes nothing for another; most cells first."""
    sizes = [len(block.cells) for block in blocks]
    at = np.concatenate([np.zeros(0, dtype=int), *(block.cells["at"].to_numpy() for block in blocks)])
    ties = np.repeat(np.arange(len(blocks)), sizes), len(blocks) + at
    count = len(blocks) + cell_count
    group = connected_components(coo_array((np.ones(at.size), ties), shape=(count, count)), directed=False)[1]
    groups: dict[int, list[_Block]] = {}
    for block, number in zip(blocks, group[: len(blocks)].tolist(), strict=True):
        groups.setdefault(number, []).append(block)
    return sorted(groups.values(), key=lambda group: -sum(len(block.cells) for block in group))


def _read_members(members: pd.DataFrame) -> tuple[pd.DataFrame, pd.Index, np.ndarray]:
    """The number of each count (`counted`, by measure and definition), the kinds, and which kind counts in which."""
    counted = members.groupby(["measure_id", "lens_id"], sort=True).ngroup()
    codes = members[["measure_id", "lens_id"]].assign(counted=counted).drop_duplicates()
    keys = pd.Index(members["kind_key"].unique())
    is_member = np.zeros((keys.size, len(codes)), dtype=bool)
    is_member[keys.get_indexer(pd.Index(members["kind_key"])), counted] = True
    return codes, keys, is_member


def _single_periods(place: tuple) -> list[tuple[str, pd.Timestamp]]:
    """The periods whose records a place's counts are made of."""
    if place[2] != POOLED:
        return [place[2:]]
    return [("financial_year", place[3] + pd.DateOffset(years=year)) for year in range(YEARS_POOLED)]


def _choose_cells(cells: pd.DataFrame, breakdown: str) -> pd.DataFrame:
    """What is read with a breakdown: everything with kinds of offence, of others the same measures."""
    block = cells[cells["breakdown"].isin([breakdown, "none"])]
    if breakdown in ("none", KINDS):
        return block
    return block[block["counted"].isin(block.loc[block["breakdown"] == breakdown, "counted"])]


def _breakdowns(rows: pd.DataFrame) -> list[str]:
    """The breakdowns to read a place by: undivided counts stand beside kinds of offence where there are any."""
    found = sorted(rows["breakdown"].unique())
    return [name for name in found if name != "none"] + ([] if KINDS in found else ["none"])


def _table(block: _Block, small_rests: pd.DataFrame) -> tuple[RecordTable, np.ndarray]:
    """The counts of one block, with what is left of totals after the cells, and the positions of its cells.

    `possible` kinds may occur here, as far as no count of nothing says otherwise. A count that an earlier release told
    otherwise is one of other records, and left out.
    """
    cells = block.cells
    used = np.unique(cells["counted"])
    first, kind = _find_alike(block.is_member[:, used])
    numbers = _count(block, kind)
    members = block.is_member[first][:, used][numbers.index.get_level_values("kind")].T
    holds = members[np.searchsorted(used, cells["counted"])] & _lie_in(cells, numbers)
    records = numbers.to_numpy(float)
    is_told = holds @ records == cells["count"].to_numpy(float)
    is_none = is_told & (cells["count"] == 0).to_numpy()
    is_possible = ~holds[is_none].any(axis=0)
    cells, holds, records = (
        cells[is_told & ~is_none],
        holds[is_told & ~is_none][:, is_possible],
        records[is_possible],
    )
    at_cell = {cell: at for at, cell in enumerate(cells["cell_id"])}
    rests = small_rests[small_rests["total"].isin(at_cell) & small_rests["part"].isin(at_cell)]
    total, part = (rests[name].map(at_cell).to_numpy(int) for name in ("total", "part"))
    rows = np.concatenate([holds, holds[total] & ~holds[part]])
    # Kinds that no count tells apart are one.
    first, one = _find_alike(rows.T)
    return RecordTable(
        membership=csr_array(rows[:, first].astype(float)),
        records=np.bincount(one, weights=records).astype(float),
        least=np.append(np.ones(len(cells)), np.zeros(len(rests))),
        thresholds=np.append(cells["threshold"].to_numpy(float), rests["threshold"].to_numpy(float)),
        costs=np.append(cells["cost"].to_numpy(float), np.zeros(len(rests))),
        may_be_hidden=np.append(
            ((cells["role"] == OURS) & cells["threshold"].notna()).to_numpy(),
            np.zeros(len(rests), dtype=bool),
        ),
    ), cells["at"].to_numpy()


def _find_alike(rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The position of the first of each kind of row of booleans, and of which kind each row is."""
    _, first, kind = np.unique(np.packbits(rows, axis=1), axis=0, return_index=True, return_inverse=True)
    return first, kind


def _lie_in(cells: pd.DataFrame, numbers: pd.Series) -> np.ndarray:
    """A row a cell and a column a number: whether that lies in the cell's period, split and breakdown value."""
    start, split, value = (numbers.index.get_level_values(name).to_numpy(object) for name in RECORD[1:])
    is_split = {name: np.isin(split, parts) for name, parts in SPLITS_IN.items()}
    asked = cells[["period_type", "period_start", "split", "breakdown", "breakdown_value"]]
    which = asked.groupby(list(asked.columns), sort=False, dropna=False).ngroup().to_numpy()
    inside = [
        is_split[part]
        & ((period_type == POOLED) | (start == first_day))
        & ((breakdown == "none") | (value == its_value))
        for period_type, first_day, part, breakdown, its_value in asked.drop_duplicates()
        .to_numpy(object)
        .tolist()
    ]
    return np.array(inside)[which]


def _count(block: _Block, kind: np.ndarray) -> pd.Series:
    """The number of records by RECORD, those of which the breakdown is not known and those of no record among them."""

    def add_up(rows: pd.DataFrame, on: list[str]) -> pd.Series:
        return rows.assign(kind=kind[rows["kind"]]).groupby(on)["record_count"].sum().astype(float)

    records = add_up(block.records, RECORD)
    if "none" not in set(block.records["breakdown"]):
        left = add_up(block.whole, RECORD[:3]).sub(records.groupby(level=RECORD[:3]).sum(), fill_value=0.0)
        unknown = left[left > 0].rename("record_count").reset_index().assign(breakdown_value="")
        both = pd.concat([records, unknown.set_index(RECORD)["record_count"]])
        records = both.groupby(level=RECORD).sum()
    possible = add_up(block.possible, RECORD).index
    return records.reindex(records.index.union(possible), fill_value=0.0)


def _cost_with_equals(cells: pd.DataFrame, relations: pd.DataFrame) -> np.ndarray:
    """What hiding each cell loses with those that are equal to it by a relation: they go together, or not at all."""
    alone = relations[~relations["relation_id"].duplicated(keep=False)]
    ids = pd.Index(cells["cell_id"])
    pairs = ids.get_indexer(alone["total_cell"]), ids.get_indexer(alone["part_cell"])
    ties = coo_array((np.ones(len(alone)), pairs), shape=(ids.size, ids.size))
    group = connected_components(ties, directed=False)[1]
    costs = cells["cost"].fillna(0.0).to_numpy(float)
    return np.bincount(group, weights=costs)[group]


def _small_rests(cells: pd.DataFrame, relations: pd.DataFrame) -> pd.DataFrame:
    """What a count leaves of a wider one where that is small: total, part and threshold."""
    by_cell = cells.set_index("cell_id")
    size = relations.groupby("relation_id")["part_cell"].transform("size")
    pairs = relations[size == 2]
    is_rest = (pairs["part_cell"].map(by_cell["role"]) == REMAINDER).to_numpy()
    rests = pairs[is_rest].assign(
        count=pairs["part_cell"].map(by_cell["count"]), threshold=pairs["part_cell"].map(by_cell["threshold"])
    )
    small = rests[rests["count"] < rests["threshold"]].set_index("relation_id")
    parts = pairs[~is_rest & pairs["relation_id"].isin(small.index)].set_index("relation_id")["part_cell"]
    return (
        small[["total_cell", "threshold"]]
        .join(parts.rename("part"), how="inner")
        .rename(columns={"total_cell": "total"})
    )
