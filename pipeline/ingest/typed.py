"""A block of cells as text → accepted rows with their types, and the rows that are held back, each with its rule.

What a cell becomes depends on its own text alone: a column of few different words is judged word by word, not row
by row.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING

from pipeline.contracts import Column, Contract
from pipeline.ingest.cells import Block, Reading
from pipeline.ingest.corrections import Correction, corrected
from pipeline.ingest.rules import FOOTER, checks_of, total_words
from pipeline.ingest.values import NOT_KNOWN, literal, trimmed, value_columns

if TYPE_CHECKING:
    import duckdb
    import numpy as np
    import pyarrow as pa

SEPARATOR = "\t"
FREE_TEXT = "free text holds an identifier; the text was not kept"
FOOTER_START = "^(grand total|total|sources?|notes?|footnotes?|end of|produced by|©)([:, ]|$)"
NOT_KEPT = "[not kept: free text]"
LINE_NOT_KEPT = "[not kept: it holds an identifier]"
LINE_TOO_LONG_NOT_KEPT = (
    "[not kept: it has more cells than the header, and nobody can say what stands in them]"
)
LINE_WITH_TEXT_NOT_KEPT = "[not kept: the file has free text, and where it stands in this line is not known]"
NULL_TYPES = {
    "varchar": "string",
    "integer": "int32",
    "bigint": "int64",
    "double": "float64",
    "boolean": "bool",
}


@dataclass(frozen=True)
class TypedBlock:
    """What became of a block: its accepted rows, its rejects, and what must be judged over the whole delivery.

    rejects: line, column_name, rule, and row: the cells that the contract reads, as they came (JSON, title → text);
    of a free text only that there was one.
    """

    rows: pa.Table
    rejects: pa.Table
    # A number for the key of each accepted row, 0 where it has none; empty where the contract has no key.
    keys: np.ndarray
    # Dates written with strokes: column → how many, how many of them have a month above 12, a day above 12.
    strokes: dict[str, tuple[int, int, int]]
    # Accepted cells whose word is neither a blank nor an answer; of these, the ones that no contract allows and that
    # do not say "not known" either.
    unanswered: dict[str, int]
    unknown_words: dict[str, int]
    # Corrections, by their number, that meet a row which no longer says what they expect.
    outdated: dict[int, int] = field(default_factory=dict)
    # Corrections, by their number, with the rows that they mended.
    mended: dict[int, int] = field(default_factory=dict)
    # Footers, and lines that are no rows, as text: nobody wrote a contract for them.
    lines: tuple[str, ...] = ()


@dataclass(frozen=True)
class Typing:
    """How the blocks of one delivery are typed."""

    contract: Contract
    header: tuple[str, ...]
    delivery_id: str
    as_of: date
    corrections: tuple[Correction, ...] = ()
    waived: frozenset[str] = frozenset()
    known_lsoas: frozenset[str] = frozenset()
    # Which cells of a free text hold an identifier.
    hold_identifier: Callable[[pa.ChunkedArray], pa.Array] | None = None

    @cached_property
    def cells(self) -> dict[str, int]:
        """The contract's columns that were delivered, and the position of each."""
        found = {self.contract.field_of(title): position for position, title in enumerate(self.header)}
        return {name: position for name, position in found.items() if name}


@dataclass(frozen=True)
class Words:
    """What was judged of the words of a column: the place of each word in the table."""

    places: dict[str, int]
    table: pa.Table


@dataclass(frozen=True)
class Judge:
    """A database that knows the codes of a contract, the judgement of each column as SQL, and the words of each
    column that were judged before: in this delivery, or in others of its kind."""

    connection: duckdb.DuckDBPyConnection
    selects: dict[str, str]
    words: dict[str, Words] = field(default_factory=dict)
    # Two blocks may bring the same new words at once.
    lock: Lock = field(default_factory=Lock)


def prepare(typing: Typing) -> Judge:
    """Loads the lists of codes into a database, and writes the judgement of each column of the contract."""
    import duckdb

    connection = duckdb.connect()
    connection.execute("set threads = 1").fetchall()
    selects = {}
    for column in typing.contract.columns:
        codes = _codes_of(column, typing)
        if codes:
            connection.execute(
                f"create or replace table codes_{column.name} as select unnest(?::varchar[]) as code",
                [sorted(codes)],
            ).fetchall()
        selects[column.name] = _select_of(column, codes, typing)
    return Judge(connection, selects)


