"""The twin of the flag audit, counted from the delivered text."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

from tests.counts.reference import POLICE, dwelling
from tests.counts.twin_rows import AREA, Row, flag, month_of, place_of, read_csv, read_seed, read_source, word

FAMILY = ("intimate_partner", "ex_partner", "parent_to_child", "child_to_parent", "sibling", "other_family")
CHILDREN = ("0-9", "10-15")


def is_expected(row: Row) -> bool | None:
    """Whether a record looks domestic by what else it says; None where it does not say enough."""
    relationship = word(row, "vo_relationship")
    ages = word(row, "victim_age_band"), word(row, "suspect_age_band")
    is_family = all_of(
        relationship in FAMILY if relationship else None,
        *(age not in CHILDREN if age else None for age in ages),
    )
    is_repeat_at_home = all_of(dwelling(row), flag(row, "repeat_da_victim_flag"))
    if is_family or is_repeat_at_home:
        return True
    return None if None in (is_family, is_repeat_at_home) else False


def all_of(*answers: bool | None) -> bool | None:
    """No where one is no, yes where all are yes, else not known."""
    if False in answers:
        return False
    return None if None in answers else True


def audit_text(folder: Path) -> dict[tuple[str, date], Counter[str]]:
    """The counts of the audit by measure and month."""
    [lookup] = folder.rglob("lookup_lsoa21_msoa21_lad.csv")
    places = {row["lsoa21_code"]: row for row in read_csv(lookup)}
    groups = {row["offence_code"]: row["offence_group"] for row in read_seed("offence_codes")}
    counts: dict[tuple[str, date], Counter[str]] = {}
    for row in read_source(folder, POLICE):
        if row["force_code"] != AREA or place_of(row, places) is None:
            continue
        group = groups[row["ho_code"]]
        for measure, is_in in (
            ("recorded_crime", group != "Fraud offences"),
            ("violence", group == "Violence against the person"),
        ):
            cell = counts.setdefault((measure, month_of(row["recorded_date"])), Counter())
            if is_in:
                cell.update(facts_of(row))
    return counts


def facts_of(row: Row) -> list[str]:
    """Every count of the audit that a record is part of."""
    flagged, expected = flag(row, "da_flag"), is_expected(row)
    facts = {
        "record_count": True,
        "flag_known_count": flagged is not None,
        "domestic_count": flagged is True,
        "expected_count": expected is True,
        "cannot_be_told_count": expected is None,
        "expected_not_flagged_count": expected is True and flagged is not True,
    }
    return [name for name, is_so in facts.items() if is_so]
