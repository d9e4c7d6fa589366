"""All files of a report, set beside its stand-in and what was published."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path

from pipeline.scan.compare import Allowed, Axes, compare, read_ticks
from pipeline.scan.csv_files import scan_csv
from pipeline.scan.figure_data import read_figure_data
from pipeline.scan.figures import Cell, Figures, Numbers, Pair, print_pairs, read_figures, round_pairs
from pipeline.scan.package import scan_package
from pipeline.scan.page import read_page
from pipeline.scan.pdf_pieces import read_edges, read_pdf_pieces
from pipeline.scan.pieces import Piece, StrayFigure
from pipeline.scan.workbook import read_workbook

# Where a report writes numbers of the tables about the data.
ABOUT_IN = {
    "data-quality": ("data_quality",),
    "defects": ("data_quality",),
    "flag-audit": ("flag_audit",),
    "claim-a-third-is-domestic": ("claims",),
    "claim-no-regional-variation": ("claims",),
    "claim-missing-from-definition": ("claims",),
    "decomposition": ("decompositions",),
    "decomposition-domestic-share": ("decompositions",),
    "decomposition-domestic-violence-share": ("decompositions",),
    "lens-capture": ("lens_comparisons",),
    "lens-open": ("lens_comparisons",),
    "lens-places": ("lens_comparisons",),
    "lens-ranks": ("lens_comparisons",),
    "lens-money": ("lens_comparisons",),
    "district_ranks": ("lens_comparisons",),
    "money_moved": ("lens_comparisons",),
    "difference_in_steps": ("decompositions",),
    "violence_control": ("signals",),
    "neighbourhood_funnel": ("positions",),
    "violence_concentrated": ("distributions",),
    "domestic_share_control": ("signals",),
    "emergency_control": ("signals",),
    "source-licences": ("sources",),
    "benchmark-list": ("benchmarks",),
    "methods": ("certificate",),
    "moved": ("signals",),
    "steady": ("signals",),
    "not-judged": ("signals",),
    "ranking": ("benchmarks",),
}


def scan_report(report: Path, other: Path, published: Path, stand_in: Path) -> None:
    """Raises StrayFigure where a written report holds a number that is neither published nor the template's.

    `other` is the report of `stand_in`, the same published tables with other figures: what both reports say alike is
    the template's.
    """
    figures = read_figures(published, stand_in)
    names = [_list(folder) for folder in (report, other)]
    for name in sorted(set(names[0]) ^ set(names[1])):
        # A name may tell a number.
        shown = "".join("#" if letter.isnumeric() else letter for letter in name)
        raise StrayFigure(shown, "the whole file", "or is something that the template has no place for")
    for name in names[0]:
        if name.endswith(".csv"):
            scan_csv(report / name, other / name, figures, published)
    everything = frozenset().union(
        *(_scan_edition(name, report, other, figures) for name in names[0] if name.endswith(".html"))
    )
    if "tables.xlsx" in names[0]:
        ours, theirs = (read_workbook(folder / "tables.xlsx") for folder in (report, other))
        compare("tables.xlsx", ours, theirs, figures, _allow_anywhere(figures, everything))
    scan_package(report, other)
    for name in names[0]:
        if name.startswith("assets/figures/") and name.endswith(".js"):
            _scan_figure_data(name, report, other, figures)
        elif name.startswith("assets/") and _read_bytes(report / name) != _read_bytes(other / name):
            raise StrayFigure(name, "the whole file", "something that is not the template's")


def _scan_edition(name: str, report: Path, other: Path, figures: Figures) -> frozenset[str]:
    """Compares a page, and the PDF that it names, with those of the stand-in; the cells that they show."""
    page, beside = (read_page(folder / name) for folder in (report, other))
    cells: dict[str, set[str]] = defaultdict(set)
    for path in page.tables:
        cells[Path(path).stem] |= _read_cells((report / name).parent / path)
    for piece in page.pieces:
        if piece.cell:
            cells[piece.owner].add(piece.cell[0])
    compare(name, page.pieces, beside.pieces, figures, _allow_by_owner(figures, cells))
    shown = frozenset().union(*cells.values())
    pdf = ((report / name).parent / page.pdf).resolve().relative_to(report.resolve()).as_posix()
    edges = read_edges(other / pdf)
    ours, theirs = (
        read_pdf_pieces(folder / pdf, drawings, edges)
        for folder, drawings in ((report, page.drawings), (other, beside.drawings))
    )
    compare(pdf, ours, theirs, figures, _allow_anywhere(figures, shown))
    return shown


def _allow_by_owner(figures: Figures, cells: Mapping[str, Iterable[str]]) -> Allowed:
    """In and for the drawing of an exhibit, the numbers of the cells that it names; there and elsewhere those of other
    tables, each where the report tells of it."""

    @cache
    def of_cells(owner: str) -> frozenset[Pair]:
        return print_pairs(_pairs(figures.find(cells.get(owner, ())))) | of_tables(owner)

    @cache
    def of_tables(owner: str) -> frozenset[Pair]:
        return print_pairs(frozenset().union(*(figures.about[name] for name in ABOUT_IN.get(owner, ()))))

    return Allowed(lambda piece: (of_cells if piece.kind in ("picture", "label") else of_tables)(piece.owner))


def _allow_anywhere(figures: Figures, cells: Iterable[str]) -> Allowed:
    """The numbers of these cells and those that tell of the data, wherever they stand."""
    pairs = _pairs(figures.find(cells)) | frozenset().union(*figures.about.values())
    texts = print_pairs(pairs)
    return Allowed(lambda _: texts, round_pairs(pairs))


def _allow_in_drawing(figures: Figures, cells: Iterable[str], axes: Axes) -> Allowed:
    """The numbers of these cells, how far their intervals reach, and what marks a place on an axis."""
    found = figures.find(cells)
    pairs = _pairs(found)
    texts = print_pairs(pairs)
    reaches = {reach for cell in found for reach in cell.reaches()}
    return Allowed(lambda _: texts, round_pairs(pairs | reaches), axes)


def _pairs(cells: Iterable[Cell]) -> frozenset[Numbers]:
    return frozenset(pair for cell in cells for pair in cell.pairs())


def _scan_figure_data(name: str, report: Path, other: Path, figures: Figures) -> None:
    (named, pieces), (_, others) = (read_figure_data(folder / name) for folder in (report, other))
    compare(name, pieces, others, figures, _allow_in_drawing(figures, named, _axes(pieces, others)))


def _axes(pieces: Sequence[Piece], others: Sequence[Piece]) -> Axes:
    """The lowest and highest tick of each axis that has several, here and in the stand-in."""
    ends = [
        {
            axis: (float(ticks[0].text), float(ticks[-1].text))
            for axis, ticks in read_ticks(each).items()
            if len(ticks) > 1 and ticks[0].kind == "number"
        }
        for each in (pieces, others)
    ]
    return tuple((ends[0][axis], ends[1][axis]) for axis in ends[0] if axis in ends[1])


def _read_cells(file: Path) -> set[str]:
    with file.open(encoding="utf-8", newline="") as stream:
        return {row["cell_id"] for row in csv.DictReader(stream) if "cell_id" in row}


def _read_bytes(path: Path) -> bytes:
    return path.read_bytes() if path.is_file() else b""


def _list(folder: Path) -> Sequence[str]:
    """All that lies in a folder: a folder ends with a stroke, a link with an @."""
    return sorted(
        path.relative_to(folder).as_posix() + ("@" if path.is_symlink() else "/" if path.is_dir() else "")
        for path in folder.rglob("*")
    )
