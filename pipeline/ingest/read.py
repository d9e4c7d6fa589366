"""A delivered file → its cells as text in DuckDB, with the header and the line each row came from."""

from __future__ import annotations

import csv
import gzip
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.contracts import Contract

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

HEADER_SEARCH_ROWS = 20
DELIMITERS = (",", ";", "\t", "|")


class Refused(Exception):
    """Why a whole delivery cannot be taken: what, where, and what to ask the supplier for."""


@dataclass(frozen=True)
class RawTable:
    """The cells of one delivery, in the DuckDB table `raw` (columns cell_0 …, line).

    `header` names the cells in order; `broken` lists the lines that could not be split into cells.
    """

    header: tuple[str, ...]
    broken: tuple[tuple[int, str], ...]
    warnings: tuple[str, ...]


def read_delivery(
    file: Path, contract: Contract, connection: duckdb.DuckDBPyConnection, scratch: Path
) -> RawTable:
    """Reads a delivery as its contract says; the rows land in the table `raw`.

    Raises Refused, with one sentence, where the file as a whole cannot be read.
    """
    if file.stat().st_size == 0:
        raise Refused("the file is empty: ask the supplier to send it again")
    if contract.format == "csv":
        return _read_csv(file, contract, connection, scratch)
    if contract.format == "parquet":
        return _read_parquet(file, contract, connection)
    if contract.format == "workbook":
        return _read_workbook(file, contract, connection)
    return _read_boundaries(file, contract, connection)


def peek_header(file: Path) -> list[list[str]]:
    """The first rows of a text file, split at the likeliest delimiter; empty where it is not text."""
    try:
        text, _ = _decode(_read_bytes(file)[:65536], strict=False)
    except Refused:
        return []
    lines = text.splitlines()[:HEADER_SEARCH_ROWS]
    return [row for delimiter in DELIMITERS for row in _split(lines, delimiter) if len(row) > 1]


def _read_bytes(file: Path) -> bytes:
    data = file.read_bytes()
    if file.suffix.casefold() != ".gz":
        return data
    try:
        return gzip.decompress(data)
    except (OSError, EOFError, zlib.error):
        raise Refused("the .gz file is cut short or is not gzip: ask the supplier to send it again") from None


def _decode(data: bytes, strict: bool = True) -> tuple[str, list[str]]:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Refused("the text is UTF-16 (Excel's 'Unicode text'): save it as 'CSV UTF-8' and send it again")
    if b"\x00" in data:
        raise Refused("the file holds NUL bytes and is not text: ask the supplier for a CSV file")
    try:
        return data.decode("utf-8-sig", errors="strict" if strict else "ignore"), []
    except UnicodeDecodeError:
        try:
            return data.decode("cp1252"), ["text was in Windows encoding (CP1252) and was converted"]
        except UnicodeDecodeError as error:
            line = data[: error.start].count(b"\n") + 1
            raise Refused(f"line {line} holds a byte that is neither UTF-8 nor CP1252") from None


def _read_csv(
    file: Path, contract: Contract, connection: duckdb.DuckDBPyConnection, scratch: Path
) -> RawTable:
    data = _read_bytes(file)
    text, warnings = _decode(data)
    if not text.strip():
        raise Refused("the file is empty: ask the supplier to send it again")
    if text.count('"') % 2:
        raise Refused(f"a quotation mark opens on line {_line_of_open_quote(text)} and never closes")
    delimiter, position, header = _find_header(text.splitlines()[:HEADER_SEARCH_ROWS], contract)
    if position:
        warnings.append(f"{position} lines stood above the header and were passed over")
    readable = file
    # DuckDB would read these characters in a name as a pattern, and cannot read the rest as it is.
    if file.suffix.casefold() == ".gz" or not data.isascii() or any(mark in str(file) for mark in "*?[]{}"):
        readable = scratch / "delivery.csv"
        readable.write_text(text, encoding="utf-8", newline="")
    columns = {f"cell_{index}": "varchar" for index in range(len(header))}
    connection.execute(
        "drop table if exists raw; drop table if exists reject_errors; drop table if exists reject_scans"
    )
    connection.execute(
        """create table raw as
           select *, cast(row_number() over () + ? as bigint) as line
           from read_csv(?, columns = ?, auto_detect = false, header = false, skip = ?, delim = ?,
                         quote = '"', escape = '"', store_rejects = true, max_line_size = 4000000)""",
        [position + 1, str(readable), columns, position + 1, delimiter],
    ).fetchall()
    broken = [
        (line, f"expected {len(header)} fields, found {_found(message)}")
        for line, message in connection.execute(
            "select line, min(error_message) from reject_errors group by line order by line"
        ).fetchall()
    ]
    _shift_lines(connection, [line for line, _ in broken], position + 1)
    return RawTable(tuple(header), tuple(broken), tuple(warnings))


