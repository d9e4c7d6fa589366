"""A statistic made of published figures: of two definitions side by side, or of a domestic share taken apart."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from pipeline.explanation.background import Background, Row
from pipeline.explanation.claim import FIGURE_FIELDS
from pipeline.explanation.origin import Drawn, draw_from
from pipeline.explanation.question import Question, find_area, nearest, rank_period
from pipeline.names import name_some
from pipeline.periods import period_label, read_spans
from pipeline.settings import ConfigurationError

DECOMPOSITION = "decomposition"
# What a share is taken apart against is drawn from.
REFERENCE = ("domestic_share_reference", "fct_domestic_references")
TAKEN_APART = (
    "The domestic share here less that of the reference, in percentage points: mix is what another mix of offences "
    "makes, within what other shares within the same kinds of offence make (Kitagawa 1955); they add up to the "
    "difference. Every offence without a flag counts as not domestic, as in the reference; known within is of known "
    "flags, against a reference that lacks none."
)
NUMBERS = ("share", "reference_share", "mix_effect", "mix_lower95", "mix_upper95", "within_effect", "within_lower95",
           "within_upper95", "known_within_effect", "known_within_lower95", "known_within_upper95")  # fmt: skip
# What each statistic of two definitions is; {0} is the first of them and {1} the other.
MEANINGS: Mapping[str, str] = {
    "capture_ratio": "Offences in {0} for each in {1}: one count over the other. No interval: offences can be in both.",
    "harm_ratio": "Days of harm in {0} for each in {1}: counts by kind of offence times what one weighs, over the "
    "same. Kinds that are hidden in either are left out of both. No interval: offences can be in both.",
    "cost_ratio": "Cost of {0} for each pound of {1}: counts by kind of offence times what one costs, over the same. "
    "Kinds that are hidden in either are left out of both. No interval: offences can be in both.",
    "left_out_share": "Of 100 offences in {1}, how many {0} certainly leaves out; interval by Wilson.",
    "domestic_left_out_share": "Of 100 offences in {1} that are flagged domestic abuse, how many {0} certainly leaves "
    "out; interval by Wilson.",
    "rank_correlation": "Spearman's correlation of the districts' rates under {0} with those under {1}: 1 is the same "
    "order, -1 the opposite; interval by Bonett and Wright.",
    "rank_change": "By how many places the district is worse off under {0}: its rank under {1} less that under {0}; 1 "
    "is the highest rate.",
    "allocation_change": "By how many percentage points the district's part of the area's offences is larger under {0} "
    "than under {1}: what would move if money followed the definition.",
    "worst_fifth_overlap": "Of 100 neighbourhoods in the fifth with the highest rates under {0} or {1}, how many are "
    "in it under both (Jaccard).",
}


@dataclass(frozen=True)
class Statistic:
    """One number, or numbers that belong together, and the published figures by which anybody can make it again.

    `statistic_id` names it among all: its name, definitions, place and period. `parts` are the kinds of offence of a
    share that is taken apart.
    """

    statistic_id: str
    meaning: str
    numbers: dict[str, Any]
    value_status: str
    status_reason: str
    figures: tuple[Row, ...]
    parts: tuple[Row, ...]
    # What it was drawn from beside the figures.
    drawn: tuple[Drawn, ...] = ()


def explain_statistic(background: Background, question: Question) -> tuple[Statistic, ...]:
    """The statistics of a name, place and period; empty where none is called so.

    A statistic of two definitions begins with the area's own, unless another is named, and is set beside every other,
    unless one is named. Raises ConfigurationError, with what there is instead, where nothing fits the question.
    """
    name = question.indicator_id
    if name != DECOMPOSITION and name not in MEANINGS:
        return ()
    if question.split or question.breakdown_value:
        raise ConfigurationError(
            f"{name} is a statistic and has no parts: leave out --split and --breakdown-value."
        )
    area = background.assessment.area
    names = {row["area_code"]: row["area_name"] for row in background.tables["areas"]} | {
        area.code: area.name
    }
    code = find_area(question.area, names, {}) if question.area else area.code
    if name == DECOMPOSITION:
        found = [row for row in background.tables["decompositions"] if row["area_code"] == code]
        rows = _of_period(question, [row for row in found if not row["offence_subgroup"]])
        return tuple(_take_apart(background, row, found) for row in rows)
    found = [
        row
        for row in background.tables["lens_comparisons"]
        if row["statistic"] == name and (code in (row["item"], row["area_code"]))
    ]
    # Where nobody names a district: what is told of the area itself, or else of every district.
    if code == area.code and any(not row["item"] for row in found):
        found = [row for row in found if not row["item"]]
    for column, lens_id in (
        ("lens_id", question.lens_id or background.assessment.definition.lens_id),
        ("other_lens_id", question.other_lens_id),
    ):
        known = sorted({row[column] for row in found})
        found = [row for row in found if not lens_id or row[column] == lens_id]
        if known and not found:
            hint = nearest(lens_id, known) or f" There is {name_some(known)}."
            raise ConfigurationError(f"{name} is not published for the lens {lens_id!r}.{hint}")
    return tuple(_of_lenses(background, row) for row in _of_period(question, found))


def _of_period(question: Question, rows: list[Row]) -> list[Row]:
    """The rows of the period that is asked for; else of the latest, a year before a part of one."""
    if not rows:
        raise ConfigurationError(f"{question.indicator_id} is not published for this place.")
    latest = min(rows, key=lambda row: (rank_period(_kind_of(row)), -row["period_end"].toordinal()))
    spans = (
        read_spans(question.period) if question.period else [(latest["period_start"], latest["period_end"])]
    )
    found = [row for row in rows if (row["period_start"], row["period_end"]) in spans]
    if not found:
        label = period_label(_kind_of(latest), latest["period_start"], latest["period_end"])
        raise ConfigurationError(
            f"{question.indicator_id} is not published for {question.period!r} there; the latest that is: {label}."
        )
    return found


def _kind_of(row: Row) -> str:
    # A share is taken apart for financial years alone.
    return str(row.get("period_type", "financial_year"))


def _of_lenses(background: Background, row: Row) -> Statistic:
    titles = {lens["lens_id"]: f"“{lens['title']}”" for lens in background.tables["lenses"]}
    pair = row["lens_id"], row["other_lens_id"]
    return Statistic(
        statistic_id=_identify(row, row["statistic"], *pair, row["item"] or row["area_code"]),
        meaning=MEANINGS[row["statistic"]].format(*(titles.get(lens, lens) for lens in pair)),
        numbers={name: row[name] for name in ("value", "lower95", "upper95", "lowest", "highest")},
        value_status=row["value_status"],
        status_reason=row["status_reason"],
        figures=tuple(_figures_of_pair(background, row)),
        parts=(),
    )


# Statistics with bounds by what is open in the area; those of the area itself count its offences anyway.
OF_AREA = ("capture_ratio", "left_out_share")
OPEN_IN_AREA = (*OF_AREA, "rank_change", "allocation_change")


def _figures_of_pair(background: Background, row: Row) -> Iterator[Row]:
    """The published figures that a statistic of two definitions is made of."""
    other, item, statistic = row["other_lens_id"], row["item"], row["statistic"]
    area_type, code = ("lad", item) if item else ("vru", row["area_code"])
    offences = "lens_offence_rate" if item else "lens_offences"
    pair = (row["lens_id"], other)
    counted = [(offences, lens_id, "all") for lens_id in pair]
    wanted = {
        "capture_ratio": counted,
        "left_out_share": [("lens_left_out", other, "all"), *counted],
        "domestic_left_out_share": [
            ("lens_left_out", other, "domestic"),
            *((name, lens_id, "all") for name in ("lens_domestic_share", "lens_open_domestic") for lens_id in pair),
        ],
        "harm_ratio": [("lens_offences", lens_id, "all") for lens_id in pair],
        "cost_ratio": [("lens_offences", lens_id, "all") for lens_id in pair],
    }.get(statistic)  # fmt: skip
    if wanted is None:
        # Ranks and parts of an area are made of all its districts, the worst fifth of all its neighbourhoods.
        wanted = [("lens_offence_rate", lens_id, "all") for lens_id in pair]
        area_type, code = "msoa" if statistic == "worst_fifth_overlap" else "lad", ""
    if statistic in OPEN_IN_AREA:
        yield from _open_in_area(background, row, pair)
    breakdown = "offence_subgroup" if statistic in ("harm_ratio", "cost_ratio") else "none"
    for indicator_id, lens_id, split in wanted:
        for cell in background.cells_of(indicator_id):
            is_wanted = (cell["area_type"], cell["lens_id"], cell["split"], cell["breakdown"]) == (
                area_type, lens_id, split, breakdown,
            )  # fmt: skip
            # A kind of offence of which there is none weighs nothing.
            is_some = breakdown == "none" or cell["numerator"] != 0
            if is_wanted and is_some and code in ("", cell["area_code"]) and _is_in(cell, row):
                yield {name: cell[name] for name in FIGURE_FIELDS}


def _open_in_area(background: Background, row: Row, pair: tuple[str, str]) -> Iterator[Row]:
    """What an unknown flag could bring into each definition in the whole area: no district has more."""
    for indicator_id in ("lens_offences", "lens_offences_at_most"):
        for cell in background.cells_of(indicator_id):
            is_wanted = (cell["area_code"], cell["split"], cell["breakdown"]) == (
                row["area_code"],
                "all",
                "none",
            )
            # Of the area itself its offences are told with the rest.
            is_told = not row["item"] and indicator_id == "lens_offences" and row["statistic"] in OF_AREA
            if is_wanted and not is_told and cell["lens_id"] in pair and _is_in(cell, row):
                yield {name: cell[name] for name in FIGURE_FIELDS}


def _take_apart(background: Background, row: Row, rows: list[Row]) -> Statistic:
    same = ("indicator_id", "period_start", "reference_name")
    parts = [
        each for each in rows if each["offence_subgroup"] and all(each[name] == row[name] for name in same)
    ]
    kinds = {each["offence_subgroup"] for each in parts}
    # Those that are hidden have no row of their own: the total tells the sum of what is taken together.
    hidden = _kinds_of(background, row["indicator_id"]) - kinds
    figures = [
        {name: cell[name] for name in FIGURE_FIELDS}
        for indicator_id, is_total in (("domestic_share", False), (row["indicator_id"], True))
        for cell in background.cells_of(indicator_id)
        if cell["area_code"] == row["area_code"]
        and cell["split"] == "all"
        and _is_in(cell, row)
        and (
            cell["breakdown"] == "none"
            if is_total
            else cell["breakdown_value"] in kinds
            or (cell["breakdown_value"] in hidden and cell["value_status"] == "suppressed")
        )
    ]
    against = (
        f"against {row['reference_name']} {row['reference_year_start']}" if row["reference_name"] else ""
    )
    return Statistic(
        statistic_id=_identify(row, DECOMPOSITION, row["indicator_id"], against, row["area_code"]),
        meaning=TAKEN_APART,
        numbers={name: row[name] for name in NUMBERS},
        value_status=row["value_status"],
        status_reason=row["status_reason"],
        figures=tuple(figures),
        parts=tuple(parts),
        drawn=_draw_from_reference(background, row["reference_year_start"]),
    )


def _kinds_of(background: Background, indicator_id: str) -> set[str]:
    """The kinds of offence that an indicator counts, by the groups of its measure."""
    measure_id = background.indicator(indicator_id)["numerator_measure_id"]
    groups = {
        rule["offence_group"]
        for rule in background.seeds["measure_rules"]
        if rule["measure_id"] == measure_id
    }
    return {
        code["offence_subgroup"]
        for code in background.seeds["offence_codes"]
        if code["offence_group"] in groups
    }


def _draw_from_reference(background: Background, start: date | None) -> tuple[Drawn, ...]:
    """The year of the reference; none where there is no reference."""
    if start is None:
        return ()
    return (draw_from(background, *REFERENCE, start, start.replace(year=start.year + 1) - timedelta(days=1)),)


def _is_in(cell: Row, row: Row) -> bool:
    return bool(
        (cell["period_type"], cell["period_start"], cell["period_end"])
        == (_kind_of(row), row["period_start"], row["period_end"])
    )


def _identify(row: Row, *words: str) -> str:
    days: tuple[date, date] = row["period_start"], row["period_end"]
    return " · ".join([*(word for word in words if word), period_label(_kind_of(row), *days)])
