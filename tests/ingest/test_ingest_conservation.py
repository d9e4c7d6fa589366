"""Whatever a supplier sends: no row is lost, none doubled, and no rejected value is kept or shown."""

from __future__ import annotations

import io
import logging
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.cli.main import explain
from pipeline.ingest.land import _connect, check_file
from pipeline.ingest.read import read_exact_rows, read_plain_rows
from tests.ingest.door import AS_OF, CONTRACTS, POLICE, ROW, ingest, open_door

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
def test_every_row_is_accepted_or_rejected_once(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "police_crimes_x.csv"
    file.write_bytes(content)
    line, rejects = check_file(file, CRIMES, AS_OF)
    if line.status == "refused":
        assert line.reason
        assert (line.rows_in, rejects) == (0, [])
        return
    assert line.rows_in == line.accepted + line.rejected > 0
    assert len({number for number, _, _ in rejects}) == line.rejected
    # Every line with text below the header belongs to some row.
    below = [text for text in content.decode("cp1252", "replace").splitlines()[1:] if text.strip(" ")]
    assert line.rows_in <= len(below)


plain_rows = st.lists(
    st.lists(st.text(st.characters(exclude_characters='",\r\n\x00', exclude_categories=["Cs"]), max_size=5),
             min_size=3, max_size=3),
    min_size=1, max_size=10,
)  # fmt: skip


@ANY_TEST
@given(rows=plain_rows, end=st.sampled_from(["\n", "\r\n"]))
def test_fast_and_exact_readers_agree(tmp_path: Path, rows: list[list[str]], end: str) -> None:
    text = "".join(",".join(row) + end for row in [["a", "b", "c"], *rows])
    file = tmp_path / "plain.csv"
    file.write_text(text, encoding="utf-8", newline="")
    with _connect() as connection:
        assert read_plain_rows(connection, file, ",", 1, 3) == len(rows)
        select = "select coalesce(cell_0, ''), coalesce(cell_1, ''), coalesce(cell_2, ''), line from raw order by line"
        fast = connection.execute(select).fetchall()
        assert read_exact_rows(connection, text, ",", 1, 3) == ()
        assert connection.execute(select).fetchall() == fast
    assert fast == [(*row, number) for number, row in enumerate(rows, start=2)]


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
def test_value_of_a_rejected_row_is_kept_and_shown_nowhere(
    tmp_path: Path, row: str, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    settings = open_door(tmp_path)
    file = settings.deliveries / "police_crimes_x.csv"
    file.write_text(f"{POLICE}{ROW}{row}\n")
    seen = ingest(settings)
    assert seen.rejected_rows or seen.refused
    shown = io.StringIO()
    print(seen, check_file(file, CRIMES, AS_OF), caplog.text, *capfd.readouterr(), file=shown)
    assert CANARY not in shown.getvalue()
    written = [each for each in settings.workspace.rglob("*") if each.is_file() and each != file]
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
