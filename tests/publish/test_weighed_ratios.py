"""A ratio of harm is never far from that of all offences, and rests on what anybody can read."""

from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd
import pytest

from pipeline.publish.weighed_ratios import MOST_LEFT_OUT, count_kinds, weigh_pair
from pipeline.settings import Settings
from tests.conftest import read_values
from tests.counts.reference import read_seed

KINDS = ["Assault", "Homicide", "Robbery", "Theft"]
WEIGHTS = pd.DataFrame(
    [("harm", "Homicide", 5475.0), ("harm", "Robbery", 365.0), ("harm", "Assault", 20.0)],
    columns=["weighting", "offence_subgroup", "weight"],
)
YEARS = [2021, 2022, 2023]
POOL = ("pooled_years", pd.Timestamp(2021, 4, 1), pd.Timestamp(2024, 3, 31))


def year(first: int) -> tuple[str, pd.Timestamp, pd.Timestamp]:
    return "financial_year", pd.Timestamp(first, 4, 1), pd.Timestamp(first + 1, 3, 31)


def figure(
    lens: str, period: tuple, kind: str, count: float, *, is_hidden: bool = False
) -> dict[str, object]:
    """One figure; a hidden one still bears its count, which nothing may use."""
    return {
        "indicator_id": "lens_offences", "lens_id": lens, "area_type": "vru", "area_code": "V", "split": "all",
        **dict(zip(("period_type", "period_start", "period_end"), period, strict=True)),
        "breakdown": "offence_subgroup" if kind else "none", "breakdown_value": kind, "numerator": count,
        "value_status": "suppressed" if is_hidden else "reported",
    }  # fmt: skip


def draw(random: np.random.Generator) -> tuple[pd.DataFrame, dict[tuple[str, int], dict[str, int]]]:
    """Three years and their pool of a narrow and a wide definition, some counts hidden, and all counts behind them."""
    counts = {}
    for first in YEARS:
        wide = dict(zip(KINDS, random.poisson([3_000, 4, 400, 900]), strict=True))
        counts["wide", first] = wide
        counts["narrow", first] = {
            kind: int(random.binomial(count, random.uniform(0.1, 1))) for kind, count in wide.items()
        }
    rows = []
    for lens in ("narrow", "wide"):
        of_years = [counts[lens, first] for first in YEARS]
        pooled = {kind: sum(of_year[kind] for of_year in of_years) for kind in KINDS}
        for period, told in zip([*map(year, YEARS), POOL], [*of_years, pooled], strict=True):
            rows += [
                figure(lens, period, kind, count, is_hidden=random.random() < 0.3)
                for kind, count in told.items()
            ]
            rows.append(figure(lens, period, "", sum(told.values()), is_hidden=random.random() < 0.1))
    return pd.DataFrame(rows), counts


def ratio_of(values: pd.DataFrame, first: int) -> tuple[float, str, str]:
    found = count_kinds(values)
    [(_, ratio)] = weigh_pair(found[year(first), "narrow"], found[year(first), "wide"], WEIGHTS)
    return ratio


def test_a_told_ratio_is_within_a_tenth_of_that_of_all_offences_and_none_uses_what_is_hidden() -> None:
    weight, random, told = (
        WEIGHTS.set_index("offence_subgroup")["weight"].to_dict(),
        np.random.default_rng(2),
        [],
    )
    for _, first in product(range(150), YEARS[:1]):
        values, counts = draw(random)
        value, status, reason = ratio_of(values, first)
        is_hidden = values["value_status"] == "suppressed"
        for other in (np.nan, 0.0, 1e6):
            without = values.assign(numerator=values["numerator"].mask(is_hidden, other))
            assert ratio_of(without, first)[1:] == (status, reason)
            assert ratio_of(without, first)[0] == pytest.approx(value, nan_ok=True)
        told.append((status, bool(reason)))
        if status == "reported":
            whole = [
                sum(count * weight.get(kind, 0.0) for kind, count in counts[lens, first].items())
                for lens in ("narrow", "wide")
            ]
            apart = value / (whole[0] / whole[1])
            assert 1 - MOST_LEFT_OUT <= round(apart, 2) <= round(1 / (1 - MOST_LEFT_OUT), 2)
    # All that can happen did: kinds left out of a ratio that is told, and too many for one.
    assert set(told) == {("reported", False), ("reported", True), ("suppressed", True)}


def hidden_homicides(*, pool: float | None, violence: float | None) -> float:
    """The most homicides of 2022 in a definition of which they are hidden, by a pool and by all violence."""
    rows = [
        figure("narrow", year(first), "Homicide", 6 if first == 2021 else 0, is_hidden=first > 2021)
        for first in YEARS
    ]
    if pool is not None:
        rows.append(figure("narrow", POOL, "Homicide", pool))
    rows.append(figure("vap_all", year(2021), "Homicide", 9))
    if violence is not None:
        rows.append(figure("vap_all", year(2022), "Homicide", violence))
    return float(count_kinds(pd.DataFrame(rows))[year(2022), "narrow"].most["Homicide"])


@pytest.mark.parametrize(
    ("pool", "violence", "most"), [(None, None, np.inf), (14, None, 8), (None, 5, 5), (14, 5, 5), (10, 5, 4)]
)
def test_a_hidden_kind_has_no_more_than_a_pool_or_all_violence_leaves_it(
    pool: float | None, violence: float | None, most: float
) -> None:
    assert hidden_homicides(pool=pool, violence=violence) == most


def test_a_kind_that_is_no_violence_is_not_held_to_it() -> None:
    rows = [
        figure("narrow", year(2022), "Arson", 0, is_hidden=True),
        figure("vap_all", year(2022), "Arson", 0),
        figure("vap_all", year(2022), "Homicide", 9),
    ]
    assert count_kinds(pd.DataFrame(rows))[year(2022), "narrow"].most["Arson"] == np.inf


def test_the_definition_of_all_violence_counts_every_such_offence_whatever_its_flags() -> None:
    codes = {
        row["offence_code"]
        for row in read_seed("offence_codes")
        if row["offence_group"] == "Violence against the person"
    }
    rules = [row for row in read_seed("lens_rules") if row["lens_id"] == "vap_all"]
    assert {row["offence_code"] for row in rules if row["condition"] == "all"} == codes


def test_no_ratio_of_the_demonstration_jumps(demonstration: Settings) -> None:
    """From year to year none changes by as much as one that lost a large kind did (0.9 to 13)."""
    rows = pd.read_parquet(demonstration.published / "lens_comparisons.parquet")
    weighed = rows[
        rows["statistic"].isin(["harm_ratio", "cost_ratio"]) & (rows["value_status"] == "reported")
    ]
    years = weighed[weighed["period_type"] == "financial_year"]
    ratios = years.groupby(["statistic", "lens_id", "other_lens_id"])["value"]
    assert len(years) > 100
    assert (ratios.max() / ratios.min()).max() < 1.7
    assert read_values(demonstration)["indicator_id"].eq("lens_harm").any()
