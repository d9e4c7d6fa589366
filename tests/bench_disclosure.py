"""`python -m tests.bench_disclosure`, part of `make bench`: hiding small counts, its time and its loss.

Ends with 1 where a bar is missed.

What each method leaves open stands side by side, and each measure beside its bar; a loss beside the least that any
method must lose.

Tables of districts, forces and regions × 12 kinds of offence × domestic or not, with all margins; made up. The usual
row-and-column rule hides one more cell wherever a sum has one hidden; the linear-algebra method shows cells, the
dearest first, as long as no small count becomes a sum of what is shown.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from pipeline import plan
from pipeline.disclosure.choose import choose_suppressed
from pipeline.disclosure.equations import read_equations
from pipeline.disclosure.intervals import find_intervals
from pipeline.disclosure.system import KNOWN, MARKED, OURS
from pipeline.disclosure.verify import find_flaws
from pipeline.publish.earlier import Released
from pipeline.publish.inputs import read_inputs
from pipeline.publish.tables import protect_values
from pipeline.settings import read_settings
from pipeline.warehouse import open_warehouse
from tests.bars import Measured, print_bars
from tests.disclosure.cell_tables import random_counts, table_of
from tests.disclosure.least_cost import find_least_cost

OFFENCES = np.array([0.30, 0.22, 0.14, 0.09, 0.07, 0.06, 0.04, 0.03, 0.02, 0.015, 0.01, 0.005])
DOMESTIC = np.array([0.35, 0.40, 0.30, 0.10, 0.50, 0.02, 0.30, 0.05, 0.60, 0.25, 0.10, 0.40])
# Districts, forces, regions (0: none), the most seconds to choose and to verify.
SIZES = [(25, 5, 0, 5.0, 1.0), (350, 43, 10, 120.0, 10.0)]
T = 5
SHAPES = [(6, 5), (8, 6), (4, 4, 2), (5, 4, 3), (6, 6, 2)]
SMALL_TABLES, CLOSING_SECONDS, BOUND_SECONDS = 40, 20.0, 40.0


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


def compare(
    name: str,
    method: Callable[[pd.DataFrame, pd.DataFrame], np.ndarray],
    cells: pd.DataFrame,
    relations: pd.DataFrame,
) -> tuple[float, float]:
    """Prints what a method hides, what that loses and what a reader still works out; returns seconds and the loss."""
    started = time.perf_counter()
    hidden = method(cells, relations)
    seconds = time.perf_counter() - started
    small = cells["count"].between(1, T - 1)
    audit = time.perf_counter()
    shown = cells.assign(value=cells["count"].where(~hidden))
    intervals = find_intervals(shown, relations).set_index("cell_id")
    audit = time.perf_counter() - audit
    of_small = intervals.loc[cells.loc[small, "cell_id"]]
    width = (of_small["high"] - of_small["low"]).fillna(np.inf)
    cost = loss_of(cells, hidden)
    # Confined is also what cannot reach the threshold.
    exact, narrow = (width == 0).sum(), ((width < T - 1) | (of_small["high"].fillna(np.inf) < T)).sum()
    print(
        f"{name:20}{seconds:9.2f}{audit:9.2f}{hidden.sum():9,}{cost:9.0f}{exact:7,}{narrow:8,}",
        flush=True,
    )
    return seconds, cost


def loss_of(cells: pd.DataFrame, hidden: np.ndarray) -> float:
    """What is lost by the cells that are hidden for the sake of others."""
    counts = cells["count"].to_numpy(float)
    return float((np.log1p(counts) + 1)[hidden & (counts >= T)].sum())


def bench_sizes() -> list[Measured]:
    """The three methods side by side at each size."""
    measured = []
    for districts, forces, regions, most, most_to_verify in SIZES:
        cells, relations = make_table(districts, forces, regions, seed=1)
        small = cells["count"].between(1, T - 1).sum()
        sums = relations["relation_id"].nunique()
        print(f"{districts} districts: {len(cells):,} cells, {small:,} small, {sums:,} sums")
        print(f"{'':20}{'seconds':>9}{'audit':>9}{'hidden':>9}{'cost':>9}{'exact':>7}{'narrow':>8}")
        compare("row and column", by_row_and_column, cells, relations)
        if districts < 100:
            compare("linear algebra", by_linear_algebra, cells, relations)
        seconds, cost = compare("linear programs", by_linear_programs, cells, relations)
        measured.append(Measured(f"{districts} districts", seconds, most))
        protection = choose_suppressed(cells, relations)
        started = time.perf_counter()
        find_flaws(cells, relations, protection)
        taken = time.perf_counter() - started
        measured.append(Measured(f"{districts} districts: verification", taken, most_to_verify))
        if districts < 100:
            bound = find_least_cost(cells, relations, BOUND_SECONDS).bound
            above = 100 * (cost / bound - 1)
            measured.append(Measured(f"{districts} districts: loss above the proven bound", above, 25.0, "%"))
    return measured


def bench_linked() -> Measured:
    """A month; then the next with the year to date, given the first."""
    first, relations = make_table(25, 5, 0, seed=1)
    second, _ = make_table(25, 5, 0, seed=2)
    size = len(first)
    both = first.assign(count=first["count"] + second["count"])
    started = time.perf_counter()
    was_hidden = choose_suppressed(first, relations).is_hidden.to_numpy()
    cells = pd.concat(
        [
            first.assign(role=np.where(was_hidden, MARKED, KNOWN)),
            *(
                each.assign(role=OURS, cell_id=each["cell_id"] + size * at)
                for at, each in ((1, second), (2, both))
            ),
        ],
        ignore_index=True,
    )
    columns = ["relation_id", "total_cell", "part_cell"]
    shifts = [relations[columns] + [at * size, at * size, at * size] for at in range(3)]
    months = [
        pd.DataFrame(
            {
                "relation_id": 3 * size + np.arange(size),
                "total_cell": 2 * size + np.arange(size),
                "part_cell": at * size + np.arange(size),
            }
        )
        for at in range(2)
    ]
    related = pd.concat([*shifts, *months], ignore_index=True)
    protection = choose_suppressed(cells, related)
    assert not find_flaws(cells, related, protection)
    return Measured("three linked releases of 25 districts", time.perf_counter() - started, 20.0)


def bench_small() -> list[Measured]:
    """What is lost in small tables above the least that must be."""
    above, slowest = [], 0.0
    for seed in range(SMALL_TABLES):
        shape = SHAPES[seed % len(SHAPES)]
        cells, relations = table_of(random_counts(np.random.default_rng(1_000 + seed), *shape))
        started = time.perf_counter()
        hidden = by_linear_programs(cells, relations)
        slowest = max(slowest, time.perf_counter() - started)
        least = find_least_cost(cells, relations, CLOSING_SECONDS)
        if least.cost:
            above.append(100 * (loss_of(cells, hidden) / least.cost - 1))
    print(f"{SMALL_TABLES} small tables: the optimum of {len(above)} closed; slowest choice {slowest:.1f} s")
    return [
        Measured("small tables: mean loss above the optimum", float(np.mean(above)), 10.0, "%"),
        Measured("small tables: worst loss above the optimum", max(above), 10.0, "%"),
    ]


def bench_demonstration() -> list[Measured]:
    """The demonstration's yearly publication, and that of the month before it, from one warehouse."""
    measured = []
    with tempfile.TemporaryDirectory() as folder:
        settings = read_settings(Path(folder))
        plan.write_demonstration(settings)
        plan.ingest(settings)
        plan.build(settings)
        with open_warehouse(settings) as warehouse:
            inputs = read_inputs(warehouse, settings.assessment)
    ends = pd.to_datetime(inputs.figures["period_end"])
    earlier: list[Released] = []
    for name, month in (("monthly", "2024-02-29"), ("yearly", "2024-03-31")):
        figures = inputs.figures[ends <= month].reset_index(drop=True)
        started = time.perf_counter()
        *_, proof = protect_values(replace(inputs, figures=figures), settings.assessment, earlier)
        taken = time.perf_counter() - started
        counted = f"{proof.tally['cells']:,} cells"
        measured.append(Measured(f"the demonstration's {name} release, {counted}", taken, 30.0))
        started = time.perf_counter()
        find_flaws(proof.cells, proof.relations, proof.protection)
        measured.append(
            Measured(
                f"the same: verification of {proof.private_tally['witness_tables']:,} tables",
                time.perf_counter() - started,
                1.0,
            )
        )
        earlier.append(proof.told)
    return measured


def bench_disclosure() -> list[Measured]:
    """Everything: what was measured, and the bar of each."""
    return [*bench_sizes(), bench_linked(), *bench_small(), *bench_demonstration()]


if __name__ == "__main__":
    sys.exit(print_bars(bench_disclosure()))
