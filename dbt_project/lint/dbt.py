"""What sqlfluff puts in place of dbt's cross-database macros: models are linted without dbt."""


def dateadd(datepart: str, interval: object, from_date_or_timestamp: str) -> str:
    return f"date_add({from_date_or_timestamp}, interval ({interval}) {datepart})"


def date_spine(datepart: str, start_date: str, end_date: str) -> str:
    return f"select {start_date} as date_{datepart}"


def generate_series(upper_bound: int) -> str:
    return f"select {upper_bound} as generated_number"


def listagg(measure: str, delimiter_text: str, order_by_clause: str) -> str:
    """The values of a group as one text."""
    return f"string_agg({measure}, {delimiter_text} {order_by_clause})"


def hash(field: str) -> str:
    """A short text that stands for a long one."""
    return f"md5({field})"
