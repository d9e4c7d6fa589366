"""Where the dated notes above a trend stand, so that no text overlaps and no leader crosses one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

from pipeline.report.charts.typesetting import SMALL, Align, measure, wrap

NOTE_WIDTH = 132.0
GAP = 4.0


@dataclass(frozen=True)
class Note:
    """A note's lines, where its leader stands, from where to where its text runs, and its lane (0 lowest)."""

    lines: tuple[str, ...]
    leader: float
    left: float
    align: Align
    lane: int

    @property
    def right(self) -> float:
        """Where the text ends."""
        return self.left + text_width(self.lines)

    @property
    def anchor(self) -> float:
        """The x to which the text is aligned."""
        return {"left": self.left, "right": self.right}.get(self.align, (self.left + self.right) / 2)


def text_width(lines: Sequence[str]) -> float:
    """The width of the widest line of a note."""
    return max(measure(line, SMALL) for line in lines)


def arrange_notes(
    labels: Sequence[str], leaders: Sequence[float], are_spans: Sequence[bool], low: float, high: float
) -> tuple[Note, ...]:
    """The arrangement with the fewest lanes; leaders must be given from left to right."""
    texts = [wrap(label, NOTE_WIDTH, SMALL) for label in labels]
    choices = [
        _list_places(lines, leader, is_span, low, high)
        for lines, leader, is_span in zip(texts, leaders, are_spans, strict=True)
    ]
    if len(labels) > 6:  # 3 ** 6 arrangements are tried in a few milliseconds
        choices = [options[:1] for options in choices]
    best: tuple[int, tuple[Note, ...]] | None = None
    for places in product(*choices):
        lanes = _assign_lanes(places, leaders)
        if lanes is not None and (best is None or max(lanes, default=0) < best[0]):
            notes = tuple(
                Note(lines, leader, left, align, lane)
                for lines, leader, (left, _, align), lane in zip(texts, leaders, places, lanes, strict=True)
            )
            best = (max(lanes, default=0), notes)
    if best is None:
        # No arrangement is free of crossings: one lane each is at least free of overlaps.
        count = len(labels)
        return tuple(
            Note(lines, leader, options[0][0], options[0][2], count - 1 - number)
            for number, (lines, leader, options) in enumerate(zip(texts, leaders, choices, strict=True))
        )
    return best[1]


def _list_places(
    lines: Sequence[str], leader: float, is_span: bool, low: float, high: float
) -> list[tuple[float, float, Align]]:
    width = text_width(lines)
    wanted: list[tuple[float, Align]] = [(leader - 0.5, "left"), (leader + 0.5 - width, "right")]
    if is_span:
        wanted.insert(0, (leader - width / 2, "center"))
    places = [(left, left + width, align) for left, align in wanted if low <= left and left + width <= high]
    if not places:
        left = min(max(leader - width / 2, low), max(high - width, low))
        places = [(left, left + width, "left")]
    return places


def _assign_lanes(places: Sequence[tuple[float, float, Align]], leaders: Sequence[float]) -> list[int] | None:
    count = len(places)
    # A leader ends below every other text that spans it.
    above = {
        n: [m for m in range(count) if m != n and places[m][0] - GAP < leaders[n] < places[m][1] + GAP]
        for n in range(count)
    }
    lanes: dict[int, int] = {}

    def settle(n: int, path: tuple[int, ...]) -> bool:
        if n in path:
            return False
        if n in lanes:
            return True
        under = [m for m in range(count) if n in above[m]]
        if not all(settle(m, (*path, n)) for m in under):
            return False
        lane = max((lanes[m] + 1 for m in under), default=0)
        while any(lanes[m] == lane and _overlap(places[n], places[m]) for m in lanes):
            lane += 1
        lanes[n] = lane
        return True

    # Right to left: a text that runs to the right then stands above those it spans.
    if not all(settle(n, ()) for n in reversed(range(count))):
        return None
    if any(lanes[m] <= lanes[n] for n in range(count) for m in above[n]):
        return None
    return [lanes[n] for n in range(count)]


def _overlap(one: tuple[float, float, Align], other: tuple[float, float, Align]) -> bool:
    return one[0] < other[1] + 2 * GAP and other[0] < one[1] + 2 * GAP
