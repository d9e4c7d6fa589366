"""What published figures are made from: SQL models, deliveries, corrections, what is hidden of counts, the release."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial

from pipeline.contracts import Contract
from pipeline.definitions.policies import policy_in_force
from pipeline.explanation.background import Background, Row
from pipeline.explanation.definition import denominator_of, policy_of, sources_of
from pipeline.explanation.lineage import MART, POPULATIONS, models_between, sources_above

DELIVERY_FIELDS = ("source_id", "file_name", "sha256", "status", "reason", "period_start", "period_end",
                   "rows_in", "accepted", "rejected")  # fmt: skip

# The column that every estimate of residents has.
RESIDENTS = "population"


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
class Drawn:
    """Which days of a source something published was drawn from, and through the models up to which mart.

    `policy_id` is what protects its counts.
    """

    source_id: str
    mart: str
    period_start: date
    period_end: date
    policy_id: str


@dataclass(frozen=True)
class Origin:
    """What figures are made from, once for all of them; tables as their published rows."""

    # source_id → the files of the models that it passes through.
    models: dict[str, tuple[str, ...]]
    deliveries: tuple[Row, ...]
    # Empty where no figure is set against residents.
    population_deliveries: tuple[Row, ...]
    source_notes: dict[str, str]
    corrections: tuple[Row, ...]
    policies: tuple[SourcePolicy, ...]
    # The approved one that holds them; None of a draft.
    release: str | None


def find_origin(
    background: Background, cells: Iterable[Row], release: str | None, others: Iterable[Drawn] = ()
) -> Origin:
    """What published cells are made from, and what else was drawn on beside them."""
    cells = list(cells)
    drawn = list(dict.fromkeys([*(each for cell in cells for each in _drawn_for(background, cell)), *others]))
    sources = list(dict.fromkeys(each.source_id for each in drawn))
    accepted = _accepted(background)
    has_residents = any(
        background.indicator(cell["indicator_id"])["denominator_kind"] == "population" for cell in cells
    )
    return Origin(
        models={source_id: _models_of(background, source_id, drawn) for source_id in sources},
        deliveries=tuple(
            _describe(row) for row in accepted if any(_is_drawn_from(row, each) for each in drawn)
        ),
        population_deliveries=tuple(
            _describe(row) for row in accepted if has_residents and row["source_id"] in _estimates(background)
        ),
        source_notes={
            row["source_id"]: row["gap_note"]
            for row in background.tables["sources"]
            if row["source_id"] in sources and row["gap_note"]
        },
        corrections=tuple(
            _describe_correction(row, background.contracts[row["source_id"]])
            for row in background.seeds["corrections"]
            if row["source_id"] in sources
        ),
        policies=tuple(dict.fromkeys(_describe_policy(background, each) for each in drawn)),
        release=release,
    )


def draw_from(background: Background, source_id: str, mart: str, start: date, end: date) -> Drawn:
    """What was drawn from a source up to a mart, its counts protected as those of the source usually are."""
    return Drawn(source_id, mart, start, end, background.policy_of_source[source_id])


def _drawn_for(background: Background, cell: Row) -> tuple[Drawn, ...]:
    """What a cell is drawn from: the source of its numerator, and that of its denominator, which may be the same."""
    indicator = background.indicator(cell["indicator_id"])
    denominator_id, _ = denominator_of(indicator, cell["split"])
    counted = [(str(indicator["numerator_measure_id"]), str(cell["source_id"]))]
    if denominator_id:
        counted.append((denominator_id, _source_of(background, denominator_id, cell["source_id"])))
    return tuple(
        Drawn(
            source_id,
            MART,
            cell["period_start"],
            cell["period_end"],
            policy_of(background.seeds, measure_id, source_id, background.policy_of_source[source_id]),
        )
        for measure_id, source_id in counted
    )


def _source_of(background: Background, measure_id: str, beside: str) -> str:
    """The source that answers a denominator `beside` a numerator's: the same one where it can."""
    possible = sources_of(background.seeds, measure_id)
    if not possible or beside in possible:
        return beside
    delivered = {row["source_id"] for row in _accepted(background)}
    return next((each for each in possible if each in delivered), possible[0])


def _accepted(background: Background) -> list[Row]:
    """What provenance says of the files that were taken in."""
    return background.once(
        "accepted", lambda: [row for row in background.tables["provenance"] if row["status"] == "accepted"]
    )


def _estimates(background: Background) -> frozenset[str]:
    """The sources that count residents; not those by which they are placed."""

    def find() -> frozenset[str]:
        return frozenset(
            source_id
            for source_id in sources_above(background.graph, POPULATIONS) & background.contracts.keys()
            if any(column.name == RESIDENTS for column in background.contracts[source_id].columns)
        )

    return background.once("estimates", find)


def _models_of(background: Background, source_id: str, drawn: Iterable[Drawn]) -> tuple[str, ...]:
    """The files of the models from a source up to each mart that was drawn on."""
    marts = dict.fromkeys(each.mart for each in drawn if each.source_id == source_id)
    files = [
        file
        for mart in marts
        for file in background.once(
            ("models", source_id, mart), partial(models_between, background.graph, source_id, mart)
        )
    ]
    return tuple(dict.fromkeys(files))


def _describe(row: Row) -> Row:
    return {name: row[name] for name in DELIVERY_FIELDS}


def _is_drawn_from(row: Row, drawn: Drawn) -> bool:
    # Days of record-level files are published as their months; what has no period is for all.
    first, last = row["period_start"][:7], row["period_end"][:7]
    is_within = first <= f"{drawn.period_end:%Y-%m}" and last >= f"{drawn.period_start:%Y-%m}"
    return row["source_id"] == drawn.source_id and (not first or is_within)


def _describe_correction(row: Mapping[str, str], contract: Contract) -> Row:
    """A known error that is put right; what was written, and what should be, only where it is openly published."""
    told = ("source_id", "column_name", "reason", "source")
    values = ("expected_value", "corrected_value") if contract.is_openly_published else ()
    return {name: row[name] for name in (*told, *values)}


def _describe_policy(background: Background, drawn: Drawn) -> SourcePolicy:
    held = policy_in_force(background.policies, drawn.policy_id, drawn.period_start, drawn.period_end)
    if held is None:
        raise ValueError(f"no disclosure policy is called {drawn.policy_id}")
    return SourcePolicy(
        drawn.source_id,
        drawn.policy_id,
        held.threshold,
        held.rounding_base,
        held.method,
        held.authority,
        held.note,
    )
