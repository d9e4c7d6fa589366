"""The rows of lenses, the project's and an assessment's own: read, and checked one by one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

from pipeline.definitions.lenses import FIRST_DAY, LAST_DAY, Conditions, Lens, Rule
from pipeline.definitions.rows import Row, Rows, nearest, number_rows, read_rows
from pipeline.settings import ConfigurationError

# table → the columns that its rules are read by; an assessment may add to each.
LENS_TABLES = {
    "lenses": ("lens_id", "title", "short_title", "meaning", "unknown_flag_rule", "source", "is_interpretation",
               "sort_order"),
    "lens_rules": ("lens_id", "offence_code", "condition", "valid_from", "valid_to", "source", "is_interpretation",
                   "status"),
    "lens_health_rules": ("lens_id", "mechanism_group", "condition", "valid_from", "valid_to", "source",
                          "is_interpretation", "status"),
}  # fmt: skip
CODES = {"lens_rules": "offence_code", "lens_health_rules": "mechanism_group"}
# The flags that an admission has: of a patient the age is known, and nothing that the police would note.
HEALTH_FLAGS = {"is_under_25"}


def lens_files(seeds: Path, folder: Path, table: str) -> list[Path]:
    """The files that hold rows of a table: the project's seed, and the assessment's own where there is one."""
    own = folder / f"{table}.csv"
    return [seeds / f"{table}.csv", *([own] if own.exists() else [])]


def read_conditions(seeds: Path) -> Conditions:
    """What each condition word asks: the flags that it looks at, and what they must say."""
    conditions: dict[str, dict[str, bool]] = defaultdict(dict)
    for row in read_rows(seeds / "conditions.csv"):
        flags = conditions[row["condition"]]
        if row["flag"]:
            flags[row["flag"]] = row["is_flag_true"] == "true"
    return dict(conditions)


def read_lenses(seeds: Path, folder: Path) -> dict[str, Lens]:
    """Every lens by its name, the assessment's own first."""
    rules = {
        table: [row for file in lens_files(seeds, folder, table) for row in read_rows(file)]
        for table in CODES
    }
    lenses = {}
    for file in reversed(lens_files(seeds, folder, "lenses")):
        for row in read_rows(file):
            lenses[row["lens_id"]] = Lens(
                row["lens_id"],
                row["title"],
                row["meaning"],
                row["unknown_flag_rule"],
                row["source"],
                row["is_interpretation"],
                file.parent == folder,
                *(_rules_of(row["lens_id"], rules[table], column) for table, column in CODES.items()),
            )
    return lenses


def _rules_of(lens_id: str, rows: Rows, column: str) -> tuple[Rule, ...]:
    return tuple(
        Rule(
            row[column],
            row["condition"],
            *_days(row),
            row["source"],
            row["is_interpretation"],
            row["status"],
        )
        for row in rows
        if row["lens_id"] == lens_id
    )


def find_faulty_lens_rows(seeds: Path, folder: Path) -> Iterator[tuple[str, str]]:
    """Where each row of a lens stands that cannot mean what it says, and the rest of the sentence on it.

    Names that stand in no other table are told elsewhere: of a row that has one, what hangs on it is not judged. Raises
    ConfigurationError where a column is missing.
    """
    for table, columns in LENS_TABLES.items():
        for file in lens_files(seeds, folder, table):
            numbered = number_rows(file)
            for column in columns if numbered else ():
                if column not in numbered[0][1]:
                    hint = nearest(column, numbered[0][1], "Add it.")
                    raise ConfigurationError(f"{file} line 1: the column {column!r} is missing.{hint}")
    yield from _find_faulty_lenses(seeds, folder)
    published = {row["offence_code"]: row for row in read_rows(seeds / "offence_codes.csv")}
    conditions = read_conditions(seeds)
    told = [word for word, flags in conditions.items() if set(flags) <= HEALTH_FLAGS]
    shipped = {row["lens_id"] for row in read_rows(seeds / "lenses.csv")}
    for table, column in CODES.items():
        seen: dict[tuple[str, str, str], list[tuple[date, date, str]]] = defaultdict(list)
        for file in lens_files(seeds, folder, table):
            for line, row in number_rows(file):
                where = f"{file} line {line}"
                fault = (
                    _fault_of_words(row, column)
                    # What goes by one name must mean the same everywhere, or areas cannot be set side by side.
                    or (_fault_of_name(row) if file.parent == folder and row["lens_id"] in shipped else "")
                    or _fault_of_days(row)
                    or _fault_of_repeat(
                        row, seen[row["lens_id"], row[column], row["condition"]], column, where
                    )
                )
                if not fault and table == "lens_rules" and row["offence_code"] in published:
                    fault = _fault_of_code(published[row["offence_code"]], published, *_days(row))
                if not fault and table == "lens_health_rules" and row["condition"] not in told:
                    fault = (
                        f": the condition {row['condition']!r} cannot be told of an admission: write "
                        f"{' or '.join(told)}."
                    )
                if fault:
                    yield where, fault


