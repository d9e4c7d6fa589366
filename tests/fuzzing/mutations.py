"""Damage as it happens to files and to tables, drawn from a generator of random numbers that can be repeated."""

from __future__ import annotations

import random
from collections.abc import Callable

from tests.fuzzing.corpus import Rows

PIECES = (b'"', b'""', b",", b";", b"\t", b"|", b"\n", b"\r", b"\r\n", b"\n\n", b"\x00", b"\xef\xbb\xbf", b"\xff\xfe",
          b"\xfe\xff", b"\xa3", b"\x81", b"\xc2\xa0", b"\xe2\x80\x93", b"\xf0\x9f\x98\x80", b"\xed\xa0\x80", b" ", b"'",
          b"\\", b"\x0b", b"\x0c", b"\x1a", b"\x1c", b"\xc2\x85", b"\xe2\x80\xa8", b"<", b"&", b"=1+1")  # fmt: skip
CELLS = ("", " ", "NaN", "inf", "-0", "1e400", "1E05", "0x1F", "99999999999999999999", "1.5", "-1", "1,000", "٣", "½",
         "2024-02-30", "13/13/2024", "03/25/2024", "2024-03-01T00:00:00Z", "0001-01-01", "9999-12-31", "45352", "null",
         "NULL", "None", "*", "<5", "c", "true", "Total", "\u2028", "\ufeff", "a\nb", "a\rb", 'a"b', "a\tb", "é" * 50,
         "😀", "=HYPERLINK(\"x\")", "infinity", "-infinity", "epoch", "1970-01-01 24:00:00", "2024-W10", "1_000",
         "294247-01-10", "5877642-06-25", "290309-12-22 (BC)")  # fmt: skip
TITLES = ("", " ", "crime id", "CRIME_ID ", "n", "FY", "weapon_type", "marac", "x" * 300, "'; drop table cells --",
          '"', "a\nb", "cell_0", "text_crime_id", "line", "delivery_id", "row", "{}", "%s", "\u202e")  # fmt: skip


def mutate_rows(rows: Rows, choice: random.Random) -> Rows:
    """The same table with one thing about it changed."""
    rows = [list(row) for row in rows]
    return choice.choice(ROW_MUTATIONS)(rows, choice)


def mutate_bytes(data: bytes, choice: random.Random) -> bytes:
    """The same bytes with one piece of damage."""
    return choice.choice(BYTE_MUTATIONS)(data, choice) if data else data


def _cell(rows: Rows, choice: random.Random) -> Rows:
    row = choice.choice(rows[1:]) if rows[1:] else rows[0]
    if row:
        row[choice.randrange(len(row))] = choice.choice(CELLS)
    return rows


def _long_cell(rows: Rows, choice: random.Random) -> Rows:
    row = choice.choice(rows)
    if row:
        size = choice.choice([300, 5_000, 131_071, 131_072, 131_073, 600_000])
        row[choice.randrange(len(row))] = choice.choice("x9é\n ,") * size
    return rows


def _title(rows: Rows, choice: random.Random) -> Rows:
    if rows[0]:
        rows[0][choice.randrange(len(rows[0]))] = choice.choice(TITLES)
    return rows


def _twice(rows: Rows, choice: random.Random) -> Rows:
    if rows[0]:
        rows[0][choice.randrange(len(rows[0]))] = choice.choice(rows[0])
    return rows


def _lose_column(rows: Rows, choice: random.Random) -> Rows:
    position = choice.randrange(len(rows[0])) if rows[0] else 0
    return [row[:position] + row[position + 1 :] for row in rows]


def _add_column(rows: Rows, choice: random.Random) -> Rows:
    title = choice.choice(TITLES)
    return [[*row, choice.choice(CELLS) if index else title] for index, row in enumerate(rows)]


def _shuffle_columns(rows: Rows, choice: random.Random) -> Rows:
    order = list(range(len(rows[0])))
    choice.shuffle(order)
    return [[row[index] for index in order if index < len(row)] for row in rows]


def _ragged(rows: Rows, choice: random.Random) -> Rows:
    row = choice.choice(rows)
    del row[choice.randrange(len(row) + 1) :]
    return rows


def _repeat_row(rows: Rows, choice: random.Random) -> Rows:
    rows.insert(choice.randrange(len(rows) + 1), list(choice.choice(rows)))
    return rows


def _no_rows(rows: Rows, choice: random.Random) -> Rows:
    return rows[: choice.randrange(3)] or [[]]


def _bit(data: bytes, choice: random.Random) -> bytes:
    position = choice.randrange(len(data))
    return data[:position] + bytes([data[position] ^ 1 << choice.randrange(8)]) + data[position + 1 :]


def _byte(data: bytes, choice: random.Random) -> bytes:
    position = choice.randrange(len(data))
    return data[:position] + bytes([choice.randrange(256)]) + data[position + 1 :]


def _insert(data: bytes, choice: random.Random) -> bytes:
    position = choice.randrange(len(data) + 1)
    return data[:position] + choice.choice(PIECES) + data[position:]


def _drop(data: bytes, choice: random.Random) -> bytes:
    position = choice.randrange(len(data))
    return data[:position] + data[position + choice.choice([1, 1, 2, 8, 64]) :]


def _cut(data: bytes, choice: random.Random) -> bytes:
    return data[: choice.randrange(len(data))]


def _behead(data: bytes, choice: random.Random) -> bytes:
    return data[choice.randrange(len(data)) :]


def _splice(data: bytes, choice: random.Random) -> bytes:
    start, end = sorted(choice.randrange(len(data) + 1) for _ in range(2))
    position = choice.randrange(len(data) + 1)
    return data[:position] + data[start:end] + data[position:]


def _swap_piece(data: bytes, choice: random.Random) -> bytes:
    return data.replace(choice.choice(PIECES[:9]), choice.choice(PIECES), choice.choice([1, -1]))


def _line_end(data: bytes, choice: random.Random) -> bytes:
    return data.replace(b"\n", choice.choice([b"\r", b"\r\n", b"\n\n", b"\n \n", b" \n", b"\n\r"]))


def _number(data: bytes, choice: random.Random) -> bytes:
    position = choice.randrange(len(data))
    width = choice.choice([1, 2, 4])
    number = choice.choice([0, 1, 0x7F, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF]) % 256**width
    return data[:position] + number.to_bytes(width, "little") + data[position + width :]


ROW_MUTATIONS: tuple[Callable[[Rows, random.Random], Rows], ...] = (
    _cell, _cell, _cell, _cell, _long_cell, _title, _twice, _lose_column, _add_column, _shuffle_columns, _ragged,
    _repeat_row, _no_rows,
)  # fmt: skip
BYTE_MUTATIONS: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    _bit, _byte, _insert, _insert, _insert, _drop, _cut, _behead, _splice, _swap_piece, _line_end, _number,
)  # fmt: skip
