"""Small deliveries drawn by hand: the places of a miniature Exampleshire, and rows without a gap."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import date

Row = dict[str, object]

AREA = "X23000001"
DISTRICTS = ("X06000001", "X06000002", "X06000003", "X06000004", "X06000005")
# Two LSOAs a district, an MSOA each; the last two share one.
LSOAS = {f"X0100000{number}": (f"X0200000{min(number, 9)}", DISTRICTS[number // 2]) for number in range(10)}
ELSEWHERE = ("X01999999", "X06900001")
MONTHS = [date(year, month, 1) for year in range(2019, 2025) for month in range(1, 13)][3:-9]

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
    """The residents of every LSOA, the same each year: 10 of each sex and age band."""
    return [
        {"mid_year": year, "lsoa21_code": lsoa, "sex": sex, "age_band": band, "population": 10}
        for year in range(2018, 2024)
        for lsoa in LSOAS
        for sex in ("F", "M")
        for band in ("0-4", "5-9", "10-14", "15-19", "20-24", "25-29", "30-34", "35-39", "40-44", "45-49",
                     "50-54", "55-59", "60-64", "65-69", "70-74", "75-79", "80-84", "85-89", "90+")
    ]  # fmt: skip


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
        "location_type": "street",
        "victim_id_pseudo": f"P{next(numbers):08}",
        "victim_type": "person",
        "victim_age_band": "35-44",
        "victim_sex": "F",
        "suspect_age_band": "35-44",
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
