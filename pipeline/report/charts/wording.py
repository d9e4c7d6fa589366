"""How charts write numbers, states and foreign text."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable

import pandas as pd

MARKS = {"suppressed": "[c]", "not_available": "[x]", "not_applicable": "[z]"}
STATE_NAMES = {
    "suppressed": "suppressed to protect people",
    "not_available": "not available",
    "not_applicable": "not applicable",
}
SEPARATOR = " · "


def clean(text: object) -> str:
    """One line of printable text: no control characters (not XML), no direction marks (reorder a label)."""
    if text is None or text is pd.NaT or (isinstance(text, float) and math.isnan(text)):
        return ""
    spaced = " ".join(str(text).split())
    return "".join(c for c in spaced if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Cn", "Co"))


def show_number(value: float, decimals: int) -> str:
    """A number as it is printed: thousands by comma, a true minus, never a minus zero."""
    text = f"{value:,.{decimals}f}"
    if text.startswith("-"):
        text = text[1:] if not text.strip("-0.,") else "−" + text[1:]
    return text


def is_percentage(value_label: str) -> bool:
    """Whether values carry a % sign of their own."""
    return value_label.strip().startswith("%")


def show_value(value: float, decimals: int, value_label: str) -> str:
    """A value with its % sign where its unit is one."""
    return show_number(value, decimals) + ("%" if is_percentage(value_label) else "")


def show_interval(lower: float, upper: float, decimals: int, value_label: str) -> str:
    """An interval in words, '' where there is none."""
    if math.isnan(lower) or math.isnan(upper):
        return ""
    return f"{show_number(lower, decimals)} to {show_value(upper, decimals, value_label)}"


def state_key(statuses: Iterable[str]) -> str:
    """What the marks mean, for the states that occur."""
    present = set(statuses)
    return SEPARATOR.join(
        f"{mark} {STATE_NAMES[status]}" for status, mark in MARKS.items() if status in present
    )


def explain_absence(statuses: Iterable[str]) -> str:
    """The sentence that stands where a chart has nothing to draw."""
    present = [status for status in MARKS if status in set(statuses)]
    if not present:
        return "There are no figures to show here."
    reasons = {
        "suppressed": "they are suppressed to protect people [c]",
        "not_available": "they are not available [x]",
        "not_applicable": "they do not apply here [z]",
    }
    return f"No figures are shown: {', or '.join(reasons[status] for status in present)}."
