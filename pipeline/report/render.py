"""From published files, the editions' settings and the assessment's own text to a folder that can be handed over."""

from __future__ import annotations

import filecmp
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from pipeline.report.charts.svg import draw_svg
from pipeline.report.document import Document, build_document, name_districts, place_files
from pipeline.report.editions import FULL, Edition
from pipeline.report.files import write_data, write_package, write_tables
from pipeline.report.html import Link, write_assets, write_page
from pipeline.report.marks import Approval
from pipeline.report.pdf import write_pdf
from pipeline.report.published import Published, read_published
from pipeline.report.specs import read_report_spec
from pipeline.report.workbook import write_workbook
from pipeline.settings import Settings


def render_report(
    published: Path,
    output: Path,
    settings: Settings,
    approval: Approval | None = None,
    check: Callable[[Path], None] = lambda _: None,
    editions: Sequence[Edition] = (FULL,),
) -> list[Path]:
    """The files of the report's editions, written aside and then put in place of the last ones.

    Without the `approval` of a release that holds these figures every page says DRAFT. The same inputs give the same
    bytes, and a file whose bytes did not change keeps its time. `check` is given the written folder; where it raises,
    the last report stays.
    """
    # A page without a browser or display: Matplotlib must not look for one.
    os.environ.setdefault("MPLBACKEND", "agg")

    documents = list(_build(read_published(published), settings, approval, editions))
    aside = output.with_name(f".{output.name}.writing")
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(parents=True)
    _write(documents, settings.project / "reports" / "templates", aside)
    check(aside)
    _keep_times(aside, output)
    _swap(aside, output)
    return sorted(file for file in output.rglob("*") if file.is_file())


def _build(
    published: Published, settings: Settings, approval: Approval | None, editions: Sequence[Edition]
) -> Iterator[Document]:
    reports = settings.project / "reports"
    names = {code: published.area_names.get(code) or code for code in settings.assessment.area.districts}
    for edition in editions:
        spec = read_report_spec(reports, edition)
        places = name_districts(names) if edition.is_by_district else {"": ""}
        for district, place in places.items():
            files = place_files(edition, place)
            yield build_document(spec, published, settings, reports, approval, files, district)


def _write(documents: Sequence[Document], templates: Path, folder: Path) -> None:
    links = [Link(_title(document), document.files.page) for document in documents]
    for document in documents:
        drawings = _draw(document)
        write_data(document, folder)
        write_page(document, drawings, links, templates, folder)
        write_pdf(document, drawings, templates, folder)
    write_assets(templates, folder)
    if documents[0].files.page == place_files(FULL).page:
        write_tables(documents[0], folder)
        write_workbook(documents[0], folder)
    write_package(documents, folder)


def _title(document: Document) -> str:
    return f"{document.title}: {document.area}" if document.context.district else document.title


def _draw(document: Document) -> dict[str, str]:
    """Every chart as SVG by exhibit; the cover's under ids of its own, for it may stand inside as well."""
    drawings = {one.id: draw_svg(one.chart) for one in document.exhibits if one.chart is not None}
    if document.cover is not None and document.cover.chart is not None:
        drawings["cover"] = draw_svg(document.cover.chart, "cover")
    return drawings


def _keep_times(new: Path, old: Path) -> None:
    for file in new.rglob("*"):
        before = old / file.relative_to(new)
        if file.is_file() and before.is_file() and filecmp.cmp(before, file, shallow=False):
            times = before.stat()
            os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))


def _swap(new: Path, old: Path) -> None:
    last = old.with_name(f".{old.name}.last")
    shutil.rmtree(last, ignore_errors=True)
    if old.exists():
        old.rename(last)
    new.rename(old)
    shutil.rmtree(last, ignore_errors=True)
