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
COLOUR = re.compile(r"#[0-9A-F]{6}")
TICKS = re.compile(r"layout ([xy]axis) (ticktext|tickvals) ")
# What is drawn, and where on its axes.
DRAWN = re.compile(
    r"(data \d+ (x|y|z|zmin|zmax|error_[xy] \w+)"
    r"|layout ([xy]axis range \d|annotations \d+ [xy]|shapes \d+ [xy][01])) "
)
# Where something stands beside what is drawn, in points of a screen or as a share of its width, and which share of the
# numbers a colour begins at: it goes with how long texts are and where lines end, and lies as far as this from that of
# the stand-in at most.
REACHES = (
    (re.compile(r"layout (margin [lr]|annotations \d+ xshift) "), 25.0),
    (re.compile(r"layout annotations \d+ yshift "), 120.0),
    (re.compile(r"layout annotations \d+ x "), 0.05),
    (re.compile(r"data \d+ colorscale \d+ 0 "), 0.05),
)


def read_figure_data(file: Path) -> tuple[list[str], list[Piece]]:
    """The cells that a figure names, and every name, text, colour and number of it, in order."""
    found = SCRIPT.fullmatch(file.read_text(encoding="utf-8"))
    if not found or found[1] != file.stem:
        raise StrayFigure(f"assets/figures/{file.name}", "the whole file", "something that is no figure")
    figure = json.loads(found[2])
    # A name that stands there twice, or a number written otherwise, would be read by nobody.
    if json.dumps(figure, sort_keys=True, separators=(",", ":")) != found[2]:
        raise StrayFigure(f"assets/figures/{file.name}", "how it is written", "more than its figure")
    return figure["cells"], list(_walk(figure, "", file.stem))


def _walk(entry: Any, place: str, owner: str) -> Iterator[Piece]:
    if place == "cells ":
        yield Piece(place.strip(), "\n".join(entry), owner, kind="fixed")
        return
    if isinstance(entry, dict):
        yield Piece(f"{place}names", " ".join(entry), owner, kind="fixed")
        for name, each in entry.items():
            # Only the label of a number goes up and down with it.
            if name == "yshift" and not has_number(entry["text"]):
                yield Piece(f"{place}{name}", str(each), owner, kind="fixed")
            else:
                yield from _walk(each, f"{place}{name} ", owner)
        return
    if isinstance(entry, list):
        for number, each in enumerate(entry):
            yield from _walk(each, f"{place}{number} ", owner)
        return
    ticks = TICKS.match(place)
    axis = f"{ticks[1]} {ticks[2]}" if ticks else ""
    if isinstance(entry, str):
        if COLOUR.fullmatch(entry):
            yield Piece(place.strip(), entry, owner, kind="look")
        elif has_number(entry):
            yield Piece(place.strip(), entry.replace("<br>", " "), owner, axis=axis)
    elif isinstance(entry, int | float) and not isinstance(entry, bool):
        reach = next((reach for pattern, reach in REACHES if pattern.match(place)), 0.0)
        kind = "number" if reach or axis or DRAWN.match(place) else "text"
        yield Piece(place.strip(), str(entry), owner, axis=axis, kind=kind, reach=reach)
