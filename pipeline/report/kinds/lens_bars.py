"""How many offences meet each definition of serious violence: a bar each, the area's own in solid colour."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.report.anatomy import Exhibit, chart_numbers, make_chart, period_of, to_frame
from pipeline.report.lenses import Row, lens_cells, lens_rows, lens_titles, own_lens
from pipeline.report.numbers import STATUS_WORDS, SUPPRESSED
from pipeline.report.published import Reading
from pipeline.report.selection import Context, select
from pipeline.report.sentences import Sentence, figure, join, number, say
from pipeline.report.specs import ExhibitSpec
from pipeline.report.tables import Column, Table, published_cell, words

COUNTED, LEAST, MOST, ADMISSIONS = (
    "lens_offences", "lens_offences_at_least", "lens_offences_at_most", "lens_admissions",
)  # fmt: skip
OPEN_END = "A bar with an open end runs from what certainly meets the definition to what may: {}"
UNSEEN = "a condition of the definition cannot be seen in the data."
SUBSTITUTE = (
    "What “{}” counts cannot be shown, for beside other figures it would give a small number away. {} stands in its "
    "place: {}."
)


@dataclass(frozen=True)
class Bar:
    """One bar: what is printed of a definition, and where that is open the most that it may count.

    Where the count is hidden, and another measure is nearly the same, `reading` is that measure's and `field` its
    count.
    """

    lens: Row
    label: str
    title: str
    reading: Reading
    field: str = "value"
    most: Reading | None = None

    @property
    def amount(self) -> float | None:
        """How long the bar is; None where nothing is told."""
        return getattr(self.reading, self.field) if self.reading.is_reported else None


def build_lens_bars(spec: ExhibitSpec, context: Context, indicators: tuple[str, ...]) -> Exhibit | None:
    """One bar a definition; where the count is not known, from what certainly to what may meet it.

    None where nothing is told of any definition.
    """
    counts = lens_cells(context, COUNTED)
    bars = sorted(_find_bars(context, counts), key=lambda bar: (bar.amount is None, bar.amount or 0))
    counted = [bar for bar in bars if bar.field == "value" and bar.reading.is_reported]
    if not counted:
        return None
    indicator = context.published.indicators[counted[0].reading.indicator_id]
    shown = [bar.reading for bar in (*counted, *(bar for bar in bars if bar not in counted))]
    shown += [bar.most for bar in bars if bar.most is not None]
    title = _title(context, bars)
    subtitle = (
        f"Offences that meet each definition of serious violence · {context.place_name} · "
        f"{period_of(counted[0].reading)}"
    )
    frame = to_frame(
        [
            {
                "label": bar.label,
                "is_local": bool(bar.lens["is_local"]),
                "upper_bound": bar.most.value if bar.most is not None else None,
                **chart_numbers(bar.reading, bar.field),
            }
            for bar in bars
        ]
    )
    chart = make_chart(
        spec,
        context,
        "definition_bars",
        frame,
        title=title,
        subtitle=subtitle,
        indicator=indicator,
        shown=shown,
    )
    bold = frozenset(index for index, bar in enumerate(bars) if bar.lens["is_local"])
    return Exhibit(
        spec.exhibit,
        spec.kind,
        title,
        subtitle,
        _table(context, bars, bold),
        chart,
        notes=tuple(_notes(context, bars, counts)),
        readings=tuple(shown),
    )


def _find_bars(context: Context, counts: dict[str, Reading]) -> Iterator[Bar]:
    least, most = lens_cells(context, LEAST), lens_cells(context, MOST)
    for lens in lens_rows(context):
        key, short, title = lens["lens_id"], str(lens["short_title"] or lens["title"]), str(lens["title"])
        sure, low, high = counts.get(key), least.get(key), most.get(key)
        if sure is not None and sure.is_reported:
            yield Bar(lens, short, title, sure)
        elif low is not None and low.is_reported:
            # An upper bound alone, beside a count too small to report, says nothing.
            yield Bar(lens, short, title, low, most=high if high is not None and high.is_reported else None)
        elif (beside := _find_substitute(context, lens, sure or low)) is not None:
            other = context.published.indicators[beside.indicator_id]
            name = other.short_title or other.title
            yield Bar(
                lens, f"{name}, for {short}", f"{other.title}, in place of {title}", beside, "numerator"
            )
        elif (hidden := sure or low) is not None:
            yield Bar(lens, short, title, hidden)


def _find_substitute(context: Context, lens: Row, hidden: Reading | None) -> Reading | None:
    """The figure of the same place and period that is told where a definition's own is hidden."""
    is_hidden = hidden is not None and hidden.value_status == SUPPRESSED
    if hidden is None or not is_hidden or lens["substitute_indicator_id"] not in context.published.indicators:
        return None
    told = select(context, lens["substitute_indicator_id"], period_types=(hidden.period_type,))
    return next(
        (
            one
            for one in told
            if one.is_reported and one.period_start == hidden.period_start and one.numerator
        ),
        None,
    )


