"""A layout as its publisher writes it, and what the door makes of its name and its header."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipeline.contracts import Column, Contract, read_contracts
from pipeline.ingest.recognise import match_by_header, match_by_name
from pipeline.settings import PROJECT

CONTRACTS = read_contracts(PROJECT)


@dataclass(frozen=True)
class Layout:
    """A file name, the header line and a row below it, and the columns that we leave in the file."""

    source_id: str
    file_name: str
    header: str
    row: str
    unread: tuple[str, ...] = ()

    @property
    def titles(self) -> list[str]:
        return self.header.split(",")

    @property
    def cells(self) -> dict[str, str]:
        return dict(zip(self.titles, self.row.split(","), strict=True))


def contract_of(source_id: str) -> Contract:
    [contract] = [contract for contract in CONTRACTS if contract.source_id == source_id]
    return contract


def column_of(source_id: str, name: str) -> Column:
    [column] = [column for column in contract_of(source_id).columns if column.name == name]
    return column


def named(file_name: str) -> list[str]:
    """The kinds of delivery that claim a file by its name."""
    return [contract.source_id for contract in match_by_name(file_name, CONTRACTS)]


def headed(layout: Layout) -> str:
    """The kind of delivery, of those in its format, that a file without a telling name is taken for."""
    wanted = contract_of(layout.source_id).format
    return match_by_header(layout.titles, [c for c in CONTRACTS if c.format == wanted])[0].source_id


def check_layout(layout: Layout) -> None:
    """Asserts that a file is known by its name and by its header, read whole, and its words and codes allowed."""
    contract = contract_of(layout.source_id)
    packed = f"{layout.file_name}.gz" if contract.format == "csv" else layout.file_name
    assert named(layout.file_name) == named(packed) == [layout.source_id]
    assert headed(layout) == layout.source_id
    assert [title for title in layout.titles if not contract.field_of(title)] == list(layout.unread)
    for title, cell in layout.cells.items():
        name = contract.field_of(title)
        if name and cell:
            column = column_of(layout.source_id, name)
            assert not column.values or cell in dict(column.values), title
            assert not column.codes or cell in column.codes, title
            assert not column.pattern or re.fullmatch(column.pattern, cell), title
            if column.minimum is not None and cell not in dict(column.symbols):
                assert float(cell) >= column.minimum, title
