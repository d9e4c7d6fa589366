"""Two readings of the same file, one of the report and one of its stand-in, set side by side."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, zip_longest

from pipeline.scan.figures import ALL_DECIMALS, Figures, Numbers, Pair, bare, round_pair
from pipeline.scan.pieces import NUMERAL, Piece, StrayFigure


@dataclass(frozen=True)
class Allowed:
    """What the numbers of an exhibit, table or section may be, each with its stand-in: as texts, and with all decimals.

    `axes` has the ends of each axis of a drawing, here and in the stand-in.
    """

    texts: Callable[[Piece], frozenset[Pair]]
    numbers: frozenset[Numbers] = frozenset()
    axes: Axes = ()

    def is_exact(self, number: float) -> bool:
        """Whether a number has no more decimals than a published one: beyond those could stand another."""
        return number == round(number, ALL_DECIMALS) or any(
            number == published for published, _ in self.numbers
        )

    def is_drawn_alike(self, number: float, other: float) -> bool:
        """Whether a number stands at the same share of an axis in both: it marks a place, such as the axis's end."""
        return any(
            math.isclose(
                (number - low) / (high - low), (other - other_low) / (other_high - other_low), abs_tol=1e-6
            )
            for (low, high), (other_low, other_high) in self.axes
        )


Axes = tuple[tuple[Numbers, Numbers], ...]
FEWEST_TICKS = 3
TICK = re.compile(r"[−-]?\d(?:[\d,.]*\d)?")


def compare(
    file: str, pieces: Sequence[Piece], others: Sequence[Piece], figures: Figures, allowed: Allowed
) -> None:
    """Raises StrayFigure, which names the place and never the number, at the first that nobody published.

    What names a cell must print that cell. Any other number must be the same in the stand-in, which is the template's,
    or one that is `allowed` where it stands: a published number, there with its own stand-in.
    """
    _compare_axes(file, pieces, others, figures, allowed)
    labels = {other.shape: other for other in others if other.kind == "label"}
    for piece in pieces:
        if piece.kind == "label" and piece.shape in labels:
            _judge(file, piece, labels[piece.shape], figures, allowed)
        elif piece.kind == "label":
            _judge_label(file, piece, allowed)
    looks = {other.text for other in others if other.kind == "look"}
    for piece in pieces:
        if piece.kind == "look" and piece.text not in looks:
            raise _stray(file, _nameless(piece), "something that the template has no place for")
    ours, theirs = (
        [piece for piece in each if not piece.axis and piece.kind not in ("label", "look")]
        for each in (pieces, others)
    )
    for piece, other in zip_longest(ours, theirs):
        if piece is None or other is None or piece.shape != other.shape:
            what = "something" if "fixed" in {each.kind for each in (piece, other) if each} else "a number"
            raise _stray(file, _nameless(piece or other), f"{what} that the template has no place for")
        _judge(file, piece, other, figures, allowed)


def _judge(file: str, piece: Piece, other: Piece, figures: Figures, allowed: Allowed) -> None:
    if piece.cell:
        cell_id, column = piece.cell
        cell = figures.cells.get(cell_id)
        if cell is None or not cell.shows(column, piece.text, piece.kind == "number"):
            raise _stray(file, piece, "a figure that is not the published one of the cell that it names")
        return
    if piece.text == other.text:
        return
    if piece.kind == "number":
        pair = float(piece.text), float(other.text)
        is_published = abs(pair[0] - pair[1]) <= piece.reach or (
            allowed.is_exact(pair[0])
            and (round_pair(*pair) in allowed.numbers or allowed.is_drawn_alike(*pair))
        )
    else:
        pairs = zip(NUMERAL.findall(piece.text), NUMERAL.findall(other.text), strict=True)
        is_published = all(
            number == stand_in or (bare(number), bare(stand_in)) in allowed.texts(piece)
            for number, stand_in in pairs
        )
    if not is_published:
        raise _stray(file, piece, "a number that is no published figure of what it stands in")


def _judge_label(file: str, piece: Piece, allowed: Allowed) -> None:
    """A label may stand in one drawing alone: its number is one that its exhibit prints."""
    prints = {number for number, _ in allowed.texts(piece)}
    if any(bare(number) not in prints for number in NUMERAL.findall(piece.text)):
        raise _stray(file, piece, "a number that is no published figure of what it stands in")


def _compare_axes(
    file: str, pieces: Sequence[Piece], others: Sequence[Piece], figures: Figures, allowed: Allowed
) -> None:
    """An axis is the template's, or declared: its ticks stand at equal steps.

    Any two numbers stand at equal steps: of fewer than FEWEST_TICKS each is judged like any other number.
    """
    ours, theirs = (read_ticks(each) for each in (pieces, others))
    for axis, ticks in ours.items():
        texts = [tick.text for tick in ticks]
        if texts == [tick.text for tick in theirs.get(axis, [])]:
            continue
        if len(ticks) < FEWEST_TICKS:
            for tick, other in zip_longest(ticks, theirs.get(axis, [])):
                if tick is None or other is None:
                    raise _stray(
                        file, tick or other, "a number on an axis that the template has no place for"
                    )
                _judge(file, tick, other, figures, allowed)
            continue
        numbers = [_numbers_of(text) for text in texts]
        is_even = len({len(found) for found in numbers}) == 1 and all(
            len({round(later - earlier, 6) for earlier, later in pairwise(column)}) == 1
            for column in zip(*numbers, strict=True)
        )
        if not is_even:
            raise _stray(file, ticks[0], "a number on an axis that is none of its equal steps")


def _numbers_of(text: str) -> list[float]:
    return [float(bare(found).replace("−", "-")) for found in TICK.findall(text)]


def read_ticks(pieces: Sequence[Piece]) -> dict[str, list[Piece]]:
    """The ticks of each axis, in order."""
    found = defaultdict(list)
    for piece in pieces:
        if piece.axis:
            found[piece.axis].append(piece)
    return found


def _nameless(piece: Piece) -> Piece:
    """What the template does not have, without the numbers in its name: it may have been given one."""
    return replace(piece, place=NUMERAL.sub("#", piece.place))


def _stray(file: str, piece: Piece, what: str) -> StrayFigure:
    line = f"line {piece.line}, " if piece.line else ""
    return StrayFigure(file, f"{line}{piece.place or 'outside all else'}", what)
