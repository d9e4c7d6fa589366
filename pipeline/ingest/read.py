"""A delivery → its header and its rows, by the reader of its contract's format."""

from __future__ import annotations

from pathlib import Path

from pipeline.contracts import Contract
from pipeline.ingest.cells import Reading
from pipeline.ingest.delivered import Delivered, Refused

WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods")


def read_delivery(delivered: Delivered, contract: Contract, scratch: Path) -> Reading:
    """The cells of a delivery as text; Refused, with one sentence, where the file as a whole cannot be read.

    scratch: a folder of this run's own, for copies under a plain name.
    """
    if not delivered.member and delivered.path.stat().st_size == 0:
        raise Refused("the file is empty: ask the supplier to send it again")
    if delivered.suffix == ".xlsx" and contract.format == "csv":
        from pipeline.ingest.workbook import read_table_of_workbook

        return read_table_of_workbook(delivered, contract, scratch)
    if delivered.suffix in WORKBOOKS and contract.format in ("csv", "parquet"):
        how = ".xlsx or 'CSV UTF-8'" if contract.format == "csv" else "'CSV UTF-8'"
        raise Refused(
            f"the file is a workbook, and '{contract.title}' comes as text: save the sheet that is meant as {how}"
        )
    if contract.format == "workbook":
        from pipeline.ingest.workbook import read_workbook

        return read_workbook(delivered, contract, scratch)
    from pipeline.ingest.tables import is_parquet, read_geojson, read_parquet

    if contract.format == "geojson":
        return read_geojson(delivered, contract, scratch)
    # The same table comes as text or as Parquet: its first bytes say which.
    if is_parquet(delivered):
        return read_parquet(delivered, contract, scratch)
    from pipeline.ingest.text import read_text

    return read_text(delivered, contract)