def _fault_of_words(row: Row, column: str) -> str:
    for name in ("lens_id", column, "condition"):
        if not row[name]:
            return f": {name} is blank: fill it in or take the row out."
    if not row["source"].strip():
        return ": source is blank: name the paper or page that the rule is taken from."
    return _fault_of_reading(row)


def _fault_of_name(row: Row) -> str:
    return (
        f": {row['lens_id']!r} is the same for every area: copy its rows under a lens_id of your own, and change "
        "them there."
    )


def _fault_of_days(row: Row) -> str:
    for name in ("valid_from", "valid_to"):
        try:
            date.fromisoformat(row[name] or FIRST_DAY.isoformat())
        except ValueError:
            return f": {name} {row[name]!r} is no date: write it as 2024-03-31, or nothing for no limit."
    first, last = _days(row)
    if last < first:
        return f": valid_to ({last}) lies before valid_from ({first}), so that the rule never holds: turn them round."
    return ""


def _fault_of_repeat(row: Row, same: list[tuple[date, date, str]], column: str, where: str) -> str:
    """Why a rule is one of `same` again, to which it is added."""
    first, last = _days(row)
    for other_first, other_last, other in same:
        if first <= other_last and other_first <= last:
            return f" says again what {other} says of {row[column]}: take one of them out."
    same.append((first, last, where))
    return ""


def _find_faulty_lenses(seeds: Path, folder: Path) -> Iterator[tuple[str, str]]:
    """Every lens has a name of its own, at least one rule, and a word on flags that are not known."""
    conditions = read_conditions(seeds)
    asking: dict[str, list[str]] = {}
    for table in CODES:
        for file in lens_files(seeds, folder, table):
            for row in read_rows(file):
                asking.setdefault(row["lens_id"], []).extend(conditions.get(row["condition"], {}))
    named: dict[str, str] = {}
    for file in lens_files(seeds, folder, "lenses"):
        for line, row in number_rows(file):
            where = f"{file} line {line}"
            if fault := _fault_of_lens(row, named, asking):
                yield where, fault
            named.setdefault(row["lens_id"], where)


def _fault_of_lens(row: Row, named: Mapping[str, str], asking: Mapping[str, list[str]]) -> str:
    lens_id = row["lens_id"]
    if not lens_id:
        return ": lens_id is blank: fill it in or take the row out."
    if lens_id in named:
        return f": there is a lens {lens_id!r} already ({named[lens_id]}): choose another name."
    if fault := _fault_of_reading(row):
        return fault
    if lens_id not in asking:
        return f": the lens {lens_id!r} has no rule: add rows to lens_rules.csv, or take it out."
    if asking[lens_id] and not row["unknown_flag_rule"].strip():
        return (
            ": unknown_flag_rule is blank, and the lens looks at flags: say what becomes of an offence whose flag is "
            "not known, such as 'counted only where the flag says so'."
        )
    return ""


def _fault_of_reading(row: Row) -> str:
    if row["is_interpretation"] in ("yes", "no"):
        return ""
    return (
        f": is_interpretation {row['is_interpretation']!r} is neither yes (the words are published, the codes are a "
        "reading of them) nor no."
    )


def _days(row: Row) -> tuple[date, date]:
    return (
        date.fromisoformat(row["valid_from"] or FIRST_DAY.isoformat()),
        date.fromisoformat(row["valid_to"] or LAST_DAY.isoformat()),
    )


def _fault_of_code(code: Row, codes: dict[str, Row], first: date, last: date) -> str:
    """A rule whose every day lies outside those on which its offence was published catches nothing."""
    latest = max(row["last_published"] for row in codes.values())
    begins, ends = _quarter(code["first_published"]), _quarter(code["last_published"], after=True)
    earliest = min(row["first_published"] for row in codes.values())
    is_too_early = last < begins and code["first_published"] != earliest
    is_too_late = first >= ends and code["last_published"] != latest
    if is_too_early or is_too_late:
        return (
            f": the offence {code['offence_code']} was in use from {code['first_published']} to "
            f"{code['last_published']}, outside the days of this rule: correct its dates or its code."
        )
    return ""


def _quarter(text: str, after: bool = False) -> date:
    """The first day of a quarter such as 2012/13 Q1, or the first day after it."""
    month = 3 + 3 * (int(text[-1]) - 1 + after)
    return date(int(text[:4]) + month // 12, month % 12 + 1, 1)
