"""The figures that the report is for: what claims rest on, and what sets definitions side by side."""

from __future__ import annotations

import pandas as pd
import pytest

from pipeline.publish.flagships import find_flagships

CLAIM_MEASURES = pd.DataFrame(
    [("violence_rate", "domestic", "none", "", "financial_year")],
    columns=["indicator_id", "split", "breakdown", "breakdown_value", "period_type"],
)
JUDGED = {
    "indicator_id": "violence_rate", "lens_id": "", "area_type": "vru", "split": "domestic",
    "breakdown": "none", "breakdown_value": "", "period_type": "financial_year",
}  # fmt: skip
COMPARED = {"indicator_id": "lens_offences", "lens_id": "london"}
SHARE = {"indicator_id": "lens_domestic_share", "lens_id": "london", "split": "all"}


@pytest.mark.parametrize(
    ("changed", "is_flagship"),
    [
        ({}, True),
        ({"split": "all"}, False),
        ({"period_type": "pooled_years"}, False),
        ({"area_type": "lad"}, True),
        ({"area_type": "msoa"}, False),
        (COMPARED, True),
        ({**COMPARED, "split": "all", "period_type": "pooled_years"}, True),
        ({**COMPARED, "split": "not_known"}, False),
        ({**COMPARED, "area_type": "lad"}, False),
        ({**COMPARED, "period_type": "month"}, False),
        ({**COMPARED, "breakdown": "sex", "breakdown_value": "female"}, False),
        (SHARE, True),
        ({**SHARE, "area_type": "lad"}, False),
    ],
)
def test_a_flagship_is_what_a_claim_rests_on_or_what_sets_definitions_side_by_side(
    changed: dict[str, str], is_flagship: bool
) -> None:
    figures = pd.DataFrame([{**JUDGED, **changed}])
    assert find_flagships(figures, CLAIM_MEASURES).tolist() == [is_flagship]
