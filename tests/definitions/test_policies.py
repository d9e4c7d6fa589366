"""A policy of a date holds for data of that date, and an agreement makes it stricter, never looser."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from pipeline.contracts import read_contracts
from pipeline.definitions.policies import Policy, agree_policies, policy_in_force, read_policies
from pipeline.publish.limits import find_limits
from pipeline.settings import (
    DEMONSTRATION,
    PROJECT,
    Assessment,
    ConfigurationError,
    StricterRule,
    read_assessment,
)

OLD = Policy("hospital", 6, None, None)
NEW = Policy("hospital", 8, 5, date(2018, 9, 13))
USUAL = {"police_crimes": "local", "admissions": "hospital"}
LOCAL = Policy("local", 5, None, date(2023, 1, 31), "Our default")


def agreed(*rules: StricterRule) -> Assessment:
    """An assessment with these rules of its own."""
    return replace(read_assessment(DEMONSTRATION), stricter=rules)


@pytest.mark.parametrize(
    ("first_day", "last_day", "threshold", "base"),
    [
        # The day before, the day itself, and the year in which it lies: there the stricter holds.
        (date(2018, 9, 1), date(2018, 9, 12), 6, None),
        (date(2018, 9, 13), date(2018, 9, 30), 8, 5),
        (date(2018, 4, 1), date(2019, 3, 31), 8, 5),
        (date(2000, 1, 1), date(2000, 12, 31), 6, None),
        (date(2024, 1, 1), date(2024, 12, 31), 8, 5),
    ],
)
def test_a_policy_holds_for_data_of_its_days(
    first_day: date, last_day: date, threshold: int, base: int | None
) -> None:
    # The order of the rows says nothing.
    for policies in ((OLD, NEW), (NEW, OLD)):
        found = policy_in_force(policies, "hospital", first_day, last_day)
        assert found is not None
        assert (found.threshold, found.rounding_base) == (threshold, base)


def test_the_stricter_holds_for_a_year_in_which_a_policy_was_relaxed() -> None:
    relaxed = (replace(NEW, valid_from=None), replace(OLD, valid_from=date(2018, 9, 13)))
    found = policy_in_force(relaxed, "hospital", date(2018, 4, 1), date(2019, 3, 31))
    assert found is not None
    assert (found.threshold, found.rounding_base) == (8, 5)


def test_data_from_before_the_first_day_of_a_policy_are_not_open() -> None:
    assert policy_in_force((LOCAL,), "local", date(2019, 4, 1), date(2020, 3, 31)) == LOCAL


def test_counts_are_hidden_by_the_policy_of_their_days() -> None:
    counts = pd.DataFrame(
        {
            "policy_id": ["hospital", "hospital", None],
            "period_start": pd.to_datetime(["2017-04-01", "2019-04-01", "2019-04-01"]),
            "period_end": pd.to_datetime(["2018-03-31", "2020-03-31", "2020-03-31"]),
        },
        index=[7, 8, 9],
    )
    policies = pd.DataFrame([vars(OLD), vars(NEW)])
    found = find_limits(counts, policies)
    assert found.index.tolist() == [7, 8, 9]
    assert found["threshold"].fillna(0).tolist() == [6, 8, 0]
    assert found["base_alone"].fillna(0).tolist() == [0, 5, 0]
    assert found["base_together"].isna().all()
    with pytest.raises(ValueError, match="no disclosure policy is called hospitals"):
        find_limits(counts.assign(policy_id="hospitals"), policies)


def test_an_agreement_holds_from_its_day_and_the_usual_policy_before() -> None:
    rule = StricterRule("police_crimes", 10, "Agreement of April 2024", None, date(2024, 4, 1))
    held, added = agree_policies((LOCAL, NEW), USUAL, agreed(rule))
    assert held == {"police_crimes": "police_crimes_agreed", "admissions": "hospital"}
    for day, threshold, authority in (
        (date(2024, 3, 31), 5, "Our default"),
        (date(2024, 4, 1), 10, "Agreement of April 2024"),
    ):
        found = policy_in_force(added, "police_crimes_agreed", day, day)
        assert found is not None
        assert (found.threshold, found.authority) == (threshold, authority)


def test_an_agreement_without_a_day_holds_for_all_data_and_rounds_as_usual() -> None:
    _, added = agree_policies((LOCAL, NEW), USUAL, agreed(StricterRule("admissions", 10, "Agreement")))
    assert added == (
        Policy("admissions_agreed", 10, 5, None, "Agreement", "Counts of 1 to 9 are hidden, by agreement."),
    )


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        (
            StricterRule("police_crimes", 4, "Agreement"),
            "`stricter`: the threshold of police_crimes is 5 (local: Our default), and 4 would be looser: set 5 or "
            "more, or take the rule out.",
        ),
        (
            StricterRule("admissions", 8, "Agreement", 7),
            "`stricter`: the rounding base of admissions is 5 (hospital: ), and 7 is no multiple of it: set a "
            "multiple, or take `rounding_base` out.",
        ),
        (
            StricterRule("police_crime", 8, "Agreement"),
            "`stricter.source`: no contract is called 'police_crime'. Did you mean 'police_crimes'?",
        ),
    ],
)
def test_a_looser_rule_is_refused_with_the_way_to_mend_it(rule: StricterRule, says: str) -> None:
    with pytest.raises(ConfigurationError) as error:
        agree_policies((LOCAL, NEW), USUAL, agreed(rule))
    assert str(error.value) == f"{DEMONSTRATION}: {says}"


def test_a_rule_at_the_usual_threshold_is_not_looser() -> None:
    _, added = agree_policies((LOCAL, NEW), USUAL, agreed(StricterRule("police_crimes", 5, "Agreement")))
    assert [policy.threshold for policy in added] == [5]


def write_assessment(folder: Path, rules: str) -> Path:
    """The demonstration's assessment file with these rules at its end."""
    file = folder / "assessment.toml"
    file.write_text(DEMONSTRATION.read_text(encoding="utf-8") + rules, encoding="utf-8")
    return file


