"""The steps from the reference to the area are those that were published."""

from __future__ import annotations

from dataclasses import replace

import pytest
from published import VRU, write_published

from pipeline.report.kinds.waterfall import build_waterfall
from pipeline.report.published import Published, read_published
from pipeline.report.selection import Context
from pipeline.report.sentences import plain
from pipeline.report.specs import ExhibitSpec
from pipeline.settings import Settings

SPEC = ExhibitSpec("steps", "waterfall", ("domestic_violence_share",), name="The domestic share")


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Published:
    return read_published(write_published(tmp_path_factory.mktemp("published")))


def test_the_steps_are_the_published_effects_of_the_latest_year(
    settings: Settings, bundle: Published
) -> None:
    exhibit = build_waterfall(SPEC, Context(bundle, settings, (), {}), SPEC.indicators)
    assert exhibit is not None and exhibit.chart is not None
    assert list(exhibit.chart.frame["value"]) == [30.0, 0.02, -0.43, -0.28, 29.2]
    assert list(exhibit.chart.frame["role"]) == ["level", "step", "step", "step", "level"]
    assert plain(exhibit.title) == (
        "The domestic share, an unknown flag counted as not domestic, is 29.2% here and 30.0% in Example Country: the "
        "mix of offences makes no clear difference, shares within kinds come to 0.85 points less"
    )
    assert {reading.area_code for reading in exhibit.readings} == {VRU}


def test_where_a_kind_has_no_effect_of_its_own_shares_within_kinds_are_one_step(
    settings: Settings, bundle: Published
) -> None:
    table = bundle.tables["decompositions"].copy()
    table.loc[table["offence_subgroup"] == "Stalking and harassment", "within_effect"] = None
    context = Context(replace(bundle, tables={**bundle.tables, "decompositions": table}), settings, (), {})
    exhibit = build_waterfall(SPEC, context, SPEC.indicators)
    assert exhibit is not None
    assert [row[0].text for row in exhibit.table.rows][1:3] == [
        "Another mix of offences",
        "Other shares within kinds",
    ]
    assert [cell.text for cell in exhibit.table.rows[2][1:]] == ["-0.85", "-1.43", "-0.27"]


def test_what_cannot_be_taken_apart_has_no_chart(settings: Settings, bundle: Published) -> None:
    table = bundle.tables["decompositions"].assign(value_status="not_available")
    context = Context(replace(bundle, tables={**bundle.tables, "decompositions": table}), settings, (), {})
    assert build_waterfall(SPEC, context, SPEC.indicators) is None
