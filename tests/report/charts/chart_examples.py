"""One plausible chart of each kind, every state in it, made of literal rows; and how to read an SVG again."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import Any
from xml.etree import ElementTree

import geopandas as gpd
import pandas as pd
from shapely import box

from pipeline.report.charts.spec import Break, Chart

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = '<script>alert("1")</script> $x^2$ & <b>b</b> %{x}'
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
# A number left behind in a row that is not reported: it may appear nowhere.
LEFT_BEHIND = 98765.4


def make_chart(kind: str, rows: list[dict[str, Any]], **more: Any) -> Chart:
    """A chart with the fields that do not matter to a test filled in."""
    fields: dict[str, Any] = {
        "title": "A finding", "subtitle": "Measure, area, period", "value_label": "offences per 1,000 people",
        "alt_text": "What the chart shows.", "marking": "SYNTHETIC",
    }  # fmt: skip
    return Chart(kind=kind, frame=pd.DataFrame(rows), **(fields | more))


def interval(value: float | None, width: float = 1.0, status: str = "reported") -> dict[str, Any]:
    """A value with an interval around it, or a row that has none."""
    if value is None:
        return {"value": None, "lower": None, "upper": None, "status": status}
    return {
        "value": value,
        "lower": round(value - width, 2),
        "upper": round(value + width, 2),
        "status": status,
    }


def trend(hidden: str = "suppressed") -> Chart:
    """Two years of months, four lines, two gaps, two rule changes and a shaded period."""
    months = [date(2019 + (3 + n) // 12, (3 + n) % 12 + 1, 1) for n in range(24)]
    rows = []
    for series, role, level in (
        ("All violence against the person", "total", 3.2),
        ("Domestic abuse", "domestic", 1.1),
        ("Not domestic", "non_domestic", 1.25),
        ("Not known", "not_known", 0.2),
    ):
        for n, month in enumerate(months):
            is_hidden = n in (4, 5) or (n == 9 and role == "domestic")
            value = None if is_hidden else round(level * (1 + 0.05 * (n % 7)), 2)
            status = hidden if is_hidden else "reported"
            rows.append({"period": month, "series": series, "role": role, **interval(value, 0.05, status)})
    breaks = (
        Break(date(2020, 4, 1), None, "April 2020: ex-partner offences as stalking"),
        Break(date(2020, 3, 26), date(2020, 7, 4), "COVID-19 restrictions"),
        Break(date(2020, 11, 5), date(2020, 12, 2), "COVID-19 restrictions"),
        Break(date(2021, 1, 31), None, "January 2021: image offences moved"),
    )
    return make_chart("trend", rows, breaks=breaks, decimals=2)


def yearly_trend() -> Chart:
    """Five years of an area and its comparators, parted by two rule changes."""
    rows = [
        {
            "period": date(2019 + n, 4, 1),
            "series": series,
            "role": role,
            **interval(round(level + n * slope, 1)),
        }
        for series, role, level, slope in (
            ("Exampleshire", "total", 30.0, 0.5),
            ("England", "comparator", 30.4, 0.4),
            ("Statistical neighbours of Exampleshire", "comparator", 31.0, 0.3),
        )
        for n in range(5)
    ]
    breaks = (
        Break(date(2020, 4, 1), None, "April 2020: a rule"),
        Break(date(2023, 5, 15), None, "May 2023: a rule"),
    )
    return make_chart("trend", rows, breaks=breaks, reference=29.0, reference_label="Ten-year average")


def ranked_dots() -> Chart:
    """Districts and comparators around the area's own rate."""
    rows = [
        {"label": label, "role": role, **interval(value)}
        for label, role, value in (
            ("Upper Example", "focus", 22.4),
            ("Port Example", "focus", 41.2),
            ("Bournemouth, Christchurch and Poole with more", "other", 25.3),
            ("England", "comparator", 29.4),
        )
    ]
    rows.append({"label": "Example Forest", "role": "other", **interval(None, status="suppressed")})
    rows.append({"label": "Isles of Example", "role": "other", **interval(None, status="not_available")})
    return make_chart("ranked_dots", rows, reference=31.7, reference_label="Exampleshire")


def bounded_dots() -> Chart:
    """Shares with what unknown flags leave open around them."""
    rows = [
        {"label": label, "role": role, **interval(value), "lowest": low, "highest": high}
        for label, role, value, low, high in (
            ("Our own definition", "focus", 5.2, 4.7, 14.1),
            ("Broad", "other", 50.3, 46.4, 54.2),
            ("All violence", "other", 32.4, None, None),
        )
    ]
    rows.append({"label": "Section 13", "role": "other", **interval(None, status="suppressed")})
    return make_chart("ranked_dots", rows, value_label="%")


