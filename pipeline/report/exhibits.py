"""From an exhibit's row in yearly.yml and published cells to an exhibit, or a note on what is missing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from pipeline.report.anatomy import (
    Exhibit,
    Gap,
)
from pipeline.report.kinds.control import build_control
from pipeline.report.kinds.definitions import build_lens_table
from pipeline.report.kinds.funnel import build_funnel, build_lorenz
from pipeline.report.kinds.left_out import build_left_out
from pipeline.report.kinds.lens_bars import build_lens_bars
from pipeline.report.kinds.lens_districts import build_money, build_ranks
from pipeline.report.kinds.lens_share import build_lens_share
from pipeline.report.kinds.measures import build_measures
from pipeline.report.kinds.multiples import build_multiples
from pipeline.report.kinds.parts import build_parts
from pipeline.report.kinds.places import build_map, build_places
from pipeline.report.kinds.pyramid import build_pyramid
from pipeline.report.kinds.spine import build_spine
from pipeline.report.kinds.trends import build_trend
from pipeline.report.kinds.waterfall import build_waterfall
from pipeline.report.kinds.week import build_hours, build_squares
from pipeline.report.leasts import note_leasts
from pipeline.report.numbers import (
    NOT_AVAILABLE,
    SUPPRESSED,
    format_date,
)
from pipeline.report.published import Indicator, Reading
from pipeline.report.selection import (
    Context,
    has_rows,
    select,
)
from pipeline.report.sentences import (
    plain,
)
from pipeline.report.specs import ExhibitSpec


def build_exhibit(spec: ExhibitSpec, context: Context, how_to_read: str) -> Exhibit | Gap | None:
    """The exhibit; a Gap where no figure of it is reported; None where the area does not answer for it."""
    answered = [
        name for name in spec.indicators if has_rows(context, name) and name in context.published.indicators
    ]
    if not answered:
        return None
    built = BUILDERS[spec.kind](spec, context, tuple(answered))
    if built is None:
        return None if spec.is_optional else _gap(spec, context, answered)
    first = built.readings[0]
    indicator = context.published.indicators[first.indicator_id]
    title = plain(built.title)
    return replace(
        built,
        how_to_read=how_to_read,
        caveat=" ".join(dict.fromkeys(filter(None, (_proxy_note(indicator), indicator.caveat)))),
        source=source_line(context, built.readings),
        notes=(*built.notes, *note_leasts(context, built.readings)),
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


def reason_apart(reason: str, ask: str) -> str:
    """The reason without the request that publishing may have put behind it."""
    if ask and ask in reason:
        return " ".join(reason.replace(ask, "").split())
    return reason


def _proxy_note(indicator: Indicator) -> str:
    return (
        "A proxy: it stands in for something that the source does not record." if indicator.is_proxy else ""
    )


def _gap(spec: ExhibitSpec, context: Context, answered: Sequence[str]) -> Gap:
    indicator = context.published.indicators[answered[0]]
    breakdown = "day_and_hour" if spec.kind == "hours" else spec.breakdown
    cells = [
        reading
        for place in spec.places
        for reading in select(context, answered[0], place=place, breakdown=breakdown, splits=spec.splits)
    ] or select(context, answered[0])
    hidden = [reading for reading in cells if not reading.is_reported]
    # Where some is hidden and some missing, missing is what can be asked for.
    order = {NOT_AVAILABLE: 0, SUPPRESSED: 1}
    hidden.sort(key=lambda reading: order.get(reading.value_status, 2))
    reason = next((reading.status_reason for reading in hidden if reading.status_reason), "")
    ask = ask_for(context, indicator) if not hidden or hidden[0].value_status == NOT_AVAILABLE else ""
    name = spec.name if spec.kind == "measures" and spec.name else indicator.title
    if spec.breakdown != "none" and " by " not in name:
        name += f" by {spec.breakdown.replace('_band', '').replace('_', ' ')}"
    return Gap(spec.exhibit, name, reason_apart(reason, ask) or "No figure is published for this area.", ask)


BUILDERS: dict[str, Callable[[ExhibitSpec, Context, tuple[str, ...]], Exhibit | None]] = {
    "trend": build_trend,
    "places": build_places,
    "map": build_map,
    "parts": build_parts,
    "measures": build_measures,
    "lens_bars": build_lens_bars,
    "lens_table": build_lens_table,
    "lens_share": build_lens_share,
    "left_out": build_left_out,
    "ranks": build_ranks,
    "money": build_money,
    "waterfall": build_waterfall,
    "control": build_control,
    "funnel": build_funnel,
    "lorenz": build_lorenz,
    "pyramid": build_pyramid,
    "spine": build_spine,
    "multiples": build_multiples,
    "hours": build_hours,
    "squares": build_squares,
}
