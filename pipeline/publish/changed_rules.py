"""Counts that were told by other rules before: whoever knows what was added or taken out reads the difference."""

from __future__ import annotations

import pandas as pd

from pipeline.publish.cells import KEY


def relate_versions(told: pd.DataFrame) -> pd.DataFrame:
    """The relations in which the larger of two counts holds the smaller: relation_id, total_cell and part_cell.

    `told` has a row a cell a release: KEY, release (numbered from the oldest), cell_id, count, and `rule_version` (null
    where no rules are known). Two cells are related that have one key and were told by different rules. Where neither
    rules hold all of the other's the difference counts nobody: to protect it is more than is needed, and harmless.
    """
    counted = told.dropna(subset="rule_version").drop_duplicates([*KEY, "rule_version", "count"])
    several = counted[counted.groupby(KEY)["rule_version"].transform("nunique") > 1]
    pairs = several.merge(
        several[[*KEY, "rule_version", "count", "cell_id"]], on=KEY, suffixes=("", "_total")
    )
    pairs = pairs[
        (pairs["rule_version"] != pairs["rule_version_total"]) & (pairs["count"] < pairs["count_total"])
    ]
    related = pd.DataFrame(
        {"total_cell": pairs["cell_id_total"], "part_cell": pairs["cell_id"]}
    ).drop_duplicates()
    return related.assign(relation_id=range(len(related)))
