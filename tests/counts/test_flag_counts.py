"""The counts behind the flag audit: each condition of the proxy, the slow twin, and that every record is in them."""

from __future__ import annotations

import pytest

from pipeline.settings import PROJECT, Settings
from tests.conftest import query
from tests.contracts.layouts import run_model
from tests.counts.twin_flags import audit_text

SEEDS = PROJECT / "dbt_project" / "seeds"
COUNTS = (
    "record_count",
    "flag_known_count",
    "domestic_count",
    "expected_count",
    "cannot_be_told_count",
    "expected_not_flagged_count",
)


def count_one(**recorded: str | None) -> tuple[object, ...]:
    """The audit of one common assault that a stranger of age did to an adult in the street, unless said otherwise.

    Returns its COUNTS under violence.
    """
    crime = {
        "police_force_code": "X23000001",
        "month_start": "2023-06-01",
        "offence_code": "105A",
        "placement": "in_area",
        "is_domestic": "false",
        "relationship": "stranger",
        "victim_age_band": "35-44",
        "suspect_age_band": "35-44",
        "location_type": "street",
        "is_repeat_domestic_victim": "false",
        **recorded,
    }
    types = {"month_start": "date", "is_domestic": "boolean", "is_repeat_domestic_victim": "boolean"}
    columns = ", ".join(
        f"cast({'null' if value is None else repr(value)} as {types.get(name, 'varchar')}) as {name}"
        for name, value in crime.items()
    )
    tables = {
        "int_crimes_placed": f"select {columns}",
        "int_months": "select date '2023-06-01' as month_start, date '2023-06-30' as month_end",
        "int_source_months": "select 'police_crimes' as source_id, date '2023-06-01' as month_start",
        "stg_run__assessment": "select date '2019-04-01' as start_date",
        "stg_run__area_police_forces": "select 'X23000001' as police_force_code",
        **{
            name: f"from read_csv('{SEEDS}/{name}.csv', header = true, all_varchar = true)"
            for name in ("measure_rules", "offence_codes", "police_forces")
        },
        "location_types": f"from read_csv('{SEEDS}/location_types.csv', header = true)",
    }
    rows = run_model("fct_flag_audit", tables, f"measure_id, {', '.join(COUNTS)}")
    return next(row[1:] for row in rows if row[0] == "violence")


def judge(**recorded: str | None) -> str:
    """What the proxy says of a record."""
    expected, cannot_be_told = count_one(**recorded)[3:5]
    return "yes" if expected else "cannot be told" if cannot_be_told else "no"


FAMILY = ["intimate_partner", "ex_partner", "parent_to_child", "child_to_parent", "sibling", "other_family"]


@pytest.mark.parametrize("relationship", FAMILY)
def test_partners_and_family_of_age_look_domestic(relationship: str) -> None:
    assert judge(relationship=relationship) == "yes"


@pytest.mark.parametrize(
    ("recorded", "answer"),
    [
        ({}, "no"),
        ({"relationship": "acquaintance"}, "no"),
        ({"relationship": None}, "cannot be told"),
        # Under 16 on either side; 16 is of age.
        ({"relationship": "sibling", "victim_age_band": "10-15"}, "no"),
        ({"relationship": "sibling", "victim_age_band": "0-9"}, "no"),
        ({"relationship": "sibling", "suspect_age_band": "10-15"}, "no"),
        ({"relationship": "sibling", "suspect_age_band": "0-9"}, "no"),
        ({"relationship": "sibling", "victim_age_band": "16-17", "suspect_age_band": "16-17"}, "yes"),
        # An age that nobody knows matters where the rest would say yes.
        ({"relationship": "ex_partner", "victim_age_band": None}, "cannot be told"),
        ({"relationship": "ex_partner", "suspect_age_band": None}, "cannot be told"),
        ({"relationship": "stranger", "suspect_age_band": None}, "no"),
        ({"relationship": "ex_partner", "victim_age_band": "10-15", "suspect_age_band": None}, "no"),
        ({"relationship": None, "victim_age_band": "10-15"}, "no"),
        # A repeat victim in a dwelling, whoever did it and however old they are.
        ({"location_type": "dwelling", "is_repeat_domestic_victim": "true"}, "yes"),
        (
            {"location_type": "Dwelling", "is_repeat_domestic_victim": "true", "relationship": None},
            "yes",
        ),
        (
            {"location_type": "dwelling", "is_repeat_domestic_victim": "true", "victim_age_band": "10-15"},
            "yes",
        ),
        ({"location_type": "street", "is_repeat_domestic_victim": "true"}, "no"),
        ({"location_type": "dwelling", "is_repeat_domestic_victim": "false"}, "no"),
        ({"location_type": "dwelling", "is_repeat_domestic_victim": None}, "cannot be told"),
        ({"location_type": "street", "is_repeat_domestic_victim": None}, "no"),
        ({"location_type": None, "is_repeat_domestic_victim": "true"}, "cannot be told"),
        ({"location_type": "attic", "is_repeat_domestic_victim": "true"}, "cannot be told"),
        ({"location_type": None, "is_repeat_domestic_victim": "false"}, "no"),
        # One condition met is enough, whatever is not known of the other.
        ({"relationship": "ex_partner", "location_type": None, "is_repeat_domestic_victim": None}, "yes"),
    ],
)
def test_what_looks_domestic_without_the_flag(recorded: dict[str, str | None], answer: str) -> None:
    assert judge(**recorded) == answer


