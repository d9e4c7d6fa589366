"""What every reader gives: the header, and blocks of cells as text, each row with its line in the file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

BLOCK_ROWS = 50_000


@dataclass(frozen=True)
class Block:
    """Some rows of a delivery: columns cell_0 … as text without nulls, and the line of each row.

    `broken` are the lines that could not be split into cells: line, why, and the line's text; `size` is what
    the block was made of, in bytes, 0 where nobody knows.
    """

    cells: pa.Table
    lines: np.ndarray
    broken: tuple[tuple[int, str, str], ...] = ()
    size: int = 0


@dataclass(frozen=True)
class Reading:
    """A delivery as its reader found it: the titles of its columns, its rows, what is worth a remark.

    `blocks` can be walked once; it raises Refused where the rest of the file cannot be read. Each is a call that
    makes the block, so that two can be made at a time.
    """

    header: tuple[str, ...]
    blocks: Iterator[Callable[[], Block]]
    notes: tuple[str, ...] = ()


def block_of(rows: Sequence[Sequence[str]], lines: Sequence[int], width: int) -> Block:
    """Rows of text as a block."""
    import numpy as np
    import pyarrow as pa

    columns = zip(*rows, strict=True) if rows else ((),) * width
    table = pa.table({f"cell_{i}": pa.array(c, pa.string()) for i, c in enumerate(columns)})
    return Block(table, np.array(lines, dtype=np.int64))


def ready(block: Block) -> Callable[[], Block]:
    """A block that is already made."""
    return lambda: block


def blocks_of(rows: Iterable[tuple[int, Sequence[str]]], width: int) -> Iterator[Callable[[], Block]]:
    """Numbered rows as blocks of BLOCK_ROWS."""
    lines: list[int] = []
    cells: list[Sequence[str]] = []
    for line, row in rows:
        lines.append(line)
        cells.append(row)
        if len(lines) == BLOCK_ROWS:
            yield ready(block_of(cells, lines, width))
            lines, cells = [], []
    if lines:
        yield ready(block_of(cells, lines, width))
