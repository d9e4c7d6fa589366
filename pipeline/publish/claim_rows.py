"""What a claim is judged by, and how a judgement becomes a row with its sentence."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from pipeline.publish.claim_words import period_words
from pipeline.publish.p_values import p_in_numbers

if TYPE_CHECKING:
    import duckdb

REPORTED, SUPPRESSED, NOT_AVAILABLE = "reported", "suppressed", "not_available"
NO_FIGURE = "No such figure is published for this area."
DECIMALS = 4
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
        columns = ["indicator_id", "split", "breakdown", "breakdown_value", "period_type", "label"]
        return [Measure(*map(str, row)) for row in rows[columns].to_numpy()]


@dataclass(frozen=True)
class Measure:
    """Figures of one indicator and split by kind of period; of one value of a breakdown, or one lens, where named."""

    indicator_id: str
    split: str
    breakdown: str
    breakdown_value: str
    period_type: str
    label: str
    lens_id: str = ""


@dataclass(frozen=True)
class Judgement:
    """One verdict: what was measured, the words for the sentence, and the measures whose figures went in.

    They are those of its period, of the area itself or of its districts (`area_type`), `area_count` of them.
    The limits are of 95% unless `numbers`, the further statistics, has another `confidence_percent`. `audited` is the
    measure whose months of the flag audit went in.
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
    area_count: int = 1
    area_type: str = "vru"
    slots: dict[str, str] = field(default_factory=dict)
    numbers: dict[str, float] = field(default_factory=dict)
    measures: tuple[Measure, ...] = ()
    audited: str = ""


def read_claim_rules(warehouse: duckdb.DuckDBPyConnection) -> ClaimRules:
    """The sentences, thresholds and measures of the claims, from their seeds."""
    thresholds = warehouse.execute("select threshold_id, value from claim_thresholds").fetchall()
    measures = warehouse.execute("from claim_measures order by sort_order").df()
    return ClaimRules(
        sentences=warehouse.execute("from claims").df().fillna({"caveat": ""}),
        thresholds={str(name): float(value) for name, value in thresholds},
        measures=measures.fillna({"breakdown_value": ""}),
    )


def write_claim(
    claim_id: str,
    judgement: Judgement,
    rules: ClaimRules,
    area_code: str,
    area_name: str,
    district_count: int,
) -> dict[str, object]:
    """The row of a judgement in an area of `district_count` districts, its numbers rounded to four decimals."""
    sentence, caveat = tell(claim_id, judgement, rules, area_name, district_count)
    return {
        "claim_id": claim_id,
        "part": judgement.part,
        "area_code": area_code,
        "period_start": judgement.period_start,
        "period_end": judgement.period_end,
        "statistic": judgement.statistic,
        **{name: _rounded(getattr(judgement, name)) for name in ("value", "lower95", "upper95")},
        "p_value": p_in_numbers(judgement.p_value, DECIMALS),
        "area_count": judgement.area_count,
        "verdict": judgement.verdict,
        "sentence": sentence,
        "caveat": caveat,
        "numbers": json.dumps(
            {
                "inputs": [
                    {
                        "indicator_id": measure.indicator_id,
                        "lens_id": measure.lens_id,
                        "area_type": judgement.area_type,
                        "period_type": measure.period_type,
                        "split": measure.split,
                        "breakdown_value": measure.breakdown_value,
                    }
                    for measure in judgement.measures
                ],
                **({"audited": judgement.audited} if judgement.audited else {}),
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


def tell(
    claim_id: str, judgement: Judgement, rules: ClaimRules, area_name: str, district_count: int
) -> tuple[str, str]:
    """Sentence and caveat of a judgement; ValueError where `claims` has no row for it, or two."""
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
    slots = {
        "area": area_name,
        "period": period_words(judgement.period_start, judgement.period_end),
        "area_count": str(judgement.area_count),
        "districts": _districts_in_words(judgement.area_count, district_count),
        "fewest_areas": f"{rules.thresholds['fewest_areas']:.0f}",
        "margin": f"{rules.thresholds['margin']:.2f}",
        **judgement.slots,
    }
    sentence, caveat = (str(found[column].iloc[0]).format_map(slots) for column in ("sentence", "caveat"))
    return sentence, caveat


def _districts_in_words(shown: int, of: int) -> str:
    return f"the {of} districts" if shown == of else f"{shown} of the {of} districts"


def figures_of(values: pd.DataFrame, measure: Measure, area_type: str) -> pd.DataFrame:
    """The published rows of a measure for this kind of area."""
    return values[
        (values["indicator_id"] == measure.indicator_id)
        & (values["lens_id"] == measure.lens_id)
        & (values["split"] == measure.split)
        & (values["breakdown"] == measure.breakdown)
        & (values["breakdown_value"] == measure.breakdown_value)
        & (values["area_type"] == area_type)
        & (values["period_type"] == measure.period_type)
    ]


def periods_of(rows: pd.DataFrame) -> list[tuple[pd.Timestamp, pd.Timestamp]]:
    """The first and last day of each period of published rows, in order."""
    days = rows[["period_start", "period_end"]].drop_duplicates().sort_values("period_start")
    return list(days.itertuples(index=False, name=None))


def status_of(*rows: pd.DataFrame) -> str:
    """`suppressed` where any row is hidden, `not_available` where any is absent, else `reported`."""
    statuses = [status for frame in rows for status in frame["value_status"]]
    if SUPPRESSED in statuses:
        return SUPPRESSED
    has_all = all(len(frame) for frame in rows) and all(status == REPORTED for status in statuses)
    return REPORTED if has_all else NOT_AVAILABLE


def reason_of(*rows: pd.DataFrame, otherwise: str = NO_FIGURE) -> str:
    """Why figures are not available, in the sentence published with the first that is not."""
    for frame in rows:
        reasons = frame.loc[~frame["value_status"].isin([REPORTED, SUPPRESSED]), "status_reason"]
        if len(reasons):
            return str(reasons.iloc[0])
    return otherwise


def _rounded(number: float) -> float:
    return round(float(number), DECIMALS) if np.isfinite(number) else np.nan
