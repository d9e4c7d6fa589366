"""A rate by age bands, weighted as the standard population is, by hand."""

from __future__ import annotations

import csv

import pandas as pd
import pytest

from pipeline.publish.keys import CELL
from pipeline.publish.protect import SUPPRESSED
from pipeline.publish.standardised_rates import (
    INCOMPLETE,
    INDEPENDENT,
    REPEATS,
    SOME_AGES,
    TOO_FEW,
    UNTOLD_AGES,
    standardise_rates,
)
from pipeline.settings import PROJECT, Settings
from tests.conftest import read_values
from tests.publish.area_figures import figures

STANDARD = pd.DataFrame({"age_band": ["young", "old"], "weight": [60.0, 40.0]})
INDICATORS = pd.DataFrame(
    {
        "indicator_id": ["crimes"],
        "kind": ["rate"],
        "denominator_kind": ["population"],
        "multiplier": [1000.0],
        "decimals": [1],
        "numerator_measure_id": ["crime"],
    }
)
NUMBERS = ["event_count", "value", "lower95", "upper95"]


def told(
    counts: list[float | None],
    people: list[float] | float = 1000.0,
    *,
    error: float = 0.0,
    repeats: tuple[int, int] | None = None,
    split: str = "all",
    untold: str = "suppressed",
) -> pd.Series:
    """The standardised rate of one place with these counts by age, young then old; None is `untold`.

    `repeats` are the events of people who are told apart, and the squares of each one's.
    """
    banded = figures(counts, people, error=error).assign(
        area_code="M00", breakdown="age_band", breakdown_value=["young", "old"][: len(counts)], split=split
    )
    banded["value_status"] = banded["value_status"].replace("suppressed", untold)
    rounding = banded[CELL].assign(numerator_error=error, denominator_error=0.0)
    cell = ["area_code", "period_type", "period_start", "split"]
    told_apart = banded[cell].head(0 if repeats is None else 1).assign(measure_id="crime")
    told_apart[["event_count", "sum_of_squares"]] = repeats or (0, 0)
    values = banded.drop(columns=["kind", "error"])
    (row,) = (standardise_rates(values, INDICATORS, rounding, STANDARD, told_apart)).iloc
    return row


def test_where_the_same_people_have_several_events_the_limits_are_wider_and_say_so() -> None:
    alone, repeated = told([600, 400], 10_000.0), told([600, 400], 10_000.0, repeats=(900, 2_900))
    # 2,000 more squares than events, on 1,000 events: three times the variance.
    assert repeated["status_reason"] == REPEATS.format("3.0")
    assert repeated["value"] == alone["value"]
    wider = (repeated["upper95"] - repeated["value"]) / (alone["upper95"] - alone["value"])
    assert wider == pytest.approx(3**0.5, abs=0.05)


@pytest.mark.parametrize(
    ("squares", "factor"), [(1_000, "1.0"), (1_001, "1.1"), (1_100, "1.1"), (1_101, "1.2")]
)
def test_the_factor_is_rounded_up_to_a_decimal(squares: int, factor: str) -> None:
    assert told([600, 400], 10_000.0, repeats=(1_000, squares))["status_reason"] == REPEATS.format(factor)


def test_of_few_events_how_often_the_same_people_had_several_is_not_told() -> None:
    few, alone = told([600, 399], 10_000.0, repeats=(999, 2_999)), told([600, 399], 10_000.0)
    assert (few["status_reason"], alone["status_reason"]) == (INDEPENDENT, "")
    assert few[NUMBERS].tolist() == alone[NUMBERS].tolist()


def test_each_age_counts_as_the_standard_has_it() -> None:
    # 20 of 1,000 young at 60, and 10 of 500 old at 40 of 100: 0.6 × 20 + 0.4 × 20.
    assert told([20, 10], [1000.0, 500.0])["value"] == 20.0
    # 10 per 1,000 of the young, 40 of the old: 0.6 × 10 + 0.4 × 40.
    row = told([10, 40])
    assert row["value"] == 22.0
    assert row["event_count"] == 50
    assert row["lower95"] < 22 < row["upper95"]


def test_a_hidden_band_hides_the_rate() -> None:
    row = told([20, None])
    assert tuple(row[["value_status", "status_reason"]]) == ("suppressed", SUPPRESSED)
    assert row[NUMBERS].isna().all()


def test_a_missing_band_is_no_band_of_none() -> None:
    row = told([20])
    assert tuple(row[["value_status", "status_reason"]]) == ("not_available", INCOMPLETE)
    assert row[NUMBERS].isna().all()


@pytest.mark.parametrize(("split", "status"), [("domestic", "reported"), ("non_domestic", "not_available")])
def test_what_is_flagged_is_standardised_over_the_ages_that_the_flag_is_told_of(
    split: str, status: str
) -> None:
    row = told([None, 40], split=split, untold="not_applicable")
    assert row["value_status"] == status
    if status == "reported":
        # Of the old alone: 40 in 1,000.
        assert (row["value"], row["event_count"]) == (40.0, 40.0)
        assert row["status_reason"] == SOME_AGES.format("old")
    else:
        assert row["status_reason"] == UNTOLD_AGES


def test_ten_events_are_enough_and_nine_are_not() -> None:
    assert told([5, 5])["value_status"] == "reported"
    assert tuple(told([5, 4])[["value_status", "status_reason"]]) == ("not_available", TOO_FEW)


def test_limits_cover_the_rounding_of_each_band() -> None:
    exact, rounded = told([100, 200]), told([100, 200], error=2.5)
    assert rounded["value"] == exact["value"]
    assert rounded["is_from_rounded"]
    # Two and a half events more in a thousand of each age are 2.5 per 1,000, and a little more chance.
    assert rounded["upper95"] - exact["upper95"] == pytest.approx(2.5, abs=0.3)
    assert exact["lower95"] - rounded["lower95"] == pytest.approx(2.5, abs=0.3)


def test_the_standard_has_a_weight_for_every_age_band() -> None:
    def read(seed: str) -> list[dict[str, str]]:
        with (PROJECT / "dbt_project" / "seeds" / f"{seed}.csv").open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    weights = {row["age_band"]: float(row["weight"]) for row in read("standard_population")}
    bands = [row["breakdown_value"] for row in read("breakdown_values") if row["breakdown"] == "age_band"]
    assert sorted(weights) == sorted(bands)
    assert sum(weights.values()) == 100_000
    # Eurostat's five-year bands: 15 to 19 are 5,500, divided at 16 and 18.
    assert weights["10-15"] + weights["16-17"] + weights["18-24"] == 5_500 + 5_500 + 6_000


def test_the_demonstration_standardises_where_every_band_is_shown(demonstration: Settings) -> None:
    found = pd.read_parquet(demonstration.published / "standardised_rates.parquet")
    values = read_values(demonstration)
    hidden = values[(values["breakdown"] == "age_band") & (values["value_status"] == "suppressed")]
    keys = ["indicator_id", "area_code", "period_type", "period_start", "split"]
    is_hidden = found.merge(hidden[keys].drop_duplicates(), on=keys, how="left", indicator=True)["_merge"]
    assert (is_hidden == "both").any()
    assert ((found["value_status"] == "suppressed") == (is_hidden == "both").to_numpy()).all()
    admissions = found[found["indicator_id"] == "assault_admission_rate"].set_index("period_type")
    pooled = admissions.loc["pooled_years"]
    assert pooled["value_status"] == "reported"
    assert pooled["lower95"] < pooled["value"] < pooled["upper95"]
