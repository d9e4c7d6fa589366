"""The figures that the report is for: what claims rest on, and what sets definitions side by side."""

from __future__ import annotations

import pandas as pd
import pytest

from pipeline.publish.definition_claim import BROAD_LENS
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
SHARE = {"indicator_id": "lens_domestic_share", "split": "all"}


@pytest.mark.parametrize(
    ("changed", "is_flagship"),
    [
        ({}, True),
        ({"split": "all"}, False),
        ({"period_type": "pooled_years"}, False),
        ({"area_type": "lad"}, True),
        ({"area_type": "msoa"}, False),
        ({"lens_id": BROAD_LENS}, True),
        ({"lens_id": BROAD_LENS, "area_type": "lad"}, False),
        ({"lens_id": "london"}, False),
        ({**SHARE, "lens_id": BROAD_LENS}, True),
        ({**SHARE, "lens_id": "own"}, True),
        ({**SHARE, "lens_id": "own", "area_type": "lad"}, False),
        ({**SHARE, "lens_id": "london"}, False),
        ({"indicator_id": "lens_open_domestic", "lens_id": "own", "split": "all"}, True),
        ({"indicator_id": "lens_open_domestic", "lens_id": "london", "split": "all"}, False),
        (COMPARED, True),
        ({**COMPARED, "period_type": "pooled_years"}, True),
        ({**COMPARED, "split": "all"}, False),
        ({**COMPARED, "area_type": "lad"}, False),
        ({**COMPARED, "period_type": "month"}, False),
        ({**COMPARED, "breakdown": "sex", "breakdown_value": "female"}, False),
    ],
)
def test_a_flagship_is_what_a_claim_rests_on_or_what_sets_definitions_side_by_side(
    changed: dict[str, str], is_flagship: bool
) -> None:
    figures = pd.DataFrame([{**JUDGED, **changed}])
    assert find_flagships(figures, CLAIM_MEASURES, "own").tolist() == [is_flagship]