def bars_below_zero() -> Chart:
    """What would move, to both sides of zero."""
    rows = [
        {"label": label, "role": "focus", "value": value, "lower": None, "upper": None, "status": status}
        for label, value, status in (
            ("Example Forest", 2.2, "reported"),
            ("Port Example", -14.3, "reported"),
            ("Example Vale", None, "suppressed"),
        )
    ]
    return make_chart("bars", rows, value_label="percentage points")


def slope() -> Chart:
    """Five districts under three definitions; of one a rate is hidden, so that nobody has a place there."""
    rows = [
        {"stage": stage, "series": series, "role": role, "value": place, "amount": amount, "status": "reported"}
        for stage, places in (("Exampleshire", (1, 2, 3)), ("Section 13, our reading", (1, 3, 2)))
        for (series, role, amount), place in zip(
            (("Port Example", "other", 38.1), ("Bournemouth, Christchurch and Poole with more", "focus", 29.0),
             ("Example Vale", "focus", 21.0)), places, strict=True,
        )
    ]  # fmt: skip
    rows += [
        {
            "stage": "Broad",
            "series": series,
            "role": "other",
            "value": None,
            "amount": None,
            "status": "suppressed",
        }
        for series in ("Port Example", "Bournemouth, Christchurch and Poole with more", "Example Vale")
    ]
    return make_chart("slope", rows)


def funnel() -> Chart:
    """Five places by size, one far above what chance allows, one of which the limits are hidden."""
    rows = []
    for n, (value, position) in enumerate(
        ((31.0, "within"), (67.2, "high_998"), (24.0, "low_95"), (33.0, "within"))
    ):
        reach = 9.0 - n
        limits = {
            "lower95": 32 - reach,
            "upper95": 32 + reach,
            "lower998": 32 - 2 * reach,
            "upper998": 32 + 2 * reach,
        }
        rows.append({"label": f"X0{n}", "size": 8000.0 + 1500 * n, "value": value, "centre": 32.0, **limits,
                     "position": position, "status": "reported"})  # fmt: skip
    none = dict.fromkeys(("value", "centre", "lower95", "upper95", "lower998", "upper998"))
    rows.append({"label": "X09", "size": 9000.0, **none, "position": "", "status": "suppressed"})
    return make_chart("funnel", rows)


def lorenz() -> Chart:
    """Four places, of which one holds half."""
    rows = [
        {"label": f"X0{n}", "part": part, "value": held, "status": "reported"}
        for n, (part, held) in enumerate(((25.0, 50.0), (50.0, 75.0), (75.0, 90.0), (100.0, 100.0)))
    ]
    return make_chart("lorenz", rows, value_label="offences", decimals=0)


def pyramid() -> Chart:
    """Ages back to back, one bar hidden."""
    rows = [
        {"label": band, "role": role, "side": side, "value": value, "status": status}
        for band, both in (
            ("16-17", ((265, "reported"), (1185, "reported"))), ("18-24", ((1209, "reported"), (2436, "reported"))),
            ("75+", ((None, "suppressed"), (349, "reported"))),
        )
        for (role, side), (value, status) in zip(
            (("domestic", "Domestic"), ("non_domestic", "Not domestic")), both, strict=True
        )
    ]  # fmt: skip
    return make_chart("pyramid", rows, value_label="offences", decimals=0)


def spine() -> Chart:
    """Three measures, each on a scale of its own, one of them hidden."""
    rows = [
        {"label": label, "value": value, "lowest": low, "highest": high, "middle": middle, "text": text,
         "other_text": other, "status": status}
        for label, value, low, high, middle, text, other, status in (
            ("Children in need", 356.0, 250.0, 540.0, 330.0, "356", "330", "reported"),
            ("Stalking, harassment and malicious communications", 1.2, 1.1, 1.9, 1.3, "1.2%", "1.3%", "reported"),
            ("Homicide", None, None, None, 0.9, "", "0.9", "suppressed"),
        )
    ]  # fmt: skip
    return make_chart("spine", rows)


def multiples() -> Chart:
    """Four districts and the area behind them, parted by a rule; one year hidden."""
    rows = [
        {
            "period": date(2019 + n, 4, 1), "series": series, "role": role,
            **interval(None if (series, n) == ("Example Vale", 2) else level + n, 1.0,
                       "suppressed" if (series, n) == ("Example Vale", 2) else "reported"),
        }
        for series, role, level in (
            ("Port Example", "focus", 41.0), ("Bournemouth, Christchurch and Poole with more", "focus", 25.0),
            ("Example Vale", "focus", 19.0), ("Example Forest", "focus", 22.0), ("Exampleshire", "comparator", 30.0),
        )
        for n in range(5)
    ]  # fmt: skip
    return make_chart("multiples", rows, breaks=(Break(date(2020, 4, 1), None, "April 2020: a rule"),))


