"""How each published figure is spread over the districts or neighbourhoods of the area, from what is shown alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass

import numpy as np
import pandas as pd

from pipeline.publish.area_sets import SET, AreaSet
from pipeline.publish.neighbourhoods import FEWEST_PLACES, Neighbourhoods
from pipeline.publish.p_values import p_in_numbers
from pipeline.statistics.concentration import concentration
from pipeline.statistics.inequality import (
    FEWEST_GROUPS,
    Scale,
    slope_and_relative_index,
    standard_errors_from,
)
from pipeline.statistics.intervals import Estimate, rate_with_limits, share_with_limits
from pipeline.statistics.poisson_lognormal import spread_with_limits
from pipeline.statistics.space import spatial_autocorrelation
from pipeline.statistics.variation import homogeneity, systematic_component

DECIMALS = 3
COLUMNS = [
    *SET, "statistic", "value", "lower95", "upper95", "expected", "p_value", "area_count", "hidden_count",
    "is_from_rounded", "value_status", "status_reason",
]  # fmt: skip
# Two areas differ; three begin to have a spread.
FEWEST_AREAS = 3
LEFT_OUT = "Left out, {} of the areas: {}"
TOO_FEW = "There are too few areas."
UNDEFINED = "There are no events, or all areas are alike."
NO_MAP = "No boundaries were delivered."
NO_TENTHS = "Fewer than five tenths of deprivation are known here."
EMPTY_TENTH = "A tenth of deprivation has no events, or nothing else."
NO_START = "The line through the tenths starts at none, so there is no ratio to it."


@dataclass(frozen=True)
class _Told:
    """A statistic: its number, or why there is none."""

    statistic: str
    value: float = np.nan
    lower95: float = np.nan
    upper95: float = np.nan
    expected: float = np.nan
    p_value: float = np.nan
    reason: str = ""


Measure = Callable[[AreaSet, Neighbourhoods], Iterator[_Told]]


def describe_distributions(sets: list[AreaSet], places: Neighbourhoods) -> pd.DataFrame:
    """One row a set of areas and statistic: COLUMNS.

    Of every figure `lowest`, `median` and `highest`. Of rates `i_squared` (0 to 1, with the p-value of one common
    rate) and `systematic_component`. Of rates by neighbourhood `spread` (standard deviation of true log rates, with
    limits), `gini` and `half_share` (0 to 1; `expected` by chance at the same mean). Of rates and shares by
    neighbourhood `morans_i` (`expected` of areas strewn at random), `slope_index` (most deprived end less least
    deprived, in the unit of the figure) and `relative_index` (the one over the other), both with limits. All are of
    the areas shown, `area_count`; numbers are null unless `value_status` is `reported`.
    """
    rows = [
        {**areas.keys, **_row(areas, told), "area_count": len(areas.codes)}
        for areas in sets
        for told in _of_set(areas, places)
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


def _row(areas: AreaSet, told: _Told) -> dict[str, object]:
    numbers = asdict(told)
    why = numbers.pop("reason") or UNDEFINED
    status, reason = areas.status, areas.reason
    if status == "reported" and np.isnan(told.value):
        status, reason = "not_available", why
    for name in ("value", "lower95", "upper95", "expected"):
        numbers[name] = round(float(numbers[name]), DECIMALS) if status == "reported" else np.nan
    numbers["p_value"] = p_in_numbers(told.p_value, DECIMALS) if status == "reported" else np.nan
    if status == "reported":
        reason = _say_left_out(areas)
    return {
        **numbers,
        "hidden_count": areas.hidden_count,
        "is_from_rounded": areas.is_rounded,
        "value_status": status,
        "status_reason": reason,
    }


def _say_left_out(areas: AreaSet) -> str:
    """How many areas take no part, and why, in the words of each; those that are hidden have a column."""
    reasons = [reason for status, reason in areas.unshown.values() if status == "not_available" and reason]
    return " ".join(LEFT_OUT.format(reasons.count(reason), reason) for reason in dict.fromkeys(reasons))


def _of_set(areas: AreaSet, places: Neighbourhoods) -> Iterator[_Told]:
    is_place, is_rate = areas.keys["area_type"] == "msoa", areas.kind == "rate"
    asked: list[tuple[bool, int, Measure, tuple[str, ...]]] = [
        (True, 1, _edges, ("lowest", "median", "highest")),
        (is_rate, FEWEST_AREAS, _variation, ("i_squared", "systematic_component")),
        (is_rate and is_place, FEWEST_PLACES, _concentration, ("spread", "gini", "half_share")),
        (is_place and areas.kind in ("rate", "share"), FEWEST_PLACES, _likeness, ("morans_i",)),
        (
            is_place and areas.kind in ("rate", "share"),
            FEWEST_PLACES,
            _inequality,
            ("slope_index", "relative_index"),
        ),
    ]
    for is_asked, fewest, measure, names in asked:
        if not is_asked:
            continue
        if areas.status == "reported" and len(areas.codes) >= fewest:
            yield from measure(areas, places)
        else:
            yield from _without(*names, reason=TOO_FEW)


def _without(*names: str, reason: str) -> Iterator[_Told]:
    return (_Told(name, reason=reason) for name in names)


def _edges(areas: AreaSet, _: Neighbourhoods) -> Iterator[_Told]:
    edges = np.quantile(areas.numbers["value"], [0, 0.5, 1])
    for name, value in zip(("lowest", "median", "highest"), edges, strict=True):
        yield _Told(name, float(value))


def _variation(areas: AreaSet, _: Neighbourhoods) -> Iterator[_Told]:
    found = homogeneity(areas.events, areas.totals)
    yield _Told("i_squared", found.i_squared, p_value=found.p_value)
    yield _Told("systematic_component", systematic_component(areas.events, areas.totals))


def _concentration(areas: AreaSet, _: Neighbourhoods) -> Iterator[_Told]:
    if areas.events.sum() == 0:
        yield from _without("spread", "gini", "half_share", reason=UNDEFINED)
        return
    yield _told("spread", spread_with_limits(areas.events, areas.totals))
    found = concentration(areas.events)
    yield _Told("gini", found.gini, expected=found.expected_gini)
    yield _Told("half_share", found.half_share, expected=found.expected_half_share)


def _likeness(areas: AreaSet, places: Neighbourhoods) -> Iterator[_Told]:
    if not places.codes:
        yield _Told("morans_i", reason=NO_MAP)
        return
    found = spatial_autocorrelation(places.on_map(areas, areas.events / areas.totals), places.neighbours)
    yield _Told("morans_i", found.value, expected=found.expected, p_value=found.p_value)


def _inequality(areas: AreaSet, places: Neighbourhoods) -> Iterator[_Told]:
    """Over the tenths of deprivation from least to most, the counts of their neighbourhoods added up."""
    tenths = pd.Series(areas.codes).map(places.deciles)
    counts = pd.DataFrame({"events": areas.events, "totals": areas.totals}).groupby(tenths).sum()
    counts = counts.sort_index(ascending=False)
    events, totals = counts["events"].to_numpy(float), counts["totals"].to_numpy(float)
    is_share = areas.kind == "share"
    reason = ""
    if len(counts) < FEWEST_GROUPS:
        reason = NO_TENTHS
    elif (events == 0).any() or (is_share and (events == totals).any()):
        reason = EMPTY_TENTH
    if reason:
        yield from _without("slope_index", "relative_index", reason=reason)
        return
    scale: Scale = "logit" if is_share else "log"
    each = share_with_limits(events, totals, 1.0) if is_share else rate_with_limits(events, totals, 1.0)
    errors = standard_errors_from(each.lower, each.upper, scale)
    found = slope_and_relative_index(each.value, totals, errors, scale=scale, multiplier=areas.multiplier)
    yield _told("slope_index", found.slope)
    yield _told("relative_index", found.relative, NO_START)


def _told(statistic: str, estimate: Estimate, reason: str = "") -> _Told:
    value, lower, upper = (float(number) for number in (estimate.value, estimate.lower, estimate.upper))
    return _Told(statistic, value, lower, upper, reason=reason)
