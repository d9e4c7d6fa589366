"""An explanation of a hidden figure holds no number that its count could be worked out from."""

from __future__ import annotations

import ast
import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest

from pipeline.cli.explain import tell
from pipeline.contracts import read_contracts
from pipeline.explanation.background import Background, read_background
from pipeline.explanation.figure import Explanation, explain_figure
from pipeline.explanation.question import Question
from pipeline.periods import period_label
from pipeline.publish.companions import read_row_policies
from pipeline.publish.row_counts import USUAL_THRESHOLD, find_bases
from pipeline.settings import PROJECT, Settings
from tests.conftest import read_values

AREAS = ["demonstration", "dense"]
OPEN = {contract.source_id for contract in read_contracts(PROJECT) if contract.is_openly_published}
# Where a number may stand in the explanation of a hidden figure.
ALLOWED = re.compile(
    r"breaks\.is_of_flag_alone|indicator\.(decimals|is_proxy)|cell\.(is_population_estimated|is_from_rounded)|lens\.(sort_order|is_interpretation|is_local)"
    r"|(numerator|denominator)\.rules\.is_interpretation|population_years|prices\.multiplier|has_hidden_bounds"
    # Another period's figure or a benchmark; never what is left of the area without the hidden part.
    r"|comparisons\.comparator_value"
    # A trend that is told, of the published figures of other periods; the months of a control chart.
    r"|(trends|chart)\.figures\.(numerator|denominator|value)|trends\.(value|lower95|upper95)"
    # Centre and limits of its stretch are drawn from the months that are shown, and published beside it.
    r"|chart\.(centre|lower_limit|upper_limit)"
    r"|origin\.policies\.(threshold|rounding_base)|origin\.(population_)?deliveries\.(rows_in|accepted|rejected)"
)
# A trend that is told has an interval of its own; its lines go on to the next label.
TREND = re.compile(r"^Trend .*(?:\n .*)*", re.MULTILINE)

KEY = [
    "indicator_id",
    "lens_id",
    "area_code",
    "period_type",
    "period_start",
    "breakdown",
    "breakdown_value",
    "split",
]


@pytest.fixture(scope="module")
def area(request: pytest.FixtureRequest) -> Settings:
    return request.getfixturevalue(request.param)


def hidden_cells(settings: Settings) -> pd.DataFrame:
    values = read_values(settings)
    return values[values["value_status"] == "suppressed"]


def explain_row(background: Background, row: Any) -> Explanation:
    period = period_label(row.period_type, row.period_start.date(), row.period_end.date())
    question = Question(
        row.indicator_id, row.area_code, period, row.split, row.lens_id, row.breakdown_value or ""
    )
    return explain_figure(background, question)


def numbers_in(value: Any, path: str = "") -> Iterator[tuple[str, float]]:
    """Every number in nested data, with the names on the way to it."""
    if isinstance(value, dict):
        for name, member in value.items():
            yield from numbers_in(member, f"{path}.{name}".strip("."))
    elif isinstance(value, list | tuple):
        for member in value:
            yield from numbers_in(member, path)
    elif isinstance(value, int | float):
        yield path, value


@pytest.mark.parametrize("area", AREAS, indirect=True)
def test_nothing_is_told_of_a_hidden_count(area: Settings) -> None:
    with duckdb.connect(str(area.warehouse), read_only=True) as warehouse:
        true = warehouse.execute("from fct_indicator_values").df()
        policies = read_row_policies(warehouse).set_index("source_id")
    bases = find_bases(policies["threshold"].fillna(USUAL_THRESHOLD), policies["rounding_base"])[0]
    # Residents are no secret: a denominator is a count where some measure counts it.
    true["denominator"] = true["denominator"].where(true["denominator_measure_id"].notna())
    columns = [true[name] for name in ("numerator", "denominator")]
    counts = dict(zip(true[KEY].itertuples(index=False, name=None), zip(*columns, strict=True), strict=True))
    background, hidden = read_background(area), hidden_cells(area)
    assert len(hidden) > 100
    for row in hidden.itertuples():
        found = explain_row(background, row)
        assert found.cell["value_status"] == "suppressed"
        data = json.loads(json.dumps(asdict(found), default=str))
        assert {path for path, _ in numbers_in(data) if not ALLOWED.fullmatch(path)} == set()
        assert all(
            row["comparator_value"] is None for row in found.comparisons if row["comparator_kind"] == "area"
        )
        told = [trend for trend in found.trends if trend.value is not None]
        assert all(point["value_status"] == "reported" for trend in told for point in trend.figures)
        files = [
            each
            for each in (*found.origin.deliveries, *found.origin.population_deliveries)
            if each["source_id"] not in OPEN
        ]
        rows = [
            (each[name], bases[each["source_id"]])
            for each in files
            for name in ("rows_in", "accepted", "rejected")
        ]
        assert all(count is None or count % base == 0 for count, base in rows)
        lines = tell(found)
        text = "\n".join(lines)
        # Of every 100 offences, says the meaning of a share: a count that is hidden may well be so many.
        told_of_it = " ".join(text.split()).replace(found.indicator["meaning"], "")
        assert lines[2] == "No figure: Too few to report, or would let a small number be worked out."
        assert "95% interval" not in TREND.sub("", text) and "Bounds" not in text
        behind = counts[tuple(getattr(row, name) for name in KEY)]
        for count, name in zip(behind, ("numerator_label", "denominator_label"), strict=True):
            label = found.indicator[name]
            assert not label or not re.search(rf"(?<![\d,]){count:,.0f} {re.escape(label)}", told_of_it)


