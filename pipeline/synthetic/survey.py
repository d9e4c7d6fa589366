"""Two surveys a year, counts by answer: residents, and pupils of 11 to 16; women and girls answer more often.

Made to be found: fewer trust the police in Port Example; fewer pupils of Example-on-Sea have somewhere to go and an
adult to talk to; domestic abuse is told of as often as in the Crime Survey for England and Wales.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from pipeline.synthetic.calibration import figure
from pipeline.synthetic.draws import Integers, choose
from pipeline.synthetic.places import DISTRICTS, VRU_NAME
from pipeline.synthetic.tables import csv_bytes

YEARS = range(2019, 2024)
YES_NO_UNSURE = ("Yes", "No", "Don't know")
_PORT, _SEA = 0, 4


@dataclass(frozen=True)
class Question:
    """A question, its answers, and the share of each among women (or girls) and men (or boys)."""

    words: str
    answers: tuple[str, ...]
    women: tuple[float, ...]
    men: tuple[float, ...]
    # What is added to the first answer in a district, taken from the second.
    shifts: Mapping[int, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Survey:
    """A survey: whom it asks, on which day of each year, how many in each district, and what."""

    name: str
    month_and_day: str
    groups: tuple[str, str, str]
    respondents: tuple[int, ...]
    women_among_respondents: float
    women_among_people: float
    questions: tuple[Question, ...]


def _surveys() -> tuple[Survey, Survey]:
    """The survey of residents and that of pupils."""
    women = figure("csew_da_prevalence", "women")
    men = figure("csew_da_prevalence", "men")
    residents = (
        Question(
            "How safe do you feel walking alone in your area after dark?",
            ("Very safe", "Fairly safe", "A bit unsafe", "Very unsafe"),
            (0.16, 0.37, 0.28, 0.19),
            (0.34, 0.43, 0.15, 0.08),
        ),
        Question(
            "Do you trust the police in your area?",
            YES_NO_UNSURE,
            (0.64, 0.22, 0.14),
            (0.61, 0.26, 0.13),
            {_PORT: -0.17},
        ),
        Question(
            "Do you know where to get help with domestic abuse?", ("Yes", "No"), (0.63, 0.37), (0.52, 0.48)
        ),
        Question(
            "Would you tell the police if somebody you know lived with domestic abuse?",
            YES_NO_UNSURE,
            (0.66, 0.13, 0.21),
            (0.70, 0.12, 0.18),
        ),
        Question(
            "Have you lived with domestic abuse in the last 12 months?",
            ("Yes", "No", "Prefer not to say"),
            (women, 0.96 - women, 0.04),
            (men, 0.96 - men, 0.04),
        ),
    )
    pupils = (
        Question(
            "Is there an adult whom you trust and can talk to?",
            YES_NO_UNSURE,
            (0.84, 0.09, 0.07),
            (0.82, 0.10, 0.08),
            {_SEA: -0.12},
        ),
        Question("Do you feel safe at school?", YES_NO_UNSURE, (0.79, 0.12, 0.09), (0.84, 0.09, 0.07)),
        Question(
            "Do you feel safe where you live?",
            YES_NO_UNSURE,
            (0.78, 0.13, 0.09),
            (0.83, 0.10, 0.07),
            {_PORT: -0.10},
        ),
        Question(
            "Is there a youth club or something else to do near you?",
            YES_NO_UNSURE,
            (0.52, 0.34, 0.14),
            (0.57, 0.31, 0.12),
            {_SEA: -0.22},
        ),
        Question(
            "Have you seen or lived through violence in the last 12 months?",
            ("Yes", "No", "Prefer not to say"),
            (0.38, 0.54, 0.08),
            (0.43, 0.50, 0.07),
        ),
    )
    return (
        Survey(
            f"{VRU_NAME} residents survey", "10-16", ("All", "Women", "Men"), (620, 410, 400, 390, 400), 0.56, 0.51,
            residents,
        ),
        Survey(
            f"{VRU_NAME} pupils survey", "11-20", ("All", "Girls", "Boys"), (900, 520, 500, 480, 510), 0.53, 0.49,
            pupils,
        ),
    )  # fmt: skip


def _answered(
    random: np.random.Generator, question: Question, people: tuple[int, int], district: int
) -> Integers:
    """How many women and how many men gave each answer."""
    counts = []
    for size, shares in zip(people, (question.women, question.men), strict=True):
        moved = np.array(shares)
        moved[:2] += np.array([1, -1]) * question.shifts.get(district, 0.0)
        counts.append(np.bincount(choose(random, moved, size), minlength=len(moved)))
    return np.array(counts)


def _rows(random: np.random.Generator, survey: Survey, year: int) -> list[dict[str, str | int | float]]:
    """One row a district, group, question and answer; weights give women and men their share of the people."""
    rows: list[dict[str, str | int | float]] = []
    share = survey.women_among_respondents
    weights = np.array([survey.women_among_people / share, (1 - survey.women_among_people) / (1 - share)])
    for district, (code, _) in enumerate(DISTRICTS):
        size = survey.respondents[district] + int(random.random() * 40)
        women = round(size * share)
        for question in survey.questions:
            counts = _answered(random, question, (women, size - women), district)
            for group, taken in zip(survey.groups, ((0, 1), (0,), (1,)), strict=True):
                own = counts[list(taken)]
                weighted = (own.T @ weights[list(taken)]).round(1)
                for position, answer in enumerate(question.answers):
                    rows.append(
                        {
                            "survey": survey.name,
                            "survey_date": f"{year}-{survey.month_and_day}",
                            "lad_code": code,
                            "group": group,
                            "question": question.words,
                            "answer": answer,
                            "unweighted_count": int(own[:, position].sum()),
                            "unweighted_base": int(own.sum()),
                            "weighted_count": float(weighted[position]),
                            "weighted_base": round(float(weighted.sum()), 1),
                        }
                    )
    return rows


def survey_files(random: np.random.Generator) -> dict[str, bytes]:
    """The surveys' yearly files by path."""
    files: dict[str, bytes] = {}
    for year in YEARS:
        rows = [row for survey in _surveys() for row in _rows(random, survey, year)]
        files[f"support/community_survey_{year}.csv"] = csv_bytes(
            {name: pa.array([row[name] for row in rows]) for name in rows[0]}
        )
    return files
