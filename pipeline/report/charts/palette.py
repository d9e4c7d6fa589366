"""One meaning a colour, through every page."""

from __future__ import annotations

PLUM = "#801650"  # domestic abuse
NAVY = "#12436D"  # not domestic
GREY = "#BFBFBF"  # not known
MID = "#6F777B"  # comparators, everything else
INK = "#2B2F33"  # totals and the area in focus
ORANGE = "#F46A25"  # attention, at most once a chart
TEXT = "#2B2F33"
FAINT = "#595F63"  # second-rank text, 6:1 on white
GRID = "#D9D9D9"
SHADE = "#EEF0F1"
WHITE = "#FFFFFF"
HATCH = "#B4B9BC"
HIDDEN = "/////"  # how what is not shown is hatched

ROLE_COLOURS = {
    "total": INK,
    "focus": INK,
    "domestic": PLUM,
    "non_domestic": NAVY,
    "not_known": GREY,
    "comparator": MID,
    "other": MID,
}
# Plum and navy are equally dark: in greyscale "not domestic" is told by its hollow line or square.
HOLLOW = ("non_domestic",)
ROLE_DASHES: dict[str, tuple[float, ...]] = {
    "not_known": (1.2, 1.8),
    "comparator": (3.0, 2.0),
}
ROLE_WIDTHS = {
    "total": 2.2,
    "domestic": 2.2,
    "non_domestic": 2.8,
    "not_known": 1.8,
    "comparator": 1.6,
    "other": 1.2,
}
# Grey on white is too faint for a line or a letter: those of "not known" are mid-grey.
LINE_COLOURS = ROLE_COLOURS | {"not_known": MID}

# Five tints of navy from light to dark; each step is seen in greyscale.
NAVY_TINTS = ("#DFE8F1", "#AAC3DA", "#7099BF", "#3A6C9B", "#12436D")


def pick_tints(count: int) -> tuple[str, ...]:
    """The tints for so many classes, spread over the whole scale."""
    if count == 1:
        return (NAVY_TINTS[2],)
    last = len(NAVY_TINTS) - 1
    return tuple(NAVY_TINTS[round(position * last / (count - 1))] for position in range(count))
