"""Two lenses side by side, in lines: whose offences the other lacks, and what has been published of both."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from pipeline.cli.lens_words import CODE_WIDTH, cut, group_codes, name_conditions, name_days, wrap
from pipeline.definitions.lenses import Difference, Lens

if TYPE_CHECKING:
    from pipeline.cli.lens_figures import LensFigure, LensFigures
    from pipeline.definitions.catalogue import Catalogue

BREAKDOWNS = {
    "offence_subgroup": "kind of offence",
    "sex": "sex of the victim",
    "age_band": "age of the victim",
    "location_type": "location",
}


@dataclass(frozen=True)
class Comparison:
    """Two lenses, how their rules differ on a day, and what has been published of both."""

    first: Lens
    second: Lens
    day: date
    offences: list[Difference]
    admissions: list[Difference]
    figures: LensFigures | None


def tell_comparison(told: Comparison, catalogue: Catalogue, is_full: bool = False) -> list[str]:
    """Which offences one lens has and the other not, whether one lies inside the other, and the published counts."""
    first, second = told.first, told.second
    dated = any(name_days(rule) for rule in (*first.rules, *second.rules))
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
    lines.append(f"In both alike: {_offences(len(both) - len(differing))}")
    for difference in told.admissions:
        sides = [
            name_conditions(rules) if rules else "not counted"
            for rules in (difference.first, difference.second)
        ]
        lines.append(
            f"Admissions, {difference.code}: {first.lens_id} {sides[0]}, {second.lens_id} {sides[1]}"
        )
    return [*lines, "", *_published_lines(told, is_full)]


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


def _offences(number: int) -> str:
    return f"{number} offence{'' if number == 1 else 's'}"


def _codes_alone(heading: str, kept: list[Difference], catalogue: Catalogue, is_full: bool) -> list[str]:
    if not kept:
        return []
    lines = [f"{heading}: {_offences(len(kept))}"]
    rules = {each.code: each.first or each.second for each in kept}
    for subgroup, codes in group_codes(rules, catalogue).items():
        alike: dict[str, list[str]] = {}
        for code, held in codes.items():
            alike.setdefault(name_conditions(held), []).append(code)
        for words, same in alike.items():
            if is_full:
                for code in same:
                    lines += wrap(
                        f"  {code:<{CODE_WIDTH}}{catalogue.offences[code].label}: {words}", 2 + CODE_WIDTH
                    )
            else:
                lines += wrap(f"  {subgroup}: {', '.join(same)}: {words}", 6)
    return [*lines, ""]


def _other_conditions(
    differing: list[Difference], told: Comparison, catalogue: Catalogue, is_full: bool
) -> list[str]:
    if not differing:
        return []
    alike: dict[tuple[str, str], list[str]] = {}
    for each in differing:
        alike.setdefault((name_conditions(each.first), name_conditions(each.second)), []).append(each.code)
    lines = [f"In both, on other conditions: {_offences(len(differing))}"]
    for (ours, theirs), codes in alike.items():
        if is_full:
            lines += [f"  {code:<{CODE_WIDTH}}{cut(catalogue.offences[code].label, 80)}" for code in codes]
        else:
            lines += wrap(f"  {', '.join(codes)}", 2)
        lines += wrap(f"      {told.first.lens_id}: {ours}", 8)
        lines += wrap(f"      {told.second.lens_id}: {theirs}", 8)
    return [*lines, ""]


def _published_lines(told: Comparison, is_full: bool) -> list[str]:
    if told.figures is None:
        return ["Nothing has been published of them here yet: `sna refresh` does."]
    first, second = told.first.lens_id, told.second.lens_id
    lines = [f"Published, {told.figures.year}{'':<28}{cut(first, 22):>24}{cut(second, 22):>24}"]
    reasons: dict[str, None] = {}
    for indicator_id in dict.fromkeys(each.indicator_id for each in told.figures.figures):
        cells = [told.figures.find(lens_id, indicator_id) for lens_id in (first, second)]
        lines.append(_side_by_side(next(each.title for each in cells if each), cells, reasons))
    counts = [told.figures.find(lens_id, "lens_offences") for lens_id in (first, second)]
    if all(each and each.value for each in counts):
        low, high = sorted((each for each in counts if each), key=lambda each: each.value or 0)
        share = 100 * (low.value or 0) / (high.value or 1)
        same = ", not all of them the same" if _nesting(told).startswith("Not nested") else ""
        number = f"{share:.{0 if share >= 10 else 1}f}"
        lines += wrap(
            f"Capture ratio: for every 100 offences in {high.lens_id}, {low.lens_id} has {number}{same}."
        )
    for breakdown, name in BREAKDOWNS.items():
        lines += _broken_down(told, breakdown, name, reasons) if is_full else []
    if not is_full:
        lines.append("By kind of offence, sex, age and location: --full.")
    return [*lines, *(line for reason in reasons for line in wrap(f"Where no figure is shown: {reason}"))]


def _broken_down(told: Comparison, breakdown: str, name: str, reasons: dict[str, None]) -> list[str]:
    """The published offences of both by the values of a breakdown, but for those that are none in both."""
    assert told.figures is not None
    found = told.figures.of_breakdown(breakdown)
    lines = []
    for value in dict.fromkeys(each.breakdown_value for each in found):
        held = {each.lens_id: each for each in found if each.breakdown_value == value}
        cells = [held.get(lens.lens_id) for lens in (told.first, told.second)]
        if any(each and each.value != 0 for each in cells):
            lines.append(_side_by_side(value, cells, reasons))
    return ["", f"Offences by {name}", *lines] if lines else []


def _side_by_side(title: str, cells: list[LensFigure | None], reasons: dict[str, None]) -> str:
    """A title and two figures, each with the bounds that are told of it; why one is hidden goes to `reasons`."""
    words = []
    for cell in cells:
        status, _, reason = cell.words.partition(": ") if cell else ("", "", "")
        reasons |= {reason: None} if reason else {}
        unit = "%" if cell and cell.unit == "%" and cell.value is not None else ""
        is_open = cell and cell.lowest is not None and cell.highest is not None and cell.lowest < cell.highest
        bounds = f" ({cell.lowest:g} to {cell.highest:g})" if cell and is_open else ""
        words.append(f"{status}{unit}{bounds}")
    return f"{cut(title, 44):<46}{words[0]:>24}{words[1]:>24}"
