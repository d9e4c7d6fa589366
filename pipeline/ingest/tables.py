"""Deliveries that carry their own columns, Parquet and GeoJSON → header and blocks of cells as text."""

from __future__ import annotations

import json
import re
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.contracts import Contract
from pipeline.ingest.cells import BLOCK_ROWS, Block, Reading, ready
from pipeline.ingest.delivered import Delivered, Refused
from pipeline.ingest.header import check_header

if TYPE_CHECKING:
    import pyarrow as pa


def is_parquet(delivered: Delivered) -> bool:
    """Whether a file begins as Parquet files do."""
    return next(delivered.blocks(), b"").startswith(b"PAR1")


def read_parquet(delivered: Delivered, contract: Contract, scratch: Path) -> Reading:
    """The rows of a Parquet file, its cells as text."""
    import duckdb

    plain = delivered.copy_to(scratch)
    try:
        with duckdb.connect() as connection:
            described = connection.execute("describe select * from read_parquet(?)", [str(plain)]).fetchall()
    except duckdb.Error:
        raise Refused(_UNREADABLE) from None
    header = [str(row[0]) for row in described]
    check_header(header, contract)
    return Reading(tuple(header), _parquet_blocks(plain, len(header)))


_UNREADABLE = "the file cannot be read as Parquet: ask the supplier to send it again"


def _parquet_blocks(file: Path, width: int) -> Iterator[Callable[[], Block]]:
    import duckdb
    import pyarrow as pa

    # Positions, not names: a name may hold anything.
    cells = ", ".join(f"coalesce(cast(#{i + 1} as varchar), '') as cell_{i}" for i in range(width))
    try:
        with duckdb.connect() as connection:
            relation = connection.sql(f"select {cells} from read_parquet(?)", params=[str(file)])
            first = 1
            for batch in relation.to_arrow_reader(BLOCK_ROWS):
                table = pa.Table.from_batches([batch])
                yield ready(_numbered(table, first))
                first += table.num_rows
    except duckdb.Error:
        raise Refused(_UNREADABLE) from None


def read_geojson(delivered: Delivered, contract: Contract, scratch: Path) -> Reading:
    """The features of a GeoJSON file, each outline as hexadecimal WKB in degrees (EPSG:4326)."""
    import geopandas as gpd
    import pandas as pd
    import pyarrow as pa

    # GDAL goes by what it finds: other formats name further files, or addresses, that it would open.
    if not next(delivered.blocks(), b"").lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"{"):
        raise Refused("the file cannot be read as GeoJSON, which begins with a brace: fetch it again")
    plain = delivered.copy_to(scratch)
    try:
        with warnings.catch_warnings():
            # An outline that cannot be read comes back as none, and its row is held back.
            warnings.simplefilter("ignore")
            frame = gpd.read_file(plain)
    except Exception as error:  # pyogrio raises its own family of errors, none of them public
        raise Refused(
            f"the file cannot be read as GeoJSON ({type(error).__name__}): fetch it again"
        ) from None
    # GDAL passes over a feature that it does not understand, and says nothing.
    told = _count_features(plain, len(frame))
    if told > len(frame):
        raise Refused(
            f"of its {told:,} features {told - len(frame):,} cannot be read as GeoJSON: fetch it again"
        )
    header = [str(column) for column in frame.columns]
    check_header(header, contract)
    if frame.crs is not None and frame.crs.to_epsg() != 4326:
        frame = frame.to_crs(4326)
    west, south, east, north = frame.total_bounds
    # No bounds at all (no outline) compares as false.
    if west < -180 or south < -90 or east > 180 or north > 90:
        raise Refused("its coordinates are not degrees: ask for WGS 84, or a file that names its grid")
    cells = pd.DataFrame(frame.drop(columns="geometry")).astype("string")
    cells["geometry"] = frame.geometry.to_wkb(hex=True)
    table = pa.table(
        {f"cell_{i}": pa.array(cells[name].fillna("").tolist(), pa.string()) for i, name in enumerate(header)}
    )
    return Reading(tuple(header), iter([ready(_numbered(table, 1))] if table.num_rows else []))


def _count_features(file: Path, read: int) -> int:
    """How many features a GeoJSON file lists, where `read` of them were; counted apart only where that is in doubt."""
    content = file.read_bytes()
    # A property may have this name too.
    told = len(re.findall(rb'"geometry"\s*:', content))
    if told <= read:
        return told
    try:
        # Of its numbers, which are nearly all of it, nothing is kept.
        features = json.loads(content, parse_float=len, parse_int=len)["features"]
    except (ValueError, RecursionError, KeyError, TypeError):
        return told
    return len(features)


def _numbered(table: pa.Table, first: int) -> Block:
    import numpy as np

    return Block(table, np.arange(first, first + table.num_rows, dtype=np.int64))
