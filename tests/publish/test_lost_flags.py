"""A district that lost its flags is set beside no other."""

from __future__ import annotations

import pandas as pd
import pytest
from test_comparisons import DISTRICT, EARLIER, INDICATORS, row

from pipeline.publish.claim_rows import ClaimRules
from pipeline.publish.lost_flags import without_lost_flags
from tests.counts.reference import read_seed

OTHER = {**DISTRICT, "area_code": "X06000002"}
INSIDE = {"area_code": "X02000001", "area_type": "msoa"}
DISTRICTS = pd.Series({"X02000001": DISTRICT["area_code"]})
QUARTER = {"period_type": "quarter", "period_start": "2022-07-01", "period_end": "2022-09-30"}
POOL = {"period_type": "pooled_years", "period_start": "2020-04-01", "period_end": "2023-03-31"}


@pytest.fixture(scope="module")
def rules() -> ClaimRules:
    return ClaimRules(
        sentences=pd.DataFrame(),
        thresholds={"most_unknown_flags": 0.3},
        measures=pd.DataFrame(read_seed("claim_measures")),
    )


def district(unknown: int, **other: object) -> list[dict[str, object]]:
    """A district of 1,000 crimes of which so many have no flag."""
    return [
        row("recorded_crime_rate", 1000, 10_000, **other),
        row("recorded_crime_rate", unknown, 10_000, split="not_known", **other),
        row("domestic_crime_rate", 100, 10_000, **other),
        row("violence_rate", 80, 10_000, split="domestic", **other),
        row("violence_rate", 300, 10_000, **other),
        row("helpline_rate", 50, 10_000, **other),
    ]


def frame(rows: list[dict[str, object]]) -> pd.DataFrame:
    values = pd.DataFrame(rows).assign(status_reason="", lower95=None, upper95=None)
    return values.assign(**{name: pd.to_datetime(values[name]) for name in ("period_start", "period_end")})


@pytest.mark.parametrize(("unknown", "is_left_out"), [(300, False), (301, True)])
def test_flagged_rates_of_a_district_without_flags_are_not_available(
    rules: ClaimRules, unknown: int, is_left_out: bool
) -> None:
    values = frame(
        [*district(unknown, **DISTRICT), *district(100, **OTHER), *district(100, **DISTRICT, **EARLIER)]
    )
    told = without_lost_flags(values, INDICATORS, rules, DISTRICTS)
    is_out = told["value_status"] == "not_available"
    rests_on_flag = (values["indicator_id"] == "domestic_crime_rate") | (values["split"] == "domestic")
    # Of that district and year alone.
    assert is_out.tolist() == (rests_on_flag & is_left_out & (values.index < 6)).tolist()
    assert told.loc[is_out, ["numerator", "denominator", "value"]].isna().all(axis=None)
    assert set(told.loc[is_out, "status_reason"]) <= {
        "Over 30% of the flags of the district are unknown in a year."
    }
    same = ["indicator_id", "numerator", "value_status"]
    pd.testing.assert_frame_equal(told.loc[~is_out, same], values.loc[~is_out, same], check_dtype=False)


@pytest.mark.parametrize(
    ("place", "days", "is_left_out"),
    [
        (DISTRICT, QUARTER, True),
        (DISTRICT, POOL, True),
        (INSIDE, {}, True),
        (INSIDE, POOL, True),
        (OTHER, QUARTER, False),
        (DISTRICT, EARLIER, False),
    ],
)
def test_so_are_its_neighbourhoods_and_other_days_that_hold_or_lie_in_such_a_year(
    rules: ClaimRules, place: dict[str, str], days: dict[str, str], is_left_out: bool
) -> None:
    values = frame([*district(900, **DISTRICT), row("domestic_crime_rate", 10, 1_000, **place, **days)])
    told = without_lost_flags(values, INDICATORS, rules, DISTRICTS)
    assert (told["value_status"].iloc[-1] == "not_available") == is_left_out


def test_a_district_whose_flags_are_hidden_is_left_as_it_is(rules: ClaimRules) -> None:
    values = frame(district(900, **DISTRICT))
    is_unknown = values["split"] == "not_known"
    hidden = values.assign(
        value_status=values["value_status"].mask(is_unknown, "suppressed"),
        numerator=values["numerator"].astype("float64").mask(is_unknown),
    )
    pd.testing.assert_frame_equal(without_lost_flags(hidden, INDICATORS, rules, DISTRICTS), hidden)
