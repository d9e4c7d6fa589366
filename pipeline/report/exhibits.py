"""From an exhibit's row in yearly.yml and the published cells to an exhibit, or to a note on what is missing."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from pipeline.report.numbers import (
    NOT_AVAILABLE,
    SPLIT_LABELS,
    SUPPRESSED,
    format_date,
    period_label,
)
from pipeline.report.published import Indicator, Reading, records
from pipeline.report.selection import (
    Context,
    any_reported,
    has_rows,
    in_first_period_type,
    in_period,
    latest_period,
    select,
    year_earlier,
)
from pipeline.report.sentences import (
    Sentence,
    compare,
    figure,
    number,
    plain,
    range_finding,
    rule_changes,
    say,
    too_few,
    trend_finding,
)
from pipeline.report.specs import YEARS, ExhibitSpec
from pipeline.report.tables import (
    Cell,
    Column,
    Table,
    count,
    published_cell,
    readings_table,
    sentence_case,
    series_table,
    words,
)

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

    from pipeline.report.charts.spec import Chart

MEASURE_SECTION = "quality"


@dataclass(frozen=True)
class Exhibit:
    """A finding, what it is measured by, a chart where there is one, and its table."""

    id: str
    kind: str
    title: Sentence
    subtitle: str
    table: Table
    chart: Chart | None = None
    alt_text: str = ""
    how_to_read: str = ""
    source: str = ""
    caveat: str = ""
    notes: tuple[str, ...] = ()
    readings: tuple[Reading, ...] = field(default=(), repr=False)
    number: str = ""

    @property
    def csv_name(self) -> str:
        return f"{self.id}.csv"


@dataclass(frozen=True)
class Gap:
    """An exhibit that could not be drawn: what it would have shown, why not, and what to ask for."""

    id: str
    name: str
    reason: str
    ask: str


def build_exhibit(spec: ExhibitSpec, context: Context, how_to_read: str) -> Exhibit | Gap | None:
    """The exhibit; a Gap where no figure of it is reported; None where the area does not answer for it."""
    answered = [name for name in spec.indicators if has_rows(context, name) and name in context.published.indicators]
    if not answered:
        return None
    built = BUILDERS[spec.kind](spec, context, tuple(answered))
    if built is None:
        return None if spec.is_optional else _gap(spec, context, answered)
    first = built.readings[0]
    indicator = context.published.indicators[first.indicator_id]
    title = plain(built.title)
    from dataclasses import replace

    return replace(
        built,
        how_to_read=how_to_read,
        caveat=" ".join(dict.fromkeys(filter(None, (_proxy_note(indicator), indicator.caveat)))),
        source=source_line(context, built.readings),
        alt_text=built.chart.alt_text if built.chart is not None else title,
    )


def source_line(context: Context, shown: Sequence[Reading]) -> str:
    """Publishers and titles of the sources, the date the data reach, and whether anything is missing."""
    ids: list[str] = []
    for name in dict.fromkeys(reading.indicator_id for reading in shown):
        ids += context.published.indicators[name].source_ids
    rows = [context.sources[source] for source in dict.fromkeys(ids) if source in context.sources]
    titles = []
    for row in rows:
        publisher = f"{row['publisher']}, " if row["publisher"] else ""
        titles.append(f"{publisher}{row['title']}")
    ends = [reading.period_end for reading in shown if reading.is_reported]
    parts = [f"Source: {'; '.join(dict.fromkeys(titles)) or 'see methods'}"]
    if ends:
        parts.append(f"data to {format_date(max(ends))}")
    gaps = [row["gap_note"] or "with gaps" for row in rows if row["status"] == "gaps"]
    parts.append("; ".join(dict.fromkeys(gaps)) if gaps else "complete")
    if any(reading.is_population_estimated for reading in shown):
        parts.append("some populations estimated")
    return " · ".join(parts)


def ask_for(context: Context, indicator: Indicator) -> str:
    """What to ask whom for so that an indicator could be measured."""
    asks = [context.sources[source]["ask"] for source in indicator.source_ids if source in context.sources]
    return " ".join(dict.fromkeys(str(ask) for ask in asks if ask))


def _proxy_note(indicator: Indicator) -> str:
    return "A proxy: it stands in for something that the source does not record." if indicator.is_proxy else ""


def _gap(spec: ExhibitSpec, context: Context, answered: Sequence[str]) -> Gap:
    indicator = context.published.indicators[answered[0]]
    cells = [
        reading
        for place in spec.places
        for reading in select(context, answered[0], place=place, breakdown=spec.breakdown, splits=spec.splits)
    ] or select(context, answered[0])
    hidden = [reading for reading in cells if not reading.is_reported]
    # Where some is hidden and some missing, missing is what can be asked for.
    order = {NOT_AVAILABLE: 0, SUPPRESSED: 1}
    hidden.sort(key=lambda reading: order.get(reading.value_status, 2))
    reason = next((reading.status_reason for reading in hidden if reading.status_reason), "")
    ask = ask_for(context, indicator) if not hidden or hidden[0].value_status == NOT_AVAILABLE else ""
    return Gap(spec.exhibit, spec.name or indicator.title, reason or "No figure is published for this area.", ask)


# --- what the kinds share


def _name(spec: ExhibitSpec, indicator: Indicator) -> str:
    return spec.name or indicator.title


def _subtitle(indicator: Indicator, where: str, when: str, is_count: bool = False) -> str:
    if is_count:
        measure = f"Number of {indicator.numerator_label or 'offences'}"
    elif indicator.unit == "%":
        of = f" of {indicator.denominator_label}" if indicator.denominator_label else ""
        measure = f"{indicator.title}, per cent{of}"
    elif indicator.kind == "count":
        measure = f"{indicator.title}, number"
    else:
        measure = f"{indicator.title}, {indicator.unit}"
    return " · ".join(part for part in (measure, where, when) if part)


def _period_of(reading: Reading) -> str:
    return period_label(reading.period_type, reading.period_start, reading.period_end)


def _span(rows: Sequence[Reading]) -> str:
    first = min(rows, key=lambda reading: reading.period_start)
    last = max(rows, key=lambda reading: reading.period_end)
    if first.period_start == last.period_start:
        return _period_of(first)
    one, other = _period_of(first), _period_of(last)
    return f"{one} to {other}" if " to " not in one else f"{one.split(' to ')[0]} {first.period_start.year} to " \
        f"{other.split(' to ')[1]}"  # fmt: skip


def _frame(rows: Sequence[dict[str, Any]]) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame(list(rows))


def _numbers(reading: Reading, field_name: str = "value") -> dict[str, Any]:
    is_value = field_name == "value"
    return {
        "value": getattr(reading, field_name),
        "lower": reading.lower95 if is_value else None,
        "upper": reading.upper95 if is_value else None,
        "status": reading.value_status,
    }


def _chart(
    spec: ExhibitSpec, context: Context, kind: str, frame: pd.DataFrame, title: Sentence, subtitle: str,
    indicator: Indicator, shown: Sequence[Reading], **more: Any,
) -> Chart:  # fmt: skip
    from pipeline.report.charts.spec import Chart

    is_count = spec.field == "numerator"
    label = (indicator.numerator_label or "offences") if is_count else indicator.unit
    return Chart(
        kind=kind,
        frame=frame,
        title=plain(title),
        subtitle=subtitle,
        value_label=label,
        alt_text=_alt_text(kind, title, subtitle, shown),
        is_synthetic=context.settings.assessment.is_synthetic,
        decimals=0 if is_count else indicator.decimals,
        **more,
    )


CHART_WORDS = {
    "trend": "Line chart",
    "ranked_dots": "Dot plot with intervals, sorted by value",
    "share_dots": "Dot plot of shares with intervals and a benchmark",
    "definition_bars": "Bar chart of definitions",
    "bars": "Bar chart with intervals",
    "choropleth": "Map in five classes",
    "heat_map": "Grid of days and hours, darker for more",
    "hundred_squares": "A hundred squares, coloured by share",
}


def _alt_text(kind: str, title: Sentence, subtitle: str, shown: Sequence[Reading]) -> str:
    hidden = too_few(shown)
    missing = sum(reading.value_status == NOT_AVAILABLE for reading in shown)
    parts = [f"{CHART_WORDS[kind]}. {plain(title)}. {subtitle}."]
    if hidden:
        parts.append(f"{hidden} {'figure is' if hidden == 1 else 'figures are'} too few to report.")
    if missing:
        parts.append(f"{missing} {'figure is' if missing == 1 else 'figures are'} not available.")
    parts.append("The table holds every figure.")
    return " ".join(parts)


def _descending(rows: Sequence[tuple[str, Reading]]) -> list[tuple[str, Reading]]:
    return sorted(rows, key=lambda row: (row[1].value is None, -(row[1].value or 0), row[0]))


def _first_number(text: str) -> int:
    found = re.search(r"\d+", text)
    return int(found.group()) if found else 999


# --- over time


def build_trend(spec: ExhibitSpec, context: Context, indicators: tuple[str, ...]) -> Exhibit | None:
    """A line for each split, or for the area beside its comparators, with breaks, shading and gaps."""
    for name in indicators:
        indicator = context.published.indicators[name]
        cells = [
            reading
            for place in spec.places
            for reading in select(context, name, place=place, splits=spec.splits, breakdown=spec.breakdown)
        ]
        main = [reading for reading in cells if reading.area_code == context.focus] or cells
        main = in_first_period_type(main, spec.periods)
        if any_reported(main):
            break
    else:
        return None
    period_type = main[0].period_type
    cells = [reading for reading in cells if reading.period_type == period_type]
    groups: dict[tuple[str, str, str], list[Reading]] = {}
    for reading in cells:
        groups.setdefault((reading.area_code, reading.split, reading.breakdown_value), []).append(reading)
    notes: list[str] = []
    series: list[tuple[str, str, list[Reading]]] = []
    for (area, split, part), rows in groups.items():
        if not any_reported(rows):
            reason = next((reading.status_reason for reading in rows if reading.status_reason), "")
            label = part or (SPLIT_LABELS[split] if split != "all" else context.name_of(area))
            notes.append(f"{label} is not shown: {reason or 'no figure is published.'}")
            continue
        series.append((*_series_label(spec, context, area, split, part), sorted(rows, key=lambda r: r.period_start)))
    if len({reason.split(": ", 1)[1] for reason in notes}) == 1 and len(notes) > 1:
        names = [note.split(" is not shown")[0] for note in notes]
        notes = [f"{', '.join(names[:-1])} and {names[-1]} are not shown: {notes[0].split(': ', 1)[1]}"]
    order = ["total", "domestic", "non_domestic", "not_known", "other", "comparator"]
    series.sort(key=lambda item: (order.index(item[1]), item[0]))

    lead = series[0][2]
    latest = max((reading for reading in lead if reading.is_reported), key=lambda reading: reading.period_end)
    shown = [reading for _, _, rows in series for reading in rows]
    title = _trend_title(spec, context, indicator, series, latest)
    is_count = spec.field == "numerator"
    where = context.place_name if lead[0].area_code == context.focus else context.name_of(lead[0].area_code)
    subtitle = _subtitle(indicator, where, _span(shown), is_count)
    frame = _frame(
        [
            {"period": reading.period_start, "period_label": _period_of(reading), "series": label, "role": role,
             **_numbers(reading, spec.field)}
            for label, role, rows in series
            for reading in rows
        ]
    )  # fmt: skip
    periods = sorted({(reading.period_start, reading.period_end): reading for reading in shown}.values(),
                     key=lambda reading: reading.period_start)  # fmt: skip
    table = series_table(
        periods,
        [(label, {reading.period_start: reading for reading in rows}, spec.field, indicator)
         for label, _, rows in series],
        any(reading.lower95 is not None for reading in shown),
    )  # fmt: skip
    from pipeline.report.charts.spec import Break

    first, last = periods[0].period_start, periods[-1].period_end
    breaks = tuple(
        Break(row["start_date"], row["end_date"], str(row["label"]))
        for row in context.breaks_of(indicator.series_family)
        if row["start_date"] <= last and (row["end_date"] or row["start_date"]) > first
    )
    missing = [reading for reading in lead if reading.value_status == NOT_AVAILABLE]
    if missing:
        listed = ", ".join(_period_of(reading) for reading in missing[:4]) + (" and more" if len(missing) > 4 else "")
        notes.append(f"No figure for {listed}: {missing[0].status_reason or 'it never arrived.'}")
    chart = _chart(spec, context, "trend", frame, title, subtitle, indicator, shown, breaks=breaks)
    return Exhibit(spec.exhibit, spec.kind, title, subtitle, table, chart, notes=tuple(notes),
                   readings=tuple(shown))  # fmt: skip


def _series_label(spec: ExhibitSpec, context: Context, area: str, split: str, part: str) -> tuple[str, str]:
    if part:
        return part, "other"
    if len(spec.splits) > 1:
        return SPLIT_LABELS[split], "total" if split == "all" else split
    name = context.name_of(area)
    if area == context.focus:
        return name, split if split in ("domestic", "non_domestic") else "total"
    return name, "other" if area in context.settings.assessment.area.districts else "comparator"


def _trend_title(
    spec: ExhibitSpec,
    context: Context,
    indicator: Indicator,
    series: Sequence[tuple[str, str, list[Reading]]],
    latest: Reading,
) -> Sentence:
    name = _name(spec, indicator)
    breaks = context.breaks_of(indicator.series_family)
    years = select(context, latest.indicator_id, splits=("all", "domestic"), period_types=YEARS)
    newest = latest_period([reading for reading in years if reading.split == "all"])
    by_split = {reading.split: reading for reading in in_period(years, newest)} if newest else {}
    if spec.field == "numerator" and {"domestic", "all"} <= set(spec.splits) and "domestic" in by_split:
        total, domestic = by_split["all"], by_split["domestic"]
        if domestic.is_reported and domestic.numerator is not None and total.numerator is not None:
            return say(number(domestic, "numerator", indicator), " of ", number(total, "numerator", indicator),
                       f" {indicator.numerator_label or 'offences'} in {_period_of(total)} were recorded as domestic")  # fmt: skip
    if spec.field == "numerator":
        whole = by_split.get("all", latest)
        if whole.numerator is None:
            whole = latest
        return say(number(whole, "numerator", indicator), f" {indicator.numerator_label or 'offences'} were recorded "
                   f"in {_period_of(whole)}")  # fmt: skip
    return trend_finding(indicator, name, latest, year_earlier(series[0][2], latest), breaks)


# --- places


def _by_place(
    spec: ExhibitSpec, context: Context, indicators: Sequence[str], place: str
) -> tuple[Indicator, list[Reading]] | None:
    for name in indicators:
        cells = in_first_period_type(select(context, name, place=place, splits=spec.splits), spec.periods)
        period = latest_period(cells)
        if period is not None:
            return context.published.indicators[name], in_period(cells, period)
    return None


def build_places(spec: ExhibitSpec, context: Context, indicators: tuple[str, ...]) -> Exhibit | None:
    """Districts by value with their intervals, the area as a line, larger places as comparators."""
    found = _by_place(spec, context, indicators, "districts")
    if found is None:
        return None
    indicator, cells = found
    one = next(reading for reading in cells if reading.is_reported)

    def beside(place: str) -> list[Reading]:
        return [
            reading
            for reading in select(context, indicator.indicator_id, place=place, splits=spec.splits,
                                  period_types=(one.period_type,))
            if reading.period_start == one.period_start and reading.is_reported
        ]  # fmt: skip

    rows = _descending([(context.name_of(reading.area_code), reading) for reading in cells])
    whole = beside("focus")
    others = [(context.name_of(reading.area_code), reading) for reading in beside("comparators")]
    extra = [(context.place_name, reading) for reading in whole]
    title = range_finding(indicator, _name(spec, indicator), rows, "districts")
    if whole:
        higher = [label for label, reading in rows if reading.is_reported and compare(reading, whole[0]) == "higher than"]
        if higher and len(higher) <= 2 and "ranged" in plain(title):
            title = say(title, f"; {' and '.join(higher)} stood above {context.place_name} as a whole")
    subtitle = _subtitle(indicator, f"districts of {context.place_name}", _period_of(one))
    shown = [*(reading for _, reading in rows), *whole, *(reading for _, reading in others)]
    roles = [(label, reading, "other") for label, reading in rows]
    roles += [(label, reading, "focus") for label, reading in extra]
    roles += [(label, reading, "comparator") for label, reading in others]
    ordered = sorted(roles, key=lambda row: (row[1].value is None, -(row[1].value or 0), row[0]))
    frame = _frame([{"label": label, "role": role, **_numbers(reading)} for label, reading, role in ordered])
    chart = _chart(
        spec, context, "ranked_dots", frame, title, subtitle, indicator, shown,
        reference=whole[0].value if whole else None, reference_label=context.place_name if whole else "",
    )  # fmt: skip
    table_rows = [*rows, *extra, *others]
    table = readings_table("Area", table_rows, indicator, bold=[len(rows)] if extra else [])
    return Exhibit(spec.exhibit, spec.kind, title, subtitle, table, chart, readings=tuple(shown))


def build_map(spec: ExhibitSpec, context: Context, indicators: tuple[str, ...]) -> Exhibit | None:
    """A map of the latest period in five classes, with districts outlined where neighbourhoods are drawn."""
    place = "neighbourhoods" if "neighbourhoods" in spec.places else "districts"
    found = _by_place(spec, context, indicators, place)
    if found is None:
        return None
    indicator, cells = found
    shapes = area_shapes(context)
    cells = [reading for reading in cells if reading.area_code in shapes]
    if not any_reported(cells):
        return None
    one = next(reading for reading in cells if reading.is_reported)
    rows = _descending([(context.name_of(reading.area_code), reading) for reading in cells])
    things = "neighbourhoods" if place == "neighbourhoods" else "districts"
    title = range_finding(indicator, _name(spec, indicator), rows, things)
    hidden = too_few(cells)
    notes = [f"{hidden} of {len(cells)} {things} are too few to report."] if hidden else []
    subtitle = _subtitle(indicator, f"{things} of {context.place_name}", _period_of(one))
    frame = _geo_frame(
        [
            {"area_code": reading.area_code, "label": label, **_numbers(reading),
             "geometry": shapes[reading.area_code]}
            for label, reading in rows
        ]
    )  # fmt: skip
    outline = None
    if place == "neighbourhoods":
        districts = [code for code in context.settings.assessment.area.districts if code in shapes]
        if districts:
            outline = _geo_frame(
                [{"area_code": code, "label": context.name_of(code), "geometry": shapes[code]} for code in districts]
            )
    chart = _chart(spec, context, "choropleth", frame, title, subtitle, indicator, cells, outline=outline)
    table = readings_table("Area", rows, indicator)
    return Exhibit(spec.exhibit, spec.kind, title, subtitle, table, chart, notes=tuple(notes),
                   readings=tuple(cells))  # fmt: skip


def area_shapes(context: Context) -> dict[str, Any]:
    """The published geometry of each area that has one."""
    import shapely

    table = context.published.tables["areas"]
    known = table[table["geometry_wkb"].notna()]
    return dict(zip(known["area_code"], shapely.from_wkb(known["geometry_wkb"].tolist()), strict=True))


def _geo_frame(rows: Sequence[dict[str, Any]]) -> gpd.GeoDataFrame:
    import geopandas as gpd

    return gpd.GeoDataFrame(list(rows), geometry="geometry", crs="EPSG:4326")


# --- parts of a whole


def build_parts(spec: ExhibitSpec, context: Context, indicators: tuple[str, ...]) -> Exhibit | None:
    """The values of a breakdown or of two splits in the latest period: bars, or dots beside a benchmark."""
    for name in indicators:
        indicator = context.published.indicators[name]
        cells = select(context, name, breakdown=spec.breakdown, splits=spec.splits)
        cells = in_first_period_type(cells, spec.periods)
        period = latest_period(cells)
        if period is not None:
            break
    else:
        return None
    cells = in_period(cells, period)
    benchmarks = benchmarks_of(context, indicator.indicator_id, spec.breakdown, period[1])
    is_ordered = spec.breakdown == "age_band"

    def label_of(reading: Reading) -> str:
        if spec.breakdown == "none":
            return SPLIT_LABELS[reading.split]
        return SEXES.get(reading.breakdown_value, reading.breakdown_value)

    rows = [(label_of(reading), reading) for reading in cells]
    rows = sorted(rows, key=lambda row: _first_number(row[0])) if is_ordered else _descending(rows)
    things = {"sex": "women and men", "age_band": "age groups", "none": "groups"}.get(spec.breakdown, "groups")
    place = {"age_band": "at ages", "sex": "among"}.get(spec.breakdown, "for")
    spoken = [(_spoken(label, spec.breakdown), reading) for label, reading in rows]
    title = range_finding(indicator, _name(spec, indicator), [row for row in spoken if row[1].split == spec.splits[0]
                          or spec.breakdown == "none"], things, place)  # fmt: skip
    subtitle = _subtitle(indicator, context.place_name, _period_of(cells[0]))
    extra: list[tuple[Column, list[Cell]]] = []
    notes: list[str] = []
    if benchmarks:
        frame = _frame(
            [
                {"label": label, "benchmark": (benchmarks.get(reading.breakdown_value) or {}).get("value"),
                 "benchmark_label": _benchmark_label(benchmarks.get(reading.breakdown_value)), **_numbers(reading)}
                for label, reading in rows
            ]
        )  # fmt: skip
        kind = "share_dots"
        extra = [
            (Column("Benchmark (%)" if indicator.unit == "%" else "Benchmark", True),
             [_benchmark_cell(benchmarks.get(reading.breakdown_value), indicator) for _, reading in rows]),
            (Column("Benchmark of"), [words(_benchmark_label(benchmarks.get(r.breakdown_value)) or "none") for _, r in rows]),
        ]  # fmt: skip
    else:
        kind = "bars"
        has_groups = len(spec.splits) > 1 and spec.breakdown != "none"
        frame = _frame(
            [
                {"label": label, "role": _bar_role(reading, indicator),
                 **({"group": SPLIT_LABELS[reading.split]} if has_groups else {}), **_numbers(reading)}
                for label, reading in rows
            ]
        )  # fmt: skip
        if has_groups:
            extra = [(Column("Split"), [words(SPLIT_LABELS[reading.split]) for _, reading in rows])]
    chart = _chart(spec, context, kind, frame, title, subtitle, indicator, cells)
    heading = sentence_case(spec.breakdown.replace("_", " ")) if spec.breakdown != "none" else "Group"
    table = readings_table(heading, rows, indicator, extra=extra)
    return Exhibit(spec.exhibit, spec.kind, title, subtitle, table, chart, notes=tuple(notes),
                   readings=tuple(cells))  # fmt: skip


SEXES = {"F": "Women and girls", "M": "Men and boys", "U": "Sex not recorded"}


def _spoken(label: str, breakdown: str) -> str:
    if breakdown == "age_band":
        return label.replace("-", " to ").replace("+", " and over")
    # A label becomes part of a sentence: only an ordinary word loses its capital.
    is_word = len(label) > 1 and label[0].isupper() and label[1].islower()
    return label[0].lower() + label[1:] if is_word else label


def _bar_role(reading: Reading, indicator: Indicator) -> str:
    if reading.split in ("domestic", "non_domestic", "not_known"):
        return reading.split
    return "domestic" if indicator.indicator_id.startswith("domestic_") and indicator.unit == "%" else "total"


def benchmarks_of(context: Context, indicator_id: str, breakdown: str, day: date) -> dict[str, dict[str, Any]]:
    """The benchmark of each breakdown value whose period is nearest to a date."""
    best: dict[str, dict[str, Any]] = {}
    rows = [
        row
        for row in records(context.published.tables["benchmarks"])
        if row["indicator_id"] == indicator_id and (row["breakdown"] or "none") == breakdown and row["value"] is not None
    ]
    for row in sorted(rows, key=lambda row: (abs(_year_in(row["period_label"]) - day.year), str(row["period_label"]))):
        best.setdefault(str(row["breakdown_value"] or ""), row)
    return best


def _year_in(text: object) -> int:
    years = re.findall(r"(?:19|20)\d\d", str(text))
    return int(years[-1]) if years else 0


def _benchmark_label(row: dict[str, Any] | None) -> str:
    return f"{row['geography']}, {row['period_label']}" if row else ""


def _benchmark_cell(row: dict[str, Any] | None, indicator: Indicator) -> Cell:
    if row is None:
        return count(None)
    from pipeline.report.numbers import format_value

    return Cell(format_value(row["value"], indicator.decimals, indicator.unit), float(row["value"]), indicator.decimals)


# --- several measures side by side


def build_measures(spec: ExhibitSpec, context: Context, indicators: tuple[str, ...]) -> Exhibit | None:
    """The latest figure of several indicators for the area: dots with intervals, and the year before in the table."""
    rows: list[tuple[str, Reading, Reading | None]] = []
    units: dict[str, int] = {}
    for name in indicators:
        indicator = context.published.indicators[name]
        cells = in_first_period_type(select(context, name, splits=spec.splits), spec.periods)
        period = latest_period(cells)
        if period is None:
            continue
        for reading in in_period(cells, period):
            label = indicator.title
            if len(spec.splits) > 1:
                label = f"{label}: {SPLIT_LABELS[reading.split].lower()}"
            rows.append((label, reading, year_earlier(cells, reading)))
            units[indicator.unit] = units.get(indicator.unit, 0) + 1
    if not rows:
        return None
    # One scale a chart: the unit most of them share. The table has them all.
    unit = max(units, key=lambda name: units[name])
    same = [row for row in rows if context.published.indicators[row[1].indicator_id].unit == unit]
    same = sorted(same, key=lambda row: (row[1].value is None, -(row[1].value or 0), row[0]))
    rest = [row for row in rows if row not in same]
    indicator = context.published.indicators[same[0][1].indicator_id]
    shown = [reading for _, reading, _ in [*same, *rest]]
    high = same[0][1]
    name = spec.name or "These measures"
    if len(same) > 1 and same[-1][1].is_reported and high.is_reported:
        last = same[-1]
        title = say(f"{name} ranged from ", figure(last[1], context.published.indicators[last[1].indicator_id], False),
                    f" ({_spoken(last[0], '')}) to ", figure(high, indicator), f" ({_spoken(same[0][0], '')}) in ",
                    _period_of(high))  # fmt: skip
    else:
        title = say(same[0][0], " stood at ", figure(high, indicator), f" in {_period_of(high)}")
    measure = "Per cent" if unit == "%" else sentence_case(unit)
    subtitle = f"{measure} · {context.place_name} · {_span([reading for _, reading, _ in same])}"
    frame = _frame([{"label": label, "role": "focus", **_numbers(reading)} for label, reading, _ in same])
    chart = _chart(spec, context, "ranked_dots", frame, title, subtitle, indicator, shown)
    table = _measures_table(context, [*same, *rest])
    notes = []
    if rest:
        notes.append(f"Measured in another unit, so in the table only: {', '.join(label for label, _, _ in rest)}.")
    return Exhibit(spec.exhibit, spec.kind, title, subtitle, table, chart, notes=tuple(notes),
                   readings=tuple(shown))  # fmt: skip


def _measures_table(context: Context, rows: Sequence[tuple[str, Reading, Reading | None]]) -> Table:
    body = []
    for label, reading, before in rows:
        indicator = context.published.indicators[reading.indicator_id]
        earlier = published_cell(before, "value", indicator) if before is not None else count(None)
        body.append(
            (words(label), words(indicator.unit if indicator.unit != "%" else "per cent"), words(_period_of(reading)),
             *(published_cell(reading, name, indicator) for name in ("numerator", "value", "lower95", "upper95")),
             earlier, words(_change_words(context, indicator, reading, before)))
        )  # fmt: skip
    columns = (Column("Measure"), Column("Unit"), Column("Period"), Column("Count", True), Column("Value", True),
               Column("95% interval from", True), Column("to", True), Column("Year before", True),
               Column("Compared with the year before"))  # fmt: skip
    return Table(columns, tuple(body))


def _change_words(context: Context, indicator: Indicator, reading: Reading, before: Reading | None) -> str:
    if before is None or not before.is_reported or not reading.is_reported:
        return "no comparison"
    if rule_changes(context.breaks_of(indicator.series_family), before, reading):
        return "recording changed"
    return {"higher than": "higher", "lower than": "lower", "similar to": "similar"}.get(compare(reading, before), "")


# --- definitions


def _lens_rows(context: Context) -> list[dict[str, Any]]:
    return sorted(records(context.published.tables["lenses"]), key=lambda row: (row["sort_order"] or 0, row["lens_id"]))


def _lens_cells(context: Context, indicator_id: str) -> dict[str, Reading]:
    if indicator_id not in context.published.indicators:
        return {}
    cells = in_first_period_type(select(context, indicator_id), YEARS)
    period = latest_period(cells)
    if period is None:
        ends = max((reading.period_end for reading in cells), default=None)
        return {reading.lens_id: reading for reading in cells if reading.period_end == ends}
    return {reading.lens_id: reading for reading in in_period(cells, period)}


def build_lens_bars(spec: ExhibitSpec, context: Context, indicators: tuple[str, ...]) -> Exhibit | None:
    """One bar a definition; where the count is not known, from what certainly to what may meet it."""
    counts = _lens_cells(context, "lens_offences")
    least = _lens_cells(context, "lens_offences_at_least")
    most = _lens_cells(context, "lens_offences_at_most")
    name = next((n for n in ("lens_offences", "lens_offences_at_least") if n in context.published.indicators), "")
    rows = []
    for lens in _lens_rows(context):
        key = lens["lens_id"]
        sure, low, high = counts.get(key), least.get(key), most.get(key)
        if sure is None and low is None:
            continue
        has_count = sure is not None and sure.is_reported
        reading = sure if has_count or low is None or not low.is_reported else low
        assert reading is not None
        rows.append((lens, reading, high if high is not None and high.is_reported and not has_count else None))
    if not name or not any(reading.is_reported for _, reading, _ in rows):
        return None
    rows.sort(key=lambda row: (row[1].value is None, row[1].value or 0))
    indicator = context.published.indicators[rows[0][1].indicator_id]
    shown = [reading for _, reading, _ in rows] + [high for _, _, high in rows if high is not None]
    title = _lens_title(context, rows)
    one = next(reading for _, reading, _ in rows if reading.is_reported)
    subtitle = f"Offences that meet each definition of serious violence · {context.place_name} · {_period_of(one)}"
    frame = _frame(
        [
            {"label": str(lens["short_title"] or lens["title"]), "is_local": bool(lens["is_local"]),
             "upper_bound": high.value if high is not None else None, **_numbers(reading)}
            for lens, reading, high in rows
        ]
    )  # fmt: skip
    chart = _chart(spec, context, "definition_bars", frame, title, subtitle, indicator, shown)
    has_bounds = any(high is not None for _, _, high in rows)
    columns = [Column("Definition"), Column("At least" if has_bounds else "Offences", True)]
    if has_bounds:
        columns.append(Column("At most", True))
    body = []
    for lens, reading, high in rows:
        cells = [words(lens["title"]), published_cell(reading, "value", indicator)]
        if has_bounds:
            cells.append(published_cell(high or reading, "value", indicator))
        body.append(tuple(cells))
    bold = [index for index, (lens, _, _) in enumerate(rows) if lens["is_local"]]
    notes = []
    if has_bounds:
        hidden = [reading for reading in counts.values() if not reading.is_reported and reading.status_reason]
        why = hidden[0].status_reason if hidden else "a condition of the definition cannot be seen in the data."
        notes.append(f"A bar with an open end runs from what certainly meets the definition to what may: {why}")
    return Exhibit(spec.exhibit, spec.kind, title, subtitle, Table(tuple(columns), tuple(body), frozenset(bold)),
                   chart, notes=tuple(notes), readings=tuple(shown))  # fmt: skip


def _lens_title(context: Context, rows: Sequence[tuple[dict[str, Any], Reading, Reading | None]]) -> Sentence:
    local_id = context.settings.assessment.definition.lens_id
    local = next((row for row in rows if row[0]["is_local"]), None)
    local = local or next((row for row in rows if row[0]["lens_id"] == local_id), None)
    widest = max((row for row in rows if row[1].is_reported), key=lambda row: row[1].value or 0)

    def amount(row: tuple[dict[str, Any], Reading, Reading | None]) -> Sentence:
        indicator = context.published.indicators[row[1].indicator_id]
        if row[2] is not None:
            upper = number(row[2], "value", context.published.indicators[row[2].indicator_id])
            return say("between ", number(row[1], "value", indicator), " and ", upper)
        return figure(row[1], indicator, False)

    if local is None or local[0]["lens_id"] == widest[0]["lens_id"]:
        return say("Under the widest definition, ", amount(widest), " offences count as serious violence")
    if not local[1].is_reported:
        return say("What our definition counts is ", amount(local), "; the widest counts ", amount(widest), " offences")
    return say("Our definition counts ", amount(local), " offences as serious violence; the widest, ",
               str(widest[0]["short_title"] or widest[0]["title"]), ", counts ", amount(widest))  # fmt: skip


def build_lens_table(spec: ExhibitSpec, context: Context, indicators: tuple[str, ...]) -> Exhibit | None:
    """What each definition counts, and of whom: one definition a row, no chart."""
    cells = {name: _lens_cells(context, name) for name in indicators}
    used = [name for name in indicators if any_reported(cells[name].values())]
    if not used:
        return None
    columns = [Column("Definition")]
    for name in used:
        indicator = context.published.indicators[name]
        unit = "" if indicator.kind == "count" else " (%)" if indicator.unit == "%" else f" ({indicator.unit})"
        columns.append(Column(f"{indicator.short_title or indicator.title}{unit}", True))
    lenses = [row for row in _lens_rows(context) if any(row["lens_id"] in cells[name] for name in used)]
    body = []
    for lens in lenses:
        row = [words(lens["title"])]
        for name in used:
            reading = cells[name].get(lens["lens_id"])
            indicator = context.published.indicators[name]
            row.append(published_cell(reading, "value", indicator) if reading is not None else count(None))
        body.append(tuple(row))
    shown = [reading for name in used for reading in cells[name].values()]
    one = next(reading for reading in shown if reading.is_reported)
    title = _lens_table_title(context, cells) or say("The same place looks different under each definition")
    subtitle = f"What each definition counts · {context.place_name} · {_period_of(one)}"
    bold = [index for index, lens in enumerate(lenses) if lens["is_local"]]
    left_out = [context.published.indicators[name].title for name in indicators if name not in used]
    notes = [f"No figure for: {'; '.join(left_out)}."] if left_out else []
    return Exhibit(spec.exhibit, spec.kind, title, subtitle, Table(tuple(columns), tuple(body), frozenset(bold)),
                   notes=tuple(notes), readings=tuple(shown))  # fmt: skip


def _lens_table_title(context: Context, cells: dict[str, dict[str, Reading]]) -> Sentence | None:
    shares = cells.get("lens_domestic_share", {})
    shown = [reading for reading in shares.values() if reading.is_reported and reading.value is not None]
    if len(shown) < 2:
        return None
    indicator = context.published.indicators["lens_domestic_share"]
    titles = {row["lens_id"]: str(row["short_title"] or row["title"]) for row in _lens_rows(context)}
    low, high = (pick(shown, key=lambda reading: (reading.value, reading.lens_id)) for pick in (min, max))
    return say("From ", figure(low, indicator), f" ({titles[low.lens_id]}) to ", figure(high, indicator),
               f" ({titles[high.lens_id]}) of the offences counted are domestic: it depends on the definition")  # fmt: skip


# --- time of the week, and the cover


def build_hours(spec: ExhibitSpec, context: Context, indicators: tuple[str, ...]) -> Exhibit | None:
    """Day by hour, darker for more."""
    indicator = context.published.indicators[indicators[0]]
    cells = in_first_period_type(select(context, indicators[0], breakdown="day_and_hour"), spec.periods)
    period = latest_period(cells)
    if period is None:
        return None
    cells = in_period(cells, period)
    peak = max((reading for reading in cells if reading.is_reported), key=lambda reading: reading.value or 0)
    day, hour = _day_and_hour(peak)
    name = _name(spec, indicator)
    title = say(f"{name} peaked on {DAY_NAMES.get(day, day)} between {hour:02d}:00 and {(hour + 1) % 24:02d}:00 (",
                number(peak, "value", indicator), f" {indicator.unit} in {_period_of(peak)})")  # fmt: skip
    subtitle = f"{indicator.title}, number an hour of the week · {context.place_name} · {_period_of(peak)}"
    frame = _frame(
        [{"day": _day_and_hour(reading)[0], "hour": _day_and_hour(reading)[1], **_numbers(reading)} for reading in cells]
    )
    by_key = {_day_and_hour(reading): reading for reading in cells}
    days = [name for name in DAY_NAMES if any(key[0] == name for key in by_key)]
    body = tuple(
        (words(f"{hour:02d}:00"),
         *(published_cell(by_key[(name, hour)], "value", indicator) if (name, hour) in by_key else count(None)
           for name in days))
        for hour in range(24)
    )  # fmt: skip
    table = Table((Column("Hour from"), *(Column(DAY_NAMES[name], True) for name in days)), body)
    chart = _chart(spec, context, "heat_map", frame, title, subtitle, indicator, cells)
    return Exhibit(spec.exhibit, spec.kind, title, subtitle, table, chart, readings=tuple(cells))


DAY_NAMES = {"Mon": "Monday", "Tue": "Tuesday", "Wed": "Wednesday", "Thu": "Thursday", "Fri": "Friday",
             "Sat": "Saturday", "Sun": "Sunday"}  # fmt: skip


def _day_and_hour(reading: Reading) -> tuple[str, int]:
    day, _, hour = reading.breakdown_value.partition(" ")
    return day, int(hour)


def build_squares(spec: ExhibitSpec, context: Context, indicators: tuple[str, ...]) -> Exhibit | None:
    """Of every hundred, how many are domestic: a hundred squares."""
    indicator = context.published.indicators[indicators[0]]
    cells = in_first_period_type(select(context, indicators[0]), spec.periods)
    period = latest_period(cells)
    if period is None:
        return None
    reading = in_period(cells, period)[0]
    if reading.value is None:
        return None
    subtitle = _subtitle(indicator, context.place_name, _period_of(reading))
    whole = round(reading.value)
    title = say(f"About {whole} of every 100 offences of violence recorded here in {_period_of(reading)} were domestic (",
                number(reading, "value", indicator), ")")  # fmt: skip
    frame = _frame(
        [
            {"label": "Domestic", "role": "domestic", "value": whole, "status": reading.value_status},
            {"label": "Not domestic", "role": "non_domestic", "value": 100 - whole,
             "status": reading.value_status},
        ]
    )  # fmt: skip
    chart = _chart(spec, context, "hundred_squares", frame, title, subtitle, indicator, [reading])
    table = readings_table("Area", [(context.place_name, reading)], indicator)
    return Exhibit(spec.exhibit, spec.kind, title, subtitle, table, chart, readings=(reading,))


BUILDERS: dict[str, Callable[[ExhibitSpec, Context, tuple[str, ...]], Exhibit | None]] = {
    "trend": build_trend,
    "places": build_places,
    "map": build_map,
    "parts": build_parts,
    "measures": build_measures,
    "lens_bars": build_lens_bars,
    "lens_table": build_lens_table,
    "hours": build_hours,
    "squares": build_squares,
}
