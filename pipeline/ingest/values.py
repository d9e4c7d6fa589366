"""How a column's text becomes a value: the select items of SQL."""

from __future__ import annotations

from pipeline.contracts import Column

YES = ("y", "yes", "true", "t", "1")
NO = ("n", "no", "false", "f", "0")
# The words of people and programs that have no answer.
NOT_KNOWN = str.split(
    """unknown|not known|u|n/k|nk|not recorded|not stated|not specified|not provided|not applicable|n/a|na|none|null|nil
    |don't know|dk|refused|declined|not answered|unanswered|missing|blank|-|.|x|z""".replace("\n    ", ""),
    "|",
)
DATES = "['%d/%m/%Y', '%d-%b-%Y']"
TIMES = "['%d/%m/%Y %H:%M', '%d/%m/%Y %H:%M:%S', '%d-%b-%Y %H:%M', '%d/%m/%Y']"


def value_columns(column: Column) -> list[str]:
    """The select items that give a column its type, and its status where suppliers use symbols."""
    value, text = _value(column), f"text_{column.name}"
    if not column.symbols:
        return [f"{value} as {column.name}"]
    statuses = " ".join(
        f"when lower({text}) = {literal(symbol.lower())} then '{status}'" for symbol, status in column.symbols
    )
    status = f"case {statuses} when {text} is null then 'blank' else 'reported' end"
    return [
        f"case when not {is_symbol(column)} then {value} end as {column.name}",
        f"{status} as {column.name}_status",
    ]


def trimmed(cell: str) -> str:
    """A cell without the blanks, tabs and no-break spaces around it; the last two are rare, and slow to look for."""
    rare = f"contains({cell}, chr(9)) or contains({cell}, chr(160))"
    return f"case when {rare} then trim({cell}, ' ' || chr(9) || chr(160)) else trim({cell}) end"


def literal(text: str) -> str:
    """A text as SQL writes it."""
    return "'" + text.replace("'", "''") + "'"


def is_symbol(column: Column) -> str:
    """Whether a symbol of the contract stands in the place of a number."""
    symbols = ", ".join(literal(symbol.lower()) for symbol, _ in column.symbols)
    return f"coalesce(lower(text_{column.name}) in ({symbols}), false)" if symbols else "false"


def _value(column: Column) -> str:
    text = f"text_{column.name}"
    if column.values:
        words = " ".join(
            f"when {literal(theirs.lower())} then {literal(ours)}" for theirs, ours in column.values
        )
        return f"case lower({text}) {words} end"
    return _reading(column.reads, text) if column.reads else _cast(column, text)


def _reading(reads: str, text: str) -> str:
    """A year, a month or an age, as suppliers write them; no value where the text is none."""
    first = f"try_cast(regexp_extract({text}, '^(\\d{{4}})', 1) as integer)"
    is_year = f"regexp_full_match({text}, '\\d{{4}}')"
    is_pair = f"regexp_full_match({text}, '\\d{{4}}[/-]?(\\d{{2}}|\\d{{4}})')"
    follows = f"try_cast(right({text}, 2) as integer) = ({first} + 1) % 100"
    return {
        "month": f"try_cast({text} || '-01' as date)",
        "financial_year": f"case when {is_pair} and {follows} then make_date({first}, 4, 1) end",
        "academic_year": f"case when {is_pair} and {follows} then make_date({first}, 9, 1) end",
        "reporting_year": f"case when {is_year} then make_date({first} - 1, 4, 1) end",
        "mid_year": f"case when {is_year} then make_date({first}, 6, 30) end",
        # A band is known by its first age: 10-14 is read as 10, 90+ as 90.
        "age": f"try_cast(regexp_extract({text}, '^(\\d{{1,3}})(-\\d+|\\+)?$', 1) as integer)",
    }[reads]


def _cast(column: Column, text: str) -> str:
    kind = column.data_type
    number = f"try_cast({text} as double)"
    if kind == "boolean":
        yes, no = (", ".join(f"'{word}'" for word in words) for words in (YES, NO))
        return f"case when lower({text}) in ({yes}) then true when lower({text}) in ({no}) then false end"
    if kind in ("integer", "bigint"):
        # A cast alone would round 1.5 to 2.
        return f"case when {number} = trunc({number}) then try_cast({number} as {kind}) end"
    if kind == "double":
        # NaN and inf are words of a program, not counts.
        return f"case when isfinite({number}) then {number} end"
    if kind == "date":
        days = _excel_days(column, text)
        return f"coalesce(try_cast({text} as date), cast(try_strptime({text}, {DATES}) as date){days})"
    if kind == "timestamp":
        days = _excel_days(column, text)
        return f"coalesce(try_cast({text} as timestamp), try_strptime({text}, {TIMES}){days})"
    return {"blob": f"unhex({text})", "varchar": text}[kind]


def _excel_days(column: Column, text: str) -> str:
    if not column.excel_epoch:
        return ""
    # Excel's first day is 1 January 1900, and it believes in a 29 February of that year.
    day = "1904-01-01" if column.excel_epoch == 1904 else "1899-12-30"
    kind = "cast(date '{}' + cast(floor({}) as integer) as date)" if column.data_type == "date" else (
        "timestamp '{}' + to_seconds(cast(round({} * 86400) as bigint))"
    )  # fmt: skip
    number = f"cast({text} as double)"
    return (
        f", case when regexp_full_match({text}, '\\d{{4,5}}(\\.\\d+)?') then {kind.format(day, number)} end"
    )
