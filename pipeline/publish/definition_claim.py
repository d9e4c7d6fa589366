"""The claim that domestic abuse is missing from the definition: what the area's own leaves out of a broad one."""

from __future__ import annotations

import pandas as pd

from pipeline.publish.claim_rows import (
    NOT_AVAILABLE,
    REPORTED,
    ClaimRules,
    Judgement,
    figures_of,
    in_words,
    status_of,
)
from pipeline.statistics.intervals import share_with_limits

CLAIM = "missing_from_definition"
BROAD_LENS = "broad_da_sv_vawg"


def judge_definition(values: pd.DataFrame, rules: ClaimRules, own_lens: str) -> list[Judgement]:
    """A verdict for every financial year in which the definitions have figures."""
    (domestic,) = rules.measures_of(CLAIM, "domestic")
    (unknown,) = rules.measures_of(CLAIM, "unknown")
    rows = values[(values["indicator_id"] == domestic.indicator_id) & (values["area_type"] == "vru")]
    years = rows.loc[rows["period_type"] == "financial_year", ["period_start", "period_end"]]
    judgements = []
    for start, end in years.drop_duplicates().sort_values("period_start").itertuples(index=False):
        year = values[values["period_start"] == start]
        flagged = figures_of(year, domestic, "vru", "financial_year")
        not_known = figures_of(year, unknown, "vru", "financial_year")
        own, broad = (flagged[flagged["lens_id"] == lens] for lens in (own_lens, BROAD_LENS))
        open_flags = not_known[not_known["lens_id"] == BROAD_LENS]
        status = status_of(own, broad, open_flags)
        if status != REPORTED:
            verdict = "cannot_be_told" if status == NOT_AVAILABLE else status
            judgements.append(
                Judgement(CLAIM, start, end, verdict, "share_left_out", measures=(domestic, unknown))
            )
            continue
        total, kept = float(broad["numerator"].iloc[0]), float(own["numerator"].iloc[0])
        # A definition may count domestic offences that the broad one does not: then none is left out on balance.
        left_out = max(total - kept, 0.0)
        share = share_with_limits(left_out, total)
        judgements.append(
            Judgement(
                CLAIM,
                start,
                end,
                _judge(left_out, float(share.lower)),
                "share_left_out",
                float(share.value),
                float(share.lower),
                float(share.upper),
                slots={
                    "numerator": in_words(left_out, 0),
                    "denominator": in_words(total, 0),
                    "value": in_words(float(share.value), 1),
                    "lower95": in_words(float(share.lower), 1),
                    "upper95": in_words(float(share.upper), 1),
                    "unknown": in_words(float(open_flags["numerator"].iloc[0]), 0),
                },
                numbers={"left_out": left_out, "broad_domestic": total, "own_domestic": kept},
                measures=(domestic, unknown),
            )
        )
    return judgements


def _judge(left_out: float, lower_share: float) -> str:
    if left_out == 0:
        return "leaves_out_none"
    return "leaves_out_most" if lower_share > 50 else "leaves_out_some"
