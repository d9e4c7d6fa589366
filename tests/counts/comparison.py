"""The warehouse beside its slow twin."""

from __future__ import annotations

from collections import Counter

from pipeline.settings import Settings
from tests.conftest import query
from tests.counts.reference import Cell, count_area, figure_of, read_csv
from tests.counts.twin_lens_admissions import count_lens_admissions

FIGURES = """
    select indicator_id, lens_id, area_code, period_type, period_start, breakdown, breakdown_value, split,
        source_id, numerator, denominator
    from fct_indicator_values
    where value_status in ('reported', 'not_applicable') and numerator is not null
"""


def disagreements(settings: Settings, where: str = "true") -> tuple[list[str], Counter[str]]:
    """The figures in which the warehouse and its twin differ, and how many were compared by source."""
    own = settings.assessment.folder
    twin = count_area(settings.deliveries, read_csv(own / "lens_rules.csv"))
    health = own / "lens_health_rules.csv"
    count_lens_admissions(settings.deliveries, read_csv(health) if health.exists() else [], twin.counts)
    differing: list[str] = []
    compared: Counter[str] = Counter()
    for *words, source_id, numerator, denominator in query(settings, f"{FIGURES} and {where}"):
        cell = Cell(*words)
        expected = figure_of(twin, cell)
        compared[source_id] += 1
        told = tuple(None if number is None else round(number, 6) for number in (numerator, denominator))
        if told != expected:
            differing.append(f"{cell}: {numerator} over {denominator}, not {expected[0]} over {expected[1]}")
    return differing, compared
