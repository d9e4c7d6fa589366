"""Any table in any dialect comes out as it went in: header, delimiter, encoding, packing."""

from __future__ import annotations

import csv
import io
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.ingest.delivered import Delivered, unpack
from pipeline.ingest.read import read_delivery
from tests.fuzzing.corpus import pack_gzip, pack_zip
from tests.ingest.door import CONTRACTS

[CRIMES] = [contract for contract in CONTRACTS if contract.source_id == "police_crimes"]
HEADER = ["crime_id", "force_code", "recorded_date", "offence_code", "weapon_type"]
DELIMITERS = st.sampled_from(",;\t|")
LINE_ENDS = st.sampled_from(["\n", "\r\n", "\r"])
# A mark of another encoding, or half a pair, is no text; what it says at a file's start is tried elsewhere.
ANY = st.characters(blacklist_categories=["Cs"], blacklist_characters="\x00\ufeff")
WINDOWS = st.characters(codec="cp1252", blacklist_characters="\x00")
QUOTING = st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL])


def tables(characters: st.SearchStrategy[str]) -> st.SearchStrategy[list[list[str]]]:
    row = st.lists(st.text(characters, max_size=6), min_size=4, max_size=4)
    return st.lists(row.map(lambda cells: ["c", *cells]), max_size=6)


def write(
    rows: list[list[str]], delimiter: str = ",", line_end: str = "\n", quoting: int = csv.QUOTE_ALL
) -> str:
    # Python's writer puts marks around the line ends that it writes itself, not around every one.
    quoting = csv.QUOTE_ALL if any({*"\r\n"} & {*cell} for row in rows for cell in row) else quoting
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator=line_end, quoting=quoting).writerows(rows)  # type: ignore[arg-type]
    return text.getvalue()


def read(content: bytes, name: str = "x.csv") -> tuple[list[str], list[list[str]], list[str]]:
    """Header, rows and the texts of broken lines, as the door reads a file."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / name
        file.write_bytes(content)
        [part] = unpack(file) if name.endswith(".zip") else [Delivered(file)]
        reading = read_delivery(part, CRIMES, Path(folder))
        rows: list[list[str]] = []
        broken: list[str] = []
        for make in reading.blocks:
            block = make()
            rows += [list(row.values()) for row in block.cells.to_pylist()]
            broken += [text for _, _, text in block.broken]
    return list(reading.header), rows, broken


@given(tables(ANY), DELIMITERS, LINE_ENDS, QUOTING, st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
def test_any_text_in_unicode_comes_out_exact(
    rows: list[list[str]], delimiter: str, line_end: str, quoting: int, encoding: str
) -> None:
    content = write([HEADER, *rows], delimiter, line_end, quoting).encode(encoding)
    assert read(content) == (HEADER, rows, [])


@given(tables(WINDOWS), DELIMITERS, LINE_ENDS, QUOTING)
def test_any_text_in_windows_encoding_comes_out_exact(
    rows: list[list[str]], delimiter: str, line_end: str, quoting: int
) -> None:
    # A single letter above ASCII is never UTF-8; two may be, and then nobody can tell.
    ascii_only = [[cell.encode("ascii", "ignore").decode() for cell in row] for row in rows]
    alone = [["c", cell, "", "", ""] for row in rows for cell in row if len(cell) == 1]
    rows = [["c", "£", "", "", ""], *ascii_only, *alone]
    content = write([HEADER, *rows], delimiter, line_end, quoting).encode("cp1252")
    assert read(content) == (HEADER, rows, [])


@given(st.lists(st.text(st.characters(codec="ascii", categories=["L", "N", "Zs"]), max_size=9), max_size=18),
       st.permutations(HEADER), DELIMITERS, st.booleans())  # fmt: skip
def test_header_is_found_below_any_title_rows_in_any_order_and_case(
    above: list[str], header: list[str], delimiter: str, is_shouted: bool
) -> None:
    header = [title.upper() for title in header] if is_shouted else header
    row = ["a", "b", "c", "d", "e"]
    content = "".join(f"{title}\n" for title in above) + write(
        [header, row], delimiter, quoting=csv.QUOTE_MINIMAL
    )
    assert read(content.encode()) == (header, [row], [])


@settings(max_examples=50)
@given(tables(ANY), st.sampled_from([".zip", ".gz"]))
def test_what_was_packed_comes_out_exact(rows: list[list[str]], packing: str) -> None:
    content = write([HEADER, *rows]).encode()
    packed = pack_gzip(content) if packing == ".gz" else pack_zip({"folder/x.csv": content})
    assert read(packed, f"x.csv{packing}") == read(content) == (HEADER, rows, [])


@given(st.lists(st.integers(1, 8), min_size=1, max_size=12), DELIMITERS)
def test_every_line_is_a_row_or_broken(widths: list[int], delimiter: str) -> None:
    lines = [delimiter.join("x" * width) for width in widths]
    _, rows, broken = read("\n".join([delimiter.join(HEADER), *lines]).encode())
    assert rows == [list("xxxxx") for width in widths if width == 5]
    assert broken == [line for line, width in zip(lines, widths, strict=True) if width != 5]
