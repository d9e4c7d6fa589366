"""The table `raw` → the table `typed`, as the contract says, and the rejects with their rule."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from pipeline.contracts import Column, Contract
from pipeline.ingest.read import RawTable, show_header

if TYPE_CHECKING:
    import duckdb

YES = ("y", "yes", "true", "t", "1")
NO = ("n", "no", "false", "f", "0")
EARLIEST = date(1990, 1, 1)


def type_rows(
    connection: duckdb.DuckDBPyConnection, raw: RawTable, contract: Contract, delivery_id: str, as_of: date
) -> tuple[str, ...]:
    """Fills the tables `typed` (accepted rows) and `rejects` (line, column_name, rule); returns warnings.

    Every row of the delivery ends in exactly one of the two.
    """
    cells = {contract.field_of(title): f"cell_{index}" for index, title in enumerate(raw.header)}
    connection.execute("create or replace table rejects (line bigint, column_name varchar, rule varchar)")
    if raw.broken:
        connection.executemany("insert into rejects values (?, '', ?)", [list(row) for row in raw.broken])
    trimmed, values, checks = [], [], []
    for column in contract.columns:
        cell = cells.get(column.name)
        text = f"nullif(trim({cell}), '')" if cell else "null::varchar"
        trimmed.append(f"{text} as text_{column.name}")
        values += _value_columns(column)
        checks += _checks(column, as_of)
    failed = " ".join(f"when {condition} then '{column}\t{rule}'" for column, condition, rule in checks)
    for column in contract.columns:
        if column.codes:
            connection.execute(
                f"create or replace temp table codes_{column.name} as select unnest(?::varchar[]) as code",
                [sorted(column.codes)],
            ).fetchall()
    connection.execute(
        f"""create or replace temp table judged as
            with trimmed as (select {", ".join(trimmed)}, line from raw),
            valued as (select *, {", ".join(values)} from trimmed)
            select *, {f"case {failed} end" if failed else "null::varchar"} as failure from valued"""
    ).fetchall()
    connection.execute(
        """insert into rejects
           select line, split_part(failure, '\t', 1), split_part(failure, '\t', 2)
           from judged where failure is not null"""
    ).fetchall()
    _reject_repeated_keys(connection, contract)
    names = ", ".join(name for name in contract.extract_types if name not in ("delivery_id", "line"))
    connection.execute(
        f"""create or replace table typed as
            select {names}, ?::varchar as delivery_id, line
            from judged anti join rejects using (line) order by line""",
        [delivery_id],
    ).fetchall()
    return _warnings(connection, raw, contract, cells)


def _value_columns(column: Column) -> list[str]:
    """The select items that give a column its type, and its status where suppliers use symbols."""
    value, text = _value(column), f"text_{column.name}"
    if not column.symbols:
        return [f"{value} as {column.name}"]
    statuses = " ".join(
        f"when lower({text}) = '{symbol.lower()}' then '{status}'" for symbol, status in column.symbols
    )
    status = f"case {statuses} when {text} is null then 'blank' else 'reported' end"
    return [
        f"case when not {_is_symbol(column)} then {value} end as {column.name}",
        f"{status} as {column.name}_status",
    ]


def _is_symbol(column: Column) -> str:
    symbols = ", ".join(f"'{symbol.lower()}'" for symbol, _ in column.symbols)
    return f"coalesce(lower(text_{column.name}) in ({symbols}), false)" if symbols else "false"


def _value(column: Column) -> str:
    text = f"text_{column.name}"
    first = f"try_cast(regexp_extract({text}, '^(\\d{{4}})', 1) as integer)"
    year_pair = f"regexp_full_match({text}, '\\d{{4}}[/-]?(\\d{{2}}|\\d{{4}})')"
    follows = f"try_cast(right({text}, 2) as integer) = ({first} + 1) % 100"
    if column.reads == "month":
        return f"try_cast({text} || '-01' as date)"
    if column.reads == "financial_year":
        return f"case when {year_pair} and {follows} then make_date({first}, 4, 1) end"
    if column.reads == "academic_year":
        return f"case when {year_pair} and {follows} then make_date({first}, 9, 1) end"
    if column.reads == "reporting_year":
        return f"case when regexp_full_match({text}, '\\d{{4}}') then make_date({first} - 1, 4, 1) end"
    if column.reads == "mid_year":
        return f"case when regexp_full_match({text}, '\\d{{4}}') then make_date({first}, 6, 30) end"
    if column.reads == "age":
        # A band is known by its first age: 10-14 is read as 10, 90+ as 90.
        return f"try_cast(regexp_extract({text}, '^(\\d{{1,3}})(-\\d+|\\+)?$', 1) as integer)"
    if column.data_type == "boolean":
        yes, no = (", ".join(f"'{word}'" for word in words) for words in (YES, NO))
        return f"case when lower({text}) in ({yes}) then true when lower({text}) in ({no}) then false end"
    if column.data_type == "integer":
        # A cast alone would round 1.5 to 2.
        number = f"try_cast({text} as double)"
        return f"case when {number} = trunc({number}) then try_cast({number} as integer) end"
    if column.data_type == "double":
        # NaN and inf are words of a program, not counts.
        return f"case when isfinite(try_cast({text} as double)) then try_cast({text} as double) end"
    if column.data_type == "date":
        return f"coalesce(try_cast({text} as date), cast(try_strptime({text}, '%d/%m/%Y') as date))"
    if column.data_type == "timestamp":
        return f"coalesce(try_cast({text} as timestamp), try_strptime({text}, '%d/%m/%Y %H:%M'))"
    if column.data_type == "blob":
        return f"unhex({text})"
    return f"try_cast({text} as {column.data_type})"


def _checks(column: Column, as_of: date) -> list[tuple[str, str, str]]:
    """What a row must not be: (column, condition, rule), the first that holds rejects the row."""
    name, text, checks = column.name, f"text_{column.name}", []
    if column.is_required:
        checks.append((name, f"{text} is null", "required value is missing"))
    if column.data_type not in ("boolean", "varchar"):
        kind = column.reads.replace("_", " ") or column.data_type
        unread = f"{text} is not null and {name} is null and not {_is_symbol(column)}"
        checks.append((name, unread, f"is not of type {kind}"))
    if column.data_type in ("date", "timestamp"):
        checks.append((name, f"{name} < date '{EARLIEST}'", f"date lies before {EARLIEST.year}"))
        # Populations are projected; nothing else is counted before it happens.
        if column.reads != "mid_year":
            checks.append((name, f"cast({name} as date) > date '{as_of}'", "date lies in the future"))
    if column.codes:
        unknown = f"{name} is not null and {name} not in (select code from codes_{name})"
        checks.append((name, unknown, "code is not in the code list"))
    return checks


def _reject_repeated_keys(connection: duckdb.DuckDBPyConnection, contract: Contract) -> None:
    """Of rows alike in everything the first stays; rows that share a key and differ are all held back."""
    keys = [f"text_{column.name}" for column in contract.columns if column.is_key]
    if not keys:
        return
    key, compared = keys[0], ", ".join(f"text_{column.name}" for column in contract.columns)
    [(known, distinct)] = connection.execute(
        f"select count({key}), count(distinct {key}) from judged where failure is null"
    ).fetchall()
    if known == distinct:
        return
    connection.execute(
        f"""insert into rejects
            with repeated as (
                select {key} from judged
                where failure is null and {key} is not null group by {key} having count(*) > 1
            ),
            marked as (
                select line, row_number() over (partition by {compared} order by line) as copy,
                    count(*) over (partition by {key}) as alike_by_key,
                    count(*) over (partition by {compared}) as alike
                from judged semi join repeated using ({key}) where failure is null
            )
            select line, '{key.removeprefix("text_")}',
                case when alike = alike_by_key then 'exact copy of an earlier row'
                    else 'same identifier, different content' end
            from marked where alike < alike_by_key or copy > 1"""
    ).fetchall()


def _warnings(
    connection: duckdb.DuckDBPyConnection, raw: RawTable, contract: Contract, cells: dict[str | None, str]
) -> tuple[str, ...]:
    warnings = list(raw.warnings)
    absent = [column.headers[0] for column in contract.columns if column.name not in cells]
    if absent:
        warnings.append(f"optional columns not sent: {', '.join(absent)}")
    unread = [show_header(title) for title in raw.header if title.strip() and not contract.field_of(title)]
    if unread:
        warnings.append(f"columns not read: {', '.join(unread)}")
    flags = [c.name for c in contract.columns if c.data_type == "boolean" and c.name in cells]
    if flags:
        # A word that is neither yes nor no stays text and has no value.
        counts = ", ".join(f"count(text_{flag}) - count({flag})" for flag in flags)
        unknown = connection.execute(f"select {counts} from judged").fetchall()[0]
        warnings += [
            f"{count} values of {flag} are neither yes nor no: kept as not known"
            for flag, count in zip(flags, unknown, strict=True)
            if count
        ]
    return tuple(warnings)
