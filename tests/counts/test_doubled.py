"""Every record twice under other names: counts double, rates with them, shares and ratios stay, intervals narrow."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from pipeline.publish.figures import publish_figures
from pipeline.publish.inputs import read_inputs
from pipeline.settings import Settings
from pipeline.warehouse import open_warehouse
from tests.conftest import query
from tests.counts.test_published import KEY
from tests.publish.no_ties import NO_TIES

RECORDS = {"police_crimes", "suspects", "da_incidents", "ed_assaults", "ambulance_callouts", "hospital_admissions",
           "street_crimes", "suspensions", "assessment_factors", "operation_encompass"}  # fmt: skip
COUNTS = ("numerator", "denominator", "unknown")


@pytest.fixture(scope="module")
def both(drawn: Settings, drawn_doubled: Settings) -> pd.DataFrame:
    """Every figure as it is worked out where nothing is hidden, with that of twice the records beside it (…_doubled).

    `is_doubled` and `is_base_doubled` say whether what is counted, and what it is divided by, are records.
    """
    answers = query(
        drawn, "select distinct measure_id, source_id from int_measure_sources where not is_wider"
    )
    sources = dict(answers)
    assert len(sources) == len(answers), "a measure has two sources"
    once, twice = (figures_of(settings) for settings in (drawn, drawn_doubled))
    joined = once.merge(twice, on=KEY, suffixes=("", "_doubled"), validate="one_to_one")
    assert len(once) == len(twice) == len(joined)
    return joined.assign(
        is_doubled=joined["source_id"].isin(RECORDS),
        is_base_doubled=joined["denominator_measure_id"].map(sources).isin(RECORDS),
    )


def figures_of(settings: Settings) -> pd.DataFrame:
    """Every figure with its limits, unrounded counts and all, as publication has them where no count is small."""
    with open_warehouse(settings) as warehouse:
        inputs = read_inputs(warehouse, settings.assessment)
    everything = inputs.policies.assign(threshold=np.nan, rounding_base=np.nan)
    exact = inputs.indicators.assign(decimals=9)
    values, *_ = publish_figures(inputs.figures, exact, everything, NO_TIES, inputs.weights)
    behind = inputs.figures[[*KEY, "denominator_measure_id", "unknown"]]
    kinds = inputs.indicators[["indicator_id", "kind"]]
    return values.merge(behind, on=KEY, validate="one_to_one").merge(kinds, on="indicator_id")


def test_counts_of_records_double_and_nothing_else_does(both: pd.DataFrame) -> None:
    assert both["value_status"].equals(both["value_status_doubled"])
    for name, is_doubled in zip(COUNTS, ("is_doubled", "is_base_doubled", "is_doubled"), strict=True):
        factor = np.where(both[is_doubled], 2.0, 1.0)
        pd.testing.assert_series_equal(both[f"{name}_doubled"], both[name] * factor, check_names=False)
    counted = both[both["numerator"] > 0]
    assert set(counted.loc[counted["is_doubled"], "source_id"]) == RECORDS
    assert not counted.loc[~counted["is_doubled"]].empty


def test_shares_and_ratios_of_records_stay_and_rates_of_people_double(both: pd.DataFrame) -> None:
    told = both[both["value"].notna()]
    factor = np.where(told["is_doubled"], 2.0, 1.0) / np.where(told["is_base_doubled"], 2.0, 1.0)
    assert told["value_doubled"].to_numpy() == pytest.approx(told["value"] * factor, rel=1e-6, abs=1e-8)
    stays = told["is_doubled"] & told["is_base_doubled"]
    assert set(told.loc[stays & (told["value"] > 0), "kind"]) == {"share", "ratio"}
    assert (told.loc[told["is_doubled"] & (told["kind"] == "rate"), "value"] > 0).sum() > 500


def test_intervals_narrow_as_the_root_of_the_records(both: pd.DataFrame) -> None:
    once, twice = (
        (both[f"upper95{which}"] - both[f"lower95{which}"]) / both[f"value{which}"]
        for which in ("", "_doubled")
    )
    told = both["is_doubled"] & once.notna() & (both["value"] > 0)
    narrowed = (twice / once)[told]
    assert (narrowed < 1).all()
    # Of many events the width of an interval, beside its value, is as one over the root of them.
    many = told & (both["numerator"] >= 20) & both["kind"].isin(["count", "rate", "ratio"])
    assert narrowed[many[told]].to_numpy() == pytest.approx(1 / np.sqrt(2), rel=0.025)
    assert many.sum() > 100
    untouched = ~both["is_doubled"] & once.notna()
    assert twice[untouched].to_numpy() == pytest.approx(once[untouched])
