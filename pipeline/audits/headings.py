"""What the rows and the columns of a table are called, level by level."""

from __future__ import annotations

import re
from itertools import pairwise

from pipeline.audits.runs import Figures, Run, Texts

Paths = dict[int, tuple[str, ...]]

# Columns of numbers that name their rows.
NAMES_ROWS = re.compile(
    r"(.*\b|.*post)codes?|.*\bids?|(financial |calendar )?(year|quarter|month|week|day|date)|age|#|no\.?|row|reference",
    re.IGNORECASE,
)


def find_labels(run: Run, used: list[int], rows: Texts, figures: Figures) -> list[int]:
    """The columns that name the rows: the first, unless it holds counts, and further ones of words or codes."""
    labels: list[int] = []
    for column in used:
        head = name_column(column, run, rows)
        if labels and not is_label(column, head, run, rows, figures):
            break
        if not labels and holds_counts(column, head, run, rows, figures):
            break
        labels.append(column)
    return labels


def is_label(column: int, head: str, run: Run, rows: Texts, figures: Figures) -> bool:
    """Whether a column is mostly words, or is called a code, year or the like and has no marker."""
    if not is_mostly_figures(column, run, rows, figures):
        return True
    said = [figures[row][column] for row in run.rows if rows[row][column]]
    return bool(NAMES_ROWS.fullmatch(head)) and all(each is None or each.is_shown for each in said)


def holds_counts(column: int, head: str, run: Run, rows: Texts, figures: Figures) -> bool:
    """Whether a first column counts: a marker among numbers, or numbers that are no years and do not ascend."""
    texts = [rows[row][column] for row in run.rows]
    said = [figures[row][column] for row in run.rows]
    if NAMES_ROWS.fullmatch(head) or any(each is None for each in said) or not all(texts):
        return False
    numbers = [each.value for each in said if each is not None and each.value is not None]
    if len(numbers) < len(said):
        return len(numbers) > 0
    is_years = all(re.fullmatch(r"(19|20)\d\d", text) for text in texts)
    return not is_years and any(later <= earlier for earlier, later in pairwise(numbers))


def is_mostly_figures(column: int, run: Run, rows: Texts, figures: Figures) -> bool:
    """Whether of the cells that say something at least half are numbers or markers."""
    said = [figures[row][column] for row in run.rows if rows[row][column]]
    said = [figure for figure in said if figure is None or not figure.is_unknown]
    return len(said) > 0 and sum(figure is None for figure in said) <= len(said) / 2


def name_column(column: int, run: Run, rows: Texts) -> str:
    """The lowest words above a column."""
    return next((rows[row][column] for row in reversed(run.headers) if rows[row][column]), "")


def name_rows(run: Run, labels: list[int], rows: Texts) -> Paths:
    """The words before each row; what is said once for several rows stands in the first of them alone."""
    names: Paths = {}
    words = [""] * len(labels)
    for row in run.rows:
        said = [rows[row][column] for column in labels]
        first = next((at for at, word in enumerate(said) if word), len(said) - 1)
        words = [*words[:first], *said[first:]] if labels else []
        names[row] = tuple(words)
    return names


def name_columns(run: Run, columns: list[int], rows: Texts) -> Paths:
    """The words above each column; a heading over several columns stands in the first of them alone."""
    headers = [rows[row] for row in run.headers if any(rows[row][column] for column in columns)]
    names: dict[int, list[str]] = {column: [] for column in columns}
    for number, row in enumerate(headers):
        heading = ""
        for column in columns:
            heading = row[column] or (heading if number < len(headers) - 1 else "")
            names[column].append(heading)
    return {column: tuple(words) for column, words in names.items()}
