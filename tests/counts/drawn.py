"""Small deliveries drawn by hand: the places of a miniature Exampleshire, and rows without a gap."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from tests.counts.drawn_places import AREA, DISTRICTS, ELSEWHERE, LSOAS, MONTHS, Row
from tests.counts.drawn_services import draw_services

FLAGS = (
    "da_flag",
    "knife_flag",
    "firearm_flag",
    "cce_county_lines_flag",
    "child_present_flag",
    "repeat_da_victim_flag",
    "alcohol_flag",
)
OFFENCES = ("1", "4.1", "4.10", "2", "5D", "8L", "8N", "8N", "8S", "8U", "105A", "105A", "106", "17A", "19C", "34A",
            "34B", "34B", "10D", "9A", "58A", "49", "92A", "24", "AF")  # fmt: skip

# Files that are tables, not records.
TABLES = ("lookup", "population", "absence", "special_needs", "children_in_need", "marac", "idva", "refuge",
          "helpline", "perpetrator", "da_matters", "community", "b1_", "cla_", "ud_", "first_time")  # fmt: skip

IDENTIFIERS = ("crime_id_pseudo", "victim_id_pseudo", "suspect_record_id", "suspect_id_pseudo", "incident_id_pseudo",
               "attendance_id", "incident_id", "admission_id", "event_id", "assessment_id", "notification_id",
               "Crime ID")  # fmt: skip

numbers = itertools.count(1)


def lookup() -> list[Row]:
    """The LSOAs of the area, each with its MSOA and district."""
    return [
        {
            "lsoa21_code": lsoa,
            "msoa21_code": msoa,
            "msoa21_name": f"Example {msoa[-3:]}",
            "lad_code": lad,
            "lad_name": f"District {lad[-1]}",
        }
        for lsoa, (msoa, lad) in LSOAS.items()
    ]


def population() -> list[Row]:
    """The residents of every LSOA, more each year; there is no estimate for 2020, and none after 2023."""
    bands = (
        "0-4",
        "5-9",
        "10-14",
        "15",
        "16-17",
        "18-19",
        "20-24",
        "25-34",
        "35-44",
        "45-54",
        "55-64",
        "75+",
    )
    return [
        {"mid_year": year, "lsoa21_code": lsoa, "sex": sex, "age_band": band, "population": 10 + step**2}
        for step, year in enumerate((2018, 2019, 2021, 2022, 2023))
        for lsoa in LSOAS
        for sex in ("F", "M")
        for band in bands
    ]


def crime(**recorded: object) -> Row:
    """A police record: common assault on a street by day, nothing flagged, unless said otherwise."""
    return {
        "crime_id_pseudo": f"C{next(numbers):08}",
        "force_code": AREA,
        "lad_code": DISTRICTS[0],
        "lsoa21_code": "X01000000",
        "recorded_date": "2023-06-15",
        "committed_from": "2023-06-14T10:30",
        "ho_code": "105A",
        "da_flag": "N",
        "knife_flag": "N",
        "firearm_flag": "N",
        "cce_county_lines_flag": "N",
        "child_present_flag": "N",
        "repeat_da_victim_flag": "N",
        "alcohol_flag": "N",
        "location_type": "street",
        "victim_id_pseudo": f"P{next(numbers):08}",
        "victim_type": "person",
        "victim_age_band": "35-44",
        "victim_sex": "F",
        "suspect_age_band": "35-44",
        "vo_relationship": "stranger",
        "injury_level": "none",
        "outcome_code": "18",
        **recorded,
    }


def quiet_months() -> Iterator[Row]:
    """A shoplifting a month, so that none is missing; no lens and no measure of violence counts it."""
    for month in MONTHS:
        yield crime(
            recorded_date=month.isoformat(), ho_code="46", victim_id_pseudo="", victim_type="business"
        )


def draw_area(seed: int, crime_count: int = 300) -> dict[str, list[Row]]:
    """The files of a small area at random: blanks, copies, contradictions, strangers and late arrivals among them.

    The same seed gives the same rows.
    """
    dice = Random(seed)
    return {
        "lookup_lsoa21_msoa21_lad.csv": lookup(),
        "population_lsoa21.csv": population(),
        "police_crimes_1.csv": [*quiet_months(), *(draw_crime(dice, n) for n in range(crime_count))],
        "police_crimes_2_faulty.csv": draw_faulty_crimes(dice),
        # The last delivery says something else of records already sent.
        "police_crimes_3_again.csv": [draw_crime(dice, n) for n in range(0, crime_count, 20)],
        "suspects_1.csv": [draw_suspect(dice, n) for n in range(400)],
        "da_incidents_1.csv": [draw_incident(dice, n) for n in range(300)],
        "ed_assaults_1.csv": [draw_attendance(dice, n) for n in range(200)],
        "ed_assaults_2_again.csv": [draw_attendance(dice, n) for n in range(60, 220, 20)],
        "ambulance_callouts_1.csv": [draw_callout(dice, n) for n in range(150)],
        "hospital_admissions_1.csv": [draw_admission(dice, n) for n in range(200)],
        "suspensions_and_exclusions_1.csv": [draw_suspension(dice, n) for n in range(150)],
        "absence_2022.csv": draw_absence(dice),
        "children_in_need_factors_1.csv": [row for n in range(320) for row in draw_factors(dice, n)],
        "operation_encompass_1.csv": [draw_notification(dice, n) for n in range(400)],
        "2023-06-street.csv": [draw_street_crime(dice, n) for n in range(200)],
        **draw_services(seed),
    }


def send_otherwise(files: dict[str, list[Row]], seed: int) -> dict[str, list[Row]]:
    """The same records in another order, in two halves, each of them twice: once as other bytes, once as the same."""
    dice = Random(seed)
    sent = {}
    for name, in_order in files.items():
        rows = dice.sample(in_order, len(in_order))
        # A faulty file is judged as a whole: its contradictions must stay together. Of records without an
        # identifier nobody can tell whether a second file holds others or the same again.
        # Nor is a table known again by parts of it.
        if name.startswith((*TABLES, "police_crimes_2")):
            sent[name] = rows
            continue
        half, stem = len(rows) // 2, name.removesuffix("-street.csv").removesuffix(".csv")
        ending = "-street.csv" if name.endswith("-street.csv") else ".csv"
        sent[f"{stem}_a{ending}"], sent[f"{stem}_b{ending}"] = rows[:half], rows[half:]
        # Without an identifier two records alike are two: only as the same bytes are those known again.
        known = [row for row in rows[:half] if row.get("Crime ID") != ""]
        sent[f"{stem}_c{ending}"] = dice.sample(known, len(known))
        sent[f"{stem}_d{ending}"] = rows[half:]
    return sent


def send_double(files: dict[str, list[Row]]) -> dict[str, list[Row]]:
    """Every record twice, the second time under identifiers of its own; tables, which are no records, as they are."""
    sent = {}
    for name, rows in files.items():
        again = [rename(row) for row in rows] if set(IDENTIFIERS) & set(rows[0]) else []
        # A faulty file of twice the size would be refused.
        if name.startswith("police_crimes_2"):
            sent[name], sent["police_crimes_4_faulty.csv"] = rows, again
        else:
            sent[name] = [*rows, *again]
    return sent


def rename(row: Row) -> Row:
    """A record of something else of which everything else is alike: another event, of other people."""
    return {name: f"{cell}D" if name in IDENTIFIERS and cell else cell for name, cell in row.items()}


def draw_place(dice: Random) -> Row:
    """An LSOA and district: of the area, of elsewhere, or with one or both unknown."""
    lsoa = dice.choice(list(LSOAS))
    here, elsewhere = (lsoa, LSOAS[lsoa][1]), ELSEWHERE
    unknown = [("", LSOAS[lsoa][1]), ("", ""), ("", ELSEWHERE[1])]
    chosen = dice.choices([here, elsewhere, *unknown], weights=[80, 5, 5, 5, 5])[0]
    return dict(zip(("lsoa21_code", "lad_code"), chosen, strict=True))


def draw_day(dice: Random) -> date:
    """A day of the five years, now and then one after the cut-off; the last month is whole."""
    return date(2019, 4, 1) + timedelta(days=dice.randrange(1918))


def draw_crime(dice: Random, number: int) -> Row:
    """A police record with any code, any flag and any place."""
    day = draw_day(dice)
    ages = ["", "unknown", "0-9", "10-15", "16-17", "18-24", "25-34", "35-44", "75+"]
    return {
        **crime(),
        **draw_place(dice),
        "crime_id_pseudo": f"R{number:05}",
        "recorded_date": day.isoformat(),
        "committed_from": dice.choice(["", f"{day}T{dice.randrange(24):02}:30"]),
        "ho_code": dice.choice(OFFENCES),
        **{flag: dice.choice(["Y", "N", "N", "", "Not stated"]) for flag in FLAGS},
        "location_type": dice.choice(
            ["dwelling", "Street", "online", "prison", "shop", "", "Unknown", "attic"]
        ),
        "victim_id_pseudo": dice.choice(["", *(f"V{n}" for n in range(60))]),
        "victim_age_band": dice.choice(ages),
        "suspect_age_band": dice.choice(ages),
        "victim_sex": dice.choice(["F", "M", "U", ""]),
        "injury_level": dice.choice(["none", "minor", "serious", "fatal", "", "unknown"]),
        "outcome_code": dice.choice(["", "1", "1A", "14", "15", "16", "18"]),
        "vo_relationship": dice.choice(
            ["", "unknown", "ex_partner", "intimate_partner", "stranger", "sibling"]
        ),
    }


def draw_faulty_crimes(dice: Random) -> list[Row]:
    """Records of which some cannot count: copies, contradictions, strangers, impossible dates and codes."""
    whole = [{**draw_crime(dice, n), "crime_id_pseudo": f"F{n:05}"} for n in range(20)]
    return [
        *whole,
        *whole[:3],
        {**whole[3], "ho_code": "1" if whole[3]["ho_code"] != "1" else "2"},
        {**crime(), "ho_code": "ZZ"},
        {**crime(), "ho_code": ""},
        {**crime(), "recorded_date": "2023-02-30"},
        {**crime(), "recorded_date": "1889-12-31"},
        {**crime(), "recorded_date": "2199-01-01"},
        {**crime(), "force_code": "X23000009"},
        {**crime(), "crime_id_pseudo": ""},
    ]


def draw_month(number: int) -> date:
    """The months in turn, so that none is left out."""
    return MONTHS[number % len(MONTHS)]


def draw_suspect(dice: Random, number: int) -> Row:
    """A suspect of a crime; few people, so that many come again."""
    day = draw_month(number)
    return {
        "suspect_record_id": f"U{number:05}",
        "suspect_id_pseudo": f"B{dice.randrange(60)}",
        "crime_id_pseudo": f"R{dice.randrange(300):05}",
        "force_code": AREA if number < 380 else dice.choice([AREA, "X23000009"]),
        "recorded_date": day.isoformat(),
        "ho_code": dice.choice(OFFENCES),
        "da_flag": dice.choice(["Y", "N", "N", "", "Not stated"]),
        "suspect_age_band": dice.choice(["", "unknown", "10-15", "18-24", "25-34", "75+"]),
        "suspect_sex": dice.choice(["F", "M", "M", "U", ""]),
        "arrested_flag": dice.choice(["Y", "N", ""]),
        "arrest_date": dice.choice(["", day.isoformat()]),
        "charged_flag": dice.choice(["Y", "N", ""]),
    }


def draw_incident(dice: Random, number: int) -> Row:
    """A domestic abuse incident that is no crime, in any place."""
    yes_or_no = ["Y", "N", ""]
    return {
        **draw_place(dice),
        "incident_id_pseudo": f"D{number:05}",
        "force_code": AREA if number < 280 else dice.choice([AREA, "X23000009"]),
        "incident_date": draw_month(number).isoformat(),
        "incident_type": "verbal_argument",
        "child_present_flag": dice.choice(yes_or_no),
        "repeat_victim_12m": dice.choice(yes_or_no),
        "dash_risk": dice.choice(["standard", "medium", "high", "not_assessed", "unknown", ""]),
        "marac_referral": dice.choice(yes_or_no),
    }


def draw_attendance(dice: Random, number: int) -> Row:
    """An attendance of one hospital."""
    places = ["home_own", "home_other", "street_public", "school_college", "unknown", "Unknown", ""]
    return {
        "attendance_id": f"A{number:05}",
        "site_code": "XED01",
        "arrival_datetime": f"{draw_month(number)}T01:05",
        "assault_method": dice.choice(["", "body_part_fist", "knife_sharp", "unknown"]),
        "assault_location_type": dice.choice(places),
        "age": dice.choice(["", *range(90)]),
        "sex": dice.choice(["1", "2", "9", ""]),
        "lsoa21_code": draw_place(dice)["lsoa21_code"],
    }


def draw_callout(dice: Random, number: int) -> Row:
    """An ambulance call-out."""
    return {
        "incident_id": f"I{number:05}",
        "call_datetime": f"{draw_month(number)}T23:59",
        "lsoa21_code": draw_place(dice)["lsoa21_code"],
        "location_type": dice.choice(["home", "street", "attic", ""]),
        "chief_complaint": dice.choice(["assault", "sexual_assault", "stab_gunshot_penetrating", "fall"]),
        "sex": dice.choice(["F", "M", ""]),
        "conveyed": dice.choice(["Y", "N", ""]),
    }


def draw_admission(dice: Random, number: int) -> Row:
    """An admission with any cause."""
    return {
        "admission_id": f"H{number:05}",
        "admission_date": draw_month(number).isoformat(),
        "external_cause_icd10": dice.choice(
            [
                "X99",
                "X990",
                "X994",
                "X999",
                "X930",
                "X910",
                "Y000",
                "Y040",
                "Y049",
                "Y050",
                "Y070",
                "Y071",
                "Y04",
            ]
        ),
        "age": dice.choice(["", *range(90)]),
        "sex": dice.choice(["1", "2", "9", ""]),
        "lsoa21_code": draw_place(dice)["lsoa21_code"],
    }


def draw_suspension(dice: Random, number: int) -> Row:
    """A suspension or exclusion; every district has some each year, and so has a council elsewhere."""
    return {
        "event_id": f"E{number:05}",
        "academic_year": ["2019/20", "2020/21", "2021/22", "2022/23"][number // 6 % 4],
        "type": dice.choice(["suspension", "suspension", "permanent"]),
        "lad_code": [*DISTRICTS, ELSEWHERE[1]][number % 6],
        "phase": "secondary",
        "sex": dice.choice(["F", "M"]),
        "reason_1": dice.choice(["PP", "VA", "DB", "OW"]),
        "reason_2": dice.choice(["", "PP", "PA", "TH"]),
        "reason_3": dice.choice(["", "PP", "SM"]),
    }


def draw_absence(dice: Random) -> list[Row]:
    """Pupils and persistent absentees of every district, year, term and phase, and of a group within them."""
    return [
        {
            "academic_year": year,
            "term": term,
            "lad_code": lad,
            "phase": phase,
            "pupil_group": group,
            "pupil_count": dice.randrange(500, 900),
            "persistent_absentee_count": dice.randrange(20, 90),
            "severe_absentee_count": dice.choice(["", *range(20)]),
            "sessions_possible": 9000,
            "sessions_missed": dice.choice(["", *range(400, 900)]),
        }
        for year in ("2019/20", "2020/21", "2021/22", "2022/23")
        for term in ("autumn", "spring", "summer")
        for lad in DISTRICTS
        for phase in ("primary", "secondary")
        for group in ("all", "cin")
    ]


def draw_factors(dice: Random, number: int) -> list[Row]:
    """An assessment and its factors, one row each, sometimes two codes of one factor."""
    codes = dice.sample(["3A", "3B", "8B", "8C", "16A", "21"], dice.randint(1, 4))
    return [
        {
            "assessment_id": f"S{number:05}",
            "assessment_end_date": draw_month(number // 5).isoformat(),
            "lad_code": DISTRICTS[number % 5],
            "factor_code": code,
        }
        for code in codes
    ]


def draw_notification(dice: Random, number: int) -> Row:
    """A notification to a school."""
    return {
        "notification_id": f"N{number:05}",
        "notification_date": draw_month(number // 5).isoformat(),
        "lad_code": DISTRICTS[number % 5] if number < 320 else dice.choice([*DISTRICTS, ELSEWHERE[1]]),
    }


def draw_street_crime(dice: Random, number: int) -> Row:
    """A street-level record; anti-social behaviour has no identifier."""
    category = dice.choice(["Violence and sexual offences", "Robbery", "Anti-social behaviour", "Drugs"])
    lsoa = "X01000000" if number < len(MONTHS) else draw_place(dice)["lsoa21_code"]
    return {
        "Crime ID": "" if category == "Anti-social behaviour" else f"T{number:05}",
        "Month": f"{draw_month(number):%Y-%m}",
        "Falls within": "Exampleshire Police",
        "LSOA code": lsoa,
        "Crime type": category,
    }
