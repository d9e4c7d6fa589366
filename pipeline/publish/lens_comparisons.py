"""Two definitions side by side: what one catches of the other, and which districts and neighbourhoods it moves."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import permutations, product

import numpy as np
import pandas as pd

from pipeline.publish.lens_room import (
    Rooms,
    count_from_rates,
    count_up_to,
    count_with,
    rooms_of_allocation,
    rooms_of_capture,
    rooms_of_left_out,
    rooms_of_ranks,
)
from pipeline.publish.open_offences import OPEN, SHARE
from pipeline.publish.protect import SUPPRESSED
from pipeline.publish.weighed_ratios import NOTHING, PERIOD, UNKNOWN, KindCounts, count_kinds, weigh_pair
from pipeline.statistics.intervals import share_with_limits
from pipeline.statistics.ranking import rank_correlation

COLUMNS = [
    "lens_id", "other_lens_id", "area_code", "period_type", "period_start", "period_end", "statistic", "item",
    "value", "lower95", "upper95", "lowest", "highest", "value_status", "status_reason",
]  # fmt: skip
WORST_SHARE = 0.2
FEWEST_DISTRICTS = 4
# Of places that are not shown nobody knows the rank: beyond this share of them there is no answer.
MOST_HIDDEN = 0.2
TOO_FEW_DISTRICTS = "There are fewer than four districts to rank."
Figure = dict[str, object]
RATE = "lens_offence_rate"
OFFENCES = (("vru", "lens_offences"), ("lad", RATE))
NOT_KNOWN = "What unknown flags could bring into a definition has no part in this."


@dataclass(frozen=True, eq=False)
class Told:
    """The published figures of one period by area: of each indicator, kind of area, definition and split.

    `counted` and `domestic` hold by kind of area and definition the offences, all of them and the domestic ones, that
    are surely in it and that may be.
    """

    figures: dict[tuple, pd.DataFrame]
    counted: dict[tuple[str, str], pd.DataFrame]
    domestic: dict[tuple[str, str], pd.DataFrame]

    def of(self, indicator_id: str, area_type: str, lens_id: str, split: str = "all") -> pd.DataFrame:
        """The figures by area code; no rows where there are none."""
        return _pick(self.figures, indicator_id, area_type, lens_id, split)

    def is_open(self, *lens_ids: str) -> bool:
        """Whether records that do not say could bring further offences into one of the definitions, or nobody knows."""
        counts = [self.counted["vru", lens_id] for lens_id in lens_ids]
        return not all(len(each) and (each["most"] == each["certain"]).all() for each in counts)


def compare_lenses(
    values: pd.DataFrame,
    indicators: pd.DataFrame,
    area_code: str,
    own_lens: str,
    weights: pd.DataFrame,
    wider_lenses: Mapping[str, frozenset[str]],
) -> pd.DataFrame:
    """One row a pair of definitions, period and statistic, from published figures alone: COLUMNS.

    `capture_ratio`: offences in the first for each in the other, of the area and by district (`item` its code).
    `harm_ratio` and `cost_ratio`: the same of what the offences weigh by `weights` (rows of offence_weights); kinds of
    offence of which a count is hidden in either are left out of both, and named, so that like stands beside like;
    `suppressed` where they could be more than a tenth of either.
    `left_out_share` (only where the first is the area's own): of 100 offences in the other, how many the first
    certainly leaves out, with Wilson limits, of the area and by district; `domestic_left_out_share` the same of those
    that are flagged domestic abuse.
    Of these three and of the changes of rank and money below, `lowest` and `highest` are how far records could move
    them of which an unknown flag leaves open whether a definition counts them (null where their number is not
    published); `wider_lenses` are those in which the area's own is nested, of `find_wider_lenses`. Harm, cost,
    agreement of ranks and overlap have none: `status_reason` says so where such records are open.
    `rank_correlation`: Spearman's, of district rates, from -1 to 1. By district: `rank_change`, places by
    which it is worse off under the first (rank under the other less rank under the first; 1 is the highest rate),
    and `allocation_change`, percentage points by which its share of the area's offences is larger under the first:
    what would move if money followed it. `worst_fifth_overlap`: neighbourhoods in the worst fifth under both, of 100
    in it under either (Jaccard), over three years. A statistic with a hidden count behind it is `suppressed`, but for
    harm and cost, and for the overlap: that leaves hidden neighbourhoods out, up to MOST_HIDDEN of them.
    """
    of_lenses = values[values["lens_id"] != ""]
    whole = of_lenses[(of_lenses["breakdown"] == "none") & of_lenses["split"].isin(["all", "domestic"])]
    kinds = count_kinds(values)
    [(per, decimals)] = indicators.loc[
        indicators["indicator_id"] == RATE, ["multiplier", "decimals"]
    ].to_numpy(float)
    lenses = list(whole["lens_id"].unique())
    rows = [
        {
            "lens_id": lens,
            "other_lens_id": other,
            "area_code": area_code,
            **dict(zip(PERIOD, period, strict=True)),
            **figure,
        }
        for period, told in _by_period(whole, lenses, per, int(decimals))
        for lens, other in permutations(lenses, 2)
        for figure in (
            *_compare_pair(told, lens, other, wider_lenses if lens == own_lens else None),
            *_compare_weights(
                kinds.get((period, lens)), kinds.get((period, other)), weights, told.is_open(lens, other)
            ),
        )
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


def _by_period(
    whole: pd.DataFrame, lenses: list[str], per: float, decimals: int
) -> Iterator[tuple[tuple, Told]]:
    for period, rows in whole.groupby(PERIOD, sort=True):
        by_kind = rows.groupby(["indicator_id", "area_type", "lens_id", "split"])
        figures = {key: of_area.set_index("area_code") for key, of_area in by_kind}
        counted: dict[tuple[str, str], pd.DataFrame] = {}
        domestic: dict[tuple[str, str], pd.DataFrame] = {}
        for (area_type, offences), lens in product(OFFENCES, lenses):
            surely, at_most, flagged, opened = (
                _pick(figures, name, area_type, lens)
                for name in (offences, "lens_offences_at_most", SHARE, OPEN["unknown"])
            )
            counted[area_type, lens] = (
                count_from_rates(surely, per, decimals, counted["vru", lens])
                if offences == RATE
                else count_up_to(surely, at_most)
            )
            domestic[area_type, lens] = count_with(flagged, opened)
        yield period, Told(figures, counted, domestic)


def _pick(
    figures: dict[tuple, pd.DataFrame], indicator_id: str, area_type: str, lens_id: str, split: str = "all"
) -> pd.DataFrame:
    return figures.get((indicator_id, area_type, lens_id, split), pd.DataFrame())


def find_wider_lenses(nested: pd.DataFrame, own_lens: str) -> dict[str, frozenset[str]]:
    """By the flag, all or domestic, the definitions that count every such offence that the area's own counts.

    `nested` are rows of dim_nested_measures.
    """
    is_of_own = (nested[["measure_id", "wider_measure_id"]] == "lens_offences").all(axis=1) & (
        (nested["lens_id"] == own_lens) & (nested["offence_subgroup"] == "")
    )
    wider = nested[is_of_own].groupby("split")["wider_lens_id"].agg(frozenset)
    of_all = wider.get("", frozenset())
    return {"all": of_all, "domestic": of_all | wider.get("domestic", frozenset())}


def _compare_pair(
    told: Told, lens: str, other: str, wider_lenses: Mapping[str, frozenset[str]] | None
) -> Iterator[Figure]:
    for area_type, offences in OFFENCES:
        first, second = (told.of(offences, area_type, lens_id) for lens_id in (lens, other))
        counted = [told.counted[area_type, lens_id] for lens_id in (lens, other)]
        yield from _each_area(_capture, first, second, rooms_of_capture(*counted))
        if wider_lenses is not None:
            left_out = told.of("lens_left_out", area_type, other)
            rooms = rooms_of_left_out(left_out, *counted, is_nested=other in wider_lenses["all"])
            yield from _each_area(_left_out, left_out, second, rooms, "left_out_share")
            domestic = told.of("lens_left_out", area_type, other, "domestic")
            rooms = rooms_of_left_out(
                domestic,
                *(told.domestic[area_type, lens_id] for lens_id in (lens, other)),
                is_nested=other in wider_lenses["domestic"],
            )
            flagged = told.of(SHARE, area_type, other)
            yield from _each_area(_left_out, domestic, flagged, rooms, "domestic_left_out_share")
    rates = [told.of(RATE, "lad", lens_id) for lens_id in (lens, other)]
    if len(rates[0]) and len(rates[1]):
        yield from _rank_districts(*rates, *(told.counted["lad", lens_id] for lens_id in (lens, other)))
    places = [told.of(RATE, "msoa", lens_id) for lens_id in (lens, other)]
    if len(places[0]) and len(places[1]):
        yield _say_open(_overlap(*places), told.is_open(lens, other))


def _say_open(figure: Figure, is_open: bool) -> Figure:
    """The figure; where records that do not say could move it, and nothing says how far, with a word of that."""
    if not is_open or figure["value_status"] != "reported":
        return figure
    return {**figure, "status_reason": f"{figure['status_reason']} {NOT_KNOWN}".strip()}


def _each_area(
    tell: Callable[..., Figure], first: pd.DataFrame, second: pd.DataFrame, rooms: Rooms, *more: str
) -> Iterator[Figure]:
    """What is told of each area that has both figures; `item` is the code of a district, and '' of the area."""
    for code in first.index.intersection(second.index):
        made = tell(first.loc[code], second.loc[code], *more)
        if made["value_status"] == "reported":
            made = {**made, **rooms.get(str(code), {})}
        yield {**made, "item": "" if first.loc[code]["area_type"] == "vru" else str(code)}


def _compare_weights(
    first: KindCounts | None, second: KindCounts | None, weights: pd.DataFrame, is_open: bool
) -> Iterator[Figure]:
    """Harm and cost of the first for each of the other, where both are told by kind."""
    if first is None or second is None:
        return
    for statistic, (value, status, reason) in weigh_pair(first, second, weights):
        yield _say_open(_tell(statistic, value, status=status, reason=reason), is_open)


def _tell(
    statistic: str,
    value: float = np.nan,
    lower: float = np.nan,
    upper: float = np.nan,
    *,
    item: str = "",
    status: str = "reported",
    reason: str = "",
) -> Figure:
    return {
        "statistic": statistic,
        "item": item,
        "value": value,
        "lower95": lower,
        "upper95": upper,
        "lowest": np.nan,
        "highest": np.nan,
        "value_status": status,
        "status_reason": reason,
    }


def _judge(*statuses: pd.Series | str) -> tuple[str, str]:
    """The status of what is made of figures with these statuses, and its reason."""
    every = {status for one in statuses for status in ([one] if isinstance(one, str) else one)}
    if "suppressed" in every:
        return "suppressed", SUPPRESSED
    return ("reported", "") if every == {"reported"} else ("not_available", UNKNOWN)


def _capture(first: pd.Series, second: pd.Series) -> Figure:
    status, reason = _judge(first["value_status"], second["value_status"])
    if status == "reported" and second["numerator"] == 0:
        status, reason = "not_applicable", NOTHING
    if status != "reported":
        return _tell("capture_ratio", status=status, reason=reason)
    return _tell("capture_ratio", round(first["numerator"] / second["numerator"], 3))


def _left_out(left_out: pd.Series, second: pd.Series, statistic: str) -> Figure:
    status, reason = _judge(left_out["value_status"], second["value_status"])
    if status == "reported" and second["numerator"] == 0:
        status, reason = "not_applicable", NOTHING
    if status != "reported":
        return _tell(statistic, status=status, reason=reason)
    share = share_with_limits(left_out["numerator"], second["numerator"])
    limits = (share.value, share.lower, share.upper)
    return _tell(statistic, *(round(float(number), 1) for number in limits))


def _rank_districts(
    first: pd.DataFrame, second: pd.DataFrame, counted: pd.DataFrame, other_counted: pd.DataFrame
) -> Iterator[Figure]:
    """Of `first` and `second`, the rates under two definitions; the others are their counts of `lens_room`."""
    status, reason = _judge(first["value_status"], second["value_status"])
    if status == "reported" and len(first) < FEWEST_DISTRICTS:
        status, reason = "not_available", TOO_FEW_DISTRICTS
    second = second.reindex(first.index)
    if status != "reported":
        yield _tell("rank_correlation", status=status, reason=reason)
        for statistic in ("rank_change", "allocation_change"):
            for code in first.index:
                yield _tell(statistic, item=str(code), status=status, reason=reason)
        return
    own, others = (each.reindex(first.index) for each in (counted, other_counted))
    ranked = rooms_of_ranks(own, others, first["denominator"].astype("float64"))
    moneyed = rooms_of_allocation(own, others)
    rates = [(rows["numerator"] / rows["denominator"]).to_numpy(float) for rows in (first, second)]
    correlation = rank_correlation(rates[0], rates[1])
    if np.isnan(correlation.value):
        yield _tell("rank_correlation", status="not_applicable", reason="All districts are alike.")
    else:
        limits = (correlation.value, correlation.lower, correlation.upper)
        agreement = _tell("rank_correlation", *(round(float(number), 2) for number in limits))
        yield _say_open(agreement, not _is_sure(ranked))
    ranks = [pd.Series(-rate).rank(method="min").to_numpy() for rate in rates]
    shares = [rows["numerator"].to_numpy(float) for rows in (first, second)]
    shares = [100 * counts / counts.sum() if counts.sum() else counts * np.nan for counts in shares]
    for position, code in enumerate(first.index):
        change = _tell("rank_change", float(ranks[1][position] - ranks[0][position]), item=str(code))
        yield {**change, **ranked.get(str(code), {})}
        moved = shares[0][position] - shares[1][position]
        if np.isnan(moved):
            yield _tell("allocation_change", item=str(code), status="not_applicable", reason=NOTHING)
        else:
            change = _tell("allocation_change", round(float(moved), 1), item=str(code))
            yield {**change, **moneyed.get(str(code), {})}


def _is_sure(ranked: Rooms) -> bool:
    """Whether no district could change its places otherwise than by what is known."""
    return bool(ranked) and all(room["lowest"] == room["highest"] for room in ranked.values())


def _overlap(first: pd.DataFrame, second: pd.DataFrame) -> Figure:
    second = second.reindex(first.index)
    is_shown = (first["value_status"] == "reported") & (second["value_status"] == "reported")
    if is_shown.mean() < 1 - MOST_HIDDEN:
        status, reason = _judge(first["value_status"], second["value_status"])
        return _tell("worst_fifth_overlap", status=status, reason=reason)
    rates = [(rows["numerator"] / rows["denominator"])[is_shown] for rows in (first, second)]
    number = max(1, round(WORST_SHARE * is_shown.sum()))
    worst = [set(rate.sort_values(ascending=False, kind="stable").index[:number]) for rate in rates]
    return _tell("worst_fifth_overlap", round(100 * len(worst[0] & worst[1]) / len(worst[0] | worst[1]), 1))
