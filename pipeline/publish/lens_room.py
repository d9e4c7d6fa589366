"""How far records that do not say could move a comparison of two definitions, by published counts alone."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipeline.disclosure.equations import DUST

# By area code: `lowest` and `highest`.
Rooms = dict[str, dict[str, float]]


def count_up_to(certain: pd.DataFrame, most: pd.DataFrame) -> pd.DataFrame:
    """By area, `certain`, the offences that are surely in a definition, and `most`, all that an unknown flag allows.

    Both are made of published figures by area code. A number that is not told is nan.
    """
    return pd.DataFrame({"certain": _numbers(certain), "most": _numbers(most)})


def count_with(certain: pd.DataFrame, opened: pd.DataFrame) -> pd.DataFrame:
    """The same from `opened`, the offences that may be in the definition besides."""
    counts = _numbers(certain)
    return pd.DataFrame({"certain": counts, "most": counts.add(_numbers(opened))})


def count_from_rates(rates: pd.DataFrame, per: float, decimals: int, whole: pd.DataFrame) -> pd.DataFrame:
    """The same of districts from their rates `per` so many people, whose published highest is rounded to `decimals`.

    `whole` is the same of the area that they make up. A most that is not told is all of the area's open offences that
    those of other districts leave.
    """
    if rates.empty:
        return count_up_to(rates, rates)
    counts = _numbers(rates)
    highest, people = (rates[name].astype("float64") for name in ("highest", "denominator"))
    # What is printed was up to half a last decimal more or less.
    ends = [(highest + side * 10.0**-decimals / 2) * people / per for side in (-1, 1)]
    least_most = ends[0].sub(DUST).apply(np.ceil).clip(lower=counts)
    most = ends[1].add(DUST).apply(np.floor).clip(lower=counts)
    if len(whole):
        opened = float((whole["most"] - whole["certain"]).sum(skipna=False))
        left = opened - (least_most - counts).sum()
        # No district has more than all that is open in the area.
        most = most.fillna(counts + max(left, 0.0)).clip(upper=counts + opened)
    return pd.DataFrame({"certain": counts, "most": most})


def rooms_of_ranks(first: pd.DataFrame, second: pd.DataFrame, people: pd.Series) -> Rooms:
    """How many places each district could be worse off under the first at the least and the most.

    As if under each definition the district had its least and all others their most, and the other way round. Nothing
    where the most of any is not told: it could stand anywhere.
    """
    if first.isna().any(axis=None) or second.isna().any(axis=None):
        return {}
    (best, worst), (other_best, other_worst) = (
        _rank_ends(counts.div(people, axis=0)) for counts in (first, second)
    )
    return _rooms(other_best - worst, other_worst - best, 0)


def _rank_ends(rates: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """The first and the last place that each district could have, 1 the highest rate."""
    certain, most = rates["certain"].to_numpy(), rates["most"].to_numpy()
    best = 1 + (certain > most[:, np.newaxis]).sum(axis=1)
    # Nobody stands before himself.
    worst = 1 + (most > certain[:, np.newaxis]).sum(axis=1) - (most > certain)
    return pd.Series(best, index=rates.index), pd.Series(worst, index=rates.index)


def rooms_of_allocation(first: pd.DataFrame, second: pd.DataFrame) -> Rooms:
    """The least and the most points by which each district's part of all offences could be larger under the first."""
    if first.isna().any(axis=None) or second.isna().any(axis=None):
        return {}
    (low, high), (other_low, other_high) = (_part_ends(counts) for counts in (first, second))
    return _rooms(low - other_high, high - other_low, 1)


def _part_ends(counts: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """The least and the most that each district's part of all could be, of 100."""
    certain, most = counts["certain"], counts["most"]
    lowest, highest = certain + (most.sum() - most), most + (certain.sum() - certain)
    # Where there is none at all there is no part.
    return 100 * certain / lowest.where(lowest > 0), 100 * most / highest.where(highest > 0)


def rooms_of_capture(first: pd.DataFrame, second: pd.DataFrame) -> Rooms:
    """The least and the most offences in the first for each in the second, whatever the unknown flags are."""
    return _rooms(first["certain"] / second["most"], first["most"] / second["certain"], 3)


def rooms_of_left_out(
    left_out: pd.DataFrame, own: pd.DataFrame, other: pd.DataFrame, *, is_nested: bool
) -> Rooms:
    """The least and the most of 100 offences in the other that our own leaves out, whatever the unknown flags are.

    At the least those that it certainly leaves out, of all that can be in the other; at the most those, all that our
    own may or may not count, and all that the other may. Where our own `is_nested` the other, none that it surely
    counts is left out.
    """
    surely = _numbers(left_out)
    may_be_left_out = surely + (own["most"] - own["certain"]) + (other["most"] - other["certain"])
    whole = other["most"].reindex(may_be_left_out.index)
    most = may_be_left_out.clip(upper=whole - own["certain"].reindex(whole.index) if is_nested else whole)
    # Counts that are rounded apart can cross.
    most = most.clip(lower=surely.reindex(most.index))
    return _rooms(100 * surely / other["most"], 100 * most / other["most"], 1)


def _rooms(lowest: pd.Series, highest: pd.Series, decimals: int) -> Rooms:
    room = pd.DataFrame({"lowest": lowest, "highest": highest}).dropna(how="all").round(decimals)
    return {
        str(code): {str(name): float(number) for name, number in row.items()} for code, row in room.iterrows()
    }


def _numbers(rows: pd.DataFrame) -> pd.Series:
    """The published counts by area, nan where one is not told."""
    if rows.empty:
        return pd.Series(dtype="float64")
    return rows["numerator"].astype("float64").where(rows["value_status"] == "reported")
