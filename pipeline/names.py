"""Names from outside, such as a supplier's file or column, as they may be shown and kept."""

from __future__ import annotations

from collections.abc import Sequence

SHOWN_NAMES = 3


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
