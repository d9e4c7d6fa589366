"""Exhibits of the parts of a whole: by sex, age, offence, reason or factor."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.report.anatomy import (
    Exhibit,
    chart_bounds,
    chart_numbers,
    descending,
    describe,
    first_number,
    make_chart,
    name_of_measure,
    period_of,
    spoken,
    to_frame,
)
from pipeline.report.comparisons import benchmark_of
from pipeline.report.numbers import format_value
from pipeline.report.published import Indicator, Reading
from pipeline.report.selection import (
    Context,
    in_first_period_type,
    in_period,
    latest_period,
    select,
)
from pipeline.report.sentences import Comparator, range_finding
from pipeline.report.specs import ExhibitSpec
from pipeline.report.tables import (
    Cell,
    Column,
    count,
    readings_table,
    sentence_case,
    words,
)


def build_parts(spec: ExhibitSpec, context: Context, indicators: tuple[str, ...]) -> Exhibit | None:
    """The values of a breakdown in the latest period: bars, or dots beside a benchmark where there is one."""
    found = _latest_cells(spec, context, indicators)
    if found is None:
        return None
    indicator, cells = found
    rows = [(name_part(reading.breakdown_value, spec.breakdown), reading) for reading in cells]
    is_ordered = spec.breakdown == "age_band"
    rows = sorted(rows, key=lambda row: first_number(row[0])) if is_ordered else descending(rows)
    named = [(spoken(label, spec.breakdown), reading) for label, reading in rows]
    things, place = THINGS.get(spec.breakdown, ("groups", "for"))
    title = range_finding(indicator, name_of_measure(spec, indicator), named, things, place)
    subtitle = describe(indicator, context.place_name, period_of(cells[0]))
    beside = [benchmark_of(context, reading) for _, reading in rows]
    # What is not comparable stands in the table alone, where the words beside it say so.
    ticks = [row if row is not None and row.is_drawn else None for row in beside]
    is_drawn = any(row is not None for row in ticks)
    drawn = [{"label": label, **chart_numbers(reading), **chart_bounds(reading)} for label, reading in rows]
    extra: list[tuple[Column, list[Cell]]] = []
    if is_drawn:
        legend = _legend([row for row in ticks if row is not None])
        for line, row in zip(drawn, ticks, strict=True):
            line |= {"benchmark": row.value if row else None, "benchmark_label": legend if row else ""}
    else:
        # A domestic share has the colour of what it is a share of.
        is_domestic = indicator.indicator_id.startswith("domestic_") and indicator.unit == "%"
        for line in drawn:
            line["role"] = "domestic" if is_domestic else "total"
    if any(row is not None for row in beside):
        extra = [
            (
                Column("Benchmark (%)" if indicator.unit == "%" else "Benchmark", True),
                [_benchmark_cell(row, indicator) for row in beside],
            ),
            (Column("Benchmark of"), [words(row.name if row else "none") for row in beside]),
            (Column("Compared with the benchmark"), [words(_compared(row)) for row in beside]),
        ]
    chart = make_chart(
        spec,
        context,
        "share_dots" if is_drawn else "bars",
        to_frame(drawn),
        title=title,
        subtitle=subtitle,
        indicator=indicator,
        shown=cells,
    )
    heading = sentence_case(spec.breakdown.replace("_", " "))
    table = readings_table(heading, rows, indicator, extra=extra)
    return Exhibit(spec.exhibit, spec.kind, title, subtitle, table, chart, readings=tuple(cells))


def _latest_cells(
    spec: ExhibitSpec, context: Context, indicators: tuple[str, ...]
) -> tuple[Indicator, list[Reading]] | None:
    for name in indicators:
        cells = select(context, name, breakdown=spec.breakdown, splits=spec.splits)
        if spec.values:
            cells = [reading for reading in cells if reading.breakdown_value in spec.values] or cells
        cells = in_first_period_type(cells, spec.periods)
        period = latest_period(cells)
        if period is not None:
            return context.published.indicators[name], in_period(cells, period)
    return None


# What a breakdown's groups are called together, and what stands before one of them.
THINGS = {"sex": ("women and men", "among"), "age_band": ("age groups", "at ages")}
SEXES = {
    "F": "Women and girls",
    "Female": "Women and girls",
    "M": "Men and boys",
    "Male": "Men and boys",
    "U": "Sex not recorded",
}


def name_part(value: str, breakdown: str) -> str:
    """What a value of a breakdown is called; people are named as people."""
    return SEXES.get(value, value) if breakdown == "sex" else value


def _legend(benchmarks: Sequence[Comparator]) -> str:
    """One name for all benchmarks of a chart; the table gives each its own."""
    names = {benchmark.name for benchmark in benchmarks}
    if len(names) == 1:
        return names.pop()
    places = {name.rpartition(", ")[0] for name in names}
    return f"{places.pop() if len(places) == 1 else 'Larger places'}, nearest year"


def _benchmark_cell(benchmark: Comparator | None, indicator: Indicator) -> Cell:
    if benchmark is None:
        return count(None)
    return Cell(
        format_value(benchmark.value, indicator.decimals, indicator.unit),
        benchmark.value,
        indicator.decimals,
        benchmark.cell_id,
        benchmark.field,
    )


def _compared(benchmark: Comparator | None) -> str:
    if benchmark is None:
        return "no comparison"
    if not benchmark.is_drawn:
        return "not comparable"
    return benchmark.word.removesuffix(" than").removesuffix(" to") or "cannot be told"
