"""The twin of education and children’s services, counted from the delivered text."""

from __future__ import annotations

from collections import Counter
from datetime import date
from math import floor
from pathlib import Path

from tests.counts.twin_rows import (
    Key,
    Source,
    add,
    district_of,
    month_of,
    read_seed,
    read_source,
    school_year,
)

SUSPENSIONS = Source(
    "suspensions_and_exclusions_*.csv",
    record=("event_id",),
    is_unique=True,
    columns=("academic_year", "type", "lad_code", "phase", "sex", "reason_1", "reason_2", "reason_3"),
    required=(
        "event_id",
        "academic_year",
        "type",
        "lad_code",
        "reason_1",
    ),
    codes=dict.fromkeys(("reason_1", "reason_2", "reason_3"), ("dfe_exclusion_reasons", "reason_code")),
)
ABSENCE = Source(
    "absence_20*.csv",
    record=(
        "academic_year",
        "term",
        "lad_code",
        "phase",
        "pupil_group",
    ),
    is_unique=False,
    columns=(),
    required=(
        "academic_year",
        "term",
        "lad_code",
        "phase",
        "pupil_group",
        "pupil_count",
        "persistent_absentee_count",
    ),
    numbers=(
        "pupil_count",
        "persistent_absentee_count",
    ),
)
FACTORS = Source(
    "children_in_need_factors_*.csv",
    record=("assessment_id", "factor_code"),
    is_unique=False,
    columns=(),
    required=(
        "assessment_id",
        "assessment_end_date",
        "lad_code",
        "factor_code",
    ),
    days=("assessment_end_date",),
    codes={"factor_code": ("cin_factors", "factor_code")},
)
NOTIFICATIONS = Source(
    "operation_encompass_*.csv",
    record=("notification_id",),
    is_unique=True,
    columns=("notification_date", "lad_code"),
    required=(
        "notification_id",
        "notification_date",
        "lad_code",
    ),
    days=("notification_date",),
)


def count_education(folder: Path, counts: Counter[Key]) -> None:
    """Counts events of a school year in its first month, everything else in the month it happened."""
    violent = {
        row["reason_code"] for row in read_seed("dfe_exclusion_reasons") if row["violence_subset"] == "yes"
    }
    factor_keys = {row["factor_code"]: row["factor_key"] for row in read_seed("cin_factors")}
    for row in read_source(folder, SUSPENSIONS):
        areas, month = district_of(row), school_year(row)
        event = "exclusion" if row["type"] == "permanent" else "suspension"
        reasons = {row[name] for name in ("reason_1", "reason_2", "reason_3")} - {""}
        add(counts, event, "", areas, month)
        if reasons & violent:
            add(counts, f"violence_{event}", "", areas, month)
        if event == "suspension":
            for reason in reasons:
                add(counts, "suspension_reason", "", areas, month, breakdown="reason", key=reason)
    count_absence(folder, counts)
    seen = set()
    for row in read_source(folder, FACTORS):
        areas, month = district_of(row), month_of(row["assessment_end_date"])
        assessment = (row["assessment_id"], row["lad_code"], month)
        factor = factor_keys[row["factor_code"]]
        if assessment not in seen:
            add(counts, "assessments", "", areas, month)
        if factor and (*assessment, factor) not in seen:
            add(counts, "assessment_factor", "", areas, month, breakdown="factor", key=factor)
        seen |= {assessment, (*assessment, factor)}
    for row in read_source(folder, NOTIFICATIONS):
        add(counts, "encompass", "", district_of(row), month_of(row["notification_date"]))


def count_absence(folder: Path, counts: Counter[Key]) -> None:
    """Counts pupils in the spring term, and sessions in all terms as school years of 380."""
    sessions: dict[tuple[str, date], list[int]] = {}
    for row in read_source(folder, ABSENCE):
        if row["pupil_group"] != "all":
            continue
        areas, month = district_of(row), school_year(row)
        pupils = int(row["pupil_count"])
        if row["term"] == "spring":
            add(counts, "pupils", "", areas, month, number=pupils)
            absent = int(row["persistent_absentee_count"])
            add(counts, "persistent_absentees", "", areas, month, number=absent)
            if row["severe_absentee_count"]:
                add(counts, "severe_known_pupils", "", areas, month, number=pupils)
                add(counts, "severe_absentees", "", areas, month, number=int(row["severe_absentee_count"]))
        if row["sessions_missed"]:
            so_far = sessions.setdefault((row["lad_code"], month), [0, 0])
            so_far[0] += int(row["sessions_possible"])
            so_far[1] += int(row["sessions_possible"]) - int(row["sessions_missed"])
    for (district, month), numbers in sessions.items():
        for measure, number in zip(("sessions_possible", "sessions_attended"), numbers, strict=True):
            years = floor(number / 380 + 0.5)
            add(counts, measure, "", district_of({"lad_code": district}), month, number=years)