def type_block(judge: Judge, typing: Typing, block: Block) -> TypedBlock:
    """Types a block; every row of it ends in exactly one of the accepted rows and the rejects."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    cursor = judge.connection.cursor()
    cells, mended, outdated = _correct(cursor, typing, block.cells)
    judged = _judge_columns(cursor, judge, typing, cells)
    held = _held_texts(typing, cells)
    failures = _first_failures(typing, judged, held, cells.num_rows)
    rejects = [_broken_rejects(typing, block)]
    others = [] if _has_free_text(typing) else [text for _, _, text in block.broken]
    lines = pa.array(block.lines)
    rows = _rows(typing, judged, lines)
    numbers = judged.get(f"key {typing.contract.key.name}") if typing.contract.key else None
    keys = np.empty(0, dtype=np.uint64) if numbers is None else numbers.to_numpy()
    if failures is not None:
        is_good = pc.is_null(failures)
        bad = cells.append_column("line", lines).append_column("failure", failures)
        rejects.append(_rejects(cursor, typing, bad.filter(pc.invert(is_good))))
        others += _footers(rejects[-1])
        rows = _without_unused_words(rows.filter(is_good))
        keys = keys[is_good.to_numpy(zero_copy_only=False)] if len(keys) else keys
    unanswered, unknown = _count_unknown(judged, None if failures is None else pc.is_null(failures))
    return TypedBlock(
        rows,
        pa.concat_tables(rejects),
        keys,
        _strokes(typing, cells),
        unanswered,
        unknown,
        outdated,
        mended,
        tuple(others),
    )


def _count_unknown(
    judged: dict[str, pa.ChunkedArray | pa.Array], is_good: pa.ChunkedArray | None
) -> tuple[dict[str, int], dict[str, int]]:
    """The accepted cells of each column whose word is no answer, and those of which nobody knows what it says."""
    import numpy as np

    unanswered, unknown = {}, {}
    for title, found in judged.items():
        if title.startswith("unknown "):
            accepted = found if is_good is None else found.filter(is_good)
            counts = np.bincount(accepted.to_numpy(zero_copy_only=False), minlength=3)
            name = title.removeprefix("unknown ")
            unanswered[name], unknown[name] = int(counts[1:].sum()), int(counts[2])
    return unanswered, unknown


def _without_unused_words(rows: pa.Table) -> pa.Table:
    """The rows, each dictionary without the words of rows that left: they would be written with it."""
    import pyarrow as pa

    return pa.table(
        {
            name: column.cast(column.type.value_type).dictionary_encode()
            if pa.types.is_dictionary(column.type)
            else column
            for name, column in zip(rows.column_names, rows.columns, strict=True)
        }
    )


def _footers(rejects: pa.Table) -> list[str]:
    """The cells of each row that was taken for a footer or a total, as one text."""
    import pyarrow.compute as pc

    rows = rejects.filter(pc.equal(rejects.column("rule"), FOOTER)).column("row").to_pylist()
    return [" ".join(json.loads(row).values()) for row in rows]


def _has_free_text(typing: Typing) -> bool:
    return any(column.is_free_text and column.name in typing.cells for column in typing.contract.columns)


def original_rows(reading: Reading, typing: Typing, column: str, rules: dict[int, str]) -> pa.Table:
    """The rejects for some lines of a delivery (line → rule of the column), their cells as they came."""
    import duckdb
    import numpy as np
    import pyarrow as pa

    wanted, parts = np.array(sorted(rules)), [rejects_schema().empty_table()]
    with duckdb.connect() as connection:
        for make in reading.blocks:
            block = make()
            positions = np.flatnonzero(np.isin(block.lines, wanted))
            if len(positions):
                rows, lines = block.cells.take(positions), block.lines[positions]
                failures = [column + SEPARATOR + rules[line] for line in lines.tolist()]
                rows = rows.append_column("line", pa.array(lines)).append_column(
                    "failure", pa.array(failures)
                )
                parts.append(_rejects(connection, typing, rows))
    return pa.concat_tables(parts)


def extract_schema(contract: Contract) -> pa.Schema:
    """The columns of an extract, as they are written."""
    import pyarrow as pa

    return pa.schema([(name, _arrow_type(kind)) for name, kind in contract.extract_types.items()])


def rejects_schema() -> pa.Schema:
    """The columns of a rejects file."""
    import pyarrow as pa

    words = [(name, pa.string()) for name in ("column_name", "rule", "row")]
    return pa.schema([("line", pa.int64()), *words])


def _arrow_type(kind: str) -> pa.DataType:
    import pyarrow as pa

    special = {"date": pa.date32(), "timestamp": pa.timestamp("us"), "blob": pa.binary()}
    return special.get(kind) or pa.type_for_alias(NULL_TYPES[kind])


def _codes_of(column: Column, typing: Typing) -> frozenset[str]:
    is_lsoa = column.pattern.startswith("[EWX]01")
    return column.codes or (typing.known_lsoas if is_lsoa else frozenset())


def _select_of(column: Column, codes: frozenset[str], typing: Typing) -> str:
    """What SQL says of a column: its value, its status, the first rule that it breaks."""
    checks = checks_of(column, codes, typing.as_of)
    name, text = column.name, f"text_{column.name}"
    failed = " ".join(
        f"when {check.condition} then {literal(column.name + SEPARATOR + check.rule)}"
        for check in checks
        if f"{column.name} {check.rule}" not in typing.waived
    )
    if totals := total_words(column, typing.contract):
        failed = f"when {_is_one_of(text, totals)} then {literal(SEPARATOR + FOOTER)} {failed}"
    items = [
        *value_columns(column),
        f'{f"case {failed} end" if failed else "null::varchar"} as "fail {name}"',
    ]
    if column.is_key:
        items.append(f'case when {text} is null then 0::ubigint else hash({text}) end as "key {name}"')
    if column.data_type == "boolean" or (column.values and not column.is_required):
        # A word that we do not know is no answer: the record counts, its word is not known.
        not_known = ", ".join(map(literal, NOT_KNOWN))
        items.append(
            f"cast(case when {text} is null or {name} is not null then 0 when lower({text}) in ({not_known}) then 1 "
            f'else 2 end as tinyint) as "unknown {name}"'
        )
    return ", ".join(items)


def _is_one_of(text: str, words: tuple[str, ...]) -> str:
    return f"lower({text}) in ({', '.join(map(literal, words))})"


def _correct(
    cursor: duckdb.DuckDBPyConnection, typing: Typing, cells: pa.Table
) -> tuple[pa.Table, dict[int, int], dict[int, int]]:
    """The cells after known errors were mended; the rows that each correction mended, and where it no longer fits."""
    if not typing.corrections:
        return cells, {}, {}
    names = {f"cell_{position}": f"text_{name}" for name, position in typing.cells.items()}
    cursor.register(
        "uncorrected", cells.rename_columns([names.get(name, name) for name in cells.column_names])
    )
    cells = cursor.sql(
        f"select * replace ({corrected(typing.corrections)}) from uncorrected"
    ).to_arrow_table()
    conditions = [each.applies_sql for each in typing.corrections]
    conditions += [each.is_outdated_sql for each in typing.corrections]
    counts = ", ".join(f"count(*) filter ({condition})" for condition in conditions)
    found = cursor.execute(f"select {counts} from uncorrected").fetchall()[0]
    mended, outdated = found[: len(typing.corrections)], found[len(typing.corrections) :]
    cursor.unregister("uncorrected")
    back = {text: cell for cell, text in names.items()}
    cells = cells.rename_columns([back.get(name, name) for name in cells.column_names])
    return cells, dict(enumerate(mended)), dict(enumerate(outdated))


def _judge_columns(
    cursor: duckdb.DuckDBPyConnection, judge: Judge, typing: Typing, cells: pa.Table
) -> dict[str, pa.ChunkedArray | pa.Array]:
    """Each column's value, status, failure, key and unknown flag, by name; word by word where words repeat."""
    import pyarrow as pa

    columns = {name: cells.column(typing.cells[name]) for name in judge.selects if name in typing.cells}
    repeating = {
        name: column.combine_chunks()
        for name, column in columns.items()
        if pa.types.is_dictionary(column.type)
    }
    known = _judge_words(cursor, judge, {name: column.dictionary for name, column in repeating.items()})
    judged: dict[str, pa.ChunkedArray | pa.Array] = {}
    for name, column in repeating.items():
        for each, values in zip(known[name].column_names, known[name].columns, strict=True):
            judged[each] = _spread(values.combine_chunks(), column.indices)
    row_wise = {name: column for name, column in columns.items() if name not in repeating}
    if row_wise:
        table = _select(cursor, judge, row_wise)
        judged.update(zip(table.column_names, table.columns, strict=True))
    return judged