def control() -> Chart:
    """Two years of months in two stretches: signals, a hidden month, months left out and months not yet judged."""
    rows = []
    for n in range(24):
        is_judged = n < 6 or 12 <= n < 20
        limits = {"centre": 3.0, "lower_limit": 2.4, "upper_limit": 3.6} if is_judged else {}
        value = None if n == 4 else 4.1 if n == 15 else round(3 + 0.1 * (n % 5), 2)
        rows.append(
            {
                "period": date(2019 + (3 + n) // 12, (3 + n) % 12 + 1, 1), "series": "Exampleshire", "value": value,
                "lower": None, "upper": None, "centre": None, "lower_limit": None, "upper_limit": None, **limits,
                "is_signal": n == 15, "is_left_out": 6 <= n < 12, "status": "suppressed" if n == 4 else "reported",
            }
        )  # fmt: skip
    breaks = (
        Break(date(2019, 10, 1), date(2020, 3, 31), "Months left out"),
        Break(date(2020, 12, 1), None, "December 2020: a rule"),
    )
    return make_chart("control", rows, breaks=breaks, decimals=2)


def waterfall() -> Chart:
    """From a reference down to the area's own share."""
    rows = [
        {"label": label, "role": role, "value": value, "lower": low, "upper": high, "status": "reported"}
        for label, role, value, low, high in (
            ("Example Country", "level", 30.0, None, None),
            ("Another mix of offences", "step", 0.32, -0.11, 0.74),
            ("Other shares within: Stalking and harassment", "step", -0.85, -1.43, -0.27),
            ("Exampleshire", "level", 29.47, None, None),
        )
    ]
    return make_chart("waterfall", rows, value_label="%")


def many_dots() -> Chart:
    """As many districts as an area can have."""
    rows = [
        {"label": f"District {n:02d} of Exampleshire", "role": "other", **interval(20 + n)} for n in range(25)
    ]
    return make_chart("ranked_dots", rows, reference=30.0, reference_label="Average")


def share_dots() -> Chart:
    """Shares that are domestic, some with a benchmark."""
    rows = [
        {"label": label, **interval(value, 2), "benchmark": mark, "benchmark_label": "England and Wales"}
        for label, value, mark in (
            ("Rape", 29.0, 30.1),
            ("Stalking", 52.5, None),
            ("Public order", 9.0, 10.2),
        )
    ]
    rows.append(
        {"label": "Homicide", **interval(None, status="suppressed"), "benchmark": 21.0, "benchmark_label": ""}
    )
    return make_chart("share_dots", rows, value_label="%")


def definition_bars() -> Chart:
    """Definitions of serious violence, with and without a bound."""
    rows = [
        {"label": label, "value": value, "upper_bound": bound, "is_local": is_local, "status": status}
        for label, value, bound, is_local, status in (
            ("Narrow", 2810, 3120, False, "reported"),
            ("Our definition: under 25, in public space", 4100, 5950, True, "reported"),
            ("Broad", 22410, 22410, False, "reported"),
            ("No flags", None, 1310, False, "not_available"),
            ("Hidden", None, None, False, "suppressed"),
        )
    ]
    return make_chart("definition_bars", rows, value_label="offences", decimals=0)


def bars() -> Chart:
    """Reasons for suspension."""
    rows = [
        {"label": label, "role": role, **interval(value, 0.8)}
        for label, role, value in (
            ("Assault", "focus", 18.4),
            ("Disruption", "other", 31.2),
            ("Bullying", "other", 1.2),
        )
    ]
    rows.append({"label": "Sexual misconduct", "role": "other", **interval(None, status="suppressed")})
    return make_chart("bars", rows, value_label="%")


def stacked_bars() -> Chart:
    """Bars of 100%, one with two parts hidden."""
    rows = []
    for group, shares in {"All ages": (33.0, 58.0, 9.0), "Under 16": (None, 70.0, None)}.items():
        for (label, role), share in zip(
            (("Domestic abuse", "domestic"), ("Not domestic", "non_domestic"), ("Not known", "not_known")),
            shares,
            strict=True,
        ):
            status = "suppressed" if share is None else "reported"
            rows.append({"group": group, "label": label, "role": role, **interval(share, 1, status)})
    return make_chart("bars", rows, value_label="%")


def choropleth(columns: int = 8) -> Chart:
    """A field of squares within two districts, one suppressed and one missing."""
    rows = []
    for n in range(columns * columns):
        west, south = 2 + (n % columns) * 0.01, 55 + (n // columns) * 0.01
        status = {3: "suppressed", 10: "not_available"}.get(n, "reported")
        rows.append({
            "area_code": f"X0200{n:04d}", "label": f"Port Example {n:03d}", "status": status,
            "value": None if status != "reported" else round(5 + (n * 37 % 64) * 0.7, 1),
            "geometry": box(west, south, west + 0.01, south + 0.01),
        })  # fmt: skip
    middle, edge = 2 + columns * 0.005, 2 + columns * 0.01
    halves = [box(2, 55, middle, 55 + columns * 0.01), box(middle, 55, edge, 55 + columns * 0.01)]
    outline = gpd.GeoDataFrame({"label": ["Port Example", "Upper Example"]}, geometry=halves, crs="EPSG:4326")
    return make_chart("choropleth", rows, outline=outline)


def heat_map() -> Chart:
    """A week of hours, one suppressed and one missing."""
    rows = []
    for place, day in enumerate(DAYS):
        for hour in range(24):
            status = {(2, 4): "suppressed", (3, 5): "not_available"}.get((place, hour), "reported")
            value = None if status != "reported" else 10 + place * 24 + hour
            rows.append({"day": day, "hour": hour, "value": value, "status": status})
    return make_chart("heat_map", rows, value_label="offences", decimals=0)


def hundred_squares() -> Chart:
    """Of every hundred offences, how many are domestic."""
    rows = [
        {"label": label, "role": role, "value": value, "status": "reported"}
        for label, role, value in (
            ("domestic abuse", "domestic", 34),
            ("not domestic", "non_domestic", 57),
            ("not known", "not_known", 9),
        )
    ]
    return make_chart("hundred_squares", rows, value_label="of every 100 violent offences", decimals=0)


EXAMPLES = {
    example.__name__: example
    for example in (
        trend, yearly_trend, ranked_dots, bounded_dots, many_dots, bars_below_zero, slope, waterfall, control,
        funnel, lorenz, pyramid, spine, multiples,
        share_dots,
        definition_bars, bars, stacked_bars,
        choropleth, heat_map, hundred_squares,
    )
}  # fmt: skip
INTERACTIVE = (
    "trend",
    "yearly_trend",
    "ranked_dots",
    "bounded_dots",
    "many_dots",
    "share_dots",
    "choropleth",
    "heat_map",
)


def hide_all(chart: Chart, status: str) -> Chart:
    """The same chart with nothing reported."""
    frame = chart.frame.copy()
    for column in ("value", "lower", "upper", "upper_bound", "benchmark", "lowest", "highest", "amount"):
        if column in frame:
            frame[column] = None
    return replace(chart, frame=frame.assign(status=status))


def leave_behind(chart: Chart) -> Chart:
    """The same chart with numbers left in the rows that are not reported."""
    frame = chart.frame.copy()
    for column in ("value", "lower", "upper", "lowest", "highest", "amount", "lower95", "upper95"):
        if column in frame:
            numbers = frame[column].astype("float64")
            frame[column] = numbers.where(frame["status"].eq("reported"), LEFT_BEHIND)
    if "upper_bound" in frame:
        frame.loc[frame["status"].eq("suppressed"), "upper_bound"] = LEFT_BEHIND
    return replace(chart, frame=frame)


def read_svg(svg: str) -> ElementTree.Element:
    """The SVG as a tree."""
    return ElementTree.fromstring(svg)


def find_named(svg: str, name: str) -> list[ElementTree.Element]:
    """The elements whose id, without the chart's prefix, matches a pattern, in order."""
    pattern = re.compile(r"[^-]+-" + name)
    return [element for element in read_svg(svg).iter() if pattern.fullmatch(element.get("id", ""))]


def find_places(element: ElementTree.Element) -> list[tuple[float, float]]:
    """Where an element's markers stand, or the corners of its path."""
    uses = [(float(use.get("x", "")), float(use.get("y", ""))) for use in element.iter(f"{SVG}use")]
    if uses:
        return uses
    numbers = [
        float(n) for n in re.findall(r"-?\d+(?:\.\d+)?", next(element.iter(f"{SVG}path")).get("d", ""))
    ]
    return list(zip(numbers[::2], numbers[1::2], strict=True))


def read_texts(svg: str) -> list[str]:
    """The texts drawn, one a line of type."""
    return ["".join(element.itertext()) for element in read_svg(svg).iter(f"{SVG}text")]
