"""What a reader can work out, by a solver that is not the product's: OR-tools' CP-SAT, of whole numbers alone."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd
from ortools.sat.python import cp_model

Intervals = list[tuple[str, int, int | None]]


def intervals_by_cp_sat(cells: pd.DataFrame, relations: pd.DataFrame, asked: Iterable[str]) -> Intervals:
    """The lowest and the highest value of each cell asked for; None: no limit, for it is far beyond any total.

    `cells` has cell_id, value (null where hidden), least (1 where null) and most (null: no limit); `relations` are
    those of `find_intervals`.
    """
    largest = int(cells["value"].max())
    cap = 1_000 * largest
    model = cp_model.CpModel()
    known = cells.set_index("cell_id").astype("Int64")
    numbers = {
        cell: model.new_int_var(_or(least, 1), _or(most, cap), str(cell)) if pd.isna(value) else int(value)
        for cell, value, least, most in known[["value", "least", "most"]].itertuples()
    }
    for _, rows in relations.groupby("relation_id", sort=False):
        total = numbers[rows["total_cell"].iloc[0]]
        parts = [numbers[part] for part in rows["part_cell"]]
        weights = rows["coefficient"] if "coefficient" in rows else [1] * len(rows)
        if any(not isinstance(number, int) for number in (total, *parts)):
            model.add(sum(int(weight) * part for weight, part in zip(weights, parts, strict=True)) == total)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    found: Intervals = []
    for cell in asked:
        ends = []
        for ask in (model.minimize, model.maximize):
            ask(numbers[cell])
            assert solver.solve(model) == cp_model.OPTIMAL
            ends.append(round(solver.objective_value))
        found.append((cell, ends[0], ends[1] if ends[1] < 10 * largest else None))
    return found


def _or(known: object, otherwise: int) -> int:
    return otherwise if pd.isna(known) else int(known)
