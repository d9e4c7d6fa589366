"""Each document as one HTML page, and the assets they share: whole without JavaScript, and from a memory stick."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from pipeline.report.anatomy import Exhibit
from pipeline.report.charts.interactive import plotly_figure
from pipeline.report.document import Document
from pipeline.report.numbers import SYMBOL_MEANINGS, SYMBOLS
from pipeline.report.tables import Table

# Rows from which on a table is folded on the page and left to the workbook in the PDF.
LONG_TABLE = 25
FONTS = (
    "AtkinsonHyperlegible-Regular.ttf",
    "AtkinsonHyperlegible-Bold.ttf",
    "AtkinsonHyperlegible-Italic.ttf",
)


@dataclass(frozen=True)
class Link:
    """Another edition: what it is called, and where its page lies in the folder."""

    title: str
    page: str


def write_page(
    document: Document, drawings: dict[str, str], editions: Sequence[Link], templates: Path, folder: Path
) -> None:
    """Write the page into the folder, with the data of the figures that a reader may touch.

    Those are the full assessment's: the shorter editions are for reading, and it is one link away.
    """
    scripts = {
        exhibit.id: _figure_script(exhibit, figure)
        for exhibit in document.exhibits
        if document.files.page == "index.html"
        and exhibit.chart is not None
        and (figure := plotly_figure(exhibit.chart)) is not None
    }
    environment = Environment(
        loader=FileSystemLoader(templates),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(
        # Our own drawings: every text in them is escaped already.
        drawings={name: Markup(svg) for name, svg in drawings.items()},
        interactive=set(scripts),
        marks=document.marks,
        long_table=LONG_TABLE,
        symbols_in=symbols_in,
    )
    page = environment.get_template("page.html.j2").render(document=document, editions=editions)
    file = folder / document.files.page
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(page, encoding="utf-8")
    if scripts:
        figures = folder / "assets" / "figures"
        figures.mkdir(parents=True)
        for name, script in scripts.items():
            (figures / f"{name}.js").write_text(script, encoding="utf-8")
        (folder / "assets" / "plotly.min.js").write_bytes(_plotly_file().read_bytes())


def write_assets(templates: Path, folder: Path) -> None:
    """Write what all pages share: their look, their behaviour and their typeface."""
    assets = folder / "assets"
    assets.mkdir(exist_ok=True)
    for name in ("report.css", "report.js"):
        (assets / name).write_bytes((templates / name).read_bytes())
    for name in FONTS:
        (assets / name).write_bytes((font_folder() / name).read_bytes())
    (assets / "OFL.txt").write_bytes((font_folder().parent / "LICENSE").read_bytes())


def symbols_in(table: Table) -> list[tuple[str, str]]:
    """The signs that occur in a table, with their meanings."""
    return [(SYMBOLS[name], SYMBOL_MEANINGS[SYMBOLS[name]]) for name in SYMBOLS if name in table.statuses]


def font_folder() -> Path:
    """Where the typeface's package keeps its fonts."""
    return _package_folder("fontpkg_atkinson_hyperlegible") / "files"


def _plotly_file() -> Path:
    # Found without importing: Plotly's own import takes longer than everything else on the page.
    return _package_folder("plotly") / "package_data" / "plotly.min.js"


def _package_folder(name: str) -> Path:
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        raise FileNotFoundError(f"The package {name} is not installed: install requirements.lock again.")
    return Path(spec.origin).parent


def _figure_script(exhibit: Exhibit, figure: dict[str, object]) -> str:
    """The figure's data, with the published cells that they are of."""
    name, cells = exhibit.id, sorted({reading.cell_id for reading in exhibit.readings})
    content = json.dumps(
        {**figure, "cells": cells}, sort_keys=True, ensure_ascii=True, allow_nan=False, separators=(",", ":")
    )
    store = "window.exhibitFigures"
    return f"{store}={store}||{{}};{store}[{json.dumps(name)}]={content};\n"
