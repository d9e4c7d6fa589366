"""Days, moments and years as a supplier writes them, and one file a year."""

from collections.abc import Mapping

import numpy as np
import pyarrow as pa

from pipeline.synthetic.draws import Integers
from pipeline.synthetic.tables import Column, csv_bytes, words


def years_of(days: Integers) -> Integers:
    """The year in which each day's financial year ends."""
    return (days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) - 3) // 12 + 1971


def label(year: int) -> str:
    """A financial or academic year ending in that year, as 2022-23."""
    return f"{year - 1}-{year % 100:02d}"


def moments(days: Integers, minutes: Integers) -> pa.Array:
    """Date and time to the minute, as text."""
    moment = (days * 1440 + minutes).astype("datetime64[m]")
    return pa.array(np.datetime_as_string(moment, unit="m").astype(object), pa.string())


def dates(days: Integers) -> pa.Array:
    """Days since 1970 as text; blank where the day is negative."""
    first = int(days[days >= 0].min())
    return words(
        days - first, [str(np.datetime64(number, "D")) for number in range(first, int(days.max()) + 1)]
    )


def by_year(
    folder: str, columns: Mapping[str, Column], years: Integers, kept: Integers | None = None
) -> dict[str, bytes]:
    """One file a year."""
    files: dict[str, bytes] = {}
    for year in np.unique(years):
        own = years == year
        if kept is not None:
            own &= kept.astype(bool)
        rows = pa.array(np.flatnonzero(own))
        files[f"{folder}_{label(int(year))}.csv"] = csv_bytes(
            {name: part.take(rows) for name, part in columns.items()}
        )
    return files
