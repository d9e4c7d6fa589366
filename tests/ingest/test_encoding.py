"""Which encoding a text is in: found in one pass, with the line on which it breaks."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from pipeline.ingest.delivered import READ_SIZE, Delivered, Refused
from pipeline.ingest.text import find_encoding

ROW = b"c1,X23000001,X06000001,2024-03-01,8N,Y\n"
MANY = 40_000
POUND = "\u00a3".encode("cp1252")


def find(tmp_path: Path, content: bytes) -> str:
    file = tmp_path / "a.csv"
    file.write_bytes(content)
    return find_encoding(Delivered(file)).name


def test_windows_text_takes_no_longer_for_having_a_sign_in_every_row(tmp_path: Path) -> None:
    start = time.perf_counter()
    assert find(tmp_path, ROW.replace(b"Y", b"5" + POUND) * (5 * MANY)) == "cp1252"
    # A tenth of a second, where no line is counted twice.
    assert time.perf_counter() - start < 2


LATE = {
    "neither encoding": (b"\x81\n", "line 40001 holds a byte that is neither"),
    "two encodings": (b"\xe9\n\xc3\xa9\n", "UTF-8 on line 40002 and CP1252 on line 40001"),
    "a line without an end": (b"x" * 3 * READ_SIZE, "line 40001 is longer than"),
    "a line of signs without an end": (POUND * 3 * READ_SIZE, "line 40001 is longer than"),
}


@pytest.mark.parametrize(("more", "says"), LATE.values(), ids=LATE.keys())
@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_line_that_is_told_is_that_of_an_editor_also_far_down(
    tmp_path: Path, more: bytes, says: str, end: bytes
) -> None:
    assert MANY * len(ROW) > 1_000_000
    with pytest.raises(Refused, match=says):
        find(tmp_path, (ROW * MANY + more).replace(b"\n", end))


def test_character_that_lies_across_two_blocks_is_whole(tmp_path: Path) -> None:
    sign = "\u20ac".encode()
    for before in range(4):
        head = b"x" * (READ_SIZE - before - 1) + b"\n"
        assert find(tmp_path, head.replace(b"x", b"y\n") + sign) == "utf-8"
        with pytest.raises(Refused, match="mixes two encodings"):
            find(tmp_path, POUND + b"\n" + b"\n" * (READ_SIZE - 2 - before) + sign)


def test_windows_text_without_line_feeds_is_read_in_bounded_memory(tmp_path: Path) -> None:
    import tracemalloc

    file = tmp_path / "a.csv"
    file.write_bytes((ROW.replace(b"\n", POUND + b"\r")) * (10 * MANY))
    tracemalloc.start()
    find_encoding(Delivered(file))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 10 * READ_SIZE