def _judge_words(
    cursor: duckdb.DuckDBPyConnection, judge: Judge, words: dict[str, pa.Array]
) -> dict[str, pa.Table]:
    """What is judged of each column's words, in their order; new ones of all columns in one query."""
    import pyarrow as pa

    lists = {name: each.to_pylist() for name, each in words.items()}
    with judge.lock:
        new = {}
        for name, each in lists.items():
            places = judge.words[name].places if name in judge.words else {}
            unknown = [word for word in each if word not in places]
            if unknown or name not in judge.words:
                new[name] = unknown
        if new:
            longest = max(len(each) for each in new.values())
            # Short columns are filled up: they are judged side by side.
            padded = {
                name: pa.array(each + [None] * (longest - len(each)), pa.string())
                for name, each in new.items()
            }
            table = _select(cursor, judge, padded)
            for name, each in new.items():
                judge.words[name] = _with_words(judge.words.get(name), each, _of_column(table, name))
        return {name: _take_words(judge.words[name], each) for name, each in lists.items()}


def _of_column(table: pa.Table, name: str) -> pa.Table:
    """What a judgement says of one column: its value, and what stands beside it."""
    titles = (name, f"{name}_status", f"fail {name}", f"key {name}", f"unknown {name}")
    return table.select([title for title in table.column_names if title in titles])


