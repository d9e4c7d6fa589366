"""`sna explain`: a published figure, or why there is none, with all that stands behind it."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from itertools import groupby
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.options import AsJson, AssessmentFile, Workspace, read
from pipeline.cli.told_lines import SPLITS, WIDTH, Line, lay_out
from pipeline.cli.told_origin import tell_origin
from pipeline.cli.told_series import tell_series

if TYPE_CHECKING:
    from pipeline.explanation.background import Row
    from pipeline.explanation.definition import Counted, Prices, Rule, Weight
    from pipeline.explanation.figure import Explanation

NAMED_OFFENCES = 6


def explain(
    names: Annotated[
        list[str],
        typer.Argument(
            metavar="[claim] NAME",
            help="The indicator, claim, decomposition or statistic of two definitions, by its name.",
        ),
    ],
    area: Annotated[str, typer.Option(help="The area, by code or name; else the whole area.")] = "",
    period: Annotated[
        str,
        typer.Option(help="2023/24, 2023, 2023Q2, 2023-05 or '2021/22 to 2023/24'; else the latest."),
    ] = "",
    split: Annotated[str, typer.Option(help="all, domestic, non_domestic or not_known.")] = "",
    lens: Annotated[str, typer.Option(help="The definition; else the area's own.")] = "",
    breakdown_value: Annotated[str, typer.Option(help="A part, such as Female or an age band.")] = "",
    other_lens: Annotated[
        str, typer.Option(help="Of a statistic of two definitions the second; else every other.")
    ] = "",
    assessment: AssessmentFile = None,
    workspace: Workspace = None,
    as_json: AsJson = False,
) -> None:
    """Say where a published figure comes from: definition, counts, SQL models, deliveries, and what was hidden why."""
    from pipeline import plan
    from pipeline.cli.told_made import tell_made
    from pipeline.explanation.made import Made
    from pipeline.explanation.question import Question
    from pipeline.settings import ConfigurationError

    settings = read(assessment, workspace)
    # A claim is found by its name alone; the word before it is what people write.
    name = names[-1]
    if names[:-1] not in ([], ["claim"]):
        raise ConfigurationError(
            f"One name at a time: write `sna explain {name}`, or `sna explain claim {name}`."
        )
    found = plan.explain(settings, Question(name, area, period, split, lens, breakdown_value, other_lens))
    if as_json:
        typer.echo(json.dumps(asdict(found), indent=2, ensure_ascii=False, default=str))
        return
    typer.echo("\n".join(tell_made(found) if isinstance(found, Made) else tell(found)))


def tell(found: Explanation) -> list[str]:
    """The explanation in lines: title, place and period, the figure, and then part by part."""
    series = tell_series(found.trends, found.chart)
    parts = (*_meaning(found), *_comparisons(found), *series, *_counting(found), *tell_origin(found.origin))
    return [
        found.indicator["title"],
        textwrap.fill(_where(found), WIDTH),
        textwrap.fill(_figure(found), WIDTH),
        "",
        *(lay_out(label, text) for label, text in parts if text),
    ]


def _where(found: Explanation) -> str:
    from pipeline.periods import period_label
    from pipeline.report.numbers import SPLIT_LABELS

    cell = found.cell
    parts = [
        f"{found.area_name} ({cell['area_code']})",
        f"{cell['period_type'].replace('_', ' ')} "
        f"{period_label(cell['period_type'], cell['period_start'], cell['period_end'])}",
        cell["breakdown_value"],
        "" if cell["split"] == "all" else SPLIT_LABELS.get(cell["split"], cell["split"]),
        found.lens["title"] if found.lens else "",
    ]
    return " · ".join(part for part in parts if part)


def _figure(found: Explanation) -> str:
    from pipeline.report.numbers import STATUS_WORDS, format_value, unit_words

    cell, unit = found.cell, found.indicator["unit"]
    if cell["value_status"] != "reported":
        return f"No figure: {cell['status_reason'] or STATUS_WORDS[cell['value_status']]}"
    decimals = found.indicator["decimals"]
    value, lower, upper = (
        "" if cell[name] is None else format_value(cell[name], decimals, unit)
        for name in ("value", "lower95", "upper95")
    )
    least = "At least " if cell["left_out"] else ""
    method = found.indicator["interval_method"]
    interval = f" (95% interval {lower} to {upper}, {method})" if lower else ""
    return f"{least}{value}{unit_words(unit)}{interval}"


def _meaning(found: Explanation) -> Iterator[Line]:
    from pipeline.report.numbers import format_number, format_value

    indicator, cell = found.indicator, found.cell
    yield "What it means", indicator["meaning"]
    yield "Left out", f"{cell['left_out']}: their counts are hidden" if cell["left_out"] else ""
    yield "Proxy", "yes: it stands for something that nobody counts" if indicator["is_proxy"] else ""
    for part, counted in (("Numerator", found.numerator), ("Denominator", found.denominator)):
        number, label = cell[part.casefold()], indicator[f"{part.casefold()}_label"]
        shown = f"{format_number(number)} {label}" if number is not None else label
        if counted:
            yield part, f"{shown}: {counted.title}{SPLITS[counted.split]}"
            yield from _rules(counted)
            yield from _part(counted)
        elif found.population_years:
            years = ", ".join(map(str, found.population_years))
            how = (
                "estimated from other years" if cell["is_population_estimated"] else "as its source gives it"
            )
            yield part, f"{shown}: in the middle of {years}, {how}"
    yield from _weights(found.weights)
    if found.prices:
        yield "Prices", _prices(found.prices)
    if found.lens:
        reading = "our reading of words without codes" if found.lens["is_interpretation"] else "as published"
        yield (
            "Definition",
            f"{found.lens['title']}: {found.lens['meaning']} {found.lens['source']}; {reading}",
        )
        yield "Unknown flags", found.lens["unknown_flag_rule"]
    if found.has_hidden_bounds:
        yield "Bounds", "hidden: few records do not say, or their number would let a small one be worked out"
    if found.bounds:
        low, high = (
            format_value(bound, indicator["decimals"], indicator["unit"])
            for bound in (found.bounds.lowest, found.bounds.highest)
        )
        yield "Bounds", f"at least {low} and at most {high}, whatever the records that do not say would say"


def _comparisons(found: Explanation) -> Iterator[Line]:
    from pipeline.report.numbers import format_value

    indicator = found.indicator
    for row in found.comparisons:
        value = row["comparator_value"]
        shown = "" if value is None else f", {format_value(value, indicator['decimals'], indicator['unit'])}"
        difference = (
            ""
            if row["difference"] is None
            else f" ({row['measure_of_difference']} {row['difference']:g}, 95% interval {row['lower95']:g} to "
            f"{row['upper95']:g})"
        )
        verdict = row["verdict"].replace("_", " ")
        reason = f". {row['reason']}" if row["reason"] else ""
        yield "Compared", f"{row['comparator_label']}{shown}: {verdict}{difference}{reason}"


def _rules(counted: Counted) -> Iterator[Line]:
    def condition(rule: Rule) -> tuple[str, str, str]:
        return rule.meaning, rule.valid_from, rule.valid_to

    for (meaning, first, last), group in groupby(sorted(counted.rules, key=condition), condition):
        rules = list(group)
        codes = [rule.code or rule.label for rule in rules]
        if len(rules) <= NAMED_OFFENCES:
            codes = [_named(rule, counted.record) for rule in rules]
        dates = "".join(f" {word} {day}" for word, day in (("from", first), ("to", last)) if day)
        words = f"every {counted.record} of" if rules[0].condition == "all" else f"{meaning}:"
        yield "  counts", f"{words} {', '.join(codes)}{dates}"


def _named(rule: Rule, record: str) -> str:
    return f"{rule.code} ({rule.label})" if record == "admission" else f"{rule.code} {rule.label}".strip()


def _weights(weights: Iterable[Weight]) -> Iterator[Line]:
    """The weights of each source, price year and certainty, heaviest first."""

    def source(weight: Weight) -> tuple[str, str, str]:
        return weight.source, weight.price_year, weight.status

    for (name, price_year, status), group in groupby(sorted(weights, key=source), source):
        heaviest = sorted(group, key=lambda weight: -float(weight.weight))
        listed = ", ".join(f"{weight.offence_subgroup} {float(weight.weight):,.10g}" for weight in heaviest)
        prices = f"pounds of {price_year}" if price_year else "days"
        yield "Weights", f"{listed}: {prices} ({name}; {status})"


def _prices(prices: Prices) -> str:
    return (
        f"of {prices.price_year}: every weight times {prices.multiplier:g}, the GDP deflator from 2015/16 "
        f"({prices.source}; {prices.status})"
    )


def _part(counted: Counted) -> Iterator[Line]:
    if counted.part:
        rows = f": {', '.join(counted.part.rows)}" if counted.part.rows else ""
        yield "  of them", f"{counted.part.meaning}{rows}"


def _beside_the_force(rows: Iterable[Row]) -> Iterator[Line]:
    from pipeline.periods import period_label
    from pipeline.report.numbers import format_number

    for explanation, group in groupby(rows, lambda row: row["explanation"]):
        for row in group:
            yield (
                "Reconciled",
                f"{period_label('quarter', row['period_start'], row['period_end'])}: "
                f"{format_number(row['street_count'])} here, {format_number(row['force_count'])} in the force's own "
                f"table ({row['percent']:+}%)",
            )
        yield "", explanation


def _counting(found: Explanation) -> Iterator[Line]:
    yield from _beside_the_force(found.reconciliation)
    for row in found.breaks:
        first, last = row["start_date"] or "a day that is not known", row["end_date"]
        since = f"{first} to {last}" if last else f"from {first}"
        yield "Counting", f"{row['label']} ({since})"
    for text in dict.fromkeys((found.indicator["caveat"] or "", *found.caveats)):
        yield "Caution", text
