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
    "***",
    ":",
    "..",
    "#",
    "~",
    "^",
    "†",
    "‡",
    "low",
    "supp",
    "suppressed",
    "data suppressed",
    "withheld",
    "confidential",
    "disclosive",
    "DPR",
    "redacted",
)
# Nobody says whether a count stands behind these: 0 or more.
UNKNOWN = ("", "-", "–", "—", ".", "n/a", "na", "#n/a", "none given")
NOT_APPLICABLE = ("z",)

TRIFLE = 1e-6
_MARKERS = frozenset(marker.casefold() for marker in MARKERS)
_NUMBER = re.compile(r"[-−+]?(\d{1,3}(,\d{3})+|\d{1,3}([ \u00a0\u2009\u202f]\d{3})+|\d+)(\.\d+)?")
_NOT_DIGITS = re.compile(r"[,\s\u00a0\u2009\u202f+]")
# After a number: [r] revised, [note 3], (p), 37*, 31p and their like; "34 (92%)" is 34.
_NOTE = re.compile(r"\s*(\[[\w ,]+\]|\([a-z]\)|\([\d.]+ ?%\)|[*†‡^#¹²³]+|(?<=\d)\s*[rpe])$")
NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_NUMBER_WORDS = {word: at for at, word in enumerate(NUMBERS, 1)}
_COUNT = rf"(\d+|{'|'.join(_NUMBER_WORDS)})"
_UNDER = re.compile(rf"(?:n\s*)?(?:<|under|fewer than|less than)\s*{_COUNT}")
_AT_MOST = re.compile(rf"(?:n\s*)?(?:<=|≤|up to|at most)\s*{_COUNT}")
_OR_FEWER = re.compile(rf"{_COUNT} or (?:fewer|less)")
# From 0, 1 or 2 on: others are mostly bands of age.
_RANGE = re.compile(r"([012])\s*(?:-|–|to)\s*(\d+)")
# A marker of the user's that says what it stands for: †=7 or †=1-7.
_LIMITED = re.compile(r"(.+)=(?:(\d+)-)?(\d+)")


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
    def is_shown(self) -> bool:
        """Whether it is a number."""
        return self.value is not None

    @property
    def is_count(self) -> bool:
        """Whether it is hidden, or whole and not negative."""
        return self.value is None or (self.value >= 0 and self.value % 1 == 0)


def read_figure(text: str, more_markers: tuple[str, ...] = ()) -> Figure | None:
    """The figure that a text is; None where it is words. A percentage is a number that is no count.

    A further marker may say what it stands for, such as †=7 (at most) or †=1-7.
    """
    word = text.strip().casefold()
    for marker in more_markers:
        limits = _LIMITED.fullmatch(marker.strip().casefold())
        if word == (limits[1].strip() if limits else marker.strip().casefold()):
            return _make_range(limits[2], limits[3]) if limits else Figure(None)
    number = _NOTE.sub("", word)
    if _NUMBER.fullmatch(number):
        value = float(_NOT_DIGITS.sub("", number).replace("−", "-"))
        # A computer's sum of fractions may miss a whole number by a trifle.
        return Figure(float(round(value)) if abs(value - round(value)) < TRIFLE else value)
    if number.endswith("%") and _NUMBER.fullmatch(number[:-1].rstrip()):
        return Figure(nan)
    bare = word[1:-1].strip() if word[:1] + word[-1:] in ("[]", "()") else word
    if bare.rstrip(".") in _MARKERS or bare in _MARKERS:
        return Figure(None)
    if bare in UNKNOWN:
        return Figure(None, least=0)
    if bare in NOT_APPLICABLE:
        return Figure(0.0)
    return _read_limits(bare)


def _read_limits(word: str) -> Figure | None:
    """The figure of a marker that says itself how much it is at most."""
    if found := _UNDER.fullmatch(word):
        return Figure(None, most=_count(found[1]) - 1)
    if found := _AT_MOST.fullmatch(word) or _OR_FEWER.fullmatch(word):
        return Figure(None, most=_count(found[1]))
    found = _RANGE.fullmatch(word)
    return _make_range(found[1], found[2]) if found else None


def _make_range(least: str | None, most: str) -> Figure:
    return Figure(None, least=None if least is None else int(least), most=int(most))


def _count(text: str) -> int:
    return _NUMBER_WORDS[text] if text in _NUMBER_WORDS else int(text)
