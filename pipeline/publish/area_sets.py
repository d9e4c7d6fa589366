"""Published figures of like areas side by side: the sets over which a spread, a funnel or a pattern is told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.publish.keys import CELL
from pipeline.publish.protect import SUPPRESSED
from pipeline.statistics.intervals import Floats

SET = [name for name in CELL if name != "area_code"]
AREA_TYPES = ["lad", "msoa"]
KNOWN = ["reported", "suppressed"]
NUMBERS = ["numerator", "denominator", "value", "lower95", "upper95", "numerator_error", "denominator_error"]


@dataclass(frozen=True, eq=False)
class AreaSet:
    """One figure of every district, or of every neighbourhood, of the area.

    `codes` are the areas that are shown, in order; `numbers` has a column for each of NUMBERS, an element an area.
    `unshown` says the status and reason of the others. `status` is what a statistic of the whole set has:
    `suppressed` where too many areas are hidden to know it from the others.
    """

    keys: dict[str, Any]
    kind: str
    multiplier: float
    decimals: int
    codes: list[str]
    numbers: dict[str, Floats]
    unshown: dict[str, tuple[str, str]]
    status: str
    reason: str

    @property
    def hidden_count(self) -> int:
        """How many areas are hidden, and so take no part."""
        return sum(status == "suppressed" for status, _ in self.unshown.values())

    @property
    def is_rounded(self) -> bool:
        """Whether a supplier rounded a count behind any of the figures."""
        return bool((self.numbers["numerator_error"] + self.numbers["denominator_error"] > 0).any())

    @property
    def events(self) -> Floats:
        """The numerators; two counts rounded apart can cross, so those of a share are never over the whole."""
        numerator = self.numbers["numerator"]
        return np.minimum(numerator, self.totals) if self.kind == "share" else numerator

    @property
    def totals(self) -> Floats:
        """The denominators, nan for a count."""
        return self.numbers["denominator"]


def find_sets(
    values: pd.DataFrame, indicators: pd.DataFrame, rounding: pd.DataFrame, least_known_share: float
) -> list[AreaSet]:
    """Every set of which an area is shown or hidden, from published figures alone (`figures.COLUMNS`).

    `rounding` is of `find_rounding`. Under `least_known_share` (0 to 1) of areas shown, of those shown or hidden,
    the status of a set is `suppressed`.
    """
    local = values[values["area_type"].isin(AREA_TYPES)]
    facts = local.merge(rounding, on=CELL, how="left").merge(
        indicators[["indicator_id", "kind", "multiplier", "decimals"]], on="indicator_id"
    )
    facts[NUMBERS] = facts[NUMBERS].astype("float64")
    errors = ["numerator_error", "denominator_error"]
    facts[errors] = facts[errors].fillna(0.0)
    facts = facts.sort_values([*SET, "area_code"], kind="stable", ignore_index=True)
    if facts.empty:
        return []
    # One frame a set would cost more than all that is told of it.
    columns = {str(name): facts[name].to_numpy() for name in facts}
    numbers = facts[NUMBERS].to_numpy(float)
    starts = np.flatnonzero(~facts.duplicated(SET).to_numpy())
    slices = [slice(start, end) for start, end in zip(starts, [*starts[1:], len(facts)], strict=True)]
    return [
        _set_of({name: column[rows] for name, column in columns.items()}, numbers[rows], least_known_share)
        for rows in slices
        if np.isin(columns["value_status"][rows].astype(object), KNOWN).any()
    ]


def latest_sets(sets: list[AreaSet], period_types: list[str]) -> Iterator[AreaSet]:
    """The sets without a breakdown of the last period of each kind in which an indicator is known."""
    whole = [
        each for each in sets if each.keys["breakdown"] == "none" and each.keys["period_type"] in period_types
    ]
    last: dict[tuple[object, ...], pd.Timestamp] = {}
    for each in whole:
        start = each.keys["period_start"]
        last[_series(each)] = max(start, last.get(_series(each), start))
    for each in whole:
        if each.keys["period_start"] == last[_series(each)]:
            yield each


def _series(areas: AreaSet) -> tuple[object, ...]:
    return tuple(areas.keys[name] for name in ("indicator_id", "lens_id", "area_type", "period_type"))


def _set_of(rows: dict[str, NDArray[Any]], numbers: Floats, least_known_share: float) -> AreaSet:
    statuses = rows["value_status"].astype(object)
    is_shown = statuses == "reported"
    shown_count, hidden_count = int(is_shown.sum()), int((statuses == "suppressed").sum())
    is_hidden = hidden_count > 0 and shown_count < least_known_share * (shown_count + hidden_count)
    facts = zip(rows["area_code"], statuses, rows["status_reason"], strict=True)
    return AreaSet(
        keys={name: rows[name][0] for name in SET},
        kind=str(rows["kind"][0]),
        multiplier=float(rows["multiplier"][0]),
        decimals=int(rows["decimals"][0]),
        codes=[str(code) for code in rows["area_code"][is_shown]],
        numbers={name: numbers[is_shown, position] for position, name in enumerate(NUMBERS)},
        unshown={str(code): (status, str(reason)) for code, status, reason in facts if status != "reported"},
        status="suppressed" if is_hidden else "reported",
        reason=SUPPRESSED if is_hidden else "",
    )
