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

Parts = list[tuple[str, str, str, float]]


def read_book(file: Path, least: int, more_markers: tuple[str, ...]) -> Tables:
    """All tables of a file; a cell is called by its address. Raises ConfigurationError where there is no table."""
    figures: dict[str, Figure] = {}
    labels: dict[str, str] = {}
    relations: Parts = []
    notes: list[str] = []
    try:
        blocks = [block for sheet in read_sheets(file) for block in find_blocks(sheet, more_markers)]
    except ConfigurationError as error:
        raise ConfigurationError(str(error) if str(file) in str(error) else f"{file}: {error}") from None
    for block in blocks:
        for (row, column), figure in block.figures.items():
            address = block.sheet.address(row, column)
            if figure.value is not None and figure.value > LARGEST:
                raise ConfigurationError(f"{file}: {address} is over {LARGEST:,}: take it out.")
            figures[address] = figure
            labels[address] = printable(f"{block.row_names[row]}, {block.column_names[column]}".strip(", "))
        across, down = _find_sums(block, least)
        relations += _relate(block, across, down)
        notes.append(_describe(block, across, down))
    if not relations:
        raise ConfigurationError(
            f"{file} has no table with totals: a table needs a column of names, and a row or a column called "
            "Total, or give cells and relations instead."
        )
    if len(blocks) > 1:
        notes.append("Each table is audited for itself: what several say together needs cells and relations.")
    return Tables(figures, make_relations(relations), labels, tuple(notes))


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
    columns = [block.column_names[block.columns[each.total]] or "a column without a name" for each in across]
    rows = [block.row_names[block.rows[each.total]] or "a row without a name" for each in down]
    totals = [
        f"{kind}: {printable(name_some(list(dict.fromkeys(names))))}" if names else f"no total {kind}"
        for kind, names in (("column", columns), ("row", rows))
    ]
    left_out = f"; no counts, left out: {printable(name_some(block.left_out))}" if block.left_out else ""
    unknown = sum(figure.least == 0 and figure.most is None for figure in block.figures.values())
    blank = f"; {unknown:,} blank or dash, taken as 0 or more" if unknown else ""
    return (
        f"{printable(block.place)}: {len(block.rows):,} rows, {len(block.columns):,} columns; totals: "
        f"{', '.join(totals)}{left_out}{blank}"
    )
