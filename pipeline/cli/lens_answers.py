"""What a lens catches, by all that the flags of an offence can say: in lines, and as data."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from pipeline.cli.lens_words import name_days, shorten, wrap
from pipeline.definitions.lenses import (
    FIRST_DAY,
    LAST_DAY,
    Lens,
    Rule,
    by_code,
    combinations,
    flags_asked,
    judge,
    split_by_day,
)

if TYPE_CHECKING:
    from pipeline.definitions.catalogue import Catalogue
    from pipeline.definitions.examples import Answered

SAYS = {True: "yes", False: "no", None: "?"}
ANSWERS = {True: "caught", False: "left out", None: "cannot tell"}


def drawn_data(lens: Lens, catalogue: Catalogue) -> list[dict[str, object]]:
    """Every stretch of days, offence and combination of its flags, with what the lens says: true, false or null."""
    return [
        {
            "first_day": first,
            "last_day": last,
            "offence_codes": codes,
            "flags": flags,
            "is_caught": judge(rules, catalogue.conditions, codes[0], None, flags),
        }
        for codes, held in _alike(lens.rules)
        for first, last, rules in split_by_day(held)
        for flags in combinations(flags_asked(rules, catalogue.conditions))
    ]


def _alike(rules: Iterable[Rule]) -> list[tuple[list[str], tuple[Rule, ...]]]:
    """The codes whose rules ask the same on the same days, and the rules of the first of them."""
    groups: dict[tuple[tuple[str, str], ...], list[str]] = {}
    codes = by_code(rules)
    for code, held in codes.items():
        groups.setdefault(tuple((rule.condition, name_days(rule)) for rule in held), []).append(code)
    return [(same, codes[same[0]]) for same in groups.values()]


def tell_test(lens: Lens, answered: list[Answered], catalogue: Catalogue) -> list[str]:
    """What a lens says of everything that the flags of its offences can say, and of an analyst's own examples."""
    lines = [f"{lens.lens_id}: {lens.title}", "Its rows are in order.", ""]
    for codes, held in _alike(lens.rules):
        names = [f"{code} {catalogue.offences[code].label}" for code in codes]
        lines += wrap(names[0] if len(names) == 1 else ", ".join(codes), 2)
        for first, last, rules in split_by_day(held):
            if (first, last) != (FIRST_DAY, LAST_DAY):
                since = "" if first == FIRST_DAY else f"from {first} "
                lines.append(f"  {since}{'' if last == LAST_DAY else f'to {last}'}".rstrip() + ":")
            lines += _truth_lines(codes[0], rules, catalogue)
        lines.append("")
    outside = len(catalogue.offences) - len(by_code(lens.rules))
    lines.append(f"Left out whatever the flags say: the other {outside} offences")
    if lens.health_rules:
        for rule in lens.health_rules:
            lines += wrap(
                f"Admissions beside them: {rule.code}, {catalogue.condition_labels[rule.condition]}"
            )
    if answered:
        lines += ["", "Examples"]
    for each in answered:
        word = "ok" if each.is_ok else "FAILED"
        lines += wrap(
            f"  {word:<7}line {each.line}, {each.lens_id}: {each.description}: {each.answer}"
            + ("" if each.is_ok else f", expected {each.expected}"),
            9,
        )
    return lines


def _truth_lines(code: str, rules: tuple[Rule, ...], catalogue: Catalogue) -> list[str]:
    flags = flags_asked(rules, catalogue.conditions)
    words = " or ".join(shorten(rule.condition) for rule in rules) or "no rule"
    if not flags:
        return [f"  {words}: {ANSWERS[bool(rules)]}"]
    names = [flag.removeprefix("is_") for flag in flags]
    lines = [
        f"  {words}",
        "    " + "".join(f"{name:<{len(name) + 2}}" for name in names).rstrip(),
    ]
    for drawn in combinations(flags):
        said = judge(rules, catalogue.conditions, code, None, drawn)
        cells = "".join(f"{SAYS[drawn[flag]]:<{len(flag) - 1}}" for flag in flags)
        lines.append(f"    {cells}{ANSWERS[said]}")
    return lines
