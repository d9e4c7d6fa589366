"""One run writes every edition, each of its length, of published numbers alone, and of its own place."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pdfua
import pymupdf
import pytest
import yaml
from published import DISTRICTS, VRU, write_published
from test_report_page import Page, attributes

from pipeline.report.changes import changes
from pipeline.report.document import Document, build_document, name_districts
from pipeline.report.editions import ALL, EDITIONS, FULL, choose_editions
from pipeline.report.factors import factors
from pipeline.report.published import read_published
from pipeline.report.recommendations import FILE, recommendations
from pipeline.report.render import render_report
from pipeline.report.selection import Context, select
from pipeline.report.signals import signals
from pipeline.report.specs import read_report_spec
from pipeline.settings import ConfigurationError, Settings

pytestmark = pytest.mark.filterwarnings(
    "ignore::DeprecationWarning:pymupdf", "ignore:builtin type:DeprecationWarning"
)

MOST_PAGES = {"brief": 4, "monitor": 2, "summary": 2}
DISTRICT_PAGES = 6


@pytest.fixture(scope="module")
def plain(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All editions of an area with ordinary names."""
    folder = write_published(tmp_path_factory.mktemp("published") / "plain")
    output = tmp_path_factory.mktemp("report") / "2024"
    render_report(folder, output, settings, editions=choose_editions([ALL]))
    return output


