"""Pseudonyms that look like what a force's system exports: a letter and twelve hexadecimal digits."""

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

_HEX = np.frombuffer("".join(f"{byte:02x}" for byte in range(256)).encode(), dtype="S2")


def scramble(numbers: npt.NDArray[np.int64], salt: int) -> npt.NDArray[np.uint64]:
    """Different numbers for different numbers, without visible order (SplitMix64)."""
    mixed = numbers.astype(np.uint64) + np.uint64(salt * 0x9E3779B97F4A7C15 % 2**64)
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        mixed = (mixed ^ (mixed >> np.uint64(shift))) * np.uint64(factor)
    return mixed ^ (mixed >> np.uint64(31))


def pseudonyms(letter: str, numbers: npt.NDArray[np.int64], salt: int) -> pa.Array:
    """Text pseudonyms of the numbers; null where a number is negative."""
    mixed = np.ascontiguousarray(scramble(numbers, salt).astype(">u8"))
    digits = _HEX[mixed.view(np.uint8).reshape(-1, 8)[:, 2:]]
    text = np.empty((len(numbers), 13), dtype="S1")
    text[:, 0] = letter.encode()
    text[:, 1:] = np.ascontiguousarray(digits).view("S1").reshape(-1, 12)
    offsets = np.arange(0, 13 * len(numbers) + 1, 13, dtype=np.int32)
    filled = pa.StringArray.from_buffers(len(numbers), pa.py_buffer(offsets), pa.py_buffer(text.tobytes()))
    if (numbers < 0).any():
        return pc.if_else(pa.array(numbers >= 0), filled, pa.scalar(None, pa.string()))
    return filled
