"""What a row must not be: the conditions of SQL under which it is held back, and the rule in words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from pipeline.contracts import PATTERNS, Column, Contract
from pipeline.ingest.values import is_symbol, literal

EARLIEST = date(1990, 1, 1)
EXCEL = "was changed by Excel into a number or a date: ask for the column as text"
ZEROS = "code has lost its leading zeros: ask for the column as text"
EXCEL_DAYS = "is Excel's count of days, not a date: ask for the date as text"
TWO_DIGITS = "has a year of two digits: ask for dates as yyyy-mm-dd"
# What Excel makes of 26 March.
DAY = "[A-Za-z]{3}-\\d{2}|\\d{1,2}-[A-Za-z]{3}(-\\d{2,4})?|\\d{4}-\\d{2}-\\d{2}( .*)?"
# And of 1E05, a whole number and a long one; a formula's error; a column too narrow.
MANGLED = "|".join(
    (
        DAY,
        "\\d{1,2}/\\d{1,2}/\\d{2,4}",
        "\\d+(\\.\\d+)?[Ee]\\+?\\d+",
        "\\d+\\.0+",
        "\\d{1,3}(,\\d{3})+",
        "#[A-Z/0]+[!?]?",
        "#+",
    )
)
SHORT_YEAR = "\\d{1,2}[/.-](\\d{1,2}|[A-Za-z]{3})[/.-]\\d{1,2}( .*)?"
LONGEST_NUMBER = 12
EXCEL_DIGITS = "is a code whose last digits Excel has lost: ask for the column as text"
CHECK_DIGIT = "has a wrong check digit"
FOOTER = "a footer or a total, not a record"
TOTALS = ("total", "totals", "grand total", "overall total", "sub-total", "sub total", "subtotal", "all")
# Of a record's identifier: months are written as Excel writes them.
MANGLED_KEY = (
    "\\d(\\.\\d+)?E\\+\\d+|(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)-\\d{2}"
    "|\\d{1,2}-(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
)
# Verhoeff's tables, a row of ten digits after the other: what a digit becomes at its place, and the product of two.
_PERMUTED = "01234567891576283094580379614289160435279453126870428657390127938064157046913258"
_PRODUCTS = (
    "0123456789123406789523401789563401289567401239567859876043216598710432765982104387659321049876543210"
)


@dataclass(frozen=True)
class Check:
    """A condition that holds a row back; the first of a row's checks that holds is its reason."""

    condition: str
    rule: str


def checks_of(column: Column, codes: frozenset[str], as_of: date) -> Iterator[Check]:
    """The checks of a column, in their order; `codes` are those that may stand in it, none for any."""
    name, text = column.name, f"text_{column.name}"
    if column.is_required:
        yield Check(f"{text} is null", "required value is missing")
    if column.is_key:
        yield Check(f"regexp_full_match({text}, {literal(MANGLED_KEY)})", EXCEL)
    if column.values and column.is_required:
        yield Check(f"{name} is null and regexp_full_match({text}, {literal(DAY)})", EXCEL)
        yield Check(f"{text} is not null and {name} is null", "word is not one that the contract allows")
    elif column.data_type not in ("boolean", "varchar") and not column.values:
        yield from _type_checks(column)
    if column.data_type in ("date", "timestamp"):
        yield Check(f"{name} < date '{EARLIEST}'", f"date lies before {EARLIEST.year}")
        # Populations are projected; nothing else is counted before it happens.
        if column.reads != "mid_year":
            yield Check(f"cast({name} as date) > date '{as_of}'", "date lies in the future")
    if column.minimum is not None:
        yield Check(f"{name} < {column.minimum}", f"lies below {column.minimum:g}")
    if column.maximum is not None:
        yield Check(f"{name} > {column.maximum}", f"lies above {column.maximum:g}")
    if column.pattern or codes:
        yield from _code_checks(column, codes)


