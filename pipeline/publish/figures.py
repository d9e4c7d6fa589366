"""Protected counts → values with 95% intervals, rounded to the decimals that each indicator declares."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from pipeline.disclosure.equations import Booleans, Floats
from pipeline.publish.companions import BOUNDS
from pipeline.publish.decimals import round_each
from pipeline.publish.earlier import Released
from pipeline.publish.keys import CELL
from pipeline.publish.open_offences import add_open_offences
from pipeline.publish.proof import Proof
from pipeline.publish.protect import find_rounding, protect_counts
from pipeline.publish.record_kinds import RecordKinds
from pipeline.publish.relations import Ties
from pipeline.publish.weigh import weigh
from pipeline.statistics.intervals import Estimate
from pipeline.statistics.rounded import (
    count_with_rounding,
    ends_of_rounded,
    rate_with_rounding,
    share_with_rounding,
)

COLUMNS = [
    "indicator_id", "lens_id", "area_code", "area_type", "period_type", "period_start", "period_end",
    "breakdown", "breakdown_value", "split", "numerator", "denominator", "value", "lower95", "upper95",
    "lowest", "highest", "left_out", "value_status", "status_reason", "is_population_estimated", "is_from_rounded",
    "source_id",
]  # fmt: skip
ROOM = ["least_possible", "most_possible"]


def publish_figures(
    figures: pd.DataFrame,
    indicators: pd.DataFrame,
    policies: pd.DataFrame,
    ties: Ties,
    weights: pd.DataFrame,
    earlier: Sequence[Released] = (),
    is_flagship: np.ndarray | None = None,
    kinds: RecordKinds | None = None,
    districts: Sequence[str] = (),
) -> tuple[pd.DataFrame, pd.DataFrame, Proof]:
    """The published values, one row a cell of the spine; how they are rounded; and the proof of what is hidden.

    A figure with a hidden count behind it is hidden. All numbers are null unless the status is `reported`.
    `lowest` and `highest` are what a share of known flags would be if no unknown flag, or every one, were domestic
    (of a definition, with all that such flags could bring into it);
    and one of all records, or a rate, if none, or every one, of those that are blank belonged in it. They are of the
    counts as shown; beside `find_rounding` the second frame has ROOM, the same with room for the rounding of counts.
    `left_out` names the kinds of offence without which a weighted total is told: it is then a least, with limits of
    what is counted.
    """
    of_kind = indicators.set_index("indicator_id")["kind"]
    weighted = figures.loc[figures["indicator_id"].map(of_kind) == "weighted", "numerator_measure_id"]
    protected, proof = protect_counts(
        figures,
        policies,
        ties,
        set(weighted),
        weights,
        earlier,
        np.zeros(len(figures), dtype=bool) if is_flagship is None else is_flagship,
        kinds,
        districts,
    )
    merged = add_open_offences(protected).merge(
        indicators[["indicator_id", "kind", "multiplier", "decimals", "denominator_kind", "denominator_id"]],
        on="indicator_id",
    )
    is_weighted = merged["kind"] == "weighted"
    estimated = [_estimate(str(kind), rows) for kind, rows in merged[~is_weighted].groupby("kind", sort=True)]
    if is_weighted.any():
        weighed = weigh(merged[is_weighted], merged[merged["kind"] == "count"], weights)
        estimated.append(_round_numbers(weighed.assign(denominator=np.nan)))
    values = pd.concat([rows.assign(left_out=rows.get("left_out", "")) for rows in estimated])
    values = values.sort_values(COLUMNS[:10], kind="stable", ignore_index=True)
    rounding = find_rounding(protected).merge(values[[*CELL, *ROOM]], on=CELL)
    return values[COLUMNS], rounding, proof


def leave_room(values: pd.DataFrame, rounding: pd.DataFrame) -> pd.DataFrame:
    """The values with bounds that leave room for the rounding of each count, as they are published.

    Without that room the difference of the bounds says how many records are unknown, which comparisons rest on.
    `rounding` is that of `publish_figures`.
    """
    room = values[CELL].merge(rounding[[*CELL, *ROOM]], on=CELL, how="left")
    return values.assign(lowest=room["least_possible"].to_numpy(), highest=room["most_possible"].to_numpy())


def _estimate(kind: str, rows: pd.DataFrame) -> pd.DataFrame:
    """The rows of one kind of indicator with value, limits and bounds, which cover rounding and chance."""
    numerator, denominator = rows["numerator"].to_numpy(float), rows["denominator"].to_numpy(float)
    error, denominator_error = (
        rows[name].to_numpy(float) for name in ("numerator_error", "denominator_error")
    )
    multiplier = rows["multiplier"].to_numpy(float)
    if kind == "count":
        estimate, multiplier = count_with_rounding(numerator, error), np.ones(len(rows))
        is_bound = rows["indicator_id"].isin(BOUNDS).to_numpy()
        lower, upper = (np.where(is_bound, np.nan, limit) for limit in (estimate.lower, estimate.upper))
        estimate = Estimate(estimate.value, lower, upper)
    elif kind == "share":
        if np.nanmax(numerator - denominator - error - denominator_error, initial=0) > 0:
            raise ValueError("a share has more in its numerator than in its denominator")
        # Two counts rounded apart can cross by as much as they were rounded.
        part = np.minimum(numerator, denominator)
        estimate = share_with_rounding(part, denominator, error, denominator_error, multiplier=1.0)
    else:
        estimate = rate_with_rounding(numerator, denominator, error, denominator_error, multiplier=1.0)
    unknown = rows["unknown"].to_numpy(float)
    is_outside = _leaves_unknown_out(rows)
    at_least, at_most = (
        denominator + rows[name].to_numpy(float) * is_outside for name in ("against", "unknown")
    )
    least, most = _find_room(rows)
    return _round_numbers(
        rows.assign(
            denominator=denominator if kind != "count" else np.nan,
            value=estimate.value * multiplier,
            lower95=estimate.lower * multiplier,
            upper95=estimate.upper * multiplier,
            lowest=numerator / at_least * multiplier,
            highest=(numerator + unknown) / at_most * multiplier,
            least_possible=least * multiplier,
            most_possible=(np.minimum(most, 1.0) if kind == "share" else most) * multiplier,
        )
    )


def _leaves_unknown_out(rows: pd.DataFrame) -> Booleans:
    # A share of known flags leaves the unknown out of its denominator; any other has its blanks in it; people stay.
    return (rows["denominator_kind"] == "flag_known").to_numpy()


def _find_room(rows: pd.DataFrame) -> tuple[Floats, Floats]:
    """The least and the most part of a whole that there can be, whatever the unknown and the rounding hide."""
    is_outside = _leaves_unknown_out(rows)
    fewest, most = ends_of_rounded(rows["numerator"], rows["numerator_error"])
    few_unknown, many_unknown = ends_of_rounded(rows["unknown"], rows["unknown_error"])
    _, many_against = ends_of_rounded(rows["against"], rows["against_error"])
    smallest, largest = ends_of_rounded(rows["denominator"], rows["denominator_error"])
    smallest, largest = smallest + few_unknown * is_outside, largest + many_against * is_outside
    with np.errstate(divide="ignore", invalid="ignore"):
        highest = np.where(smallest > 0, (most + many_unknown) / smallest, np.nan)
        # Without the unknown there are no bounds.
        return np.where(np.isnan(many_unknown), np.nan, fewest / largest), highest


def _round_numbers(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows with every number rounded: counts to one decimal, the others to those that the indicator declares."""
    decimals = rows["decimals"].to_numpy(int)
    numbers = rows.reindex(columns=["value", "lower95", "upper95", "lowest", "highest", *ROOM]).astype(
        "float64"
    )
    counts = rows[["numerator", "denominator"]].astype("float64").round(1)
    rounded = numbers.apply(lambda column: round_each(column.to_numpy(), decimals))
    return pd.concat([rows.drop(columns=[*numbers, *counts], errors="ignore"), rounded, counts], axis=1)
