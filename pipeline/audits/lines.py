"""What the lines across rows or columns say of a sum among them: borne out, refuted, or left open by markers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.disclosure.equations import Booleans, Floats

# Evidence is counted in bits: a total of 63 that its parts hit by chance is one of 64. Larger
# ones count as much as 255.
MOST_BITS = 8.0
# What open lines say together, at most; a line in which markers may stand for anything says less than nothing.
MOST_OPEN_BITS, ANYTHING = 4.0, 1.44


@dataclass(frozen=True)
class Verdicts:
    """Of several readings of a sum: whether a line refutes it, how many bear it out, and the bits that speak for it."""

    is_refuted: Booleans
    lines: Floats
    bits: Floats
    open_bits: Floats


@dataclass(frozen=True)
class Lines:
    """The least and the most of each item (a row) in each line (a column): the same where it is shown."""

    low: Floats
    high: Floats

    def judge(self, totals: Floats, parts_low: Floats, parts_high: Floats, filled: Floats) -> Verdicts:
        """Readings in rows: totals (nan: hidden), how low and high their parts are, and how many are `filled`: over 0.

        A line in which one part alone is over 0 bears nothing out, unless there is no other part.
        """
        is_shown = ~np.isnan(totals)
        is_full = is_shown & (parts_low == parts_high)
        with np.errstate(invalid="ignore", divide="ignore"):
            is_off = (is_shown & ((parts_low > totals) | (parts_high < totals))).any(axis=1)
            weight = np.log2(1 + np.nan_to_num(totals))
            rest = np.log2(1 + np.maximum(np.nan_to_num(totals) - parts_low, 0))
        bears_out = is_full & (parts_low == totals) & (filled > 1) & (totals > 0)
        left_open = np.where(is_shown & ~is_full, (weight - rest - ANYTHING) / 2, 0.0).sum(axis=1)
        return Verdicts(
            is_refuted=np.asarray(is_off),
            lines=bears_out.sum(axis=1).astype(float),
            bits=np.where(bears_out, np.minimum(weight, MOST_BITS), 0.0).sum(axis=1),
            open_bits=np.clip(left_open, -MOST_OPEN_BITS, MOST_OPEN_BITS),
        )

    def judge_one(self, total: int, parts: Sequence[int]) -> tuple[int, int]:
        """How many lines bear a sum out, and how many refute it."""
        low, high = self.low[list(parts)].sum(axis=0), self.high[list(parts)].sum(axis=0)
        is_off = (low > self.high[total]) | (high < self.low[total])
        is_full = (low == high) & (self.low[total] == self.high[total]) & (low == self.low[total]) & (low > 0)
        several = (self.low[list(parts)] > 0).sum(axis=0) > 1 if len(parts) > 1 else True
        return int((is_full & several).sum()), int(is_off.sum())

    @property
    def turned(self) -> Lines:
        """The lines as items, and the items as lines."""
        return Lines(self.low.T, self.high.T)
