"""The twin of services and surveys: what they return by month, quarter or year, added up from the delivered text."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from math import floor
from pathlib import Path

from tests.counts.twin_rows import AREA, DISTRICTS, Row, Source, read_seed, read_source


@dataclass(frozen=True)
class Returns:
    """One kind of return: its file, the columns of its day and its sender, and the measure of each column."""

    pattern: str
    day: str
    sender: str
    measures: Mapping[str, str]


KINDS = (
    Returns("marac_returns_*.csv", "quarter_start", "marac", {
        "cases_discussed": "marac_case",
        "repeat_cases": "marac_repeat_case",
        "partner_referrals": "marac_partner_referral",
        "children_in_household": "marac_child",
    }),
    Returns("idva_returns_*.csv", "quarter_start", "service", {
        "idva_fte": "idva_staff",
        "idva_referrals": "idva_referral",
        "marac_referrals": "idva_marac_referral",
        "clients_engaged": "idva_engaged",
    }),
    Returns("refuge_*.csv", "month", "lad_code", {
        "bed_spaces": "refuge_space",
        "bed_spaces_occupied": "refuge_occupied",
        "refusals": "refuge_refusal",
        "refusals_no_space": "refuge_no_space_refusal",
    }),
    Returns("helpline_*.csv", "month", "helpline", {
        "calls": "helpline_call",
        "domestic_abuse_calls": "helpline_domestic_call",
    }),
    Returns("perpetrator_programmes_*.csv", "financial_year", "programme", {
        "places": "programme_place",
        "starts": "programme_start",
        "completions": "programme_completion",
    }),
    Returns("da_matters*.csv", "financial_year", "force", {
        "staff_in_scope": "staff_in_scope",
        "staff_trained": "staff_trained",
    }),
)  # fmt: skip
SURVEYS = Source(
    "community_survey_*.csv",
    record=("survey", "survey_date", "lad_code", "group", "question", "answer"),
    is_unique=False,
    columns=(),
    required=("survey", "survey_date", "question", "answer", "unweighted_count"),
    days=("survey_date",),
)

# measure, area, first month, breakdown, its key
Numbers = dict[tuple[str, str, date, str, str], float]


def count_services(folder: Path) -> Numbers:
    """Every returned number that is known, by measure, area and the first month that it is about."""
    numbers: Numbers = defaultdict(float)
    for kind in KINDS:
        has_district = kind.sender not in ("force", "lad_code")
        record = (kind.day, kind.sender, *(["lad_code"] if has_district else []))
        source = Source(kind.pattern, record, False, (), (kind.day, kind.sender))
        for row in read_source(folder, source):
            # A count below zero holds its row back.
            if any(row[column].startswith("-") for column in kind.measures):
                continue
            for column, measure in kind.measures.items():
                for area in areas_of(row):
                    numbers[measure, area, first_month(row[kind.day]), "none", ""] += float(row[column])
    count_surveys(folder, numbers)
    return numbers


def areas_of(row: Row) -> list[str]:
    """The area and the district of a return; nothing where it is of another council."""
    lad = row.get("lad_code", "")
    if lad and lad not in DISTRICTS:
        return []
    return [AREA, lad] if lad else [AREA]


def first_month(text: str) -> date:
    """The first day of 2022-10, 2022-10-01 or 2022/23."""
    if "/" in text:
        return date(int(text[:4]), 4, 1)
    return date(int(text[:4]), int(text[5:7]), 1)


def count_surveys(folder: Path, numbers: Numbers) -> None:
    """Adds each item's answers and base: of everybody asked, the weighted share of the effective base."""
    asked: dict[tuple[str, ...], dict[str, Row]] = defaultdict(dict)
    for row in read_source(folder, SURVEYS):
        if row["group"].lower() == "all":
            question = (row["survey"], row["survey_date"], row["lad_code"], row["question"])
            asked[question][row["answer"]] = row
    items: dict[str, dict[str, tuple[str, str]]] = defaultdict(dict)
    for item in read_seed("survey_answers"):
        items[item["question"]][item["answer"]] = (item["breakdown"], item["breakdown_key"])
    for (_, day, lad, words), answers in asked.items():
        if words not in items:
            continue
        weighted = [float(row["weighted_count"]) for row in answers.values()]
        squares = [
            float(row["weighted_count"]) ** 2 / int(row["unweighted_count"])
            for row in answers.values()
            if int(row["unweighted_count"])
        ]
        effective = sum(weighted) ** 2 / sum(squares)
        base = max(float(row["weighted_base"]) for row in answers.values())
        taken = [answer for answer in items[words] if answer in answers]
        share = sum(float(answers[answer]["weighted_count"]) for answer in taken) / base
        month = first_month(day)
        year = date(month.year if month.month > 3 else month.year - 1, 4, 1)
        for area in areas_of({"lad_code": lad}):
            for measure, number in (("survey_answer", share * effective), ("survey_base", effective)):
                numbers[measure, area, year, *items[words][taken[0]]] += floor(number + 0.5)
