"""What a period is called, and which one somebody means: the same words in the report and on the command line."""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta

Span = tuple[date, date]

YEAR = re.compile(r"((?:19|20)\d\d)")
TWO_YEARS = re.compile(r"((?:19|20)\d\d)[/-](\d\d|\d\d\d\d)")
QUARTER = re.compile(r"((?:19|20)\d\d)[ -]?q([1-4])|q([1-4])[ -]?((?:19|20)\d\d)")
MONTH = re.compile(r"([a-z]+) ((?:19|20)\d\d)")
MONTH_NAMES = {
    name.casefold(): number
    for names in (calendar.month_name, calendar.month_abbr)
    for number, name in enumerate(names)
    if name
}


def period_label(period_type: str, start: date, end: date) -> str:
    """What a period is called on an axis, in a table and in a subtitle."""
    if period_type == "month":
        return f"{start:%B %Y}"
    if period_type in ("financial_year", "academic_year"):
        return f"{start.year}/{(start.year + 1) % 100:02d}"
    if period_type == "calendar_year":
        return str(start.year)
    if period_type == "quarter":
        return f"{start:%B} to {end:%B %Y}"
    return f"{start:%B %Y} to {end:%B %Y}"


def name_price_year(cut_off: date) -> str:
    """The last financial year that had ended by the cut-off, as '2023-24': the edition's prices are of that year."""
    end = cut_off.year if cut_off >= date(cut_off.year, 3, 31) else cut_off.year - 1
    return f"{end - 1}-{end % 100:02}"


def read_spans(text: str) -> tuple[Span, ...]:
    """The first and last day of every period that the words can mean; empty where they mean none.

    2023/24 and 2023-24 are a financial or a school year, 2023 a calendar year, 2023-05 and May 2023 a month, 2023Q2
    April to June 2023; "2021/22 to 2023/24" and "April to June 2023" go from the first to the last. 2011-12 can be
    two years or a December.
    """
    words = " ".join(text.replace("–", "-").casefold().split())
    first, _, last = words.partition(" to ")
    if last:
        year = YEAR.search(last)
        starts = read_spans(f"{first} {year[1]}" if first in MONTH_NAMES and year else first)
        return tuple((start, end) for start, _ in starts for _, end in read_spans(last) if start < end)
    return tuple(_read_one(words))


def _read_one(words: str) -> list[Span]:
    spans = []
    if found := YEAR.fullmatch(words):
        spans.append(_months(int(found[1]), 1, 12))
    if found := TWO_YEARS.fullmatch(words):
        year, second = int(found[1]), found[2]
        if second in (f"{(year + 1) % 100:02d}", str(year + 1)):
            spans += [_months(year, 4, 12), _months(year, 9, 12)]
        if len(second) == 2 and 1 <= int(second) <= 12:
            spans.append(_months(year, int(second), 1))
    if found := QUARTER.fullmatch(words):
        quarter = int(found[2] or found[3])
        spans.append(_months(int(found[1] or found[4]), 3 * quarter - 2, 3))
    if (found := MONTH.fullmatch(words)) and found[1] in MONTH_NAMES:
        spans.append(_months(int(found[2]), MONTH_NAMES[found[1]], 1))
    return spans


def _months(year: int, month: int, count: int) -> Span:
    after = year * 12 + month - 1 + count
    return date(year, month, 1), date(after // 12, after % 12 + 1, 1) - timedelta(days=1)
