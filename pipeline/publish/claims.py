"""The sector's claims put to the test on what is published: a row a verdict."""

from __future__ import annotations

import pandas as pd

from pipeline.publish import definition_claim, share_claim, variation_claim
from pipeline.publish.claim_rows import CLAIM_COLUMNS, ClaimRules, write_claim


def judge_claims(
    values: pd.DataFrame,
    rules: ClaimRules,
    *,
    area_code: str,
    area_name: str,
    forces: pd.Series,
    flag_audit: pd.DataFrame,
) -> pd.DataFrame:
    """The verdicts on all claims, from published figures alone (`figures.COLUMNS`): CLAIM_COLUMNS.

    `forces` gives the police force of each district, by its code; `flag_audit` is the published table. A hidden or
    absent figure makes its verdict `suppressed` or `not_available`, without numbers.
    """
    district_count = values.loc[values["area_type"] == "lad", "area_code"].nunique()
    judged = {
        share_claim.CLAIM: share_claim.judge_third(values, rules),
        variation_claim.CLAIM: variation_claim.judge_variation(
            values, rules, area_name=area_name, forces=forces, flag_audit=flag_audit
        ),
        definition_claim.CLAIM: definition_claim.judge_definition(values, rules),
    }
    rows = [
        write_claim(claim_id, judgement, rules, area_code, area_name, district_count)
        for claim_id, judgements in judged.items()
        for judgement in judgements
    ]
    return pd.DataFrame(rows, columns=CLAIM_COLUMNS)
