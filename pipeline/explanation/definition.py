"""What is counted, in words: the rows of a lens or of a measure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.definitions import Rows
from pipeline.explanation.parts import Part

# The one source of which the rules of a lens say causes of admission and not offences.
ADMISSIONS = "hospital_admissions"


@dataclass(frozen=True)
class Rule:
    """One kind of offence, or cause of admission, and the condition on which it counts."""

    code: str
    label: str
    condition: str
    meaning: str
    valid_from: str
    valid_to: str
    source: str
    is_interpretation: bool


@dataclass(frozen=True)
class Counted:
    """A measure, and the rules of it; a measure without rules counts every record of its source of that kind."""

    measure_id: str
    title: str
    # all, domestic, non_domestic, not_known, or flag_known: those whose flag says yes or no.
    split: str
    # What one record is that the rules speak of.
    record: str
    # Of a breakdown, the part that is counted; none of a total.
    part: Part | None
    rules: tuple[Rule, ...]


@dataclass(frozen=True)
class Weight:
    """What one offence of a kind weighs, as its source gives it: days for harm, pounds of a year for cost."""

    offence_subgroup: str
    weight: str
    price_year: str
    source: str
    # How sure the source is: a number from memory must not pass for a verified one.
    status: str


@dataclass(frozen=True)
class Prices:
    """By what the unit costs were brought to the prices of the edition."""

    price_year: str
    multiplier: float
    source: str
    status: str


def describe_counted(
    seeds: Mapping[str, Rows], measure_id: str, split: str, lens_id: str, part: Part | None = None
) -> Counted:
    """What a measure counts: by the rules of the lens, where there is one, else by its own."""
    meanings = {row["condition"]: row["meaning"] for row in seeds["conditions"]}
    titles = {row["measure_id"]: row["title"] for row in seeds["measures"]}
    is_of_admissions = bool(lens_id) and sources_of(seeds, measure_id) == [ADMISSIONS]
    if is_of_admissions:
        causes = _name_causes(seeds["icd10_violence"])
        described = [
            _describe_rule(row, row["mechanism_group"], causes[row["mechanism_group"]], meanings)
            for row in seeds["lens_health_rules"]
            if row["lens_id"] == lens_id
        ]
    else:
        table, column, name = (
            ("lens_rules", "lens_id", lens_id) if lens_id else ("measure_rules", "measure_id", measure_id)
        )
        offences = {row["offence_code"]: row["description"] for row in seeds["offence_codes"]}
        described = [
            _describe_rule(row, row["offence_code"], offences.get(row["offence_code"], _whole(row)), meanings)
            for row in seeds[table]
            if row[column] == name
        ]
    record = "admission" if is_of_admissions else "offence"
    return Counted(measure_id, titles[measure_id], split, record, part, tuple(described))


def describe_weights(seeds: Mapping[str, Rows], weighting: str) -> tuple[Weight, ...]:
    """What the offences of each kind are weighed by, harm or cost, before prices are brought to the edition's year."""
    return tuple(
        Weight(row["offence_subgroup"], row["weight"], row["price_year"], row["source"], row["status"])
        for row in seeds["offence_weights"]
        if row["weighting"] == weighting
    )


def describe_prices(seeds: Mapping[str, Rows], price_year: str) -> Prices:
    """The deflator of a financial year such as '2023-24', from the prices of 2015/16."""
    row = next(row for row in seeds["gdp_deflator"] if row["financial_year"] == price_year)
    return Prices(
        price_year.replace("-", "/"), float(row["multiplier_from_2015_16"]), row["source"], row["status"]
    )


def denominator_of(indicator: Mapping[str, Any], split: str) -> tuple[str, str]:
    """The measure that is the denominator of an indicator's figures of a split, and its own split.

    Empty texts where it is a population or there is none.
    """
    kind, numerator_id = indicator["denominator_kind"], str(indicator["numerator_measure_id"])
    if kind in ("measure", "measure_total"):
        return str(indicator["denominator_id"]), split
    return {"own_total": (numerator_id, "all"), "flag_known": (numerator_id, "flag_known")}.get(
        kind, ("", "")
    )


def sources_of(seeds: Mapping[str, Rows], measure_id: str) -> list[str]:
    """The sources that can answer a measure, the preferred one first."""
    own = [row for row in seeds["measures"] if row["measure_id"] == measure_id]
    return [row["source_id"] for row in sorted(own, key=lambda row: int(row["preference"]))]


def policy_of(seeds: Mapping[str, Rows], measure_id: str, source_id: str, usual: str) -> str:
    """The disclosure policy of a measure's counts from a source: the measure's own, else the source's `usual` one."""
    own = (
        row["policy_id"]
        for row in seeds["measures"]
        if (row["measure_id"], row["source_id"]) == (measure_id, source_id)
    )
    return next(own, "") or usual


def _name_causes(causes: Rows) -> dict[str, str]:
    """The ICD-10 categories of each mechanism group."""
    named: dict[str, list[str]] = {}
    for row in causes:
        codes = named.setdefault(row["mechanism_group"], [])
        if len(row["icd10_code"]) == 3:
            codes.append(row["icd10_code"])
    return {group: ", ".join(codes) for group, codes in named.items()}


def _whole(row: Mapping[str, str]) -> str:
    return row.get("offence_subgroup") or row.get("offence_group") or ""


def _describe_rule(row: Mapping[str, str], code: str, label: str, meanings: Mapping[str, str]) -> Rule:
    return Rule(
        code=code,
        label=label,
        condition=row["condition"],
        meaning=meanings[row["condition"]],
        valid_from=row.get("valid_from", ""),
        valid_to=row.get("valid_to", ""),
        source=row.get("source", ""),
        is_interpretation=row.get("is_interpretation") == "yes",
    )
