"""Any extract as the gate is shown it: its header, and its cells as text."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pc
import pyarrow.parquet as pq
from python_calamine import CalamineWorkbook

from pipeline.contracts import Column, Contract

Cells = tuple[tuple[str, ...], pa.Table]


def make_contract(*columns: Column, harmless: tuple[str, ...] = ()) -> Contract:
    """A contract of which only the columns matter."""
    return Contract(
        source_id="drawn",
        title="Drawn",
        publisher="Nobody",
        files=(),
        format="csv",
        cadence="monthly",
        period="",
        policy_id="",
        is_openly_published=False,
        licence="",
        legal_basis="",
        ask="",
        columns=columns,
        harmless_identifiers=harmless,
    )


def make_cells(header: Sequence[str], rows: Sequence[Sequence[str]], is_dictionary: bool = False) -> Cells:
    """Literal rows."""
    kind = pa.dictionary(pa.int32(), pa.string()) if is_dictionary else pa.string()
    columns = [pa.array(list(column), pa.string()).cast(kind) for column in zip(*rows, strict=True)]
    names = [f"cell_{index}" for index in range(len(header))]
    return tuple(header), pa.Table.from_arrays(columns, names)


def read_cells(file: Path) -> list[Cells]:
    """The tables of a delivery: one, or one for each sheet of a workbook."""
    if file.suffix in (".xlsx", ".xls"):
        return [cells for sheet in _read_sheets(file) if (cells := _pad(sheet))]
    if file.suffix == ".parquet":
        table = pq.read_table(file)
        table = table.cast(pa.schema([(name, pa.string()) for name in table.column_names]))
        columns = [column.fill_null("") for column in table.columns]
        return [(tuple(table.column_names), pa.table(columns, [f"cell_{i}" for i in range(len(columns))]))]
    text = gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes()
    text = text.removeprefix(b"\xef\xbb\xbf")
    try:
        text.decode("utf-8")
    except UnicodeDecodeError:
        text = text.decode("cp1252").encode()
    header = next(csv.reader(io.StringIO(text.decode(), newline="")))
    names = [f"cell_{index}" for index in range(len(header))]
    table = pc.read_csv(
        pa.BufferReader(text),
        pc.ReadOptions(column_names=names, skip_rows=1),
        pc.ParseOptions(newlines_in_values=True, invalid_row_handler=lambda _: "skip"),
        pc.ConvertOptions(column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False),
    )
    return [(tuple(header), table)]


def _read_sheets(file: Path) -> list[list[list[str]]]:
    workbook = CalamineWorkbook.from_path(file)
    return [
        [[_show(cell) for cell in row] for row in workbook.get_sheet_by_name(name).to_python()]
        for name in workbook.sheet_names
    ]


def _show(cell: object) -> str:
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)


def _pad(rows: list[list[str]]) -> Cells | None:
    """The sheet under its widest early row, which is taken for the header."""
    filled = [row for row in rows if any(row)]
    if len(filled) < 2:
        return None
    widest = max(filled[:15], key=lambda row: sum(cell != "" for cell in row))
    position = filled.index(widest)
    return make_cells(widest, filled[position + 1 :] or filled[:1])
