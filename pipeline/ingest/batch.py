"""Rules over a whole delivery: too many bad rows, a volume far from its history, a total that disagrees."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from pipeline.contracts import Contract
from pipeline.ingest.keys import COPY
from pipeline.ingest.typed import FOOTER
from pipeline.register import Delivery

# Below these, a share or a median says nothing.
FEWEST_ROWS = 50
FEWEST_MONTHS = 6
FEWEST_IN_A_MONTH = 30
UNKNOWN_PLACES_LIMIT = 0.01
UNKNOWN_CODE = "code is not in the code list"
# A month whose first record lies after the one day, or the last before the other, may have been cut.
FIRST_DAYS, LAST_DAYS = 6, 25
# The share of an earlier delivery's rows that a revision of it may leave out.
REMOVED_LIMIT = 0.1


@dataclass(frozen=True)
class Objection:
    """Why a delivery must not come in unless somebody accepts it: the rule's word, and a sentence."""

    rule: str
    sentence: str


def objections(
    line: Delivery,
    contract: Contract,
    history: Iterable[Delivery],
    manifest_rows: int | None,
    as_of: date,
) -> Iterator[Objection]:
    """Every objection to a delivery on this day; `history` are the current deliveries of its source."""
    if manifest_rows is not None and manifest_rows != line.rows_in:
        yield Objection(
            "manifest",
            f"it holds {line.rows_in:,} rows, and the supplier's manifest says {manifest_rows:,}: ask for it again",
        )
    rules = {rule: count for rule, count in line.rules.items() if not rule.endswith((COPY, FOOTER))}
    bad = sum(rules.values())
    if line.rows_in >= FEWEST_ROWS and bad > contract.rejected_share_limit * line.rows_in:
        worst = max(rules, key=lambda rule: rules[rule])
        yield Objection(
            "rejected_share",
            f"{bad:,} of its {line.rows_in:,} rows cannot be used, more than {contract.rejected_share_limit:.0%}; "
            f"the commonest reason: {worst} ({rules[worst]:,} rows)",
        )
    for column in contract.columns:
        unknown = line.rules.get(f"{column.name} {UNKNOWN_CODE}", 0)
        is_place = column.pattern and not column.codes
        if is_place and line.rows_in >= FEWEST_ROWS and unknown >= UNKNOWN_PLACES_LIMIT * line.rows_in:
            yield Objection(
                "unknown_places",
                f"{unknown:,} of its {line.rows_in:,} rows name a place in {column.name} that no lookup knows: ask "
                "which year's codes they are, or deliver that lookup",
            )
    if line.accepted >= FEWEST_ROWS:
        for name, count in line.unknown_words.items():
            if count > contract.rejected_share_limit * line.accepted:
                yield Objection(
                    "unknown_words",
                    f"{count:,} of its {line.accepted:,} rows hold a word in {name} that we do not know: ask the "
                    "supplier whether its codes have changed",
                )
    yield from _removed(line, contract)
    yield from _volume(line, contract, list(history), as_of)


def _removed(line: Delivery, contract: Contract) -> Iterator[Objection]:
    """A revision that leaves out much of what it would take the place of."""
    before = line.changes.get("rows_before", 0)
    # Without identifiers an altered row counts as removed and added.
    removed = (
        line.changes.get("rows_removed", 0) if contract.key else before - line.changes.get("rows_after", 0)
    )
    if before >= FEWEST_ROWS and removed > REMOVED_LIMIT * before:
        yield Objection(
            "removed",
            f"it would take the place of an earlier delivery, of whose {before:,} rows it leaves out {removed:,}: ask "
            "the supplier whether they are gone for good",
        )


def _volume(line: Delivery, contract: Contract, history: list[Delivery], as_of: date) -> Iterator[Objection]:
    """A month far from the median of the twelve before it."""
    if contract.volume_tolerance is None:
        return
    known: dict[str, int] = {}
    for earlier in history:
        if earlier.scope == line.scope and earlier.delivery_id not in line.supersedes:
            for month, count in earlier.periods.items():
                known[month] = known.get(month, 0) + count
    # Records that are sent again come on top of their month, or are in it already.
    counts = {**known, **{month: max(rows, known.get(month, 0)) for month, rows in line.periods.items()}}
    # This month is not over yet, and one of which a part was sent is a note, no refusal: the rest may come by itself.
    partial = {f"{as_of:%Y-%m}", *_cut_months(line)}
    for month in sorted(line.periods):
        before = [counts[each] for each in months_before(month, 12) if each in counts]
        if len(before) < FEWEST_MONTHS or month in partial:
            continue
        usual = statistics.median(before)
        if usual >= FEWEST_IN_A_MONTH and abs(counts[month] / usual - 1) > contract.volume_tolerance:
            yield Objection(
                "volume",
                f"{month} has {counts[month]:,} rows, and the months before it have {usual:,.0f} (median): ask the "
                "supplier whether that is right",
            )
            return


def unfinished_months(line: Delivery, contract: Contract) -> list[str]:
    """That the first or the last month of a delivery may have been cut, where it has enough records to tell."""
    if contract.cadence != "month":
        return []
    return [
        f"{month} may not be whole: its {which} record is of {day}"
        for month, (which, day) in _cut_months(line).items()
        if line.periods[month] >= FEWEST_IN_A_MONTH
    ]


def _cut_months(line: Delivery) -> dict[str, tuple[str, str]]:
    """The first and the last month of a delivery whose records have days, where the first lies well after the month's
    start, or the last well before its end: with the word "first" or "last", and that day."""
    start, end = line.period_start, line.period_end
    if (start[8:10], end[8:10]) in (("", ""), ("01", "01")):
        return {}
    cut = {}
    if int(start[8:10] or 1) > FIRST_DAYS:
        cut[start[:7]] = ("first", start)
    if int(end[8:10] or 31) < LAST_DAYS:
        cut[end[:7]] = ("last", end)
    return cut


def months_before(month: str, count: int) -> list[str]:
    """The months before one, written 2024-03, the nearest first."""
    number = int(month[:4]) * 12 + int(month[5:7]) - 1
    return [f"{each // 12}-{each % 12 + 1:02d}" for each in range(number - 1, number - count - 1, -1)]


def missing_months(line: Delivery, contract: Contract, history: Iterable[Delivery]) -> tuple[str, ...]:
    """The months between the first and the last that were ever delivered of the same scope in which nothing was."""
    if contract.cadence != "month" or not line.periods:
        return ()
    akin = [earlier for earlier in history if earlier.scope == line.scope]
    known = set(line.periods) | {month for earlier in akin for month in earlier.periods}
    first, last = min(known), max(known)
    month, missing = last, []
    while month > first:
        month = months_before(month, 1)[0]
        if month not in known:
            missing.append(month)
    return tuple(reversed(missing))
