"""Which records a part of a figure counts: the rows behind one value of a breakdown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.definitions import Rows

# Of whom the sex and age of a source's records are.
PEOPLE = {"police_crimes": "victim", "suspects": "suspect"}
WEEKDAYS = {"Mon": "Monday", "Tue": "Tuesday", "Wed": "Wednesday", "Thu": "Thursday", "Fri": "Friday",
            "Sat": "Saturday", "Sun": "Sunday"}  # fmt: skip
# The weekend as int_offence_cells has it.
WEEKEND = "the weekend is from Friday 18:00 to Monday 6:00"
# Breakdowns whose values are answers.
SURVEYS = ("survey_item", "protective_item")
# As int_suspect_people tells them apart.
SUSPECT_KINDS = {
    "Domestic abuse only": "people all of whose crimes in the period are flagged domestic abuse",
    "Other serious violence only": "people none of whose crimes in the period are flagged domestic abuse",
    "Both": "people with crimes in the period that are flagged domestic abuse, and with others",
    "Not known": "people with a crime in the period whose flag is not known, and not of both kinds",
}


@dataclass(frozen=True)
class Part:
    """One value of a breakdown: what a record must say to be in it, and the rows of the definitions that say so."""

    breakdown: str
    breakdown_value: str
    meaning: str
    rows: tuple[str, ...]


def describe_part(seeds: Mapping[str, Rows], cell: Mapping[str, Any], is_base: bool) -> Part | None:
    """The part that a published cell is of, in its numerator or in its base; None of a total."""
    breakdown, value = cell["breakdown"], cell["breakdown_value"]
    if breakdown == "none":
        return None
    person = PEOPLE.get(cell["source_id"], "patient")
    meanings = {
        "sex": f"{person} recorded as {value.casefold()}",
        "age_band": f"{person} aged {value}",
        "offence_subgroup": f"offences of {value}",
        "location_type": f"place recorded as {value.casefold()}",
        "relationship": f"suspect to victim: {value.casefold()}",
        "assault_method": f"method recorded as {value.casefold()}",
        "assault_place": f"place recorded as {value.casefold()}",
        "part_of_week": f"begun in this part of the week: {value}; {WEEKEND}",
        "day_and_hour": _hour(value),
        "factor": "assessments that name the factor",
        "reason": "those with the reason",
        **dict.fromkeys(SURVEYS, "people asked" if is_base else "people who said so"),
        "suspect_kind": SUSPECT_KINDS.get(value, value),
    }
    return Part(breakdown, value, meanings[breakdown], _rows(seeds, breakdown, value, is_base))


def _hour(value: str) -> str:
    day, _, hour = value.partition(" ")
    return f"begun on a {WEEKDAYS.get(day, day)} from {hour}:00 to {hour}:59"


def _rows(seeds: Mapping[str, Rows], breakdown: str, value: str, is_base: bool) -> tuple[str, ...]:
    keys = {
        row["breakdown_key"]
        for row in seeds["breakdown_values"]
        if (row["breakdown"], row["breakdown_value"]) == (breakdown, value)
    }
    if breakdown == "offence_subgroup":
        return tuple(
            f"{row['offence_code']} {row['description']}"
            for row in seeds["offence_codes"]
            if row["offence_subgroup"] in keys
        )
    if breakdown == "factor":
        return tuple(
            f"{row['factor_code']} {row['description']}"
            for row in seeds["cin_factors"]
            if row["factor_key"] in keys
        )
    if breakdown == "reason":
        return tuple(
            f"{row['reason_code']} {row['label']}"
            for row in seeds["dfe_exclusion_reasons"]
            if row["reason_code"] in keys
        )
    answers = [
        row
        for row in seeds["survey_answers"]
        if row["breakdown"] == breakdown and row["breakdown_key"] in keys
    ]
    # Everybody who was asked is in the base, whatever the answer.
    said = (row["question"] if is_base else f"{row['question']} {row['answer']}" for row in answers)
    return tuple(dict.fromkeys(said))
