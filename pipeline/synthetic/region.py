"""The made-up region of forty districts and five forces: the map is a grid in the North Sea.

Small areas hold about 7,000 people, four times England's: the region is made to compare districts, and stays quick.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
import pyarrow as pa
import shapely

from pipeline.synthetic.draws import Floats, Integers
from pipeline.synthetic.places import (
    AGE_BANDS,
    AGE_FROM,
    AGE_SHARES,
    COUNTRY,
    FEMALE_PER_1000,
    REGION,
    SEXES,
    features,
)
from pipeline.synthetic.tables import csv_bytes, words

AREA = ("X23000100", "Greater Example")
# Unlike each other in size, as forces are.
FORCES = (
    ("X23000101", "Example North", 12),
    ("X23000102", "Example East", 10),
    ("X23000103", "Example Midlands", 8),
    ("X23000104", "Example West", 6),
    ("X23000105", "Example South", 4),
)
FORCE_OF_DISTRICT = np.repeat(np.arange(len(FORCES)), [count for *_, count in FORCES])
DISTRICTS = tuple(
    (f"X07{number:06d}", f"{FORCES[force][1]} {number:02d}")
    for number, force in enumerate(FORCE_OF_DISTRICT, start=1)
)
MID_YEARS = (2021, 2022, 2023)
ADULT_FROM = 16  # the domestic abuse flag covers people of 16 and over

_FEWEST, _MOST = 100_000, 250_000
_ACROSS = 8  # districts in a row of the grid
_WEST, _SOUTH, _WIDE, _HIGH = 1.5, 54.5, 0.20, 0.10  # degrees
_MSOA_COUNT, _LSOA_PER_MSOA = 4, 5
_LSOA_COUNT = _MSOA_COUNT * _LSOA_PER_MSOA


@dataclass(frozen=True)
class Region:
    """People of the region: the same in each of MID_YEARS."""

    population: Integers  # small area by sex and age band; small areas in order of their districts
    people: Integers  # by district
    adults: Integers  # by district, aged 16 and over
    lsoa_shares: Floats  # of a district's people, by district and small area within it


@cache
def build_region() -> Region:
    """The region, always the same: districts of 100,000 to 250,000, some older than others."""
    random = np.random.Generator(np.random.PCG64(4040))
    count = len(DISTRICTS)
    size = _FEWEST + (_MOST - _FEWEST) * (random.permutation(count) + 0.5) / count
    older = 0.1 * (random.permutation(count) - (count - 1) / 2) / count
    shares = np.clip(1 + 0.16 * random.normal(size=(count, _LSOA_COUNT)), 0.6, 1.5)
    shares /= shares.sum(axis=1, keepdims=True)
    tilt = np.where(AGE_FROM >= 60, 1.0, np.where(AGE_FROM < 40, -0.55, 0.0))
    ages = AGE_SHARES * (1 + 4 * older[:, None] * tilt)
    ages /= ages.sum(axis=1, keepdims=True)
    by_age = np.repeat(size[:, None] * ages, _LSOA_COUNT, axis=0) * shares.reshape(-1, 1)
    female = by_age * (np.array(FEMALE_PER_1000) / 1000)
    population = np.rint(np.stack([female, by_age - female], axis=1)).astype(np.int64)
    by_district = population.reshape(count, -1, len(AGE_BANDS)).sum(axis=1)
    return Region(
        population=population,
        people=by_district.sum(axis=1),
        adults=by_district[:, AGE_FROM >= ADULT_FROM].sum(axis=1),
        lsoa_shares=shares,
    )


def lsoa_codes() -> tuple[str, ...]:
    """The small areas, in order of their districts."""
    return tuple(f"X01{100_000 + number}" for number in range(1, len(DISTRICTS) * _LSOA_COUNT + 1))


def _boxes(columns: int, rows: int) -> list[shapely.Polygon]:
    """Every district's rectangle in columns times rows equal parts, row by row; districts in order."""
    wide, high = _WIDE / columns, _HIGH / rows
    boxes = []
    for district in range(len(DISTRICTS)):
        west, south = _WEST + _WIDE * (district % _ACROSS), _SOUTH + _HIGH * (district // _ACROSS)
        boxes += [
            shapely.box(west + wide * x, south + high * y, west + wide * (x + 1), south + high * (y + 1))
            for y in range(rows)
            for x in range(columns)
        ]
    return boxes


def region_files() -> dict[str, bytes]:
    """The reference deliveries by path."""
    region, codes = build_region(), lsoa_codes()
    district = np.repeat(np.arange(len(DISTRICTS)), _LSOA_COUNT)
    msoa = np.arange(len(codes)) // _LSOA_PER_MSOA
    msoa_names = [f"{DISTRICTS[d][1]} {m % _MSOA_COUNT + 1:03d}" for d, m in zip(district, msoa, strict=True)]
    years = np.repeat(MID_YEARS, region.population.size)
    areas, sexes, ages = (
        np.tile(part.ravel(), len(MID_YEARS)) for part in np.indices(region.population.shape)
    )
    lads = [code for code, _ in DISTRICTS]
    forces = [FORCES[force] for force in FORCE_OF_DISTRICT]
    return {
        "reference/population_lsoa21.csv": csv_bytes(
            {
                "mid_year": pa.array(years),
                "lsoa21_code": words(areas, codes),
                "sex": words(sexes, SEXES),
                "age_band": words(ages, AGE_BANDS),
                "population": pa.array(np.tile(region.population.ravel(), len(MID_YEARS))),
            }
        ),
        "reference/lookup_lsoa21_msoa21_lad.csv": csv_bytes(
            {
                "lsoa21_code": pa.array(codes),
                "lsoa21_name": pa.array(
                    [f"{name}{'ABCDE'[n % _LSOA_PER_MSOA]}" for n, name in enumerate(msoa_names)]
                ),
                "msoa21_code": pa.array([f"X02{100_001 + number}" for number in msoa]),
                "msoa21_name": pa.array(msoa_names),
                "lad_code": words(district, lads),
                "lad_name": words(district, [name for _, name in DISTRICTS]),
            }
        ),
        "reference/lad_police_force.csv": csv_bytes(
            {
                "LAD23CD": pa.array(lads),
                "LAD23NM": pa.array([name for _, name in DISTRICTS]),
                "PFA23CD": pa.array([code for code, *_ in forces]),
                "PFA23NM": pa.array([name for _, name, _ in forces]),
            }
        ),
        "reference/boundaries_lsoa21.geojson": features(
            tuple(_boxes(_LSOA_PER_MSOA, _MSOA_COUNT)), [{"lsoa21_code": code} for code in codes]
        ),
        "reference/boundaries_lad.geojson": features(
            tuple(_boxes(1, 1)), [{"lad_code": code, "lad_name": name} for code, name in DISTRICTS]
        ),
    }


def region_assessment(name: str, title: str, first_year: int, last_year: int) -> str:
    """The assessment file of the region, financial years given by the year in which they end."""
    codes = "".join(f'    "{code}",\n' for code, _ in DISTRICTS)
    forces = ", ".join(f'"{code}"' for code, *_ in FORCES)
    return f"""# SYNTHETIC: a fictional region, written by `sna demo --scenario {name}` to see claims tested.
name = "{name}"
title = "{title}"
edition = "{last_year}"
start = {first_year - 1}-04-01
cut_off = {last_year}-03-31
is_synthetic = true

[area]
code = "{AREA[0]}"
name = "{AREA[1]}"
region_code = "{REGION[0]}"
region_name = "{REGION[1]}"
country_code = "{COUNTRY[0]}"
country_name = "{COUNTRY[1]}"
police_force_codes = [{forces}]
districts = [
{codes}]

[definition]
lens_id = "ho_narrow"
note = "The fictional partnership has agreed none: the Serious Violence Strategy of 2018 stands in for it."
"""
