"""One published figure with all that stands behind it; never a count that is hidden, nor a way to one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pipeline.contracts import Contract
from pipeline.definitions.policies import policy_in_force
from pipeline.explanation.background import CELL, Background, Row
from pipeline.explanation.cautions import find_cautions
from pipeline.explanation.definition import (
    Counted,
    Prices,
    Weight,
    describe_counted,
    describe_prices,
    describe_weights,
    policy_of,
    sources_of,
)
from pipeline.explanation.lineage import POPULATIONS, models_between, sources_above
from pipeline.explanation.parts import Part, describe_part
from pipeline.explanation.question import Question, find_cell, nearest
from pipeline.explanation.series import ChartedMonth, Trend, month_in_chart, trends_of
from pipeline.explanation.statistic import DECOMPOSITION, MEANINGS
from pipeline.names import name_some
from pipeline.periods import name_price_year
from pipeline.settings import ConfigurationError

INDICATOR_FIELDS = ("indicator_id", "title", "meaning", "unit", "decimals", "direction", "interval_method",
                    "numerator_label", "denominator_label", "caveat", "is_proxy")  # fmt: skip
DELIVERY_FIELDS = ("source_id", "file_name", "sha256", "status", "reason", "period_start", "period_end",
                   "rows_in", "accepted", "rejected")  # fmt: skip

# The column that every estimate of residents has.
RESIDENTS = "population"

# What two figures of the same place, period and part have in common.
SAME = ("lens_id", "area_code", "period_type", "period_start", "breakdown", "breakdown_value", "split")


@dataclass(frozen=True)
class Bounds:
    """What the value would be at least and at most, whatever the records that do not say would say."""

    lowest: float
    highest: float


@dataclass(frozen=True)
class SourcePolicy:
    """What is hidden or rounded of counts from a source (`hide` or `round`: see ROUND), and on whose authority."""

    source_id: str
    policy_id: str
    threshold: int | None
    rounding_base: int | None
    method: str
    authority: str
    note: str


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
    # source_id → the files of the models that it passes through.
    models: dict[str, tuple[str, ...]]
    deliveries: tuple[Row, ...]
    population_deliveries: tuple[Row, ...]
    source_notes: dict[str, str]
    corrections: tuple[Row, ...]
    policies: tuple[SourcePolicy, ...]
    # Changes in counting, and shaded periods, that touch the period.
    breaks: tuple[Row, ...]
    # Published cautions that touch the figure.
    caveats: tuple[str, ...]
    # Quarters of street-level crime in the period, beside the force's own count.
    reconciliation: tuple[Row, ...]
    release: str | None


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

    denominator_id, denominator_split = _denominator(indicator, cell)
    is_of_all = indicator["denominator_kind"] == "measure_total"
    base_part = None if is_of_all else describe_part(background.seeds, cell, is_base=True)
    is_population = indicator["denominator_kind"] == "population"
    accepted = [row for row in tables["provenance"] if row["status"] == "accepted"]
    sources = _sources_behind(background, cell["source_id"], denominator_id, accepted)
    populations = _estimates_above(background) if is_population else frozenset()
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
        models={source_id: models_between(background.graph, source_id) for source_id in sources},
        deliveries=_describe(row for row in accepted if row["source_id"] in sources and _touches(row, cell)),
        population_deliveries=_describe(row for row in accepted if row["source_id"] in populations),
        source_notes={
            row["source_id"]: row["gap_note"]
            for row in tables["sources"]
            if row["source_id"] in sources and row["gap_note"]
        },
        corrections=tuple(
            _describe_correction(row, background.contracts[row["source_id"]])
            for row in background.seeds["corrections"]
            if row["source_id"] in sources
        ),
        # The denominator's source is the last; it may be the numerator's own.
        policies=_describe_policies(
            background,
            cell,
            [
                (indicator["numerator_measure_id"], sources[0]),
                *([(denominator_id, sources[-1])] if denominator_id else []),
            ],
        ),
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
        release=release,
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


def _denominator(indicator: Row, cell: Row) -> tuple[str, str]:
    """The measure that is the denominator, and its split; empty texts where it is a population or there is none."""
    kind, numerator_id = indicator["denominator_kind"], str(indicator["numerator_measure_id"])
    if kind in ("measure", "measure_total"):
        return str(indicator["denominator_id"]), cell["split"]
    return {"own_total": (numerator_id, "all"), "flag_known": (numerator_id, "flag_known")}.get(
        kind, ("", "")
    )


def _sources_behind(
    background: Background, source_id: str, denominator_id: str, accepted: Iterable[Row]
) -> tuple[str, ...]:
    """The source of the numerator, and that of the denominator where it is another."""
    delivered = {row["source_id"] for row in accepted}
    possible = sources_of(background.seeds, denominator_id) if denominator_id else []
    if not possible or source_id in possible:
        return (source_id,)
    return source_id, next((each for each in possible if each in delivered), possible[0])


def _estimates_above(background: Background) -> frozenset[str]:
    """The sources that count residents; not those by which they are placed."""
    return frozenset(
        source_id
        for source_id in sources_above(background.graph, POPULATIONS) & background.contracts.keys()
        if any(column.name == RESIDENTS for column in background.contracts[source_id].columns)
    )


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


def _describe(accepted: Iterable[Row]) -> tuple[Row, ...]:
    """What provenance says of files that were taken in."""
    return tuple({name: row[name] for name in DELIVERY_FIELDS} for row in accepted)


def _touches(row: Row, cell: Row) -> bool:
    # Days of record-level files are published as their months; what has no period is for all.
    first, last = row["period_start"][:7], row["period_end"][:7]
    return not first or (first <= f"{cell['period_end']:%Y-%m}" and last >= f"{cell['period_start']:%Y-%m}")


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


def _describe_correction(row: Mapping[str, str], contract: Contract) -> Row:
    """A known error that is put right; what was written, and what should be, only where it is openly published."""
    told = ("source_id", "column_name", "reason", "source")
    values = ("expected_value", "corrected_value") if contract.is_openly_published else ()
    return {name: row[name] for name in (*told, *values)}


def _describe_policies(
    background: Background, cell: Row, counted: Iterable[tuple[str, str]]
) -> tuple[SourcePolicy, ...]:
    """The policies of a cell's counts, given as measure and source; one that two of a source share is told once."""
    found = dict.fromkeys(
        (
            source_id,
            policy_of(background.seeds, measure_id, source_id, background.policy_of_source[source_id]),
        )
        for measure_id, source_id in counted
    )
    return tuple(_describe_policy(background, cell, *each) for each in found)


def _describe_policy(background: Background, cell: Row, source_id: str, policy_id: str) -> SourcePolicy:
    held = policy_in_force(background.policies, policy_id, cell["period_start"], cell["period_end"])
    if held is None:
        raise ValueError(f"no disclosure policy is called {policy_id}")
    return SourcePolicy(
        source_id, policy_id, held.threshold, held.rounding_base, held.method, held.authority, held.note
    )
