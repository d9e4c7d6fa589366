"""What changed says of what it cannot compare that recording changed in between."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.report.blocks import TableBlock
from pipeline.report.changes import changes
from pipeline.report.published import Published, read_published
from pipeline.report.selection import Context, latest, select
from pipeline.report.specs import YEARS
from pipeline.settings import Settings


@pytest.fixture(scope="module")
def bundle(published: Path) -> Published:
    return read_published(published)


def note(settings: Settings, bundle: Published, *breaks: dict[str, object]) -> str:
    [block] = changes(Context(bundle, settings, breaks, {}), 12)
    assert isinstance(block, TableBlock)
    return block.note


def test_a_measure_whose_recording_changed_is_named_and_not_compared(
    settings: Settings, bundle: Published
) -> None:
    context = Context(bundle, settings, (), {})
    reading = latest(select(context, "ed_assault_rate"), YEARS)
    assert reading is not None
    changed = {
        "indicator_id": "ed_assault_rate", "offence_subgroup": "", "is_of_flag_alone": False,
        "start_date": reading.period_start, "kind": "rule_change", "label": "another form",
    }  # fmt: skip
    titles = bundle.tables["sources"].set_index("source_id")["title"]
    [source] = bundle.indicators["ed_assault_rate"].source_ids
    told = (
        "Recording changed in between (another form), so of the year before nothing is said for 1 more, from "
        f"{titles[source]}."
    )
    assert note(settings, bundle, changed).endswith(told)
    assert "Recording changed" not in note(settings, bundle)
