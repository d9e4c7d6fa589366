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
        (BEFORE, "a_third_is_domestic", "a_third", "flagged_share", 33.4123, 32.9, 33.9, "about_a_third"),
        (YEAR, "a_third_is_domestic", "a_third", "flagged_share", 29.2023, 28.6406, 29.7704, "lower"),
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
            "within_upper95": within[2], "known_within_effect": -0.4, "known_within_lower95": -0.5,
            "known_within_upper95": -0.3,
            **told,
        }
        for days, kind, share, other, weight, other_weight, mix, within in parts
    ]  # fmt: skip
    without = {"value_status": "not_available", "status_reason": "Ask for counts by kind of offence."}
    rows.append(
        {"indicator_id": "domestic_share", "area_code": area_code, **YEAR, "offence_subgroup": "", **without}
    )
    return pd.DataFrame(rows)


# Of each district the change, and the least and the most that unknown flags leave of it: the second they could turn.
RANK_CHANGES = [(2.0, 1.0, 3.0), (-1.0, -2.0, 0.0), (-1.0, -2.0, -1.0), (0.0, 0.0, 0.0), (0.0, None, None)]
ALLOCATION_CHANGES = [
    (1.2, 0.6, 1.9),
    (0.4, -0.2, 0.9),
    (0.0, 0.0, 0.0),
    (-0.3, -1.0, 0.2),
    (-1.3, -2.0, -0.4),
]


def lens_comparisons(area_code: str, own: str, lenses: list[str], districts: list[str]) -> pd.DataFrame:
    """The own definition beside each other one, and the other way about; in the year before all is otherwise."""
    rows = []
    for number, lens in enumerate(lens for lens in lenses if lens != own):
        for days, off in ((BEFORE, 7), (YEAR, 0)):
            pair = {"lens_id": own, "other_lens_id": lens, "area_code": area_code, "period_type": "financial_year",
                    **days}  # fmt: skip
            turned = {**pair, "lens_id": lens, "other_lens_id": own}
            told = {"value_status": "reported", "status_reason": ""}
            hidden = {"value": None, "value_status": "suppressed", "status_reason": "Too few to report."}
            limits = {"lower95": 60.1 + number + off, "upper95": 70.2 + number + off}
            rows += [
                {**pair, "statistic": "capture_ratio", "item": "", "value": 0.321 + number + off,
                 "lowest": 0.301 + number + off, "highest": 0.357 + number + off, **told},
                {**pair, "statistic": "left_out_share", "item": "", "value": 65.4 + number + off, **limits,
                 "lowest": 61.2 + number + off, "highest": 78.9 + number + off, **told},
                {**pair, "statistic": "domestic_left_out_share", "item": "", **hidden},
                {**pair, "statistic": "harm_ratio", "item": "", "value": 0.4321 + number, **told},
                {**pair, "statistic": "cost_ratio", "item": "", "value": 0.2345 + number, **told},
                {**pair, "statistic": "rank_correlation", "item": "", "value": 0.91, "lower95": -0.17,
                 "upper95": 0.99, **told},
            ]  # fmt: skip
            for place, district in enumerate(districts):
                change = {"item": district, **told}
                rows += [
                    {**each, "statistic": statistic, **change,
                     **dict(zip(("value", "lowest", "highest"), ends[place], strict=True))}
                    for each, statistic, ends in (
                        (pair, "rank_change", RANK_CHANGES), (turned, "allocation_change", ALLOCATION_CHANGES)
                    )
                ]  # fmt: skip
        pool = {**pair, **POOL, "period_type": "pooled_years"}
        rows.append({**pool, "statistic": "worst_fifth_overlap", "item": "", "value": 33.3 + number, **told})
    return pd.DataFrame(rows)


def positions(values: pd.DataFrame) -> pd.DataFrame:
    """Funnel limits of the neighbourhoods of the latest year, the second above them; widened ones are not available."""
    is_one = (values["indicator_id"] == "violence_rate") & (values["area_type"] == "msoa")
    latest = values[
        is_one & (values["period_end"] == YEAR["period_end"]) & (values["value_status"] == "reported")
    ]
    rows = []
    for number, row in enumerate(latest.to_dict("records")):
        limits = {"centre": 33.3, "lower95": 30.1, "upper95": 36.6, "lower998": 28.2, "upper998": 38.8}
        position = "high_998" if number == 1 else "within"
        told = {**row, **limits, "statistic": "funnel", "position": position}
        wide = {**row, **dict.fromkeys(limits), "value_status": "not_available", "position": ""}
        rows += [told, {**wide, "statistic": "overdispersed_funnel"}]
    columns = ["indicator_id", "area_code", "area_type", "period_type", "period_end", "breakdown", "split", "statistic",
               "value", "centre", "lower95", "upper95", "lower998", "upper998", "position", "value_status"]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def distributions() -> pd.DataFrame:
    """How neighbourhoods share violence in the latest year."""
    return pd.DataFrame(
        [
            {"indicator_id": "violence_rate", "area_type": "msoa", "period_type": "financial_year",
             "period_end": YEAR["period_end"], "split": "all", "statistic": statistic, "value": value,
             "expected": expected, "value_status": "reported"}
            for statistic, value, expected in (("half_share", 0.339, 0.4804), ("gini", 0.234, 0.028))
        ]
    )  # fmt: skip
