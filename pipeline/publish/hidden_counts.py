"""Which counts behind published figures are told, which are hidden, and which hidden ones lie within what is told."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import pandas as pd

from pipeline.publish.cells import denominator_keys, numerator_keys, unknown_keys
from pipeline.publish.keys import CELL

# The measure that counts every record of a source that any measure counts.
WHOLES = {
    "police_crimes": "recorded_crime",
    "hospital_admissions": "assault_admission",
    "ed_assaults": "ed_assault",
    "ambulance_callouts": "ambulance_assault",
}
# What is domestic in the whole has a name of its own.
DOMESTIC = ("domestic_crime", "all")
ALWAYS = (-(10**6), 10**6)

# The first and the last month, counted from the year 0.
Months = tuple[int, int]
# source_id, measure_id, lens_id, area_type, area_code, split.
Count = tuple[str, str, str, str, str, str]


@dataclass(frozen=True)
class Counts:
    """The months of which each count is told without a breakdown; the hidden ones of each source; and what lies in
    which wider measures, by measure and definition."""

    told: dict[Count, frozenset[Months]]
    hidden: dict[str, frozenset[tuple[Count, Months]]]
    wider: dict[tuple[str, str], frozenset[str]]

    def could_be_told(
        self, source_id: str, months: Months, area_types: frozenset[str], by_flag: bool
    ) -> bool:
        """Whether a number of all records of a source in these months could tell a hidden count of it.

        It cannot where a wider count is told: the number tells more of that one's total alone, and it is known. A
        number of records `by_flag` needs the same part of the wider count by the flag.
        """
        return any(
            not self._is_within_told(count, own, months, by_flag)
            for count, own in self.hidden.get(source_id, ())
            if count[3] in area_types and own[0] <= months[1] and months[0] <= own[1]
        )

    def _is_within_told(self, count: Count, own: Months, months: Months, by_flag: bool) -> bool:
        source_id, measure_id, lens_id, area_type, area_code, split = count
        wholes = {WHOLES[source_id]} if source_id in WHOLES else set()
        wider = (
            self.wider.get((measure_id, lens_id), frozenset())
            | wholes
            | ({measure_id} if not lens_id else set())
        )
        # What is not unknown is the whole less the unknown, and both are told or neither.
        part = split.replace("flag_known", "not_known") if by_flag else "all"
        shared = max(own[0], months[0]), min(own[1], months[1])
        return any(
            _is_covered(
                shared,
                (
                    each
                    for each in self.told.get((source_id, wide, "", area_type, area_code, part), ())
                    if _is_inside(each, own) or _is_inside(each, months)
                ),
            )
            for wide in wider
        )


def find_counts(
    figures: pd.DataFrame, values: pd.DataFrame, indicators: pd.DataFrame, nested: pd.DataFrame
) -> Counts:
    """The counts behind published `values`; `figures` name them, `nested` are rows of dim_nested_measures."""
    told_of = values[[*CELL, "value_status", "lowest"]].rename(columns={"value_status": "told_status"})
    rows = figures.merge(told_of, on=CELL)
    # A total of harm or cost leaves out what is hidden: it tells no count.
    is_weighted = rows["indicator_id"].map(indicators.set_index("indicator_id")["kind"]) == "weighted"
    is_told, is_hidden = rows["told_status"] == "reported", rows["told_status"] == "suppressed"
    is_whole = (rows["breakdown"] == "none") & (rows["lens_id"] == "")
    is_bounded = is_told & rows["lowest"].notna()
    told: dict[Count, set[Months]] = {}
    for keys, is_of in (
        (numerator_keys, is_told & ~is_weighted),
        (denominator_keys, is_told),
        (unknown_keys, is_bounded),
    ):
        for count, months in _list(rows[is_of & is_whole], keys):
            told.setdefault(count, set()).add(months)
    hidden: dict[str, set[tuple[Count, Months]]] = {}
    for keys, is_of in (
        (numerator_keys, is_hidden),
        (denominator_keys, is_hidden),
        (unknown_keys, is_hidden | (is_told & ~is_bounded)),
    ):
        for count, months in _list(rows[is_of], keys):
            hidden.setdefault(count[0], set()).add((count, months))
    return Counts(
        {count: frozenset(months) for count, months in told.items()},
        {source_id: frozenset(found) for source_id, found in hidden.items()},
        _find_wider(nested),
    )


def months_of(first_day: str, last_day: str) -> Months:
    """The months of days written as 2024-03-31 or 2024-03; of days that are not known, all."""
    if not first_day or not last_day:
        return ALWAYS
    return _month_of(first_day), _month_of(last_day)


def _month_of(day: str) -> int:
    return 12 * int(day[:4]) + int(day[5:7]) - 1


def _list(rows: pd.DataFrame, keys: Callable[[pd.DataFrame], pd.DataFrame]) -> Iterator[tuple[Count, Months]]:
    """The count behind each row, and its months; nothing where there is none."""
    found = keys(rows).assign(source_id=rows["source_id"], period_end=rows["period_end"])
    found = found.dropna(subset=["measure_id"])
    is_domestic = (found["measure_id"] == DOMESTIC[0]) & (found["split"] == DOMESTIC[1])
    found["split"] = found["split"].mask(is_domestic, "domestic")
    found["measure_id"] = found["measure_id"].mask(is_domestic, WHOLES["police_crimes"])
    for name in ("period_start", "period_end"):
        days = pd.to_datetime(found[name]).dt
        found[name] = 12 * days.year + days.month - 1
    columns = [
        "source_id",
        "measure_id",
        "lens_id",
        "area_type",
        "area_code",
        "split",
        "period_start",
        "period_end",
    ]
    for *count, first, last in found[columns].drop_duplicates().itertuples(index=False, name=None):
        yield tuple(count), (int(first), int(last))


def _find_wider(nested: pd.DataFrame) -> dict[tuple[str, str], frozenset[str]]:
    whole = nested[
        (nested["offence_subgroup"] == "") & (nested["wider_lens_id"] == "") & (nested["split"] == "")
    ]
    return {
        (str(measure), str(lens)): frozenset(rows["wider_measure_id"])
        for (measure, lens), rows in whole.groupby(["measure_id", "lens_id"])
    }


def _is_inside(months: Months, others: Months) -> bool:
    return others[0] <= months[0] and months[1] <= others[1]


def _is_covered(months: Months, others: Iterable[Months]) -> bool:
    """Whether every month is in one of the others."""
    next_month = months[0]
    for first, last in sorted(others):
        if first > next_month:
            return False
        next_month = max(next_month, last + 1)
    return next_month > months[1]
