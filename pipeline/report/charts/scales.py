"""Axes as arithmetic: round ticks, places for values, labels that do not collide."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Scale:
    """Values from low to high, drawn from start to end (points, or any other unit)."""

    low: float
    high: float
    start: float
    end: float

    def place(self, value: float) -> float:
        """Where a value is drawn."""
        return self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start)


def choose_step(span: float, count: int) -> float:
    """The round step that divides a span into about so many parts."""
    rough = span / max(count, 1)
    power: float = 10.0 ** math.floor(math.log10(rough))
    return next(
        (factor * power for factor in (1.0, 2.0, 2.5, 5.0) if rough <= factor * power * 1.0000001), 10 * power
    )


def choose_ticks(values: Iterable[float], count: int = 5, ceiling: float | None = None) -> tuple[float, ...]:
    """Round ticks that enclose the values, from zero unless all values lie far above it."""
    known = [value for value in values if math.isfinite(value)]
    low, high = (min(known), max(known)) if known else (0.0, 1.0)
    if 0 <= low <= 0.6 * high or low == high:
        low = min(low, 0.0)
    if high <= 0:
        high = 0.0
    if high == low:
        high = low + 1
    step = choose_step(high - low, count)
    first = math.floor(low / step + 1e-9)
    last = math.ceil(high / step - 1e-9)
    ticks = [round(position * step, 10) for position in range(first, last + 1)]
    if ceiling is not None and high <= ceiling:
        ticks = [tick for tick in ticks if tick <= ceiling]
    return tuple(ticks)


def count_decimals(ticks: Sequence[float]) -> int:
    """The decimals that tell these ticks apart."""
    for decimals in range(7):
        if all(abs(round(tick, decimals) - tick) < 1e-9 for tick in ticks):
            return decimals
    return 7


def spread(wanted: Sequence[float], heights: Sequence[float], low: float, high: float) -> tuple[float, ...]:
    """Centres as near as possible to those wanted, within low and high, no two boxes overlapping."""
    order = sorted(range(len(wanted)), key=lambda n: (wanted[n], n))
    offsets: dict[int, float] = {}
    below = 0.0
    for n in order:
        offsets[n] = below + heights[n] / 2
        below += heights[n]
    # Pool adjacent violators: what remains after the boxes' own heights must not decrease.
    pools: list[list[float]] = []
    for n in order:
        pools.append([wanted[n] - offsets[n], 1.0])
        while len(pools) > 1 and pools[-2][0] > pools[-1][0]:
            mean, weight = pools.pop()
            total = pools[-1][1] + weight
            pools[-1] = [(pools[-1][0] * pools[-1][1] + mean * weight) / total, total]
    levels = [level for level, weight in pools for _ in range(round(weight))]
    top = max(high - below, low)
    placed = {n: min(max(level, low), top) + offsets[n] for n, level in zip(order, levels, strict=True)}
    return tuple(placed[n] for n in range(len(wanted)))


def choose_classes(values: Iterable[float], count: int = 5) -> tuple[tuple[float, float], ...]:
    """Classes of about equal numbers of values, each given by the lowest and highest value in it."""
    known = sorted(value for value in values if math.isfinite(value))
    distinct = sorted(set(known))
    if len(distinct) <= count:
        return tuple((value, value) for value in distinct)
    # Each value goes to the class of its first place, so equal values share one.
    first_places: dict[float, int] = {}
    for place, value in enumerate(known):
        first_places.setdefault(value, place)
    members: dict[int, list[float]] = {}
    for value in distinct:
        members.setdefault(first_places[value] * count // len(known), []).append(value)
    return tuple((min(group), max(group)) for _, group in sorted(members.items()))


def find_class(value: float, classes: Sequence[tuple[float, float]]) -> int:
    """The place of a value among classes."""
    return next(place for place, (_, highest) in enumerate(classes) if value <= highest)
