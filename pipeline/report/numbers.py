"""How a number, a period and a status are written: the same in every output."""

from __future__ import annotations

from datetime import date, timedelta

from pipeline.periods import period_label

REPORTED = "reported"
SUPPRESSED = "suppressed"
NOT_AVAILABLE = "not_available"
NOT_APPLICABLE = "not_applicable"

SYMBOLS = {SUPPRESSED: "[c]", NOT_AVAILABLE: "[x]", NOT_APPLICABLE: "[z]"}
SYMBOL_MEANINGS = {
    "[c]": "hidden so that no person can be recognised: too few, or too few could be worked out from it",
    "[x]": "not available: the source does not say, or never arrived",
    "[z]": "not applicable: the figure would have no meaning here",
}
STATUS_WORDS = {
    SUPPRESSED: "too few to report",
    NOT_AVAILABLE: "not available",
    NOT_APPLICABLE: "not applicable",
}
SPLIT_LABELS = {
    "all": "Total",
    "domestic": "Domestic",
    "non_domestic": "Not domestic",
    "not_known": "Not known",
}


def format_number(number: float, decimals: int = 0) -> str:
    """A number with thousands commas and the declared decimals, never a negative zero."""
    text = f"{number:,.{decimals}f}"
    return text.removeprefix("-") if text.strip("-0.,") == "" else text


def format_value(number: float, decimals: int, unit: str) -> str:
    """A value with its unit where that is a sign: 12.3%, or £48.3 million in 2023/24 prices."""
    text = format_number(number, decimals)
    if unit.startswith("£"):
        return f"£{text}{unit.removeprefix('£')}"
    return text + ("%" if unit == "%" else "")


def unit_words(unit: str) -> str:
    """The unit as it follows a value in a sentence: nothing where the value bears it as a sign."""
    return "" if unit == "%" or unit.startswith("£") else f" {unit}"


def format_date(day: date) -> str:
    """A date as people say it, for example 31 March 2024."""
    return f"{day.day} {day:%B %Y}"


def period_phrase(period_type: str, start: date, end: date) -> str:
    """The period as a sentence says it, for example "in 2023/24"."""
    label = period_label(period_type, start, end)
    if period_type == "academic_year":
        return f"in the school year {label}"
    return f"from {label}" if " to " in label else f"in {label}"


def year_before(day: date) -> date:
    """The same day one year earlier; 28 February for a leap day."""
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day - timedelta(days=366)
