"""What is left of a list → one whole of which it is made, some of it being parts of other parts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from pipeline.audits.hierarchies import AGAINST_ALL, FOR_A_NAME, Names, Sum
from pipeline.audits.lines import Lines
from pipeline.disclosure.equations import Floats

# Looking is given up after so many steps, and not begun in longer lists.
MOST_STEPS, LONGEST = 20_000, 40


@dataclass(frozen=True)
class _Split:
    """The parts of the whole so far, and what is a part of each; the first of each group is the part itself."""

    groups: tuple[tuple[int, ...], ...]

    def sums(self, total: int) -> list[Sum]:
        inner = [Sum(group[0], tuple(sorted(group[1:]))) for group in self.groups if len(group) > 1]
        return [*inner, Sum(total, tuple(sorted(group[0] for group in self.groups)))]


class Wholes:
    """The search for a whole that lines bear out, where markers in the lines of its parts' parts hide these."""

    def __init__(self, lines: Lines, names: Names) -> None:
        self._lines, self._names = lines, names
        self._steps = 0

    def find(self, total: int, others: list[int]) -> list[Sum]:
        """The sums of a total of which all others are parts, or parts of parts: those that most speaks for."""
        if not 2 < len(others) <= LONGEST:
            return []
        best: list[Sum] = []
        most = AGAINST_ALL + len(others) - (FOR_A_NAME if self._names.is_called[total] else 0.0)
        for way in (others, others[::-1]):
            self._steps = 0
            for split in self._go_on(total, way, 1, _Split(((way[0],),)), self._lines.low[way[0]]):
                sums = [self._weigh(each) for each in split.sums(total)]
                bits = sum(each for _, each in sums)
                if sums[-1][0].lines and bits > most:
                    most, best = bits, [each for each, _ in sums]
        return best

    def _go_on(self, total: int, way: list[int], at: int, split: _Split, low: Floats) -> Iterator[_Split]:
        self._steps += 1
        if self._steps > MOST_STEPS or (low > self._lines.high[total]).any():
            return
        last = split.groups[-1]
        is_closed = len(last) != 2 and not self._is_refuted(last[0], last[1:])
        if at == len(way):
            if is_closed and not self._is_refuted(total, [group[0] for group in split.groups]):
                yield split
            return
        if is_closed:
            further = _Split((*split.groups, (way[at],)))
            yield from self._go_on(total, way, at + 1, further, low + self._lines.low[way[at]])
        longer = (*last, way[at])
        if (self._lines.low[list(longer[1:])].sum(axis=0) <= self._lines.high[last[0]]).all():
            yield from self._go_on(total, way, at + 1, _Split((*split.groups[:-1], longer)), low)

    def _is_refuted(self, total: int, parts: list[int] | tuple[int, ...]) -> bool:
        return len(parts) > 0 and self._lines.judge_one(total, parts)[1] > 0

    def _weigh(self, each: Sum) -> tuple[Sum, float]:
        parts = list(each.parts)
        totals = np.where(
            self._lines.low[each.total] == self._lines.high[each.total], self._lines.low[each.total], np.nan
        )
        low, high = self._lines.low[parts], self._lines.high[parts]
        verdicts = self._lines.judge(
            *(one[None] for one in (totals, low.sum(0), high.sum(0), (low > 0).sum(0)))
        )
        return Sum(each.total, each.parts, int(verdicts.lines[0])), float(
            verdicts.bits[0] + verdicts.open_bits[0]
        )
