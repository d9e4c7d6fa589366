"""Whoever knows which kinds of record each published count holds works out no small one."""

from __future__ import annotations

import duckdb
import numpy as np
import pandas as pd
import pytest
from no_ties import NO_TIES
from scipy.optimize import linprog

from pipeline.publish.proof import NotProtected, prove
from pipeline.publish.record_kinds import RecordKinds
from pipeline.publish.relations import NO_SHARES
from pipeline.settings import Settings

YEAR = pd.Timestamp("2023-04-01")
PLACE = {"area_type": "lad", "area_code": "X1", "period_type": "financial_year", "period_start": YEAR}
# Robbery is domestic violence's smallest part: one definition counts it, another leaves it out.
HOLDS = {
    "robbery": ["robbery", "narrow", "wide"],
    "injury": ["violence", "narrow", "wide"],
    "stalking": ["violence", "wide", "left_out"],
}
NUMBERS = {"robbery": 3, "injury": 40, "stalking": 70}


def kinds_of(numbers: dict[str, int]) -> RecordKinds:
    rows = [
        {**PLACE, "breakdown": "none", "breakdown_value": "", "split": "domestic",
         "kind_key": kind, "record_count": number}
        for kind, number in numbers.items()
    ]  # fmt: skip
    members = [
        {"kind_key": kind, "measure_id": measure, "lens_id": ""}
        for kind, measures in HOLDS.items()
        for measure in measures
    ]
    return RecordKinds(pd.DataFrame(rows), pd.DataFrame(members))


def cells_of(numbers: dict[str, int]) -> pd.DataFrame:
    counts: dict[str, int] = {}
    for kind, measures in HOLDS.items():
        for measure in measures:
            counts[measure] = counts.get(measure, 0) + numbers[kind]
    rows = [
        {**PLACE, "measure_id": measure, "lens_id": "", "breakdown": "none", "breakdown_value": "",
         "split": "domestic", "count": float(count), "threshold": 5.0, "cost": np.log1p(count) + 1}
        for measure, count in counts.items()
    ]  # fmt: skip
    return pd.DataFrame(rows).assign(
        cell_id=range(len(rows)), base_together=np.nan, period_end=pd.Timestamp("2024-03-31")
    )


def test_what_two_definitions_share_is_hidden_with_what_would_tell_it() -> None:
    cells = cells_of(NUMBERS)
    names = cells["measure_id"]
    alone = prove(cells, NO_SHARES, NO_TIES).told.cells["is_hidden"]
    assert set(names[alone]) == {"robbery"}
    # wide less left_out less what violence leaves of it: 113 - 110.
    thought_through = prove(cells, NO_SHARES, NO_TIES, (), kinds_of(NUMBERS)).told.cells["is_hidden"]
    assert len(set(names[thought_through])) == 2


def test_records_that_tell_nothing_hide_nothing() -> None:
    numbers = {**NUMBERS, "robbery": 30}
    cells = cells_of(numbers)
    told = prove(cells, NO_SHARES, NO_TIES, (), kinds_of(numbers)).told.cells
    assert not told["is_hidden"].any()


def test_a_count_that_was_nothing_before_late_records_came_is_one_of_other_records() -> None:
    none = {**NUMBERS, "robbery": 0}
    before = cells_of(none)
    first = prove(before, NO_SHARES, NO_TIES, (), kinds_of(none))
    assert not first.told.cells["is_hidden"].any()
    second = prove(cells_of(NUMBERS), NO_SHARES, NO_TIES, (first.told,), kinds_of(NUMBERS))
    # All of violence less what is left out of it was told: injuries are 40, and either definition would tell the rest.
    assert set(before["measure_id"][second.told.cells["is_hidden"]]) == {"robbery", "narrow", "wide"}


