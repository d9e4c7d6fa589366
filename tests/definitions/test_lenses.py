"""What the rules say, read by Python as by SQL; how two lenses differ; on which days which rules hold."""

from __future__ import annotations

import itertools
from datetime import date

import duckdb
import pandas as pd
import pytest

from pipeline.definitions.lens_rows import read_conditions
from pipeline.definitions.lenses import (
    FIRST_DAY,
    LAST_DAY,
    Rule,
    combinations,
    compare,
    flags_asked,
    judge,
    split_by_day,
)
from pipeline.settings import PROJECT, Settings
from tests.conftest import query

CONDITIONS = read_conditions(PROJECT / "dbt_project" / "seeds")
DAY = date(2023, 6, 15)


def rule(condition: str, code: str = "8N", first: date = FIRST_DAY, last: date = LAST_DAY) -> Rule:
    """A rule of one code."""
    return Rule(code, condition, first, last, "", "no", "")


def test_python_and_sql_say_the_same_of_every_pair_of_conditions_and_everything_flags_can_say(
    demonstration: Settings,
) -> None:
    """int_memberships as dbt compiled it, over drawn profiles."""
    [compiled] = demonstration.curated.glob("dbt/*/compiled/**/int_memberships.sql")
    flags = [name for (name,) in query(demonstration, "select flag from flags")]
    pairs = list(itertools.combinations_with_replacement(CONDITIONS, 2))
    rules = {" ".join(pair): tuple(rule(word, code=" ".join(pair)) for word in pair) for pair in pairs}
    drawn = {
        f"{code} {number}": (code, said)
        for code, held in rules.items()
        for number, said in enumerate(combinations(flags_asked(held, CONDITIONS)))
    }
    tables = {
        "int_profiles": pd.DataFrame(
            [
                {"profile_key": key, "first_window": DAY, "last_window": DAY, "offence_code": code}
                | {flag: said.get(flag) for flag in flags}
                for key, (code, said) in drawn.items()
            ]
        ).astype(dict.fromkeys(flags, "boolean")),
        "int_rules": pd.DataFrame(
            [
                {"measure_id": "lens_offences", "lens_id": code, "offence_code": code, "condition": each.condition,
                 "valid_from": FIRST_DAY, "valid_to": LAST_DAY}
                for code, held in rules.items()
                for each in dict.fromkeys(held)
            ]
        ),
        "conditions": pd.DataFrame(
            query(demonstration, "select condition, flag, is_flag_true from conditions"),
            columns=["condition", "flag", "is_flag_true"],
        ).astype({"is_flag_true": "boolean"}),
    }  # fmt: skip
    with duckdb.connect() as connection:
        connection.execute("attach ':memory:' as demonstration")
        for name, frame in tables.items():
            connection.register("frame", frame)
            connection.execute(f"create table demonstration.main.{name} as from frame")
        rows = connection.execute(compiled.read_text(encoding="utf-8")).fetchall()
    sql = {key: True if certain else None for key, _, _, certain, *_ in rows}
    python = {key: judge(rules[code], CONDITIONS, code, DAY, said) for key, (code, said) in drawn.items()}
    assert len(python) > 1000
    assert set(python.values()) == {True, False, None}
    assert {key: sql.get(key, False) for key in python} == python


COMPARED = """
    all                            | if_knife                       | second inside
    if_knife                       | if_knife if_firearm            | first inside
    if_knife                       | if_firearm                     | neither
    if_public_place                | if_public_under_25             | second inside
    if_domestic                    | if_non_domestic                | neither
    if_domestic if_non_domestic    | all                            | both
    if_knife if_public_under_25    | if_public_under_25 if_knife    | both
    all if_knife                   | all                            | both
    if_child_present               | if_domestic                    | first inside
"""


@pytest.mark.parametrize("line", COMPARED.strip().splitlines())
def test_a_lens_lies_inside_another_if_all_that_it_catches_the_other_catches(line: str) -> None:
    first, second, expected = (cell.strip() for cell in line.split("|"))
    [found] = compare(
        [rule(word) for word in first.split()], [rule(word) for word in second.split()], CONDITIONS, DAY
    )
    said = {(True, True): "both", (True, False): "first inside", (False, True): "second inside"}
    assert said.get((found.first_is_inside, found.second_is_inside), "neither") == expected


def test_lenses_are_compared_by_the_rules_of_the_day() -> None:
    ended = rule("all", last=date(2022, 3, 31))
    [found] = compare([ended], [rule("all")], CONDITIONS, DAY)
    assert (found.first, found.first_is_inside, found.second_is_inside) == ((), True, False)
    [found] = compare([ended], [rule("all")], CONDITIONS, date(2022, 3, 31))
    assert (found.first_is_inside, found.second_is_inside) == (True, True)


def test_days_on_which_the_same_rules_hold_are_one_stretch() -> None:
    domestic = rule("if_domestic", last=date(2022, 5, 14))
    knife = rule("if_knife", first=date(2022, 5, 15), last=date(2023, 3, 31))
    assert split_by_day([domestic, knife]) == [
        (FIRST_DAY, date(2022, 5, 14), (domestic,)),
        (date(2022, 5, 15), date(2023, 3, 31), (knife,)),
        (date(2023, 4, 1), LAST_DAY, ()),
    ]
    assert split_by_day([rule("all")]) == [(FIRST_DAY, LAST_DAY, (rule("all"),))]


@pytest.mark.parametrize(
    ("second", "answer"), [("if_non_domestic", True), ("if_knife", None), ("if_child_present", None)]
)
def test_what_counts_whether_domestic_or_not_counts_where_nobody_knows(
    second: str, answer: bool | None
) -> None:
    rules = [rule("if_domestic"), rule(second)]
    assert judge(rules, CONDITIONS, "8N", DAY, {"is_domestic": None, "is_knife_enabled": False}) is answer


def test_a_rule_of_another_code_or_day_is_not_asked() -> None:
    rules = [rule("all", code="1"), rule("all", first=date(2022, 4, 1), last=date(2022, 4, 30))]
    days = (date(2022, 3, 31), date(2022, 4, 1), date(2022, 4, 30), date(2022, 5, 1))
    assert [judge(rules, CONDITIONS, "8N", day, {}) for day in days] == [False, True, True, False]
    assert judge(rules, CONDITIONS, "2", None, {}) is False
