"""Key findings stand in the order of their published verdicts, and the rule is printed."""

from __future__ import annotations

from dataclasses import replace

import pytest
from published import VRU, write_published

from pipeline.report.blocks import RULE, findings
from pipeline.report.published import Published, read_published
from pipeline.report.selection import Context
from pipeline.report.sentences import plain
from pipeline.settings import Settings

NAMES = ("sexual_offences_rate", "robbery_rate", "knife_crime_rate", "ed_assault_rate", "violence_rate")


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Published:
    return read_published(write_published(tmp_path_factory.mktemp("published")))


def judge(
    bundle: Published, settings: Settings, verdicts: dict[tuple[str, str], str], **direction: str
) -> Context:
    """The same figures with these verdicts of the area, by indicator and what it is set beside; all others similar."""
    table = bundle.tables["comparisons"].assign(verdict="similar")
    for (name, kind), verdict in verdicts.items():
        is_it = (
            (table["indicator_id"] == name) & (table["comparator_kind"] == kind) & (table["area_code"] == VRU)
        )
        table.loc[is_it, "verdict"] = verdict
    indicators = {
        name: replace(one, direction=direction.get(name, one.direction))
        for name, one in bundle.indicators.items()
    }
    none = bundle.tables["findings"].head(0)
    tables = {**bundle.tables, "comparisons": table, "findings": none}
    return Context(replace(bundle, tables=tables, indicators=indicators), settings, (), {})


def order(context: Context) -> list[str]:
    return [one.indicator_id for one in findings(context, NAMES, {}).items]


def test_worse_twice_comes_before_grown_worse_before_worse_than_elsewhere(
    settings: Settings, bundle: Published
) -> None:
    context = judge(
        bundle,
        settings,
        {
            ("knife_crime_rate", "country"): "higher",
            ("ed_assault_rate", "previous_year"): "higher",
            ("violence_rate", "country"): "higher",
            ("violence_rate", "previous_year"): "higher",
        },
    )
    assert order(context)[:3] == ["violence_rate", "ed_assault_rate", "knife_crime_rate"]
    assert order(context)[3:] == ["sexual_offences_rate", "robbery_rate"]


def test_among_equals_the_furthest_from_what_it_is_set_beside_comes_first(
    settings: Settings, bundle: Published
) -> None:
    verdicts = {("knife_crime_rate", "country"): "higher", ("robbery_rate", "country"): "higher"}
    context = judge(bundle, settings, verdicts)
    ratios = {}
    for name in ("knife_crime_rate", "robbery_rate"):
        cells = [one for one in bundle.readings[name] if one.area_code == VRU and one.split == "all"]
        own = max(cells, key=lambda one: (one.period_type == "financial_year", one.period_end))
        (row,) = bundle.comparisons[own.cell_id, "country"]
        pair = sorted((float(own.value or 0), float(row["comparator_value"])))
        ratios[name] = pair[1] / pair[0]
    assert order(context)[:2] == sorted(ratios, key=lambda name: -ratios[name])


def test_higher_is_not_worse_where_an_indicator_has_no_direction(
    settings: Settings, bundle: Published
) -> None:
    verdicts = {("violence_rate", "country"): "higher", ("violence_rate", "previous_year"): "higher"}
    assert order(judge(bundle, settings, verdicts))[0] == "violence_rate"
    assert order(judge(bundle, settings, verdicts, violence_rate="neutral"))[-1] == "violence_rate"


def test_the_rule_is_printed_and_no_finding_is_a_cause(settings: Settings, bundle: Published) -> None:
    made = findings(judge(bundle, settings, {}), NAMES, {})
    assert made.note.startswith(RULE)
    assert all("because" not in plain(one.sentence) for one in made.items)
