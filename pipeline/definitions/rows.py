"""Tables of definitions as rows, each with its line; what is wrong with one is a sentence that names both."""

from __future__ import annotations

import csv
import difflib
from collections.abc import Iterable
from pathlib import Path

from pipeline.settings import ConfigurationError

Row = dict[str, str]
Rows = list[Row]


def read_rows(file: Path) -> Rows:
    """The rows of a table of definitions; ConfigurationError where it is missing, ragged or no text."""
    return [row for _, row in number_rows(file)]


def number_rows(file: Path) -> list[tuple[int, Row]]:
    """The rows of a table of definitions, each with the line on which it ends."""
    if not file.is_file():
        raise ConfigurationError(f"{file} does not exist: restore it from the repository.")
    numbered = []
    # -sig: Excel marks its UTF-8 files with an invisible first character.
    with file.open(encoding="utf-8-sig", newline="") as lines:
        reader = csv.DictReader(lines, strict=True)
        try:
            for row in reader:
                if None in row or None in row.values():
                    raise ConfigurationError(
                        f"{file} line {reader.line_num} has more or fewer cells than the header: mend it."
                    )
                numbered.append((reader.line_num, row))
        except UnicodeDecodeError:
            raise ConfigurationError(f"{file} is not UTF-8 text: save it as 'CSV UTF-8'.") from None
        except csv.Error as error:
            raise ConfigurationError(
                f"{file} line {reader.line_num} cannot be read ({error}): mend its quotation marks."
            ) from None
    return numbered


def read_column(file: Path, column: str) -> list[tuple[int, str]]:
    """The cells of a column, each with its line."""
    numbered = number_rows(file)
    if numbered and column not in numbered[0][1]:
        hint = nearest(column, numbered[0][1], "Add it.")
        raise ConfigurationError(f"{file} line 1: the column {column!r} is missing.{hint}")
    return [(line, row[column]) for line, row in numbered]


def nearest(word: str, known: Iterable[str], otherwise: str = "Correct it or take the row out.") -> str:
    """The end of a sentence about a word that nobody knows: the known one it may stand for, or what else to do."""
    near = difflib.get_close_matches(word, sorted(known), n=1)
    return f" Did you mean {near[0]!r}?" if near else f" {otherwise}"
