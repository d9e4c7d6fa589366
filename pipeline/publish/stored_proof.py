"""A proof as it lies on disk, checked once more beside the figures that were published with it."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from pipeline.disclosure.choose import Protection
from pipeline.disclosure.verify import find_flaws
from pipeline.publish.cells import KEY
from pipeline.publish.everybody import name_cell
from pipeline.publish.keys import CELL
from pipeline.publish.seal import OtherProof, check_tables

FIGURES = ["numerator", "denominator", "value", "lower95", "upper95", "lowest", "highest"]
BEHIND = ["numerator", "denominator", "unknown", "against"]


def check_proof(published: Path, proof: Path) -> None:
    """Raises OtherProof where a file is not the one that the certificate names, or the proof does not hold."""
    check_tables(published, proof)
    flaws = find_stored_flaws(published, proof)
    if flaws:
        raise OtherProof(
            f"The proof of the figures in {published} does not hold (flaws: {len(flaws)}; the first: {flaws[0]}) Empty "
            "data/curated, run `sna refresh` and ask again."
        )


def find_stored_flaws(published: Path, proof: Path) -> list[str]:
    """What is wrong with a proof and with what is told beside it, one sentence each that tells no count."""
    cells, relations, told, ends, tables, behind = (
        pd.read_parquet(proof / f"{name}.parquet")
        for name in ("cells", "relations", "told_cells", "witness_ends", "witness_tables", "behind")
    )
    protection = Protection(cells.set_index("cell_id")["is_hidden"], ends, tables, [])
    values = pd.read_parquet(published / "indicator_values.parquet")
    return [
        *find_flaws(cells, relations, protection),
        *_find_told_otherwise(told, cells),
        *_find_given_away(values, behind, told),
    ]


def _find_told_otherwise(told: pd.DataFrame, cells: pd.DataFrame) -> list[str]:
    proved = told[[*KEY, "count"]].merge(
        cells[[*KEY, "count", "cell_id", "is_hidden", "rounded"]], on=[*KEY, "count"], how="left"
    )
    is_hidden = proved["is_hidden"].eq(True) & proved["rounded"].isna()
    is_same = (
        proved["cell_id"].notna()
        & (is_hidden == told["is_hidden"].astype(bool))
        & (proved["rounded"].fillna(-1) == told["rounded"].fillna(-1))
    )
    return [f"Cell '{cell}' is told otherwise than it was proved." for cell in told.loc[~is_same, "cell_id"]]


def _find_given_away(values: pd.DataFrame, behind: pd.DataFrame, told: pd.DataFrame) -> list[str]:
    figures = values.merge(behind, on=CELL, how="left", validate="one_to_one", indicator=True)
    hidden = told.loc[told["is_hidden"].astype(bool), "cell_id"]
    is_hidden = {each: figures[f"{each}_cell"].isin(hidden) for each in BEHIND}
    shows = figures.reindex(columns=FIGURES).notna()
    is_given = shows.any(axis=1) & (
        is_hidden["numerator"] | is_hidden["denominator"] | (figures["_merge"] != "both")
    )
    is_given |= shows["highest"] & is_hidden["unknown"] | shows["lowest"] & is_hidden["against"]
    named = figures.loc[is_given, CELL].drop(columns="period_end").to_dict("records")
    return [f"{name_cell(cell)} is shown, and a hidden count stands behind it." for cell in named]
