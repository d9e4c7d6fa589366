"""The twin of pupils by special educational need: what each council can tell, added up from the delivered text."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from pathlib import Path

from tests.counts.twin_rows import AREA, DISTRICTS, Row, read_csv
from tests.counts.twin_services import Numbers

MEASURES = ("census_pupils", "special_needs_pupils", "semh_pupils", "semh_support_pupils", "semh_plan_pupils")


def count_needs(folder: Path) -> Numbers:
    """The numbers of every council of the area, and of the area where all of them can tell."""
    returns = read_returns(folder)
    numbers: Numbers = {}
    for (lad, year), rows in returns.items():
        for measure in MEASURES:
            told = tell(measure, rows)
            if isinstance(told, int):
                numbers[measure, lad, year, "none", ""] = told
    for year in {year for _, year in returns}:
        for measure in MEASURES:
            parts = [numbers.get((measure, lad, year, "none", "")) for lad in DISTRICTS]
            if None not in parts:
                numbers[measure, AREA, year, "none", ""] = sum(part for part in parts if part is not None)
    return numbers


def read_returns(folder: Path) -> dict[tuple[str, date], list[Row]]:
    """The rows of each council of the area and school year."""
    returns: dict[tuple[str, date], list[Row]] = defaultdict(list)
    for file in sorted(folder.rglob("special_needs_*.csv")):
        for row in read_csv(file):
            if row["lad_code"] in DISTRICTS:
                returns[row["lad_code"], date(int(row["academic_year"][:4]), 9, 1)].append(row)
    return returns


def tell(measure: str, rows: list[Row]) -> int | str:
    """How many pupils a council's rows say there are, or why they do not say it."""
    judged = [(counts_for(measure, row), row["pupil_count"]) for row in rows]
    if any(counts and count == "c" for counts, count in judged):
        return "suppressed"
    if any(counts is None or (counts and not count) for counts, count in judged):
        return "not_available"
    if not any(is_proof(measure, row) for row in rows):
        return "not_available"
    return sum(int(count) for counts, count in judged if counts)


def counts_for(measure: str, row: Row) -> bool | None:
    """Whether a row's pupils belong to a measure; None where the row does not say."""
    provision, need = row["sen_provision"], row["primary_need"].lower()
    if measure == "census_pupils":
        return True
    if provision == "none":
        return False
    if measure == "special_needs_pupils":
        return True if provision else None
    if need not in ("semh", ""):
        return False
    wanted = {"semh_support_pupils": "support", "semh_plan_pupils": "ehcp"}.get(measure)
    if wanted and provision and provision != wanted:
        return False
    return True if need and provision else None


def is_proof(measure: str, row: Row) -> bool:
    """Whether a row shows that a return is about a measure: a total needs the rest beside the part."""
    if measure == "census_pupils":
        return row["sen_provision"] == "none"
    if measure == "special_needs_pupils":
        return row["sen_provision"] in ("support", "ehcp") and row["primary_need"].lower() not in ("semh", "")
    return counts_for(measure, row) is True
