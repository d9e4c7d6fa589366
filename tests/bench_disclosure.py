"""`python -m tests.bench_disclosure`: what it takes to hide small counts, and what each method leaves open. Prints.

Tables of districts, forces and regions × 12 kinds of offence × domestic or not, with all margins; made up. The usual
row-and-column rule hides one more cell wherever a sum has one hidden; the linear-algebra method shows cells, the
dearest first, as long as no small count becomes a sum of what is shown.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
import pandas as pd

from pipeline.disclosure.choose import choose_suppressed
from pipeline.disclosure.equations import read_equations
from pipeline.disclosure.intervals import find_intervals
from pipeline.disclosure.verify import find_flaws

OFFENCES = np.array([0.30, 0.22, 0.14, 0.09, 0.07, 0.06, 0.04, 0.03, 0.02, 0.015, 0.01, 0.005])
DOMESTIC = np.array([0.35, 0.40, 0.30, 0.10, 0.50, 0.02, 0.30, 0.05, 0.60, 0.25, 0.10, 0.40])
# Districts, forces, regions (0: none).
SIZES = [(25, 5, 0), (350, 43, 10)]
T = 5


def make_table(districts: int, forces: int, regions: int, seed: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Cells and relations of one year, some 1,000 offences a district."""
    random = np.random.default_rng(seed)
    people = random.lognormal(0, 0.5, districts)
    expected = 1_000 * (people / people.mean())[:, None, None] * OFFENCES[:, None]
    expected = (
        expected * np.stack([DOMESTIC, 1 - DOMESTIC], -1) * random.lognormal(0, 0.3, (districts, 12, 2))
    )
    inside = random.poisson(expected)
    above, level, first = [], np.arange(districts), 0
    for size in [size for size in (forces, regions, 1) if size]:
        group = np.sort(np.arange(len(level)) % size)
        above.append((level, group, first + len(level)))
        first, level = first + len(level), np.arange(size)
    counts = [inside]
    for _, group, _ in above:
        counts.append(np.stack([counts[-1][group == each].sum(axis=0) for each in range(group.max() + 1)]))
    areas = np.concatenate(counts)
    full = np.zeros((len(areas), 13, 3), dtype=int)
    full[:, :12, :2], full[:, 12, :2] = areas, areas.sum(axis=1)
    full[:, :, 2] = full[:, :, 0] + full[:, :, 1]
    names = np.arange(full.size).reshape(full.shape)
    sums = [(names[a, 12, d], names[a, :12, d]) for a in range(len(areas)) for d in range(3)]
    sums += [(names[a, o, 2], names[a, o, :2]) for a in range(len(areas)) for o in range(13)]
    start = 0
    for below, group, at in above:
        for each in range(group.max() + 1):
            parts = start + below[group == each]
            sums += [(names[at + each, o, d], names[parts, o, d]) for o in range(13) for d in range(3)]
        start = at
    rows = [(number, total, part) for number, (total, parts) in enumerate(sums) for part in parts]
    cells = pd.DataFrame(
        {"cell_id": names.ravel(), "count": full.ravel().astype(float), "threshold": float(T)}
    )
    return cells, pd.DataFrame(rows, columns=["relation_id", "total_cell", "part_cell"])


def by_row_and_column(cells: pd.DataFrame, relations: pd.DataFrame) -> np.ndarray:
    """Small counts, and the smallest other part of every sum that has one hidden, until none has."""
    counts = cells["count"].to_numpy()
    hidden = (counts > 0) & (counts < T)
    sums = [
        (int(rows["total_cell"].iloc[0]), rows["part_cell"].to_numpy())
        for _, rows in relations.groupby("relation_id")
    ]
    changed = True
    while changed:
        changed = False
        for total, parts in sums:
            every = [*parts[np.argsort(counts[parts], kind="stable")], total]
            if sum(hidden[cell] for cell in every) == 1:
                further = next((cell for cell in every if not hidden[cell] and counts[cell] > 0), None)
                if further is not None:
                    hidden[further] = changed = True
    return hidden


def by_linear_algebra(cells: pd.DataFrame, relations: pd.DataFrame) -> np.ndarray:
    """Everything hidden but what can be shown, dearest first, with no small count in the span of what is shown."""
    counts = cells["count"].to_numpy()
    small = (counts > 0) & (counts < T)
    equations = read_equations(pd.Index(cells["cell_id"]), relations).toarray()
    # A basis of the changes that keep every sum and every zero.
    free = np.flatnonzero(counts > 0)
    _, values, vectors = np.linalg.svd(equations[:, free])
    basis = vectors[(values > 1e-9).sum() :].T
    hidden = np.zeros(counts.size, dtype=bool)
    hidden[small] = True
    inside = np.flatnonzero(small[free])
    for at in np.argsort(-counts[free], kind="stable"):
        if small[free[at]]:
            continue
        row = basis[at]
        norm = np.linalg.norm(row)
        if norm < 1e-9:
            continue
        direction = row / norm
        left = basis - np.outer(basis @ direction, direction)
        if (np.linalg.norm(left[inside], axis=1) < 1e-9).any():
            hidden[free[at]] = True
        else:
            basis = left
    return hidden


def by_linear_programs(cells: pd.DataFrame, relations: pd.DataFrame) -> np.ndarray:
    """What the product hides."""
    protection = choose_suppressed(cells, relations)
    assert not find_flaws(cells, relations, protection)
    return protection.is_hidden.to_numpy()


def bench(
    name: str,
    method: Callable[[pd.DataFrame, pd.DataFrame], np.ndarray],
    cells: pd.DataFrame,
    relations: pd.DataFrame,
) -> None:
    """Times a method and prints what it hides, what that loses, and what a reader can still work out."""
    started = time.perf_counter()
    hidden = method(cells, relations)
    seconds = time.perf_counter() - started
    counts = cells["count"].to_numpy()
    small = (counts > 0) & (counts < T)
    audit = time.perf_counter()
    intervals = find_intervals(cells.assign(value=cells["count"].where(~hidden)), relations).set_index(
        "cell_id"
    )
    audit = time.perf_counter() - audit
    of_small = intervals.loc[cells.loc[small, "cell_id"]]
    width = (of_small["high"] - of_small["low"]).fillna(np.inf)
    cost = (np.log1p(counts) + 1)[hidden & ~small].sum()
    exact, narrow = (width == 0).sum(), (width < T - 1).sum()
    print(
        f"{name:20}{seconds:9.2f}{audit:9.2f}{hidden.sum():9,}{cost:9.0f}{exact:7,}{narrow:8,}",
        flush=True,
    )


def main() -> None:
    """Prints a table a size."""
    for districts, forces, regions in SIZES:
        cells, relations = make_table(districts, forces, regions, seed=1)
        small = ((cells["count"] > 0) & (cells["count"] < T)).sum()
        print(
            f"{districts} districts: {len(cells):,} cells, {small:,} small, {relations['relation_id'].nunique():,} sums"
        )
        print(f"{'':20}{'seconds':>9}{'audit':>9}{'hidden':>9}{'cost':>9}{'exact':>7}{'narrow':>8}")
        bench("row and column", by_row_and_column, cells, relations)
        if districts < 100:
            bench("linear algebra", by_linear_algebra, cells, relations)
        bench("linear programs", by_linear_programs, cells, relations)


if __name__ == "__main__":
    main()
