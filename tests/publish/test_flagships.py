"""The figures that the report is for are known by what the claims rest on."""

from __future__ import annotations

import pandas as pd
import pytest

from pipeline.publish.definition_claim import BROAD_LENS
from pipeline.publish.flagships import find_flagships

CLAIM_MEASURES = pd.DataFrame(
    [
        ("left_out", "lens_offences", "domestic", "none", "", "financial_year"),
        ("other_denominator", "sexual_share", "all", "none", "", "financial_year"),
    ],
    columns=["role", "indicator_id", "split", "breakdown", "breakdown_value", "period_type"],
)
JUDGED = {
    "indicator_id": "lens_offences", "lens_id": BROAD_LENS, "area_type": "vru", "split": "domestic",
    "breakdown": "none", "breakdown_value": "", "period_type": "financial_year",
}  # fmt: skip
SHARE = {"indicator_id": "lens_domestic_share", "split": "all"}
SEXUAL = {"indicator_id": "sexual_share", "split": "all", "lens_id": ""}
OWN_RATE = {"indicator_id": "lens_offence_rate", "split": "all", "lens_id": "own"}
KNIVES = {"indicator_id": "knife_crime_domestic_share", "split": "all", "lens_id": ""}


@pytest.mark.parametrize(
    ("changed", "is_flagship"),
    [
        ({}, True),
        ({"split": "all"}, False),
        ({"lens_id": "london"}, False),
        ({"area_type": "lad"}, False),
        ({"period_type": "pooled_years"}, False),
        (SHARE, True),
        ({**SHARE, "lens_id": "own"}, True),
        ({**SHARE, "lens_id": "london"}, False),
        ({**SHARE, "lens_id": "own", "area_type": "lad"}, False),
        ({"lens_id": "", "area_type": "lad"}, True),
        ({"lens_id": "", "area_type": "msoa"}, False),
        (SEXUAL, True),
        ({**SEXUAL, "area_type": "lad"}, False),
        # Of the whole area what the claim tells is worth more.
        (OWN_RATE, False),
        ({**OWN_RATE, "area_type": "lad"}, True),
        ({**OWN_RATE, "area_type": "msoa"}, False),
        ({**OWN_RATE, "area_type": "lad", "lens_id": "london"}, False),
        ({**OWN_RATE, "area_type": "lad", "split": "domestic"}, False),
        (KNIVES, True),
        ({**KNIVES, "area_type": "lad"}, False),
    ],
)
def test_a_flagship_is_what_a_claim_rests_on_or_a_share_of_its_definitions(
    changed: dict[str, str], is_flagship: bool
) -> None:
    figures = pd.DataFrame([{**JUDGED, **changed}])
    assert find_flagships(figures, CLAIM_MEASURES, "own").tolist() == [is_flagship]
