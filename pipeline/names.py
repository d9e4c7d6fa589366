"""Text from outside, such as the name of a supplier's file or column, as it may be shown and kept."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

SHOWN_NAMES = 3
# A spreadsheet takes text that begins so for a formula.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
# Scripts of which some letters look like those of another.
ALIKE = ("Latin", "Cyrillic", "Greek")


def printable(text: str) -> str:
    """A name on one line, with nothing in it that a terminal would obey."""
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode()
        for character in text
    )


def name_some(names: Sequence[str]) -> str:
    """Names in a sentence: the first three, and how many more there are."""
    more = len(names) - SHOWN_NAMES
    return ", ".join(names[:SHOWN_NAMES]) + (f" and {more} more" if more > 0 else "")


def name_all(names: Sequence[str]) -> str:
    """Names in a sentence: all of them, the last after *and*."""
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else "".join(names)


def defuse(text: str) -> str:
    """The text, with an apostrophe before what a spreadsheet would take for a formula."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def tidy_person(name: str) -> str:
    """A person's name without what nobody sees, its letters composed and its words one space apart."""
    seen = "".join(each for each in name if each.isspace() or unicodedata.category(each)[0] != "C")
    return " ".join(unicodedata.normalize("NFKC", seen).split())


def fold_person(name: str) -> str:
    """The same text for every way to write a name: its case, and what stands between its letters, do not count."""
    folded = tidy_person(name).casefold()
    words = "".join(each if unicodedata.category(each)[0] in "LMN" else " " for each in folded).split()
    return unicodedata.normalize("NFKC", " ".join(words))


def find_scripts(name: str) -> list[str]:
    """Which of the scripts that look alike a name has letters of."""
    letters = {unicodedata.name(each, "").partition(" ")[0] for each in name}
    return [script for script in ALIKE if script.upper() in letters]
