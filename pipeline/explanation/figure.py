"""One published figure with all that stands behind it; never a count that is hidden, nor a way to one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.explanation.background import CELL, Background, Row
from pipeline.explanation.cautions import find_cautions
from pipeline.explanation.definition import (
    Counted,
    Prices,
    Weight,
    denominator_of,
    describe_counted,
    describe_prices,
    describe_weights,
)
from pipeline.explanation.origin import Origin, find_origin
from pipeline.explanation.parts import Part, describe_part
from pipeline.explanation.question import Question, find_cell, nearest
from pipeline.explanation.series import ChartedMonth, Trend, month_in_chart, trends_of
from pipeline.explanation.statistic import DECOMPOSITION, MEANINGS
from pipeline.names import name_some
from pipeline.periods import name_price_year
from pipeline.settings import ConfigurationError

INDICATOR_FIELDS = ("indicator_id", "title", "meaning", "unit", "decimals", "direction", "interval_method",
                    "numerator_label", "denominator_label", "caveat", "is_proxy")  # fmt: skip
# What two figures of the same place, period and part have in common.
SAME = ("lens_id", "area_code", "period_type", "period_start", "breakdown", "breakdown_value", "split")


@dataclass(frozen=True)
class Bounds:
    """What the value would be at least and at most, whatever the records that do not say would say."""

    lowest: float
    highest: float


@dataclass(frozen=True)
class Explanation:
    """A published cell, and where it comes from; tables as their published rows."""

    cell: Row
    area_name: str
    indicator: Row
    lens: Row | None
    numerator: Counted
    denominator: Counted | None
    # What the offences are weighed by, of harm and of cost; none of other indicators.
    weights: tuple[Weight, ...]
    # What brings costs to the prices of the edition; none of other indicators.
    prices: Prices | None
    # The middle of which years the residents are of; none where the denominator is no population.
    population_years: tuple[int, ...]
    bounds: Bounds | None
    # Whether its bounds are hidden because few records do not say.
    has_hidden_bounds: bool
    # What it is set beside, each with the difference and a verdict.
    comparisons: tuple[Row, ...]
    # Of its series, over years and over quarters.
    trends: tuple[Trend, ...]
    # Where it stands in the control chart; none of what is no month of the whole area.
    chart: ChartedMonth | None
    # Changes in counting, and shaded periods, that touch the period.
    breaks: tuple[Row, ...]
    # Published cautions that touch the figure.
    caveats: tuple[str, ...]
    # Quarters of street-level crime in the period, beside the force's own count.
    reconciliation: tuple[Row, ...]
    origin: Origin


def explain_figure(background: Background, question: Question, release: str | None = None) -> Explanation:
    """What stands behind the published cell that is asked about; `release` is the approved one that holds it.

    Raises ConfigurationError, with what there is instead, where nothing fits the question.
    """
    tables, area = background.tables, background.assessment.area
    indicators = {row["indicator_id"]: row for row in tables["indicators"]}
    indicator = indicators.get(question.indicator_id)
    if indicator is None:
        claims = sorted({row["claim_id"] for row in background.claims})
        hint = nearest(question.indicator_id, [*indicators, *claims, DECOMPOSITION, *MEANINGS]) or (
            f" `indicators.csv` lists the indicators; the claims are {name_some(claims)}."
        )
        raise ConfigurationError(f"There is no published indicator or claim {question.indicator_id!r}.{hint}")
    names = {row["area_code"]: row["area_name"] for row in tables["areas"]} | {area.code: area.name}
    usual = {"area_code": area.code, "lens_id": background.assessment.definition.lens_id}
    cell = dict(find_cell(question, background.cells_of(question.indicator_id), names, usual))

    def counted(measure_id: str, split: str, part: Part | None) -> Counted:
        return describe_counted(background.seeds, measure_id, split, cell["lens_id"], part)

    denominator_id, denominator_split = denominator_of(indicator, cell["split"])
    is_of_all = indicator["denominator_kind"] == "measure_total"
    base_part = None if is_of_all else describe_part(background.seeds, cell, is_base=True)
    is_population = indicator["denominator_kind"] == "population"
    return Explanation(
        cell=cell,
        area_name=names.get(cell["area_code"], cell["area_code"]),
        indicator=_describe_indicator(background, indicator, cell),
        lens=next((row for row in tables["lenses"] if row["lens_id"] == cell["lens_id"]), None),
        numerator=counted(
            indicator["numerator_measure_id"],
            indicator["numerator_split"] or cell["split"],
            describe_part(background.seeds, cell, is_base=False),
        ),
        denominator=(counted(denominator_id, denominator_split, base_part) if denominator_id else None),
        weights=(
            describe_weights(background.seeds, indicator["denominator_id"])
            if indicator["denominator_kind"] == "weights"
            else ()
        ),
        prices=(
            describe_prices(background.seeds, name_price_year(background.assessment.cut_off))
            if indicator["denominator_id"] == "cost"
            else None
        ),
        population_years=_population_years(cell) if is_population else (),
        bounds=_find_bounds(background, indicators, cell),
        has_hidden_bounds=_has_hidden_bounds(indicator, cell),
        comparisons=tuple(
            {name: value for name, value in row.items() if name not in CELL}
            for row in background.comparisons_of(cell)
        ),
        trends=trends_of(background, cell),
        chart=month_in_chart(background, cell),
        breaks=tuple(
            row
            for row in tables["series_breaks"]
            if row["indicator_id"] == question.indicator_id
            and row["offence_subgroup"] == _kind_of(cell)
            and (cell["split"] != "all" or not row["is_of_flag_alone"])
            and _is_within(row, cell)
        ),
        caveats=find_cautions(background, cell),
        reconciliation=_reconciled(background, indicator["numerator_measure_id"], cell),
        origin=find_origin(background, [cell], release),
    )


def _describe_indicator(background: Background, indicator: Row, cell: Row) -> Row:
    """INDICATOR_FIELDS; those of a rate of domestic abuse name the people that it is set against."""
    fields = {name: indicator[name] for name in INDICATOR_FIELDS}
    group = indicator["domestic_denominator_id"]
    if (
        cell["split"] != "domestic"
        or indicator["denominator_kind"] != "population"
        or group == indicator["denominator_id"]
    ):
        return fields
    (words,) = (
        row["words"] for row in background.seeds["population_groups"] if row["population_group"] == group
    )
    per, _, _ = str(indicator["unit"]).partition(" people")
    return fields | {
        "meaning": f"{indicator['meaning']} Those flagged domestic abuse: {per} people {words}.",
        "unit": f"{per} people {words}",
        "denominator_label": f"residents {words}",
    }


def _population_years(cell: Row) -> tuple[int, ...]:
    """The years whose middle the residents are of, as int_period_populations chooses them."""
    start, end = cell["period_start"], cell["period_end"]
    return tuple(range(start.year, end.year)) if cell["period_type"] == "pooled_years" else (start.year,)


def _find_bounds(background: Background, indicators: Mapping[str, Row], cell: Row) -> Bounds | None:
    """The published bounds of a figure: in its own row, or for a count by lens in those of at least and at most.

    None where they do not apply, or one of them is hidden.
    """
    if cell["value_status"] != "reported":
        return None
    at_least, at_most = (f"{cell['indicator_id']}_at_{word}" for word in ("least", "most"))
    if at_least in indicators and at_most in indicators:
        return _bounds(*(_count_beside(background, cell, name) for name in (at_least, at_most)))
    return _bounds(cell["lowest"], cell["highest"])


def _has_hidden_bounds(indicator: Row, cell: Row) -> bool:
    """Whether a figure that is told, and that records that do not say could change, is told without its bounds."""
    is_of_all = indicator["denominator_kind"] == "own_total" and indicator["numerator_split"] == "domestic"
    is_open = (
        indicator["denominator_kind"] == "flag_known" or is_of_all or bool(indicator["unknown_measure_id"])
    )
    return is_open and cell["value_status"] == "reported" and cell["lowest"] is None


def _bounds(lowest: float | None, highest: float | None) -> Bounds | None:
    return None if lowest is None or highest is None else Bounds(lowest, highest)


def _count_beside(background: Background, cell: Row, indicator_id: str) -> float | None:
    """The published count of an indicator for the same place, period, lens, part and split as a cell."""
    rows = background.cells_of(indicator_id)
    return next((row["numerator"] for row in rows if all(row[name] == cell[name] for name in SAME)), None)


def _kind_of(cell: Row) -> str:
    """The kind of offence that a figure is told of; '' of all kinds together."""
    return str(cell["breakdown_value"]) if cell["breakdown"] == "offence_subgroup" else ""


def _is_within(row: Row, cell: Row) -> bool:
    """Whether a change in counting, or a shaded period, touches the cell's; one of no known date may."""
    if row["start_date"] is None:
        return True
    last = row["end_date"] or row["start_date"]
    return bool(row["start_date"] <= cell["period_end"] and last >= cell["period_start"])


def _reconciled(background: Background, measure_id: str, cell: Row) -> tuple[Row, ...]:
    """The quarters inside the cell's period that are reconciled: of the whole area alone, as the force's table is."""
    categories = background.seeds["street_categories"]
    own = {row["crime_category"] for row in categories if row["measure_id"] == measure_id}
    if cell["area_code"] != background.assessment.area.code:
        return ()
    return tuple(
        row
        for row in background.tables["reconciliation"]
        if row["crime_category"] in own
        and cell["period_start"] <= row["period_start"]
        and row["period_end"] <= cell["period_end"]
    )
