"""The data of the figures that a reader may touch: each number one of the cells that the file names."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pipeline.scan.pieces import Piece, StrayFigure, has_number

SCRIPT = re.compile(
    r'window\.exhibitFigures=window\.exhibitFigures\|\|\{\};window\.exhibitFigures\["([\w-]+)"\]=(.*);\n?',
    re.DOTALL,
)
DAY = re.compile(r"\d{4}-\d\d-\d\d")
COLOUR = re.compile(r"#[0-9A-F]{6}")
TICKS = re.compile(r"layout ([xy]axis) (ticktext|tickvals) ")
# What is drawn.
DRAWN = re.compile(r"data \d+ (x|y|z|zmin|zmax|error_[xy] \w+) ")
# Where something stands in the drawing, and which colour begins where: it goes with the figures, and is none.
POSITION = re.compile(
    r"(layout (height|margin [lrtb]|[xy]axis range \d|annotations \d+ (x|y|xshift|yshift)|shapes \d+ [xy][01])"
    r"|data \d+ colorscale \d+ 0) "
)


def read_figure_data(file: Path) -> tuple[list[str], list[Piece]]:
    """The cells that a figure names, and every text and number of it, in order."""
    found = SCRIPT.fullmatch(file.read_text(encoding="utf-8"))
    if not found or found[1] != file.stem:
        raise StrayFigure(f"assets/figures/{file.name}", "the whole file", "something that is no figure")
    figure = json.loads(found[2])
    return figure.pop("cells"), list(_walk(figure, "", file.stem))


def _walk(entry: Any, place: str, owner: str) -> Iterator[Piece]:
    if isinstance(entry, dict | list):
        inside = entry.items() if isinstance(entry, dict) else enumerate(entry)
        for name, each in inside:
            yield from _walk(each, f"{place}{name} ", owner)
        return
    ticks = TICKS.match(place)
    axis = f"{ticks[1]} {ticks[2]}" if ticks else ""
    if isinstance(entry, str):
        if has_number(entry) and not COLOUR.fullmatch(entry):
            # The days at which a label stands go with the labels.
            kind = "position" if axis and DAY.fullmatch(entry) else "text"
            text = entry.replace("<br>", " ")
            yield Piece(place.strip(), text, owner, axis="" if kind == "position" else axis, kind=kind)
    elif isinstance(entry, int | float) and not isinstance(entry, bool):
        kind = "position" if POSITION.match(place) else "number" if DRAWN.match(place) or axis else "text"
        yield Piece(place.strip(), str(entry), owner, axis=axis, kind=kind)
