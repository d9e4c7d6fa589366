"""Tables drawn as words, and random ones with all their margins, as cells and relations."""

from __future__ import annotations

import numpy as np
import pandas as pd


def cells_of(**counts: float) -> pd.DataFrame:
    """A cell a name, with threshold 5; names in CAPITALS are openly published."""
    return pd.DataFrame(
        {
            "cell_id": list(counts),
            "count": list(counts.values()),
            "threshold": pd.array([None if name.isupper() else 5 for name in counts], dtype="Int64"),
        }
    )


def sums_of(*sums: str) -> pd.DataFrame:
    """A relation a sum, written as 'total = part + part'."""
    rows = []
    for relation_id, line in enumerate(sums):
        total, parts = line.split(" = ")
        rows += [(relation_id, total, part) for part in parts.split(" + ")]
    return pd.DataFrame(rows, columns=["relation_id", "total_cell", "part_cell"])


def table_of(inside: np.ndarray) -> tuple[pd.DataFrame, pd.DataFrame]:
    """A table of counts of any number of dimensions with every margin, threshold 5."""
    full = inside
    for axis in range(inside.ndim):
        full = np.concatenate([full, full.sum(axis=axis, keepdims=True)], axis=axis)
    names = np.arange(full.size).reshape(full.shape)
    relations = []
    for axis in range(full.ndim):
        lines = np.moveaxis(names, axis, -1).reshape(-1, full.shape[axis])
        relations += [(f"{axis}.{line[-1]}", line[-1], part) for line in lines for part in line[:-1]]
    cells = pd.DataFrame({"cell_id": names.ravel(), "count": full.ravel(), "threshold": 5})
    return cells, pd.DataFrame(relations, columns=["relation_id", "total_cell", "part_cell"])


def random_counts(random: np.random.Generator, *shape: int) -> np.ndarray:
    """Counts small and large, some of them 0."""
    return random.poisson(np.exp(random.normal(1.5, 1.5, shape)))