def _found(message: str) -> str:
    return message.rsplit("Found:", maxsplit=1)[-1].split()[0] if "Found:" in message else "another number"


def _shift_lines(connection: duckdb.DuckDBPyConnection, broken: list[int], above: int) -> None:
    """Rows that could not be split have no row number: the lines after them move down by one each."""
    for count, line in enumerate(broken):
        connection.execute("update raw set line = line + 1 where line >= ?", [line]).fetchall()
        assert count >= 0 and line > above


def _line_of_open_quote(text: str) -> int:
    inside, line, opened = False, 1, 1
    for character in text:
        if character == "\n":
            line += 1
        elif character == '"':
            inside = not inside
            opened = line if inside else opened
    return opened


def _split(lines: Iterable[str], delimiter: str) -> list[list[str]]:
    return [[cell.strip() for cell in row] for row in csv.reader(lines, delimiter=delimiter)]


def _find_header(lines: list[str], contract: Contract) -> tuple[str, int, list[str]]:
    """The delimiter, position and cells of the row that names every required column."""
    best: tuple[int, list[str], list[str]] = (-1, [], [])
    for delimiter in DELIMITERS:
        for position, cells in enumerate(_split(lines, delimiter)):
            missing = _missing(cells, contract)
            if not missing:
                _refuse_twice_named(cells, contract)
                return delimiter, position, cells
            found = len(contract.required) - len(missing)
            if found > best[0] and len(cells) > 1:
                best = (found, missing, cells)
    raise Refused(
        _explain_missing(best[1] or [column.name for column in contract.required], best[2], contract)
    )


def _missing(cells: Iterable[str], contract: Contract) -> list[str]:
    found = {contract.field_of(cell) for cell in cells}
    return [column.headers[0] for column in contract.required if column.name not in found]


def _explain_missing(missing: list[str], cells: list[str], contract: Contract) -> str:
    import difflib

    unknown = [cell for cell in cells if cell and contract.field_of(cell) is None]
    near = difflib.get_close_matches(missing[0], unknown, n=1, cutoff=0.5)
    hint = f" (nearest: {near[0]!r})" if near else ""
    plural = "s" if len(missing) > 1 else ""
    return (
        f"line 1: the required column{plural} {', '.join(repr(name) for name in missing)} "
        f"of '{contract.title}' not found{hint}; ask the supplier for it, or add its header to the contract"
    )


def _refuse_twice_named(cells: Iterable[str], contract: Contract) -> None:
    fields = [contract.field_of(cell) for cell in cells]
    for field in fields:
        if field and fields.count(field) > 1:
            raise Refused(f"line 1: two columns are headed as {field!r}: ask the supplier which one is meant")


def _read_parquet(file: Path, contract: Contract, connection: duckdb.DuckDBPyConnection) -> RawTable:
    import duckdb

    try:
        described = connection.execute("describe select * from read_parquet(?)", [str(file)]).fetchall()
    except duckdb.Error:
        raise Refused("the file cannot be read as Parquet: ask the supplier to send it again") from None
    header = [str(row[0]) for row in described]
    _refuse_incomplete(header, contract)
    cells = ", ".join(f'cast("{name}" as varchar) as cell_{index}' for index, name in enumerate(header))
    connection.execute("drop table if exists raw")
    connection.execute(
        f"create table raw as select {cells}, cast(row_number() over () as bigint) as line from read_parquet(?)",
        [str(file)],
    ).fetchall()
    return RawTable(tuple(header), (), ())


