"""The slow twin of admissions by lens: each admission once, if any rule of its cause says so."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from tests.counts.reference import EVER
from tests.counts.twin_health import ADMISSIONS
from tests.counts.twin_rows import Key, Row, add, month_of, place_of, read_csv, read_seed, read_source


def count_lens_admissions(folder: Path, local_rules: Iterable[Row], counts: Counter[Key]) -> None:
    """Adds the admissions of a folder to the counts of every lens with health rules."""
    places = {row["lsoa21_code"]: row for row in read_csv(next(folder.rglob("lookup_lsoa21*.csv")))}
    groups = {row["icd10_code"]: row["mechanism_group"] for row in read_seed("icd10_violence")}
    rules = [*read_seed("lens_health_rules"), *local_rules]
    for row in read_source(folder, ADMISSIONS):
        areas, day = place_of(row, places), date.fromisoformat(row["admission_date"])
        is_young = int(row["age"]) < 25 if row["age"] else None
        said: dict[str, list[bool | None]] = defaultdict(list)
        for rule in rules:
            first = date.fromisoformat(rule["valid_from"]) if rule["valid_from"] else EVER[0]
            last = date.fromisoformat(rule["valid_to"]) if rule["valid_to"] else EVER[1]
            if rule["mechanism_group"] == groups[row["external_cause_icd10"]] and first <= day <= last:
                said[rule["lens_id"]].append({"all": True, "if_under_25": is_young}[rule["condition"]])
        for lens, answers in said.items():
            measures = ["lens_admissions_at_most"] if True in answers or None in answers else []
            if True in answers:
                measures.append("lens_admissions")
                measures += ["lens_admissions_under_25"] if is_young else []
            for measure in measures:
                add(counts, measure, lens, (areas or [])[:2], month_of(row["admission_date"]))
