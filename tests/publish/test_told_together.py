"""Every sum that holds between told counts is known to the proof, whichever release told them."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pandas as pd
import pytest
from no_ties import NO_TIES
from released_cells import cells_of
from union_audit import audit_union

from pipeline.disclosure.equations import read_equations
from pipeline.publish.earlier import Released, join_earlier
from pipeline.publish.missing_totals import add_missing_totals
from pipeline.publish.proof import prove
from pipeline.publish.relations import NO_SHARES, add_remainders

HOURS = ["Mon 06", "Mon 07"]
TIES = replace(
    NO_TIES,
    districts=pd.Series({"M0": "D0"}),
    breakdown_parts=pd.DataFrame(
        {"breakdown": "day_and_hour", "breakdown_value": HOURS, "wider_breakdown": "part_of_week",
         "wider_value": "early"}
    ),
)  # fmt: skip
# Where, when, how and at what hour a record lies: some in no neighbourhood, in no district, at no known hour.
PLACES = [("X1", "D0", "M0"), ("X1", "D0", ""), ("X1", "", "")]
QUARTERS = pd.date_range("2021-04-01", periods=12, freq="3MS")
RECORDS = list(product(PLACES, QUARTERS, ("domestic", "non_domestic", "not_known"), [*HOURS, ""]))
AREAS = {"vru": ["X1"], "lad": ["D0"], "msoa": ["M0"]}
MONTHS_OF = {"quarter": 3, "financial_year": 12, "calendar_year": 12, "rolling_year": 12, "pooled_years": 36}
VALUES = {"none": [""], "day_and_hour": HOURS, "part_of_week": ["early"]}
SPLITS = {"all": ["all"], "every": ["all", "domestic", "non_domestic", "not_known"], "flag": ["domestic"]}


def starts_of(period_type: str) -> list[pd.Timestamp]:
    months = MONTHS_OF[period_type]
    last = QUARTERS[-1] + pd.DateOffset(months=3)
    fits = [start for start in QUARTERS if start + pd.DateOffset(months=months) <= last]
    first_month = {"financial_year": 4, "calendar_year": 1}.get(period_type)
    return [start for start in fits if first_month in (None, start.month)]


def holds(cell: dict, record: tuple) -> bool:
    """Whether a count has a record in it: by what its key says alone."""
    place, quarter, split, hour = record
    until = cell["period_start"] + pd.DateOffset(months=MONTHS_OF[cell["period_type"]])
    return (
        cell["area_code"] in place
        and cell["period_start"] <= quarter < until
        and cell["split"] in ("all", split)
        and {"none": True, "day_and_hour": cell["breakdown_value"] == hour,
             "part_of_week": hour in HOURS}[cell["breakdown"]]
    )  # fmt: skip


def draw_rows(seed: int) -> list[tuple[str, str, str, str]]:
    """What an assessment tells, drawn: some rows of area type, period type, breakdown and splits."""
    random = np.random.default_rng(seed)
    every = list(product(AREAS, MONTHS_OF, VALUES, SPLITS))
    return [every[at] for at in random.choice(len(every), size=5, replace=False)]


def tell(
    rows: list[tuple[str, str, str, str]], random: np.random.Generator
) -> tuple[pd.DataFrame, np.ndarray]:
    """The cells of some rows, and which records each of them holds."""
    keys = {
        (area_type, area, period_type, start, breakdown, value, split)
        for area_type, period_type, breakdown, splits in rows
        for area in AREAS[area_type]
        for start in starts_of(period_type)
        for value in VALUES[breakdown]
        for split in SPLITS[splits]
    }
    names = ["area_type", "area_code", "period_type", "period_start", "breakdown", "breakdown_value", "split"]
    cells = pd.DataFrame(sorted(keys), columns=names)
    members = np.array(
        [[holds(cell, record) for record in RECORDS] for cell in cells.to_dict("records")], dtype=float
    )
    until = [
        start + pd.DateOffset(months=MONTHS_OF[period_type]) - pd.Timedelta(days=1)
        for start, period_type in zip(cells["period_start"], cells["period_type"], strict=True)
    ]
    return cells.assign(
        measure_id="violence", lens_id="", period_end=until, count=members @ random.integers(1, 9, len(RECORDS)),
        threshold=5.0, cell_id=range(len(cells)), cost=np.nan, base_together=np.nan,
    ), members  # fmt: skip


@pytest.mark.parametrize("is_told_at_once", [True, False])
@pytest.mark.parametrize("seed", range(40))
def test_every_identity_between_told_counts_follows_from_the_relations(
    seed: int, is_told_at_once: bool
) -> None:
    random = np.random.default_rng(seed)
    cells, members = tell(draw_rows(seed), random)
    is_earlier = random.random(len(cells)) < (0 if is_told_at_once else 0.5)
    nothing = pd.DataFrame({"relation_id": [], "total_cell": [], "part_cell": []}, dtype="int64")
    earlier = (
        [Released(cells[is_earlier].assign(is_hidden=False, rounded=np.nan), nothing)]
        if is_earlier.any()
        else []
    )
    joined, relations, identity = join_earlier(cells[~is_earlier], nothing, earlier, TIES)
    every, sums = add_remainders(joined, relations)
    by_key = ["area_code", "period_type", "period_start", "breakdown", "breakdown_value", "split"]
    at = cells.merge(joined[[*by_key, "cell_id"]], on=by_key, suffixes=("", "_joined"))["cell_id_joined"]
    known = read_equations(pd.Index(every["cell_id"]), sums).toarray()
    known = known[np.abs(known).sum(axis=1) > 0]
    # All sums of counts, with signs, that are nothing whatever the records: the left null space of what they hold.
    _, values, vectors = np.linalg.svd(members.T)
    identities = vectors[(values > 1e-9).sum() :]
    told = np.zeros((len(identities), len(every)))
    told[:, every.set_index("cell_id").index.get_indexer(at)] = identities
    assert np.linalg.matrix_rank(np.vstack([known, told])) == np.linalg.matrix_rank(known)
    assert identity.size == (~is_earlier).sum()


@pytest.mark.parametrize("seed", range(10))
def test_a_missing_total_stands_at_its_number_under_the_strictest_threshold_of_its_parts(seed: int) -> None:
    random = np.random.default_rng(seed)
    drawn, _ = tell(draw_rows(seed), random)
    thresholds = {"violence": 5.0, "staff_trained": np.nan, "admissions": 8.0}
    every = pd.concat([drawn.assign(measure_id=name, threshold=limit) for name, limit in thresholds.items()])
    mixed = every.sample(frac=1, random_state=seed, ignore_index=True)
    cells, sums = add_missing_totals(mixed.assign(cell_id=range(len(mixed))), TIES.breakdown_parts)
    assert cells["cell_id"].tolist() == list(range(len(cells)))
    limit = cells["threshold"].to_numpy()
    np.testing.assert_array_equal(limit, cells["measure_id"].map(thresholds))
    parts = sums.assign(limit=limit[sums["part_cell"]]).groupby("total_cell")["limit"].max()
    np.testing.assert_array_equal(limit[parts.index], parts)


def test_months_that_one_release_told_and_a_year_that_the_next_tells_are_read_together() -> None:
    months = {("", f"{month:02}"): 10 for month in range(5, 13)} | {("", "04"): 2}
    first = prove(cells_of(months), NO_SHARES, NO_TIES).told
    # The year less its other months would say what April was.
    proof = prove(cells_of({("", "year"): 82}), NO_SHARES, NO_TIES, [first])
    assert proof.told.cells["is_hidden"].tolist() == [True]
    assert prove(cells_of({("", "year"): 92}), NO_SHARES, NO_TIES, [first]).told.cells[
        "is_hidden"
    ].tolist() == [False]


def test_districts_that_one_release_told_and_an_area_that_the_next_tells_are_read_together() -> None:
    first = prove(cells_of({("D0", "year"): 9, ("D1", "year"): 3, ("", "04"): 40}), NO_SHARES, NO_TIES).told
    second = prove(cells_of({("", "year"): 12}), NO_SHARES, NO_TIES, [first]).told
    assert second.cells["is_hidden"].tolist() == [True]
    assert audit_union([first, second]).exact == 0


def test_hours_of_pooled_years_are_tied_to_the_years_that_tell_their_total() -> None:
    """36 offences at one hour and 4 at another, beside years that tell the total: each alone would tell the other."""
    rows = [("vru", "financial_year", "none", "all"), ("vru", "pooled_years", "day_and_hour", "all")]
    cells, _ = tell(rows, np.random.default_rng(0))
    is_hour = cells["breakdown"] == "day_and_hour"
    cells.loc[is_hour, "count"] = [4.0, 36.0]
    cells.loc[~is_hour, "count"] = [10.0, 20.0, 10.0]
    hidden = prove(cells, NO_SHARES, TIES).told.cells["is_hidden"]
    assert hidden[is_hour].all() or hidden[~is_hour].any()