def _take_words(known: Words, words: list[str]) -> pa.Table:
    import pyarrow as pa

    return known.table.take(pa.array([known.places[word] for word in words], pa.int64()))


def _with_words(known: Words | None, words: list[str], judged: pa.Table) -> Words:
    import pyarrow as pa

    judged = judged.slice(0, len(words))
    if known is None:
        return Words({word: place for place, word in enumerate(words)}, judged)
    first = known.table.num_rows
    places = {**known.places, **{word: first + place for place, word in enumerate(words)}}
    return Words(places, pa.concat_tables([known.table, judged]).combine_chunks())


def _select(
    cursor: duckdb.DuckDBPyConnection, judge: Judge, columns: dict[str, pa.ChunkedArray | pa.Array]
) -> pa.Table:
    import pyarrow as pa

    cursor.register("cells", pa.table(columns))
    texts = ", ".join(f"nullif({trimmed(name)}, '') as text_{name}" for name in columns)
    items = ", ".join(judge.selects[name] for name in columns)
    table = cursor.sql(f"select {items} from (select {texts} from cells)").to_arrow_table()
    cursor.unregister("cells")
    return table


def _spread(words: pa.Array, indices: pa.Array) -> pa.Array:
    """What was judged of each word, for each row; text stays in a dictionary."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if words.null_count == len(words):
        return pa.nulls(len(indices), words.type)
    if pa.types.is_string(words.type):
        # A blank word has no place in a dictionary: its rows have none.
        is_filled = words.is_valid()
        places = pc.if_else(is_filled, pc.subtract(pc.cumulative_sum(is_filled.cast("int32")), 1), None)
        return pa.DictionaryArray.from_arrays(places.take(indices), words.drop_null())
    return words.take(indices)


def _first_failures(
    typing: Typing,
    judged: dict[str, pa.ChunkedArray | pa.Array],
    held: dict[str, pa.Array],
    row_count: int,
) -> pa.ChunkedArray | None:
    """The first rule that each row breaks, as column and rule; None where no row breaks any."""
    import pyarrow as pa
    import pyarrow.compute as pc

    failed = []
    for column in typing.contract.columns:
        found = judged.get(f"fail {column.name}")
        if found is not None and found.null_count < row_count:
            failed.append(found.cast(pa.string()))
        if column.name in held:
            failed.append(pc.if_else(held[column.name], column.name + SEPARATOR + FREE_TEXT, None))
    if not failed:
        return None
    first = pc.coalesce(*failed)
    return first if first.null_count < row_count else None


def _rows(typing: Typing, judged: dict[str, pa.ChunkedArray | pa.Array], lines: pa.Array) -> pa.Table:
    """The columns of the extract, for every row."""
    import numpy as np
    import pyarrow as pa

    count, columns = len(lines), {}
    for name, kind in typing.contract.extract_types.items():
        if name == "line":
            columns[name] = lines
        elif name == "delivery_id":
            zeros = pa.array(np.zeros(count, dtype=np.int32))
            columns[name] = pa.DictionaryArray.from_arrays(zeros, pa.array([typing.delivery_id]))
        elif name in judged:
            found = judged[name]
            columns[name] = found if pa.types.is_dictionary(found.type) else found.cast(_arrow_type(kind))
        else:
            columns[name] = pa.nulls(count, _arrow_type(kind))
    return pa.table(columns)


def _held_texts(typing: Typing, cells: pa.Table) -> dict[str, pa.Array]:
    """The free-text columns in which some cell holds an identifier, and which cells."""
    import pyarrow.compute as pc

    held = {}
    for column in typing.contract.columns:
        if column.is_free_text and column.name in typing.cells and typing.hold_identifier:
            mask = typing.hold_identifier(cells.column(typing.cells[column.name]))
            if pc.any(mask).as_py():
                held[column.name] = mask
    return held


def _rejects(cursor: duckdb.DuckDBPyConnection, typing: Typing, bad: pa.Table) -> pa.Table:
    """The rejects of rows that failed; a row that says so in its first words is a footer, whatever failed."""
    filled = ", ".join(f"nullif({trimmed(f'cell_{index}')}, '')" for index in range(len(typing.header)))
    totals = [
        _is_one_of(trimmed(f"cell_{typing.cells[column.name]}"), words)
        for column in typing.contract.columns
        if column.name in typing.cells and (words := total_words(column, typing.contract))
    ]
    first = f"regexp_matches(lower(coalesce({filled}, '')), {literal(FOOTER_START)})"
    is_footer = f"({' or '.join([first, *totals])})"
    free = {column.name for column in typing.contract.columns if column.is_free_text}
    kept = {
        position: f"case when nullif({trimmed(f'cell_{position}')}, '') is null then '' else {literal(NOT_KEPT)} end"
        if name in free
        else f"cell_{position}"
        for name, position in typing.cells.items()
    }
    if typing.contract.is_openly_published:
        # Anybody may read the whole row: it says what a row is that is no record.
        kept = {position: f"cell_{position}" for position in range(len(typing.header))}
    pairs = ", ".join(f"{literal(typing.header[position])}, {kept[position]}" for position in sorted(kept))
    cursor.register("bad", bad)
    rejects = cursor.sql(
        f"""select line,
                case when {is_footer} then '' else split_part(failure, '{SEPARATOR}', 1) end as column_name,
                case when {is_footer} then {literal(FOOTER)} else split_part(failure, '{SEPARATOR}', 2) end as rule,
                cast(json_object({pairs}) as varchar) as row
            from bad order by line"""
    ).to_arrow_table()
    cursor.unregister("bad")
    return rejects.cast(rejects_schema())


def _broken_rejects(typing: Typing, block: Block) -> pa.Table:
    """The lines that could not be split into cells, each as its text: nobody can say which of it would be read."""
    import pyarrow as pa

    if not block.broken:
        return rejects_schema().empty_table()
    texts = pa.chunked_array([pa.array([text for _, _, text in block.broken], pa.string())])
    held = typing.hold_identifier(texts).to_pylist() if typing.hold_identifier else [False] * len(texts)
    rows = [
        {
            "line": line,
            "column_name": "",
            "rule": FOOTER if re.match(FOOTER_START, text.lstrip('"').casefold()) else rule,
            "row": json.dumps({"": _kept_line(typing, rule, text, is_held)}, ensure_ascii=False),
        }
        for (line, rule, text), is_held in zip(block.broken, held, strict=True)
    ]
    return pa.Table.from_pylist(rows, rejects_schema())


def _kept_line(typing: Typing, rule: str, text: str, is_held: bool) -> str:
    """What is kept of a line that could not be split into cells: all of it, or why nothing."""
    if typing.contract.is_openly_published:
        return text
    if _has_free_text(typing):
        return LINE_WITH_TEXT_NOT_KEPT
    if is_held:
        return LINE_NOT_KEPT
    expected_found = [int(number) for number in re.findall(r"\d+", rule)]
    is_longer = len(expected_found) == 2 and expected_found[1] > expected_found[0]
    return LINE_TOO_LONG_NOT_KEPT if is_longer else text


def _strokes(typing: Typing, cells: pa.Table) -> dict[str, tuple[int, int, int]]:
    """How the dates that are written with strokes can be read: a month above 12 shows the American order."""
    import pyarrow as pa
    import pyarrow.compute as pc

    counts = {}
    for column in typing.contract.columns:
        if column.data_type not in ("date", "timestamp") or column.reads or column.name not in typing.cells:
            continue
        text = cells.column(typing.cells[column.name])
        words = text.combine_chunks().dictionary if pa.types.is_dictionary(text.type) else text
        if not pc.any(pc.match_substring(words, "/")).as_py():
            continue
        found = pc.extract_regex(text.cast("string"), r"^\s*(?P<first>\d{1,2})/(?P<second>\d{1,2})/\d{4}")
        found = found.filter(pc.is_valid(found))
        first, second = (pc.cast(pc.struct_field(found, name), "int32") for name in ("first", "second"))
        counts[column.name] = (
            len(found),
            pc.sum(pc.and_(pc.greater(second, 12), pc.less_equal(first, 12))).as_py() or 0,
            pc.sum(pc.greater(first, 12)).as_py() or 0,
        )
    return counts
