"""One lens, or all: in lines for a terminal of 100 columns, and as data."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING

from pipeline.cli.lens_words import CODE_WIDTH, WIDTH, cut, group_codes, name_days, shorten, wrap
from pipeline.definitions.lenses import FIRST_DAY, LAST_DAY, Lens, Rule, by_code, flags_asked

if TYPE_CHECKING:
    from pipeline.definitions.catalogue import Catalogue

# So many offences of a subgroup with the same conditions stand in one line.
FOLDED = 5


def tell_all(catalogue: Catalogue) -> list[str]:
    """A line a lens: its name, whose it is, whether its codes are published or a reading of words, and its title."""
    lines = [f"{'lens':<20}{'whose':<12}{'codes':<16}{'offences':>8}  title"]
    for lens in catalogue.lenses.values():
        whose = "this area's" if lens.is_from_assessment else "shipped"
        count = len(by_code(lens.rules))
        lines.append(cut(f"{lens.lens_id:<20}{whose:<12}{_codes(lens):<16}{count:>8}  {lens.title}", WIDTH))
    lines += ["", "interpretation: the words are published and no codes; the rows are our reading of them.",
              "`sna lens show LENS` shows the rules of one."]  # fmt: skip
    return lines


def tell_lens(lens: Lens, catalogue: Catalogue, is_full: bool = False) -> list[str]:
    """A lens with one line an offence and one column a condition."""
    lines = [
        f"{lens.lens_id}: {lens.title}",
        *wrap(lens.meaning),
        "",
        *wrap(
            f"Whose:   {'this area: beside its assessment file' if lens.is_from_assessment else 'shipped'}"
        ),
        *wrap(f"Codes:   {_codes(lens)}", 9),
        *wrap(f"Source:  {lens.source}", 9),
        *wrap(f"Unknown: {_unknown(lens, catalogue)}", 9),
        "",
    ]
    words = list(dict.fromkeys(rule.condition for rule in lens.rules))
    lines += [*_heads(words), *_offence_lines(lens, words, catalogue, is_full)]
    if words:
        lines += ["", *(f"{shorten(word)}: {catalogue.condition_labels[word]}" for word in words)]
    if lens.health_rules:
        lines += ["", "Hospital admissions, counted beside the offences and never added to them"]
        for rule in lens.health_rules:
            days = f", {name_days(rule)}" if name_days(rule) else ""
            lines += wrap(
                f"  {rule.code} ({catalogue.mechanisms[rule.code]}): {shorten(rule.condition)}{days}; {rule.status}",
                4,
            )
    kinds = Counter(
        (rule.source, rule.is_interpretation, rule.status) for rule in (*lens.rules, *lens.health_rules)
    )
    lines += ["", "Rules by source"]
    for (source, is_interpretation, status), count in kinds.items():
        is_said = is_interpretation != "yes" or status.startswith("interpretation")
        reading = "" if is_said else "interpretation; "
        lines += wrap(f"  {count:>3} × {source or 'no source'}: {reading}{status}", 8)
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
    parts = [shorten(word).split("_") for word in words]
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
    parts = [shorten(word).split("_") for word in words]
    end = _label_end(parts)
    for subgroup, codes in group_codes(by_code(lens.rules), catalogue).items():
        yield subgroup
        alike: dict[tuple[tuple[str, str], ...], list[str]] = {}
        for code, rules in codes.items():
            alike.setdefault(tuple((rule.condition, name_days(rule)) for rule in rules), []).append(code)
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
                    label = cut(catalogue.offences[code].label, end - CODE_WIDTH - 3)
                    yield f"  {code:<{CODE_WIDTH}}{label:<{end - CODE_WIDTH - 2}}{marks}"
            yield from (f"      {shorten(word)}: {days}" for word, days in met if days)