def _type_checks(column: Column) -> Iterator[Check]:
    name, text = column.name, f"text_{column.name}"
    unread = f"{text} is not null and {name} is null and not {is_symbol(column)}"
    if column.data_type in ("date", "timestamp") and not column.reads:
        is_odd = f"({name} is null or {name} < date '{EARLIEST}')"
        yield Check(f"{is_odd} and regexp_full_match({text}, {literal(SHORT_YEAR)})", TWO_DIGITS)
        yield Check(f"{unread} and regexp_full_match({text}, '\\d{{5}}(\\.\\d+)?')", EXCEL_DAYS)
    if column.reads:
        yield Check(f"{unread} and regexp_full_match({text}, {literal(DAY)})", EXCEL)
    kind = column.reads.replace("_", " ") or column.data_type
    yield Check(unread, f"is not of type {kind}")


def _code_checks(column: Column, codes: frozenset[str]) -> Iterator[Check]:
    name, text = column.name, f"text_{column.name}"
    listed = f"select code from codes_{name}"
    has_wrong_form = (
        f"not regexp_full_match({text}, {literal(column.pattern)})" if column.pattern else "false"
    )
    is_unknown = f"{text} not in ({listed})" if codes else "false"
    is_wrong = f"{text} is not null and ({has_wrong_form} or {is_unknown})"
    yield Check(f"{is_wrong} and regexp_full_match({text}, {literal(MANGLED)})", EXCEL)
    in_full = f"in ({listed})"
    widths = range(2, max(map(len, codes)) + 1) if any(code.startswith("0") for code in codes) else range(0)
    if column.pattern and not codes:
        in_full, widths = f"similar to {literal(column.pattern)}", range(2, LONGEST_NUMBER)
    padded = " or ".join(
        f"(length({text}) < {width} and lpad({text}, {width}, '0') {in_full})" for width in widths
    )
    is_number = "true" if codes else f"regexp_full_match({text}, '\\d+')"
    if padded:
        yield Check(f"{is_wrong} and {is_number} and ({padded})", ZEROS)
    if column.pattern:
        yield Check(f"{text} is not null and {has_wrong_form}", "is not a code of the right form")
    if column.pattern == PATTERNS["snomed"]:
        is_false = f"{text} is not null and {_checksum(text)} <> 0"
        # Of so many digits the last three are never noughts: they say that somebody's extension gave the code out.
        is_cut = f"({text} like '%000' or ({is_false} and {text} like '%00'))"
        yield Check(f"length({text}) > 15 and {is_cut}", EXCEL_DIGITS)
        yield Check(is_false, CHECK_DIGIT)
    if codes:
        yield Check(is_wrong, "code is not in the code list")


def _checksum(text: str) -> str:
    """Verhoeff's sum over a text of digits, the last first: 0 where the last one is right."""
    digits = f"list_transform(string_split(reverse({text}), ''), lambda digit: try_cast(digit as integer))"
    places = f"list_zip({digits}, range(length({text})))"
    permuted = (
        f"list_transform({places}, lambda pair: "
        f"cast(substr('{_PERMUTED}', pair[2] % 8 * 10 + pair[1] + 1, 1) as integer))"
    )
    return (
        f"list_reduce(list_prepend(0, {permuted}), lambda sum, digit: "
        f"cast(substr('{_PRODUCTS}', sum * 10 + digit + 1, 1) as integer))"
    )


def total_words(column: Column, contract: Contract) -> tuple[str, ...]:
    """The words by which a row says that it is the sum of others, in a column that names a record or a body.

    None for what is openly published: tidy tables have totals that their models expect.
    """
    is_name = column.is_key or column.name in contract.scope
    is_open = column.codes or column.values or column.pattern not in ("", PATTERNS["title"])
    if contract.is_openly_published or not (is_name and column.is_required) or is_open:
        return ()
    words = {word for name in (column.name, *column.headers) for word in re.findall(r"[a-z]+", name.lower())}
    return (*TOTALS, *sorted(f"all {_plural(word)}" for word in words - {"name", "id", "pseudo"}))


def _plural(word: str) -> str:
    return word[:-1] + "ies" if word.endswith("y") else word + "s"
