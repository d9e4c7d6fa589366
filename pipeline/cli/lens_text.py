"""Lenses in words: lines for a terminal of 100 columns, and the same as data."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import TYPE_CHECKING

from pipeline.definitions.lenses import (
    FIRST_DAY,
    LAST_DAY,
    Difference,
    Lens,
    Rule,
    by_code,
    combinations,
    flags_asked,
    judge,
    split_by_day,
)

if TYPE_CHECKING:
    from pipeline.cli.lens_figures import LensFigures
    from pipeline.definitions.catalogue import Catalogue
    from pipeline.definitions.examples import Answered

WIDTH = 100
# So many offences of a subgroup with the same conditions stand in one line.
FOLDED = 5
CODE_WIDTH = 15
SAYS = {True: "yes", False: "no", None: "?"}
ANSWERS = {True: "caught", False: "left out", None: "cannot tell"}


@dataclass(frozen=True)
class Comparison:
    """Two lenses, how their rules differ on a day, and what has been published of both."""

    first: Lens
    second: Lens
    day: date
    offences: list[Difference]
    admissions: list[Difference]
    figures: LensFigures | None


# One lens, or all


def tell_all(catalogue: Catalogue) -> list[str]:
    """A line a lens: its name, whose it is, whether its codes are published or a reading of words, and its title."""
    lines = [f"{'lens':<20}{'whose':<12}{'codes':<16}{'offences':>8}  title"]
    for lens in catalogue.lenses.values():
        whose = "this area's" if lens.is_from_assessment else "shipped"
        count = len(by_code(lens.rules))
        lines.append(_cut(f"{lens.lens_id:<20}{whose:<12}{_codes(lens):<16}{count:>8}  {lens.title}", WIDTH))
    lines += ["", "interpretation: the words are published and no codes; the rows are our reading of them.",
              "`sna lens show LENS` shows the rules of one."]  # fmt: skip
    return lines


def tell_lens(lens: Lens, catalogue: Catalogue, is_full: bool = False) -> list[str]:
    """A lens with one line an offence and one column a condition."""
    lines = [
        f"{lens.lens_id}: {lens.title}",
        *_wrap(lens.meaning),
        "",
        *_wrap(
            f"Whose:   {'this area: beside its assessment file' if lens.is_from_assessment else 'shipped'}"
        ),
        *_wrap(f"Codes:   {_codes(lens)}", 9),
        *_wrap(f"Source:  {lens.source}", 9),
        *_wrap(f"Unknown: {_unknown(lens, catalogue)}", 9),
        "",
    ]
    words = list(dict.fromkeys(rule.condition for rule in lens.rules))
    lines += [*_heads(words), *_offence_lines(lens, words, catalogue, is_full)]
    if words:
        lines += ["", *(f"{_short(word)}: {catalogue.condition_labels[word]}" for word in words)]
    if lens.health_rules:
        lines += ["", "Hospital admissions, counted beside the offences and never added to them"]
        for rule in lens.health_rules:
            days = f", {_days(rule)}" if _days(rule) else ""
            lines += _wrap(
                f"  {rule.code} ({catalogue.mechanisms[rule.code]}): {_short(rule.condition)}{days}; {rule.status}",
                4,
            )
    kinds = Counter(
        (rule.source, rule.is_interpretation, rule.status) for rule in (*lens.rules, *lens.health_rules)
    )
    lines += ["", "Rules by source"]
    for (source, is_interpretation, status), count in kinds.items():
        is_said = is_interpretation != "yes" or status.startswith("interpretation")
        reading = "" if is_said else "interpretation; "
        lines += _wrap(f"  {count:>3} × {source or 'no source'}: {reading}{status}", 8)
    return lines


def as_data(lens: Lens, catalogue: Catalogue) -> dict[str, object]:
    """A lens as JSON can hold it, with what becomes of an unknown flag and the flags that it looks at."""
    asked = flags_asked((*lens.rules, *lens.health_rules), catalogue.conditions)
    return {
        **asdict(lens),
        "flags": list(asked),
        "rules": [_rule_data(rule) for rule in lens.rules],
        "health_rules": [_rule_data(rule) for rule in lens.health_rules],
    }


def _rule_data(rule: Rule) -> dict[str, object]:
    first, last = (
        None if day in (FIRST_DAY, LAST_DAY) else day.isoformat() for day in (rule.first_day, rule.last_day)
    )
    return {**asdict(rule), "first_day": first, "last_day": last}


def _codes(lens: Lens) -> str:
    return "interpretation" if lens.is_interpretation == "yes" else "as published"


def _unknown(lens: Lens, catalogue: Catalogue) -> str:
    asked = flags_asked(lens.rules, catalogue.conditions)
    if not asked:
        return f"{lens.unknown_flag_rule}. No rule looks at a flag: at least and at most are the same."
    labels = dict.fromkeys(catalogue.flag_labels[flag] for flag in asked)
    return (
        f"{lens.unknown_flag_rule}. The rules look at {', '.join(labels)}; where an offence turns on one that is not "
        "known it is not counted, and it is counted in “at most”: both are published."
    )


def _heads(words: Iterable[str]) -> list[str]:
    """The heads of the condition columns, a word of each a line, above the marks."""
    parts = [_short(word).split("_") for word in words]
    height = max(map(len, parts), default=0)
    lines = []
    for level in range(height):
        cells = [part[level - height + len(part)] if level >= height - len(part) else "" for part in parts]
        space = " " * _label_end(parts)
        lines.append(
            (
                space + "".join(f"{cell:>{_width(part)}}" for cell, part in zip(cells, parts, strict=True))
            ).rstrip()
        )
    return lines


def _width(parts: list[str]) -> int:
    return max(map(len, parts)) + 2


def _label_end(parts: list[list[str]]) -> int:
    return max(WIDTH - sum(map(_width, parts)), CODE_WIDTH + 24)


def _offence_lines(lens: Lens, words: list[str], catalogue: Catalogue, is_full: bool) -> Iterator[str]:
    parts = [_short(word).split("_") for word in words]
    end = _label_end(parts)
    for subgroup, codes in _by_subgroup(by_code(lens.rules), catalogue).items():
        yield subgroup
        alike: dict[tuple[tuple[str, str], ...], list[str]] = {}
        for code, rules in codes.items():
            alike.setdefault(tuple((rule.condition, _days(rule)) for rule in rules), []).append(code)
        for met, same in alike.items():
            marks = "".join(
                f"{'x' if word in dict(met) else '·':>{_width(part)}}"
                for word, part in zip(words, parts, strict=True)
            )
            if len(same) > FOLDED and not is_full:
                folded = textwrap.wrap(
                    f"{len(same)} offences: {', '.join(same)}", end - 3, subsequent_indent="  "
                )
                yield f"  {folded[0]:<{end - 2}}{marks}"
                yield from (f"  {line}" for line in folded[1:])
            else:
                for code in same:
                    label = _cut(catalogue.offences[code].label, end - CODE_WIDTH - 3)
                    yield f"  {code:<{CODE_WIDTH}}{label:<{end - CODE_WIDTH - 2}}{marks}"
            yield from (f"      {_short(word)}: {days}" for word, days in met if days)


def _by_subgroup(
    codes: Mapping[str, tuple[Rule, ...]], catalogue: Catalogue
) -> dict[str, dict[str, tuple[Rule, ...]]]:
    """The codes under their subgroups, in the order of the Home Office table."""
    grouped: dict[str, dict[str, tuple[Rule, ...]]] = {}
    for code, offence in catalogue.offences.items():
        if code in codes:
            grouped.setdefault(offence.subgroup, {})[code] = codes[code]
    return grouped


def _days(rule: Rule) -> str:
    since = f"from {rule.first_day}" if rule.first_day != FIRST_DAY else ""
    until = f"to {rule.last_day}" if rule.last_day != LAST_DAY else ""
    return " ".join(part for part in (since, until) if part)


# Two lenses


def tell_comparison(told: Comparison, catalogue: Catalogue, is_full: bool = False) -> list[str]:
    """Which offences one lens has and the other not, whether one lies inside the other, and the published counts."""
    first, second = told.first, told.second
    dated = any(_days(rule) for rule in (*first.rules, *second.rules))
    lines = [f"{first.lens_id}: {first.title}", f"{second.lens_id}: {second.title}"]
    lines += [f"By the rules of {told.day}"] if dated else []
    lines += ["", _nesting(told), ""]
    for heading, kept in (
        (f"In {first.lens_id} alone", [each for each in told.offences if not each.second]),
        (f"In {second.lens_id} alone", [each for each in told.offences if not each.first]),
    ):
        lines += _codes_alone(heading, kept, catalogue, is_full)
    both = [each for each in told.offences if each.first and each.second]
    differing = [each for each in both if not (each.first_is_inside and each.second_is_inside)]
    lines += _other_conditions(differing, told, catalogue, is_full)
    lines.append(f"In both alike: {len(both) - len(differing)} offences")
    for difference in told.admissions:
        sides = [
            _any_of(rules) if rules else "not counted" for rules in (difference.first, difference.second)
        ]
        lines.append(
            f"Admissions, {difference.code}: {first.lens_id} {sides[0]}, {second.lens_id} {sides[1]}"
        )
    return [*lines, "", *_published_lines(told)]


def _nesting(told: Comparison) -> str:
    first, second = told.first.lens_id, told.second.lens_id
    inside = all(each.first_is_inside for each in told.offences)
    contains = all(each.second_is_inside for each in told.offences)
    if inside and contains:
        return "Nested: both catch the same offences."
    if inside:
        return f"Nested: all that {first} catches {second} catches too."
    if contains:
        return f"Nested: all that {second} catches {first} catches too."
    return "Not nested: each catches offences that the other leaves out."


def _codes_alone(heading: str, kept: list[Difference], catalogue: Catalogue, is_full: bool) -> list[str]:
    if not kept:
        return []
    lines = [f"{heading}: {len(kept)} offences"]
    rules = {each.code: each.first or each.second for each in kept}
    for subgroup, codes in _by_subgroup(rules, catalogue).items():
        alike: dict[str, list[str]] = {}
        for code, held in codes.items():
            alike.setdefault(_any_of(held), []).append(code)
        for words, same in alike.items():
            if is_full:
                for code in same:
                    lines += _wrap(
                        f"  {code:<{CODE_WIDTH}}{catalogue.offences[code].label}: {words}", 2 + CODE_WIDTH
                    )
            else:
                lines += _wrap(f"  {subgroup}: {', '.join(same)}: {words}", 6)
    return [*lines, ""]


def _other_conditions(
    differing: list[Difference], told: Comparison, catalogue: Catalogue, is_full: bool
) -> list[str]:
    if not differing:
        return []
    alike: dict[tuple[str, str], list[str]] = {}
    for each in differing:
        alike.setdefault((_any_of(each.first), _any_of(each.second)), []).append(each.code)
    lines = [f"In both, on other conditions: {len(differing)} offences"]
    for (ours, theirs), codes in alike.items():
        if is_full:
            lines += [f"  {code:<{CODE_WIDTH}}{_cut(catalogue.offences[code].label, 80)}" for code in codes]
        else:
            lines += _wrap(f"  {', '.join(codes)}", 2)
        lines += _wrap(f"      {told.first.lens_id}: {ours}", 8)
        lines += _wrap(f"      {told.second.lens_id}: {theirs}", 8)
    return [*lines, ""]


def _published_lines(told: Comparison) -> list[str]:
    if told.figures is None:
        return ["Nothing has been published of them here yet: `sna refresh` does."]
    first, second = told.first.lens_id, told.second.lens_id
    lines = [f"Published, {told.figures.year}{'':<28}{_cut(first, 22):>24}{_cut(second, 22):>24}"]
    reasons: dict[str, None] = {}
    for indicator_id in dict.fromkeys(each.indicator_id for each in told.figures.figures):
        cells = [told.figures.find(lens_id, indicator_id) for lens_id in (first, second)]
        words = []
        for cell in cells:
            status, _, reason = cell.words.partition(": ") if cell else ("", "", "")
            reasons |= {reason: None} if reason else {}
            words.append(status if not cell or cell.unit != "%" or cell.value is None else f"{status}%")
        title = next(each.title for each in cells if each)
        lines.append(f"{_cut(title, 44):<46}{words[0]:>24}{words[1]:>24}")
    counts = [told.figures.find(lens_id, "lens_offences") for lens_id in (first, second)]
    if all(each and each.value for each in counts):
        low, high = sorted((each for each in counts if each), key=lambda each: each.value or 0)
        share = 100 * (low.value or 0) / (high.value or 1)
        same = ", not all of them the same" if _nesting(told).startswith("Not nested") else ""
        number = f"{share:.{0 if share >= 10 else 1}f}"
        lines += _wrap(
            f"Capture ratio: for every 100 offences in {high.lens_id}, {low.lens_id} has {number}{same}."
        )
    return [*lines, *(line for reason in reasons for line in _wrap(reason))]


# What a lens catches


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
        groups.setdefault(tuple((rule.condition, _days(rule)) for rule in held), []).append(code)
    return [(same, codes[same[0]]) for same in groups.values()]


def tell_test(lens: Lens, answered: list[Answered], catalogue: Catalogue) -> list[str]:
    """What a lens says of everything that the flags of its offences can say, and of an analyst's own examples."""
    lines = [f"{lens.lens_id}: {lens.title}", "Its rows are in order.", ""]
    for codes, held in _alike(lens.rules):
        names = [f"{code} {catalogue.offences[code].label}" for code in codes]
        lines += _wrap(names[0] if len(names) == 1 else ", ".join(codes), 2)
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
            lines += _wrap(
                f"Admissions beside them: {rule.code}, {catalogue.condition_labels[rule.condition]}"
            )
    if answered:
        lines += ["", "Examples"]
    for each in answered:
        word = "ok" if each.is_ok else "FAILED"
        lines += _wrap(
            f"  {word:<7}line {each.line}, {each.lens_id}: {each.description}: {each.answer}"
            + ("" if each.is_ok else f", expected {each.expected}"),
            9,
        )
    return lines


def _truth_lines(code: str, rules: tuple[Rule, ...], catalogue: Catalogue) -> list[str]:
    flags = flags_asked(rules, catalogue.conditions)
    words = " or ".join(_short(rule.condition) for rule in rules) or "no rule"
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


# Words


def _short(condition: str) -> str:
    return condition.removeprefix("if_")


def _any_of(rules: Iterable[Rule]) -> str:
    words = [_short(rule.condition) + (f" ({_days(rule)})" if _days(rule) else "") for rule in rules]
    return " or ".join(words) or "no rule"


def _wrap(text: str, indent: int = 0) -> list[str]:
    own = len(text) - len(text.lstrip())
    return textwrap.wrap(
        text.strip(), WIDTH, initial_indent=" " * own, subsequent_indent=" " * max(own, indent)
    )


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else f"{text[: width - 1]}…"
