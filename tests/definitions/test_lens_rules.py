"""What each condition word and each lens catches, leaves out, and cannot say."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from pipeline import plan
from pipeline.settings import DEMONSTRATION, PROJECT, Settings, read_settings
from tests.conftest import query, write_rows
from tests.counts.comparison import disagreements
from tests.counts.drawn import crime, lookup, quiet_months

SEEDS = PROJECT / "dbt_project" / "seeds"
COLUMNS = {
    "abuse": "da_flag",
    "knife": "knife_flag",
    "gun": "firearm_flag",
    "lines": "cce_county_lines_flag",
    "child": "child_present_flag",
    "repeat": "repeat_da_victim_flag",
    "place": "location_type",
    "alcohol": "alcohol_flag",
    "victim": "victim_age_band",
    "suspect": "suspect_age_band",
    "injury": "injury_level",
    "outcome": "outcome_code",
    "on": "recorded_date",
}

# What is not named is recorded and meets nothing: see `crime`. `?` is a blank cell.
CONDITIONS = """
    all                       | abuse=? knife=? place=?                | in
    if_domestic               | abuse=Y                                | in
    if_domestic               | abuse=N                                | out
    if_domestic               | abuse=?                                | possibly
    if_domestic               | abuse=Unknown                          | possibly
    if_non_domestic           | abuse=Y                                | out
    if_non_domestic           | abuse=N                                | in
    if_non_domestic           | abuse=?                                | possibly
    if_non_domestic           | abuse=Unknown                          | possibly
    if_knife                  | knife=Y                                | in
    if_knife                  | knife=N                                | out
    if_knife                  | knife=?                                | possibly
    if_firearm                | gun=Y                                  | in
    if_firearm                | gun=N                                  | out
    if_firearm                | gun=?                                  | possibly
    if_county_lines           | lines=Y                                | in
    if_county_lines           | lines=N                                | out
    if_county_lines           | lines=?                                | possibly
    if_under_25               | victim=18-24 suspect=35-44             | in
    if_under_25               | victim=35-44 suspect=10-15             | in
    if_under_25               | victim=0-9   suspect=?                 | in
    if_under_25               | victim=?     suspect=16-17             | in
    if_under_25               | victim=25-34 suspect=25-34             | out
    if_under_25               | victim=25-34 suspect=?                 | possibly
    if_under_25               | victim=?     suspect=75+               | possibly
    if_under_25               | victim=?     suspect=?                 | possibly
    if_under_25               | victim=unknown suspect=unknown         | possibly
    if_grievous               | injury=serious                         | in
    if_grievous               | injury=fatal                           | in
    if_grievous               | injury=moderate                        | out
    if_grievous               | injury=none                            | out
    if_grievous               | injury=?                               | possibly
    if_grievous               | injury=unknown                         | possibly
    if_public_place           | place=street                           | in
    if_public_place           | place=licensed_premises                | in
    if_public_place           | place=dwelling                         | out
    if_public_place           | place=prison                           | out
    if_public_place           | place=hospital                         | out
    if_public_place           | place=online                           | out
    if_public_place           | place=?                                | possibly
    if_public_place           | place=unknown                          | possibly
    if_public_place           | place=elsewhere                        | possibly
    if_public_under_25        | place=street   victim=18-24            | in
    if_public_under_25        | place=street   suspect=18-24           | in
    if_public_under_25        | place=street   victim=25-34            | out
    if_public_under_25        | place=street   victim=?                | possibly
    if_public_under_25        | place=dwelling victim=18-24            | out
    if_public_under_25        | place=dwelling victim=? suspect=?      | out
    if_public_under_25        | place=?        victim=18-24            | possibly
    if_public_under_25        | place=?        victim=25-34            | out
    if_public_under_25        | place=?        victim=? suspect=?      | possibly
    if_dwelling               | place=dwelling                         | in
    if_dwelling               | place=street                           | out
    if_dwelling               | place=?                                | possibly
    if_dwelling               | place=Unknown                          | possibly
    if_dwelling               | place=elsewhere                        | possibly
    if_charged                | outcome=1                              | in
    if_charged                | outcome=1A                             | in
    if_charged                | outcome=16                             | out
    if_charged                | outcome=?                              | possibly
    if_victim_not_supporting  | outcome=14                             | in
    if_victim_not_supporting  | outcome=16                             | in
    if_victim_not_supporting  | outcome=1                              | out
    if_victim_not_supporting  | outcome=15                             | out
    if_victim_not_supporting  | outcome=?                              | possibly
    if_outcome_known          | outcome=18                             | in
    if_outcome_known          | outcome=?                              | out
    if_repeat_domestic_victim | abuse=Y repeat=Y                       | in
    if_repeat_domestic_victim | abuse=Y repeat=N                       | out
    if_repeat_domestic_victim | abuse=N repeat=Y                       | out
    if_repeat_domestic_victim | abuse=Y repeat=?                       | possibly
    if_repeat_domestic_victim | abuse=? repeat=Y                       | possibly
    if_repeat_domestic_victim | abuse=? repeat=?                       | possibly
    if_repeat_domestic_victim | abuse=N repeat=?                       | out
    if_child_present          | abuse=Y child=Y                        | in
    if_child_present          | abuse=Y child=N                        | out
    if_child_present          | abuse=N child=Y                        | out
    if_child_present          | abuse=Y child=?                        | possibly
    if_child_present          | abuse=? child=Y                        | possibly
    if_child_present          | abuse=? child=N                        | out
    if_victim_under_25        | victim=18-24 suspect=?                 | in
    if_victim_under_25        | victim=25-34 suspect=10-15             | out
    if_victim_under_25        | victim=?     suspect=10-15             | possibly
    if_victim_under_25        | victim=unknown                         | possibly
    if_knife_and_victim_under_25 | knife=Y victim=0-9                  | in
    if_knife_and_victim_under_25 | knife=Y victim=25-34                | out
    if_knife_and_victim_under_25 | knife=N victim=?                    | out
    if_knife_and_victim_under_25 | knife=? victim=25-34                | out
    if_knife_and_victim_under_25 | knife=Y victim=?                    | possibly
    if_knife_and_victim_under_25 | knife=? victim=16-17                | possibly
    if_alcohol_related        | alcohol=Y                              | in
    if_alcohol_related        | alcohol=N                              | out
    if_alcohol_related        | alcohol=?                              | possibly
    if_evidential_difficulty  | outcome=15                             | in
    if_evidential_difficulty  | outcome=16                             | out
    if_evidential_difficulty  | outcome=?                              | possibly
    if_suspect_unidentified   | outcome=18                             | in
    if_suspect_unidentified   | outcome=1                              | out
    if_suspect_unidentified   | outcome=?                              | possibly