def _table(context: Context, bars: Sequence[Bar], bold: frozenset[int]) -> Table:
    has_most = any(bar.most is not None for bar in bars)
    columns = [Column("Definition"), Column("At least" if has_most else "Offences", True)]
    columns += [Column("At most", True)] if has_most else []
    body = []
    for bar in bars:
        indicator = context.published.indicators[bar.reading.indicator_id]
        cells = [words(bar.title), published_cell(bar.reading, bar.field, indicator)]
        if has_most:
            cells.append(
                published_cell(bar.most, "value", context.published.indicators[MOST])
                if bar.most is not None
                else published_cell(bar.reading, bar.field, indicator)
            )
        body.append(tuple(cells))
    return Table(tuple(columns), tuple(body), bold)


def _notes(context: Context, bars: Sequence[Bar], counts: dict[str, Reading]) -> Iterator[str | Sentence]:
    if any(bar.most is not None for bar in bars):
        opened = [counts.get(bar.lens["lens_id"]) for bar in bars if bar.most is not None]
        hidden = [one for one in opened if one is not None and not one.is_reported and one.status_reason]
        yield OPEN_END.format(hidden[0].status_reason if hidden else UNSEEN)
    for bar in bars:
        if bar.field == "numerator":
            name = context.published.indicators[bar.reading.indicator_id].title
            yield SUBSTITUTE.format(bar.lens["title"], name, bar.lens["substitute_difference"])
    titles = lens_titles(context)
    for lens_id, reading in lens_cells(context, ADMISSIONS).items():
        if lens_id in titles:
            indicator = context.published.indicators[ADMISSIONS]
            yield say(
                f"{titles[lens_id]} count admissions to hospital as well, which are in no bar: ",
                figure(reading, indicator, False),
                f" in {period_of(reading)}.",
            )


def _title(context: Context, bars: Sequence[Bar]) -> Sentence:
    local = next((bar for bar in bars if bar.lens["lens_id"] == own_lens(context)), None)
    widest = max((bar for bar in bars if bar.reading.is_reported), key=lambda bar: bar.amount or 0)
    if local is None or local is widest:
        return say(
            "Under the widest definition, ", _amount(context, widest), " offences count as serious violence"
        )
    if local.most is not None:
        return say(
            "Our definition counts ", _amount(context, local), " offences: the data cannot say more exactly"
        )
    if local.amount is None or local.field != "value":
        status = SUPPRESSED if local.amount is not None else local.reading.value_status
        return say(
            f"What our definition counts is {STATUS_WORDS[status]}; the widest counts ",
            _amount(context, widest),
            " offences",
        )
    return say(
        "Our definition counts ",
        _amount(context, local),
        " offences as serious violence; the widest, ",
        widest.label,
        ", counts ",
        _amount(context, widest),
    )


def _amount(context: Context, bar: Bar) -> Sentence:
    run = number(bar.reading, bar.field, context.published.indicators[bar.reading.indicator_id])
    if bar.most is None:
        return join(run)
    return join("between ", run, " and ", number(bar.most, "value", context.published.indicators[MOST]))
