"""Verdicts and a decomposition as they are published, made up for reports."""

from __future__ import annotations

from datetime import date

import pandas as pd

YEAR = {"period_start": date(2023, 4, 1), "period_end": date(2024, 3, 31)}
BEFORE = {"period_start": date(2022, 4, 1), "period_end": date(2023, 3, 31)}

POOL = {"period_start": date(2021, 4, 1), "period_end": date(2024, 3, 31)}


def claims() -> pd.DataFrame:
    """Two years of verdicts on the claims; in the latest one of them is hidden."""
    told = [
        (BEFORE, "a_third_is_domestic", "a_third", "domestic_share", 33.4123, 32.9, 33.9, "about_a_third"),
        (YEAR, "a_third_is_domestic", "a_third", "domestic_share", 29.2023, 28.6406, 29.7704, "lower"),
        (YEAR, "a_third_is_domestic", "other_denominator:sexual_offences_domestic_share", "domestic_share",
         16.5246, 15.0017, 18.1691, "not_the_claim"),
        (YEAR, "no_regional_variation", "literal", "median_rate_ratio", 1.357, 1.1886, 2.1175, "differs"),
        (POOL, "no_regional_variation", "literal", "median_rate_ratio", 1.301, 1.2, 1.9, "differs"),
        (YEAR, "no_regional_variation", "absolute", "median_rate_ratio", 1.357, 1.1886, 2.1175, "not_supported"),
        (YEAR, "no_regional_variation", "overall", "ratio_of_spreads", 0.5795, 0.0, None, "cannot_settle"),
        (BEFORE, "missing_from_definition", "missing_from_definition", "share_left_out", 81.25, 80.1, 82.3,
         "leaves_out_most"),
        (YEAR, "missing_from_definition", "missing_from_definition", "share_left_out", None, None, None,
         "suppressed"),
    ]  # fmt: skip
    return pd.DataFrame(
        [
            {
                **days,
                "claim_id": claim,
                "part": part,
                "statistic": statistic,
                "value": value,
                "lower95": lower,
                "upper95": upper,
                "verdict": verdict,
                "sentence": f"What is said of {part} in the year to {days['period_end']:%B %Y}.",
                "caveat": f"Mind the {claim}.",
            }
            for days, claim, part, statistic, value, lower, upper, verdict in told
        ]
    )


def decompositions(area_code: str) -> pd.DataFrame:
    """The domestic share of violence taken apart in two years, and that of all offences, which cannot be."""
    told = {"value_status": "reported", "status_reason": ""}
    parts = [
        (BEFORE, "", 31.1, 30.0, 100.0, 100.0, (0.11, -0.02, 0.24), (0.99, 0.4, 1.58)),
        (YEAR, "", 29.2, 30.0, 100.0, 100.0, (0.02, -0.11, 0.14), (-0.85, -1.43, -0.27)),
        (YEAR, "Violence with injury", 27.7, 28.7, 27.4, 27.8, (0.01, None, None), (-0.28, None, None)),
        (YEAR, "Stalking and harassment", 42.2, 43.6, 31.9, 31.7, (0.03, None, None), (-0.43, None, None)),
    ]
    rows = [
        {
            "indicator_id": "domestic_violence_share", "area_code": area_code, **days,
            "reference_name": "Example Country", "offence_subgroup": kind, "share": share, "reference_share": other,
            "weight": weight, "reference_weight": other_weight, "mix_effect": mix[0], "mix_lower95": mix[1],
            "mix_upper95": mix[2], "within_effect": within[0], "within_lower95": within[1],
            "within_upper95": within[2], **told,
        }
        for days, kind, share, other, weight, other_weight, mix, within in parts
    ]  # fmt: skip
    without = {"value_status": "not_available", "status_reason": "Ask for counts by kind of offence."}
    rows.append(
        {"indicator_id": "domestic_share", "area_code": area_code, **YEAR, "offence_subgroup": "", **without}
    )
    return pd.DataFrame(rows)
