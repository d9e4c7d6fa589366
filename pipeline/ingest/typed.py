"""The table `raw` → the table `typed`, as the contract says, and the rejects with their rule."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from pipeline.contracts import Column, Contract
from pipeline.ingest.read import RawTable

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
        trimmed.append(f"nullif(trim({cell}), '') as {column.name}" if cell else f"null::varchar as {column.name}")
        values += _value_columns(column)
        checks += _checks(column, as_of)
    connection.execute(
        f"create or replace temp view trimmed as select {', '.join(trimmed)}, line from raw"
    )
    failed = " ".join(f"when {condition} then '{column}\t{rule}'" for column, condition, rule in checks)
    codes = {column.name: sorted(column.codes) for column in contract.columns if column.codes}
    for name, known in codes.items():
        connection.execute(f"create or replace temp table codes_{name} (code varchar primary key)")
        connection.executemany(f"insert into codes_{name} values (?)", [[code] for code in known])
    connection.execute(
        f"""create or replace temp table judged as
            select {", ".join(values)}, line, {f"case {failed} end" if failed else "null::varchar"} as failure
            from trimmed"""
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
    value = _value(column)
    if not column.symbols:
        return [f"{value} as {column.name}"]
    statuses = " ".join(
        f"when lower({column.name}) = '{symbol.lower()}' then '{status}'"
        for symbol, status in column.symbols.items()
    )
    return [
        f"case when not {_is_symbol(column)} then {value} end as {column.name}",
        f"case {statuses} when {column.name} is null then 'not_available' else 'reported' end "
        f"as {column.name}_status",
    ]


def _is_symbol(column: Column) -> str:
    symbols = ", ".join(f"'{symbol.lower()}'" for symbol in column.symbols)
    return f"coalesce(lower({column.name}) in ({symbols}), false)" if symbols else "false"


def _value(column: Column) -> str:
    text = column.name
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
        # The last age of a table is open: 90+ is read as 90.
        return f"try_cast(regexp_extract({text}, '^(\\d{{1,3}})\\+?$', 1) as integer)"
    if column.data_type == "boolean":
        yes, no = (", ".join(f"'{word}'" for word in words) for words in (YES, NO))
        return f"case when lower({text}) in ({yes}) then true when lower({text}) in ({no}) then false end"
    if column.data_type == "integer":
        # A cast alone would round 1.5 to 2.
        number = f"try_cast({text} as double)"
        return f"case when {number} = trunc({number}) then cast({number} as integer) end"
    if column.data_type == "date":
        return f"coalesce(try_cast({text} as date), cast(try_strptime({text}, '%d/%m/%Y') as date))"
    if column.data_type == "timestamp":
        return f"coalesce(try_cast({text} as timestamp), try_strptime({text}, '%d/%m/%Y %H:%M'))"
    if column.data_type == "blob":
        return f"unhex({text})"
    return f"try_cast({text} as {column.data_type})"


def _checks(column: Column, as_of: date) -> list[tuple[str, str, str]]:
    """What a row must not be: (column, condition, rule), the first that holds rejects the row."""
    text, value, checks = column.name, _value(column), []
    if column.is_required:
        checks.append((text, f"{text} is null", "required value is missing"))
    if column.data_type != "boolean":
        kind = column.reads.replace("_", " ") or column.data_type.replace("varchar", "text")
        checks.append(
            (text, f"{text} is not null and not {_is_symbol(column)} and {value} is null", f"is not of type {kind}")
        )
    if column.data_type in ("date", "timestamp") and not column.reads:
        checks.append((text, f"{value} < date '{EARLIEST}'", f"date lies before {EARLIEST.year}"))
        checks.append((text, f"cast({value} as date) > date '{as_of}'", "date lies in the future"))
    if column.codes:
        checks.append(
            (text, f"{text} is not null and {text} not in (select code from codes_{text})", "code is not in the code list")
        )
    return checks


def _reject_repeated_keys(connection: duckdb.DuckDBPyConnection, contract: Contract) -> None:
    """Of rows alike in everything the first stays; rows that share a key and differ are all held back."""
    keys = [column.name for column in contract.columns if column.is_key]
    if not keys:
        return
    key = keys[0]
    compared = ", ".join(column.name for column in contract.columns)
    connection.execute(
        f"""insert into rejects
            with repeated as (
                select {key} from trimmed anti join rejects using (line)
                where {key} is not null group by {key} having count(*) > 1
            ),
            marked as (
                select line, {key}, row_number() over (partition by {compared} order by line) as copy,
                    count(*) over (partition by {key}) as alike_by_key,
                    count(*) over (partition by {compared}) as alike
                from trimmed semi join repeated using ({key}) anti join rejects using (line)
            )
            select line, '{key}',
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
    for column in contract.columns:
        if column.data_type == "boolean" and column.name in cells:
            words = ", ".join(f"'{word}'" for word in (*YES, *NO))
            unknown = _count(
                connection,
                f"select count(*) from trimmed where {column.name} is not null "
                f"and lower({column.name}) not in ({words})",
            )
            if unknown:
                warnings.append(f"{unknown} values of {column.name} are neither yes nor no: kept as not known")
    return tuple(warnings)


def _count(connection: duckdb.DuckDBPyConnection, query: str) -> int:
    row = connection.execute(query).fetchone()
    return int(row[0]) if row else 0
