"""Who hides most of a table is told before it goes out, and what else could be told."""

from __future__ import annotations

import pandas as pd

from pipeline.publish.emptied import COARSER, POOL, ROUNDING, find_emptied, say_emptied

POLICIES = pd.DataFrame(
    [("plain", None, None), ("supplier", 5, None), ("agreed", 5, "round")],
    columns=["policy_id", "rounding_base", "method"],
)


def table_of(shown: int, hidden: int, indicator: str = "robbery_rate", **facts: object) -> pd.DataFrame:
    """One figure an area, of which the last few are hidden."""
    place = {"lens_id": "", "area_type": "msoa", "period_type": "month", "breakdown": "none",
             "breakdown_value": "", "split": "all", "policy_id": "plain", **facts}  # fmt: skip
    return pd.DataFrame(
        [
            {
                **place,
                "indicator_id": indicator,
                "area_code": f"M{number:02}",
                "period_start": pd.Timestamp(2023, 4, 1),
                "period_end": pd.Timestamp(2023, 4, 30),
                "value_status": "reported" if number < shown else "suppressed",
            }
            for number in range(shown + hidden)
        ]
    )


def emptied_of(*tables: pd.DataFrame) -> pd.DataFrame:
    values = pd.concat(tables, ignore_index=True)
    before = values.assign(value_status="reported")
    return find_emptied(values.drop(columns="policy_id"), before, POLICIES)


def test_a_table_of_which_more_than_half_is_hidden_is_named_with_all_ways_to_tell_more() -> None:
    [row] = emptied_of(table_of(4, 6)).to_dict("records")
    assert (row["indicator_id"], row["figures"], row["hidden"]) == ("robbery_rate", 10, 6)
    assert row["ways"] == [POOL, ROUNDING, COARSER["msoa"]]


def test_half_a_table_and_a_handful_of_figures_are_not_told_of() -> None:
    assert emptied_of(table_of(5, 5), table_of(0, 9, "murder_rate")).empty


def test_no_way_is_offered_that_is_gone_already() -> None:
    pooled = table_of(0, 10, period_type="pooled_years", area_type="vru", policy_id="agreed")
    district = table_of(0, 10, "admissions", area_type="lad", policy_id="supplier")
    assert [each["ways"] for each in emptied_of(pooled, district).to_dict("records")] == [
        [POOL, COARSER["lad"]], [],
    ]  # fmt: skip


def test_what_came_hidden_from_its_publisher_is_not_ours_to_tell() -> None:
    values = table_of(4, 6)
    assert find_emptied(values.drop(columns="policy_id"), values, POLICIES).empty


def test_one_sentence_names_the_emptiest_tables_first() -> None:
    sentence = say_emptied(emptied_of(table_of(4, 6), table_of(1, 19, "arson_rate", breakdown="sex")))
    assert sentence == (
        "Of 2 tables more than half is hidden, arson_rate of each msoa by month and sex (19 of 20 figures), "
        "robbery_rate of each msoa by month (6 of 10 figures): more could be told of all counts of the source "
        'rounded together (`method = "round"` in the assessment file), or districts instead of MSOAs, or pooled years '
        "instead of single ones."
    )
    assert say_emptied(emptied_of(table_of(10, 0))) == ""
