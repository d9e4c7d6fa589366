"""What was understood of a table, and what of it is not tested, in sentences."""

from __future__ import annotations

from pipeline.audits.blocks import Block
from pipeline.audits.hierarchies import Sum
from pipeline.audits.totals import call_totals
from pipeline.names import name_some, printable


def describe(block: Block, across: list[Sum], down: list[Sum]) -> str:
    """What was understood of a table, in one line."""
    columns, rows = _names(block)
    size = f"{block.place}: {_count(len(rows), 'row')}, {_count(len(columns), 'column')}"
    remarks = [f"{_name_totals('column', columns, across)}, {_name_totals('row', rows, down)}"]
    if block.left_out.names:
        remarks.append(
            f"{name_some(block.left_out.names)} left out: no counts, though such figures can give counts away"
        )
    if unknown := sum(figure.is_unknown for figure in block.figures.values()):
        remarks.append(f"{unknown:,} blank or dash, taken as 0 or more")
    if _looks_rounded(block):
        remarks.append("its numbers look rounded to 5: if they are, what is said of its cells is not certain")
    return printable(f"{size}; {'; '.join(remarks)}.")


def tell_untested(block: Block, across: list[Sum], down: list[Sum]) -> tuple[list[str], int]:
    """What is not tested of a table, and how many cells without a number are in no sum because of it."""
    said = []
    hidden = block.left_out.hidden
    if hidden:
        said.append(f"{block.place}: {_hidden(hidden)}, left out with {block.left_out}")
    for kind, names, sums in zip(("column", "row"), _names(block), (across, down), strict=True):
        totals = {names[each.total] for each in sums}
        false = [
            name
            for name, is_called in zip(names, call_totals(names), strict=True)
            if is_called and name not in totals
        ]
        if false:
            named = f"{kind} {false[0]} is" if len(false) == 1 else f"{kind}s {name_some(false)} are"
            what = "a total, but is no sum" if len(false) == 1 else "totals, but are no sums"
            said.append(f"{block.place}: {named} called {what} of its neighbours")
    here = sum(not figure.is_shown for figure in block.figures.values())
    if not across and not down and here:
        said.append(f"{block.place}: {_hidden(here)}, in a table without totals that add up")
        hidden += here
    return [printable(each) for each in said], hidden


def _names(block: Block) -> tuple[list[str], list[str]]:
    """What its columns and its rows are called."""
    return (
        [block.column_names[column] for column in block.columns],
        [block.row_names[row] for row in block.rows],
    )


def _count(number: int, thing: str) -> str:
    return f"{number:,} {thing}" if number == 1 else f"{number:,} {thing}s"


def _hidden(number: int) -> str:
    return f"{_count(number, 'cell')} without a number"


def _looks_rounded(block: Block) -> bool:
    numbers = [figure.value for figure in block.figures.values() if figure.value]
    return len(numbers) >= 20 and sum(number % 5 == 0 for number in numbers) >= 0.9 * len(numbers)


def _name_totals(kind: str, names: list[str], sums: list[Sum]) -> str:
    """Which rows or columns are totals, and which of those no numbers bear out."""
    found = list(dict.fromkeys(names[each.total] or f"a {kind} without a name" for each in sums))
    believed = list(dict.fromkeys(names[each.total] for each in sums if not each.lines))
    told = f"total {kind} {name_some(found)}" if found else f"no total {kind}"
    return f"{told} ({name_some(believed)}: for the name alone)" if believed else told
