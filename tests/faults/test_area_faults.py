"""Faults 31 and 34 to 36: no year without its months, what lies outside the area is counted apart, and no share is
taken of nothing or of flags that are mostly unknown."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from pipeline.settings import Settings
from tests.cli.area import LSOAS
from tests.conftest import Rows, query, read_values

HOME, ABROAD = LSOAS[0], ("E01006512", "E02001377", "E08000012")


def crime(number: int, lsoa: str, district: str, flag: str = "") -> dict[str, object]:
    return {"crime_id": f"c{number}", "force_code": "X23000001", "lad_code": district, "lsoa21_code": lsoa,
            "recorded_date": f"2024-03-{number % 28 + 1:02}", "ho_code": "8N", "da_flag": flag}  # fmt: skip


@pytest.fixture(scope="module")
def area(build_area: Callable[[Mapping[str, Rows]], Settings]) -> Settings:
    """Forty crimes at home and seven abroad whose flag is not known, and one a month elsewhere where it is, but in
    February of the year before; in two more districts three and four of ten flags are not known."""
    lookup = [{"lsoa21_code": lsoa, "msoa21_code": msoa, "msoa21_name": msoa, "lad_code": lad, "lad_name": lad}
              for lsoa, msoa, lad in LSOAS]  # fmt: skip
    home = [crime(number, HOME[0], HOME[2]) for number in range(40)]
    abroad = [crime(number, ABROAD[0], ABROAD[2]) for number in range(40, 47)]
    # One in each month of a financial year, so that the year is whole, and in eleven of the year before.
    months = [f"{2022 + number // 12}-{number % 12 + 1:02}-01" for number in range(3, 27) if number != 13]
    known = [
        {**crime(50 + number, LSOAS[4][0], LSOAS[4][2], "Y"), "recorded_date": day}
        for number, day in enumerate(months)
    ]
    mixed = [
        crime(
            100 * at + number,
            LSOAS[at][0],
            LSOAS[at][2],
            "Y" if number < 20 else "N" if number < told else "",
        )
        for at, told in ((6, 70), (8, 60))
        for number in range(100)
    ]
    return build_area(
        {"lookup_lsoa21_msoa21_lad.csv": lookup, "police_crimes_2024-03.csv": home + abroad + known + mixed}
    )


def test_fault_34_records_outside_the_area_are_kept_and_counted_and_have_no_figure_of_their_own(
    area: Settings,
) -> None:
    extract = Path(area.extracts) / "police_crimes" / "*.parquet"
    assert query(area, f"select count(*) from read_parquet('{extract}')") == [(270,)]
    assert not read_values(area).area_code.isin([ABROAD[2]]).any()
    told = query(area, "select * from fct_data_quality")
    assert any(7 in row for row in told), told


def test_fault_36_share_of_nothing_is_null_with_its_reason(area: Settings) -> None:
    rows = query(
        area,
        """select indicator_id, value_status, status_reason from fct_indicator_values
           where indicator_id = 'domestic_violence_share' and denominator = 0""",
    )
    assert rows
    assert {row[1:] for row in rows} == {("not_applicable", "There is nothing to take a share of.")}
    published = read_values(area)
    shares = published[published.indicator_id == "domestic_violence_share"]
    nothing = shares[shares.value_status == "not_applicable"]
    assert len(nothing)
    assert nothing.value.isna().all()
    assert not [value for value in published.value.dropna() if math.isinf(value)]


def test_fault_35_share_of_flags_that_are_mostly_unknown_is_not_given(area: Settings) -> None:
    rows = query(
        area,
        """select indicator_id, area_code, 100 * numerator / denominator, value_status, status_reason
           from fct_indicator_values
           where period_type = 'financial_year' and period_start = date '2023-04-01' and breakdown = 'none'""",
    )
    told = {(indicator, place): (value, status, reason) for indicator, place, value, status, reason in rows}
    at_limit, beyond = LSOAS[6][2], LSOAS[8][2]
    value, status, _ = told["domestic_violence_share", at_limit]
    assert (round(value, 1), status) == (28.6, "reported")
    assert told["domestic_flag_unknown_share", at_limit][0] == 30.0
    reason = "The domestic abuse flag is not known for more than 3 in 10 records."
    assert told["domestic_violence_share", beyond][1:] == ("not_available", reason)
    # The share of the unknown stands beside it.
    assert told["domestic_flag_unknown_share", beyond][:2] == (40.0, "reported")
    published = read_values(area)
    shares = published[
        (published.indicator_id == "domestic_violence_share") & (published.area_code == beyond)
    ]
    assert shares.value.isna().all()


def test_fault_31_year_without_a_month_has_no_figure(area: Settings) -> None:
    values = read_values(area)
    years = values[(values.indicator_id == "violence_rate") & (values.period_type == "financial_year")]
    year = years[years.period_start.astype(str).str.startswith("2022-04")]
    assert set(year.value_status) == {"not_available"}
    assert "Police recorded crime, record level: February 2023 never arrived." in set(year.status_reason)
