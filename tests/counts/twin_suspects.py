"""The twin of suspects and of incidents that are no crime, counted from the delivered text."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from tests.counts.twin_rows import (
    AREA,
    Key,
    Row,
    Source,
    add,
    flag,
    month_of,
    place_of,
    read_seed,
    read_source,
    word,
)

SUSPECTS = Source(
    "suspects_*.csv",
    record=("suspect_record_id",),
    is_unique=True,
    columns=(
        "suspect_id_pseudo",
        "crime_id_pseudo",
        "force_code",
        "recorded_date",
        "ho_code",
        "da_flag",
        "suspect_age_band",
        "suspect_sex",
        "residence_lad_code",
        "residence_lsoa21_code",
        "vo_relationship",
        "arrested_flag",
        "arrest_date",
        "charged_flag",
        "repeat_suspect_12m",
    ),
    required=("suspect_record_id", "suspect_id_pseudo", "crime_id_pseudo", "force_code", "recorded_date"),
    days=("recorded_date", "arrest_date"),
    codes={"ho_code": ("offence_codes", "offence_code")},
)
INCIDENTS = Source(
    "da_incidents_*.csv",
    record=("incident_id_pseudo",),
    is_unique=True,
    columns=(
        "force_code",
        "lad_code",
        "lsoa21_code",
        "incident_date",
        "incident_datetime",
        "incident_type",
        "location_type",
        "victim_id_pseudo",
        "victim_age_band",
        "victim_sex",
        "suspect_id_pseudo",
        "suspect_age_band",
        "suspect_sex",
        "vo_relationship",
        "child_present_flag",
        "repeat_victim_12m",
        "dash_risk",
        "marac_referral",
    ),
    required=("incident_id_pseudo", "force_code", "incident_date", "incident_type"),
    days=("incident_date", "incident_datetime"),
)
SERIOUS = ("Homicide", "Violence with injury", "Sexual offences", "Robbery")
SPLITS = {True: "domestic", False: "non_domestic", None: "not_known"}


@dataclass(frozen=True)
class Suspicion:
    """That somebody is suspected of a crime, and whether it is domestic."""

    month: date
    person: str
    crime: str
    is_domestic: bool | None


def count_suspects(folder: Path, counts: Counter[Key]) -> list[Suspicion]:
    """Counts suspects by crime, in the whole area; returns who is suspected of what."""
    serious = {
        row["offence_code"]
        for row in read_seed("offence_codes")
        if row["offence_group"] in SERIOUS or row["offence_subgroup"] in SERIOUS
    }
    suspicions = []
    for row in read_source(folder, SUSPECTS):
        if row["force_code"] != AREA:
            continue
        month, is_domestic = month_of(row["recorded_date"]), flag(row, "da_flag")
        for measure in measures_of_suspect(row, row["ho_code"] in serious, is_domestic):
            split = SPLITS[is_domestic]
            add(counts, measure, "", [AREA], month, split)
            about = {"sex": word(row, "suspect_sex"), "age_band": word(row, "suspect_age_band")}
            for breakdown, key in about.items():
                if key:
                    add(counts, measure, "", [AREA], month, split, breakdown=breakdown, key=key)
        suspicions.append(Suspicion(month, row["suspect_id_pseudo"], row["crime_id_pseudo"], is_domestic))
    return suspicions


def measures_of_suspect(row: Row, is_serious: bool, is_domestic: bool | None) -> Iterator[str]:
    """The measures that count a suspect of a crime."""
    arrested, charged = flag(row, "arrested_flag"), flag(row, "charged_flag")
    if arrested is None and row.get("arrest_date"):
        arrested = True
    for kind, is_of_kind in (("serious", is_serious), ("domestic", is_domestic)):
        if is_of_kind:
            yield f"{kind}_suspect"
            if arrested is not None:
                yield f"{kind}_suspect_arrest_known"
            if arrested:
                yield f"{kind}_suspect_arrested"
            if charged is not None:
                yield f"{kind}_suspect_charge_known"
            if charged:
                yield f"{kind}_suspect_charged"


def people_in(suspicions: Iterable[Suspicion], measure: str, breakdown_key: str) -> int:
    """How many people a measure of people counts, of one kind of suspect or, where that is '', of all."""
    crimes: dict[str, dict[str, bool | None]] = defaultdict(dict)
    for one in suspicions:
        crimes[one.person][one.crime] = one.is_domestic
    number = 0
    for own in crimes.values():
        domestic = [crime for crime, is_domestic in own.items() if is_domestic]
        wanted = domestic if "domestic" in measure else list(own)
        least = 2 if measure.startswith("repeat") else 1
        number += len(wanted) >= least and breakdown_key in ("", kind_of(set(own.values())))
    return number


def kind_of(flags: set[bool | None]) -> str:
    """The kind of a suspect by the flags of all crimes that the person is suspected of."""
    if {True, False} <= flags:
        return "both"
    if None in flags:
        return "not_known"
    return "domestic_only" if True in flags else "other_only"


def count_incidents(folder: Path, places: Mapping[str, Row], counts: Counter[Key]) -> None:
    """Counts incidents where they happened."""
    for row in read_source(folder, INCIDENTS):
        areas = place_of(row, places)
        if row["force_code"] != AREA or areas is None:
            continue
        for measure in measures_of_incident(row):
            add(counts, measure, "", areas[:2], month_of(row["incident_date"]))


def measures_of_incident(row: Row) -> Iterator[str]:
    """The measures that count an incident."""
    yield "da_incident"
    for name, column, yes in (
        ("child", "child_present_flag", "da_incident_child"),
        ("repeat", "repeat_victim_12m", "da_incident_repeat"),
        ("referral", "marac_referral", "da_incident_referred"),
    ):
        if flag(row, column) is not None:
            yield f"da_incident_{name}_known"
        if flag(row, column):
            yield yes
    if row["dash_risk"] in ("standard", "medium", "high"):
        yield "da_incident_risk_known"
    if row["dash_risk"] == "high":
        yield "da_incident_high_risk"
