"""A hidden count is worked back from each kind of figure, as a reader would who knows how we reckon.

The reader publishes the same area with each count that it may have been, and keeps those that give the figures that
he reads. Without protection every kind of figure gives the count away; with it none does.
"""

from __future__ import annotations

from functools import cache

import pandas as pd
import pytest
from no_ties import NO_TIES

from pipeline.publish.area_sets import find_sets
from pipeline.publish.comparisons import compare
from pipeline.publish.distributions import describe_distributions
from pipeline.publish.figures import publish_figures
from pipeline.publish.neighbourhoods import Neighbourhoods
from pipeline.publish.positions import find_positions
from pipeline.publish.rankings import rank_indicators
from pipeline.publish.signals import find_signals
from pipeline.publish.standardised_rates import standardise_rates
from pipeline.publish.trends import find_trends

MONTHS = pd.date_range("2021-04-01", periods=24, freq="MS")
YEARS = pd.date_range("2018-04-01", periods=6, freq=pd.DateOffset(years=1))
POSSIBLE = (1, 2, 3, 4)
POLICIES = {
    name: pd.DataFrame(
        [("ours", threshold, None, "hide", None)],
        columns=["policy_id", "threshold", "rounding_base", "method", "valid_from"],
    )
    for name, threshold in (("open", None), ("hidden", 5))
}
INDICATORS = pd.DataFrame(
    [
        ("robbery_rate", "rate", 1000, 1, "robbery", "population", None, "lower_is_better"),
        ("robbery_share", "share", 100, 1, "robbery", "measure", "violence", "lower_is_better"),
        ("robbery_ratio", "ratio", 100, 1, "robbery", "measure", "violence", "lower_is_better"),
        ("crimes", "count", 1, 0, "crimes", "none", None, "neutral"),
        ("crime_cost", "weighted", 1, 1, "crimes", "weights", "cost", "neutral"),
    ],
    columns=["indicator_id", "kind", "multiplier", "decimals", "numerator_measure_id", "denominator_kind",
             "denominator_id", "direction"],
).assign(numerator_split=None, series_family="police", is_domestic=False, unknown_measure_id=None)  # fmt: skip
WEIGHTS = pd.DataFrame(
    [("cost", "Homicide", 3.2), ("cost", "Robbery", 0.0117)],
    columns=["weighting", "offence_subgroup", "weight"],
)
STANDARD = pd.DataFrame({"age_band": ["young", "old"], "weight": [60.0, 40.0]})
BREAKS = pd.DataFrame(
    columns=["break_id", "indicator_id", "offence_subgroup", "is_of_flag_alone", "start_date", "end_date", "kind",
             "label"]
)  # fmt: skip
BENCHMARKS = pd.DataFrame(
    {
        **dict.fromkeys(
            [
                "indicator_id",
                "breakdown",
                "breakdown_value",
                "geography",
                "period_label",
                "scope",
                "is_crime_survey",
            ],
            pd.Series(dtype="str"),
        ),
        **dict.fromkeys(["period_start", "period_end"], pd.Series(dtype="datetime64[us]")),
        **dict.fromkeys(["value", "denominator"], pd.Series(dtype="float64")),
    }
)
NO_REPEATS = pd.DataFrame(
    {
        **dict.fromkeys(["measure_id", "area_code", "period_type", "split"], pd.Series(dtype="str")),
        "period_start": pd.Series(dtype="datetime64[us]"),
        **dict.fromkeys(["event_count", "sum_of_squares"], pd.Series(dtype="float64")),
    }
)
DISTRICTS = [f"D{number}" for number in range(6)]
AREAS = pd.DataFrame({"area_code": ["X1", *DISTRICTS], "area_name": ["Exampleshire", *DISTRICTS]}).assign(
    area_type=["vru", *["lad"] * 6], parent_code=["", *["X1"] * 6]
)


def figure(indicator_id: str, count: float, **place: object) -> dict[str, object]:
    """A row of the warehouse: a count of the district D5 in 2023/24, of 1,000 people or among 47 crimes."""
    indicator = INDICATORS.set_index("indicator_id").loc[indicator_id]
    start = pd.Timestamp(str(place.get("period_start", "2023-04-01")))
    months = 1 if place.get("period_type") == "month" else 12
    is_counted = indicator["denominator_kind"] == "measure"
    return {
        "indicator_id": indicator_id,
        "lens_id": "",
        "area_type": "lad",
        "area_code": "D5",
        "period_type": "financial_year",
        "breakdown": "none",
        "breakdown_value": "",
        "split": "all",
        "numerator_measure_id": indicator["numerator_measure_id"],
        "numerator_split": "all",
        "denominator_measure_id": "violence" if is_counted else None,
        "denominator_breakdown": place.get("breakdown", "none"),
        "denominator_breakdown_value": place.get("breakdown_value", ""),
        "denominator_split": "all",
        "unknown_measure_id": None,
        "unknown_split": None,
        "unknown": None,
        "source_id": "police_crimes",
        "policy_id": "ours",
        "denominator_policy_id": "ours" if is_counted else None,
        "numerator": count,
        "denominator": 47.0 if is_counted else 1000.0,
        "value_status": "reported",
        "status_reason": "",
        "is_population_estimated": False,
        **place,
        "period_start": start,
        "period_end": start + pd.DateOffset(months=months, days=-1),
    }