"""

# Homicide 1, manslaughter 4.1 and corporate 4.10, serious harm 5D, assault with injury 8N and without 105A,
# assault on a constable 8S, slavery 106, control 8U, malicious message 8R, rape 19C, robbery of a business 34A
# and of a person 34B, blade 10D, drug dealing 92A, theft from the person 39, shoplifting 46.
LENSES = """
    ho_narrow        | 1    | abuse=N                                  | in
    ho_narrow        | 1    | abuse=Y                                  | out
    ho_narrow        | 1    | abuse=?                                  | possibly
    ho_narrow        | 4.1  | abuse=N                                  | in
    ho_narrow        | 4.10 | abuse=N                                  | out
    ho_narrow        | 34B  | knife=Y                                  | in
    ho_narrow        | 34B  | knife=N                                  | out
    ho_narrow        | 34B  | knife=?                                  | possibly
    ho_narrow        | 19C  | knife=Y                                  | in
    ho_narrow        | 19C  | knife=N                                  | out
    ho_narrow        | 8N   | knife=Y abuse=Y                          | in
    ho_narrow        | 8N   | injury=serious                           | out
    ho_narrow        | 105A | knife=Y                                  | out
    sv_strategy_2018 | 1    | abuse=Y                                  | in
    sv_strategy_2018 | 8N   | knife=Y                                  | in
    sv_strategy_2018 | 8N   | gun=Y                                    | in
    sv_strategy_2018 | 8N   | knife=N gun=N                            | out
    sv_strategy_2018 | 8N   | knife=N gun=?                            | possibly
    sv_strategy_2018 | 8N   | knife=Y gun=?                            | in
    sv_strategy_2018 | 106  | lines=Y                                  | in
    sv_strategy_2018 | 106  | lines=N                                  | out
    sv_strategy_2018 | 106  | lines=?                                  | possibly
    sv_strategy_2018 | 10D  | knife=?                                  | in
    sv_strategy_2018 | 19C  | knife=Y                                  | out
    thames_valley    | 1    | abuse=N                                  | in
    thames_valley    | 1    | abuse=Y                                  | out
    thames_valley    | 5D   | abuse=N                                  | in
    thames_valley    | 5D   | abuse=Y knife=Y                          | out
    thames_valley    | 5D   | abuse=?                                  | possibly
    thames_valley    | 8N   | knife=Y                                  | in
    thames_valley    | 8N   | injury=serious                           | out
    thames_valley    | 92A  | lines=Y                                  | in
    thames_valley    | 92A  | lines=N                                  | out
    thames_valley    | 19C  | knife=Y                                  | out
    leicestershire   | 1    | abuse=Y                                  | in
    leicestershire   | 8N   | injury=serious abuse=Y                   | in
    leicestershire   | 8N   | injury=moderate                          | out
    leicestershire   | 8N   | injury=?                                 | possibly
    leicestershire   | 19C  | abuse=?                                  | in
    leicestershire   | 34B  | knife=Y                                  | out
    london           | 1    | abuse=?                                  | in
    london           | 8N   | victim=18-24                             | in
    london           | 8N   | abuse=Y                                  | in
    london           | 8N   | abuse=Y victim=18-24                     | in
    london           | 8N   | victim=25-34                             | out
    london           | 8N   | victim=?                                 | possibly
    london           | 8N   | abuse=?                                  | possibly
    london           | 34B  | suspect=16-17                            | in
    london           | 34A  | suspect=16-17                            | out
    london           | 19C  | abuse=N                                  | in
    london           | 8U   | abuse=N                                  | out
    s13_reference    | 5D   | abuse=N                                  | in
    s13_reference    | 105A | abuse=Y                                  | in
    s13_reference    | 105A | abuse=N                                  | out
    s13_reference    | 105A | abuse=?                                  | possibly
    s13_reference    | 39   | abuse=Y                                  | in
    s13_reference    | 39   | abuse=N                                  | out
    s13_reference    | 8U   | abuse=N                                  | in
    s13_reference    | 19C  | abuse=N                                  | in
    s13_reference    | 46   | abuse=Y                                  | out
    broad_da_sv_vawg | 8N   | abuse=N                                  | in
    broad_da_sv_vawg | 8R   | abuse=Y                                  | in
    broad_da_sv_vawg | 8R   | abuse=N                                  | out
    broad_da_sv_vawg | 34B  | abuse=Y                                  | in
    broad_da_sv_vawg | 34B  | abuse=N knife=Y                          | out
    broad_da_sv_vawg | 34B  | abuse=?                                  | possibly
    broad_da_sv_vawg | 34A  | abuse=Y                                  | out
    vap_all          | 105A | abuse=?                                  | in
    vap_all          | 4.10 | abuse=N                                  | in
    vap_all          | 8S   | abuse=N                                  | in
    vap_all          | 19C  | injury=serious                           | out
    vap_all          | 34B  | knife=Y injury=serious                   | out
    exampleshire     | 1    | abuse=N                                  | in
    exampleshire     | 1    | abuse=Y                                  | out
    exampleshire     | 1    | abuse=?                                  | possibly
    exampleshire     | 8N   | knife=Y abuse=Y place=dwelling           | in
    exampleshire     | 8N   | place=street victim=18-24                | in
    exampleshire     | 8N   | place=dwelling victim=18-24              | out
    exampleshire     | 8N   | place=street victim=?                    | possibly
    exampleshire     | 34A  | knife=N                                  | in
    exampleshire     | 19C  | knife=Y                                  | out
