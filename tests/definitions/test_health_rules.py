"""Which admissions a lens with health rules counts, leaves out, and cannot tell: by cause, age and day."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass

import pytest

from pipeline import plan
from pipeline.settings import DEMONSTRATION, Settings, read_settings
from tests.conftest import query, write_rows
from tests.counts.comparison import disagreements
from tests.counts.drawn import DISTRICTS, MONTHS, crime, lookup

# X99 sharp object, X93 handgun, Y04 bodily force. `?` is a blank cell. What is possible and not certain is unknown.
ADMISSIONS = """
    sharp  | X990 | 17 | 2020-04-10 | in, under 25
    sharp  | X99  | 40 | 2020-05-10 | in
    sharp  | X999 | ?  | 2020-06-10 | in
    sharp  | Y049 | 17 | 2020-07-10 | out
    sharp  | X930 | 17 | 2020-08-10 | out
    young  | X990 | 24 | 2020-09-10 | in, under 25
    young  | X990 | 0  | 2020-10-10 | in, under 25
    young  | X990 | 25 | 2020-11-10 | out
    young  | X990 | ?  | 2020-12-10 | unknown
    young  | Y049 | ?  | 2021-01-10 | out
    within | X990 | 40 | 2021-05-14 | out
    within | X990 | 40 | 2021-05-15 | in
    within | X990 | 40 | 2021-05-16 | in
    within | X990 | 40 | 2021-08-19 | in
    within | X990 | 40 | 2021-08-20 | in
    within | X990 | 40 | 2021-08-21 | out
    several | X990 | 17 | 2022-04-10 | in, under 25
    several | X990 | 40 | 2022-05-10 | in
    several | X990 | ?  | 2022-06-10 | in
    several | X930 | 40 | 2022-07-10 | in
    several | Y040 | 40 | 2022-08-10 | out
    several | Y040 | 17 | 2022-09-10 | in, under 25
    several | Y040 | ?  | 2022-10-10 | unknown
"""
RULES = """
    sharp   | sharp        | all         |            |
    young   | sharp        | if_under_25 |            |
    within  | sharp        | all         | 2021-05-15 | 2021-08-20
    several | sharp        | all         |            |
    several | sharp        | if_under_25 |            |
    several | firearm      | all         |            |
    several | bodily_force | if_under_25 |            |
"""


@dataclass(frozen=True)
class Example:
    """One admission, alone in its district and month, and what a lens must say of it."""

    lens_id: str
    cause: str
    age: str
    day: str
    answer: str

    def __str__(self) -> str:
        return f"{self.lens_id} {self.cause} {self.age} {self.day}"


def read_table(table: str) -> list[list[str]]:
    """The cells of a table drawn above."""
    return [[cell.strip() for cell in line.split("|")] for line in table.strip().splitlines()]


EXAMPLES = [Example(*cells) for cells in read_table(ADMISSIONS)]
# The district in which each lies: another one for each of a month.
PLACES = {each: int(each.day[-1]) % 5 for each in EXAMPLES}


def admission(name: str, day: str, cause: str, age: str, district: int = 0) -> dict[str, object]:
    """An admission of somebody who lives in a district."""
    return {
        "admission_id": name,
        "admission_date": day,
        "external_cause_icd10": cause,
        "age": "" if age == "?" else age,
        "sex": "1",
        "lsoa21_code": f"X0100000{district * 2}",
    }


@pytest.fixture(scope="module")
def area(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A built area with the admissions drawn above, and lenses of its own that have health rules and no others."""
    workspace = tmp_path_factory.mktemp("admissions")
    folder = workspace / "assessments" / "demonstration"
    shutil.copytree(DEMONSTRATION.parent, folder)
    rules = read_table(RULES)
    with (folder / "lenses.csv").open("a", encoding="utf-8") as stream:
        for lens_id in dict.fromkeys(rule[0] for rule in rules):
            stream.write(f"{lens_id},{lens_id},{lens_id},,counted only where the age says so,test,no,6\n")
    columns = ("lens_id", "mechanism_group", "condition", "valid_from", "valid_to")
    extra = {"source": "test", "is_interpretation": "no", "status": "test"}
    write_rows(
        folder / "lens_health_rules.csv", [dict(zip(columns, rule, strict=True)) | extra for rule in rules]
    )
    settings = read_settings(workspace, folder / "assessment.toml")
    raw = settings.deliveries / "demonstration"
    write_rows(raw / "lookup_lsoa21_msoa21_lad.csv", lookup())
    write_rows(raw / "police_crimes_2019.csv", [crime(recorded_date=month.isoformat()) for month in MONTHS])
    # A month without any admission would be a gap.
    rest = [admission(f"R{month}", month.isoformat(), "Y080", "40") for month in MONTHS]
    drawn = [admission(str(each), each.day, each.cause, each.age, PLACES[each]) for each in EXAMPLES]
    write_rows(raw / "hospital_admissions_1.csv", [*rest, *drawn])
    (raw / "SYNTHETIC.txt").write_text("SYNTHETIC\n")
    plan.refresh(settings, lambda _: None)
    return settings


@pytest.fixture(scope="module")
def counts(area: Settings) -> Mapping[tuple[str, str, str, str], int]:
    """Admissions by lens, month, district and measure."""
    rows = query(
        area,
        """select lens_id, strftime(month_start, '%Y-%m'), lad_code, measure_id, event_count
           from int_lens_admissions where event_count > 0""",
    )
    return {tuple(key): count for *key, count in rows}


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_a_lens_counts_the_admissions_that_it_says(example: Example, counts: Mapping) -> None:
    place = (example.lens_id, example.day[:7], DISTRICTS[PLACES[example]])
    found = [
        counts.get((*place, measure), 0)
        for measure in ("lens_admissions", "lens_admissions_at_most", "lens_admissions_under_25")
    ]
    said = {"in, under 25": [1, 1, 1], "in": [1, 1, 0], "unknown": [0, 1, 0], "out": [0, 0, 0]}
    assert found == said[example.answer]


def test_admissions_by_lens_equal_their_slow_twin_and_no_lens_without_rules_has_any(area: Settings) -> None:
    differing, compared = disagreements(area, "indicator_id like 'lens_admissions%'")
    assert differing == []
    # Five years of five lenses: the area in all three measures, its five districts in one.
    assert compared["hospital_admissions"] == 5 * 5 * (3 + 5)
    lenses = query(
        area, "select distinct lens_id from fct_indicator_values where indicator_id = 'lens_admissions'"
    )
    assert {lens for (lens,) in lenses} == {"ho_narrow", "sharp", "young", "within", "several"}


def test_admissions_are_never_added_to_offences(area: Settings) -> None:
    offences = query(
        area, "select count(*) from int_lens_cells where lens_id in ('sharp', 'young', 'several')"
    )
    assert offences == [(0,)]


def test_admissions_follow_the_rule_of_nhs_england(area: Settings) -> None:
    policies = query(
        area, "select distinct policy_id from fct_indicator_values where indicator_id like 'lens_admissions%'"
    )
    assert policies == [("nhs_hospital",)]