def warehouse(count: float) -> pd.DataFrame:
    """The figures of an area in which the same small number was counted in a year, a month, at an age and of a kind."""
    whole = {"area_type": "vru", "area_code": "X1"}
    years = [
        figure(name, number, period_start=start)
        for name in ("robbery_rate", "robbery_share", "robbery_ratio")
        for start, number in zip(YEARS, (9, 8, 9, 7, 8, count), strict=True)
    ]
    others = [
        figure(name, number, area_code=code)
        for name in ("robbery_rate", "robbery_share", "robbery_ratio")
        for code, number in zip(DISTRICTS, (12, 15, 9, 20, 11), strict=False)
    ]
    months = [
        figure(
            "robbery_rate",
            count if number == 13 else 9 + number % 5,
            period_type="month",
            period_start=start,
            **whole,
        )
        for number, start in enumerate(MONTHS)
    ]
    ages = [
        figure("robbery_rate", number, breakdown="age_band", breakdown_value=band, **whole)
        for band, number in (("young", 20), ("old", count))
    ]
    kinds = [
        figure(
            "crimes", number, breakdown="offence_subgroup", breakdown_value=kind, denominator=None, **whole
        )
        for kind, number in (("Homicide", count), ("Robbery", 40))
    ]
    # Theft weighs nothing, and is as many as it takes: the total is the same whatever the number.
    total = figure("crime_cost", 100, denominator=None, **whole)
    frame = pd.DataFrame([*years, *others, *months, *ages, *kinds, total])
    return frame.astype({"numerator": "float64", "denominator": "float64", "unknown": "float64"})


@cache
def publish(policy: str, count: int) -> dict[str, str]:
    """Each table, as text, of the area with this number; under a policy that hides it, or under none."""
    figures, policies = warehouse(count), POLICIES[policy]
    values, rounding, _ = publish_figures(figures, INDICATORS, policies, NO_TIES, WEIGHTS)
    sets = find_sets(values, INDICATORS, rounding, 0.8)
    places = Neighbourhoods([], [], {})
    signals = find_signals(values, BREAKS, INDICATORS)
    rankings = rank_indicators(sets, INDICATORS, "X1")
    standardised = standardise_rates(values, INDICATORS, rounding, STANDARD, NO_REPEATS)
    kinds = dict(zip(INDICATORS["indicator_id"], INDICATORS["kind"], strict=True))
    tables = {
        **{kind: values[values["indicator_id"].map(kinds) == kind] for kind in kinds.values()},
        "percentage": values.loc[values["indicator_id"] == "robbery_share", ["value", "denominator"]],
        "rate_and_population": values.loc[values["indicator_id"] == "robbery_rate", ["value", "denominator"]],
        "intervals": values[["lower95", "upper95"]],
        "comparisons": compare(
            values, INDICATORS, BREAKS, BENCHMARKS, AREAS, pd.Series(dtype="str"), rounding
        ),
        "trends": find_trends(values, INDICATORS, BREAKS, rounding),
        "signals": signals,
        "control_limits": signals[["centre", "lower_limit", "upper_limit"]],
        "distributions": describe_distributions(sets, places),
        "positions": find_positions(sets, places),
        "rankings": rankings,
        "scores": rankings[["score"]],
        "standardised_rates": standardised,
        "standardised_limits": standardised[["lower95", "upper95"]],
    }
    return {name: table.to_csv(index=False) for name, table in tables.items()}


@pytest.mark.parametrize("count", POSSIBLE)
@pytest.mark.parametrize("kind", sorted(publish("hidden", 1)))
def test_a_kind_of_figure_would_give_a_count_away_and_once_it_is_hidden_gives_nothing(
    kind: str, count: int
) -> None:
    def attack(policy: str) -> list[int]:
        """The counts that would give what the reader of this kind of figure reads."""
        read = publish(policy, count)[kind]
        return [other for other in POSSIBLE if publish(policy, other)[kind] == read]

    assert attack("open") == [count]
    assert attack("hidden") == list(POSSIBLE)
