"""What each published figure looks like in print, here and in the stand-in."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from pipeline.scan.stand_in import CERTIFICATE

KEY = (
    "indicator_id",
    "lens_id",
    "area_code",
    "area_type",
    "period_type",
    "period_start",
    "period_end",
    "breakdown",
    "breakdown_value",
    "split",
)
NUMBERS = ("numerator", "denominator", "value", "lower95", "upper95", "lowest", "highest")
COUNTS = ("numerator", "denominator")
BOUNDS = ("lowest", "highest")
# A share in whole numbers of a hundred: as it is, and the range that it lies in.
WHOLE: Mapping[str, tuple[str, Callable[[float], int]]] = {
    "whole": ("value", round),
    "whole_lowest": ("lowest", math.floor),
    "whole_highest": ("highest", math.ceil),
}
SIGNS = {"suppressed": "[c]", "not_available": "[x]", "not_applicable": "[z]"}
# Tables that tell of the data, of verdicts and of what was published elsewhere, and the columns that a report prints.
ABOUT = {
    "data_quality": ("count", "base", "percent"),
    "flag_audit": (
        "completeness_percent",
        "domestic_percent",
        "expected_percent",
        "cannot_be_told_percent",
        "expected_not_flagged_percent",
    ),
    "claims": ("value", "lower95", "upper95"),
    "decompositions": (
        "share",
        "reference_share",
        "weight",
        "reference_weight",
        "mix_effect",
        "mix_lower95",
        "mix_upper95",
        "within_effect",
        "within_lower95",
        "within_upper95",
        "known_within_effect",
        "known_within_lower95",
        "known_within_upper95",
    ),
    "lens_comparisons": ("value", "lower95", "upper95", "lowest", "highest"),
    "positions": ("centre", "lower95", "upper95", "lower998", "upper998"),
    "distributions": ("value", "expected"),
    "sources": ("delivery_count",),
    "signals": ("value", "centre", "lower_limit", "upper_limit"),
    "benchmarks": ("value",),
}
MOST_DECIMALS = 3
ALL_DECIMALS = 6
Pair = tuple[str, str]
Numbers = tuple[float, float]


@dataclass(frozen=True)
class Cell:
    """One published row: its numbers by column, here and in the stand-in, and how they are printed."""

    numbers: Mapping[str, tuple[float | None, float | None]]
    beside: Mapping[str, frozenset[Numbers]]
    status: str
    decimals: int
    unit: str

    def print(self, column: str) -> frozenset[str]:
        """What may stand where this number is shown: nothing for a column that there is not, several for benchmarks."""
        if column in self.beside:
            return frozenset(self._write(number) for number, _ in self.beside[column])
        if column in WHOLE and self.status == "reported":
            name, whole = WHOLE[column]
            number = self.numbers[name][0]
            return frozenset() if number is None else frozenset([write(whole(number), 0)])
        if column not in self.numbers:
            return frozenset()
        printed = frozenset([self._print_own(column)])
        # A table may have the unit of a sum in its heading.
        number = self.numbers[column][0]
        is_sum = self.unit.startswith("£") and self.status == "reported" and number is not None
        return printed | {write(number, self.decimals)} if is_sum and number is not None else printed

    def _print_own(self, column: str) -> str:
        if self.status != "reported":
            return SIGNS[self.status]
        number = self.numbers[column][0]
        if number is None:
            # What a figure can be at least and at most is missing where few records do not say.
            return SIGNS["suppressed" if column in BOUNDS else "not_applicable"]
        return write(number, 0) if column in COUNTS else self._write(number)

    def _write(self, number: float) -> str:
        text = write(number, self.decimals)
        if self.unit.startswith("£"):
            return f"£{text}{self.unit.removeprefix('£')}"
        return f"{text}%" if self.unit == "%" else text

    def shows(self, column: str, text: str, is_number: bool) -> bool:
        """Whether what stands in a place is this number, as it is printed or as a number of its decimals."""
        if not is_number:
            return text in self.print(column)
        if column in self.beside:
            true = [number for number, _ in self.beside[column]]
        else:
            own = self.numbers.get(column, (None, None))[0]
            true = [own] if own is not None and self.status == "reported" else []
        decimals = 0 if column in COUNTS else self.decimals
        return any(float(text) == round(number, decimals) for number in true)

    def pairs(self) -> Iterable[Numbers]:
        """Each number with its stand-in; of a share also what is left of 100, whole."""
        for number, other in self.numbers.values():
            if number is not None and other is not None:
                yield number, other
                if self.unit == "%":
                    yield 100 - round(number), 100 - round(other)
        for beside in self.beside.values():
            yield from beside

    def reaches(self) -> Iterable[Numbers]:
        """How far the value lies from each end of its interval, with the stand-in of it."""
        (value, other_value), *ends = (self.numbers[name] for name in ("value", "lower95", "upper95"))
        for end, other_end in ends:
            if None not in (value, other_value, end, other_end):
                yield abs(end - value), abs(other_end - other_value)  # type: ignore[operator]


@dataclass(frozen=True)
class Figures:
    """Everything published that has a number: cells by id, and of each other table its numbers with their stand-ins."""

    cells: Mapping[str, Cell]
    about: Mapping[str, frozenset[Numbers]]

    def find(self, cell_ids: Iterable[str]) -> list[Cell]:
        """The cells of these ids, as far as they are published."""
        return [self.cells[cell_id] for cell_id in cell_ids if cell_id in self.cells]


def read_figures(published: Path, stand_in: Path) -> Figures:
    """The figures of a published folder and of its stand-in."""
    about = {
        name: frozenset(pair for column in columns for pair in _both(published, stand_in, name, column))
        for name, columns in ABOUT.items()
    }
    one, other = (json.loads((folder / CERTIFICATE).read_text("utf-8")) for folder in (published, stand_in))
    # Parts of one are printed as parts of a hundred.
    about["distributions"] |= {(100 * number, 100 * other) for number, other in about["distributions"]}
    about["certificate"] = frozenset((one[name], other[name]) for name in ("figures", "hidden_figures"))
    return Figures(_read_cells(published, stand_in), about)


def _read_cells(published: Path, stand_in: Path) -> dict[str, Cell]:
    rows, others = (pd.read_parquet(folder / "indicator_values.parquet") for folder in (published, stand_in))
    indicators = pd.read_parquet(published / "indicators.parquet").set_index("indicator_id")
    decimals, units = indicators["decimals"].to_dict(), indicators["unit"].to_dict()
    ids = name_cells(rows)
    columns = [list(zip(_numbers(rows[name]), _numbers(others[name]), strict=True)) for name in NUMBERS]
    beside = _read_beside(published, stand_in)
    return {
        cell_id: Cell(
            dict(zip(NUMBERS, numbers, strict=True)),
            beside.get(cell_id, {}),
            status,
            int(decimals[name]),
            str(units[name]),
        )
        for cell_id, status, name, *numbers in zip(
            ids, rows["value_status"], rows["indicator_id"], *columns, strict=True
        )
    }


def _read_beside(published: Path, stand_in: Path) -> dict[str, dict[str, frozenset[Numbers]]]:
    """By cell and kind of comparison, what it is set beside."""
    files = [folder / "comparisons.parquet" for folder in (published, stand_in)]
    if not files[0].exists():
        return {}
    rows, others = (pd.read_parquet(file) for file in files)
    found: dict[str, dict[str, frozenset[Numbers]]] = {}
    for cell_id, kind, number, other in zip(
        name_cells(rows),
        rows["comparator_kind"],
        _numbers(rows["comparator_value"]),
        _numbers(others["comparator_value"]),
        strict=True,
    ):
        if number is not None and other is not None:
            kinds = found.setdefault(cell_id, {})
            kinds[f"beside_{kind}"] = kinds.get(f"beside_{kind}", frozenset()) | {(number, other)}
    return found


def name_cells(rows: pd.DataFrame) -> list[str]:
    """The id of each published row: its key in one word."""
    key = rows[list(KEY)].copy()
    for name in ("period_start", "period_end"):
        key[name] = pd.to_datetime(key[name]).dt.strftime("%Y-%m-%d")
    return ["~".join(map(str, row)) for row in key.itertuples(index=False)]


def _both(published: Path, stand_in: Path, name: str, column: str) -> Iterable[tuple[float, float]]:
    """The numbers of a column, each with its stand-in; none where the table was not published."""
    files = [folder / f"{name}.parquet" for folder in (published, stand_in)]
    if not files[0].exists():
        return
    tables = [pd.read_parquet(file, columns=[column]) for file in files]
    for number, other in zip(*(_numbers(table[column]) for table in tables), strict=True):
        if number is not None and other is not None:
            yield number, other


def _numbers(column: pd.Series) -> list[float | None]:
    return [None if pd.isna(number) else float(number) for number in column]


def print_pairs(pairs: Iterable[Numbers]) -> frozenset[Pair]:
    """Numbers and their stand-ins, without thousands' commas, as they may be printed: with few decimals, or cut off."""
    found = set()
    for number, other in pairs:
        one, two = abs(number), abs(other)
        found |= {(bare(write(one, places)), bare(write(two, places))) for places in range(MOST_DECIMALS + 1)}
        found.add((str(int(one)), str(int(two))))
    return frozenset(found)


def round_pairs(pairs: Collection[Numbers]) -> frozenset[Numbers]:
    """Numbers and their stand-ins as a file may hold them: as they are, with few decimals, or cut off."""
    found = set(pairs)
    for number, other in pairs:
        found |= {(round(number, places), round(other, places)) for places in range(ALL_DECIMALS + 1)}
        found.add((float(int(number)), float(int(other))))
    return frozenset(found)


def round_pair(number: float, other: float) -> Numbers:
    """A number and its stand-in, without what a computer adds beyond their decimals."""
    return round(number, ALL_DECIMALS), round(other, ALL_DECIMALS)


def bare(numeral: str) -> str:
    """A numeral without the commas of its thousands."""
    return numeral.replace(",", "")


def write(number: float, decimals: int) -> str:
    """A number with thousands by comma, never a minus zero."""
    text = f"{number:,.{decimals}f}"
    return text.removeprefix("-") if not text.strip("-0.,") else text
