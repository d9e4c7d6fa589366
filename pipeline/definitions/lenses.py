"""What the rules of a lens say of a record, true, false or not known, and how two lenses differ: pure."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

# A rule without a date holds on every day.
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2999, 12, 31)

Flags = Mapping[str, bool | None]
# condition word → flag → what it must say; all of them must.
Conditions = Mapping[str, Mapping[str, bool]]


@dataclass(frozen=True)
class Rule:
    """Records of a code (an offence, or a group of causes of admission) count where a condition is met, from the first
    to the last day."""

    code: str
    condition: str
    first_day: date
    last_day: date
    source: str
    is_interpretation: str
    status: str


@dataclass(frozen=True)
class Lens:
    """A definition of serious violence; several rules of one code mean any of them."""

    lens_id: str
    title: str
    meaning: str
    unknown_flag_rule: str
    source: str
    is_interpretation: str
    is_from_assessment: bool
    rules: tuple[Rule, ...]
    health_rules: tuple[Rule, ...]


@dataclass(frozen=True)
class Difference:
    """The rules that two lenses have for one code, and whether what the first catches the second catches too, and
    the other way round."""

    code: str
    first: tuple[Rule, ...]
    second: tuple[Rule, ...]
    first_is_inside: bool
    second_is_inside: bool


def meets(condition: Mapping[str, bool], flags: Flags) -> bool | None:
    """Whether all flags say what the condition asks; None where one that decides is not known."""
    said = [None if flags.get(flag) is None else flags[flag] == wanted for flag, wanted in condition.items()]
    if False in said:
        return False
    return None if None in said else True


def judge(
    rules: Iterable[Rule], conditions: Conditions, code: str, day: date | None, flags: Flags
) -> bool | None:
    """Whether any rule of the code that holds on the day is met; None where that depends on a flag not known.

    Without a day all rules of the code are asked. Rules that count whatever a flag says are met where it is not known.
    """
    asked = [
        conditions[rule.condition]
        for rule in rules
        if rule.code == code and (day is None or rule.first_day <= day <= rule.last_day)
    ]
    open_flags = sorted({flag for condition in asked for flag in condition if flags.get(flag) is None})
    answers = {
        any(meets(condition, {**flags, **told}) for condition in asked)
        for told in (
            dict(zip(open_flags, values, strict=True))
            for values in itertools.product((True, False), repeat=len(open_flags))
        )
    }
    return None if len(answers) > 1 else answers.pop()


def flags_asked(rules: Iterable[Rule], conditions: Conditions) -> tuple[str, ...]:
    """The flags that some rule looks at, in the order in which they are met."""
    return tuple(dict.fromkeys(flag for rule in rules for flag in conditions[rule.condition]))


def combinations(flags: Iterable[str]) -> Iterator[dict[str, bool | None]]:
    """Everything that these flags can say together: each yes, no or not known."""
    names = tuple(flags)
    for values in itertools.product((True, False, None), repeat=len(names)):
        yield dict(zip(names, values, strict=True))


def split_by_day(rules: Iterable[Rule]) -> list[tuple[date, date, tuple[Rule, ...]]]:
    """First and last day of every stretch of days on which the same rules hold, and those rules."""
    held = tuple(rules)
    starts = sorted({FIRST_DAY, *(r.first_day for r in held), *(r.last_day + timedelta(1) for r in held)})
    stretches = []
    for start, after in zip(starts, [*starts[1:], LAST_DAY + timedelta(1)], strict=True):
        valid = tuple(rule for rule in held if rule.first_day <= start <= rule.last_day)
        if start <= LAST_DAY and (valid or len(starts) > 2):
            stretches.append((start, after - timedelta(1), valid))
    return stretches


def by_code(rules: Iterable[Rule]) -> dict[str, tuple[Rule, ...]]:
    """The rules of each code, in their order."""
    found: dict[str, tuple[Rule, ...]] = {}
    for rule in rules:
        found[rule.code] = (*found.get(rule.code, ()), rule)
    return found


def compare(
    first: Iterable[Rule], second: Iterable[Rule], conditions: Conditions, day: date
) -> list[Difference]:
    """How the rules of two lenses that hold on a day differ, code by code; codes that neither has are left out."""
    here, there = (
        by_code(rule for rule in rules if rule.first_day <= day <= rule.last_day) for rules in (first, second)
    )
    differences = []
    for code in dict.fromkeys([*here, *there]):
        ours, theirs = here.get(code, ()), there.get(code, ())
        drawn = list(combinations(flags_asked((*ours, *theirs), conditions)))
        caught = [
            [judge(rules, conditions, code, day, flags) is True for flags in drawn]
            for rules in (ours, theirs)
        ]
        differences.append(
            Difference(
                code,
                ours,
                theirs,
                all(other for one, other in zip(*caught, strict=True) if one),
                all(one for one, other in zip(*caught, strict=True) if other),
            )
        )
    return differences
