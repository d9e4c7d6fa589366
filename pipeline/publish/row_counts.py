"""Rows of files and of checks of quality: which of them may be told, and how exactly.

Rows are not told where a hidden count of the same source and days could be worked out with them: any but one that lies
within a count that is told for the same place. Others are rounded to twice the threshold of the source's policy, and
what is under that reads as none, so that of few rows a reader learns no more than that they are under that number.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from pipeline.publish.hidden_counts import Counts, Months, months_of

# Checks of records that lie in no part of an area: beside the parts they tell what is left of the whole.
OF_PLACES = frozenset({"rows_unlocated", "rows_unknown_code", "lsoa_unknown"})
# Checks of the domestic abuse flag: beside its parts they tell what is left of the whole.
OF_FLAGS = frozenset({"flag_not_known", "flag_under_16"})
# Whose base is all rows that came.
OF_ROWS_RECEIVED = ("rows_in", "rows_accepted", "rows_quarantined", "held_back_", "set_aside_")
PLACES = frozenset({"vru", "force", "lad"})
NEIGHBOURHOODS = frozenset({"msoa"})
# Of so many times the base there are enough others to make up for the few of one kind.
MANY = 10
USUAL_THRESHOLD = 5
HIDDEN = "[c]"
# A number of rows in a sentence has commas in its thousands: a year and the parts of a date or code are none.
NUMBER = re.compile(r"(?<![\w./,-])(?<!line )(\d{1,3}(,\d{3})+|\d{1,3})(?![\w%/-]|[.,]\d)")


def find_bases(threshold: pd.Series, rounding_base: pd.Series) -> tuple[pd.Series, pd.Series]:
    """What counts under policies are rounded to, twice the threshold or a little more (null without one), and the step
    to which the policies round each of them before (1: none)."""
    step = rounding_base.astype("float64").fillna(1.0)
    return pd.Series(np.ceil(2 * threshold.astype("float64") / step) * step, index=step.index), step


def round_rows(counts: pd.Series, base: pd.Series, step: pd.Series) -> pd.Series:
    """The counts rounded to `base`, and under it none; as they are where there is no base.

    Where the policy rounds each count to a `step`, that comes first: whoever sees the count so rounded learns nothing.
    """
    # Half goes up, as in what is published beside it.
    own = np.floor(counts.astype("float64") / step + 0.5) * step
    rounded = (np.floor(own / base + 0.5) * base).where(own >= base, 0.0)
    return rounded.where(base.notna(), counts.astype("float64"))


def describe_quality(checks: pd.DataFrame, policies: pd.DataFrame, counts: Counts) -> pd.DataFrame:
    """What is to be known of each source's rows, by check: rows as they may be told, null where they may not.

    `checks` are rows of fct_data_quality, `policies` those of `read_row_policies`. Counts of anything but rows, and
    rows that anybody may read, are exact.
    """
    is_rows = checks["unit"] == "rows"
    is_exact, base, step = _find_own_bases(checks["source_id"], policies)
    is_closed = is_rows & ~is_exact
    base = base.where(is_closed)
    told, whole = (round_rows(checks[name], base, step) for name in ("check_count", "base_count"))
    # Added up from what is told of its parts, a total tells nothing of them.
    received = told.where(checks["check_id"].isin(["rows_accepted", "rows_quarantined"])).groupby(
        checks["source_id"]
    )
    is_received = is_closed & checks["check_id"].str.startswith(OF_ROWS_RECEIVED)
    whole = whole.mask(is_received, received.transform("sum"))
    told = told.mask(is_closed & (checks["check_id"] == "rows_in"), whole)
    could_tell = [
        _is_given_away(source, check, is_many, counts)
        for source, check, is_many in zip(
            checks["source_id"], checks["check_id"], told >= MANY * base, strict=True
        )
    ]
    is_together = checks["source_id"].map(_together(policies)).eq(True)
    is_hidden = is_closed & (is_together | pd.Series(could_tell, index=checks.index))
    is_few = is_closed & ~is_hidden & (checks["check_count"] > 0) & (told == 0)
    note = checks["note"].where(~is_few, "fewer than " + base.fillna(0).astype("int64").astype("str"))
    return pd.DataFrame(
        {
            "source_id": checks["source_id"],
            "source_title": checks["source_title"],
            "check_id": checks["check_id"],
            "label": checks["label"],
            "count": told.mask(is_hidden),
            "base": whole.mask(is_hidden),
            "percent": (100 * told / whole.where(whole > 0)).round(1).mask(is_hidden),
            "note": note.mask(is_hidden, HIDDEN),
        }
    )


def describe_provenance(
    lines: Iterable[Mapping[str, object]], policies: pd.DataFrame, counts: Counts
) -> pd.DataFrame:
    """Every file with its hash and what became of it; unless openly published, rows as they may be told, and months
    for days.

    Where one file of a source has fewer rows than the base those of none of its files are told: the figures of a year
    less the other files would be what is in that one.
    """
    columns = ["source_id", "delivery_id", "file_name", "sha256", "status", "reason", "rows_in", "accepted",
               "rejected", "period_start", "period_end"]  # fmt: skip
    frame = pd.DataFrame(list(lines))[columns]
    is_open, base, step = _find_own_bases(frame["source_id"], policies)
    exact = frame[["rows_in", "accepted", "rejected"]].astype("float64")
    told = exact.apply(lambda column: round_rows(column, base, step))
    # Added up from what is told of its parts, a total tells nothing of them.
    is_read = ~is_open & (exact["accepted"] + exact["rejected"] == exact["rows_in"])
    told["rows_in"] = told["rows_in"].mask(is_read, told["accepted"] + told["rejected"])
    is_few = ((told["accepted"] == 0) & (exact["accepted"] > 0)) | (
        (told["rows_in"] == 0) & (exact["rows_in"] > 0)
    )
    months = [months_of(*days) for days in frame[["period_start", "period_end"]].itertuples(index=False)]
    could_tell = [
        counts.could_be_told(source_id, each, PLACES, by_flag=False)
        for source_id, each in zip(frame["source_id"], months, strict=True)
    ]
    is_hidden = ~is_open & (
        frame["source_id"].map(_together(policies)).eq(True)
        | is_few.groupby(frame["source_id"]).transform("any")
        | pd.Series(could_tell, index=frame.index)
    )
    frame[[*told]] = told.mask(is_hidden)
    # What a refusal says of rows is as exact as the rows.
    frame["reason"] = frame["reason"].where(is_open, frame["reason"].str.replace(NUMBER, HIDDEN, regex=True))
    for column in ("period_start", "period_end"):
        # The first and last day of a record-level file are days of somebody's life: the month is enough.
        frame[column] = frame[column].where(is_open, frame[column].str.slice(0, 7))
    return frame.sort_values(["source_id", "file_name"], ignore_index=True)


def _find_own_bases(sources: pd.Series, policies: pd.DataFrame) -> tuple[pd.Series, pd.Series, pd.Series]:
    """Of each row's source: whether anybody may read it, what its rows are rounded to (null if so), and its step."""
    held = policies.set_index("source_id").reindex(sources).set_index(sources.index)
    is_open = held["is_openly_published"].eq(True)
    base, step = find_bases(
        held["threshold"].astype("float64").fillna(USUAL_THRESHOLD), held["rounding_base"]
    )
    return is_open, base.mask(is_open), step


def _together(policies: pd.DataFrame) -> dict[str, bool]:
    """Whether all counts of a source are rounded together: rows beside them would tell more than either."""
    return dict(zip(policies["source_id"], policies["is_rounded_together"].astype("bool"), strict=True))


def _is_given_away(source_id: str, check_id: str, is_many: bool, counts: Counts) -> bool:
    """Whether a check of all files of a source could tell a hidden count."""
    always: Months = months_of("", "")
    if counts.could_be_told(source_id, always, PLACES, by_flag=check_id in OF_FLAGS):
        return True
    return (
        check_id in OF_PLACES
        and not is_many
        and counts.could_be_told(source_id, always, NEIGHBOURHOODS, by_flag=False)
    )
