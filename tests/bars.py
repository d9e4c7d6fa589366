"""What a benchmark measures beside the bar that was set for it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Measured:
    """A number, the most that it may be (or, of `is_least`, the least), and its unit."""

    what: str
    number: float
    bar: float
    unit: str = "s"
    is_least: bool = False

    @property
    def holds(self) -> bool:
        """Whether the number is on the right side of its bar; one that is not a number is not."""
        return self.number >= self.bar if self.is_least else self.number <= self.bar

    def __str__(self) -> str:
        side, word = "least" if self.is_least else "most", "holds" if self.holds else "MISSED"
        return f"{self.what:64}{self.number:9.2f}{self.bar:9.2f} {self.unit:6}{side:6}{word}"


def print_bars(measured: Iterable[Measured]) -> int:
    """Prints each number beside its bar; the exit code is 1 where one is missed, else 0."""
    every = list(measured)
    print(f"{'':64}{'measured':>9}{'bar':>9}")
    for each in every:
        print(each)
    missed = sum(not each.holds for each in every)
    print(f"{len(every) - missed} of {len(every)} bars hold")
    return 1 if missed else 0
