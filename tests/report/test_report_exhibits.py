"""What becomes of an exhibit when figures are whole, in part or not there."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from published import VRU, write_published

from pipeline.report.document import Document, build_document
from pipeline.report.exhibits import Exhibit, Gap, build_exhibit
from pipeline.report.leasts import note_leasts
from pipeline.report.lenses import lens_titles
from pipeline.report.published import read_published
from pipeline.report.selection import Context
from pipeline.report.sentences import plain
from pipeline.report.specs import ExhibitSpec, read_report_spec
from pipeline.report.tables import published_cell
from pipeline.settings import Settings


def make_document(folder: Path, settings: Settings) -> Document:
    reports = settings.project / "reports"
    return build_document(read_report_spec(reports), read_published(folder), settings, reports, None)


@pytest.fixture(scope="module")
def document(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Document:
    return make_document(write_published(tmp_path_factory.mktemp("published")), settings)


@pytest.fixture(scope="module")
def unsplit(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Document:
    """As in an area whose police send no domestic abuse flag."""
    return make_document(write_published(tmp_path_factory.mktemp("published"), has_splits=False), settings)


def find(document: Document, name: str) -> Exhibit:
    return next(exhibit for exhibit in document.exhibits if exhibit.id == name)


def test_the_demonstration_area_has_its_exhibits_and_every_one_is_whole(document: Document) -> None:
    assert len(document.exhibits) >= 15
    for exhibit in document.exhibits:
        assert (
            plain(exhibit.title)
            and exhibit.subtitle
            and exhibit.alt_text
            and exhibit.source.startswith("Source: ")
        )
        assert exhibit.table.rows and exhibit.how_to_read
        assert any(cell.cell_id for row in exhibit.table.rows for cell in row)


def test_exhibits_are_numbered_without_a_gap(document: Document, unsplit: Document) -> None:
    for one in (document, unsplit):
        numbers = [tuple(int(part) for part in exhibit.number.split(".")) for exhibit in one.exhibits]
        for section in {number[0] for number in numbers}:
            inside = [number[1] for number in numbers if number[0] == section]
            assert inside == list(range(1, len(inside) + 1))


def test_a_month_that_never_arrived_is_a_gap_and_is_said(document: Document) -> None:
    exhibit = find(document, "violence_over_time")
    assert exhibit.chart is not None
    frame = exhibit.chart.frame
    missing = frame[frame["period"] == date(2021, 7, 1)]
    assert set(missing["status"]) == {"not_available"} and missing["value"].isna().all()
    assert any(note.startswith("No figure for July 2021: ") for note in exhibit.notes)
    assert [one.label for one in exhibit.chart.breaks] == [
        "COVID restrictions",
        "April 2020: rules on stalking",
        "May 2023: one crime per report",
    ]


def test_parts_of_a_count_are_counts_and_a_rate_has_its_interval(document: Document) -> None:
    counts = find(document, "violence_over_time").chart
    rates = find(document, "violence_beside_others").chart
    assert counts is not None and rates is not None
    assert list(dict.fromkeys(counts.frame["role"])) == ["total", "domestic", "non_domestic", "not_known"]
    assert counts.frame["lower"].isna().all() and counts.decimals == 0
    assert rates.frame["lower"].notna().any() and list(dict.fromkeys(rates.frame["role"])) == [
        "total",
        "comparator",
    ]


def test_without_a_flag_the_trend_shows_the_total_alone_and_says_why(unsplit: Document) -> None:
    exhibit = find(unsplit, "violence_over_time")
    assert exhibit.chart is not None
    assert set(exhibit.chart.frame["role"]) == {"total"}
    assert exhibit.notes[0] == (
        "Domestic, Not domestic and Not known are not shown: The source has no domestic abuse flag."
    )


def test_a_definition_without_a_count_is_shown_by_its_bounds(unsplit: Document, document: Document) -> None:
    bounded, counted = find(unsplit, "definitions_compared"), find(document, "definitions_compared")
    assert bounded.chart is not None and counted.chart is not None
    assert (bounded.chart.frame["upper_bound"] > bounded.chart.frame["value"]).all()
    assert counted.chart.frame["upper_bound"].isna().all()
    assert [column.heading for column in bounded.table.columns] == ["Definition", "At least", "At most"]
    assert "between" in plain(bounded.title)
    assert bounded.table.bold_rows and counted.table.bold_rows


def test_benchmarks_stand_beside_the_shares_they_belong_to(document: Document) -> None:
    chart = find(document, "domestic_share_by_offence").chart
    assert chart is not None and chart.kind == "share_dots"
    beside = dict(zip(chart.frame["label"], chart.frame["benchmark"], strict=True))
    assert beside["Rape offences"] == 25.0 and pd.isna(beside["Stalking and harassment"])
    table = find(document, "domestic_share_by_offence").table
    assert table.columns[-1].heading == "Compared with the benchmark"
    compared = {row[0].text: row[-1].text for row in table.rows}
    assert (compared["Rape offences"], compared["Stalking and harassment"]) == ("lower", "no comparison")


def test_a_benchmark_that_is_not_comparable_stands_in_the_table_alone(document: Document) -> None:
    published = document.context.published
    comparisons = published.tables["comparisons"]
    of_rape = comparisons["breakdown_value"] == "Rape offences"
    changed = comparisons.assign(verdict=comparisons["verdict"].mask(of_rape, "not_comparable"))
    context = replace(
        document.context,
        published=replace(published, tables={**published.tables, "comparisons": changed}),
    )
    spec = ExhibitSpec("by_offence", "parts", ("domestic_share",), breakdown="offence_subgroup")
    built = build_exhibit(spec, context, "")
    assert isinstance(built, Exhibit) and built.chart is not None
    beside = dict(zip(built.chart.frame["label"], built.chart.frame["benchmark"], strict=True))
    assert pd.isna(beside["Rape offences"]) and pd.notna(beside["Violence with injury"])
    rows = {row[0].text: [cell.text for cell in row[-3:]] for row in built.table.rows}
    assert rows["Rape offences"][::2] == ["25.0%", "not comparable"]


def test_ages_stand_in_their_order_and_everything_else_by_value(document: Document) -> None:
    ages = find(document, "violence_by_age").chart
    assert ages is not None
    assert list(ages.frame["label"])[:3] == ["0-9", "10-15", "16-17"]
    for name in ("violence_by_district", "domestic_share_by_offence", "reasons_for_suspension"):
        chart = find(document, name).chart
        assert chart is not None
        values = chart.frame["value"].dropna().tolist()
        assert len(values) > 3 and values == sorted(values, reverse=True)


def test_a_least_has_its_sign_and_no_other_number_has(document: Document) -> None:
    readings = document.context.published.readings["violence_rate"]
    year = next(one for one in readings if one.is_reported and one.period_type == "financial_year")
    indicator = document.context.published.indicators["violence_rate"]
    least = replace(year, left_out="Homicide")
    assert (
        published_cell(least, "value", indicator).shown
        == f"≥ {published_cell(year, 'value', indicator).text}"
    )
    for one, field in (
        (year, "value"),
        (least, "numerator"),
        (replace(least, value_status="suppressed"), "value"),
    ):
        assert "≥" not in published_cell(one, field, indicator).shown


def test_bounds_are_drawn_by_kind_of_offence_as_by_place(document: Document) -> None:
    exhibit = find(document, "kinds_of_violence")
    assert exhibit.chart is not None
    titles = {name: one.title for name, one in document.context.published.indicators.items()}
    bounds = exhibit.chart.frame.set_index("label")[["lowest", "highest"]]
    told = {titles[one.indicator_id]: (one.lowest, one.highest) for one in exhibit.readings if one.has_bounds}
    assert told and {label: tuple(bounds.loc[label]) for label in told} == told
    assert bounds.drop(index=list(told)).isna().all(axis=None)


def test_what_a_least_is_without_stands_under_it(document: Document) -> None:
    readings = document.context.published.readings["violence_rate"]
    year = next(one for one in readings if one.is_reported and one.period_type == "financial_year")
    own, other = (
        replace(year, lens_id=lens, left_out=kinds)
        for lens, kinds in (("ho_narrow", "Homicide"), ("vap_all", "Homicide"))
    )
    titles = lens_titles(document.context)
    name = document.context.published.indicators["violence_rate"].short_title
    assert list(note_leasts(document.context, [year, own, other])) == [
        f"{name} is a least (≥) where all or part of a kind of offence is left out because its count is hidden: "
        f"without Homicide in {titles['ho_narrow']} and {titles['vap_all']}. A least has no interval."
    ]
    assert list(note_leasts(document.context, [year])) == []
    # Of one definition in several years the years are named.
    before = replace(own, period_start=date(2019, 4, 1), period_end=date(2020, 3, 31))
    (told,) = note_leasts(document.context, [replace(own, left_out=""), before])
    assert told.endswith("without Homicide in 2019/20. A least has no interval.")


def test_an_exhibit_without_a_figure_becomes_a_note_with_what_to_ask(document: Document) -> None:
    spec = ExhibitSpec("encompass", "trend", ("encompass_rate",))
    gap = build_exhibit(spec, document.context, "")
    assert isinstance(gap, Gap)
    assert gap.reason == "The extract was not delivered." and "Operation Encompass".lower() in gap.ask
    assert build_exhibit(replace(spec, is_optional=True), document.context, "") is None
    assert build_exhibit(replace(spec, indicators=("no_such_indicator",)), document.context, "") is None


def test_the_first_indicator_with_a_figure_is_taken(document: Document) -> None:
    spec = ExhibitSpec("either", "places", ("encompass_rate", "violence_rate"), places=("districts",))
    built = build_exhibit(spec, document.context, "")
    assert isinstance(built, Exhibit) and built.readings[0].indicator_id == "violence_rate"


@pytest.mark.parametrize("splits", [("all",), ("all", "domestic")])
def test_a_change_of_the_flag_is_drawn_where_a_part_by_the_flag_is(
    document: Document, splits: tuple[str, ...]
) -> None:
    flagged = [{**row, "is_of_flag_alone": True} for row in document.context.breaks]
    spec = ExhibitSpec("trend", "trend", ("violence_rate",), splits=splits, periods=("month",))
    built = build_exhibit(spec, replace(document.context, breaks=flagged), "")
    assert isinstance(built, Exhibit) and built.chart is not None
    assert bool(built.chart.breaks) == (len(splits) > 1)


def test_nothing_after_the_cut_off_is_shown(document: Document) -> None:
    settings = document.context.settings
    early = replace(settings, assessment=replace(settings.assessment, cut_off=date(2022, 3, 31)))
    context = Context(document.context.published, early, document.context.breaks, document.context.sources)
    built = build_exhibit(ExhibitSpec("trend", "trend", ("violence_rate",), periods=("month",)), context, "")
    assert isinstance(built, Exhibit)
    assert max(reading.period_end for reading in built.readings) == date(2022, 3, 31)


def test_every_reading_of_a_headline_exhibit_is_of_the_area(document: Document) -> None:
    assert document.cover is not None and document.cover.number == "1.1"
    assert {reading.area_code for reading in document.cover.readings} == {VRU}
    assert document.cover.chart is not None and document.cover.chart.frame["value"].sum() == 100


def test_the_area_with_nothing_says_what_to_ask_for_in_one_table(
    settings: Settings, tmp_path_factory: pytest.TempPathFactory
) -> None:
    document = make_document(
        write_published(tmp_path_factory.mktemp("published"), is_available=False), settings
    )
    assert document.exhibits == ()
    blocks = [block for section in document.sections for block in section.blocks]
    table = next(block.table for block in blocks if getattr(block, "id", "") == "not-measured")
    assert len(table.rows) >= 8
    assert all(cell.text for row in table.rows for cell in row)


def test_a_series_of_one_period_is_no_line(document: Document) -> None:
    settings = document.context.settings
    early = replace(settings, assessment=replace(settings.assessment, cut_off=date(2020, 3, 31)))
    context = Context(document.context.published, early, document.context.breaks, document.context.sources)
    spec = ExhibitSpec("once", "trend", ("violence_rate",), places=("focus", "comparators"))
    built = build_exhibit(spec, context, "")
    assert isinstance(built, Exhibit) and built.chart is not None
    assert built.chart.kind == "ranked_dots" and len(built.chart.frame) == 3


def test_a_caution_stands_in_its_section_where_its_indicator_is_shown(document: Document) -> None:
    said = {section.id: section.caveats for section in document.sections}
    assert said["scale"] == ("Police recorded crime is not accredited.",)
    assert said["health"] == ("Coding varies.",)
