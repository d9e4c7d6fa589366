"""A district without its flags is set beside no other."""

from __future__ import annotations

import pandas as pd
import pytest
from test_comparisons import DISTRICT, EARLIER, INDICATORS, row

from pipeline.publish.unknown_flags import without_flags

OTHER = {**DISTRICT, "area_code": "X06000002"}
LEAST = 0.3


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


@pytest.mark.parametrize(("unknown", "is_left_out"), [(300, False), (301, True)])
def test_flagged_rates_of_a_district_without_flags_are_not_available(unknown: int, is_left_out: bool) -> None:
    rows = [*district(unknown, **DISTRICT), *district(100, **OTHER), *district(100, **DISTRICT, **EARLIER)]
    values = pd.DataFrame(rows).assign(status_reason="", lower95=None, upper95=None)
    told = without_flags(values, INDICATORS, LEAST)
    is_out = told["value_status"] == "not_available"
    rests_on_flag = (values["indicator_id"] == "domestic_crime_rate") | (values["split"] == "domestic")
    # Of that district and year alone.
    assert is_out.tolist() == (rests_on_flag & is_left_out & (values.index < 6)).tolist()
    assert told.loc[is_out, ["numerator", "denominator", "value"]].isna().all(axis=None)
    assert set(told.loc[is_out, "status_reason"]) <= {"Over 30% of the flags of this district are unknown."}
    same = ["indicator_id", "numerator", "value_status"]
    pd.testing.assert_frame_equal(told.loc[~is_out, same], values.loc[~is_out, same], check_dtype=False)


def test_a_district_whose_flags_are_hidden_is_left_as_it_is() -> None:
    values = pd.DataFrame(district(900, **DISTRICT))
    hidden = values.assign(
        value_status=values["value_status"].where(values["split"] != "not_known", "suppressed")
    )
    pd.testing.assert_frame_equal(without_flags(hidden, INDICATORS, LEAST), hidden)