"""

# Rules from the first of a month to the last of another, without an end, without a beginning; within months; of one
# day; and one that takes the place of another in the middle of a month.
DATES = """
    dated  | on=2021-03-31 | out
    dated  | on=2021-04-01 | in
    dated  | on=2021-04-02 | in
    dated  | on=2022-03-30 | in
    dated  | on=2022-03-31 | in
    dated  | on=2022-04-01 | out
    since  | on=2021-03-31 | out
    since  | on=2021-04-01 | in
    since  | on=2024-03-31 | in
    until  | on=2019-04-01 | in
    until  | on=2022-03-31 | in
    until  | on=2022-04-01 | out
    change | on=2022-03-31 abuse=N | out
    change | on=2022-04-01 abuse=N | in
    change | on=2022-03-31 abuse=Y | in
    change | on=2022-04-01 abuse=Y | out
    within | on=2021-05-14 | out
    within | on=2021-05-15 | in
    within | on=2021-05-16 | in
    within | on=2021-08-19 | in
    within | on=2021-08-20 | in
    within | on=2021-08-21 | out
    one    | on=2020-02-28 | out
    one    | on=2020-02-29 | in
    one    | on=2020-03-01 | out
    swap   | on=2022-05-14 abuse=N | out
    swap   | on=2022-05-15 abuse=N | in
    swap   | on=2022-05-14 abuse=Y | in
    swap   | on=2022-05-15 abuse=Y | out
    swap   | on=2022-05-14 abuse=? | possibly
    swap   | on=2022-05-15 abuse=? | possibly
