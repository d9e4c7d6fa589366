"""Along the rows or the columns of a table: which of them are the sums of which others."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from pipeline.disclosure.equations import Booleans, Floats

TOTAL_WORDS = re.compile(
    r"\b((sub|grand)?[ -]?totals?|all|both|persons|people|overall|sum|combined)\b", re.IGNORECASE
)
# "All other offences" is one part of many.
OTHERS = re.compile(r"\ball other", re.IGNORECASE)
# Sums that nobody calls so are believed where this many lines agree, with numbers that are not there by chance;
# the sum of all others at an end of the table where one line does, with a larger number.
LINES_TO_BELIEVE, LARGE, LARGE_AT_END = 2, 10, 50


@dataclass(frozen=True)
class Sum:
    """The place of a total, and those of its parts."""

    total: int
    parts: tuple[int, ...]


def is_called_total(name: str) -> bool:
    """Whether a row or column says of itself that it is a total."""
    return bool(TOTAL_WORDS.search(name)) and not OTHERS.search(name)


def find_sums(values: Floats, least: Floats, is_called: list[bool]) -> list[Sum]:
    """The sums among items, each a row of `values` (nan: hidden, and then at least `least`) over the other axis.

    A total follows its parts, or goes before them, with none but them between; found from the innermost out, each
    total standing for its parts afterwards. First those that are called totals, with all that lies between them
    and the next that is; then any run of neighbours that several lines of large numbers bear out. A total so
    called whose sums fail in a few lines is one all the same.
    """
    lines = _Lines(values, least)
    open_items = list(range(len(values)))
    found: list[Sum] = []
    while (each := _next_sum(lines, open_items, is_called)) is not None:
        found.append(each)
        open_items = [item for item in open_items if item not in each.parts]
    return found


def _next_sum(lines: _Lines, items: list[int], is_called: list[bool]) -> Sum | None:
    called = [at for at, item in enumerate(items) if is_called[item]]
    runs = [
        *_runs_between(items, called, is_called),
        *((at, run) for at in called for run in (items[:at], items[at + 1 :], items[:at] + items[at + 1 :])),
    ]
    sums = [Sum(items[at], tuple(run)) for at, run in runs if run]
    borne_out = [each for each in sums if lines.hold(each) and lines.count_evidence(each) > 0]
    if borne_out:
        return borne_out[0]
    for at, others in ((-1, items[:-1]), (0, items[1:])):
        each = Sum(items[at], tuple(others))
        if len(others) > 1 and lines.hold(each) and lines.count_evidence(each, LARGE_AT_END) > 0:
            return each
    if innermost := _find_innermost(lines, items):
        return innermost
    # Where markers leave no line to compare, the words alone count.
    holding = [each for each in sums if len(each.parts) > 1 and lines.hold(each)]
    failing = [each for each in sums if len(each.parts) > 1 and lines.hold_mostly(each)]
    return next(iter([*holding, *failing]), None)


def _find_innermost(lines: _Lines, items: list[int]) -> Sum | None:
    """A run of neighbours that several lines bear out, none of which is such a total itself."""
    found = [
        longest
        for at, item in enumerate(items)
        for way in (items[:at][::-1], items[at + 1 :])
        if (longest := lines.find_longest(item, way))
    ]
    totals = {each.total for each in found}
    return next((each for each in found if totals.isdisjoint(each.parts)), next(iter(found), None))


def _runs_between(
    items: list[int], called: list[int], is_called: list[bool]
) -> Iterator[tuple[int, list[int]]]:
    """Each item called a total, with the items before it up to another such, and those after it."""
    for at in called:
        start = max((other for other in called if other < at), default=-1)
        end = min((other for other in called if other > at), default=len(items))
        yield at, items[start + 1 : at]
        yield at, items[at + 1 : end]


class _Lines:
    """What each line of the other axis says of a sum: it holds, it fails, or markers leave it open."""

    def __init__(self, values: Floats, least: Floats) -> None:
        self._values = values
        self._shown = np.nan_to_num(values)
        self._hidden = np.isnan(values)
        self._least = np.where(self._hidden, least, 0.0)

    def hold(self, each: Sum) -> bool:
        """Whether no line fails."""
        return not self._fails(each).any()

    def hold_mostly(self, each: Sum) -> bool:
        """Whether twice as many lines bear it out as fail."""
        return self.count_evidence(each) >= 2 * int(self._fails(each).sum()) > 0

    def count_evidence(self, each: Sum, large: float = 1) -> int:
        """In how many lines without a marker a total of at least `large` is the sum of several numbers over 0."""
        parts = list(each.parts)
        is_full = ~self._hidden[parts].any(axis=0) & (self._values[each.total] >= large)
        is_borne_out = is_full & (self._shown[parts].sum(axis=0) == self._values[each.total])
        several = (self._shown[parts] > 0).sum(axis=0) > 1 if len(parts) > 1 else is_full
        return int((is_borne_out & several).sum())

    def find_longest(self, total: int, way: list[int]) -> Sum | None:
        """The longest run of neighbours, from the nearest on, that lines of large numbers bear out.

        At least so many, and no fewer than markers leave open.
        """
        target, is_known = self._values[total], ~self._hidden[total]
        if int((target >= LARGE).sum()) < LINES_TO_BELIEVE:
            return None
        longest = 0
        smallest, filled = np.zeros(target.size), np.zeros(target.size)
        is_open = np.zeros(target.size, dtype=bool)
        for length, item in enumerate(way, start=1):
            smallest += self._shown[item] + self._least[item]
            filled += self._shown[item] > 0
            is_open |= self._hidden[item]
            # Counts are not negative: what is too much stays too much.
            if (smallest > target).any():
                break
            is_equal = ~is_open & (smallest == target)
            evidence = int((is_equal & (target >= LARGE) & (filled > 1)).sum())
            fails = bool((is_known & ~is_open & ~is_equal).any())
            if not fails and evidence >= max(LINES_TO_BELIEVE, int(is_open.sum())):
                longest = length
        return Sum(total, tuple(way[:longest])) if longest else None

    def _fails(self, each: Sum) -> Booleans:
        parts = list(each.parts)
        smallest = self._shown[parts].sum(axis=0) + self._least[parts].sum(axis=0)
        is_open = self._hidden[parts].any(axis=0)
        total = self._values[each.total]
        with np.errstate(invalid="ignore"):
            return np.where(is_open, smallest > total, smallest != total) & ~self._hidden[each.total]
