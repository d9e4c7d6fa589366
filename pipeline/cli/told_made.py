"""What is made of published figures, in lines: each verdict or statistic, and once what stands behind them all."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import TYPE_CHECKING

from pipeline.cli.told_lines import SHOWN, Line, lay_out, name_figure
from pipeline.cli.told_origin import tell_origin
from pipeline.cli.told_statistic import tell_statistic
from pipeline.cli.told_verdict import tell_verdict

if TYPE_CHECKING:
    from pipeline.explanation.background import Row
    from pipeline.explanation.made import Made


def tell_made(made: Made) -> list[str]:
    """The verdicts or statistics one after another, then where their figures come from and which are hidden."""
    from pipeline.explanation.statistic import Statistic

    told = [
        tell_statistic(each) if isinstance(each, Statistic) else tell_verdict(each)
        for each in made.statistics
    ]
    parts = (*_hidden(made.hidden), *tell_origin(made.origin))
    return [
        *(line for lines in told for line in lines),
        "What went in comes from:",
        *(lay_out(label, text) for label, text in parts),
    ]


def _hidden(rows: tuple[Row, ...]) -> Iterator[Line]:
    """The figures that went in and are hidden, by the reason."""
    for reason, group in groupby(
        sorted(rows, key=lambda row: str(row["status_reason"])), lambda row: row["status_reason"]
    ):
        hidden = list(group)
        for row in hidden[:SHOWN]:
            yield "Hidden", name_figure(row)
        if len(hidden) > SHOWN:
            yield "", f"and {len(hidden) - SHOWN} more: --json has them all"
        yield "", reason
    if not rows:
        yield "Hidden", "none of the figures that went in"
