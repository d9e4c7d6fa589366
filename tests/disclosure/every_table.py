"""Small tables with hidden cells, made from a seed, and every table of whole numbers that a reader could think of."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import product

import numpy as np
import pandas as pd

# A relation: its total, and each part with its coefficient.
Sums = tuple[tuple[str, tuple[tuple[str, float], ...]], ...]
# A table's counts, how they add up, and which cells to hide first.
Made = tuple[dict[str, int], Sums, list[str]]
SMALL = (0, 0, 1, 1, 1, 2, 2, 3, 4, 6)
MOST_TABLES = 30_000


class TooMany(Exception):
    """More tables than a test has time for."""


@dataclass(frozen=True)
class Puzzle:
    """What is shown of a table (None: hidden), how its cells add up, and what is known of the hidden ones."""

    shown: dict[str, int | None]
    sums: Sums
    least: dict[str, int]
    most: dict[str, int]

    def frames(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Cells and relations as `find_intervals` takes them."""
        cells = pd.DataFrame(
            {
                "cell_id": list(self.shown),
                "value": pd.array(list(self.shown.values()), dtype="Int64"),
                "least": pd.array([self.least.get(cell) for cell in self.shown], dtype="Int64"),
                "most": pd.array([self.most.get(cell) for cell in self.shown], dtype="Int64"),
            }
        )
        rows = [
            (f"r{number}", total, part, coefficient)
            for number, (total, parts) in enumerate(self.sums)
            for part, coefficient in parts
        ]
        return cells, pd.DataFrame(rows, columns=["relation_id", "total_cell", "part_cell", "coefficient"])

    @property
    def hidden(self) -> list[str]:
        """The hidden cells, in order."""
        return [cell for cell, value in self.shown.items() if value is None]


def list_tables(puzzle: Puzzle, cap: int) -> np.ndarray:
    """All fillings of the hidden cells with whole numbers, a row each, that agree with what is shown.

    Parts are at most `cap`, totals at most 20 times as much.
    Cell after cell takes each of its values; what can no longer add up is dropped. Raises TooMany.
    """
    # Totals last: by then their parts say what they are.
    totals = {total for total, _ in puzzle.sums}
    hidden = sorted(puzzle.hidden, key=lambda cell: cell in totals)
    matrix = np.zeros((len(puzzle.sums), len(hidden)))
    sums = np.zeros(len(puzzle.sums))
    for row, (total, parts) in enumerate(puzzle.sums):
        for cell, coefficient in (*parts, (total, -1.0)):
            value = puzzle.shown[cell]
            if value is None:
                matrix[row, hidden.index(cell)] += coefficient
            else:
                sums[row] -= coefficient * value
    low = np.array([puzzle.least.get(cell, 1) for cell in hidden], dtype=float)
    high = np.array(
        # A total may be the sum of many, some of them several times.
        [puzzle.most.get(cell, 20 * cap if cell in totals else cap) for cell in hidden],
        dtype=float,
    )
    smallest, largest = np.minimum(matrix * low, matrix * high), np.maximum(matrix * low, matrix * high)

    tables, rest = np.zeros((1, 0)), sums[None, :]
    for at in range(len(hidden)):
        still_low, still_high = smallest[:, at + 1 :].sum(axis=1), largest[:, at + 1 :].sum(axis=1)
        is_last_of = (matrix[:, at] != 0) & (matrix[:, at + 1 :] == 0).all(axis=1)
        if is_last_of.any():
            row = int(np.argmax(is_last_of))
            candidates = [rest[:, row] / matrix[row, at]]
        else:
            candidates = [np.full(len(tables), value) for value in np.arange(low[at], high[at] + 1)]
        found, left = [], []
        for values in candidates:
            after = rest - values[:, None] * matrix[:, at]
            fits = (values % 1 == 0) & (values >= low[at]) & (values <= high[at])
            fits &= ((after >= still_low) & (after <= still_high)).all(axis=1)
            found.append(np.column_stack([tables, values])[fits])
            left.append(after[fits])
        tables, rest = np.concatenate(found), np.concatenate(left)
        if len(tables) > MOST_TABLES:
            raise TooMany
    tables = tables[(rest == 0).all(axis=1)]
    return tables[:, [hidden.index(cell) for cell in puzzle.hidden]]


def intervals_by_listing(puzzle: Puzzle, cap: int, step: int) -> list[tuple[str, int, int | None]] | None:
    """Each hidden cell's lowest and highest value in all tables (None: no limit); None where there is no table.

    A cell has no limit if one table can be added to another again and again without harm: a table of the same
    relations whose shown cells are 0, and which is over 0 in that cell. Its parts are
    at most `step`, and those of the tables listed at most `cap`.
    """
    tables = list_tables(puzzle, cap)
    if not len(tables):
        return None
    steps = Puzzle(
        {cell: None if value is None else 0 for cell, value in puzzle.shown.items()},
        puzzle.sums,
        dict.fromkeys(puzzle.shown, 0),
        dict.fromkeys(puzzle.most, 0),
    )
    is_endless = (list_tables(steps, step) > 0).any(axis=0)
    return [
        (cell, int(low), None if endless else int(high))
        for cell, low, high, endless in zip(
            puzzle.hidden, tables.min(axis=0), tables.max(axis=0), is_endless, strict=True
        )
    ]


