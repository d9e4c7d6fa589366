"""A delivered file → its cells as text in DuckDB, with the header and the line each row came from."""

from __future__ import annotations

import csv
import gzip
import io
import shutil
import warnings
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.contracts import Contract

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

HEADER_SEARCH_ROWS = 20
HEADER_SEARCH_SIZE = 1_000_000
PEEK_BYTES = 65_536
CHUNK_ROWS = 50_000
EMPTY = "the file is empty: ask the supplier to send it again"
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
        raise Refused(EMPTY)
    if contract.format == "csv":
        return _read_csv(file, contract, connection, scratch)
    if contract.format == "workbook":
        return _read_workbook(file, contract, connection)
    # Engines take a name for a pattern or an address: they are given a copy under a plain one.
    plain = scratch / f"delivery.{contract.format}"
    shutil.copyfile(file, plain)
    if contract.format == "parquet":
        return _read_parquet(plain, contract, connection)
    return _read_boundaries(plain, contract, connection)


def peek_header(file: Path) -> list[list[str]]:
    """The first rows of a text file, split at each likely delimiter; empty where it is not text."""
    try:
        text, _ = _decode(_read_bytes(file, PEEK_BYTES), is_whole=False)
    except Refused:
        return []
    return [
        cells for delimiter in DELIMITERS for _, _, cells in _first_rows(text, delimiter) if len(cells) > 1
    ]


def _read_bytes(file: Path, size: int = -1) -> bytes:
    with file.open("rb") as stream:
        if file.suffix.casefold() != ".gz":
            return stream.read(size)
        try:
            with gzip.GzipFile(fileobj=stream) as unpacked:
                return unpacked.read(size)
        except (gzip.BadGzipFile, EOFError, zlib.error):
            raise Refused(
                "the .gz file is cut short or is not gzip: ask the supplier to send it again"
            ) from None


def _decode(data: bytes, is_whole: bool = True) -> tuple[str, list[str]]:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Refused("the text is UTF-16 (Excel's 'Unicode text'): save it as 'CSV UTF-8' and send it again")
    if data.startswith(b"PK\x03\x04"):
        raise Refused("the file is a workbook or a zip archive, not text: save its sheet as 'CSV UTF-8'")
    if b"\x00" in data:
        raise Refused("the file holds NUL bytes and is not text: ask the supplier for a CSV file")
    try:
        return data.decode("utf-8-sig", errors="strict" if is_whole else "ignore"), []
    except UnicodeDecodeError:
        try:
            return data.decode("cp1252"), ["text was in Windows encoding (CP1252) and was converted"]
        except UnicodeDecodeError as error:
            line = data[: error.start].count(b"\n") + 1
            raise Refused(f"line {line} holds a byte that is neither UTF-8 nor CP1252") from None


def _read_csv(
    file: Path, contract: Contract, connection: duckdb.DuckDBPyConnection, scratch: Path
) -> RawTable:
    import duckdb

    text, notes = _decode(_read_bytes(file))
    if not text.strip():
        raise Refused(EMPTY)
    delimiter, above, last, header = _find_header(text, contract)
    if above:
        notes.append(f"{above} lines stood above the header and were passed over")
    is_read = False
    if _is_plain(text):
        plain = scratch / "delivery.csv"
        plain.write_text(text, encoding="utf-8", newline="")
        try:
            is_read = read_plain_rows(connection, plain, delimiter, last, len(header)) == _count(text) - last
        except duckdb.Error:
            # A row that does not fit the header: the exact reader says which.
            is_read = False
    broken = () if is_read else read_exact_rows(connection, text, delimiter, last, len(header))
    return RawTable(tuple(header), broken, tuple(notes))


def _is_plain(text: str) -> bool:
    """Whether every line of a text is a row of its own, whatever reads it."""
    return '"' not in text and text.count("\r") == text.count("\r\n") in (0, text.count("\n"))


def _count(text: str) -> int:
    return text.count("\n") + (not text.endswith("\n"))


def read_plain_rows(
    connection: duckdb.DuckDBPyConnection, file: Path, delimiter: str, skip: int, width: int
) -> int:
    """Fills the table `raw` from a text without quotation marks, fast; returns how many rows it found."""
    columns = {f"cell_{index}": "varchar" for index in range(width)}
    connection.execute("drop table if exists raw")
    connection.execute(
        """create table raw as
           select *, cast(row_number() over () + ? as bigint) as line
           from read_csv(?, columns = ?, auto_detect = false, header = false, skip = ?, delim = ?,
                         quote = '', escape = '', max_line_size = 4000000)""",
        [skip, str(file), columns, skip, delimiter],
    ).fetchall()
    [(rows,)] = connection.execute("select count(*) from raw").fetchall()
    return rows


