"""Whatever a supplier sends: no row is lost, none doubled, and no rejected value is kept or shown."""

from __future__ import annotations

import io
import logging
import tempfile
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.cli.main import explain
from pipeline.ingest import text
from tests.ingest.door import CONTRACTS, POLICE, ROW, ingest, open_door, stage_file

[CRIMES] = [contract for contract in CONTRACTS if contract.source_id == "police_crimes"]
ANY_TEST = settings(
    max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)

cells = st.sampled_from(
    ["c1", "c2", "X23000001", "2024-03-01", "2031-01-01", "8N", "Y", "Maybe", "", " ", '"', '""', '"a,b"',
     '"a\nb"', "'", "\u00e9", "1e999", "nan", "x" * 300, "\x0b", "\u2028", "=1+1"]
)  # fmt: skip
lines = st.lists(cells, max_size=8).map(",".join)
ends = st.sampled_from(["\n", "\r\n", "\r"])
texts = st.builds(
    lambda rows, end: (POLICE + ROW).replace("\n", end) + end.join(rows), st.lists(lines, max_size=12), ends
)
# Bytes that are no text at all, and texts with such bytes inside.
contents = st.one_of(
    texts.map(str.encode),
    texts.map(lambda text: text.encode("cp1252", "replace")),
    st.binary(max_size=200),
    st.builds(lambda text, noise: text.encode() + noise, texts, st.binary(max_size=40)),
)


@ANY_TEST
@given(content=contents)
def test_every_row_is_accepted_or_rejected_once(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "police_crimes_x.csv"
        file.write_bytes(content)
        staged = stage_file(file, CRIMES, Path(folder) / "staged")
        line = staged.line
        if line.status == "refused":
            assert line.reason
            assert line.rows_in == 0
            return
        rejects = duckdb.sql(f"from read_parquet('{staged.rejects}')").fetchall() if line.rejected else []
        extract = duckdb.sql(f"select line from read_parquet('{staged.extract}')").fetchall()
        assert line.rows_in == line.accepted + line.rejected > 0
        assert (len(extract), len({number for number, *_ in rejects})) == (line.accepted, line.rejected)
        assert not {number for number, *_ in rejects} & {number for (number,) in extract}
        # Every line with text below the header belongs to some row.
        below = [text for text in content.decode("cp1252", "replace").splitlines()[1:] if text.strip(" ")]
        assert line.rows_in <= len(below)


fields = st.one_of(
    st.text(st.characters(exclude_characters='",\r\n\x00', exclude_categories=["Cs"]), max_size=5),
    st.sampled_from(['"a"', '"a,b"', '"a""b"', '""', '""""', 'a"b', '"a"b', '"a\nb"', '"', " "]),
)
any_rows = st.lists(st.lists(fields, min_size=1, max_size=5), min_size=1, max_size=12)


@ANY_TEST
@given(rows=any_rows, end=st.sampled_from(["\n", "\r\n", "\r"]), is_closed=st.booleans())
def test_fast_reader_agrees_with_the_exact_one(rows: list[list[str]], end: str, is_closed: bool) -> None:
    """Wherever the fast reader dares to read, row for row, line for line, fault for fault."""
    block = (end.join(",".join(row) for row in rows) + (end if is_closed else "")).encode()
    if not text._is_plain(block, ","):
        return
    fast = text._read_plain(block, ",", 3, 2, frozenset({1}))
    exact = list(text._read_exact(io.TextIOWrapper(io.BytesIO(block), "utf-8", newline=""), ",", 3, 1, 0))
    assert [list(row.values()) for row in fast.cells.to_pylist()] == [
        list(row.values()) for each in exact for row in each.cells.to_pylist()
    ]
    assert fast.lines.tolist() == [line for each in exact for line in each.lines.tolist()]
    assert list(fast.broken) == [broken for each in exact for broken in each.broken]


CANARY = "Zebedee-Quillfeather-1987"
PLANTED = {
    "date": f"c2,X23000001,X06000001,{CANARY},8N,Y",
    "offence": f"c2,X23000001,X06000001,2024-03-01,{CANARY},Y",
    "too many cells": f"c2,X23000001,X06000001,2024-03-01,8N,Y,{CANARY}",
    "after a closing quotation mark": f'"c2"{CANARY},X23000001,X06000001,2024-03-01,8N,Y',
    "identifier, contradicted": f"{CANARY},X23000001,X06000001,2024-03-01,8N,Y\n"
    f"{CANARY},X23000001,X06000001,2024-03-01,8N,N",
    "in an unclosed quotation": f'"{CANARY},X23000001,X06000001,2024-03-01,8N,Y',
}


@pytest.mark.parametrize("row", PLANTED.values(), ids=PLANTED.keys())
def test_value_of_a_rejected_row_is_kept_in_quarantine_and_nowhere_else(
    tmp_path: Path, row: str, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    settings = open_door(tmp_path)
    file = settings.deliveries / "police_crimes_x.csv"
    file.write_text(f"{POLICE}{ROW}{row}\n")
    seen = ingest(settings)
    assert seen.rejected_rows or seen.refused
    shown = io.StringIO()
    print(seen, caplog.text, *capfd.readouterr(), file=shown)
    assert CANARY not in shown.getvalue()
    written = [
        each
        for each in settings.workspace.rglob("*")
        if each.is_file() and each != file and not each.is_relative_to(settings.rejects)
    ]
    assert len(written) > len(CONTRACTS)
    assert [each for each in written if CANARY.encode() in _content(each)] == []


def _content(file: Path) -> bytes:
    if file.suffix != ".parquet":
        return file.read_bytes()
    with duckdb.connect() as connection:
        return repr(connection.execute(f"from read_parquet('{file}')").fetchall()).encode()


def test_error_that_nobody_foresaw_is_told_without_its_message() -> None:
    with duckdb.connect() as connection, pytest.raises(duckdb.Error) as raised:
        connection.execute(f"select cast('{CANARY}' as integer)").fetchall()
    code, sentence = explain(raised.value)
    assert code == 1
    assert CANARY in str(raised.value)
    assert CANARY not in sentence
