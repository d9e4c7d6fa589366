"""What a claim is judged by, and how a judgement becomes a row with its sentence."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    import duckdb

REPORTED, SUPPRESSED, NOT_AVAILABLE = "reported", "suppressed", "not_available"
CLAIM_COLUMNS = [
    "claim_id", "part", "area_code", "period_start", "period_end", "statistic", "value", "lower95", "upper95",
    "p_value", "area_count", "verdict", "sentence", "caveat", "numbers",
]  # fmt: skip


@dataclass(frozen=True, eq=False)
class ClaimRules:
    """The seeds `claims` (sentences), `claim_thresholds` (by name) and `claim_measures` (in order)."""

    sentences: pd.DataFrame
    thresholds: dict[str, float]
    measures: pd.DataFrame

    def measures_of(self, claim_id: str, role: str) -> list[Measure]:
        """The measures that have this part in a claim, in order."""
        rows = self.measures[(self.measures["claim_id"] == claim_id) & (self.measures["role"] == role)]
        return [
            Measure(str(indicator_id), str(split), str(breakdown_value), str(label))
            for indicator_id, split, breakdown_value, label in rows[
                ["indicator_id", "split", "breakdown_value", "label"]
            ].to_numpy()
        ]


@dataclass(frozen=True)
class Measure:
    """Figures of one indicator and split; of one offence subgroup, or one lens, where these are named."""

    indicator_id: str
    split: str
    breakdown_value: str
    label: str
    lens_id: str = ""


@dataclass(frozen=True)
class Judgement:
    """One verdict: what was measured, the words for the sentence, and the figures of its financial year that went in.

    `numbers` are further statistics that the sentence or `sna explain` tells.
    """

    part: str
    period_start: pd.Timestamp
    period_end: pd.Timestamp
    verdict: str
    statistic: str
    value: float = np.nan
    lower95: float = np.nan
    upper95: float = np.nan
    p_value: float = np.nan
    area_count: int = 0
    slots: dict[str, str] = field(default_factory=dict)
    numbers: dict[str, float] = field(default_factory=dict)
    measures: tuple[Measure, ...] = ()


def read_claim_rules(warehouse: duckdb.DuckDBPyConnection) -> ClaimRules:
    """The sentences, thresholds and measures of the claims, from their seeds."""
    thresholds = warehouse.execute("select threshold_id, value from claim_thresholds").fetchall()
    measures = warehouse.execute("from claim_measures order by sort_order").df()
    return ClaimRules(
        sentences=warehouse.execute("from claims").df().fillna({"caveat": ""}),
        thresholds={str(name): float(value) for name, value in thresholds},
        measures=measures.fillna({"split": "", "breakdown_value": ""}),
    )


def write_claim(
    claim_id: str, judgement: Judgement, rules: ClaimRules, area_code: str, area_name: str
) -> dict[str, object]:
    """The row of a judgement: numbers rounded to four decimals, sentence and caveat with their slots filled."""
    template = find_template(claim_id, judgement, rules)
    slots = {
        "area": area_name,
        "period": period_words(judgement.period_end),
        "area_count": str(judgement.area_count),
        "fewest_areas": f"{rules.thresholds['fewest_areas']:.0f}",
        "margin": f"{rules.thresholds['margin']:.2f}",
        **judgement.slots,
    }
    return {
        "claim_id": claim_id,
        "part": judgement.part,
        "area_code": area_code,
        "period_start": judgement.period_start,
        "period_end": judgement.period_end,
        "statistic": judgement.statistic,
        **{name: _rounded(getattr(judgement, name)) for name in ("value", "lower95", "upper95", "p_value")},
        "area_count": judgement.area_count,
        "verdict": judgement.verdict,
        "sentence": str(template["sentence"]).format_map(slots),
        "caveat": str(template["caveat"]).format_map(slots),
        "numbers": json.dumps(
            {
                "inputs": [
                    {
                        "indicator_id": measure.indicator_id,
                        "lens_id": measure.lens_id,
                        "period_type": "financial_year",
                        "split": measure.split,
                        "breakdown_value": measure.breakdown_value,
                    }
                    for measure in judgement.measures
                ],
                # JSON knows neither nan nor infinity.
                **{
                    name: _rounded(number)
                    for name, number in judgement.numbers.items()
                    if np.isfinite(number)
                },
            },
            sort_keys=True,
        ),
    }


def find_template(claim_id: str, judgement: Judgement, rules: ClaimRules) -> pd.Series:
    """The row of `claims` with the sentence for a judgement; ValueError where there is none, or two."""
    part = judgement.part.split(":")[0]
    found = rules.sentences[
        (rules.sentences["claim_id"] == claim_id)
        & (rules.sentences["part"] == part)
        & (rules.sentences["verdict"] == judgement.verdict)
    ]
    if len(found) != 1:
        raise ValueError(
            f"dbt_project/seeds/claims.csv must have one row for {claim_id}, {part}, {judgement.verdict}; "
            f"it has {len(found)}"
        )
    return found.iloc[0]


def figures_of(values: pd.DataFrame, measure: Measure, area_type: str, period_type: str) -> pd.DataFrame:
    """The published rows of a measure for this kind of area and period."""
    breakdown = "offence_subgroup" if measure.breakdown_value else "none"
    return values[
        (values["indicator_id"] == measure.indicator_id)
        & (values["lens_id"] == measure.lens_id)
        & (values["split"] == measure.split)
        & (values["breakdown"] == breakdown)
        & (values["breakdown_value"] == measure.breakdown_value)
        & (values["area_type"] == area_type)
        & (values["period_type"] == period_type)
    ]


def years_of(rows: pd.DataFrame) -> list[tuple[pd.Timestamp, pd.Timestamp]]:
    """First and last day of each financial year that the rows have, in order."""
    years = rows.loc[rows["period_type"] == "financial_year", ["period_start", "period_end"]]
    return list(years.drop_duplicates().sort_values("period_start").itertuples(index=False, name=None))


def status_of(*rows: pd.DataFrame) -> str:
    """`suppressed` where any row is hidden, `not_available` where any is absent, else `reported`."""
    statuses = [status for frame in rows for status in frame["value_status"]]
    if SUPPRESSED in statuses:
        return SUPPRESSED
    has_all = all(len(frame) for frame in rows) and all(status == REPORTED for status in statuses)
    return REPORTED if has_all else NOT_AVAILABLE


def period_words(last_day: pd.Timestamp) -> str:
    """A year by its last month."""
    return f"the year to {pd.Timestamp(last_day):%B %Y}"


def in_words(number: float, decimals: int) -> str:
    """A number as a sentence has it; limits that have no end are told so."""
    return "no upper limit" if np.isinf(number) else f"{number:,.{decimals}f}"


def p_in_words(p_value: float) -> str:
    """A p-value as a sentence has it."""
    return "under 0.001" if p_value < 0.001 else f"{p_value:.3f}"


def _rounded(number: float) -> float:
    return round(float(number), 4) if np.isfinite(number) else np.nan