@pytest.mark.parametrize(
    ("is_domestic", "known", "domestic", "not_flagged"),
    [("true", 1, 1, 0), ("false", 1, 0, 1), (None, 0, 0, 1)],
)
def test_of_the_expected_a_no_and_a_blank_are_not_flagged(
    is_domestic: str | None, known: int, domestic: int, not_flagged: int
) -> None:
    counted = count_one(relationship="ex_partner", is_domestic=is_domestic)
    assert counted == (1, known, domestic, 1, 0, not_flagged)


def test_a_flag_counts_as_it_stands_whatever_the_proxy_says() -> None:
    assert count_one(relationship="stranger", is_domestic="true") == (1, 1, 1, 0, 0, 0)


@pytest.mark.parametrize(
    "recorded", [{"placement": "out_of_area"}, {"offence_code": "34B"}, {"police_force_code": "X23000009"}]
)
def test_elsewhere_other_offences_and_other_forces_are_no_violence_of_the_force(
    recorded: dict[str, str],
) -> None:
    assert count_one(**recorded) == (0, 0, 0, 0, 0, 0)


@pytest.mark.parametrize("area", ["drawn", "dense", "demonstration"])
def test_the_audit_equals_its_twin(area: str, request: pytest.FixtureRequest) -> None:
    settings: Settings = request.getfixturevalue(area)
    twin = audit_text(settings.deliveries)
    rows = query(settings, f"select measure_id, month_start, {', '.join(COUNTS)} from fct_flag_audit")
    assert len(rows) == 2 * 60
    for measure, month, *counts in rows:
        assert counts == [twin[measure, month][name] for name in COUNTS], (measure, month)


@pytest.mark.parametrize("area", ["drawn", "dense", "demonstration"])
def test_the_forces_add_up_to_what_is_counted_in_the_area(area: str, request: pytest.FixtureRequest) -> None:
    settings: Settings = request.getfixturevalue(area)
    differing = query(
        settings,
        """with audited as (
               select month_start, sum(record_count) as all_count, sum(domestic_count) as domestic_count,
                   sum(record_count) - sum(flag_known_count) as unknown_count
               from fct_flag_audit where measure_id = 'violence' group by all
           )
           select month_start
           from audited
           inner join fct_indicator_values as figures on figures.period_start = audited.month_start
           where indicator_id = 'violence_rate' and area_type = 'vru' and period_type = 'month'
               and breakdown = 'none' and value_status = 'reported'
               and numerator != case split
                   when 'all' then all_count when 'domestic' then domestic_count
                   when 'not_known' then unknown_count
                   else all_count - domestic_count - unknown_count end""",
    )
    assert differing == []
    [(audited, placed)] = query(
        settings,
        """select (select sum(record_count) from fct_flag_audit where measure_id = 'recorded_crime'), count(*)
           from int_crimes_placed as crimes
           inner join offence_codes using (offence_code)
           where placement != 'out_of_area' and offence_group != 'Fraud offences'
               and month_start between date '2019-04-01' and date '2024-03-01'""",
    )
    assert audited == placed > 0
