"""Rows or columns in their order → the sums among neighbours that their numbers bear out best."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import log2

import numpy as np

from pipeline.audits.lines import Lines
from pipeline.disclosure.equations import Floats

# Readings that are followed beside each other, for each item of the longest table that takes no longer for it.
MOST_READINGS, MOST_STEPS = 24, 4_000
# Of the runs beside a total that nothing refutes, so many that most speaks for.
MOST_RUNS = 8
# In longer lists nothing but a name speaks for a sum that no line bears out.
LONG = 150
# Bits that a total is believed by for its name, and that lie against a longer list of wholes.
FOR_A_NAME, AGAINST_MANY = 4.0, 0.1
# Bits that one who takes a sum of everything for chance would ask for.
AGAINST_ALL = 5.5


@dataclass(frozen=True)
class Sum:
    """The place of a total, those of its parts, and how many lines of numbers bear it out."""

    total: int
    parts: tuple[int, ...]
    lines: int = 0


@dataclass(frozen=True)
class _Reading:
    """Items that are no part of any other so far, what speaks for it, and the sums."""

    roots: tuple[int, ...] = ()
    bits: float = 0.0
    sums: tuple[Sum, ...] = ()

    @property
    def rank(self) -> float:
        return self.bits - AGAINST_MANY * log2(1 + len(self.roots))


@dataclass(frozen=True)
class Names:
    """Of each item, whether it is called a total, and whether it is called a part that overlaps others."""

    is_called: tuple[bool, ...]
    is_of_which: tuple[bool, ...]


class Hierarchy:
    """The reading of a list in which totals follow their parts or go before them, with none but them between.

    Each total stands for its parts afterwards, and may have several sums. What speaks for a reading are the lines
    that bear its sums out; against a sum speaks how many others could have come out by chance.
    """

    def __init__(self, lines: Lines, names: Names) -> None:
        self._lines, self._names = lines, names
        self._shown = np.where(lines.low == lines.high, lines.low, np.nan)
        self._filled = (lines.low > 0).astype(float)
        size = max(2, len(lines.low))
        self._against_first, self._against_more = 3 + 2 * log2(size), 2 + 1.3 * log2(size)
        self._width = max(2, min(MOST_READINGS, MOST_STEPS // size))

    def read(self) -> tuple[Sum, ...]:
        """The sums of the best reading, the innermost first."""
        readings = [_Reading()]
        for item in range(len(self._shown)):
            readings = self._go_on([_Reading((*each.roots, item), each.bits, each.sums) for each in readings])
        return max(readings, key=self._rank_as_whole).sums

    def _rank_as_whole(self, reading: _Reading) -> float:
        if not reading.sums:
            return reading.rank
        is_known = any(each.lines and self._names.is_called[each.total] for each in reading.sums)
        against = 0.0 if is_known else self._against_first - self._against_more
        whole = reading.sums[-1]
        is_found = len(reading.roots) == 1 and whole.lines > 0
        return reading.rank - against + (self._against_first - AGAINST_ALL if is_found else 0.0)

    def _go_on(self, readings: list[_Reading]) -> list[_Reading]:
        best = {each.roots: each for each in readings}
        fresh = readings
        while fresh:
            found = [after for each in fresh for after in self._take_parts(each)]
            fresh = []
            for each in found:
                if each.roots not in best or best[each.roots].bits < each.bits:
                    best[each.roots] = each
                    fresh.append(each)
            fresh = sorted(fresh, key=lambda each: -each.rank)[: self._width]
        return sorted(best.values(), key=lambda each: -each.rank)[: self._width]

    def _take_parts(self, reading: _Reading) -> Iterator[_Reading]:
        """The readings in which the last item takes those before it as parts, or one before takes all after it."""
        roots = np.array(reading.roots[::-1])
        if roots.size < 2:
            return
        low, high, filled, shown = (
            each[roots] for each in (self._lines.low, self._lines.high, self._filled, self._shown)
        )
        sums = [np.cumsum(each, axis=0) for each in (low, high, filled)]
        # The last as total: of the next one, the next two … (newest first).
        is_last = [each[1:] - each[:1] for each in (sums[0], sums[2])]
        last_high = np.cumsum(high[1:], axis=0)
        yield from self._judge(
            reading, roots, True, np.broadcast_to(shown[:1], low[1:].shape), is_last[0], last_high, is_last[1]
        )
        yield from self._judge(reading, roots, False, shown[1:], sums[0][:-1], sums[1][:-1], sums[2][:-1])

    def _judge(
        self,
        reading: _Reading,
        roots: Floats,
        is_last: bool,
        totals: Floats,
        low: Floats,
        high: Floats,
        filled: Floats,
    ) -> Iterator[_Reading]:
        # A single part may be equal to its total.
        filled = filled.copy()
        filled[0] *= 2
        verdicts = self._lines.judge(totals, low, high, filled)
        held = np.flatnonzero(~verdicts.is_refuted)
        # The longest last: of those that say nothing it is the likeliest.
        told = held[np.argsort(-(verdicts.bits + verdicts.open_bits)[held], kind="stable")[:MOST_RUNS]]
        for at in dict.fromkeys([*told.tolist(), *held[-1:].tolist()]):
            parts = roots[1 : at + 2] if is_last else roots[: at + 1]
            each = Sum(
                int(roots[0] if is_last else roots[at + 1]),
                tuple(int(part) for part in parts[::-1]),
                int(verdicts.lines[at]),
            )
            bits = self._weigh(reading, each, float(verdicts.bits[at]), float(verdicts.open_bits[at]))
            if bits is not None:
                left = tuple(int(root) for root in roots[at + 2 :][::-1])
                yield _Reading((*left, each.total), reading.bits + bits, (*reading.sums, each))

    def _weigh(self, reading: _Reading, each: Sum, bits: float, open_bits: float) -> float | None:
        """The bits for a sum less those against it; None where it is none."""
        called = [self._names.is_called[part] for part in each.parts]
        is_first = all(each.total != other.total for other in reading.sums)
        is_called = self._names.is_called[each.total] and is_first
        if not is_first and not each.lines:
            return None
        if any(self._names.is_of_which[part] for part in each.parts) and each.lines < 2:
            return None
        if len(each.parts) == 1:
            return bits - self._against_more if is_called and bits > self._against_more else None
        if is_called and (each.lines or all(called) or not any(called)):
            return bits + max(open_bits, 0.0) + FOR_A_NAME
        if not each.lines and len(self._shown) > LONG:
            return None
        return min(bits + open_bits - self._against_more, np.inf if each.lines else -0.5)