def _refuse_incomplete(header: list[str], contract: Contract) -> None:
    missing = _missing(header, contract)
    if missing:
        raise Refused(_explain_missing(missing, header, contract))
    _refuse_twice_named(header, contract)


def _read_workbook(file: Path, contract: Contract, connection: duckdb.DuckDBPyConnection) -> RawTable:
    import pandas as pd
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        workbook = CalamineWorkbook.from_path(file)
    except CalamineError:
        raise Refused("the workbook cannot be opened: save it as .xlsx without a password") from None
    if contract.sheet not in workbook.sheet_names:
        raise Refused(
            f"the workbook has no sheet {contract.sheet!r}; its sheets are {', '.join(workbook.sheet_names)}"
        )
    rows = [
        [_cell_text(cell) for cell in row]
        for row in workbook.get_sheet_by_name(contract.sheet).to_python(skip_empty_area=False)
    ]
    position, header = _find_sheet_header(rows, contract)
    first = position + contract.header_rows
    body = [(number, row) for number, row in enumerate(rows[first:], start=first + 1) if any(row)]
    frame = pd.DataFrame(
        [row for _, row in body], columns=[f"cell_{index}" for index in range(len(header))], dtype="string"
    )
    for name in contract.fill_down:
        cell = f"cell_{[title.strip() for title in header].index(name)}"
        frame[cell] = frame[cell].replace("", pd.NA).ffill()
    frame["line"] = [number for number, _ in body]
    _load_frame(connection, frame)
    return RawTable(tuple(header), (), ())


def _cell_text(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def _find_sheet_header(rows: list[list[str]], contract: Contract) -> tuple[int, list[str]]:
    best: tuple[int, list[str]] | None = None
    for position in range(min(HEADER_SEARCH_ROWS, len(rows) - contract.header_rows)):
        header = _join_header_rows(rows[position : position + contract.header_rows])
        missing = _missing(header, contract)
        if not missing:
            _refuse_twice_named(header, contract)
            return position, header
        if best is None or len(missing) < len(best[1]):
            best = (position, missing)
    missing = best[1] if best else [column.headers[0] for column in contract.required]
    raise Refused(_explain_missing(missing, [], contract))


def _join_header_rows(rows: list[list[str]]) -> list[str]:
    """Merged cells hold their text in the first cell alone: 'North West | FAEs' from two rows."""
    titles = list(rows[-1])
    for row in reversed(rows[:-1]):
        above = ""
        for index, cell in enumerate(row):
            above = cell or above
            titles[index] = f"{above} | {titles[index]}" if above else titles[index]
    return titles


def _read_boundaries(file: Path, contract: Contract, connection: duckdb.DuckDBPyConnection) -> RawTable:
    import geopandas as gpd
    import pandas as pd

    try:
        frame = gpd.read_file(file)
    except Exception as error:  # pyogrio raises its own family of errors, none of them public
        raise Refused(f"the file cannot be read as GeoJSON ({type(error).__name__})") from None
    if frame.crs is not None and frame.crs.to_epsg() != 4326:
        frame = frame.to_crs(4326)
    header = [str(column) for column in frame.columns]
    _refuse_incomplete(header, contract)
    cells = pd.DataFrame(frame.drop(columns="geometry")).astype("string")
    cells["geometry"] = frame.geometry.to_wkb(hex=True)
    cells = cells[header]
    cells.columns = pd.Index([f"cell_{index}" for index in range(len(header))])
    cells["line"] = range(1, len(cells) + 1)
    _load_frame(connection, cells)
    return RawTable(tuple(header), (), ())


def _load_frame(connection: duckdb.DuckDBPyConnection, frame: pd.DataFrame) -> None:
    connection.register("raw_frame", frame)
    connection.execute("create or replace table raw as select * from raw_frame").fetchall()
    connection.unregister("raw_frame")
