"""A workbook of ordinary tables → cells by their address, and the sums between them."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from pipeline.audits.blocks import Block, find_blocks
from pipeline.audits.figures import Figure
from pipeline.audits.sheets import read_sheets
from pipeline.audits.tables import LARGEST, Tables, make_relations
from pipeline.audits.totals import Sum, find_sums, is_called_total
from pipeline.names import name_some, printable
from pipeline.settings import ConfigurationError

NO_TABLE = (
    "has no table whose totals add up: give a table a column of names, and a row or a column called Total, "
    "or say with cells and relations how it adds up."
)
Parts = list[tuple[str, str, str, float]]


def read_book(file: Path, least: int, more_markers: tuple[str, ...]) -> tuple[list[Tables], list[str]]:
    """The tables of a file whose totals add up, each cell called by its address, and what was understood of all.

    Raises ConfigurationError where there is no such table.
    """
    tables: list[Tables] = []
    notes: list[str] = []
    for sheet in read_sheets(file):
        blocks, remarks = find_blocks(sheet, more_markers)
        notes += map(printable, remarks)
        for block in blocks:
            across, down = _find_sums(block, least)
            notes.append(_describe(block, across, down))
            if across or down:
                tables.append(_read_table(file, block, _relate(block, across, down)))
    if not tables:
        raise ConfigurationError(" ".join([f"{file} {NO_TABLE}", *notes]))
    if len(tables) > 1:
        notes.append("Each table is audited for itself: what several say together needs cells and relations.")
    return tables, notes


def _read_table(file: Path, block: Block, relations: Parts) -> Tables:
    figures: dict[str, Figure] = {}
    labels: dict[str, str] = {}
    for row, column in sorted(block.figures):
        address, figure = block.sheet.address(row, column), block.figures[row, column]
        if figure.value is not None and figure.value > LARGEST:
            raise ConfigurationError(f"{file}: {address} is over {LARGEST:,}: take it out.")
        figures[address] = figure
        labels[address] = printable(f"{block.row_names[row]}, {block.column_names[column]}".strip(", "))
    return Tables(figures, make_relations(relations), labels)


def _find_sums(block: Block, least: int) -> tuple[list[Sum], list[Sum]]:
    """The sums of columns, row by row, and those of rows, column by column."""
    known = [[block.figures[row, column] for row in block.rows] for column in block.columns]
    values = np.array(
        [[np.nan if each.value is None else each.value for each in figures] for figures in known]
    )
    lowest = np.array(
        [[least if each.least is None else each.least for each in figures] for figures in known], dtype=float
    )
    column_called = [is_called_total(block.column_names[column]) for column in block.columns]
    row_called = [is_called_total(block.row_names[row]) for row in block.rows]
    return find_sums(values, lowest, column_called), find_sums(values.T, lowest.T, row_called)


def _relate(block: Block, across: list[Sum], down: list[Sum]) -> Parts:
    name = block.sheet.address
    lines = [
        [(row, block.columns[at]) for at in (each.total, *each.parts)]
        for each in across
        for row in block.rows
    ] + [
        [(block.rows[at], column) for at in (each.total, *each.parts)]
        for each in down
        for column in block.columns
    ]
    parts: Parts = []
    for total, *others in lines:
        first, last = name(*min(others)), name(*max(others)).rpartition("!")[2]
        relation = f"{name(*total)} = sum of {first} to {last}"
        parts += [(relation, name(*total), name(*other), 1.0) for other in others]
    return parts


def _describe(block: Block, across: list[Sum], down: list[Sum]) -> str:
    """What was understood of a table, in one line."""
    columns = [block.column_names[column] for column in block.columns]
    rows = [block.row_names[row] for row in block.rows]
    size = f"{printable(block.place)}: {len(rows):,} rows, {len(columns):,} columns"
    remarks = [f"{_name_totals('column', columns, across)}, {_name_totals('row', rows, down)}"]
    if not across and not down:
        hidden = sum(figure.value is None for figure in block.figures.values())
        remarks.append(f"left out, with {hidden:,} cells without a number")
    if block.left_out:
        remarks.append(
            f"{name_some(block.left_out)} left out: no counts, though such figures can give counts away"
        )
    if unknown := sum(figure.is_unknown for figure in block.figures.values()):
        remarks.append(f"{unknown:,} blank or dash, taken as 0 or more")
    if _looks_rounded(block):
        remarks.append("its numbers look rounded to 5: if they are, what is said of its cells is not certain")
    return f"{size}; {printable('; '.join(remarks))}."


def _looks_rounded(block: Block) -> bool:
    numbers = [figure.value for figure in block.figures.values() if figure.value]
    return len(numbers) >= 20 and sum(number % 5 == 0 for number in numbers) >= 0.9 * len(numbers)


def _name_totals(kind: str, names: list[str], sums: list[Sum]) -> str:
    """Which rows or columns are totals, and which are called so and are not."""
    found = list(dict.fromkeys(names[each.total] or f"a {kind} without a name" for each in sums))
    told = f"total {kind} {name_some(found)}" if found else f"no total {kind}"
    false = [name for name in names if is_called_total(name) and name not in found]
    return f"{told} ({name_some(false)}: no sum of its neighbours)" if false else told