def test_an_explanation_needs_nothing_that_is_not_published(demonstration: Settings, tmp_path: Path) -> None:
    """With the warehouse, the extracts and the register gone it says the same."""
    question = Question("domestic_violence_share")
    before = explain_figure(read_background(demonstration), question)
    moved = Settings(demonstration.assessment, tmp_path, tmp_path)
    shutil.copytree(demonstration.published, moved.published)
    manifest = Path("dbt", demonstration.assessment.name, "manifest.json")
    (moved.curated / manifest).parent.mkdir(parents=True)
    shutil.copy(demonstration.curated / manifest, moved.curated / manifest)
    assert explain_figure(read_background(moved), question) == before


def test_no_module_of_it_names_the_warehouse() -> None:
    files = sorted((PROJECT / "pipeline" / "explanation").glob("*.py"))
    names = {
        name
        for file in files
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        for name in (getattr(node, "attr", ""), getattr(node, "module", "") or "")
    }
    assert len(files) > 3
    assert not names & {
        "warehouse",
        "extracts",
        "rejects",
        "superseded",
        "register",
        "duckdb",
        "pipeline.warehouse",
    }


def test_a_figure_is_explained_as_it_is_published(demonstration: Settings) -> None:
    """A sample of every indicator: the numbers are those of the published row, and the sources its own."""
    values = read_values(demonstration)
    values = values[values["value_status"] == "reported"]
    sample = values.drop_duplicates(["indicator_id", "split", "area_type"], keep="last")
    assert sample["indicator_id"].nunique() > 30
    background = read_background(demonstration)
    for row in sample.itertuples():
        found = explain_row(background, row)
        for name in ("numerator", "denominator", "value", "lower95", "upper95"):
            number = getattr(row, name)
            assert found.cell[name] == (None if pd.isna(number) else number)
        assert row.source_id in {each["source_id"] for each in found.origin.deliveries}
        assert found.origin.models[row.source_id][-1].endswith("fct_indicator_values.sql")
        assert row.source_id in {policy.source_id for policy in found.origin.policies}


def test_what_a_figure_is_set_beside_is_what_is_published(demonstration: Settings) -> None:
    found = explain_figure(
        read_background(demonstration), Question("domestic_violence_share", period="2023/24")
    )
    published = pd.read_parquet(demonstration.published / "comparisons.parquet")
    own = published.merge(
        pd.DataFrame([{**found.cell, "period_start": pd.Timestamp(found.cell["period_start"])}])[KEY]
    )
    assert len(own) > 1
    assert [(row["comparator_label"], row["verdict"]) for row in found.comparisons] == list(
        zip(own["comparator_label"], own["verdict"], strict=True)
    )


def test_bounds_hold_the_share(demonstration: Settings) -> None:
    background = read_background(demonstration)
    found = explain_figure(background, Question("domestic_violence_share", period="2023/24"))
    values = read_values(demonstration)
    wanted = {"indicator_id": "violence_rate", "area_type": "vru", "period_type": "financial_year",
              "period_start": pd.Timestamp(2023, 4, 1), "breakdown": "none"}  # fmt: skip
    for column, value in wanted.items():
        values = values[values[column] == value]
    count = values.set_index("split")["numerator"]
    assert found.bounds is not None
    assert found.bounds.lowest == round(100 * count["domestic"] / count["all"], 1)
    assert found.bounds.highest == round(100 * (count["domestic"] + count["not_known"]) / count["all"], 1)
    assert found.bounds.lowest <= found.cell["value"] <= found.bounds.highest
    lens = explain_figure(background, Question("lens_offences", period="2022/23"))
    assert lens.bounds is not None
    assert lens.bounds.lowest <= lens.cell["value"] <= lens.bounds.highest


def test_hidden_bounds_are_said_to_be_hidden_and_no_bounds_are_not(demonstration: Settings) -> None:
    background, values = read_background(demonstration), read_values(demonstration)
    told = values[(values["value_status"] == "reported") & values["lowest"].isna()]
    hidden = told[told["indicator_id"] == "firearm_crime_rate"]
    assert len(hidden)
    text = "\n".join(tell(explain_row(background, next(hidden.itertuples()))))
    assert "Bounds          hidden: few records do not say" in text
    plain = told[told["indicator_id"] == "violence_rate"]
    assert "Bounds" not in "\n".join(tell(explain_row(background, next(plain.itertuples()))))


def test_a_rate_of_domestic_abuse_names_the_people_that_it_is_set_against(demonstration: Settings) -> None:
    background = read_background(demonstration)
    for indicator_id, per in (
        ("violence_rate", "per 1,000 people aged 16 and over"),
        ("youth_violence_rate", "per 1,000 people aged 16 to 24"),
    ):
        whole = explain_figure(background, Question(indicator_id, period="2023/24"))
        domestic = explain_figure(background, Question(indicator_id, period="2023/24", split="domestic"))
        assert domestic.cell["denominator"] < whole.cell["denominator"]
        assert domestic.indicator["unit"] == per != whole.indicator["unit"]
        assert domestic.indicator["denominator_label"] == per.replace("per 1,000 people", "residents")
        assert domestic.indicator["meaning"].endswith(f"Those flagged domestic abuse: {per}.")
    same = explain_figure(background, Question("domestic_crime_rate", period="2023/24"))
    assert same.indicator["unit"] == "per 1,000 people aged 16 and over"
