"""A workbook of ordinary tables → cells by their address, and the sums between them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pipeline.audits.blocks import Block, Spoilt, find_blocks
from pipeline.audits.figures import Figure
from pipeline.audits.hierarchies import Sum
from pipeline.audits.remarks import describe, tell_untested
from pipeline.audits.sheets import read_sheets
from pipeline.audits.tables import LARGEST, Tables, make_relations
from pipeline.audits.totals import find_all_sums, make_lines
from pipeline.names import printable
from pipeline.settings import ConfigurationError

NO_TABLE = (
    "has no table whose totals add up: give a table a column of names, and a row or a column called Total, "
    "or say with cells and relations how it adds up."
)
# In how many letters a row or a column is called.
LABEL_SIZE = 80
Parts = list[tuple[str, str, str, float]]


@dataclass(frozen=True)
class Book:
    """The tables of a file whose totals add up, what was understood of all, and what is not tested.

    `untested` says how many cells without a number are in no table.
    """

    tables: list[Tables]
    notes: list[str]
    not_tested: list[str]
    untested: int


def read_book(file: Path, least: int, more_markers: tuple[str, ...]) -> Book:
    """The tables of a file, each cell called by its address; ConfigurationError where none has totals that add up."""
    tables: list[Tables] = []
    notes: list[str] = []
    not_tested: list[str] = []
    untested = 0
    for sheet in read_sheets(file):
        for block in find_blocks(sheet, more_markers):
            if isinstance(block, Spoilt):
                not_tested.append(printable(block.remark))
                untested += block.hidden
                continue
            across, down = _find_sums(block, least)
            notes.append(describe(block, across, down))
            said, hidden = tell_untested(block, across, down)
            not_tested += said
            untested += hidden
            if across or down:
                tables.append(_read_table(file, block, across, down))
    if not tables:
        raise ConfigurationError(" ".join([f"{file} {NO_TABLE}", *notes, *map(_end, not_tested)]))
    if len(tables) > 1:
        notes.append("Each table is audited for itself: what several say together needs cells and relations.")
    return Book(tables, notes, not_tested, untested)


def _end(sentence: str) -> str:
    return sentence if sentence.endswith(".") else f"{sentence}."


def _read_table(file: Path, block: Block, across: list[Sum], down: list[Sum]) -> Tables:
    figures: dict[str, Figure] = {}
    labels: dict[str, str] = {}
    for row, column in sorted(block.figures):
        address, figure = block.sheet.address(row, column), block.figures[row, column]
        if figure.value is not None and figure.value > LARGEST:
            raise ConfigurationError(
                f"{file}: {address} is over {LARGEST:,}: the programs that look for the least and the most no longer "
                "tell such numbers apart by 1; take out what it stands in."
            )
        figures[address] = figure
        names = (block.row_names[row], block.column_names[column])
        labels[address] = printable(", ".join(_cut(name) for name in names if name))
    parts, assumed = _relate(block, across, down)
    return Tables(figures, make_relations(parts), labels, assumed)


def _cut(name: str) -> str:
    return name if len(name) <= LABEL_SIZE else f"{name[:LABEL_SIZE]}…"


def _find_sums(block: Block, least: int) -> tuple[list[Sum], list[Sum]]:
    """The sums of columns, row by row, and those of rows, column by column."""
    known = [[block.figures[row, column] for row in block.rows] for column in block.columns]
    lines = make_lines(
        [[float("nan") if each.value is None else each.value for each in figures] for figures in known],
        [[least if each.least is None else each.least for each in figures] for figures in known],
        [[float("inf") if each.most is None else each.most for each in figures] for figures in known],
    )
    if not block.rows or not block.columns:
        return [], []
    return (
        find_all_sums(lines, [block.column_paths[column] for column in block.columns]),
        find_all_sums(lines.turned, [block.row_paths[row] for row in block.rows]),
    )


def _relate(block: Block, across: list[Sum], down: list[Sum]) -> tuple[Parts, frozenset[str]]:
    """A row a part of each sum, and the sums that no line of numbers bears out."""
    name = block.sheet.address
    lines = [
        (each, [(row, block.columns[at]) for at in (each.total, *each.parts)])
        for each in across
        for row in block.rows
    ] + [
        (each, [(block.rows[at], column) for at in (each.total, *each.parts)])
        for each in down
        for column in block.columns
    ]
    parts: dict[str, Parts] = {}
    assumed = set()
    for each, (total, *others) in lines:
        is_run = max(each.parts) - min(each.parts) == len(each.parts) - 1
        first, *more = (name(*other) for other in sorted(others))
        more = [one.rpartition("!")[2] for one in more]
        named = f"{first} to {more[-1]}" if is_run and more else " + ".join([first, *more])
        relation = f"{name(*total)} = sum of {named}"
        parts[relation] = [(relation, name(*total), name(*other), 1.0) for other in others]
        if not each.lines:
            assumed.add(relation)
    return [part for rows in parts.values() for part in rows], frozenset(assumed)
