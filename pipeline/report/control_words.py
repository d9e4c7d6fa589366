"""What a month of a control chart shows, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

RULES = {
    "outside_limits": "outside its limits",
    "trend": "seven months in a row that rise, or fall",
    "two_of_three": "two of three months close to a limit",
    "one_side": "seven months on one side of the middle",
}
REASONS = {
    "suppressed": "hidden",
    "left_out": "falls in months that are left out",
    "short_stretch": "too few months since recording changed",
    "change_within": "recording changed in this month",
    "not_available": "no figure arrived",
    "too_few_events": "under five events a month",
}


def describe_month(row: Mapping[str, Any]) -> str:
    """Whether a published month is within its limits, which rule picked it out, or why it is not judged."""
    if not row["is_judged"]:
        return REASONS.get(str(row["reason"]), "too short a series")
    if not row["signal"]:
        return "within its limits"
    side = "above" if row["value"] > row["centre"] else "below"
    return f"{side} what was expected: {RULES[str(row['signal'])]}"
