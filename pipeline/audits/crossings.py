"""Names in several levels, such as sexes under offences → sums of one level that hold under each name of the others."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from pipeline.audits.hierarchies import Sum
from pipeline.audits.lines import Lines

Path = tuple[str, ...]
# Fewer are no two parts and a total.
FEWEST = 3
MOST_NUMBERS = 5_000_000


def find_crossings(
    paths: list[Path], lines: Lines, find: Callable[[Lines, list[str]], list[Sum]]
) -> list[Sum]:
    """The sums among the names of each level, by what `find` says of them over all that repeats under them."""
    depth = max(map(len, paths), default=0)
    paths = [(*path, *[""] * (depth - len(path))) for path in paths]
    return [each for level in range(depth) if depth > 1 for each in _cross(paths, level, lines, find)]


def _cross(
    paths: list[Path], level: int, lines: Lines, find: Callable[[Lines, list[str]], list[Sum]]
) -> list[Sum]:
    names = list(dict.fromkeys(path[level] for path in paths))
    place: dict[tuple[Path, str], int] = {}
    for at, path in enumerate(paths):
        key = (path[:level] + path[level + 1 :], path[level])
        if key in place:
            return []
        place[key] = at
    among: dict[Path, list[str]] = {}
    for rest, name in place:
        among.setdefault(rest, []).append(name)
    rests = [rest for rest, present in among.items() if len(present) >= FEWEST]
    count = lines.low.shape[1]
    if len(names) < FEWEST or len(among) < 2 or not rests or len(names) * len(rests) * count > MOST_NUMBERS:
        return []
    # What is not there could be anything.
    low = np.zeros((len(names), len(rests), count))
    high = np.full(low.shape, np.inf)
    for row, name in enumerate(names):
        for column, rest in enumerate(rests):
            if (rest, name) in place:
                low[row, column], high[row, column] = (
                    each[place[rest, name]] for each in (lines.low, lines.high)
                )
    found = find(Lines(low.reshape(len(names), -1), high.reshape(len(names), -1)), names)
    return [
        Sum(
            place[rest, names[each.total]], tuple(place[rest, names[part]] for part in each.parts), each.lines
        )
        for each in found
        if each.lines
        for rest in rests
        if all((rest, names[item]) in place for item in (each.total, *each.parts))
    ]