def test_a_count_that_open_figures_give_away_is_not_published() -> None:
    # All but robbery is published by others: what the definitions share is known to all.
    cells = cells_of(NUMBERS)
    opened = cells.assign(threshold=cells["threshold"].where(cells["measure_id"] == "robbery"))
    assert not prove(opened, NO_SHARES, NO_TIES).given_away
    with pytest.raises(NotProtected, match="1 small count could be worked out"):
        prove(opened, NO_SHARES, NO_TIES, (), kinds_of(NUMBERS))


def test_every_police_count_is_the_sum_of_its_kinds_of_record(demonstration: Settings) -> None:
    """Of each place and period that is read so, without a breakdown and with each."""
    with duckdb.connect(str(demonstration.warehouse), read_only=True) as warehouse:
        sums = warehouse.execute(
            """
            select area_type, area_code, period_type, period_start, breakdown, breakdown_value, split, measure_id,
                lens_id, sum(record_count) as total
            from fct_record_kinds inner join dim_record_kinds using (kind_key)
            where breakdown = 'none' or breakdown_value != ''
            group by all
            """
        ).df()
    told = pd.read_parquet(demonstration.proof / "told_cells.parquet")
    told = told[told["split"].isin(["domestic", "non_domestic", "not_known"]) & (told["count"] > 0)]
    on = [name for name in sums.columns if name != "total"]
    for frame in (sums, told):
        frame["lens_id"] = frame["lens_id"].astype("str")
    both = told.merge(sums, on=on, how="inner")
    assert (both["count"] == both["total"]).all()
    assert len(both) > 5000


def test_no_small_count_of_a_district_can_be_worked_out_from_its_kinds_of_record(
    demonstration: Settings,
) -> None:
    """Each hidden small count of a district's year by two linear programs of another interface than the product's."""
    with duckdb.connect(str(demonstration.warehouse), read_only=True) as warehouse:
        numbers = warehouse.execute(
            "from fct_record_kinds where area_type = 'lad' and breakdown = 'none'"
        ).df()
        members = warehouse.execute("from dim_record_kinds").df()
    cells = pd.read_parquet(demonstration.proof / "told_cells.parquet")
    cells = cells[(cells["area_type"] == "lad") & (cells["period_type"] == "financial_year")]
    holds = pd.crosstab(members["kind_key"], [members["measure_id"], members["lens_id"]])
    read = 0
    for (area, start), rows in cells.groupby(["area_code", "period_start"]):
        here = numbers[(numbers["area_code"] == area) & (numbers["period_start"] == start)]
        if here.empty:
            continue
        kinds = numbers[numbers["period_start"] == start][["kind_key", "split"]].drop_duplicates()
        told = rows[[(row.measure_id, row.lens_id) in holds.columns for row in rows.itertuples()]]
        table = np.array(
            [
                holds[(row.measure_id, row.lens_id)].reindex(kinds["kind_key"]).to_numpy(float)
                * is_in(row.split, kinds["split"])
                for row in told.itertuples()
            ]
        )
        is_hidden = told["is_hidden"].to_numpy(bool)
        count, threshold = told["count"].to_numpy(), told["threshold"].to_numpy()
        for at in np.flatnonzero(is_hidden & (count < threshold)):
            ends = []
            for sign in (1, -1):
                answer = linprog(
                    sign * table[at],
                    A_eq=table[~is_hidden],
                    b_eq=count[~is_hidden],
                    A_ub=np.concatenate([-table[is_hidden], table[[at]]]),
                    b_ub=np.append(-np.ones(is_hidden.sum()), 100.0),
                )
                assert answer.status == 0
                ends.append(sign * answer.fun)
            low, high = np.ceil(ends[0] - 1e-6), np.floor(ends[1] + 1e-6)
            assert high - low >= threshold[at] - 1 and high >= threshold[at], told["measure_id"].iloc[at]
            read += 1
    assert read > 100


def is_in(split: str, splits: pd.Series) -> np.ndarray:
    if split == "all":
        return np.ones(len(splits))
    return splits.isin(["domestic", "non_domestic"] if split == "flag_known" else [split]).to_numpy(float)
