"""Verdicts on a claim, or statistics of a name, with all that stands behind the figures that they are made of."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.explanation.background import CELL, Background, Row, name_cell
from pipeline.explanation.claim import Verdict, explain_claim
from pipeline.explanation.origin import Origin, find_origin
from pipeline.explanation.question import Question
from pipeline.explanation.statistic import Statistic, explain_statistic

SUPPRESSED = "suppressed"


@dataclass(frozen=True)
class Made:
    """What is made of published figures, and once for all of them where they come from and which are hidden."""

    statistics: tuple[Verdict, ...] | tuple[Statistic, ...]
    # The figures that are hidden, by name and with the reason; never a number of theirs.
    hidden: tuple[Row, ...]
    origin: Origin


def explain_made(background: Background, question: Question, release: str | None = None) -> Made | None:
    """What stands behind a claim or a statistic; None where none is called so. `release` is the approved one.

    Raises ConfigurationError, with what there is instead, where nothing fits the question.
    """
    statistics = explain_claim(background, question) or explain_statistic(background, question)
    if not statistics:
        return None
    figures = {name_cell(figure): figure for each in statistics for figure in each.figures}
    return Made(
        statistics,
        hidden=tuple(
            {name: figure[name] for name in (*CELL, "status_reason")}
            for figure in figures.values()
            if figure["value_status"] == SUPPRESSED
        ),
        origin=find_origin(
            background, figures.values(), release, (drawn for each in statistics for drawn in each.drawn)
        ),
    )
