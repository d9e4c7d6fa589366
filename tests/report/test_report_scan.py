"""A number that nobody published is found in whatever file of a report it stands, and never said."""

from __future__ import annotations

import re
import shutil
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pymupdf
import pytest

from pipeline.report import pdf
from pipeline.report.document import build_document
from pipeline.report.editions import ALL, choose_editions
from pipeline.report.published import read_published
from pipeline.report.render import _draw, render_report
from pipeline.report.specs import read_report_spec
from pipeline.scan.pieces import StrayFigure
from pipeline.scan.report import scan_report
from pipeline.scan.stand_in import write_stand_in
from pipeline.settings import Settings

# What was counted behind [c]: in no published table, and in no message.
HIDDEN = "41"
CELL = r'<td class="number" data-cell-id="[^"]+" data-field="\w+">'
Scan = Callable[[Path], None]
WritePdf = Callable[[Path, Callable[[str], str]], None]


@pytest.fixture(scope="session")
def scan(published: Path, settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Scan:
    """A function that reads a report of the published folder back."""
    folder = tmp_path_factory.mktemp("stand_in")
    write_stand_in(published, folder / "published")
    render_report(folder / "published", folder / "report", settings)
    return lambda report: scan_report(report, folder / "report", published, folder / "published")


@pytest.fixture
def copy(report: Path, tmp_path: Path) -> Path:
    """A copy of the report, to be spoilt."""
    return Path(shutil.copytree(report, tmp_path / "2024"))


@pytest.fixture
def write_pdf_anew(published: Path, settings: Settings) -> WritePdf:
    """A function that writes a report's PDF once more, each drawing changed by another function."""

    def write(folder: Path, change: Callable[[str], str]) -> None:
        reports = settings.project / "reports"
        spec = read_report_spec(reports)
        document = build_document(spec, read_published(published), settings, reports, None)
        drawings = {name: change(svg) for name, svg in _draw(document).items()}
        pdf.write_pdf(document, drawings, reports / "templates", folder)

    return write


def spoil(file: Path, pattern: str, planted: str) -> None:
    """Puts something in place of the first thing in a file that fits."""
    text = file.read_text(encoding="utf-8")
    changed, count = re.subn(pattern, planted, text, count=1, flags=re.DOTALL)
    assert count == 1, pattern
    file.write_text(changed, encoding="utf-8")


def spoil_workbook(
    file: Path, pattern: str, planted: str, member: str = r"xl/worksheets/sheet\d+\.xml"
) -> None:
    """The same in the first part of a workbook that has such a thing."""
    with zipfile.ZipFile(file) as archive:
        parts = {info: archive.read(info) for info in archive.infolist()}
    for info, content in parts.items():
        changed, count = re.subn(pattern, planted, content.decode("utf-8", "replace"), count=1)
        if re.fullmatch(member, info.filename) and count:
            parts[info] = changed.encode("utf-8")
            break
    else:
        raise AssertionError(f"no {pattern}")
    with zipfile.ZipFile(file, "w") as archive:
        for info, content in parts.items():
            archive.writestr(info, content)


def refuse(scan: Scan, report: Path, name: str) -> str:
    """The sentence with which a spoilt report is refused: it names the file and never the number."""
    with pytest.raises(StrayFigure) as refused:
        scan(report)
    sentence = str(refused.value)
    assert sentence.startswith(name) and "\n" not in sentence
    assert HIDDEN not in re.findall(r"\d+", sentence)
    return sentence


def test_a_report_as_it_was_written_passes(scan: Scan, report: Path) -> None:
    scan(report)


def test_a_report_of_nothing_passes(
    empty_report: Path, settings: Settings, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    [published] = [
        path for path in tmp_path_factory.getbasetemp().rglob("empty") if (path / "areas.parquet").exists()
    ]
    write_stand_in(published, tmp_path / "published")
    render_report(tmp_path / "published", tmp_path / "report", settings)
    scan_report(empty_report, tmp_path / "report", published, tmp_path / "published")


IN_AN_EDITION = [
    ("brief.html", r'(<p class="tile-label">)'),
    ("monitor.html", r'(<main id="main">)'),
    ("summary.html", r'(<main id="main">)'),
    ("districts/*.html", r'(<p class="exhibit-subtitle">)'),
]


def test_every_edition_is_read_back(
    editions: Path, published: Path, settings: Settings, tmp_path: Path
) -> None:
    write_stand_in(published, tmp_path / "published")
    other = tmp_path / "other"
    render_report(tmp_path / "published", other, settings, editions=choose_editions([ALL]))
    scan_report(editions, other, published, tmp_path / "published")
    for page, pattern in IN_AN_EDITION:
        copy = Path(shutil.copytree(editions, tmp_path / "copy"))
        file = min(copy.glob(page))
        spoil(file, pattern, rf"\g<1>{HIDDEN} ")
        with pytest.raises(StrayFigure) as error:
            scan_report(copy, other, published, tmp_path / "published")
        assert file.name in str(error.value) and HIDDEN not in str(error.value)
        shutil.rmtree(copy)


IN_THE_PAGE = {
    "in a table's hidden cell": (rf"({CELL})\[c\]", rf"\g<1>{HIDDEN}"),
    "in a cell under another's name": (rf"({CELL})[\d,.%]+<", rf"\g<1>{HIDDEN}<"),
    "in a cell of no name": (rf"{CELL}([\d,.%]+)", r'<td class="number">\1'),
    "in a cell that names nothing published": (r'(<td class="number" data-cell-id=")violence_rate~', r"\1violence~"),
    "among verdicts": (r'(?s)(id="claim-a-third-is-domestic".*?<td class="number">)[\d.]+', rf"\g<1>{HIDDEN}"),
    "among effects": (r'(?s)(id="decomposition".*?<td class="number">)[\d.]+', rf"\g<1>{HIDDEN}"),
    "in a sentence": (r'(<p class="exhibit-subtitle">)', rf"\g<1>{HIDDEN} offences. "),
    "beside a number of the template": (r"95% interval", f"95% interval {HIDDEN}"),
    "in place of a number of the template": (r"Exhibit \d+\.\d+", f"Exhibit {HIDDEN}"),
    "in another script": (r'(<p class="exhibit-subtitle">)', r"\g<1>٤١ "),
    "in a sign for a number": (r'(<p class="exhibit-subtitle">)', r"\g<1>④ "),
    "in a comment": (r"</main>", f"<!-- {HIDDEN} --></main>"),
    "in text for nobody's eyes": (r'(<p class="exhibit-subtitle")', rf'<p hidden>{HIDDEN}</p>\g<1>'),
    "in an attribute": (r'(<p class="exhibit-subtitle")', rf'\g<1> title="{HIDDEN}"'),
    "in a button's alternative text": (r'( data-alt="[^"]+)"', rf'\g<1> {HIDDEN}"'),
    "in a drawing's alternative text": (r"(<desc [^>]*>[^<]+)<", rf"\g<1> {HIDDEN}<"),
    "in a number of a drawing's alternative text": (r"(<title id=[^>]*>[^<\d]*)\d[\d,.]*", rf"\g<1>{HIDDEN}"),
    "beside a drawing's mark": (r'(<g id="[\w-]+-row-0-value">\s*<text[^>]*>)[^<]+', rf"\g<1>{HIDDEN}"),
    "as a further text of a drawing": (r'(<g id="[\w-]+-row-0-value">)', rf"<text>{HIDDEN}</text>\g<1>"),
    "on an axis": (r'(<g id="[\w-]+-tick-2">\s*<text[^>]*>)[^<]+', rf"\g<1>{HIDDEN}"),
    "in a processing instruction": (r"</main>", f"<?note {HIDDEN}?></main>"),
    "in an unknown declaration": (r"</main>", f"<![CDATA[{HIDDEN}]]></main>"),
    "in the kind of document": (r"(?i)(<!doctype html)>", rf"\g<1> {HIDDEN}>"),
    "in a class": (r'<p class="exhibit-subtitle', rf'\g<0> n{HIDDEN}'),
    "in the name of a plot": (r'data-plot="[^"]+', rf"\g<0>{HIDDEN}"),
    "in data of its own": (r"<main", f'<main data-n="{HIDDEN}"'),
    "in a style": (r"<main", f'<main style="margin-right:{HIDDEN}px"'),
    "in a style sheet": (r"</head>", f"<style>/* {HIDDEN} */</style></head>"),
    "in a script": (r"</head>", f"<script>//{HIDDEN}</script></head>"),
    "in what a link asks for": (r'(<a [^>]*href="[^"#]+)"', rf'\g<1>?n={HIDDEN}"'),
    "in a source": (r'(<script [^>]*src="[^"]+)"', rf'\g<1>?n={HIDDEN}"'),
    "in the first of two attributes": (r'(<p class="exhibit-subtitle")', rf'\g<1> title="{HIDDEN}" title=""'),
    "in an end tag": (r"</main>", f"</main {HIDDEN}>"),
    "in a tag that does not end": (r"$", f"<p {HIDDEN}"),
    "in an element's name": (r"</main>", f"<n{HIDDEN}></n{HIDDEN}></main>"),
    "in a drawing's typeface": (r'(<svg [^>]*font-family="[^"]+)"', rf'\g<1>, n{HIDDEN}"'),
    "in a drawing's link": (r'(<use [^>]*href="[^"]+)"', rf'\g<1>{HIDDEN}"'),
    "in data of a drawing": (r'(<g id="[\w-]+-row-0-value")', rf'\g<1> data-n="{HIDDEN}"'),
    "in an id of a drawing": (r'<g id="([\w-]+)-row-0-value"', rf'<g id="\1-row-{HIDDEN}-value"'),
    "in place of the digest of an id": (r'<g id="c\w{8}-row-0-value"', f'<g id="c000000{HIDDEN}-row-0-value"'),
    "in the number of a line": (r'<g id="([\w-]+)-row-0-value"', rf'<g id="\1-row-0-{HIDDEN}"'),
    "in a style of a drawing": (r'(<g id="[\w-]+-row-0-value")', rf'\g<1> style="opacity:.{HIDDEN}"'),
    "in a comment of a drawing": (r'(<g id="[\w-]+-row-0-value")', rf"<!--{HIDDEN}-->\g<1>"),
    "in place of where something stands": (r'(<path [^>]*\bd=")', rf"\g<1>n {HIDDEN} "),
}  # fmt: skip


@pytest.mark.parametrize("where", IN_THE_PAGE)
def test_a_hidden_count_is_found_in_the_page(scan: Scan, copy: Path, where: str) -> None:
    spoil(copy / "index.html", *IN_THE_PAGE[where])
    refuse(scan, copy, "index.html holds ")


IN_FIGURE_DATA = {
    "as what is drawn": (r'("y":\[)[\d.]+', rf"\g<1>{HIDDEN}"),
    "as the reach of an interval": (r'("array":\[)[\d.]+', rf"\g<1>{HIDDEN}"),
    "in what the pointer shows": (r"(<br>)[\d,.]+", rf"\g<1>{HIDDEN}"),
    "as one more thing drawn": (r'("y":\[)', rf"\g<1>{HIDDEN},"),
    "as something nobody asked for": (r'("layout":\{)', rf'\g<1>"a":{HIDDEN},'),
    "beside the figure": (r"$", f"//{HIDDEN}"),
    "on an axis": (r'("ticktext":\["[^"]+",)"[^"]+"', rf'\g<1>"{HIDDEN}"'),
    "in a name": (r'("layout":\{)', rf'\g<1>"a{HIDDEN}":"",'),
    "under a name that stands there twice": (r'("layout":\{)', rf'\g<1>"height":{HIDDEN},'),
    "among its cells": (r'("cells":\[)', rf'\g<1>"{HIDDEN}",'),
    "as a cell that is published and not drawn": (
        r'("cells":\[)',
        r'\g<1>"violence_rate~~X06000004~lad~financial_year~2023-04-01~2024-03-31~none~~all",',
    ),
    "in a colour": (r"#[0-9A-F]{6}", f"#0000{HIDDEN}"),
    "as a margin": (r'("margin":\{[^}]*"r":)[\d.]+', rf"\g<1>{HIDDEN}"),
    "as a height": (r'("height":)[\d.]+', rf"\g<1>{HIDDEN}"),
    "as a shift": (r'("text":"[^"\d]+"[^}]*"yshift":)-?[\d.]+', rf"\g<1>{HIDDEN}"),
    "as a shift of a number": (r'("text":"[^"]*\d[^"]*"[^}]*"yshift":)-[\d.]+', rf"\g<1>{HIDDEN}0"),
    "as a place": (r'("x":)[01],', rf"\g<1>{HIDDEN},"),
    "as the place of a line": (r'("y0":)[\d.]+', rf"\g<1>{HIDDEN}"),
    "as a day": (r'("tickvals":\["\d{4}-\d\d-)\d\d', rf"\g<1>{HIDDEN}"),
    "as the end of an axis": (r'("yaxis":.*?"range":\[)[-\d.]+', rf"\g<1>{HIDDEN}"),
    "in decimals that nobody sees": (r'("y":\[\d+\.\d)', rf"\g<1>000000{HIDDEN}"),
    "in signs that nobody sees": (r'("layout":)', r"\1" + " " * int(HIDDEN)),
}


@pytest.mark.parametrize("where", IN_FIGURE_DATA)
def test_a_hidden_count_is_found_in_figure_data(scan: Scan, copy: Path, where: str) -> None:
    name = "violence_by_district" if "interval" in where else "violence_over_time"
    spoil(copy / "assets" / "figures" / f"{name}.js", *IN_FIGURE_DATA[where])
    refuse(scan, copy, f"assets/figures/{name}.js holds ")


IN_CSV = {
    "of a hidden cell of an exhibit": (
        "violence_by_neighbourhood.csv",
        r",,,,(suppressed)",
        rf",,,{HIDDEN},\1",
    ),
    "of a shown cell of an exhibit": (
        "violence_by_district.csv",
        r"(~all,[^\n]+,all,)\d+",
        rf"\g<1>{HIDDEN}",
    ),
    "of a hidden cell of all figures": ("indicator_values.csv", r',,,,("suppressed")', rf",,,{HIDDEN},\1"),
    "of a table about the data": (
        "data_quality.csv",
        r"(,rows_accepted,Rows accepted,)\d+",
        rf"\g<1>{HIDDEN}",
    ),
    "of a verdict": ("claims.csv", r"(flagged_share,)[\d.]+", rf"\g<1>{HIDDEN}"),
    "of an effect": ("decompositions.csv", r"(Stalking and harassment,)[\d.]+", rf"\g<1>{HIDDEN}"),
    "in a further column": ("violence_by_district.csv", r"(DRAFT)\n", rf"\1,{HIDDEN}\n"),
    "in a further row": ("violence_by_district.csv", r"$", f"{HIDDEN}\n"),
    "in a text": ("violence_by_district.csv", r"Exampleshire", f"Exampleshire {HIDDEN}"),
}


@pytest.mark.parametrize("where", IN_CSV)
def test_a_hidden_count_is_found_in_a_csv_file(scan: Scan, copy: Path, where: str) -> None:
    name, pattern, planted = IN_CSV[where]
    spoil(copy / "data" / name, pattern, planted)
    refuse(scan, copy, f"data/{name} holds ")


def test_a_workbook_that_is_packed_anew_passes(scan: Scan, copy: Path) -> None:
    spoil_workbook(copy / "tables.xlsx", "<sheetData>", "<sheetData>")
    scan(copy)


IN_THE_WORKBOOK = {
    "in place of a number": (r'(<c r="[B-Z]\d+"(?: s="\d+")?>)<v>[\d.]+</v>', rf"\g<1><v>{HIDDEN}</v>"),
    "in place of a text": (r'<c r="([B-Z]\d+)"(?: s="\d+")? t="s"><v>\d+</v>', rf'<c r="\1"><v>{HIDDEN}</v>'),
    "in an empty place": ("</sheetData>", f'<row r="99"><c r="A99"><v>{HIDDEN}</v></c></row></sheetData>'),
    "among its texts": (r"(<t[^>]*>[^<]*)95% ", rf"\g<1>{HIDDEN}% ", r"xl/sharedStrings\.xml"),
    "in its properties": (r"(<dc:title>)", rf"\g<1>{HIDDEN} ", r"docProps/core\.xml"),
    "in the foot of a sheet": (
        r"(<pageMargins[^>]*/>)",
        rf"\g<1><headerFooter><oddFooter>{HIDDEN}</oddFooter></headerFooter>",
    ),
    "in a prompt": (
        r"</sheetData>",
        r"</sheetData><dataValidations count=\"1\"><dataValidation sqref=\"A1\" showInputMessage=\"1\" "
        rf"prompt=\"{HIDDEN}\" error=\"{HIDDEN}\"/></dataValidations>",
    ),
    "in a rule of colours": (
        r"</sheetData>",
        r"</sheetData><conditionalFormatting sqref=\"A1\"><cfRule type=\"cellIs\" priority=\"1\" "
        rf"operator=\"equal\"><formula>{HIDDEN}</formula></cfRule></conditionalFormatting>",
    ),
    "as the height of a row": (r'<row r="1"', f'<row r="1" ht="{HIDDEN}"'),
    "in a column that is hidden": (r"(<cols>)", r'\g<1><col min="30" max="41" width="9" hidden="1"/>'),
    "as the width of a column": (r'(<col min="1" max="1" width=")[\d.]+', rf"\g<1>{HIDDEN}"),
    "in a formula": (r"(<c [^>]*>)<v>", rf"\g<1><f>{HIDDEN}</f><v>"),
    "in a comment of a sheet": (r"</sheetData>", f"</sheetData><!--{HIDDEN}-->"),
    "in the name of a place": (
        r"</sheets>",
        f'</sheets><definedNames><definedName name="n{HIDDEN}">0</definedName></definedNames>',
        r"xl/workbook\.xml",
    ),
    "in the name of a sheet": (r'(<sheet name="[^"]+)"', rf'\g<1> {HIDDEN}"', r"xl/workbook\.xml"),
    "among texts that no cell shows": (
        r"</sst>",
        f"<si><t>{HIDDEN}</t></si></sst>",
        r"xl/sharedStrings\.xml",
    ),
    "beside a text": (
        r"</t></si>",
        f"</t><rPh sb='0' eb='1'><t>{HIDDEN}</t></rPh></si>",
        r"xl/sharedStrings\.xml",
    ),
    "in a count of texts": (r' count="\d+"', f' count="{HIDDEN}"', r"xl/sharedStrings\.xml"),
}


@pytest.mark.parametrize("where", IN_THE_WORKBOOK)
def test_a_hidden_count_is_found_in_the_workbook(scan: Scan, copy: Path, where: str) -> None:
    spoil_workbook(copy / "tables.xlsx", *IN_THE_WORKBOOK[where])
    refuse(scan, copy, "tables.xlsx holds ")


def append_part(file: Path) -> None:
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr("xl/comments1.xml", f"<comments>{HIDDEN}</comments>")


def write_on_the_zip(file: Path) -> None:
    with zipfile.ZipFile(file, "a") as archive:
        archive.comment = HIDDEN.encode()


def date_a_part(file: Path) -> None:
    with zipfile.ZipFile(file) as archive:
        parts = {info: archive.read(info) for info in archive.infolist()}
    next(iter(parts)).date_time = (1980, 1, 1, 0, int(HIDDEN), 0)
    with zipfile.ZipFile(file, "w") as archive:
        for info, content in parts.items():
            archive.writestr(info, content)


def write_before_the_zip(file: Path) -> None:
    file.write_bytes(HIDDEN.encode() + file.read_bytes())


@pytest.mark.parametrize("plant", [append_part, write_on_the_zip, date_a_part, write_before_the_zip])
def test_a_hidden_count_is_found_beside_the_sheets(
    scan: Scan, copy: Path, plant: Callable[[Path], None]
) -> None:
    plant(copy / "tables.xlsx")
    refuse(scan, copy, "tables.xlsx holds ")


IN_THE_PDF = {
    "in a cell of a table": (r'(align: right \+ top, )"[\d,]+"', rf'\g<1>"{HIDDEN}"'),
    "in a sentence": ('"Key findings"', f'"Key findings {HIDDEN}"'),
    "in place of a shown number": (r'"\d\d\.\d%"', f'"{HIDDEN}%"'),
    "in an alternative text": ('alt: "', f'alt: "{HIDDEN} '),
    "in the head of a page": ('"Exampleshire · 2024"', f'"Exampleshire · {HIDDEN}"'),
    "in its properties": (r'document\(title: "', f'document(title: "{HIDDEN} '),
}  # fmt: skip


@pytest.mark.parametrize("where", IN_THE_PDF)
def test_a_hidden_count_is_found_in_the_pdf(
    scan: Scan, copy: Path, write_pdf_anew: WritePdf, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    source = pdf._source

    def spoilt(*arguments: Any) -> str:
        text, count = re.subn(IN_THE_PDF[where][0], IN_THE_PDF[where][1], source(*arguments), count=1)
        assert count == 1
        return text

    monkeypatch.setattr(pdf, "_source", spoilt)
    write_pdf_anew(copy, lambda svg: svg)
    refuse(scan, copy, "report.pdf holds ")


def test_a_hidden_count_is_found_in_a_drawing_of_the_pdf(
    scan: Scan, copy: Path, write_pdf_anew: WritePdf
) -> None:
    write_pdf_anew(copy, lambda svg: re.sub(r"(<text[^>]*>)", rf"\g<1>{HIDDEN} ", svg, count=1))
    refuse(scan, copy, "report.pdf holds ")


def test_a_hidden_count_is_found_on_top_of_a_page_of_the_pdf_and_beside_it(scan: Scan, copy: Path) -> None:
    whole = (copy / "report.pdf").read_bytes()
    with pymupdf.open(stream=whole) as document:
        document[5].insert_text((300, 20), HIDDEN)
        document.save(copy / "report.pdf")
    refuse(scan, copy, "report.pdf holds ")
    with pymupdf.open(stream=whole) as document:
        document.embfile_add("notes", HIDDEN.encode())
        document.save(copy / "report.pdf")
    refuse(scan, copy, "report.pdf holds ")


def spoil_pdf(file: Path, pattern: bytes, planted: bytes) -> None:
    """Puts something in place of the first thing in a PDF that fits, and sets right where its objects begin."""
    changed, count = re.subn(pattern, planted, file.read_bytes(), count=1, flags=re.DOTALL)
    assert count == 1, pattern
    places = {int(found[1]): found.start() for found in re.finditer(rb"(?m)^(\d+) 0 obj\b", changed)}
    head, _, end = changed.rpartition(b"\nxref\n")
    lines = [b"%010d 00000 n\r\n" % places[number] for number in sorted(places)]
    table = b"0 %d\n0000000000 65535 f\r\n" % (len(lines) + 1) + b"".join(lines)
    trailer = re.sub(rb"startxref\n\d+", b"startxref\n%d" % (len(head) + 1), end[end.index(b"trailer") :])
    file.write_bytes(head + b"\nxref\n" + table + trailer)


def test_a_pdf_whose_places_are_written_anew_passes(scan: Scan, copy: Path) -> None:
    spoil_pdf(copy / "report.pdf", rb"/Type/Catalog", rb"/Type/Catalog")
    scan(copy)


NUMBER = HIDDEN.encode()
IN_THE_FILE_OF_THE_PDF = {
    "in a note": (rb"/Subtype/Link", rb"/Subtype/Link/T(" + NUMBER + rb")"),
    "in what a link says": (rb"(/Subtype/Link.{0,400}?/Contents ?\()", rb"\g<1>" + NUMBER),
    "in where a link goes": (rb"/Subtype/Link", rb"/Subtype/Link/A<</S/URI/URI(http://n/" + NUMBER + rb")>>"),
    "in a form": (rb"/Type/Catalog", rb"/Type/Catalog/AcroForm<</Fields[]/DA(" + NUMBER + rb")>>"),
    "in the name of a layer": (
        rb"/Type/Catalog",
        rb"/Type/Catalog/OCProperties<</D<</Name(" + NUMBER + rb")>>>>",
    ),
    "in the title of an outline": (rb"/Title ?\(", rb"\g<0>" + NUMBER),
    "in its description": (rb"<dc:title>", rb"<dc:title><!--" + NUMBER + rb"-->"),
    "in a name": (rb"/Type/Catalog", rb"/Type/Catalog/N" + NUMBER + rb" true"),
    "as a unit": (rb"/Type/Page/", rb"/Type/Page/UserUnit " + NUMBER + rb"/"),
    "in letters by number": (rb"/Type/Catalog", rb"/Type/Catalog/Lang<FEFF00340031>"),
    "in an object that nothing uses": (rb"\nxref", rb"\n99999 0 obj\n(" + NUMBER + rb")\nendobj\n\nxref"),
    "in a comment": (rb"\n1 0 obj", rb"\n%" + NUMBER + rb"\n1 0 obj"),
    "after its end": (rb"%%EOF", rb"%%EOF\n%" + NUMBER),
}


@pytest.mark.parametrize("where", IN_THE_FILE_OF_THE_PDF)
def test_a_hidden_count_is_found_in_the_source_of_the_pdf(scan: Scan, copy: Path, where: str) -> None:
    spoil_pdf(copy / "report.pdf", *IN_THE_FILE_OF_THE_PDF[where])
    refuse(scan, copy, "report.pdf holds ")


def test_a_hidden_count_is_found_in_a_mark_of_a_page_of_the_pdf(scan: Scan, copy: Path) -> None:
    packed = zlib.compress(b"/Span<</ActualText(" + NUMBER + b")>>BDC EMC")
    head = b"99999 0 obj\n<</Length %d/Filter/FlateDecode>>\nstream\n" % len(packed)
    stream = head + packed + b"\nendstream\nendobj\n"
    spoil_pdf(copy / "report.pdf", rb"\nxref\n", b"\n" + stream.replace(b"\\", b"\\\\") + b"\nxref\n")
    refuse(scan, copy, "report.pdf holds ")


def test_a_hidden_count_is_found_in_the_data_package(scan: Scan, copy: Path) -> None:
    spoil(copy / "datapackage.json", r"Published figures", f"Published {HIDDEN} figures")
    refuse(scan, copy, "datapackage.json holds ")


def test_a_file_that_belongs_to_no_report_is_found(scan: Scan, copy: Path) -> None:
    (copy / "data" / "notes.txt").write_text(HIDDEN, encoding="utf-8")
    refuse(scan, copy, "data/notes.txt holds ")


def test_a_folder_a_link_and_a_name_that_belong_to_no_report_are_found(scan: Scan, copy: Path) -> None:
    # The name of what lies there tells the count: it is not said.
    for path in (copy / HIDDEN, copy / "data" / HIDDEN):
        path.mkdir()
        with pytest.raises(StrayFigure, match="no place for") as refused:
            scan(copy)
        assert HIDDEN not in str(refused.value)
        path.rmdir()
    link = copy / "data" / f"n{HIDDEN}"
    link.symlink_to(copy / "data")
    with pytest.raises(StrayFigure, match="no place for") as refused:
        scan(copy)
    assert HIDDEN not in str(refused.value)
    link.unlink()
    (copy / "data" / "claims.csv").rename(copy / "data" / f"claims_{HIDDEN}.csv")
    with pytest.raises(StrayFigure, match="no place for") as refused:
        scan(copy)
    assert HIDDEN not in str(refused.value)


def test_a_column_and_an_entry_that_stand_there_twice_are_found(scan: Scan, copy: Path) -> None:
    file = copy / "data" / "violence_by_district.csv"
    header, *rows = file.read_text(encoding="utf-8").splitlines()
    first = header.split(",")[0]
    planted = [f"{first},{header}", *(f"{HIDDEN},{row}" for row in rows)]
    whole = file.read_text(encoding="utf-8")
    file.write_text("\n".join(planted) + "\n", encoding="utf-8")
    refuse(scan, copy, "data/violence_by_district.csv holds ")
    file.write_text(whole, encoding="utf-8")
    spoil(copy / "datapackage.json", r"^\{", f'{{\n  "name": "{HIDDEN}",')
    refuse(scan, copy, "datapackage.json holds ")


def test_a_file_of_the_template_is_as_it_was(scan: Scan, copy: Path) -> None:
    spoil(copy / "assets" / "report.css", r"$", f"/* {HIDDEN} */")
    refuse(scan, copy, "assets/report.css holds ")
