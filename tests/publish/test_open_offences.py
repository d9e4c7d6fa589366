"""The bounds of a definition's domestic share hold however its unknown flags are told, and are reached."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from functools import cache
from itertools import product

import numpy as np
import pandas as pd
import pytest
from no_ties import NO_TIES

from pipeline.publish.figures import publish_figures
from tests.counts.reference import EVER, facets_of, flag, judge, open_facets

LENS, DAY = "drawn", date(2023, 5, 1)
WORDS = ["if_domestic", "if_non_domestic", "if_knife"]
SAID = {"Y": True, "N": False}
PLACE = {
    "lens_id": LENS, "area_type": "vru", "area_code": "X1", "period_type": "financial_year",
    "period_start": pd.Timestamp(2023, 4, 1), "period_end": pd.Timestamp(2024, 3, 31), "breakdown": "none",
    "breakdown_value": "", "split": "all", "value_status": "reported", "status_reason": "",
    "is_population_estimated": False, "source_id": "police_crimes", "policy_id": "open",
    "denominator_policy_id": "open", "denominator_breakdown": "none", "denominator_breakdown_value": "",
}  # fmt: skip
INDICATORS = pd.DataFrame(
    [
        ("lens_domestic_share", "share", "flag_known", None, 100.0, 1),
        ("lens_open_domestic", "count", "none", None, 1.0, 0),
        ("lens_open_other", "count", "none", None, 1.0, 0),
    ],
    columns=["indicator_id", "kind", "denominator_kind", "denominator_id", "multiplier", "decimals"],
)
EVERYTHING = pd.DataFrame(
    [("open", np.nan, np.nan, "hide", None)],
    columns=["policy_id", "threshold", "rounding_base", "method", "valid_from"],
)

Record = tuple[str, str]


def row_of(record: Record) -> dict[str, str]:
    """A record with its flags of domestic abuse and of a knife: Y, N, or '' where it is not known."""
    names = ("victim_sex", "victim_age_band", "location_type", "vo_relationship", "committed_from")
    return {**dict.fromkeys(names, ""), "da_flag": record[0], "knife_flag": record[1]}


def judge_lens(row: dict[str, str], words: tuple[str, ...]) -> list[bool]:
    """Whether the record is certainly in the lens; empty where it is certainly not."""
    return [is_in for *_, is_in in judge(row, DAY, [("lens_offences", LENS, word, *EVER) for word in words])]


def count(records: list[Record], words: tuple[str, ...]) -> Counter[str]:
    """The counts of a definition with these rules, as the slow twin of the warehouse counts them."""
    found: Counter[str] = Counter()
    for record in records:
        found.update(facets(record, words))
    return found


@cache
def facets(record: Record, words: tuple[str, ...]) -> tuple[str, ...]:
    """What one record counts in, with its split where that matters."""
    row = row_of(record)
    split = {True: "domestic", False: "non_domestic", None: "not_known"}[flag(row, "da_flag")]
    by_flag = {
        answer: {LENS} if judge_lens({**row, "da_flag": word}, words) else set()
        for word, answer in SAID.items()
        if record[0] in (word, "")
    }
    return tuple(
        facet
        for is_in in judge_lens(row, words)
        for facet in (
            *open_facets(row, LENS, is_in, by_flag),
            *(f"{facet} {split}" for facet in facets_of(row, is_in, may_be_own=True)),
        )
    )


def told(records: list[Record]) -> Iterator[list[Record]]:
    """Every way in which the flags that are not known can be told."""
    yield from (
        list(zip(every[::2], every[1::2], strict=True))
        for every in product(*(word or "YN" for record in records for word in record))
    )


def publish(counts: Counter[str], *, hidden: str = "") -> pd.Series:
    """The published share of the counts."""
    domestic, other = (counts[f"lens_offences {split}"] for split in ("domestic", "non_domestic"))
    share = {
        "indicator_id": "lens_domestic_share", "numerator_measure_id": "lens_offences",
        "numerator_split": "domestic", "numerator": domestic, "denominator_measure_id": "lens_offences",
        "denominator_split": "flag_known", "denominator": domestic + other, "unknown_measure_id": "lens_offences",
        "unknown_split": "not_known", "unknown": counts["lens_offences not_known"],
    }  # fmt: skip
    opened = [
        {
            "indicator_id": name, "numerator_measure_id": name, "numerator_split": "all", "numerator": counts[name],
            "denominator_measure_id": None, "denominator_split": "all", "denominator": None,
            "unknown_measure_id": None, "unknown_split": None, "unknown": None,
        }
        for name in ("lens_open_domestic", "lens_open_other")
        if name != hidden
    ]  # fmt: skip
    figures = pd.DataFrame([{**PLACE, **row} for row in (share, *opened)])
    counted = dict.fromkeys(("numerator", "denominator", "unknown"), "float64")
    values, _, _ = publish_figures(
        figures.astype(counted), INDICATORS, EVERYTHING, NO_TIES,
        pd.DataFrame(columns=["weighting", "offence_subgroup", "weight"]),
    )  # fmt: skip
    return values.set_index("indicator_id").loc["lens_domestic_share"]


def test_every_assignment_of_the_unknown_flags_lies_within_the_bounds_and_two_of_them_reach_these() -> None:
    random, compared, widened = np.random.default_rng(3), 0, 0
    for _ in range(60):
        words = tuple(str(word) for word in random.choice(WORDS, random.integers(1, 3), replace=False))
        records = [(str(random.choice(["Y", "N", ""])), str(random.choice(["Y", "N", ""]))) for _ in range(5)]
        counts = count(records, words)
        if not counts["lens_offences domestic"] + counts["lens_offences non_domestic"]:
            continue
        possible = [
            100 * found["lens_offences domestic"] / found["lens_offences"]
            for every in told(records)
            if (found := whole(count(every, words)))["lens_offences"]
        ]
        share = publish(counts)
        assert (share["lowest"], share["highest"]) == pytest.approx((min(possible), max(possible)), abs=0.051)
        compared += 1
        unflagged = counts["lens_offences not_known"]
        known = counts["lens_offences domestic"] + counts["lens_offences non_domestic"]
        alone = 100 * (counts["lens_offences domestic"] + unflagged) / (known + unflagged)
        widened += share["highest"] > alone + 0.1
    assert compared > 30
    # In many the flags of records that are certainly in it would not have been enough.
    assert widened > 5


def whole(counts: Counter[str]) -> Counter[str]:
    """The counts with that of all splits."""
    splits = ("domestic", "non_domestic", "not_known")
    return counts + Counter({"lens_offences": sum(counts[f"lens_offences {split}"] for split in splits)})


def test_what_counts_only_if_domestic_raises_the_most_and_not_the_least() -> None:
    # Assaults with a knife always count, others only where they are domestic.
    words = ("if_domestic", "if_knife")
    records = [("Y", "N"), ("N", "Y"), ("N", "Y"), ("", "N"), ("", "N")]
    counts = count(records, words)
    assert (counts["lens_offences not_known"], counts["lens_open_domestic"], counts["lens_open_other"]) == (
        0,
        2,
        0,
    )
    share = publish(counts)
    # 1 of 3; with both unflagged ones 3 of 5.
    assert (share["lowest"], share["value"], share["highest"]) == (33.3, 33.3, 60.0)


@pytest.mark.parametrize(
    ("hidden", "bounds"), [("lens_open_domestic", (33.3, np.nan)), ("lens_open_other", (np.nan, 60.0))]
)
def test_a_hidden_count_leaves_its_bound_untold(hidden: str, bounds: tuple[float, float]) -> None:
    counts = count([("Y", "N"), ("N", "Y"), ("N", "Y"), ("", "N"), ("", "N")], ("if_domestic", "if_knife"))
    share = publish(counts, hidden=hidden)
    assert (share["lowest"], share["highest"]) == pytest.approx(bounds, nan_ok=True)
