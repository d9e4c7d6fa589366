"""The words, and the widths of lines, that all commands on lenses share."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from pipeline.definitions.lenses import FIRST_DAY, LAST_DAY, Rule

if TYPE_CHECKING:
    from pipeline.definitions.catalogue import Catalogue

WIDTH = 100
CODE_WIDTH = 15


def group_codes(
    codes: Mapping[str, tuple[Rule, ...]], catalogue: Catalogue
) -> dict[str, dict[str, tuple[Rule, ...]]]:
    """The codes under their subgroups, in the order of the Home Office table."""
    grouped: dict[str, dict[str, tuple[Rule, ...]]] = {}
    for code, offence in catalogue.offences.items():
        if code in codes:
            grouped.setdefault(offence.subgroup, {})[code] = codes[code]
    return grouped


def name_days(rule: Rule) -> str:
    """The days between which a rule holds; an empty text where it always does."""
    since = f"from {rule.first_day}" if rule.first_day != FIRST_DAY else ""
    until = f"to {rule.last_day}" if rule.last_day != LAST_DAY else ""
    return " ".join(part for part in (since, until) if part)


def shorten(condition: str) -> str:
    """A condition without the word that all conditions begin with."""
    return condition.removeprefix("if_")


def name_conditions(rules: Iterable[Rule]) -> str:
    """The conditions of rules of which any one is enough, with their days."""
    words = [shorten(rule.condition) + (f" ({name_days(rule)})" if name_days(rule) else "") for rule in rules]
    return " or ".join(words) or "no rule"


def wrap(text: str, indent: int = 0) -> list[str]:
    """A text in lines; those after the first are indented, at least as far as the first."""
    own = len(text) - len(text.lstrip())
    return textwrap.wrap(
        text.strip(), WIDTH, initial_indent=" " * own, subsequent_indent=" " * max(own, indent)
    )


def cut(text: str, width: int) -> str:
    """A text, cut where it is longer than `width`."""
    return text if len(text) <= width else f"{text[: width - 1]}…"