"""

# What each says of a quarter of the open table, by its first day: it has no days and no flags.
QUARTERS = """
    dated  | 2021-01-01 | out
    dated  | 2021-04-01 | in
    dated  | 2022-01-01 | in
    dated  | 2022-04-01 | out
    within | 2021-01-01 | out
    within | 2021-04-01 | possibly
    within | 2021-07-01 | possibly
    within | 2021-10-01 | out
    one    | 2020-01-01 | possibly
    change | 2022-01-01 | possibly
    swap   | 2022-04-01 | possibly
"""
DATED_RULES = (
    ("dated", "all", "2021-04-01", "2022-03-31"),
    ("since", "all", "2021-04-01", ""),
    ("until", "all", "", "2022-03-31"),
    ("change", "if_domestic", "", "2022-03-31"),
    ("change", "if_non_domestic", "2022-04-01", ""),
    ("within", "all", "2021-05-15", "2021-08-20"),
    ("one", "all", "2020-02-29", "2020-02-29"),
    ("swap", "if_domestic", "", "2022-05-14"),
    ("swap", "if_non_domestic", "2022-05-15", ""),
)
TWICE = ("if_knife", "if_public_under_25", "if_non_domestic")


@dataclass(frozen=True)
class Example:
    """One line of a table: an offence, and what a lens must say of it."""

    lens_id: str
    offence_code: str
    recorded: str
    answer: str

    def __str__(self) -> str:
        return f"{self.lens_id} {self.offence_code} {self.recorded}"

    @property
    def cells(self) -> dict[str, object]:
        pairs = (part.split("=") for part in self.recorded.split())
        return {COLUMNS[word]: "" if value == "?" else value for word, value in pairs}


def read_table(table: str, *, prefix: str = "", offence_code: str = "") -> list[Example]:
    """The examples of a table drawn above; all of one offence where the table names none."""
    examples = []
    for line in table.strip().splitlines():
        lens_id, *code, recorded, answer = (cell.strip() for cell in line.split("|"))
        words = " ".join(recorded.split())
        examples.append(Example(prefix + lens_id, code[0] if code else offence_code, words, answer))
    return examples


BY_CONDITION = read_table(CONDITIONS, prefix="spec_", offence_code="105A")
BY_LENS = read_table(LENSES)
BY_DATE = read_table(DATES, offence_code="105A")


@pytest.fixture(scope="module")
def area(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """An area with one crime an example, and local lenses: one a condition, and those with dates.

    Nearly all is small: its warehouse is built, and nothing published.
    """
    workspace = tmp_path_factory.mktemp("lenses")
    folder = workspace / "assessments" / "demonstration"
    shutil.copytree(DEMONSTRATION.parent, folder)
    add_local_lenses(folder)
    settings = read_settings(workspace, folder / "assessment.toml")
    crimes = [
        crime(ho_code=example.offence_code, victim_id_pseudo=str(example), **example.cells)
        for example in (*BY_CONDITION, *BY_LENS, *BY_DATE)
    ]
    # Alone in its district and year: it meets all three rules of the lens `twice`.
    crimes += [
        crime(
            lad_code="X06000005",
            lsoa21_code="X01000009",
            recorded_date="2019-05-05",
            knife_flag="Y",
            victim_age_band="18-24",
        )
    ]
    raw = settings.deliveries / "demonstration"
    write_rows(raw / "police_crimes_2019.csv", [*quiet_months(), *crimes])
    write_rows(raw / "lookup_lsoa21_msoa21_lad.csv", lookup())
    quarters = [open_quarter(date(year, month, 1)) for year in range(2019, 2024) for month in (1, 4, 7, 10)]
    pd.DataFrame(quarters).to_parquet(raw / "prc_pfa_long.parquet")
    (raw / "SYNTHETIC.txt").write_text("SYNTHETIC\n")
    plan.ingest(settings)
    plan.build(settings)
    return settings


def open_quarter(first_day: date) -> dict[str, object]:
    """What the open table has of a quarter: common assaults of a force elsewhere."""
    year = first_day.year - (first_day.month < 4)
    return {
        "FY": f"{year}/{(year + 1) % 100}",
        "Financial Quarter": (first_day.month - 4) % 12 // 3 + 1,
        "Force": "Elsewhere",
        "Offence Code": "105A",
        "Group": "Violence against the person",
        "n": 100,
        "territorial": True,
    }


def add_local_lenses(folder: Path) -> None:
    """Adds to the lenses of an assessment: one a condition word, those with dates, and one of three rules."""
    rules = [(f"spec_{word}", word, "", "") for word in read_words()]
    rules += [*DATED_RULES, *(("twice", word, "", "") for word in TWICE)]
    with (folder / "lenses.csv").open("a", encoding="utf-8", newline="") as stream:
        for lens_id in dict.fromkeys(rule[0] for rule in rules):
            csv.writer(stream).writerow([lens_id, lens_id, lens_id, "", "left open", "", "no", 6])
    with (folder / "lens_rules.csv").open("a", encoding="utf-8", newline="") as stream:
        for lens_id, word, valid_from, valid_to in rules:
            csv.writer(stream).writerow(
                [lens_id, "105A", word, valid_from, valid_to, "Drawn for a test", "no", "test"]
            )


def read_words() -> list[str]:
    """The condition words that a rule may use."""
    with (SEEDS / "conditions.csv").open(encoding="utf-8", newline="") as stream:
        return list(dict.fromkeys(row["condition"] for row in csv.DictReader(stream)))


@pytest.fixture(scope="module")
def answers(area: Settings) -> Mapping[tuple[str, str], str]:
    """What every lens said of every example: `in` or `possibly`; what it left out is not there."""
    rows = query(
        area,
        """select victim_id, lens_id, certain, possible
           from int_offences inner join int_memberships using (profile_key)
           where lens_id != ''""",
    )
    assert all(possible == 1 for *_, possible in rows)
    return {(victim, lens): "in" if certain else "possibly" for victim, lens, certain, _ in rows}


@pytest.mark.parametrize("example", BY_CONDITION, ids=str)
def test_a_condition_says_yes_no_or_possibly(example: Example, answers: Mapping) -> None:
    assert answers.get((str(example), example.lens_id), "out") == example.answer


@pytest.mark.parametrize("example", BY_LENS, ids=str)
def test_a_lens_catches_what_it_says(example: Example, answers: Mapping) -> None:
    assert answers.get((str(example), example.lens_id), "out") == example.answer


@pytest.mark.parametrize("example", BY_DATE, ids=str)
def test_a_rule_holds_from_its_first_to_its_last_day(example: Example, answers: Mapping) -> None:
    assert answers.get((str(example), example.lens_id), "out") == example.answer


def test_of_a_quarter_in_which_a_rule_begins_or_ends_nobody_can_tell(area: Settings) -> None:
    drawn = read_table(QUARTERS, offence_code="105A")
    rows = query(
        area,
        """select lens_id, cast(month_start as varchar), certain
           from int_offences inner join int_memberships using (profile_key)
           where source_id = 'recorded_crime' and lens_id != ''""",
    )
    said = {(lens, quarter): "in" if certain else "possibly" for lens, quarter, certain in rows}
    assert {each: said.get((each.lens_id, each.recorded), "out") for each in drawn} == {
        each: each.answer for each in drawn
    }


def test_every_figure_of_these_lenses_equals_its_slow_twin(area: Settings) -> None:
    differing, compared = disagreements(area, "lens_id != ''")
    assert differing == []
    assert compared["police_crimes"] > 500


def test_every_condition_word_is_drawn_both_ways() -> None:
    drawn = {(example.lens_id.removeprefix("spec_"), example.answer) for example in BY_CONDITION}
    assert {word for word, _ in drawn} == set(read_words())
    assert {word for word, answer in drawn if answer == "in"} == set(read_words())
    assert {word for word, answer in drawn if answer == "out"} == set(read_words()) - {"all"}
    # Whether an outcome has been assigned is known of every record.
    always_known = {"all", "if_outcome_known"}
    assert {word for word, answer in drawn if answer == "possibly"} == set(read_words()) - always_known


def test_every_lens_is_drawn_catching_and_leaving_out(area: Settings) -> None:
    lenses = {row[0] for row in query(area, "select lens_id from dim_lenses")}
    drawn_here = {"twice", *(lens_id for lens_id, *_ in DATED_RULES)}
    own = {lens for lens in lenses - drawn_here if not lens.startswith("spec_")}
    for answer in ("in", "out"):
        assert {example.lens_id for example in BY_LENS if example.answer == answer} == own


def test_a_crime_that_meets_three_rules_counts_once(area: Settings) -> None:
    [(offences,), (at_most,)] = [
        query(
            area,
            f"""select sum(event_count) from int_lens_cells
                where measure_id = '{measure}' and lens_id = 'twice' and month_start = date '2019-05-01'
                    and breakdown = 'none'""",
        )[0]
        for measure in ("lens_offences", "lens_offences_at_most")
    ]
    assert (offences, at_most) == (1, 1)
    values = query(
        area,
        """select numerator, value_status from fct_indicator_values
           where indicator_id = 'lens_offences' and lens_id = 'twice' and area_code = 'X06000005'
               and period_start = date '2019-04-01'""",
    )
    assert values == [(1, "reported")]
