"""A slow and obvious twin of placing: from lookups and records to how many of them lie where."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

# District and MSOA of the area; nothing of either where it is elsewhere.
Place = tuple[str, str] | None
TURNS = 1000


def shares_of(
    code: str, lookup: Mapping[str, Place], changes: Iterable[tuple[str, str]], residents: Mapping[str, int]
) -> dict[Place, Fraction]:
    """The places of an LSOA of 2011 or 2021, in areas of 2021, and its share in each: the largest first.

    Empty where no lookup holds the code.
    """
    successors = [later for earlier, later in changes if earlier == code] or [code]
    if not any(later in lookup for later in successors):
        return {}
    people = [residents.get(later, 0) for later in successors]
    weights = people if all(later in residents for later in successors) and any(people) else [1] * len(people)
    shares: dict[Place, Fraction] = defaultdict(Fraction)
    for later, weight in zip(successors, weights, strict=True):
        shares[lookup.get(later)] += Fraction(weight, sum(weights))
    ordered = sorted(shares.items(), key=lambda item: (-item[1], item[0] is None, item[0] or ()))
    return {place: share for place, share in ordered if share}


def place_all(
    codes: Sequence[str], shares: Mapping[str, Mapping[Place, Fraction]]
) -> Counter[tuple[str, Place]]:
    """How many records lie where, given their LSOA codes in order: counts by placement and place.

    Where an LSOA lies in several places its next record goes to the one furthest behind its share, as the
    next seat does at an election.
    """
    placed: Counter[tuple[str, Place]] = Counter()
    given: dict[str, Counter[Place]] = defaultdict(Counter)
    for code in codes:
        if not code:
            placed["unlocated", None] += 1
        elif not shares.get(code):
            placed["unknown_code", None] += 1
        else:
            had = given[code]
            if had.total() == TURNS:
                had.clear()
            place = max(shares[code], key=lambda place: shares[code][place] / (2 * had[place] + 1))
            had[place] += 1
            placed["in_area" if place else "out_of_area", place] += 1
    return placed
