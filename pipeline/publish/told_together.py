"""How everything that was ever told adds up, whichever release told it, and through totals that none did."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.disclosure.equations import Booleans, Floats
from pipeline.publish.cells import KEY
from pipeline.publish.missing_totals import add_missing_totals
from pipeline.publish.relations import NO_SHARES, Ties, find_areas, relate_cells


def relate_told(told: pd.DataFrame, ties: Ties) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The totals that nobody told, as cells, and how they and what was told add up.

    `told` has a row a cell a release: KEY, release (numbered from the oldest), cell_id, count, threshold, period_end;
    a cell_id is one of a key and a count. Of each release on, the reader sets side by side what was told last of each
    key. The first frame has cell_id, numbered on, count and threshold; the second relation_id, total_cell, part_cell.
    """
    keys = _relate_keys(told, ties)
    count = np.full(keys.threshold.size, np.nan)
    numbered = told.merge(keys.told, on=KEY)
    related = []
    for release, rows in numbered.groupby("release", sort=True):
        before = count.copy()
        count[rows["key"]] = rows["count"]
        keys.add_up(count)
        counts = {name: count[keys.relations[f"{name}_cell"]] for name in ("total", "part")}
        now = keys.relations.assign(release=release, **{f"{name}_count": counts[name] for name in counts})
        now = now[~np.isnan(counts["total"] + counts["part"])]
        is_new = count != before
        touched = now.loc[is_new[now["total_cell"]] | is_new[now["part_cell"]], "relation_id"]
        related.append(now[now["relation_id"].isin(touched)])
    every = pd.concat(related)
    every["relation_id"] = every.groupby(["release", "relation_id"]).ngroup()
    return _name(every, numbered, keys)


@dataclass(frozen=True, eq=False)
class _Keys:
    """All keys that were told, and the missing totals among them, by number: `told` has KEY and key.

    `sums` says what each missing total is the sum of, by `step`: what is added up at one was made before.
    """

    told: pd.DataFrame
    threshold: Floats
    sums: pd.DataFrame
    relations: pd.DataFrame

    def add_up(self, count: Floats) -> None:
        """Fills in the missing totals, nan where a part was not told yet, by the first sum of which all parts were."""
        count[len(self.told) :] = np.nan
        for _, parts in self.sums.groupby("step", sort=True):
            added = parts.assign(count=count[parts["part_cell"]]).groupby("total_cell")["count"]
            total = added.sum().where(added.count() == added.size())
            is_open = np.isnan(count[total.index])
            count[total.index[is_open]] = total[is_open]


def _relate_keys(told: pd.DataFrame, ties: Ties) -> _Keys:
    """How keys add up, with those missing totals that tie some told counts to others."""
    threshold = told.groupby(KEY)["threshold"].transform("max")
    keys = told.assign(threshold=threshold).drop_duplicates(KEY)[[*KEY, "period_end", "threshold"]]
    keys = keys.assign(cell_id=range(len(keys)))
    every, sums = add_missing_totals(keys, ties.breakdown_parts)
    areas = pd.concat([find_areas(release, ties.forces) for _, release in told.groupby("release")])
    areas = areas[~pd.MultiIndex.from_arrays([areas.index, areas]).duplicated()]
    is_missing = np.arange(len(every)) >= len(keys)
    # What lies in what is known of the places of this assessment: elsewhere it may be otherwise.
    own = told.loc[told["release"] == told["release"].max(), "area_code"].unique()
    related = relate_cells(every, NO_SHARES, ties, areas, own)
    relations = _keep_what_ties(related, sums, is_missing)
    return _Keys(
        keys.rename(columns={"cell_id": "key"})[[*KEY, "key"]],
        every["threshold"].to_numpy(float),
        sums[is_missing[sums["total_cell"]]],
        relations,
    )


def _keep_what_ties(relations: pd.DataFrame, sums: pd.DataFrame, is_missing: Booleans) -> pd.DataFrame:
    """The relations without those of missing totals that say nothing new.

    What relates two totals that are sums of the like, years or splits, follows from what relates those. A missing total
    that is left in one relation alone ties nothing.
    """
    made_of = {name: set(rows["total_cell"]) for name, rows in sums.groupby("made_of")}
    total, part = relations["total_cell"].to_numpy(), relations["part_cell"].to_numpy()
    pairs = pd.MultiIndex.from_frame(relations[["total_cell", "part_cell"]])
    follows = np.zeros(len(relations), dtype=bool)
    for made in made_of.values():
        is_made = np.zeros(is_missing.size, dtype=bool)
        is_made[list(made)] = True
        follows |= is_made[total] & is_made[part]
    follows &= (is_missing[total] | is_missing[part]) & ~pairs.isin(
        pd.MultiIndex.from_frame(sums[["total_cell", "part_cell"]])
    )
    relations = relations[~follows]
    while True:
        ends = pd.concat([relations[["relation_id", f"{name}_cell"]].set_axis(["relation_id", "cell"], axis=1)
                          for name in ("total", "part")])  # fmt: skip
        degree = ends.drop_duplicates().groupby("cell").size()
        loose = degree.index[(degree < 2) & is_missing[degree.index]]
        if loose.empty:
            return relations
        relations = relations[~relations["total_cell"].isin(loose) & ~relations["part_cell"].isin(loose)]


def _name(related: pd.DataFrame, told: pd.DataFrame, keys: _Keys) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Missing totals as cells, and relations by cell_id: a cell is a key with a count."""
    columns = ["key", "count"]
    cells = told[[*columns, "cell_id"]].drop_duplicates(columns)
    ends = [
        related[[f"{name}_cell", f"{name}_count"]].set_axis(columns, axis="columns")
        for name in ("total", "part")
    ]
    totals = pd.concat(ends).query("key >= @first", local_dict={"first": len(keys.told)}).drop_duplicates()
    totals = totals.sort_values(columns).assign(threshold=keys.threshold[totals.sort_values(columns)["key"]])
    first = int(told["cell_id"].max()) + 1
    totals["cell_id"] = range(first, first + len(totals))
    cell_of = pd.concat([cells, totals]).set_index(columns)["cell_id"]
    named = {
        f"{name}_cell": cell_of.loc[pd.MultiIndex.from_frame(end)].to_numpy()
        for name, end in zip(("total", "part"), ends, strict=True)
    }
    return totals[["cell_id", "count", "threshold"]], related.assign(**named)[["relation_id", *named]]
