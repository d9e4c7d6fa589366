"""A control chart tells what was published of each month, and judges nothing itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pandas as pd
import pytest
from published import MONTHS, VRU, write_published

from pipeline.report.anatomy import Exhibit
from pipeline.report.kinds.control import build_control
from pipeline.report.published import Published, read_published
from pipeline.report.selection import Context
from pipeline.report.sentences import plain
from pipeline.report.specs import ExhibitSpec
from pipeline.settings import Settings

SPEC = ExhibitSpec("months", "control", ("violence_rate",), name="Recorded violence")


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Published:
    return read_published(write_published(tmp_path_factory.mktemp("published")))


def build(
    settings: Settings, bundle: Published, signal: str = "outside_limits", area: str = VRU
) -> Exhibit | None:
    """The chart of months of which the first three are left out, one never arrived and one moved."""
    rows = []
    for number, month in enumerate(MONTHS):
        is_judged = number > 2 and month != date(2021, 7, 1)
        limits = {"centre": 31.0, "lower_limit": 25.0, "upper_limit": 37.0} if is_judged else {}
        rows.append(
            {
                "indicator_id": "violence_rate", "area_code": area, "split": "all", "period_start": month,
                "value": None if month == date(2021, 7, 1) else 32.5, "centre": None, "lower_limit": None,
                "upper_limit": None, **limits, "is_judged": is_judged, "signal": signal if number == 9 else "",
                "reason": "left_out" if number <= 2 else "" if is_judged else "not_available",
            }
        )  # fmt: skip
    tables = {**bundle.tables, "signals": pd.DataFrame(rows)}
    context = Context(replace(bundle, tables=tables), settings, (), {})
    return build_control(SPEC, context, SPEC.indicators)


def test_the_title_counts_what_the_published_rules_picked_out(settings: Settings, bundle: Published) -> None:
    exhibit = build(settings, bundle)
    assert exhibit is not None
    assert plain(exhibit.title) == (
        "Recorded violence moved in 1 of the 56 months that can be judged, last in January 2020: above what was "
        "expected: outside its limits"
    )
    steady = build(settings, bundle, signal="")
    assert steady is not None and "stayed within its limits in each of the 56 months" in plain(steady.title)


def test_a_month_that_never_arrived_is_a_gap_and_one_left_out_has_no_limits(
    settings: Settings, bundle: Published
) -> None:
    exhibit = build(settings, bundle)
    assert exhibit is not None and exhibit.chart is not None
    frame = exhibit.chart.frame.set_index("period")
    assert frame.loc[date(2021, 7, 1), "status"] == "not_available"
    assert list(frame.index[frame["is_left_out"]]) == MONTHS[:3]
    assert frame.loc[MONTHS[:3], "centre"].isna().all()
    assert list(frame.index[frame["is_signal"]]) == [MONTHS[9]]


def test_the_table_has_each_month_with_its_published_figure_and_limits(
    settings: Settings, bundle: Published
) -> None:
    exhibit = build(settings, bundle)
    assert exhibit is not None
    row = exhibit.table.rows[9]
    assert row[1].cell_id and row[1].field == "value"
    assert [cell.text for cell in row[2:]] == [
        "32.50", "31.00", "25.00", "37.00", "above what was expected: outside its limits",
    ]  # fmt: skip


def test_a_place_without_limits_has_no_control_chart(settings: Settings, bundle: Published) -> None:
    assert build(settings, bundle, area="X06000001") is None
