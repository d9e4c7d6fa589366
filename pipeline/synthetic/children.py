"""Open tables about children: in need, looked after, not in education, new to youth justice, with comparators.

The five districts stand beside fourteen others of the region, which are their statistical neighbours, the region and
the country. Made to be found: Port Example has more children in need and looked after than its neighbours, and more
young people who are not in education; the city aside, the area is like its neighbours.
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from pipeline.synthetic.calibration import figure
from pipeline.synthetic.draws import Floats, Integers
from pipeline.synthetic.education import district_level, reporting_years
from pipeline.synthetic.national import COUNTRY_PEOPLE
from pipeline.synthetic.periods import label
from pipeline.synthetic.places import (
    AGE_FROM,
    COUNTRY,
    DISTRICTS,
    ELSEWHERE_DISTRICT,
    MID_YEARS,
    REGION,
    Places,
    population_cube,
)
from pipeline.synthetic.tables import csv_bytes
from pipeline.synthetic.workbook import workbook_bytes

NEIGHBOURS = 10
_CARE_GROUPS = {
    "Children looked after at 31 March": "children_looked_after",
    "Children starting to be looked after": "children_starting_care",
    "Children ceasing to be looked after": "children_ceasing_care",
}
# The region's other authorities: thousands of people, and their level of need (1: the country's).
_OTHERS = {
    "Sample Bay": (168, 0.93), "Sample Bridge": (205, 1.12), "Sample Castle": (124, 0.81),
    "Sample Common": (142, 0.95), "Sample Cross": (231, 1.21), "Sample Fields": (98, 0.78),
    "Sample Green": (117, 0.88), "Sample Hill": (153, 1.02), "Sample Moor": (89, 0.84),
    "Sample Park": (186, 1.07), "Sample Quay": (262, 1.33), "Sample Thorpe": (109, 0.90),
    "Sample Valley": (134, 1.00), "Sample Weald": (121, 0.76),
}  # fmt: skip
# Groups of children, and how many of the country's and of other authorities' people are in them.
_GROUPS = {"children": (0, 18), "youths": (10, 18), "leavers": (16, 18)}
_OTHERS_SHARES = (0.208, 0.0965, 0.0236)


@dataclass(frozen=True)
class Areas:
    """One entry an authority, then the region and the country; people by group (children, youths, leavers)."""

    codes: tuple[str, ...]
    names: tuple[str, ...]
    need: Floats  # of authorities
    people: Integers  # mid-year by area by group


def build_areas(places: Places) -> Areas:
    """The areas of the tables, always the same."""
    own = population_cube(places).sum(axis=2)
    inside = [np.isin(AGE_FROM, range(first, end)) for first, end in _GROUPS.values()]
    districts = np.array(
        [
            [np.bincount(places.district, own[year][:, ages].sum(axis=1)) for ages in inside]
            for year in range(len(MID_YEARS))
        ]
    ).transpose(0, 2, 1)
    growth = (1 + figure("local_population_growth") * (np.array(MID_YEARS) - 2021))[:, None, None]
    thousands = np.array([size for size, _ in _OTHERS.values()])
    others = growth * 1000 * thousands[None, :, None] * np.array(_OTHERS_SHARES)
    country = growth * COUNTRY_PEOPLE * np.array(_OTHERS_SHARES)
    authorities = np.rint(np.concatenate([districts, others], axis=1))
    return Areas(
        codes=(
            *(code for code, _ in DISTRICTS),
            *(f"{ELSEWHERE_DISTRICT[:-3]}{number:03d}" for number in range(1, len(_OTHERS) + 1)),
            REGION[0],
            COUNTRY[0],
        ),
        names=(*(name for _, name in DISTRICTS), *_OTHERS, REGION[1], COUNTRY[1]),
        need=np.concatenate([district_level(places, 1.6), [need for _, need in _OTHERS.values()]]),
        people=np.rint(
            np.concatenate([authorities, authorities.sum(axis=1, keepdims=True), country], axis=1)
        ).astype(np.int64),
    )


def _counts(
    random: np.random.Generator, areas: Areas, group: int, year: int, rate: float, spread: float
) -> Integers:
    """A count of the year by area, at the published rate a person: the region's is the sum of its authorities'."""
    people = areas.people[MID_YEARS.index(year - 1), :, group]
    # Authorities of the same need differ in their practice.
    practice = 1 + 0.16 * (random.random(len(areas.need)) - 0.5)
    drawn = random.poisson(people[:-2] * rate * areas.need**spread * practice)
    return np.concatenate([drawn, [drawn.sum(), round(people[-1] * rate)]]).astype(np.int64)


def _rate_of_children(metric: str, period: str) -> float:
    """England's published count over its children."""
    return figure(metric, "", period) / figure("children_population", "England")


def _levels(areas: Areas) -> list[tuple[str, str, str]]:
    """Level, region and authority of each row, as the Department for Education writes them."""
    authorities = [("Local authority", REGION[0], code) for code in areas.codes[:-2]]
    return [*authorities, ("Regional", REGION[0], ""), ("National", "", "")]


def _table(areas: Areas, rows: list[tuple[int, int, dict[str, str | int | float]]]) -> bytes:
    """A table in the Department's layout: rows of year, area and what was counted."""
    levels = _levels(areas)
    named = [len(areas.codes) - 2, len(areas.codes) - 1]
    full = [
        {
            "time_period": year,
            "geographic_level": levels[area][0],
            "region_code": levels[area][1],
            "new_la_code": levels[area][2],
            "la_name": "" if area in named else areas.names[area],
            **cells,
        }
        for year, area, cells in rows
    ]
    return csv_bytes({name: pa.array([row[name] for row in full]) for name in full[0]})


