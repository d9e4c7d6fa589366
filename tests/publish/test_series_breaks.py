"""Changes in counting are data: each touches the indicators whose measure it shifts, and no others."""

from __future__ import annotations

import pandas as pd
import pytest

from pipeline.settings import Settings
from tests.conftest import query
from tests.counts.reference import read_seed

KINDS = {"rule_change", "shading", "left_out", "note"}


@pytest.fixture(scope="module")
def breaks(demonstration: Settings) -> pd.DataFrame:
    return pd.read_parquet(demonstration.published / "series_breaks.parquet")


def touched(breaks: pd.DataFrame, break_id: str) -> set[str]:
    return set(breaks.loc[breaks["break_id"] == break_id, "indicator_id"])


def test_every_break_says_what_it_touches_and_of_what_kind_it_is() -> None:
    rows = read_seed("series_breaks")
    assert {row["break_id"] for row in rows} == {
        row["break_id"] for row in read_seed("series_break_measures")
    }
    assert {row["kind"] for row in rows} == KINDS


def test_what_is_remembered_or_inferred_is_not_printed_as_certain() -> None:
    for row in read_seed("series_breaks"):
        if "memory" in row["status"] or "inferred" in row["status"] or "not found" in row["status"]:
            hedge = ("not confirmed", "inferred", "not known")
            # Of mid-May 2023 the month is verified, and the label names no day; of January 2024 the day.
            is_month = row["break_id"] in ("principal_crime_2023", "osa_images_2024")
            assert is_month or any(word in row["label"] for word in hedge), row["break_id"]


def test_offences_that_move_inside_a_measure_leave_it_as_it_was(breaks: pd.DataFrame) -> None:
    # 8L to 8Q in April 2020: both are stalking and harassment.
    assert "stalking_harassment_rate" not in touched(breaks, "stalking_partner_2020")
    # 8R to 88C in January 2024: from violence to sexual offences, and both are recorded crime.
    assert {"stalking_harassment_rate", "violence_rate", "sexual_offences_rate"} <= touched(
        breaks, "osa_images_2024"
    )
    assert not {"recorded_crime_rate", "robbery_rate", "rape_rate"} & touched(breaks, "osa_images_2024")


def test_more_offences_of_a_code_touch_every_measure_that_counts_it(breaks: pd.DataFrame) -> None:
    found = touched(breaks, "conduct_crime_2018")
    assert {"stalking_harassment_rate", "violence_rate", "domestic_violence_share", "lens_offences"} <= found
    assert not {"robbery_rate", "violence_with_injury_rate", "ed_assault_rate"} & found


def test_a_break_of_the_denominator_touches_the_ratio(breaks: pd.DataFrame) -> None:
    assert "ed_to_police_ratio" in touched(breaks, "principal_crime_2023")
    assert "ed_assault_rate" not in touched(breaks, "principal_crime_2023")


def test_a_break_of_one_force_or_council_is_no_break_elsewhere(breaks: pd.DataFrame) -> None:
    assert not {"gmp_iops", "dc_niche", "met_connect", "cin_hackney"} & set(breaks["break_id"])


def test_a_break_without_a_known_date_is_told_and_not_drawn(breaks: pd.DataFrame) -> None:
    undated = breaks[breaks["start_date"].isna()]
    assert touched(breaks, "knife_ndqis") == {
        "knife_crime_rate",
        "knife_crime_domestic_share",
        "youth_knife_crime_rate",
    }
    assert set(undated["kind"]) == {"note"}


def test_nothing_after_the_cut_off_is_published(demonstration: Settings, breaks: pd.DataFrame) -> None:
    (later,) = query(demonstration, "select count(*) from series_breaks where start_date > '2024-03-31'")[0]
    assert later > 0
    assert (breaks["start_date"].dropna() <= "2024-03-31").all()
