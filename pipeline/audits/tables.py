"""Cells with their relations, as an audit takes them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from pipeline.audits.figures import Figure

# Beyond, the programs that look for the least and the most no longer tell numbers apart by 1.
LARGEST = 10_000_000


@dataclass(frozen=True)
class Tables:
    """Figures by cell, relations as `find_intervals` takes them, and what a cell is called in words, where it is.

    `assumed` are the relations that only a name speaks for.
    """

    figures: Mapping[str, Figure]
    relations: pd.DataFrame
    labels: Mapping[str, str]
    assumed: frozenset[str] = frozenset()

    @property
    def borne_out(self) -> pd.DataFrame:
        """The relations without those that are assumed."""
        return self.relations[~self.relations["relation_id"].isin(self.assumed)]

    @property
    def cells(self) -> pd.DataFrame:
        """A row a cell: cell_id, value, least, most; null where hidden, and where nothing is known."""
        figures = list(self.figures.values())
        columns = {
            name: pd.array([getattr(figure, name) for figure in figures], dtype="Float64")
            for name in ("value", "least", "most")
        }
        return pd.DataFrame({"cell_id": list(self.figures), **columns})


def make_relations(rows: list[tuple[str, str, str, float]]) -> pd.DataFrame:
    """Relations from a row a part: relation_id, total_cell, part_cell, coefficient."""
    return pd.DataFrame(rows, columns=["relation_id", "total_cell", "part_cell", "coefficient"])
