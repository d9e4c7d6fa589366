"""How a line of `sna explain` is laid out, and how the published figures that went into something are listed."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.explanation.background import Row

WIDTH, LABEL = 100, 16
# Of many figures or files the first.
SHOWN = 12

SPLITS = {
    "all": "",
    "domestic": ", flagged domestic abuse",
    "non_domestic": ", flagged not domestic abuse",
    "not_known": ", without a domestic abuse flag",
    "flag_known": ", with a domestic abuse flag of yes or no",
}

# What a line is called, and what it says.
Line = tuple[str, str]


def lay_out(label: str, text: str) -> str:
    """A label and its text, wrapped beside it."""
    return textwrap.fill(
        text,
        WIDTH,
        initial_indent=f"{label:<{LABEL}}",
        subsequent_indent=" " * LABEL,
        break_long_words=False,
        break_on_hyphens=False,
    )


def list_figures(figures: Sequence[Row]) -> Iterator[Line]:
    """The published figures that went into something, the first of them if they are many."""
    from pipeline.report.numbers import format_number

    for row in figures[:SHOWN]:
        counts = " of ".join(
            format_number(row[name]) for name in ("numerator", "denominator") if row[name] is not None
        )
        yield "Went in", f"{name_figure(row)} · {counts or row['value_status'].replace('_', ' ')}"
    more = len(figures) - SHOWN
    if more > 0:
        yield "", f"and {more} more figures: --json has them all"


def name_figure(row: Row) -> str:
    """The name of a published figure: indicator, lens, part, place and period."""
    from pipeline.periods import period_label

    when = period_label(row["period_type"], row["period_start"], row["period_end"])
    words = (row["indicator_id"], row["lens_id"], row["breakdown_value"], SPLITS[row["split"]].strip(", "),
             row["area_code"], when)  # fmt: skip
    return " · ".join(word for word in words if word)
