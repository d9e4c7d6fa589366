"""Published figures that say something of everybody in a group: counts of 0, and shares of 100%."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from pipeline.publish.cells import KEY
from pipeline.publish.keys import CELL

MEANS = (
    "A count of 0 says of everybody in its group that it does not apply to them, and a share of 100% that it does: "
    "whoever knows that somebody belongs to the group knows it of that person. The proof does not forbid it; a "
    "reviewer decides."
)


@dataclass(frozen=True)
class Everybody:
    """Where such figures are, each in words: what is counted, the place, the kind of period, its start and its part."""

    zeros: tuple[str, ...]
    wholes: tuple[str, ...]


def find_everybody(cells: pd.DataFrame, values: pd.DataFrame) -> Everybody:
    """The shown zeros under a policy among `cells` (those told of a proof), and the shares of 100% in `values`.

    `values` are rows of indicator_values. A 0 that is shown rounded may be more, and says nothing of everybody.
    """
    is_shown = cells["threshold"].notna() & ~cells["is_hidden"].astype(bool) & cells["rounded"].isna()
    is_whole = (values["denominator"] > 0) & (values["numerator"] == values["denominator"])
    return Everybody(
        tuple(map(name_cell, cells[is_shown & (cells["count"] == 0)][KEY].to_dict("records"))),
        tuple(map(name_cell, values[is_whole][CELL].drop(columns="period_end").to_dict("records"))),
    )


def name_cell(cell: dict) -> str:
    """A cell in words, in the order of its columns, with the start of its period last."""
    words = [str(word) for name, word in cell.items() if name != "period_start"]
    return " ".join(
        [*(word for word in words if word not in ("", "none", "all")), f"{cell['period_start']:%Y-%m-%d}"]
    )
