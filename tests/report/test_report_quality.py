"""Data quality in words: what a reader must know of each source, and no count that is too small to print."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from pipeline.report.blocks import TableBlock
from pipeline.report.document import build_document
from pipeline.report.prose import Paragraph
from pipeline.report.published import Published, read_published
from pipeline.report.quality import HIDDEN_ROWS
from pipeline.report.sentences import plain
from pipeline.report.specs import read_report_spec
from pipeline.settings import Settings


@pytest.fixture(scope="module")
def bundle(published: Path) -> Published:
    return read_published(published)


def tables_of(settings: Settings, bundle: Published) -> dict[str, TableBlock]:
    """The tables of the section on data quality, by name."""
    reports = settings.project / "reports"
    document = build_document(read_report_spec(reports), bundle, settings, reports, None)
    [section] = [section for section in document.sections if section.id == "quality"]
    return {block.id: block for block in section.blocks if isinstance(block, TableBlock)}


@pytest.fixture(scope="module")
def tables(settings: Settings, bundle: Published) -> dict[str, TableBlock]:
    return tables_of(settings, bundle)


# source, title, check, label, count, base, note
Row = tuple[str, str, str, str, float, float, str]


@pytest.fixture
def say(settings: Settings, bundle: Published) -> Callable[..., tuple[dict[str, str], str]]:
    """A function from rows of data quality to what is said of each source, and the note below."""

    def run(*rows: Row, of: Published = bundle) -> tuple[dict[str, str], str]:
        columns = ["source_id", "source_title", "check_id", "label", "count", "base", "note"]
        quality = pd.DataFrame(rows, columns=columns)
        quality["percent"] = (100 * quality["count"] / quality["base"]).round(1)
        quality["note"] = quality["note"].astype("object")
        table = tables_of(settings, replace(of, tables={**of.tables, "data_quality": quality}))["defects"]
        return {row[0].text: row[1].text for row in table.table.rows}, table.note

    return run


def held_back(source: str, title: str, *reasons: tuple[str, str, float, str], base: float = 130) -> list[Row]:
    total = sum(count for _, _, count, _ in reasons)
    note = "fewer than 5" if total == 0 else ""
    return [
        (source, title, "rows_quarantined", "Rows held back, with a reason", total, base, note),
        *((source, title, check, label, count, base, few) for check, label, count, few in reasons),
    ]


def test_the_defects_of_a_source_are_told_in_words(tables: dict[str, TableBlock]) -> None:
    [(source, text)] = [[cell.text for cell in row] for row in tables["defects"].table.rows]
    assert source == "Police recorded crime, record level"
    assert text == (
        "July 2021 never arrived, so no total that needs it is shown. "
        "310 of 398,430 rows (0.1%) were held back: no date where “recorded on” should stand (310). "
        "They are in no figure, so totals may be too low. "
        "12,350 of 398,430 records (3.1%) carry no small area: they count in the total, and in no neighbourhood. "
        "Fewer than 5 of 398,430 records carry an area code that does not exist: they count in the total, and in "
        "no neighbourhood. "
        "Small areas are given by codes of 2011, brought to the areas of 2021."
    )


def test_lines_that_are_no_records_are_called_what_they_are(say: Callable) -> None:
    """Yearly totals and notes of a published table: what they were, why they do not count, what it means."""
    said, _ = say(
        *held_back("admissions", "Admissions by region",
                   ("set_aside_1", "the publisher's yearly totals", 10, ""),
                   ("set_aside_2", "totals or notes around the table", 0, "fewer than 5")),
        *held_back("neighbours", "Neighbours",
                   ("set_aside_1", "a heading within the publisher's table", 0, "fewer than 5")),
    )  # fmt: skip
    assert said == {
        "Admissions by region": "10 of 130 lines (7.7%) are not records: they are the publisher's yearly totals (10) "
        "and totals or notes around the table (fewer than 5). They are left out so that nothing is counted twice, and "
        "no figure lacks them.",
        "Neighbours": "Fewer than 5 of 130 lines are not records: they are a heading within the publisher's table. "
        "They are left out, and no figure lacks them.",
    }


def test_rows_that_are_hidden_are_said_to_be(say: Callable, settings: Settings, bundle: Published) -> None:
    hidden = (
        "admissions",
        "Admissions",
        "rows_quarantined",
        "Rows held back",
        float("nan"),
        float("nan"),
        "[c]",
    )
    said, _ = say(hidden)
    assert said["Admissions"] == HIDDEN_ROWS
    columns = ["source_id", "source_title", "check_id", "label", "count", "base", "note"]
    quality = pd.DataFrame([hidden], columns=columns).assign(percent=float("nan"))
    found = tables_of(settings, replace(bundle, tables={**bundle.tables, "data_quality": quality}))
    assert [[cell.text for cell in row] for row in found["data-quality"].table.rows] == [
        ["Admissions", "[c]"]
    ]


@pytest.mark.parametrize(
    ("label", "words"),
    [
        ("academic year start: is not of type academic year",
         "no academic year where “academic year” should stand"),
        ("lsoa code: is not a code of the right form", "a code of another form where “small area” should stand"),
        ("area code: is not a code of the right form", "a code of another form where “area” should stand"),
        ("la number: required value is missing", "nothing where “number of the local authority” should stand"),
        ("crime count: is not of type integer", "no whole number where “crime count” should stand"),
        ("month start: date lies in the future", "a date that is yet to come where “month” should stand"),
        ("offence code: code is not in the code list", "a code that does not exist where “offence code” should stand"),
        ("crime count: lies above 10", "a fault in “crime count”: lies above 10"),
        ("expected 3 cells, found 2", "a fault: expected 3 cells, found 2"),
    ],
)  # fmt: skip
def test_rows_that_could_not_be_read_say_what_stood_there(say: Callable, label: str, words: str) -> None:
    said, _ = say(*held_back("crimes", "Crimes", ("held_back_1", label, 20, "")))
    assert said["Crimes"] == (
        f"20 of 130 rows (15.4%) were held back: {words} (20). They are in no figure, so totals may be too low."
    )


def test_no_record_lost_is_not_said_where_some_were_unread(say: Callable) -> None:
    said, _ = say(
        *held_back("crimes", "Crimes",
                   ("set_aside_1", "totals or notes around the table", 10, ""),
                   ("held_back_2", "area code: required value is missing", 20, ""))
    )  # fmt: skip
    assert said["Crimes"] == (
        "30 of 130 rows (23.1%) were held back: totals or notes around the table (10); nothing where “area” should "
        "stand (20). They are in no figure, so totals may be too low."
    )


def estimated(bundle: Published, area_type: str, *years: int) -> Published:
    """The bundle, in which residents of these years are estimated for one kind of area and for no other."""
    return replace(
        bundle,
        readings={
            name: tuple(
                replace(
                    cell,
                    is_population_estimated=cell.area_type == area_type and cell.period_start.year in years,
                )
                for cell in cells
            )
            for name, cells in bundle.readings.items()
        },
    )


def test_years_without_an_estimate_of_residents_are_named(say: Callable, bundle: Published) -> None:
    districts = ("lad_population", "Residents by district", "rows_in", "Rows received", 900.0, 900.0, "")
    small = ("lsoa11_population", "Residents by small area", "rows_in", "Rows received", 900.0, 900.0, "")
    clean = ("deprivation", "Deprivation", "rows_in", "Rows received", 900.0, 900.0, "")
    annual = {
        cell.period_start.year
        for cells in bundle.readings.values()
        for cell in cells
        if cell.area_type == "lad" and cell.period_type == "financial_year"
    }
    assert {2019, 2020, 2021, 2023} <= annual
    said, note = say(districts, small, clean, of=estimated(bundle, "lad", 2019, 2020, 2021, 2023))
    assert said == {
        "Residents by district": "No estimate of residents was delivered for the middle of 2019 to 2021 and 2023: "
        "rates of those years use residents worked out from the nearest years that were, and say “some populations "
        "estimated”."
    }
    assert note == "Nothing is known against: Residents by small area; Deprivation."
    neighbourhoods = replace(
        bundle,
        readings={
            name: tuple(replace(cell, area_type=cell.area_type.replace("lad", "msoa")) for cell in cells)
            for name, cells in bundle.readings.items()
        },
    )
    said, _ = say(districts, small, of=estimated(neighbourhoods, "msoa", 2021))
    assert list(said) == ["Residents by small area"]
    assert "the middle of 2021: rates of neighbourhoods in those years" in said["Residents by small area"]
    # Nothing else knows of it: with every year estimated by its publisher nothing is held against the source.
    said, note = say(*held_back("x", "X", ("held_back_1", "a: required value is missing", 20, "")), districts,
                     of=estimated(bundle, "lad"))  # fmt: skip
    assert note == "Nothing is known against: Residents by district."


def test_sources_with_the_same_defect_share_a_row(say: Callable, bundle: Published) -> None:
    rows = [
        (source, title, "rows_in", "Rows received", 900.0, 900.0, "")
        for source, title in (("lad_population_females", "Women"), ("lad_population_males", "Men"))
    ]
    said, _ = say(*rows, of=estimated(bundle, "lad", 2019, 2021))
    assert list(said) == ["Women; Men"]
    assert "for the middle of 2019 and 2021: " in said["Women; Men"]


def test_an_indicator_without_a_figure_is_quoted(settings: Settings, bundle: Published) -> None:
    """Its title is no part of the sentence around it."""
    name = "domestic_flag_unknown_share"
    title = "Offences whose domestic abuse flag is not known"
    indicator = replace(bundle.indicators["violence_rate"], indicator_id=name, title=title, section="quality")
    cells = tuple(
        replace(cell, indicator_id=name, value=None, value_status="not_available")
        for cell in bundle.readings["violence_rate"]
    )
    changed = replace(
        bundle,
        indicators={**bundle.indicators, name: indicator},
        readings={**bundle.readings, name: cells},
    )
    reports = settings.project / "reports"
    document = build_document(read_report_spec(reports), changed, settings, reports, None)
    [section] = [section for section in document.sections if section.id == "quality"]
    said = [plain(paragraph.runs) for paragraph in section.unknown if isinstance(paragraph, Paragraph)]
    assert f"No figure could be made for: “{title}”. What to ask for." in said


def test_the_table_of_rows_leaves_out_what_is_no_count_of_rows(tables: dict[str, TableBlock]) -> None:
    table = tables["data-quality"].table
    assert [column.heading for column in table.columns] == [
        "Source",
        "Rows accepted",
        "Rows held back, with a reason",
        "Records without a place",
        "Records with an unknown area code",
    ]
    assert [cell.text for cell in table.rows[0]][1:] == ["398,120", "310", "12,350", "fewer than 5"]


def test_defects_come_before_the_list_of_sources(tables: dict[str, TableBlock]) -> None:
    names = list(tables)
    assert names.index("defects") < names.index("source-status") < names.index("data-quality")


def test_the_page_says_them(report: Path) -> None:
    page = (report / "index.html").read_text(encoding="utf-8")
    assert "What is wrong with each source" in page
    assert "so no total that needs it is shown" in page


# One force's audit: measure, how far the flag is filled, not flagged of the expected, what stands out in each.
Audited = tuple[str, float | None, float | None, str, str]


def audit_of(months: list[Audited], start: str, status: str = "suppressed") -> pd.DataFrame:
    columns = ["measure_id", "completeness_percent", "expected_not_flagged_percent", "completeness_signal",
               "domestic_signal"]  # fmt: skip
    table = pd.DataFrame(months, columns=columns).assign(police_force_name="Exampleshire")
    for figure in ("completeness", "expected_not_flagged"):
        table[f"{figure}_status"] = table[f"{figure}_percent"].isna().map({True: status, False: "reported"})
    return table.assign(period_start=pd.date_range(start, periods=len(months), freq="MS").date)


@pytest.fixture
def flags_of(settings: Settings, bundle: Published) -> Callable[[pd.DataFrame], list[list[str]]]:
    """A function from a published flag audit to the lines of its table."""

    def run(audit: pd.DataFrame) -> list[list[str]]:
        found = tables_of(settings, replace(bundle, tables={**bundle.tables, "flag_audit": audit}))
        return [[cell.text for cell in row] for row in found["flag-audit"].table.rows]

    return run


def test_the_flag_has_one_line_a_force_with_the_latest_year_and_the_months_that_stand_out(
    flags_of: Callable[[pd.DataFrame], list[list[str]]],
) -> None:
    months: list[Audited] = [("violence", 90.0 + n % 3, 12.5, "", "") for n in range(24)]
    months[2] = ("violence", 55.0, 40.0, "outside_limits", "")
    months[8] = ("violence", 90.0, 12.5, "outside_limits", "trend")
    months[9] = ("violence", 90.0, 12.5, "trend", "")
    months[20] = ("violence", None, None, "", "")
    crime: list[Audited] = [("recorded_crime", 10.0, 90.0, "outside_limits", "")]
    audit = pd.concat([audit_of(months, "2022-04-01"), audit_of(crime, "2024-04-01")], ignore_index=True)
    assert flags_of(audit) == [
        [
            "Exampleshire",
            "90.0% to 92.0%",
            "12.5%",
            "Flag filled: June 2022; December 2022 to January 2023. Share flagged: December 2022.",
        ]
    ]


@pytest.mark.parametrize(
    ("status", "said"), [("suppressed", "Too few to report"), ("not_available", "Not available")]
)
def test_a_force_without_a_figure_says_why(
    status: str, said: str, flags_of: Callable[[pd.DataFrame], list[list[str]]]
) -> None:
    hidden: list[Audited] = [("violence", None, None, "", "")] * 12
    assert flags_of(audit_of(hidden, "2023-04-01", status)) == [["Exampleshire", said, said, "None"]]


def test_without_an_audit_there_is_no_table_of_flags(tables: dict[str, TableBlock]) -> None:
    assert "flag-audit" not in tables
