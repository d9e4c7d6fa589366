"""The threshold and rounding bases of counts, by their policy and the days that they are of."""

from __future__ import annotations

import pandas as pd

from pipeline.definitions.policies import ROUND, Policy, policy_in_force


def find_limits(counts: pd.DataFrame, policies: pd.DataFrame) -> pd.DataFrame:
    """The limits of each count, in the order of `counts`: `threshold`, `base_alone` and `base_together`.

    nan where nothing is hidden or rounded. A count that is not hidden is rounded to `base_alone` by itself; or
    all are rounded to `base_together`, so that they add up.
    `counts` have `policy_id` (null: nothing), `period_start` and `period_end`; `policies` are rows of dim_policies. A
    policy that does not exist raises ValueError: without a threshold a count would pass as openly published.
    """
    known = [
        Policy(
            policy_id,
            None if pd.isna(threshold) else int(threshold),
            None if pd.isna(base) else int(base),
            None if pd.isna(valid_from) else pd.Timestamp(valid_from).date(),
            method=method,
        )
        for policy_id, threshold, base, method, valid_from in policies[
            ["policy_id", "threshold", "rounding_base", "method", "valid_from"]
        ].to_numpy(object)
    ]
    on = ["policy_id", "period_start", "period_end"]
    kinds = counts[on].drop_duplicates().dropna(subset=["policy_id"])
    limits = []
    for policy_id, first_day, last_day in kinds.to_numpy(object):
        held = policy_in_force(
            known, policy_id, pd.Timestamp(first_day).date(), pd.Timestamp(last_day).date()
        )
        if held is None:
            raise ValueError(f"no disclosure policy is called {policy_id}")
        alone, together = (held.rounding_base, None) if held.method != ROUND else (None, held.rounding_base)
        limits.append((held.threshold, alone, together))
    names = ["threshold", "base_alone", "base_together"]
    found = pd.DataFrame(limits, columns=names, index=kinds.index, dtype="float64")
    return counts[on].merge(kinds.join(found), on=on, how="left").set_index(counts.index)[names]
