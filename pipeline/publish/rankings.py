"""Which indicators press most on each district: how far it lies, in each, from the area's other districts."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from scipy.special import ndtri

from pipeline.publish.area_sets import AreaSet, latest_sets
from pipeline.publish.protect import SUPPRESSED
from pipeline.statistics.intervals import Floats
from pipeline.statistics.ranking import FactorRanking, rank_factors

# One period an indicator, the first of these in which it is published.
PERIODS = ["financial_year", "calendar_year", "academic_year", "pooled_years"]
COLUMNS = [
    "area_code", "area_type", "indicator_id", "period_type", "period_start", "period_end", "direction", "value",
    "score", "rank", "rank_lower95", "rank_upper95", "factor_count", "comparator_count", "value_status",
    "status_reason",
]  # fmt: skip
NOT_ALIKE = "The country, region and force hold this area, and are no areas like it to rank it among."
TOO_FEW = "Fewer than three other districts are known, or all are alike."


def rank_indicators(sets: list[AreaSet], indicators: pd.DataFrame, area_code: str) -> pd.DataFrame:
    """One row a district and indicator that can be better or worse, in its latest period, worst first: COLUMNS.

    `score` is the distance from the mean of the area's other districts in their standard deviations, over 0 worse;
    `rank` 1 the worst of the district's `factor_count` indicators with a score, with limits by the chance in the
    district's own value. A hidden figure, or a set too much hidden, is `suppressed`. The area itself has rows
    without numbers: nothing like it is published.
    """
    directions = indicators.set_index("indicator_id")["direction"]
    factors = _choose(sets, directions)
    codes = sorted({code for factor in factors for code in (*factor.codes, *factor.unshown)})
    rows = [row for code in codes for row in _rank_district(code, factors, directions)]
    rows += [
        {**_name(area_code, "vru", factor, directions), **_nothing("not_available", NOT_ALIKE)}
        for factor in factors
    ]
    found = pd.DataFrame(rows, columns=COLUMNS)
    return found.sort_values(["area_type", "area_code", "rank", "indicator_id"], ignore_index=True)


def _choose(sets: list[AreaSet], directions: pd.Series) -> list[AreaSet]:
    """One set of districts an indicator, by indicator: rates and shares of everything, with a better and a worse."""
    chosen: dict[str, AreaSet] = {}
    for each in latest_sets(sets, PERIODS):
        keys, name = each.keys, str(each.keys["indicator_id"])
        is_factor = (
            keys["area_type"] == "lad"
            and keys["split"] == "all"
            and keys["lens_id"] == ""
            and each.kind in ("rate", "share")
            and directions[name] != "neutral"
        )
        other = chosen.get(name)
        if is_factor and (other is None or _place_of(each) < _place_of(other)):
            chosen[name] = each
    return [chosen[name] for name in sorted(chosen)]


def _place_of(areas: AreaSet) -> int:
    return PERIODS.index(str(areas.keys["period_type"]))


def _rank_district(code: str, factors: list[AreaSet], directions: pd.Series) -> list[dict[str, Any]]:
    """The indicators of one district."""
    own = [_values(factor).get(code, (np.nan, np.nan)) for factor in factors]
    others = [[value for other, (value, _) in _values(factor).items() if other != code] for factor in factors]
    widest = max(len(each) for each in others)
    comparators = np.array([each + [np.nan] * (widest - len(each)) for each in others])
    values, errors = np.array(own).T
    is_worse = [directions[factor.keys["indicator_id"]] == "lower_is_better" for factor in factors]
    found = rank_factors(values, errors, comparators.reshape(len(factors), widest), is_worse)
    scored = int((~np.isnan(found.score)).sum())
    return [
        {
            **_name(code, "lad", factor, directions),
            **_tell(code, factor, found, place, len(others[place]), scored),
        }
        for place, factor in enumerate(factors)
    ]


def _values(factor: AreaSet) -> dict[str, tuple[float, float]]:
    """The value and standard error of each shown district; none where the set is too much hidden."""
    if factor.status != "reported":
        return {}
    numbers = factor.numbers
    errors: Floats = (numbers["upper95"] - numbers["lower95"]) / (2 * ndtri(0.975))
    return dict(zip(factor.codes, zip(numbers["value"], errors, strict=True), strict=True))


def _tell(
    code: str, factor: AreaSet, found: FactorRanking, place: int, comparator_count: int, factor_count: int
) -> dict[str, Any]:
    if factor.status != "reported":
        return _nothing(factor.status, SUPPRESSED)
    if code in factor.unshown:
        return _nothing(*factor.unshown[code])
    if np.isnan(found.score[place]):
        return _nothing("not_available", TOO_FEW)
    return {
        "value": factor.numbers["value"][factor.codes.index(code)],
        "score": round(float(found.score[place]), 2),
        "rank": found.rank[place],
        "rank_lower95": round(float(found.rank_lower[place])),
        "rank_upper95": round(float(found.rank_upper[place])),
        "factor_count": factor_count,
        "comparator_count": comparator_count,
        "value_status": "reported",
        "status_reason": "",
    }


def _name(code: str, area_type: str, factor: AreaSet, directions: pd.Series) -> dict[str, Any]:
    names = ("indicator_id", "period_type", "period_start", "period_end")
    return {
        "area_code": code,
        "area_type": area_type,
        **{name: factor.keys[name] for name in names},
        "direction": directions[factor.keys["indicator_id"]],
    }


def _nothing(status: str, reason: str) -> dict[str, Any]:
    return {"value_status": status, "status_reason": reason}
