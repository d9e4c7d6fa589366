"""Beside a benchmark the report says what the published comparison says, and nothing where there is no verdict."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import date

import pandas as pd
import pytest
from published import write_published

from pipeline.report.blocks import Tile, Tiles, finding_of, tiles
from pipeline.report.comparisons import comparator_of
from pipeline.report.published import KEY, Reading, read_published
from pipeline.report.selection import Context, latest, select
from pipeline.report.sentences import plain
from pipeline.report.specs import YEARS
from pipeline.settings import Settings

NAME = "domestic_violence_share"
REASON = "As the benchmark does, this divides by all offences, whether their flag is known or not: 29.2%."


@pytest.fixture(scope="module")
def context(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Context:
    published = read_published(write_published(tmp_path_factory.mktemp("published")))
    return Context(published, settings, [], {})


def reading_of(context: Context) -> Reading:
    reading = latest(select(context, NAME), YEARS)
    assert reading is not None
    return reading


def beside(context: Context, *rows: tuple[str, date | None, str, str]) -> Context:
    """The context with benchmarks of 33 from (label, last day, verdict, reason), and one of another year."""
    key = {name: value for name, value in asdict(reading_of(context)).items() if name in KEY}
    names = ("comparator_label", "comparator_end", "verdict", "reason")
    made = [
        {
            **key,
            "comparator_kind": "benchmark",
            "comparator_value": 33.0,
            **dict(zip(names, each, strict=True)),
        }
        for each in rows
    ]
    other = {**made[0], "period_start": date(2000, 4, 1), "comparator_label": "Another year"}
    tables = {**context.published.tables, "comparisons": pd.DataFrame([other, *made])}
    return replace(context, published=replace(context.published, tables=tables))


@pytest.mark.parametrize(
    ("verdict", "words"), [("higher", "higher than"), ("lower", "lower than"), ("similar", "similar to")]
)
def test_a_published_verdict_is_said_with_its_reason(context: Context, verdict: str, words: str) -> None:
    found = finding_of(beside(context, ("Nation, 2024", date(2024, 3, 31), verdict, REASON)), NAME)
    assert found is not None
    assert f"That is {words} Nation, 2024 (33.0%). {REASON}" in plain(found[0])


@pytest.mark.parametrize("verdict", ["not_comparable", "cannot_be_told", "suppressed"])
def test_where_nothing_may_be_told_nothing_is_said(context: Context, verdict: str) -> None:
    found = finding_of(beside(context, ("Nation, 2023", date(2023, 9, 30), verdict, "May 2023")), NAME)
    assert found is not None
    assert "That is" not in plain(found[0])
    assert "May 2023" not in plain(found[0])


def test_a_standard_stands_in_only_where_there_is_no_other(context: Context) -> None:
    standard = ("Recommended", None, "higher", "")
    alone = beside(context, standard)
    both = beside(context, standard, ("Nation, 2024", date(2024, 3, 31), "lower", ""))
    for one, label in ((alone, "Recommended"), (both, "Nation, 2024")):
        comparator = comparator_of(one, reading_of(context))
        assert comparator is not None and comparator.name == label


def test_without_a_comparison_there_is_no_comparator(context: Context) -> None:
    none = context.published.tables["comparisons"].head(0)
    bare = replace(context.published, tables={**context.published.tables, "comparisons": none})
    context = replace(context, published=bare)
    assert comparator_of(context, reading_of(context)) is None


def tile_of(context: Context) -> Tile:
    [block] = tiles(context, [NAME], most=6)
    assert isinstance(block, Tiles)
    return block.tiles[0]


@pytest.mark.parametrize("verdict", ["higher", "similar", "cannot_be_told"])
def test_a_tile_draws_what_is_alike_in_kind(context: Context, verdict: str) -> None:
    tile = tile_of(beside(context, ("Nation, 2024", date(2024, 3, 31), verdict, "")))
    assert tile.tick is not None
    assert plain(tile.comparator) == "Nation, 2024: 33.0%"


@pytest.mark.parametrize("verdict", ["not_comparable", "suppressed", "not_available"])
def test_a_tile_draws_nothing_that_is_not_comparable_and_says_so(context: Context, verdict: str) -> None:
    tile = tile_of(beside(context, ("Nation, 2023", date(2023, 9, 30), verdict, "May 2023")))
    assert tile.tick is None
    assert plain(tile.comparator) == "Not comparable with Nation, 2023"
