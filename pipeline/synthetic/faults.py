"""Faults that a real system leaves in a file, of kinds that the door holds back with a rule."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.synthetic.draws import Integers
from pipeline.synthetic.tables import Column

_SHORT_MONTHS = ("04", "06", "09", "11")


def with_texts(column: Column, positions: Integers, texts: Sequence[str]) -> Column:
    """The column as text with other words at some positions."""
    mask = np.zeros(len(column), dtype=bool)
    mask[positions] = True
    ordered = [text for _, text in sorted(zip(positions.tolist(), texts, strict=True))]
    return pc.replace_with_mask(column.cast(pa.string()), pa.array(mask), pa.array(ordered, pa.string()))


def impossible_days(column: Column, positions: Integers) -> Column:
    """The dates with days that no calendar has at some positions; the month stays, so the row stays in its file."""
    said = column.take(pa.array(positions)).cast(pa.string()).to_pylist()
    texts = [f"{text[:8]}{'31' if text[5:7] in _SHORT_MONTHS else '32'}" for text in said]
    return with_texts(column, positions, texts)


def with_doubles(random: np.random.Generator, rows: Integers, size: int) -> Integers:
    """The rows in their order, some of them twice."""
    twice = random.choice(len(rows), size, replace=False)
    return rows[np.sort(np.concatenate([np.arange(len(rows)), twice]))]
