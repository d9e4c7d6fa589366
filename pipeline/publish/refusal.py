"""Why nothing was published, and the ways out: one sentence that names cells and no count."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import pandas as pd

from pipeline.publish.cells import KEY

NAMED = 3
ROUND = 'round all counts of their source (`method = "round"` in the assessment file)'
ROUND_MORE = "take a larger `rounding_base` for their source in the assessment file"
POOL = "publish them for pooled years or a larger area"
LEAVE_OUT = "leave their rows out of indicator_cells"
START_LATER = "begin after the periods that are released (`start` in the assessment file)"


def say_refused(cells: pd.DataFrame, relations: pd.DataFrame, unprotected: Sequence[Hashable]) -> str:
    """The sentence for small counts that nothing protects; `cells` and `relations` are those of a proof.

    What is left of a total has no name of its own: the total is named. Where an approved release has told one of the
    counts, or what it adds up with, that stands, and the ways out are others.
    """
    lost = cells[cells["cell_id"].isin(unprotected)]
    beside = relations[relations["relation_id"].isin(_relations_of(relations, lost["cell_id"]))]
    totals = beside[beside["part_cell"].isin(lost.loc[lost["measure_id"].isna(), "cell_id"])]["total_cell"]
    named = pd.concat([lost[lost["measure_id"].notna()], cells[cells["cell_id"].isin(totals)]])
    around = cells["cell_id"].isin([*beside["total_cell"], *beside["part_cell"], *lost["cell_id"]])
    which = "1 small count" if len(lost) == 1 else f"{len(lost)} small counts"
    ours_are_rounded = bool(cells.loc[around, "rounded"].notna().any())
    was_told = bool(cells.loc[around, "was_told"].fillna(False).astype(bool).any())
    rounding = ROUND_MORE if ours_are_rounded else ROUND
    source = " from what an approved release has told" if was_told else ""
    ways = [rounding, POOL, START_LATER] if was_told else [POOL, rounding, LEAVE_OUT]
    return (
        f"Nothing was published, because {which} could be worked out{source}, whatever else is hidden "
        f"({_name(named)}): {', '.join(ways[:-1])}, or {ways[-1]}."
    )


def _relations_of(relations: pd.DataFrame, cell_ids: pd.Series) -> pd.Series:
    touches = relations["part_cell"].isin(cell_ids) | relations["total_cell"].isin(cell_ids)
    return relations.loc[touches, "relation_id"]


def _name(cells: pd.DataFrame) -> str:
    """The first few cells by what is counted, place, period and part."""
    rows = cells[KEY].drop_duplicates()
    dates = rows.assign(period_start=rows["period_start"].astype("str"))
    words = [
        " ".join(word for word in map(str, row) if word not in ("", "none"))
        for row in dates.head(NAMED).itertuples(index=False)
    ]
    more = f" and {len(rows) - NAMED} more" if len(rows) > NAMED else ""
    return f"{'; '.join(words)}{more}"
