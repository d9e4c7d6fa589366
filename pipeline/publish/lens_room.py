"""How far records that do not say could move a comparison of two definitions, by published counts alone."""

from __future__ import annotations

import pandas as pd

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
