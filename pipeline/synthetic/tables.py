"""Writing columns as CSV: the same bytes on every machine, and no file touched that would not change."""

import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.csv

Column: TypeAlias = pa.Array | pa.ChunkedArray


def words(codes: npt.NDArray[Any], names: Sequence[str]) -> pa.Array:
    """Text by position in names; an empty name, or a negative position, becomes an empty field."""
    dictionary = pa.array([name or None for name in names], pa.string())
    numbers = np.asarray(codes)
    indices = pa.array(numbers.astype(np.int32), mask=numbers < 0)
    return pa.DictionaryArray.from_arrays(indices, dictionary)


def csv_bytes(columns: Mapping[str, Column]) -> bytes:
    """The columns as CSV with LF line ends; nothing is quoted, and a text that would need it is an error."""
    buffer = io.BytesIO()
    buffer.write((",".join(columns) + "\n").encode())
    options = pyarrow.csv.WriteOptions(include_header=False, quoting_style="none")
    pyarrow.csv.write_csv(pa.table(dict(columns)), buffer, options)
    return buffer.getvalue()


def write_if_changed(path: Path, content: bytes) -> Path:
    """The path, holding the content; a file that holds it already keeps its time stamp."""
    if path.is_file() and path.read_bytes() == content:
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(path.name + ".part")
    aside.write_bytes(content)
    aside.replace(path)
    return path