def read_exact_rows(
    connection: duckdb.DuckDBPyConnection, text: str, delimiter: str, skip: int, width: int
) -> tuple[tuple[int, str], ...]:
    """Fills the table `raw` from any text; returns the lines that are not rows of this width, and why.

    Raises Refused where a stray quotation mark ties lines together: nobody can tell how many rows they were.
    """
    names = ", ".join(f"cell_{index} varchar" for index in range(width))
    connection.execute(f"create or replace table raw ({names}, line bigint)").fetchall()
    lines = io.StringIO(text, newline="")
    for _ in range(skip):
        lines.readline()
    broken: list[tuple[int, str]] = []
    rows: list[list[str | int]] = []
    for first, last, cells, fault in _split_rows(lines, delimiter, skip):
        if not fault and len(cells) == width:
            rows.append([*cells, first])
        elif first != last:
            raise Refused(
                f"a quotation mark ties lines {first} to {last} together and they make no row of "
                f"{width} fields: ask the supplier to mend it and send the file again"
            )
        elif fault or any(cell.strip() for cell in cells) or len(cells) > 1:
            broken.append((first, fault or f"expected {width} fields, found {len(cells)}"))
        if len(rows) == CHUNK_ROWS:
            _append_rows(connection, rows)
            rows = []
    _append_rows(connection, rows)
    return tuple(broken)


def _split_rows(
    lines: io.StringIO, delimiter: str, skipped: int
) -> Iterator[tuple[int, int, list[str], str]]:
    """First line, last line and cells of each row, or what is wrong with it."""
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        first, cells, fault = skipped + reader.line_num + 1, [], ""
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            if "unexpected end" in str(error):
                raise Refused(f"a quotation mark opens on line {first} and never closes") from None
            fault = "a cell is too long" if "limit" in str(error) else "text follows a closing quotation mark"
        yield first, skipped + reader.line_num, cells, fault


def _append_rows(connection: duckdb.DuckDBPyConnection, rows: list[list[str | int]]) -> None:
    import pyarrow as pa

    if rows:
        names = [*(f"cell_{index}" for index in range(len(rows[0]) - 1)), "line"]
        connection.register("chunk", pa.table(dict(zip(names, zip(*rows, strict=True), strict=True))))
        connection.execute("insert into raw from chunk").fetchall()
        connection.unregister("chunk")


def _first_rows(text: str, delimiter: str) -> Iterator[tuple[int, int, list[str]]]:
    """The first rows of a text: the lines before each, its last line, and its cells."""
    reader = csv.reader(io.StringIO(text[:HEADER_SEARCH_SIZE], newline=""), delimiter=delimiter)
    for _ in range(HEADER_SEARCH_ROWS):
        above = reader.line_num
        try:
            cells = next(reader)
        except (StopIteration, csv.Error):
            return
        yield above, reader.line_num, [cell.strip() for cell in cells]


def _find_header(text: str, contract: Contract) -> tuple[str, int, int, list[str]]:
    """The row that names every required column: delimiter, lines above it, its last line, its cells."""
    best: tuple[int, int, list[str]] = (0, 0, [])
    for delimiter in DELIMITERS:
        for above, last, cells in _first_rows(text, delimiter):
            missing = _missing(cells, contract)
            if not missing:
                _refuse_twice_named(cells, contract, f"line {above + 1}: ")
                return delimiter, above, last, cells
            if len(contract.required) - len(missing) > best[0]:
                best = (len(contract.required) - len(missing), above, cells)
    found, above, cells = best
    # A row that names no column at all may be a person's: it is no hint.
    raise Refused(_explain_missing(cells, contract, f"line {above + 1}: " if found else ""))


def _missing(cells: Iterable[str], contract: Contract) -> list[str]:
    found = {contract.field_of(cell) for cell in cells}
    return [column.headers[0] for column in contract.required if column.name not in found]


def _explain_missing(cells: list[str], contract: Contract, where: str) -> str:
    import difflib

    missing = _missing(cells, contract)
    unknown = {cell.casefold(): cell for cell in cells if cell and contract.field_of(cell) is None}
    near = difflib.get_close_matches(missing[0].casefold(), unknown, n=1, cutoff=0.5)
    hint = f" (nearest: {show_header(unknown[near[0]])!r})" if near else ""
    plural = "s" if len(missing) > 1 else ""
    return (
        f"{where}the required column{plural} {', '.join(repr(name) for name in missing)} "
        f"of '{contract.title}' not found{hint}; ask the supplier for it, or add its header to the contract"
    )


