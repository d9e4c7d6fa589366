"""Which published cell somebody asks about: names, codes and periods as people write them."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.names import name_some
from pipeline.periods import period_label, read_spans
from pipeline.settings import ConfigurationError

Row = Mapping[str, Any]

# Of several kinds of period, the one that is meant where nobody says: a year before a part of one.
PERIOD_TYPES = ("financial_year", "academic_year", "calendar_year", "pooled_years", "quarter", "month")


@dataclass(frozen=True)
class Question:
    """An indicator, and where, when and of whom; an empty text is the usual: the whole area, the latest, all."""

    indicator_id: str
    area: str = ""
    period: str = ""
    split: str = ""
    lens_id: str = ""
    breakdown_value: str = ""
    # Of statistics of two definitions the second; else every other.
    other_lens_id: str = ""


def find_cell(question: Question, cells: Sequence[Row], area_names: Mapping[str, str], usual: Row) -> Row:
    """The one cell of an indicator's `cells` that is asked about.

    `usual` gives the area_code and the lens_id that are meant where none is named. Raises ConfigurationError, with
    what there is instead, where nothing fits.
    """
    named = {str(row["area_code"]): area_names.get(row["area_code"], row["area_code"]) for row in cells}
    code = find_area(question.area, named, area_names) if question.area else usual["area_code"]
    found = _keep(cells, "area_code", code, f"the area {area_names.get(code, code)}", question.indicator_id)
    lens_ids = _values(found, "lens_id")
    lens_id = question.lens_id or ("" if "" in lens_ids else usual["lens_id"])
    found = _keep(found, "lens_id", lens_id, f"the lens {lens_id!r}", question.indicator_id)
    found = _find_breakdown(question, found)
    splits = _values(found, "split")
    split = question.split or ("all" if "all" in splits else splits[0])
    found = _keep(found, "split", split, f"the split {split!r}", question.indicator_id)
    return _find_period(question, found)


def nearest(word: str, known: Iterable[str]) -> str:
    """ " Did you mean …?" where a known word is near; else an empty text."""
    folded = {each.casefold(): each for each in known}
    near = difflib.get_close_matches(word.casefold(), sorted(folded), n=1)
    return f" Did you mean {folded[near[0]]!r}?" if near else ""


def find_area(text: str, named: Mapping[str, str], area_names: Mapping[str, str]) -> str:
    """The code of the area that a text names, of those with figures before all others."""
    for names in (named, area_names):
        codes = [
            code for code, name in names.items() if text.casefold() in (code.casefold(), name.casefold())
        ]
        if len(codes) > 1:
            raise ConfigurationError(
                f"{len(codes)} areas are called {text!r}: give the code of one, {name_some(sorted(codes))}."
            )
        if codes:
            return codes[0]
    raise ConfigurationError(
        f"There is no area {text!r}.{nearest(text, [*named, *named.values()]) or ' Give a code or a name.'}"
    )


def _keep(cells: Sequence[Row], column: str, value: str, words: str, indicator_id: str) -> list[Row]:
    found = [row for row in cells if str(row[column]).casefold() == value.casefold()]
    if found:
        return found
    known = [str(each) or "none" for each in _values(cells, column)]
    raise ConfigurationError(
        f"{indicator_id} is not published for {words}.{nearest(value, known) or f' There is {name_some(known)}.'}"
    )


def _find_breakdown(question: Question, cells: Sequence[Row]) -> list[Row]:
    value = question.breakdown_value
    if not value:
        found = [row for row in cells if row["breakdown"] == "none"]
        if found:
            return found
        raise ConfigurationError(
            f"{question.indicator_id} is published by {name_some(_values(cells, 'breakdown'))} alone: name one after "
            f"--breakdown-value, such as {_values(cells, 'breakdown_value')[0]!r}."
        )
    return _keep(cells, "breakdown_value", value, f"the breakdown value {value!r}", question.indicator_id)


def _find_period(question: Question, cells: Sequence[Row]) -> Row:
    """The cell of the period; without one the latest that has, or hides, a figure."""
    ranked = sorted(cells, key=lambda row: (rank_period(row["period_type"]), -row["period_end"].toordinal()))
    if not question.period:
        kind = [row for row in ranked if row["period_type"] == ranked[0]["period_type"]]
        return next((row for row in kind if row["value_status"] in ("reported", "suppressed")), kind[0])
    spans = read_spans(question.period)
    if not spans:
        raise ConfigurationError(
            f"{question.period!r} is no period: write 2023/24, 2023, 2023Q2, 2023-05 or '2021/22 to 2023/24'."
        )
    for row in ranked:
        if (row["period_start"], row["period_end"]) in spans:
            return row
    kinds = {row["period_type"]: row for row in reversed(ranked)}
    latest = [_label(row) for row in sorted(kinds.values(), key=lambda row: rank_period(row["period_type"]))]
    raise ConfigurationError(
        f"{question.indicator_id} is not published for {question.period} there; the latest that is: "
        f"{name_some(latest)}."
    )


def rank_period(period_type: str) -> int:
    """The place of a kind of period in PERIOD_TYPES, after all of them where it is none."""
    return PERIOD_TYPES.index(period_type) if period_type in PERIOD_TYPES else len(PERIOD_TYPES)


def _label(row: Row) -> str:
    return period_label(row["period_type"], row["period_start"], row["period_end"])


def _values(cells: Sequence[Row], column: str) -> list[str]:
    return list(dict.fromkeys(str(row[column]) for row in cells))
