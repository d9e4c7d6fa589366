"""Numbers, intervals and periods as the sentences of claims have them."""

from __future__ import annotations

import numpy as np
import pandas as pd

DAYS_OF_A_YEAR = 365.25
COUNTS = {2: "two", 3: "three", 4: "four", 5: "five"}


def period_words(first_day: pd.Timestamp, last_day: pd.Timestamp) -> str:
    """A year, or a run of years, by its last month."""
    years = year_count(first_day, last_day)
    length = "year" if years == 1 else f"{COUNTS.get(years, years)} years"
    return f"the {length} to {pd.Timestamp(last_day):%B %Y}"


def year_count(first_day: pd.Timestamp, last_day: pd.Timestamp) -> int:
    """How many whole years a period has."""
    return max(1, round((pd.Timestamp(last_day) - pd.Timestamp(first_day)).days / DAYS_OF_A_YEAR))


def in_words(number: float, decimals: int) -> str:
    """A number, 0 or more, as a sentence has it; what is more than nothing does not read as nothing."""
    least = 10.0**-decimals
    if 0 < number < least / 2:
        return f"less than {least:.{decimals}f}"
    return "without limit" if np.isinf(number) else f"{number:,.{decimals}f}" if number else "0"


def interval_in_words(lower: float, upper: float, decimals: int, unit: str = "") -> str:
    """The limits of a number, for `95% interval …`."""
    if np.isinf(upper):
        return f"{in_words(lower, decimals)}{unit} and upwards, with no upper limit"
    return f"{in_words(lower, decimals)}{unit} to {in_words(upper, decimals)}{unit}"


def share_words(events: float, total: float, share: float, lower: float, upper: float) -> dict[str, str]:
    """The slots of a share of a count, per cent to one decimal."""
    return {
        "numerator": in_words(events, 0),
        "denominator": in_words(total, 0),
        "value": in_words(share, 1),
        "interval": interval_in_words(lower, upper, 1, "%"),
    }


def label_words(label: str) -> dict[str, str]:
    """The slots of what is told of, inside a sentence and at its start."""
    return {"label": label, "label_start": label[:1].upper() + label[1:]}
