"""Charts as SVG: for the PDF and for the first paint of the HTML page."""

from __future__ import annotations

import hashlib
import io
import re
import warnings
from collections.abc import Callable
from typing import Any
from xml.sax.saxutils import escape

import matplotlib
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

from pipeline.report.charts.control import draw_control
from pipeline.report.charts.funnel import draw_funnel
from pipeline.report.charts.grids import draw_heat_map, draw_hundred_squares
from pipeline.report.charts.lorenz import draw_lorenz
from pipeline.report.charts.maps import draw_choropleth
from pipeline.report.charts.multiples import draw_multiples
from pipeline.report.charts.page import WIDTH, draw_absence
from pipeline.report.charts.pyramid import draw_pyramid
from pipeline.report.charts.rows import draw_bars, draw_definition_bars, draw_ranked_dots, draw_share_dots
from pipeline.report.charts.slope import draw_slope
from pipeline.report.charts.spec import Chart, has_figures, prepare_chart
from pipeline.report.charts.spine import draw_spine
from pipeline.report.charts.trend import draw_trend
from pipeline.report.charts.typesetting import FAMILIES
from pipeline.report.charts.waterfall import draw_waterfall
from pipeline.report.charts.wording import clean

DRAWINGS: dict[str, Callable[[Chart], Figure]] = {
    "trend": draw_trend,
    "ranked_dots": draw_ranked_dots,
    "share_dots": draw_share_dots,
    "definition_bars": draw_definition_bars,
    "bars": draw_bars,
    "choropleth": draw_choropleth,
    "heat_map": draw_heat_map,
    "hundred_squares": draw_hundred_squares,
    "slope": draw_slope,
    "waterfall": draw_waterfall,
    "control": draw_control,
    "funnel": draw_funnel,
    "lorenz": draw_lorenz,
    "pyramid": draw_pyramid,
    "spine": draw_spine,
    "multiples": draw_multiples,
}
SETTINGS: Any = {
    "svg.fonttype": "none",
    "svg.hashsalt": "charts",
    "text.parse_math": False,
    "path.simplify": False,
    "hatch.linewidth": 0.7,
}


def draw_figure(chart: Chart) -> Figure:
    """The chart as a Matplotlib figure; its artists carry the frame's own values and a gid each."""
    ready = prepare_chart(chart)
    is_whole = chart.kind != "hundred_squares" or bool(ready.frame["value"].notna().all())
    if not has_figures(ready.frame) or not is_whole:
        return draw_absence(ready, list(ready.frame["status"]))
    return DRAWINGS[chart.kind](ready)


def draw_svg(chart: Chart, id_prefix: str | None = None) -> str:
    """The chart as an SVG element for inlining: same chart, same bytes.

    Ids begin with a digest of the picture, so that charts of one page do not share them; a page that shows
    the same chart twice gives each an id_prefix of its own.
    """
    # A letter that the typeface lacks is drawn by the reader's fallback font: not a fault of the chart.
    with matplotlib.rc_context(SETTINGS), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=r"Glyph \d+ .* missing from font")
        figure = draw_figure(chart)
        buffer = io.StringIO()
        metadata = dict.fromkeys(("Date", "Creator", "Format", "Type"))
        FigureCanvasSVG(figure).print_svg(buffer, metadata=metadata)
    body = _strip(buffer.getvalue())
    title, description = escape(clean(chart.title)), escape(clean(chart.alt_text))
    if id_prefix is None:
        id_prefix = "c" + hashlib.sha256(f"{title}\n{description}\n{body}".encode()).hexdigest()[:8]
    body = re.sub(r"<[a-z][^>]*>", lambda tag: _prefix_ids(tag.group(), id_prefix), body)
    height = figure.get_figheight() * 72
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="chart chart-{chart.kind}" role="img" '
        f'aria-labelledby="{id_prefix}-title" aria-describedby="{id_prefix}-desc" width="100%" '
        f'viewBox="0 0 {WIDTH:g} {height:.4g}" font-family="{FAMILIES}" stroke-linejoin="round">\n'
        f'<title id="{id_prefix}-title">{title}</title>\n<desc id="{id_prefix}-desc">{description}</desc>\n'
        f"{body}\n</svg>\n"
    )


def _strip(svg: str) -> str:
    """What stands inside Matplotlib's svg element, short, with attributes in place of styles.

    Its style element names every element of the page it is put in, and style attributes are refused where
    a page's policy allows no inline styles.
    """
    inner = svg[svg.index(">", svg.index("<svg")) + 1 : svg.rindex("</svg>")]
    inner = re.sub(r"<defs>\s*<style.*?</style>\s*</defs>", "", inner, flags=re.DOTALL)
    inner = re.sub(r"<[a-z][^>]*>", lambda tag: _tidy_tag(tag.group()), inner)
    inner = re.sub(r">\s*\n\s*<", ">\n<", inner)
    # Groups without a name of their own only indent.
    inner = re.sub(r"<g>\n(<(?:path|text)[^>]*?(?:/>|>[^<]*</text>))\n</g>", r"\1", inner)
    return inner.strip()


def _tidy_tag(tag: str) -> str:
    tag = re.sub(r' id="(?:figure|patch|line2d|text|axes)_\d+"', "", tag)
    tag = re.sub(r' style="([^"]*)"', lambda style: _spell_style(style.group(1)), tag)
    tag = re.sub(r' transform="rotate\(-?0 [^"]*"', "", tag)
    tag = tag.replace("xlink:href", "href")
    tag = re.sub(r' d="([^"]*)"', lambda path: f' d="{_shorten_path(path.group(1))}"', tag)
    return re.sub(r'(?<=[ "])-?\d+\.\d{3,}(?=[ "])', lambda number: _shorten(number.group()), tag)


def _spell_style(style: str) -> str:
    pairs = [part.split(":", 1) for part in style.split(";") if ":" in part]
    kept = {name.strip(): value.strip() for name, value in pairs}
    kept.pop("font-family", None)  # stands on the svg element
    if kept.get("stroke-linejoin") in ("miter", "round") and "stroke" not in kept:
        kept.pop("stroke-linejoin")
    return "".join(f' {name}="{_shorten_numbers(value)}"' for name, value in kept.items())


def _shorten_numbers(text: str) -> str:
    return re.sub(r"(?<![\w#.])-?\d+\.\d{3,}", lambda number: _shorten(number.group()), text)


def _shorten(number: str) -> str:
    text = f"{float(number):.2f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def _shorten_path(path: str) -> str:
    path = re.sub(r"-?\d+\.\d{3,}", lambda number: _shorten(number.group()), path)
    path = re.sub(r"\s*\n\s*", " ", path.strip())
    path = re.sub(r"\s*([MLCQz])\s*", r"\1", path)
    # A line-to follows a move-to and a line-to without being named.
    return re.sub(r"(?<=\d)L", " ", path)


def _prefix_ids(tag: str, prefix: str) -> str:
    tag = re.sub(r' id="([^"]*)"', rf' id="{prefix}-\1"', tag)
    tag = re.sub(r"url\(#([^)]*)\)", rf"url(#{prefix}-\1)", tag)
    tag = re.sub(r' href="#([^"]*)"', rf' href="#{prefix}-\1"', tag)
    if f'id="{prefix}-halo-' in tag:
        halo = ' stroke="#FFFFFF" stroke-width="2.6" paint-order="stroke" stroke-linejoin="round"'
        tag = tag[:-1] + halo + ">"
    return tag
