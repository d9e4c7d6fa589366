"""How far records that do not say could move a comparison of two definitions, by published counts alone."""

from __future__ import annotations

import pandas as pd

# By area code: `lowest` and `highest`.
Rooms = dict[str, dict[str, float]]


def count_open(
    certain: pd.DataFrame, opened: pd.DataFrame | None = None, *, most: pd.DataFrame | None = None
) -> pd.DataFrame:
    """By area, `certain`, the offences that are surely in a definition, and `most`, all that an unknown flag allows.

    All are published figures by area code: `opened` those that may be in it besides, or `most` both together. A number
    that is not told is nan.
    """
    counts = _numbers(certain)
    whole = _numbers(most) if most is not None else counts.add(_numbers(opened), fill_value=None)
    return pd.DataFrame({"certain": counts, "most": whole})


def rooms_of_capture(first: pd.DataFrame, second: pd.DataFrame) -> Rooms:
    """The least and the most offences in the first for each in the second, whatever the unknown flags are."""
    return _rooms(first["certain"] / second["most"], first["most"] / second["certain"], 3)


def rooms_of_left_out(left_out: pd.DataFrame, own: pd.DataFrame, other: pd.DataFrame) -> Rooms:
    """The least and the most of 100 offences in the other that our own leaves out, whatever the unknown flags are.

    At the least those that it certainly leaves out, of all that can be in the other; at the most those, all that our
    own may or may not count, and all that the other may.
    """
    surely = _numbers(left_out)
    may_be_left_out = surely + (own["most"] - own["certain"]) + (other["most"] - other["certain"])
    most = may_be_left_out.clip(upper=other["most"].reindex(may_be_left_out.index))
    return _rooms(100 * surely / other["most"], 100 * most / other["most"], 1)


def _rooms(lowest: pd.Series, highest: pd.Series, decimals: int) -> Rooms:
    room = pd.DataFrame({"lowest": lowest, "highest": highest}).dropna(how="all").round(decimals)
    return {
        str(code): {str(name): float(number) for name, number in row.items()} for code, row in room.iterrows()
    }


def _numbers(rows: pd.DataFrame | None) -> pd.Series:
    """The published counts by area, nan where one is not told."""
    if rows is None or rows.empty:
        return pd.Series(dtype="float64")
    return rows["numerator"].astype("float64").where(rows["value_status"] == "reported")