def _in_need(random: np.random.Generator, areas: Areas) -> bytes:
    """Children in need at 31 March."""
    rows: list[tuple[int, int, dict[str, str | int | float]]] = []
    for year in reporting_years():
        counts = _counts(random, areas, 0, year, _rate_of_children("children_in_need", f"31 Mar {year}"), 1.0)
        rows += [(year, area, {"At31_episodes": int(count)}) for area, count in enumerate(counts)]
    return _table(areas, rows)


def _looked_after(random: np.random.Generator, areas: Areas) -> bytes:
    """Children looked after, starting and ceasing, with rates per 10,000 children."""
    rows: list[tuple[int, int, dict[str, str | int | float]]] = []
    for year in reporting_years():
        children = areas.people[MID_YEARS.index(year - 1), :, 0]
        for words, metric in _CARE_GROUPS.items():
            counts = _counts(random, areas, 0, year, _rate_of_children(metric, f"YE 31 Mar {year}"), 1.4)
            rows += [
                (
                    year,
                    area,
                    {
                        "population_count": words,
                        "population_estimate": int(children[area]),
                        "number": int(count),
                        "rate_per_10000": round(10_000 * int(count) / int(children[area])),
                    },
                )
                for area, count in enumerate(counts)
            ]
    return _table(areas, rows)


def _not_in_education(random: np.random.Generator, areas: Areas) -> bytes:
    """Young people of 16 and 17 not in education, employment or training, or not known: winter averages."""
    rows: list[tuple[int, int, dict[str, str | int | float]]] = []
    for year in reporting_years():
        cohort = areas.people[MID_YEARS.index(year - 1), :, 2]
        without, either = (
            figure(metric, "", f"Dec to Feb {year}") for metric in ("neet_share", "neet_or_not_known_share")
        )
        neet = _counts(random, areas, 2, year, without, 1.0)
        unknown = _counts(random, areas, 2, year, either - without, 0.4)
        for area, size in enumerate(cohort):
            both = int(neet[area] + unknown[area])
            cells: dict[str, str | int | float] = {
                "Age": "16-17",
                "Characteristic_grouping": "Total",
                "Characteristic": "Total",
                "avgcohort": int(size),
                "avgNEET": int(neet[area]),
                "avgNK": int(unknown[area]),
                "avgNEETNK": both,
                "NEETNKprop": round(100 * both / int(size), 1),
            }
            rows.append((year, area, cells))
    return _table(areas, rows)


def _child_population(areas: Areas) -> bytes:
    """Children aged 0 to 17 at each mid-year."""
    return _table(
        areas,
        [
            (year, area, {"population_estimate": int(count)})
            for position, year in enumerate(MID_YEARS)
            for area, count in enumerate(areas.people[position, :, 0])
        ],
    )


def _first_time_entrants(random: np.random.Generator, areas: Areas) -> bytes:
    """Children who entered the youth justice system for the first time, as the Youth Justice Board lays it out."""
    rows: list[dict[str, str | int | float]] = []
    for year in reporting_years():
        youths = areas.people[MID_YEARS.index(year - 1), :, 1]
        rate = figure("first_time_entrants_per_100000", "", f"YE Dec {year - 1}")
        counts = _counts(random, areas, 1, year, rate / 100_000, 1.5)
        rows += [
            {
                "Financial Year": label(year).replace("-", "/"),
                "LA Code": areas.codes[area],
                "Local Authority": areas.names[area],
                "First Time Entrants": int(count),
                "10-17 Population": int(youths[area]),
                "Rate per 100000": round(100_000 * int(count) / int(youths[area]), 1),
            }
            for area, count in enumerate(counts)
        ]
    return csv_bytes({name: pa.array([row[name] for row in rows]) for name in rows[0]})


def _neighbours(areas: Areas) -> dict[str, bytes]:
    """Who is whose statistical neighbour, by number, and the numbers; nearest in need first."""
    own, count = len(DISTRICTS), len(areas.need)
    numbers = [9001 + position for position in range(count)]
    rows: list[list[str | int]] = [["LA num", *(f"SN{n}" for n in range(1, NEIGHBOURS + 1))]]
    for position in range(count):
        others = [other for other in range(own, count) if other != position]
        others.sort(key=lambda other: abs(areas.need[other] - areas.need[position]))
        rows.append([numbers[position], *(numbers[other] for other in others[:NEIGHBOURS])])
    hierarchy = {
        "new_la_code": pa.array(areas.codes[:count]),
        "old_la_code": pa.array(numbers),
        "la_name": pa.array(areas.names[:count]),
        "region_code": pa.array([REGION[0]] * count),
        "most_recent_year_included": pa.array([2024] * count),
    }
    return {
        "dfe/sn_example.xlsx": workbook_bytes("LA SN Groups", rows),
        "dfe/geo_hierarchy.csv": csv_bytes(hierarchy),
    }


def children_files(random: np.random.Generator, places: Places) -> dict[str, bytes]:
    """The open tables by path."""
    areas = build_areas(places)
    return {
        "dfe/b1_children_in_need.csv": _in_need(random, areas),
        "dfe/cla_number_and_rate.csv": _looked_after(random, areas),
        "dfe/ud_neet.csv": _not_in_education(random, areas),
        "dfe/ons_mid-year_population.csv": _child_population(areas),
        "youth_justice/first_time_entrants.csv": _first_time_entrants(random, areas),
        **_neighbours(areas),
    }
