"""Known errors of publishers, as rows: what the file says, what is right, and how we know."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from pipeline.contracts import Contract
from pipeline.ingest.values import literal
from pipeline.settings import ConfigurationError

KEYS = (1, 2, 3)


@dataclass(frozen=True)
class Correction:
    """In the rows whose key columns hold these words, a column says `expected` and should say `corrected`."""

    source_id: str
    keys: tuple[tuple[str, str], ...]
    column_name: str
    expected: str
    corrected: str
    reason: str

    @property
    def applies_sql(self) -> str:
        """Whether a row is one of those meant."""
        return " and ".join(f"text_{name} = {literal(word)}" for name, word in self.keys)

    @property
    def is_outdated_sql(self) -> str:
        """Whether a row is meant and no longer says what the correction expects."""
        return f"{self.applies_sql} and text_{self.column_name} is distinct from {literal(self.expected)}"


def read_corrections(files: Iterable[Path], contracts: Iterable[Contract]) -> tuple[Correction, ...]:
    """The corrections of the project and of the assessment; ConfigurationError where one names no column."""
    known = {contract.source_id: [column.name for column in contract.columns] for contract in contracts}
    corrections = []
    for file in files:
        if not file.exists():
            continue
        with file.open(encoding="utf-8-sig", newline="") as lines:
            for number, row in enumerate(csv.DictReader(lines), start=2):
                keys = tuple((row[f"key_{n}"], row[f"key_{n}_value"]) for n in KEYS if row.get(f"key_{n}"))
                for name in (row["column_name"], *(name for name, _ in keys)):
                    if row["source_id"] in known and name not in known[row["source_id"]]:
                        raise ConfigurationError(
                            f"{file} line {number}: {row['source_id']} has no column {name!r}: correct the row."
                        )
                if not keys or not row["reason"]:
                    raise ConfigurationError(
                        f"{file} line {number}: a correction needs a key column and a reason: add them."
                    )
                corrections.append(
                    Correction(row["source_id"], keys, row["column_name"], row["expected_value"],
                               row["corrected_value"], row["reason"])
                )  # fmt: skip
    return tuple(corrections)


def corrected(corrections: Iterable[Correction]) -> str:
    """The select items that put the right word in place of the wrong one, by column."""
    by_column: dict[str, list[str]] = {}
    for each in corrections:
        text = f"text_{each.column_name}"
        by_column.setdefault(text, []).append(
            f"when {each.applies_sql} and {text} = {literal(each.expected)} then {literal(each.corrected)}"
        )
    return ", ".join(f"case {' '.join(cases)} else {text} end as {text}" for text, cases in by_column.items())
