"""The twin of health: attendances, call-outs and admissions, counted from the delivered text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

from tests.counts.twin_rows import Key, Row, Source, add, flag, month_of, place_of, read_source, word

ATTENDANCES = Source(
    "ed_assaults_*.csv",
    record=("attendance_id",),
    is_unique=True,
    columns=(
        "site_code",
        "arrival_datetime",
        "assault_method",
        "assault_location_type",
        "age",
        "sex",
        "lsoa21_code",
    ),
    required=(
        "attendance_id",
        "site_code",
        "arrival_datetime",
    ),
    days=("arrival_datetime",),
    numbers=("age",),
)
CALLOUTS = Source(
    "ambulance_callouts_*.csv",
    record=("incident_id",),
    is_unique=True,
    columns=("call_datetime", "lsoa21_code", "location_type", "chief_complaint", "sex", "conveyed"),
    required=(
        "incident_id",
        "call_datetime",
        "chief_complaint",
    ),
    days=("call_datetime",),
)
ADMISSIONS = Source(
    "hospital_admissions_*.csv",
    record=("admission_id",),
    is_unique=True,
    columns=("admission_date", "external_cause_icd10", "age", "sex", "lsoa21_code"),
    required=(
        "admission_id",
        "admission_date",
        "external_cause_icd10",
    ),
    days=("admission_date",),
    numbers=("age",),
    codes={"external_cause_icd10": ("icd10_violence", "icd10_code")},
)


SEXES = {"1": "M", "M": "M", "2": "F", "F": "F"}
BANDS = ((10, "0-9"), (16, "10-15"), (18, "16-17"), (25, "18-24"), (35, "25-34"), (45, "35-44"), (55, "45-54"),
         (65, "55-64"), (75, "65-74"), (999, "75+"))  # fmt: skip
YOUNG = ("0-9", "10-15", "16-17", "18-24")
COMPLAINTS = {"assault": None, "sexual_assault": "sexual", "stab_gunshot_penetrating": "penetrating"}
# The first three characters of the cause.
KINDS = {"X99": "sharp", "X93": "firearm", "X94": "firearm", "X95": "firearm", "X91": "strangulation",
         "Y00": "blunt", "Y04": "bodily_force", "Y05": "sexual", "Y06": "maltreatment",
         "Y07": "maltreatment"}  # fmt: skip


def count_health(folder: Path, places: Mapping[str, Row], counts: Counter[Key]) -> None:
    """Counts attendances, call-outs and admissions by the residence or place that they give."""
    for row in read_source(folder, ATTENDANCES):
        about = {**person(row), "assault_method": word(row, "assault_method")}
        about["assault_place"] = word(row, "assault_location_type")
        measures = list(measures_of_attendance(about))
        add_each(counts, measures, place_of(row, places), month_of(row["arrival_datetime"]), about)
    for row in read_source(folder, CALLOUTS):
        measures = list(measures_of_callout(row))
        add_each(counts, measures, place_of(row, places), month_of(row["call_datetime"]), person(row))
    for row in read_source(folder, ADMISSIONS):
        about = person(row)
        measures = list(measures_of_admission(row, about["age_band"]))
        add_each(counts, measures, place_of(row, places), month_of(row["admission_date"]), about)


def person(row: Row) -> dict[str, str]:
    """Sex and age band, nothing where a record does not say."""
    age = row.get("age", "")
    band = next(name for end, name in BANDS if int(age) < end) if age else ""
    return {"sex": SEXES.get(row.get("sex", "").upper(), ""), "age_band": band}


def measures_of_attendance(about: Row) -> Iterator[str]:
    """The measures that count an attendance."""
    yield "ed_assault"
    if about["age_band"]:
        yield "ed_age_known"
    if about["age_band"] in YOUNG:
        yield "ed_under_25"
    if about["assault_method"]:
        yield "ed_method_known"
    if about["assault_place"]:
        yield "ed_assault_place_known"
    if about["assault_place"].startswith("home_"):
        yield "ed_assault_home"


def measures_of_callout(row: Row) -> Iterator[str]:
    """The measures that count an ambulance call-out."""
    yield "ambulance_assault"
    if row["chief_complaint"] in COMPLAINTS:
        yield "ambulance_complaint_known"
        if COMPLAINTS[row["chief_complaint"]]:
            yield f"ambulance_{COMPLAINTS[row['chief_complaint']]}"
    if row["location_type"] in ("home", "street", "licensed_premises", "public_building", "other"):
        yield "ambulance_place_known"
    if row["location_type"] == "home":
        yield "ambulance_home"
    conveyed = flag(row, "conveyed")
    if conveyed is not None:
        yield "ambulance_conveyance_known"
    if conveyed:
        yield "ambulance_conveyed"


def measures_of_admission(row: Row, band: str) -> Iterator[str]:
    """The measures that count an admission: by its cause, the place or person in its fourth character, the age."""
    cause = row["external_cause_icd10"]
    kind, fourth = KINDS.get(cause[:3]), cause[3:]
    yield "assault_admission"
    if kind:
        yield f"{kind}_admission"
    # Of maltreatment the fourth character says who did it, not where.
    if kind == "maltreatment":
        if fourth == "0":
            yield "intimate_admission"
    elif fourth and fourth != "9":
        yield "place_known_admission"
        if fourth == "0":
            yield "home_admission"
    if band:
        yield "age_known_admission"
        if kind == "sharp":
            yield "sharp_age_known_admission"
    if band in YOUNG:
        yield "under_25_admission"
        if kind == "sharp":
            yield "sharp_under_25_admission"


def add_each(
    counts: Counter[Key], measures: list[str], areas: list[str] | None, month: date, about: Row
) -> None:
    """Adds a record to several measures, in the area and in its district where one is known, and by what is known."""
    for measure in measures:
        add(counts, measure, "", (areas or [])[:2], month)
        for breakdown, key in about.items():
            if key:
                add(counts, measure, "", (areas or [])[:1], month, breakdown=breakdown, key=key)