def test_the_assessment_file_states_what_a_supplier_asks_for(tmp_path: Path) -> None:
    terms = 'source = "police_crimes"\nthreshold = 10\nauthority = "Agreement"\nvalid_from = 2024-04-01'
    rule = f"\n[[stricter]]\n{terms}\n"
    assessment = read_assessment(write_assessment(tmp_path, rule))
    assert assessment.stricter == (StricterRule("police_crimes", 10, "Agreement", None, date(2024, 4, 1)),)
    with pytest.raises(
        ConfigurationError, match="two stricter rules of police_crimes hold from the same day"
    ):
        read_assessment(write_assessment(tmp_path, rule + rule))
    with pytest.raises(ConfigurationError, match=r"`stricter\.0\.authority` is missing"):
        read_assessment(write_assessment(tmp_path, rule.replace('authority = "Agreement"\n', "")))


def test_every_policy_has_an_authority_and_every_contract_a_policy() -> None:
    rows = read_policies(PROJECT)
    policies = {policy.policy_id: policy for policy in rows}
    assert all(policy.authority and policy.note for policy in rows)
    assert all(policy.valid_from for policy in rows if policy.policy_id != "open")
    usual = {contract.source_id: contract.policy_id for contract in read_contracts(PROJECT)}
    # OHID's waits for an extract of theirs: what they have published is open.
    assert set(policies) - set(usual.values()) == {"ohid_hospital"}
    assert set(usual.values()) <= set(policies)


def test_the_rule_of_ohid_is_that_of_its_time() -> None:
    """Before 2012 counts of 1 to 5 with what gives them away, from then on 1 to 7 and the others rounded."""
    rows = read_policies(PROJECT)
    before, after = (
        policy_in_force(rows, "ohid_hospital", date(year, 4, 1), date(year, 6, 30)) for year in (2011, 2012)
    )
    assert before is not None and after is not None
    assert (before.threshold, before.rounding_base) == (6, None)
    assert (after.threshold, after.rounding_base) == (8, 5)


def test_who_is_not_openly_published_is_protected() -> None:
    policies = {policy.policy_id: policy for policy in read_policies(PROJECT)}
    assert [
        contract.source_id
        for contract in read_contracts(PROJECT)
        if not contract.is_openly_published and policies[contract.policy_id].threshold is None
    ] == []


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        ({"rounding_base": 3, "threshold": 8}, "rounding police_crimes to 3 would not hide counts under 8"),
        (
            {"threshold": 5},
            "rounding police_crimes to nothing would not hide counts under 5: set `rounding_base` to 3",
        ),
        ({"source": "admissions", "rounding_base": 5, "threshold": 8}, "another rule than its supplier's"),
    ],
)
def test_rounding_that_would_hide_nothing_or_is_not_the_suppliers_is_refused(
    rule: dict[str, object], says: str
) -> None:
    facts = {"source": "police_crimes", "authority": "Agreement", "method": "round"}
    with pytest.raises(ConfigurationError, match=re.escape(says)):
        agree_policies((LOCAL, NEW), USUAL, agreed(StricterRule(**{**facts, **rule})))


def test_counts_of_a_source_that_agreed_on_it_are_rounded_together_and_others_by_themselves() -> None:
    rule = StricterRule("police_crimes", 5, "Agreement", 5, method="round")
    held, added = agree_policies((LOCAL, NEW), USUAL, agreed(rule))
    day = pd.Timestamp("2024-04-01")
    counts = pd.DataFrame({"policy_id": list(held.values()), "period_start": day, "period_end": day})
    found = find_limits(counts, pd.DataFrame([vars(policy) for policy in (LOCAL, NEW, *added)]))
    assert found["base_together"].fillna(0).tolist() == [5, 0]
    assert found["base_alone"].fillna(0).tolist() == [0, 5]
    assert added[0].note == "All counts are rounded to 5, by agreement."
