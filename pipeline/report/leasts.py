"""What stands under an exhibit where a total of harm or cost is told without some kinds of offence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pipeline.names import name_all
from pipeline.periods import period_label
from pipeline.report.lenses import lens_titles
from pipeline.report.published import Reading
from pipeline.report.selection import Context

LEAST = (
    "{} is a least (≥) where all or part of a kind of offence is left out because its count is hidden: {}. A least has "
    "no interval."
)
WITHOUT = "without {} in {}"


def note_leasts(context: Context, shown: Sequence[Reading]) -> Iterator[str]:
    """One sentence a measure: what its figures are without, and in which definition, place or period."""
    missing: dict[str, dict[str, list[str]]] = {}
    for one in shown:
        if one.is_reported and one.left_out:
            measure = missing.setdefault(one.indicator_id, {})
            measure.setdefault(one.left_out, []).append(_where(context, one, shown))
    for indicator_id, without in missing.items():
        indicator = context.published.indicators[indicator_id]
        told = "; ".join(
            WITHOUT.format(kinds, name_all(list(dict.fromkeys(where)))) for kinds, where in without.items()
        )
        yield LEAST.format(indicator.short_title or indicator.title, told)


def _where(context: Context, one: Reading, shown: Sequence[Reading]) -> str:
    """By which a figure differs from others that are shown: its definition, else its place, else its period."""
    if len({each.lens_id for each in shown}) > 1:
        return lens_titles(context).get(one.lens_id, one.lens_id)
    if len({each.area_code for each in shown}) > 1:
        return context.published.area_names[one.area_code]
    return period_label(one.period_type, one.period_start, one.period_end)
