"""What is made of published figures is told with all that stands behind them, by which anybody can make it again."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, replace
from typing import Any

import duckdb
import pandas as pd
import pytest

from pipeline.cli.told_lines import WIDTH
from pipeline.cli.told_made import tell_made
from pipeline.contracts import read_contracts
from pipeline.explanation.background import CELL, Background, read_background
from pipeline.explanation.claim import Verdict
from pipeline.explanation.made import Made, explain_made
from pipeline.explanation.question import Question
from pipeline.explanation.statistic import DECOMPOSITION, MEANINGS
from pipeline.periods import period_label
from pipeline.publish.claim_rows import CLAIM_COLUMNS, read_claim_rules
from pipeline.publish.claims import judge_claims
from pipeline.publish.companions import read_forces
from pipeline.settings import PROJECT, Settings
from tests.conftest import read_values

CLAIMS = ["a_third_is_domestic", "missing_from_definition", "no_regional_variation"]
ROW = ["part", "period_start", "period_end"]
OPEN = {contract.source_id for contract in read_contracts(PROJECT) if contract.is_openly_published}
COUNTS = ("numerator", "denominator", "value", "lowest", "highest")
CORRECTION = {
    "source_id": "police_crimes", "column_name": "ho_code", "expected_value": "8X", "corrected_value": "8N",
    "reason": "A code that was never used", "source": "The force",
}  # fmt: skip


@pytest.fixture(scope="module")
def background(demonstration: Settings) -> Background:
    return read_background(demonstration)


@pytest.fixture(scope="module")
def claims(demonstration: Settings) -> pd.DataFrame:
    return pd.read_parquet(demonstration.published / "claims.parquet")


def explain(background: Background, name: str, **asked: str) -> Made:
    made = explain_made(background, Question(name, **asked))
    assert made is not None
    return made


def explain_all(background: Background, rows: pd.DataFrame) -> list[Verdict]:
    """The verdicts on a claim, as they are told of every period of its published rows."""
    days = rows[["period_start", "period_end"]].drop_duplicates()
    return [
        verdict
        for start, end in days.itertuples(index=False)
        for verdict in explain(
            background, rows["claim_id"].iloc[0], period=period_label("", start.date(), end.date())
        ).statistics
        if isinstance(verdict, Verdict)
    ]


def frame_of(rows: Iterable[dict[str, Any]], template: pd.DataFrame) -> pd.DataFrame:
    """Told rows as the rows of a published table."""
    told = pd.DataFrame({json.dumps(row, default=str): row for row in rows}.values())
    if told.empty:
        return template.iloc[:0]
    return told.astype({name: template[name].dtype for name in told.columns})


def judge_again(settings: Settings, verdicts: list[Verdict]) -> pd.DataFrame:
    """The claims as they are judged on what is told of some verdicts, and on nothing else that is published."""
    audit = pd.read_parquet(settings.published / "flag_audit.parquet")
    with duckdb.connect(str(settings.warehouse), read_only=True) as warehouse:
        rules, forces = read_claim_rules(warehouse), read_forces(warehouse)
    return judge_claims(
        frame_of((figure for each in verdicts for figure in each.figures), read_values(settings)),
        rules,
        area_code=settings.assessment.area.code,
        area_name=settings.assessment.area.name,
        forces=forces,
        flag_audit=frame_of((month for each in verdicts for month in each.audit), audit),
    )


@pytest.mark.parametrize("claim_id", CLAIMS)
def test_every_published_verdict_is_told_and_made_again_from_what_is_told(
    demonstration: Settings, background: Background, claims: pd.DataFrame, claim_id: str
) -> None:
    published = claims[claims["claim_id"] == claim_id].sort_values(ROW).reset_index(drop=True)
    verdicts = explain_all(background, published)
    names = [name for name in CLAIM_COLUMNS if name != "numbers"]
    told = pd.DataFrame([{name: getattr(each, name) for name in names} for each in verdicts])
    told = told.astype(published[names].dtypes).sort_values(ROW).reset_index(drop=True)
    pd.testing.assert_frame_equal(told, published[names])
    assert all(each.figures or each.audit for each in verdicts)

    # Which years make a pool, and how many districts there are, the verdicts on variation know of one another.
    groups = [verdicts] if claim_id == "no_regional_variation" else [[each] for each in verdicts]
    again = pd.concat([judge_again(demonstration, group) for group in groups])
    again = again[again["claim_id"] == claim_id].sort_values(ROW).reset_index(drop=True)
    pd.testing.assert_frame_equal(again.astype(published.dtypes), published)


def test_no_claim_is_left_untold(claims: pd.DataFrame) -> None:
    assert sorted(set(claims["claim_id"])) == CLAIMS


@pytest.mark.parametrize("name", [*CLAIMS, *MEANINGS, DECOMPOSITION])
def test_models_deliveries_and_what_is_hidden_are_those_of_the_figures_that_went_in(
    demonstration: Settings, background: Background, name: str
) -> None:
    made = explain(background, name)
    figures = [figure for each in made.statistics for figure in each.figures]
    assert figures
    sources = {figure["source_id"] for figure in figures}
    sources |= {drawn.source_id for each in made.statistics for drawn in each.drawn}
    assert set(made.origin.models) == sources == {policy.source_id for policy in made.origin.policies}
    for source_id, files in made.origin.models.items():
        assert "/stg_" in files[0] and "/marts/" in files[-1], source_id
    provenance = pd.read_parquet(demonstration.published / "provenance.parquet").set_index("sha256")
    given = [*made.origin.deliveries, *made.origin.population_deliveries]
    assert {row["source_id"] for row in made.origin.deliveries} == sources
    for row in given:
        line = provenance.loc[row["sha256"]]
        assert all(row[column] == line[column] for column in ("file_name", "rows_in", "accepted", "rejected"))
        if row["source_id"] not in OPEN:
            assert all(row[column] % 10 == 0 for column in ("rows_in", "accepted", "rejected"))
    hidden = {
        tuple(map(str, map(each.get, CELL))) for each in figures if each["value_status"] == "suppressed"
    }
    assert {tuple(map(str, map(row.get, CELL))) for row in made.hidden} == hidden
    assert not any(isinstance(value, (int, float)) for row in made.hidden for value in row.values())
    assert all(
        each[count] is None for each in figures for count in COUNTS if each["value_status"] == "suppressed"
    )


def test_deliveries_are_those_of_the_periods_that_went_in(background: Background) -> None:
    made = explain(background, "missing_from_definition", period="2022/23")
    files = sorted(row["period_start"] for row in made.origin.deliveries)
    assert len(files) == 12
    assert (files[0][:7], files[-1][:7]) == ("2022-04", "2023-03")
    assert made.origin.population_deliveries == ()
    assert explain(background, "no_regional_variation").origin.population_deliveries


def test_a_share_is_taken_apart_against_a_delivery_of_its_own(background: Background) -> None:
    made = explain(background, DECOMPOSITION)
    assert made.origin.models["domestic_share_reference"][-1].endswith("fct_domestic_references.sql")
    told = {row["source_id"] for row in made.origin.deliveries}
    assert told == {"police_crimes", "domestic_share_reference"}
    assert "Homicide" in {row["breakdown_value"] for row in made.hidden}


def test_the_flag_audit_has_models_of_its_own(background: Background) -> None:
    made = explain(background, "no_regional_variation")
    assert any(file.endswith("/fct_flag_audit.sql") for file in made.origin.models["police_crimes"])


def test_what_stands_behind_a_claim_is_told_once_in_words(background: Background) -> None:
    corrected = replace(background, seeds={**background.seeds, "corrections": [CORRECTION]})
    made = explain_made(corrected, Question("no_regional_variation"), "release-1")
    assert made is not None
    text = "\n".join(tell_made(made))
    assert max(map(len, text.splitlines())) <= WIDTH
    assert text.count("Verdict         ") == len(made.statistics) > 10
    for once in ("What went in comes from:", "police_crimes_2024-03.csv", "SQL models      police_crimes → stg_",
                 "Small counts    police_crimes: 1 to 4 are hidden", "Release         release-1"):  # fmt: skip
        assert text.count(once) == (0 if once.startswith("police") else 1), once
    assert "Corrected       police_crimes, ho_code: A code that was never used (The force)" in text
    # What was written is a record's, and not openly published.
    assert "8X" not in json.dumps(asdict(made), default=str)
    hidden = [line for line in text.splitlines() if line.startswith("Hidden ")]
    assert len(hidden) == len(made.hidden) > 0
    draft = "\n".join(tell_made(explain(background, "missing_from_definition")))
    assert "Hidden          none of the figures that went in" in draft
    assert "Release         none: these figures are a draft" in draft
    assert draft.count("police_crimes_2024-03.csv") == 1


def test_what_is_neither_claim_nor_statistic_is_left_to_others(background: Background) -> None:
    assert explain_made(background, Question("violence_rate")) is None
