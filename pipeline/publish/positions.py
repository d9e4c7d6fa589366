"""Where each district and neighbourhood stands among the others: in the funnel, steadied, and among its neighbours."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import ndtri

from pipeline.publish.area_sets import AreaSet, latest_sets
from pipeline.publish.distributions import FEWEST_AREAS, TOO_FEW, UNDEFINED
from pipeline.publish.keys import CELL
from pipeline.publish.neighbourhoods import FEWEST_PLACES, Neighbourhoods
from pipeline.publish.reasons import ROUNDED
from pipeline.statistics.funnels import (
    INNER_TAIL,
    OUTER_TAIL,
    FunnelLimits,
    position_in,
    rate_funnel,
    share_funnel,
    share_of_all,
)
from pipeline.statistics.intervals import Floats
from pipeline.statistics.overdispersion import TRIMMED_SHARE, ratio_overdispersion, share_overdispersion
from pipeline.statistics.space import empirical_bayes_rates, hot_spots

PERIODS = ["financial_year", "calendar_year", "academic_year", "pooled_years"]
LIMITS = ["lower95", "upper95", "lower998", "upper998"]
COLUMNS = [
    *CELL, "statistic", "value", "centre", *LIMITS, "position", "area_count", "hidden_count", "value_status",
    "status_reason",
]  # fmt: skip
# A tenth at each end is drawn in: of fewer areas a tenth is none.
FEWEST_FOR_OVERDISPERSION = round(1 / TRIMMED_SHARE)
NO_NEIGHBOURS = "No boundaries of it and of a neighbour that is shown were delivered."
CANNOT_BE_TOLD = "cannot_be_told"

Row = dict[str, Any]
Measure = Callable[[AreaSet, Neighbourhoods], list[Row]]


def find_positions(sets: list[AreaSet], places: Neighbourhoods) -> pd.DataFrame:
    """One row a rate or share of a district or neighbourhood in the latest years, and statistic: COLUMNS.

    `funnel`: its value among `centre` (all shown areas together) and limits of 95% and 99.8% of chance alone;
    `overdispersed_funnel`: the same with limits widened for what else makes areas differ. Of neighbourhoods also
    `steadied_rate`, drawn towards the common rate by as much as chance is in it (rates only, without limits), and
    `hot_spot`, the Gi* of it and its neighbours as a standard normal score. `position` is within, low_95, low_998,
    high_95, high_998, or cannot_be_told where the rounding of its counts could turn it. An area that is hidden has
    no number, and takes no part in those of others.
    """
    rows = [
        {**areas.keys, **row, "area_count": len(areas.codes), "hidden_count": areas.hidden_count}
        for areas in latest_sets(sets, PERIODS)
        if areas.kind in ("rate", "share")
        for row in _of_set(areas, places)
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


def _of_set(areas: AreaSet, places: Neighbourhoods) -> Iterator[Row]:
    is_place = areas.keys["area_type"] == "msoa"
    asked: list[tuple[bool, str, int, Measure]] = [
        (True, "funnel", FEWEST_AREAS, _funnel),
        (True, "overdispersed_funnel", FEWEST_FOR_OVERDISPERSION, _overdispersed_funnel),
        (is_place and areas.kind == "rate", "steadied_rate", FEWEST_PLACES, _steadied_rate),
        (is_place, "hot_spot", FEWEST_PLACES, _hot_spot),
    ]
    for is_asked, statistic, fewest, measure in asked:
        if not is_asked:
            continue
        is_enough = areas.status == "reported" and len(areas.codes) >= fewest
        shown = measure(areas, places) if is_enough else _without(areas, TOO_FEW)
        for code, row in zip(areas.codes, shown, strict=True):
            yield {"area_code": code, "statistic": statistic, **row}
        for code, (status, reason) in areas.unshown.items():
            yield {"area_code": code, "statistic": statistic, **_nothing(status, reason)}


def _nothing(status: str, reason: str) -> Row:
    return {"position": "", "value_status": status, "status_reason": reason}


def _without(areas: AreaSet, reason: str) -> list[Row]:
    """For each shown area of a set no number: `suppressed` with the set, else for this reason."""
    is_hidden = areas.status != "reported"
    row = _nothing(areas.status, areas.reason) if is_hidden else _nothing("not_available", reason)
    return [row] * len(areas.codes)


def _funnel(areas: AreaSet, _: Neighbourhoods) -> list[Row]:
    of = share_funnel if areas.kind == "share" else rate_funnel
    found = of(areas.events, areas.totals, areas.multiplier)
    return _place(areas, found.mean, found.limits)


def _overdispersed_funnel(areas: AreaSet, _: Neighbourhoods) -> list[Row]:
    mean = share_of_all(areas.events, areas.totals)
    if not mean > 0:
        return _without(areas, UNDEFINED)
    if areas.kind == "share":
        found = share_overdispersion(areas.events, areas.totals, areas.multiplier)
    else:
        expected, scale = mean * areas.totals, mean * areas.multiplier
        # The square root has room for areas without events.
        found = ratio_overdispersion(areas.events, expected, "square_root", scale)
    return _place(areas, mean * areas.multiplier, found.limits)


def _place(areas: AreaSet, centre: float, limits: FunnelLimits) -> list[Row]:
    """The areas of a set among limits, each judged at both ends of the rounding of its own counts."""
    named, low, high = (position_in(limits, _value(areas, turn)) for turn in (0, -1, 1))
    is_turned = (low != named) | (high != named)
    drawn = np.round([getattr(limits, name) for name in LIMITS], areas.decimals)
    return [
        {
            "value": value,
            "centre": round(centre, areas.decimals),
            **dict(zip(LIMITS, drawn[:, place], strict=True)),
            "position": CANNOT_BE_TOLD if is_turned[place] else str(named[place]) or "within",
            "value_status": "reported",
            "status_reason": ROUNDED if is_turned[place] else "",
        }
        for place, value in enumerate(areas.numbers["value"])
    ]


def _value(areas: AreaSet, turn: int) -> Floats:
    """The values with every count as shown (0), or where rounding makes the value least (-1) or most (1)."""
    errors = areas.numbers["numerator_error"], areas.numbers["denominator_error"]
    numerator = np.maximum(areas.events + turn * errors[0], 0)
    denominator = np.maximum(areas.totals - turn * errors[1], 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(numerator / denominator * areas.multiplier)


def _steadied_rate(areas: AreaSet, _: Neighbourhoods) -> list[Row]:
    rates = empirical_bayes_rates(areas.events, areas.totals) * areas.multiplier
    common = share_of_all(areas.events, areas.totals) * areas.multiplier
    return [
        {
            "value": round(rate, areas.decimals),
            "centre": round(common, areas.decimals),
            "position": "",
            "value_status": "reported",
            "status_reason": "",
        }
        for rate in rates
    ]


def _hot_spot(areas: AreaSet, places: Neighbourhoods) -> list[Row]:
    scores = hot_spots(places.on_map(areas, areas.events / areas.totals), places.neighbours).score
    by_code = dict(zip(places.codes, scores, strict=True))
    if np.isnan(scores).all():
        return _without(areas, UNDEFINED if places.codes else NO_NEIGHBOURS)
    inner, outer = -ndtri(INNER_TAIL), -ndtri(OUTER_TAIL)
    known: Floats = np.array([by_code.get(code, np.nan) for code in areas.codes])
    limits = FunnelLimits(*(np.full(known.shape, limit) for limit in (-inner, inner, -outer, outer)))
    named = position_in(limits, known)
    drawn = dict(zip(LIMITS, (round(limit, 2) for limit in (-inner, inner, -outer, outer)), strict=True))
    return [
        _nothing("not_available", NO_NEIGHBOURS)
        if np.isnan(score)
        else {
            "value": round(score, 2),
            "centre": 0.0,
            **drawn,
            # A score rests on the counts of several areas: of rounded ones it is not judged.
            "position": CANNOT_BE_TOLD if areas.is_rounded else str(named[place]) or "within",
            "value_status": "reported",
            "status_reason": ROUNDED if areas.is_rounded else "",
        }
        for place, score in enumerate(known)
    ]
