"""Separated text → its lines of cells, each with its number."""

from __future__ import annotations

import csv
from pathlib import Path

from pipeline.settings import ConfigurationError

SEPARATORS = (",", ";", "\t")
# Among so many first lines is the header, which has the most separators.
HEAD_LINES = 40
PACKED = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")

Numbered = list[tuple[int, tuple[str, ...]]]


def read_lines(file: Path) -> Numbered:
    """The rows of a file, each with the line on which it begins; separated by what stands in the header most often.

    Raises ConfigurationError where it is no text in UTF-8, or a quotation mark is not closed.
    """
    with file.open("rb") as head:
        if head.read(4) in PACKED:
            raise ConfigurationError(
                f"{file} is a workbook and not text: name it .xlsx or .xls, or save it as 'CSV UTF-8'."
            )
    rows: Numbered = []
    begins = 1
    with file.open(encoding="utf-8-sig", newline="") as lines:
        try:
            separator = _find_separator(lines.read().splitlines()[:HEAD_LINES])
            lines.seek(0)
            reader = csv.reader(lines, delimiter=separator, strict=True)
            for row in reader:
                rows.append((begins, tuple(cell.strip() for cell in row)))
                begins = reader.line_num + 1
        except UnicodeDecodeError:
            raise ConfigurationError(f"{file} is not UTF-8 text: save it as 'CSV UTF-8'.") from None
        except csv.Error as error:
            raise ConfigurationError(
                f"{file} line {begins} cannot be read ({error}): mend its quotation marks."
            ) from None
    while rows and not any(rows[-1][1]):
        rows.pop()
    return rows


def _find_separator(head: list[str]) -> str:
    def weigh(separator: str) -> tuple[int, int]:
        counts = [line.count(separator) for line in head]
        most = max(counts, default=0)
        return most, counts.count(most)

    return max(SEPARATORS, key=weigh)
