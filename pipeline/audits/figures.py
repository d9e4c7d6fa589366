"""What a cell of a published table says: a number, a marker for a hidden count, or nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import nan

# In square or round brackets, or without; as the Analysis Function and the publishers of health and schools have them.
MARKERS = (
    "c",
    "s",
    "x",
    "*",
    "**",
    ":",
    "..",
    "#",
    "~",
    "low",
    "suppressed",
    "withheld",
    "confidential",
    "redacted",
)
# Nobody says whether a count stands behind these: 0 or more.
UNKNOWN = ("", "-", "–", "—", ".", "n/a", "na", "none given")
NOT_APPLICABLE = ("z",)

_NUMBER = re.compile(r"[-−+]?(\d{1,3}(,\d{3})+|\d+)(\.\d+)?")
# After a number: [r] revised, [note 3] and their like.
_NOTE = re.compile(r"\s*\[[\w ,]+\]$")
_UNDER = re.compile(r"(?:<|under|fewer than|less than)\s*(\d+)")
_AT_MOST = re.compile(r"(?:<=|≤|up to|at most)\s*(\d+)")
# From 1 on: others are mostly bands of age.
_RANGE = re.compile(r"1\s*(?:-|–|to)\s*(\d+)")


@dataclass(frozen=True)
class Figure:
    """A number, or None where it is hidden; then what the marker itself says of it (None: nothing)."""

    value: float | None
    least: int | None = None
    most: int | None = None

    @property
    def is_unknown(self) -> bool:
        """Whether nothing is said of it."""
        return self.value is None and self.least == 0 and self.most is None

    @property
    def is_count(self) -> bool:
        """Whether it is hidden, or whole and not negative."""
        return self.value is None or (self.value >= 0 and self.value % 1 == 0)


def read_figure(text: str, more_markers: tuple[str, ...] = ()) -> Figure | None:
    """The figure that a text is; None where it is words. A percentage is a number that is no count."""
    word = text.strip().casefold()
    if word in (each.strip().casefold() for each in more_markers):
        return Figure(None)
    number = _NOTE.sub("", word)
    if _NUMBER.fullmatch(number):
        return Figure(float(number.replace(",", "").replace("−", "-")))
    if number.endswith("%") and _NUMBER.fullmatch(number[:-1].rstrip()):
        return Figure(nan)
    bare = word[1:-1].strip() if word[:1] + word[-1:] in ("[]", "()") else word
    if bare in MARKERS:
        return Figure(None)
    if bare in UNKNOWN:
        return Figure(None, least=0)
    if bare in NOT_APPLICABLE:
        return Figure(0.0)
    if found := _UNDER.fullmatch(bare):
        return Figure(None, most=int(found[1]) - 1)
    if found := _AT_MOST.fullmatch(bare):
        return Figure(None, most=int(found[1]))
    if found := _RANGE.fullmatch(bare):
        return Figure(None, least=1, most=int(found[1]))
    return None