@pytest.fixture(scope="module")
def document(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Document:
    folder = write_published(tmp_path_factory.mktemp("published") / "tables")
    return build_document(
        read_report_spec(settings.project / "reports"),
        read_published(folder),
        settings,
        settings.project / "reports",
        None,
    )


def shorter(editions: Path) -> list[Path]:
    return [page for page in sorted(editions.rglob("*.html")) if page.name != "index.html"]


def test_one_run_writes_every_edition_and_each_district(plain: Path) -> None:
    pages = {str(page.relative_to(plain)) for page in plain.rglob("*.html")}
    districts = {f"districts/{name.lower().replace(' ', '-')}.html" for name in DISTRICTS.values()}
    assert pages == {"index.html", "brief.html", "monitor.html", "summary.html", *districts}
    assert {page.replace(".html", ".pdf") for page in pages} - {"index.pdf"} | {"report.pdf"} == {
        str(file.relative_to(plain)) for file in plain.rglob("*.pdf")
    }


def test_an_edition_that_is_named_is_written_alone(settings: Settings, tmp_path: Path) -> None:
    folder = write_published(tmp_path / "published")
    files = render_report(folder, tmp_path / "out", settings, editions=choose_editions(["monitor"]))
    names = {file.name for file in files}
    assert {"monitor.html", "monitor.pdf", "datapackage.json", "report.css"} <= names
    assert not {"index.html", "tables.xlsx", "plotly.min.js", "brief.html"} & names


def test_an_edition_that_there_is_not_is_told() -> None:
    with pytest.raises(
        ConfigurationError, match=r"no edition 'breif': name full, brief.* Did you mean 'brief'\?"
    ):
        choose_editions(["breif"])
    assert choose_editions(["monitor", "full"]) == (FULL, EDITIONS["monitor"])


def test_no_edition_is_longer_than_its_readers_time(plain: Path) -> None:
    for file in plain.rglob("*.pdf"):
        with pymupdf.open(file) as book:
            most = DISTRICT_PAGES if file.parent.name == "districts" else MOST_PAGES.get(file.stem, 80)
            assert len(book) <= most, file.name


def test_every_number_of_every_edition_is_the_published_one(
    editions: Path, printed: dict[tuple[str, str], str]
) -> None:
    for file in shorter(editions):
        page = Page(file.read_text(encoding="utf-8"))
        shown = [
            (found["data-cell-id"] or "", found["data-field"] or "", page.texts.get(index, ""))
            for index, (_, found) in enumerate(page.tags)
            if "data-cell-id" in found
        ]
        assert [(cell, name, text) for cell, name, text in shown if printed[cell, name] != text] == []
        assert shown or file.name == "monitor.html"


def test_every_file_and_place_that_an_edition_links_to_is_there(editions: Path) -> None:
    for file in shorter(editions):
        page = Page(file.read_text(encoding="utf-8"))
        ids = attributes(page, "id")
        assert len(ids) == len(set(ids))
        for address in attributes(page, "href") + attributes(page, "src"):
            if address.startswith("#"):
                assert address[1:] in ids, (file.name, address)
            elif not address.startswith("tel:"):
                assert (file.parent / address).is_file(), (file.name, address)


def test_every_edition_keeps_every_rule_of_pdf_ua_and_says_what_it_is(editions: Path) -> None:
    for file in editions.rglob("*.pdf"):
        assert list(pdfua.validate(str(file)).findings) == [], file.name
        with pymupdf.open(file) as book:
            for page in book:
                assert {"SYNTHETIC", "DRAFT"} <= set(re.findall(r"\w+", page.get_text())), file.name


def test_a_district_report_is_of_its_district(plain: Path) -> None:
    page = Page((plain / "districts" / "upper-example.html").read_text(encoding="utf-8"))
    code = next(code for code, name in DISTRICTS.items() if name == "Upper Example")
    tiles = [
        found["data-cell-id"] or ""
        for index, (_, found) in enumerate(page.tags)
        if "data-cell-id" in found and "tile-value" in (page.tags[index - 1][1].get("class") or "")
    ]
    assert tiles and all(f"~{code}~" in cell for cell in tiles)
    assert "Upper Example" in page.texts[0]


def test_what_a_district_is_set_beside(document: Document) -> None:
    district = next(iter(DISTRICTS))
    context = replace(document.context, district=district)
    places = {
        place: {reading.area_code for reading in select(context, "violence_rate", place=place)}
        for place in ("focus", "area", "districts", "comparators")
    }
    assert places["focus"] == {district} and places["area"] == {VRU}
    assert places["districts"] == set(DISTRICTS)
    assert VRU in places["comparators"] and not places["comparators"] & set(DISTRICTS)
    inside = {reading.area_code for reading in select(context, "violence_rate", place="neighbourhoods")}
    assert inside and {context.parents[code] for code in inside} == {district}


NAMES = [
    # names of districts                                  what their files are called
    ({"W1": "Sir Ynys Môn"}, {"W1": "sir-ynys-mon"}),
    ({"E1": "St. Helens", "E2": "St Helens"}, {"E1": "st-helens-e1", "E2": "st-helens-e2"}),
    ({"E1": "../../etc/passwd"}, {"E1": "etc-passwd"}),
    ({"E1": "<script>"}, {"E1": "script"}),
    ({"E1": "中文"}, {"E1": "e1"}),
]


@pytest.mark.parametrize(("names", "files"), NAMES)
def test_files_of_districts_are_named_in_plain_letters(names: dict[str, str], files: dict[str, str]) -> None:
    assert name_districts(names) == files


def test_texts_are_used_and_used_texts_are_there(settings: Settings) -> None:
    reports = settings.project / "reports"
    specs = [read_report_spec(reports, edition) for edition in EDITIONS.values()]
    texts = {section.text for spec in specs for section in spec.sections if section.text}
    assert texts == {file.name for file in (reports / "text").glob("*.md")}


def test_plain_sentences_name_indicators_and_are_short(settings: Settings) -> None:
    known = pd.read_csv(settings.project / "dbt_project" / "seeds" / "indicators.csv", dtype=str)
    spec = read_report_spec(settings.project / "reports", EDITIONS["public"])
    sentences = {
        name: text
        for section in spec.sections
        for block in section.blocks
        for name, text in getattr(block, "sentences", {}).items()
    }
    assert sentences and set(sentences) <= set(known["indicator_id"])
    for text in sentences.values():
        assert "{number}" in text and len(text.split()) <= 20
        assert set(re.findall(r"\{(\w+)\}", text)) <= {"number", "place", "period"}


def context_of(
    document: Document, comparisons: pd.DataFrame, indicators: pd.DataFrame | None = None
) -> Context:
    tables = {**document.context.published.tables, "comparisons": comparisons}
    published = replace(document.context.published, tables=tables)
    return replace(document.context, published=published)


def test_what_changed_is_told_by_verdict_and_not_by_difference(document: Document) -> None:
    comparisons = document.context.published.tables["comparisons"].copy()
    of_area = (comparisons["comparator_kind"] == "previous_year") & (comparisons["area_code"] == VRU)
    comparisons.loc[of_area, "verdict"] = "cannot_be_told"
    told = of_area & (comparisons["indicator_id"] == "ed_assault_rate")
    comparisons.loc[told, "verdict"] = "higher"
    [block] = changes(context_of(document, comparisons), most=9)
    assert [row[-1].text for row in block.table.rows] == ["Rose"]
    [nothing] = changes(document_without(document, comparisons, told), most=9)
    assert nothing.table.rows == () and nothing.note.startswith("0 of ")


def document_without(document: Document, comparisons: pd.DataFrame, told: pd.Series) -> Context:
    changed = comparisons.copy()
    changed.loc[told, "verdict"] = "similar"
    return context_of(document, changed)


def test_factors_rank_what_is_worse_first_and_the_furthest_highest(document: Document) -> None:
    comparisons = document.context.published.tables["comparisons"].copy()
    others = comparisons["indicator_id"].isin(["robbery_rate", "suspension_rate"])
    comparisons["verdict"] = others.map({True: "lower", False: "higher"})
    context = replace(context_of(document, comparisons), district=next(iter(DISTRICTS)))
    [block] = factors(context, most=99)
    verdicts = [row[-2].text for row in block.table.rows]
    assert verdicts == sorted(verdicts, reverse=True) and set(verdicts) == {"Worse", "Better"}
    worse = [row for row in block.table.rows if row[-2].text == "Worse"]
    ratios = [max(a, b) / min(a, b) for a, b in ((row[2].number, row[3].number) for row in worse)]  # type: ignore[type-var]
    assert len(ratios) > 2 and ratios == sorted(ratios, reverse=True)


SIGNALS = [
    # signal            judged  value  what stands in the table, and in which
    ("outside_limits", True, 9.0, "moved", "above what was expected: outside its limits"),
    ("one_side", True, 1.0, "moved", "below what was expected: seven months on one side of the middle"),
    ("", True, 5.0, "steady", "within its limits"),
    ("", False, 5.0, "not-judged", "too few months since recording changed"),
]


@pytest.mark.parametrize(("signal", "is_judged", "value", "where", "says"), SIGNALS)
def test_a_month_has_moved_by_the_rules_of_its_chart(
    document: Document, signal: str, is_judged: bool, value: float, where: str, says: str
) -> None:
    row = {
        "indicator_id": "violence_rate", "area_code": VRU, "split": "all", "value": value, "centre": 5.0,
        "lower_limit": 2.0, "upper_limit": 8.0, "is_judged": is_judged, "signal": signal,
        "reason": "" if is_judged else "short_stretch",
    }  # fmt: skip
    months = [pd.Timestamp("2024-02-01").date(), pd.Timestamp("2024-03-01").date()]
    table = pd.DataFrame(
        [{**row, "signal": "", "period_start": months[0]}, {**row, "period_start": months[1]}]
    )
    published = replace(
        document.context.published, tables={**document.context.published.tables, "signals": table}
    )
    [block] = signals(replace(document.context, published=published))
    assert (block.id, block.table.rows[0][1].text, block.table.rows[0][-1].text) == (
        where,
        "March 2024",
        says,
    )


GOOD = {
    "recommendation": "Commission specialist advisers in emergency departments",
    "owner": "The board",
    "measure": "violence_rate",
    "target": "fewer by a tenth",
    "by": "31 March 2026",
    "author": "A. Analyst",
    "written": "2 May 2024",
}
BAD = [
    ({**GOOD, "measure": "violense"}, "which is no indicator"),
    ({name: text for name, text in GOOD.items() if name != "owner"}, "lacks `owner`"),
    ({**GOOD, "onwer": "x"}, "Did you mean `owner`"),
]


def in_folder(document: Document, folder: Path, rows: object) -> Context:
    (folder / FILE).write_text(yaml.safe_dump(rows), encoding="utf-8")
    settings = document.context.settings
    assessment = replace(settings.assessment, folder=folder)
    return replace(document.context, settings=replace(settings, assessment=assessment))


def test_a_recommendation_carries_its_baseline(document: Document, tmp_path: Path) -> None:
    [block] = recommendations(in_folder(document, tmp_path, [GOOD]))
    baseline = block.table.rows[0][3]  # type: ignore[union-attr]
    assert baseline.number and f"~{VRU}~" in baseline.cell_id
    assert "A. Analyst, 2 May 2024" in block.note  # type: ignore[union-attr]
    [gap] = recommendations(document.context)
    assert gap.kind in ("gap_note", "table_block")


@pytest.mark.parametrize(("row", "words"), BAD)
def test_what_is_wrong_in_a_recommendation_is_named(
    document: Document, tmp_path: Path, row: dict[str, str], words: str
) -> None:
    with pytest.raises(ConfigurationError, match=re.escape(words)):
        recommendations(in_folder(document, tmp_path, [row]))
