"""The twin of victims: people counted once, however many offences they suffered."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from tests.counts.twin_rows import Row


class Suffered(NamedTuple):
    """That somebody was the victim of an offence, whether it is domestic, and whether they were under 25."""

    person: str
    is_domestic: bool | None
    is_young: bool


def victims_in(offences: Iterable[Suffered], people: Row, split: str) -> int:
    """How many people a row of people_measures counts in a split."""
    suffered_by: dict[str, list[Suffered]] = defaultdict(list)
    for one in offences:
        suffered_by[one.person].append(one)
    number = 0
    for suffered in suffered_by.values():
        counted = [one for one in suffered if people["victims"] == "all" or one.is_young]
        is_enough = len(counted) >= int(people["fewest_offences"])
        number += is_enough and split in ("all", part_of({one.is_domestic for one in suffered}))
    return number


def part_of(flags: set[bool | None]) -> str:
    """The split of a person: domestic abuse in one offence is enough, and a blank is never no."""
    if True in flags:
        return "domestic"
    return "not_known" if None in flags else "non_domestic"


def squares_in(offences: Iterable[Suffered], split: str) -> tuple[int, int]:
    """The offences of a split against people who are told apart, and the squares of each person's."""
    words = {True: "domestic", False: "non_domestic", None: "not_known"}
    suffered_by = Counter(one.person for one in offences if split in ("all", words[one.is_domestic]))
    return sum(suffered_by.values()), sum(number**2 for number in suffered_by.values())
