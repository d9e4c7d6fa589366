"""The published sentences, notes and reasons: each number in one is of its own row, or the project's own text."""

from __future__ import annotations

import ast
import csv
import json
import math
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from pipeline.scan.figures import bare, write
from pipeline.scan.pieces import NUMERAL, StrayFigure, has_number

# What the publishing code writes; names and definitions are rows of the project, and keys name a cell.
COLUMNS = ("sentence", "caveat", "status_reason", "reason", "note", "gap_note", "comparator_label")
# Further numbers of a row, under a name each.
NUMBERS = "numbers"
DELIVERIES = "provenance"
MOST_DECIMALS = 5
SEEDS = Path("dbt_project", "seeds")
PUBLISH = Path("pipeline", "publish")
SLOT = re.compile(r"\{[^}]*\}")
LETTER = re.compile(r"[A-Za-z%]")
# Years, ages, what counts periods, areas, months and trends, how much wider a variance is, and shares with what is
# not known, which have room for rounding: no records.
NO_RECORDS = re.compile(
    r"(?<![\d.,])(19|20)\d\d(/\d\d)?(?![\d.,]*\d)|\b\d+ of its \d+ periods|\bOne of \d+ trends"
    r"|\band \d+ more (?=never|came)|\bLeft out, \d+ of the areas|\bends \d+ months (?=before|after)"
    r"|\bfewer than \d+$|\bin \d+ of its districts"
    r"|\b\d+ of the \d+ districts|\b\d+ districts|\bthe variance is \d+\.\d times"
    r"|\b\d+ police forces|\bcounts the \d+\.\d% of offences without a flag"
    r"|\bWith every unknown flag domestic it would be \d+\.\d%"
    r"|\bmore than \d in 10 records|(?<=weights are those of )\d[\d+, and-]*\."
)
SHARE = re.compile(r"(\d(?:[\d,.]*\d)?)%")
CLAIM = ("claim_id", "period_start", "period_end")
DAY = len("2024-03-31")
PLACE = ("area_code", "period_start", "period_end")
Row = Mapping[Any, Any]


def scan_texts(published: Path, project: Path) -> None:
    """Raises StrayFigure where a text holds a number that is none of its row's and stands in no text of the project.

    A report repeats these texts, and so does that of the stand-in, so its scan cannot tell: what is published is what
    the certificate names, and what the publishing code writes into texts is asked here, of every area that is built.
    """
    shares = _read_shares(published)
    for file in sorted(published.glob("*.parquet")):
        table = pd.read_parquet(file)
        # What is said of a file that was refused is said at the door.
        if file.stem == DELIVERIES:
            continue
        claims = (
            {
                key: frozenset().union(*map(_print_row, part.to_dict("records")))
                for key, part in table.groupby([*CLAIM])
            }
            if "claim_id" in table
            else {}
        )
        for column in [name for name in COLUMNS if name in table]:
            is_open = table[column].map(
                lambda text: isinstance(text, str) and has_number(_strip(text, project))
            )
            for line, row in zip(table.index[is_open], table[is_open].to_dict("records"), strict=True):
                text = _strip(row[column], project)
                told = shares.get(_place(row), frozenset())
                text = SHARE.sub(lambda found: " " if bare(found[1]) in told else found[0], text)  # noqa: B023
                known = _print_row(row) | _thresholds(project)
                # A claim's last sentence sums up those of its parts.
                known |= claims.get(
                    tuple(row[name] for name in CLAIM) if "claim_id" in row else (), frozenset()
                )
                if any(bare(found) not in known for found in _numerals(text)):
                    raise StrayFigure(
                        f"The published table {file.stem}",
                        f"row {line + 1}, {column}",
                        "a text with a number that is none of its row's",
                    )


def _read_shares(published: Path) -> dict[tuple[str, ...], frozenset[str]]:
    """By area and period, the published shares, as they may be printed."""
    indicators = pd.read_parquet(published / "indicators.parquet")
    values = pd.read_parquet(published / "indicator_values.parquet")
    is_share = values["indicator_id"].isin(indicators.loc[indicators["unit"] == "%", "indicator_id"])
    found: dict[tuple[str, ...], set[str]] = {}
    for row in values.loc[is_share, [*PLACE, "value", "lowest", "highest"]].to_dict("records"):
        found.setdefault(_place(row), set()).update(_print_row(row))
    return {place: frozenset(shares) for place, shares in found.items()}


def _place(row: Row) -> tuple[str, ...]:
    return tuple(str(row.get(name, ""))[:DAY] for name in PLACE)


def _numerals(text: str) -> list[str]:
    """The numbers of a text; a sign for a number that is no figure 0 to 9 is one."""
    return [
        *NUMERAL.findall(text),
        *(letter for letter in text if letter.isnumeric() and not letter.isascii()),
    ]


def _print_row(row: Row) -> frozenset[str]:
    """Each number of a row as a sentence may have it: with few decimals, cut off or brought up, or in hundredths."""
    further = row.get(NUMBERS)
    numbers = [*row.values(), *(json.loads(further).values() if isinstance(further, str) else ())]
    # What is compared is told by what it is compared to, and by how far it is from that.
    if row.get("measure_of_difference") == "percentage points":
        numbers.append(row["comparator_value"] + row["difference"])
    found: set[str] = set()
    for number in numbers:
        if isinstance(number, int | float) and not isinstance(number, bool) and not pd.isna(number):
            for one in (abs(number), 100 * abs(number)):
                for places in range(MOST_DECIMALS + 1):
                    step = 10**places
                    ways = (one, math.floor(one * step) / step, math.ceil(one * step) / step)
                    found.update(bare(write(way, places)) for way in ways)
    return frozenset(found)


@cache
def _thresholds(project: Path) -> frozenset[str]:
    """The thresholds of claims, as they are and in hundredths."""
    with (project / SEEDS / "claim_thresholds.csv").open(encoding="utf-8", newline="") as stream:
        return _print_row({row["threshold_id"]: float(row["value"]) for row in csv.DictReader(stream)})


@cache
def _strip(text: str, project: Path) -> str:
    """A text without what it has from the project's own, longest first, and without what counts no records."""
    return NO_RECORDS.sub(" ", _project_texts(project).sub(" ", text))


@cache
def _project_texts(project: Path) -> re.Pattern[str]:
    """Every text of the project that holds a number, between its slots: of seeds, sources and publishing code."""
    found: set[str] = set()
    for file in (project / SEEDS).glob("*.csv"):
        with file.open(encoding="utf-8", newline="") as stream:
            found.update(part for row in csv.reader(stream) for cell in row for part in SLOT.split(cell))
    for file in (project / "dbt_project" / "models").rglob("*.yml"):
        found.update(" ".join(text.split()) for text in _texts_in(yaml.safe_load(file.read_text("utf-8"))))
    for file in (project / PUBLISH).glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.update(SLOT.split(node.value))
    texts = {text.strip() for text in found if NUMERAL.search(text) and LETTER.search(text)}
    # A text that begins or ends with a number is not part of a longer one.
    return re.compile(
        "|".join(
            ("(?<![\\d.,])" if text[0].isdigit() else "")
            + re.escape(text)
            + ("(?![.,]?\\d)" if text[-1].isdigit() else "")
            for text in sorted(texts, key=len, reverse=True)
        )
    )


def _texts_in(entry: Any) -> Iterator[str]:
    if isinstance(entry, dict | list):
        for each in entry.values() if isinstance(entry, dict) else entry:
            yield from _texts_in(each)
    elif isinstance(entry, str):
        yield entry
