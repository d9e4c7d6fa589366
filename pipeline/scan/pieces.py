"""Stretches of a written file that may hold a number."""

from __future__ import annotations

import re
from dataclasses import dataclass

NUMERAL = re.compile(r"\d(?:[\d,.]*\d)?")


@dataclass(frozen=True)
class Piece:
    """A text, where it stands, what it belongs to, and the published cell and column that it says it shows.

    `owner` is an exhibit, a table or a section; `axis` names the chart's axis whose tick it is, '' for any other.
    `kind` is text; picture, a text that stands in or for a drawing and cannot name its cells one by one; number, which
    bears all its decimals; label, which is drawn where there is room; look, which is how one of several things alike
    looks; or fixed, which is the same whatever the figures are. `line` is that of a text file, or a page; `reach`, how
    far a number that says where something is drawn, and is no figure, may lie from that of the stand-in.
    """

    place: str
    text: str
    owner: str = ""
    cell: tuple[str, str] | None = None
    axis: str = ""
    kind: str = "text"
    line: int = 0
    reach: float = 0.0

    @property
    def shape(self) -> tuple[str, str, tuple[str, str] | None]:
        """What is the same whatever the figures are."""
        if self.kind == "fixed":
            return self.place, self.text, self.cell
        is_open = bool(self.cell) or self.kind == "number"
        return self.place, "" if is_open else NUMERAL.sub("#", self.text), self.cell


class StrayFigure(Exception):
    """A written report holds a number that is neither a published figure nor the template's.

    The sentence names the file, the place and what is wrong there, never the number.
    """

    def __init__(self, file: str, place: str, what: str) -> None:
        super().__init__(
            f"{file} holds {what} ({place}), so this report may not be used: write it anew with `sna report`, and if "
            "that is refused as well, report this fault of the program."
        )


def has_number(text: str) -> bool:
    """Whether a text holds a digit or another sign for a number, in any script."""
    return any(letter.isnumeric() for letter in text)
