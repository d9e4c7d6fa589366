"""Names from outside, such as a supplier's file or column, as they may be shown and kept."""

from __future__ import annotations


def printable(text: str) -> str:
    """A name on one line, with nothing in it that a terminal would obey."""
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode()
        for character in text
    )