def printable(text: str) -> str:
    """A name as it may be shown and kept: one line, nothing that a terminal would obey."""
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode()
        for character in text
    )


def show_header(header: str) -> str:
    """A supplier's header, short enough for a sentence."""
    return printable(header.strip())[:60]


def _refuse_twice_named(cells: Iterable[str], contract: Contract, where: str = "") -> None:
    fields = [contract.field_of(cell) for cell in cells]
    for field in fields:
        if field and fields.count(field) > 1:
            raise Refused(f"{where}two columns are headed as {field!r}: ask the supplier which one is meant")


def _refuse_incomplete(header: list[str], contract: Contract) -> None:
    if _missing(header, contract):
        raise Refused(_explain_missing(header, contract, ""))
    _refuse_twice_named(header, contract)


def _read_parquet(file: Path, contract: Contract, connection: duckdb.DuckDBPyConnection) -> RawTable:
    import duckdb

    try:
        described = connection.execute("describe select * from read_parquet(?)", [str(file)]).fetchall()
        header = [str(row[0]) for row in described]
        _refuse_incomplete(header, contract)
        # Positions, not names: a name may hold anything.
        cells = ", ".join(f"cast(#{index + 1} as varchar) as cell_{index}" for index in range(len(header)))
        connection.execute(
            f"""create or replace table raw as
                select {cells}, cast(row_number() over () as bigint) as line from read_parquet(?)""",
            [str(file)],
        ).fetchall()
    except duckdb.Error:
        raise Refused("the file cannot be read as Parquet: ask the supplier to send it again") from None
    return RawTable(tuple(header), (), ())


def _read_workbook(file: Path, contract: Contract, connection: duckdb.DuckDBPyConnection) -> RawTable:
    import pandas as pd
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        with file.open("rb") as stream:
            workbook = CalamineWorkbook.from_filelike(stream)
            sheets = workbook.sheet_names
            if contract.sheet not in sheets:
                raise Refused(
                    f"the workbook has no sheet {contract.sheet!r}; its sheets are "
                    f"{', '.join(show_header(sheet) for sheet in sheets)}"
                )
            cells = workbook.get_sheet_by_name(contract.sheet).to_python(skip_empty_area=False)
    except CalamineError:
        raise Refused("the workbook cannot be opened: save it as .xlsx without a password") from None
    rows = [[_cell_text(cell) for cell in row] for row in cells]
    position, header = _find_sheet_header(rows, contract)
    first = position + contract.header_rows
    body = [(number, row) for number, row in enumerate(rows[first:], start=first + 1) if any(row)]
    frame = pd.DataFrame(
        [row for _, row in body], columns=[f"cell_{index}" for index in range(len(header))], dtype="string"
    )
    for name in set(contract.fill_down) & set(header):
        cell = f"cell_{header.index(name)}"
        frame[cell] = frame[cell].replace("", pd.NA).ffill()
    frame["line"] = pd.Series([number for number, _ in body], dtype="int64")
    _load_frame(connection, frame)
    return RawTable(tuple(header), (), ())


def _cell_text(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def _find_sheet_header(rows: list[list[str]], contract: Contract) -> tuple[int, list[str]]:
    """The row at which the header begins, and its titles."""
    best: tuple[int, int, list[str]] = (0, 0, [])
    for position in range(min(HEADER_SEARCH_ROWS, len(rows) - contract.header_rows + 1)):
        header = _join_header_rows(rows[position : position + contract.header_rows])
        missing = _missing(header, contract)
        if not missing:
            _refuse_twice_named(header, contract, f"line {position + 1}: ")
            return position, header
        if len(contract.required) - len(missing) > best[0]:
            best = (len(contract.required) - len(missing), position, header)
    found, position, header = best
    raise Refused(_explain_missing(header, contract, f"line {position + 1}: " if found else ""))


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
        with warnings.catch_warnings():
            # An outline that cannot be read comes back as none, and its row is held back.
            warnings.simplefilter("ignore")
            frame = gpd.read_file(file)
    except Exception as error:  # pyogrio raises its own family of errors, none of them public
        raise Refused(f"the file cannot be read as GeoJSON ({type(error).__name__})") from None
    header = [str(column) for column in frame.columns]
    _refuse_incomplete(header, contract)
    if frame.crs is not None and frame.crs.to_epsg() != 4326:
        frame = frame.to_crs(4326)
    west, south, east, north = frame.total_bounds
    # No bounds at all (no outline) compares as false.
    if west < -180 or south < -90 or east > 180 or north > 90:
        raise Refused("its coordinates are not degrees: ask for WGS 84, or a file that names its grid")
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
