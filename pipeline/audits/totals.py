"""Along the rows or the columns of a table: which of them are the sums of which others."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import takewhile

import numpy as np

from pipeline.audits.crossings import find_crossings
from pipeline.audits.hierarchies import Hierarchy, Names, Sum
from pipeline.audits.lines import Lines
from pipeline.audits.wholes import Wholes

TOTAL_WORDS = re.compile(r"\b((sub|grand)?[ -]?totals?|all|both|overall|sum|combined)\b", re.IGNORECASE)
# "All other offences" is one part of many.
OTHERS = re.compile(r"\ball other", re.IGNORECASE)
# Beside sexes: young people and old are no total.
EVERYBODY, SEXES = (
    re.compile(rf"(all )?({words})", re.IGNORECASE)
    for words in ("persons|people|children|adults", "males?|females?|men|women|boys|girls")
)
OF_WHICH = re.compile(r"\W*(of which|of these|of whom|thereof|including|includes)\b", re.IGNORECASE)


def is_called_total(name: str) -> bool:
    """Whether a row or column says of itself that it is a total."""
    return bool(TOTAL_WORDS.search(name)) and not OTHERS.search(name)


def call_totals(names: Sequence[str]) -> list[bool]:
    """Which of several rows or columns say of themselves that they are totals."""
    has_sexes = any(SEXES.fullmatch(name.strip()) for name in names)
    return [
        is_called_total(name) or (has_sexes and EVERYBODY.fullmatch(name.strip()) is not None)
        for name in names
    ]


def find_all_sums(lines: Lines, paths: list[tuple[str, ...]]) -> list[Sum]:
    """The sums among items by their neighbours, and by the levels of their names.

    One on which no line of numbers bears is there only for its name, and where the total has no other.
    """
    lowest = [next((word for word in reversed(path) if word), "") for path in paths]
    found = find_crossings(paths, lines, find_sums) + find_sums(lines, lowest)
    of_parts: dict[tuple[int, tuple[int, ...]], Sum] = {}
    for each in found:
        of_parts.setdefault((each.total, tuple(sorted(each.parts))), each)
    borne_out = {each.total for each in of_parts.values() if each.lines}
    return [each for each in of_parts.values() if each.lines or each.total not in borne_out]


def find_sums(lines: Lines, names: Sequence[str]) -> list[Sum]:
    """The sums among items in their order, the innermost first.

    A total follows its parts, or goes before them, with none but them between, in the reading that numbers bear out
    best. One that is called so may stand between its parts; and it is one all the same where a few lines refute it
    and twice as many bear it out.
    """
    is_called = call_totals(names)
    is_of_which = [OF_WHICH.match(name) is not None for name in names]
    said = Names(tuple(is_called), tuple(is_of_which))
    read = Hierarchy(lines, said).read()
    sums = [each for each in read if each.lines]
    sums += _find_wholes(Wholes(lines, said), sums, len(names), is_called)
    sums += _find_last(lines, sums, _find_roots(sums, len(names)), is_called)
    for each in read:
        roots = _find_roots(sums, len(names))
        if not each.lines and each.total not in {other.total for other in sums} and {*each.parts} <= {*roots}:
            sums.append(each)
    sums += _find_last(lines, sums, _find_roots(sums, len(names)), is_called)
    for total in [each for each in _find_roots(sums, len(names)) if is_called[each]]:
        if all(total != each.total for each in sums):
            sums += _find_around(lines, total, _find_roots(sums, len(names)), is_called, is_of_which)
    return sums


def _find_roots(sums: list[Sum], size: int) -> list[int]:
    """The items that are no part of any sum."""
    parts = {part for each in sums for part in each.parts}
    return [item for item in range(size) if item not in parts]


def _find_wholes(wholes: Wholes, sums: list[Sum], size: int, is_called: list[bool]) -> list[Sum]:
    """The sums of the first whole that is found in what is no part of any sum: at an end, or called so."""
    totals = {each.total for each in sums}
    roots = _find_roots(sums, size)
    ends = (*roots[:1], *roots[-1:])
    for total in dict.fromkeys([*ends, *(root for root in roots if is_called[root])]):
        if total not in totals:
            at = roots.index(total)
            for others in (roots[:at], roots[at + 1 :]):
                if found := wholes.find(total, others):
                    return found
    return []


def _find_around(
    lines: Lines, total: int, roots: list[int], is_called: list[bool], is_of_which: list[bool]
) -> list[Sum]:
    """The sum of a total so called among what stands around it, before it and after it; none where there is none."""
    at = roots.index(total)
    called = [place for place, root in enumerate(roots) if is_called[root] and root != total]
    start = max((place + 1 for place in called if place < at), default=0)
    end = min((place for place in called if place > at), default=len(roots))
    runs = [roots[start:at], roots[at + 1 : end], roots[start:at] + roots[at + 1 : end]]
    runs += [roots[:at], roots[at + 1 :], roots[:at] + roots[at + 1 :]]
    judged = [
        (lines.judge_one(total, run), tuple(run))
        for run in runs
        if len(run) > 1 and not any(is_of_which[each] for each in run)
    ]
    held = [
        (borne_out, parts) for (borne_out, refuted), parts in judged if borne_out >= 2 * refuted and borne_out
    ]
    held += [(0, parts) for (_, refuted), parts in judged[:3] if not refuted]
    return [Sum(total, parts, borne_out) for borne_out, parts in held[:1]]


def _find_last(lines: Lines, sums: list[Sum], roots: list[int], is_called: list[bool]) -> list[Sum]:
    """A subtotal among subtotals beside whose lines nothing is left to compare: what stands beside it are its parts."""
    totals = {each.total for each in sums}
    parts = {part for each in sums if any(other in totals for other in each.parts) for part in each.parts}
    left = [root for root in roots if root not in totals and not is_called[root]]
    found = []
    for part in sorted(parts - totals):
        after = list(takewhile(lambda item: item in left, range(part + 1, roots[-1] + 1)))
        before = list(takewhile(lambda item: item in left, range(part - 1, roots[0] - 1, -1)))
        for run in (after, before):
            if len(run) > 1 and not lines.judge_one(part, run)[1]:
                found.append(Sum(part, tuple(sorted(run))))
                break
    return found


def make_lines(values: np.typing.ArrayLike, least: np.typing.ArrayLike, most: np.typing.ArrayLike) -> Lines:
    """Lines from values (nan: hidden, and then from `least` to `most`)."""
    shown = np.asarray(values, dtype=float)
    return Lines(
        np.where(np.isnan(shown), np.asarray(least, dtype=float), shown),
        np.where(np.isnan(shown), np.asarray(most, dtype=float), shown),
    )