def make_grid(random: np.random.Generator, shape: tuple[int, ...]) -> Made:
    """A table of some dimensions with all its margins; hidden first: where two places along each dimension cross."""
    inside = random.choice(SMALL, size=shape)
    counts: dict[str, int] = {}
    sums = []
    for at in product(*(range(size + 1) for size in shape)):
        # The last place along a dimension is its total.
        where = tuple(slice(None) if here == size else here for here, size in zip(at, shape, strict=True))
        counts[_name(at)] = int(inside[where].sum())
        for axis, size in enumerate(shape):
            if at[axis] == size:
                parts = tuple((_name((*at[:axis], place, *at[axis + 1 :])), 1.0) for place in range(size))
                sums.append((_name(at), parts))
    pairs = [random.choice(size + 1, size=2, replace=False).tolist() for size in shape]
    return counts, tuple(sums), [_name(at) for at in product(*pairs)]


def make_tree(random: np.random.Generator) -> Made:
    """Areas within areas, split in two: each level adds up, and so do the splits."""
    counts: dict[str, int] = {}
    sums = []
    groups = [int(random.integers(2, 4)) for _ in range(int(random.integers(2, 4)))]
    for split in ("x", "y"):
        for group, size in enumerate(groups):
            for area in range(size):
                counts[f"{split}{group}.{area}"] = int(random.choice(SMALL))
            parts = [f"{split}{group}.{area}" for area in range(size)]
            counts[f"{split}{group}"] = sum(counts[part] for part in parts)
            sums.append((f"{split}{group}", tuple((part, 1.0) for part in parts)))
        parts = [f"{split}{group}" for group in range(len(groups))]
        counts[split] = sum(counts[part] for part in parts)
        sums.append((split, tuple((part, 1.0) for part in parts)))
    for cell in [cell[1:] for cell in counts if cell.startswith("x")]:
        counts[f"all{cell}"] = counts[f"x{cell}"] + counts[f"y{cell}"]
        sums.append((f"all{cell}", ((f"x{cell}", 1.0), (f"y{cell}", 1.0))))
    return counts, tuple(sums), []


def make_weighted(random: np.random.Generator) -> Made:
    """A few cells, and totals in which they stand with coefficients, halves and negative ones among them."""
    counts = {f"p{number}": int(random.choice(SMALL)) for number in range(int(random.integers(2, 7)))}
    parts_of = list(counts)
    sums = []
    while len(sums) < 3:
        size = int(random.integers(1, len(parts_of) + 1))
        parts = [str(part) for part in random.choice(parts_of, size=size, replace=False)]
        weights = random.choice([1.0, 1.0, 2.0, 3.0, -1.0, -2.0, 0.5], size=size).tolist()
        total = sum(weight * counts[part] for weight, part in zip(weights, parts, strict=True))
        if total >= 0 and total == int(total):
            counts[f"t{len(sums)}"] = int(total)
            sums.append((f"t{len(sums)}", tuple(zip(parts, weights, strict=True))))
    return counts, tuple(sums), []


def hide_some(random: np.random.Generator, made: Made, most_hidden: int) -> Puzzle:
    """A table with up to some cells hidden, mostly small ones; zeros are shown, or half of the time not.

    Half of the time those that are to be hidden first are.
    """
    counts, sums, first = made
    if random.random() < 0.5:
        first = []
    shows_zeros = bool(random.random() < 0.5)
    may_hide = [cell for cell, count in counts.items() if count > 0 or not shows_zeros]
    random.shuffle(may_hide)
    may_hide.sort(
        key=lambda cell: 0 if cell in first else 1 if counts[cell] < 5 or random.random() < 0.4 else 2
    )
    hidden = may_hide[: int(random.integers(1, most_hidden + 1))]
    most = {cell: 4 for cell in hidden if counts[cell] <= 4 and random.random() < 0.1}
    return Puzzle(
        {cell: None if cell in hidden else count for cell, count in counts.items()},
        sums,
        dict.fromkeys(hidden, 1 if shows_zeros else 0),
        most,
    )


def spoil(random: np.random.Generator, puzzle: Puzzle) -> Puzzle:
    """The same with one shown number a little off: perhaps no table agrees with it any more."""
    shown = [cell for cell, value in puzzle.shown.items() if value is not None]
    if not shown:
        return puzzle
    cell = str(random.choice(shown))
    value = puzzle.shown[cell]
    assert value is not None
    return replace(puzzle, shown={**puzzle.shown, cell: max(0, value + int(random.choice([-1, 1, 2])))})


def _name(at: tuple[int, ...]) -> str:
    return "-".join(map(str, at))
