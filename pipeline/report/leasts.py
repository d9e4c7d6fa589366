"""What stands under an exhibit where a total of harm or cost is told without some kinds of offence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pipeline.names import name_all
from pipeline.periods import period_label
from pipeline.report.lenses import lens_titles
from pipeline.report.published import Reading
from pipeline.report.selection import Context

LEAST = "{} is a least where a kind of offence is left out because its count is hidden: {}."
WITHOUT = "without {} in {}"


def note_leasts(context: Context, shown: Sequence[Reading]) -> Iterator[str]:
    """One sentence a measure: what its figures are without, and in which definition or period."""
    titles = lens_titles(context)
    missing: dict[str, dict[str, list[str]]] = {}
    for one in shown:
        if one.is_reported and one.left_out:
            where = titles.get(one.lens_id, one.lens_id) if one.lens_id else _period(one)
            measure = missing.setdefault(one.indicator_id, {})
            measure.setdefault(one.left_out, []).append(where)
    for indicator_id, without in missing.items():
        indicator = context.published.indicators[indicator_id]
        told = "; ".join(
            WITHOUT.format(kinds, name_all(list(dict.fromkeys(where)))) for kinds, where in without.items()
        )
        yield LEAST.format(indicator.short_title or indicator.title, told)


def _period(reading: Reading) -> str:
    return period_label(reading.period_type, reading.period_start, reading.period_end)
