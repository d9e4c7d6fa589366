"""Homicides weigh so much that a total of cost or harm would tell their number: none that is published does."""

from __future__ import annotations

import pandas as pd

from pipeline.periods import name_price_year
from pipeline.publish.inputs import read_inputs
from pipeline.publish.relations import SPLITS
from pipeline.publish.weigh import KINDS, price_weights
from pipeline.settings import Settings
from pipeline.warehouse import open_warehouse
from tests.conftest import read_values

HOMICIDE = "Homicide"
PLACE = ["measure_id", "lens_id", "area_code", "period_type", "period_start", "split"]


def test_hidden_homicides_cannot_be_worked_out_of_a_total_of_cost_or_harm(demonstration: Settings) -> None:
    with open_warehouse(demonstration) as warehouse:
        inputs = read_inputs(warehouse, demonstration.assessment)
    facts = inputs.indicators[["indicator_id", "kind", "denominator_id", "decimals"]]
    measures = inputs.indicators[["indicator_id", "numerator_measure_id"]].rename(
        columns={"numerator_measure_id": "measure_id"}
    )
    year = name_price_year(demonstration.assessment.cut_off)
    priced = price_weights(inputs.weights, inputs.deflator, year)
    weights = priced.set_index(["weighting", KINDS])["weight"]

    def counts_by_kind(figures: pd.DataFrame) -> pd.DataFrame:
        rows = figures.merge(facts, on="indicator_id").merge(measures, on="indicator_id")
        rows = rows[(rows["kind"] == "count") & (rows["breakdown"] == KINDS)]
        return rows.set_index([*PLACE, "breakdown_value"])["numerator"].unstack()

    values = read_values(demonstration)
    told = counts_by_kind(values)
    by_flag = told[told.index.get_level_values("split").isin(SPLITS)].groupby(level=PLACE[:-1]).sum()
    shown, true = told, counts_by_kind(inputs.figures)[HOMICIDE]
    totals = values.merge(facts, on="indicator_id").merge(measures, on="indicator_id")
    totals = totals[(totals["kind"] == "weighted") & totals["left_out"].str.contains(HOMICIDE, regex=False)]
    recovered = 0
    for total in totals.itertuples():
        place = tuple(getattr(total, name) for name in PLACE)
        weight = weights[total.denominator_id]
        # What the parts by the flag tell of a hidden whole is published, and in the total.
        has_parts = total.split == "all" and place[:-1] in by_flag.index
        parts = by_flag.loc[place[:-1]] if has_parts else pd.Series(0.0, index=shown.columns)
        others = (shown.loc[place].fillna(parts).fillna(0) * weight.reindex(shown.columns).fillna(0)).sum()

        def attack(told: float, others: float = others, weight: float = weight[HOMICIDE]) -> int:
            return round((told - others) / weight)

        known = parts[HOMICIDE]
        assert attack(total.value) == 0 < true.loc[place] - known
        whole = round(others + (true.loc[place] - known) * weight[HOMICIDE], total.decimals)
        recovered += attack(whole) == true.loc[place] - known
    # A total with them would tell them, nearly every time.
    assert recovered > 0.9 * len(totals) > 20
