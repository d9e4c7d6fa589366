"""A slow and obvious twin of the counts: from the delivered text and the seeds straight to every figure.

It shares no code with the pipeline: no contracts, no SQL, no frames. What a row means is said here again.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from itertools import chain
from math import floor
from pathlib import Path

from tests.counts.twin_children import count_children
from tests.counts.twin_education import count_education
from tests.counts.twin_health import count_health
from tests.counts.twin_needs import count_needs
from tests.counts.twin_rows import (
    AREA,
    Key,
    Row,
    Source,
    add,
    flag,
    month_of,
    place_of,
    read_csv,
    read_seed,
    read_source,
    word,
)
from tests.counts.twin_services import Numbers, count_services
from tests.counts.twin_suspects import Suspicion, count_incidents, count_suspects, people_in
from tests.counts.twin_victims import Suffered, victims_in

OWN_LENS = "exampleshire"
YOUNG = ("0-9", "10-15", "16-17", "18-24")
# A rule without a date holds on every day.
EVER = (date(1900, 1, 1), date(2999, 12, 31))
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")

JUDGED = (
    "ho_code",
    "da_flag",
    "knife_flag",
    "firearm_flag",
    "cce_county_lines_flag",
    "child_present_flag",
    "repeat_da_victim_flag",
    "alcohol_flag",
    "location_type",
    "victim_age_band",
    "suspect_age_band",
    "injury_level",
    "outcome_code",
)

# The offences suffered, by measure, lens and month.
Victims = dict[tuple[str, str, date], list[Suffered]]
# measure, lens, condition word, first and last day
Rule = tuple[str, str, str, date, date]

POLICE = Source(
    "police_crimes_*.csv",
    record=("crime_id_pseudo",),
    is_unique=True,
    columns=(
        "force_code",
        "lad_code",
        "lsoa21_code",
        "recorded_date",
        "committed_from",
        "ho_code",
        "da_flag",
        "knife_flag",
        "firearm_flag",
        "cce_county_lines_flag",
        "child_present_flag",
        "alcohol_flag",
        "location_type",
        "vo_relationship",
        "victim_id_pseudo",
        "victim_type",
        "victim_age_band",
        "victim_sex",
        "suspect_age_band",
        "vo_relationship",
        "repeat_da_victim_flag",
        "injury_level",
        "outcome_code",
    ),
    required=(
        "crime_id_pseudo",
        "force_code",
        "recorded_date",
        "ho_code",
    ),
    days=(
        "recorded_date",
        "committed_from",
    ),
    codes={"ho_code": ("offence_codes", "offence_code")},
)
STREET = Source(
    "*-street.csv",
    record=("Crime ID",),
    is_unique=True,
    columns=("Month", "Falls within", "LSOA code", "Crime type"),
    required=("Month", "Falls within", "Crime type"),
    codes={"Crime type": ("street_categories", "crime_category")},
)


@dataclass(frozen=True)
class Twin:
    """What was counted by month and returned by services, who the victims and suspects were, and who lives where."""

    counts: Counter[Key]
    victims: Victims
    suspicions: Sequence[Suspicion]
    returns: Numbers
    residents: Mapping[tuple[str, int, str], int]


def count_area(folder: Path, local_rules: Iterable[Row] = ()) -> Twin:
    """Counts every delivery in a folder of the demonstration area; `local_rules` are its own lens rules."""
    places = {row["lsoa21_code"]: row for row in read_csv(next(folder.rglob("lookup_lsoa21*.csv")))}
    counts: Counter[Key] = Counter()
    victims: Victims = defaultdict(list)
    count_offences(read_source(folder, POLICE), places, local_rules, counts, victims)
    count_street_crimes(read_source(folder, STREET), places, counts)
    count_health(folder, places, counts)
    count_education(folder, counts)
    count_incidents(folder, places, counts)
    suspicions = count_suspects(folder, counts)
    returns = {**count_services(folder), **count_children(folder), **count_needs(folder)}
    return Twin(counts, victims, suspicions, returns, count_residents(folder, places))


# Offences


def one_of(text: str, *words: str) -> bool | None:
    """Whether a text is one of the words; None where there is no text."""
    return text in words if text else None


def both(first: bool | None, second: bool | None) -> bool | None:
    """Yes where both are, no where one is not, else not known."""
    if first is False or second is False:
        return False
    return True if first and second else None


def opposite(answer: bool | None) -> bool | None:
    """No for yes, yes for no, not known for not known."""
    return None if answer is None else not answer


def under_25(row: Row) -> bool | None:
    """Whether victim or suspect is under 25: no only where both ages are known."""
    bands = word(row, "victim_age_band"), word(row, "suspect_age_band")
    if any(band in YOUNG for band in bands):
        return True
    return False if all(bands) else None


def public_place(row: Row) -> bool | None:
    """Whether the place is open to the public; None where its word is no kind of place."""
    return {"true": True, "false": False}.get(kind_of_place(row).get("is_public_place", ""))


def dwelling(row: Row) -> bool | None:
    """Whether the place is a home; None where its word is no kind of place."""
    return {"true": True, "false": False}.get(kind_of_place(row).get("is_dwelling", ""))


def kind_of_place(row: Row) -> Row:
    """What is known of the kind of place that a record names."""
    return kinds_of_place().get(row["location_type"].casefold(), {})


@cache
def kinds_of_place() -> dict[str, Row]:
    """The kinds of place by name."""
    return {row["location_type"]: row for row in read_seed("location_types")}


CONDITIONS: dict[str, Callable[[Row], bool | None]] = {
    "all": lambda row: True,
    "if_domestic": lambda row: flag(row, "da_flag"),
    "if_non_domestic": lambda row: opposite(flag(row, "da_flag")),
    "if_knife": lambda row: flag(row, "knife_flag"),
    "if_firearm": lambda row: flag(row, "firearm_flag"),
    "if_county_lines": lambda row: flag(row, "cce_county_lines_flag"),
    "if_under_25": under_25,
    "if_grievous": lambda row: one_of(word(row, "injury_level"), "serious", "fatal"),
    "if_public_place": public_place,
    "if_public_under_25": lambda row: both(public_place(row), under_25(row)),
    "if_dwelling": dwelling,
    "if_victim_under_25": lambda row: one_of(word(row, "victim_age_band"), *YOUNG),
    "if_knife_and_victim_under_25": lambda row: both(
        flag(row, "knife_flag"), one_of(word(row, "victim_age_band"), *YOUNG)
    ),
    "if_alcohol_related": lambda row: flag(row, "alcohol_flag"),
    "if_evidential_difficulty": lambda row: one_of(row["outcome_code"], "15"),
    "if_suspect_unidentified": lambda row: one_of(row["outcome_code"], "18"),
    "if_charged": lambda row: one_of(row["outcome_code"], "1", "1A"),
    "if_victim_not_supporting": lambda row: one_of(row["outcome_code"], "14", "16"),
    "if_outcome_known": lambda row: row["outcome_code"] != "",
    "if_repeat_domestic_victim": lambda row: both(flag(row, "da_flag"), flag(row, "repeat_da_victim_flag")),
    "if_child_present": lambda row: both(flag(row, "da_flag"), flag(row, "child_present_flag")),
}


def rules_by_offence(local_rules: Iterable[Row]) -> dict[str, list[Rule]]:
    """The rules of each offence code: measure, lens, condition word, first and last day."""
    rules = defaultdict(list)
    for row in (*read_seed("lens_rules"), *local_rules):
        first = date.fromisoformat(row["valid_from"]) if row["valid_from"] else EVER[0]
        last = date.fromisoformat(row["valid_to"]) if row["valid_to"] else EVER[1]
        rules[row["offence_code"]].append(("lens_offences", row["lens_id"], row["condition"], first, last))
    for code in read_seed("offence_codes"):
        for row in read_seed("measure_rules"):
            columns = ("offence_group", "offence_subgroup", "offence_code")
            if any(row[name] and row[name] == code[name] for name in columns):
                rule = (row["measure_id"], "", row["condition"], *EVER)
                rules[code["offence_code"]].append(rule)
    return rules


def count_offences(
    crimes: Iterable[Row],
    places: Mapping[str, Row],
    local_rules: Iterable[Row],
    counts: Counter[Key],
    victims: Victims,
) -> None:
    """Counts each crime once in every measure and lens of which it certainly meets a rule."""
    rules = rules_by_offence(local_rules)
    subgroups = {row["offence_code"]: row["offence_subgroup"] for row in read_seed("offence_codes")}
    suffered = {row["measure_id"] for row in read_seed("people_measures")}
    dated = {code for code, held in rules.items() if any(rule[3:] != EVER for rule in held)}
    judged: dict[tuple, list[tuple[str, str, bool]]] = {}
    by_flag: dict[tuple, dict[bool, set[str]]] = {}
    for row in crimes:
        areas = place_of(row, places)
        if row["force_code"] != AREA or areas is None:
            continue
        month = month_of(row["recorded_date"])
        split = {True: "domestic", False: "non_domestic", None: "not_known"}[flag(row, "da_flag")]
        # Offences alike in all that a rule can ask are judged once.
        day = date.fromisoformat(row["recorded_date"])
        facts = (day if row["ho_code"] in dated else None, *(row[name] for name in JUDGED))
        if facts not in judged:
            judged[facts] = judge(row, day, rules[row["ho_code"]])
            by_flag[facts] = {
                answer: {lens for _, lens, _ in judge({**row, "da_flag": word}, day, rules[row["ho_code"]])}
                for answer, word in ((True, "Y"), (False, "N"))
                if flag(row, "da_flag") in (answer, None)
            }
        breakdowns = list(breakdowns_of(row, subgroups[row["ho_code"]]))
        may_be_own = any(lens == OWN_LENS for _, lens, _ in judged[facts])
        for measure, lens, is_in in judged[facts]:
            opened = open_facets(row, lens, is_in, by_flag[facts])
            for facet in [*facets_of(row, is_in, may_be_own), *opened] if lens else [measure] * is_in:
                is_local = (facet, "msoa") in declared()
                add(counts, facet, lens, areas if is_local else areas[:2], month, split)
                for breakdown, key in breakdowns:
                    if (facet, breakdown) in declared():
                        add(counts, facet, lens, areas[:1], month, split, breakdown=breakdown, key=key)
            if is_in and row["victim_id_pseudo"] and measure in suffered:
                is_young = row["victim_age_band"] in YOUNG
                victims[measure, lens, month].append(
                    Suffered(row["victim_id_pseudo"], flag(row, "da_flag"), is_young)
                )
        for blank in blanks_of(judged[facts]):
            add(counts, blank, "", areas[:2], month, split)


def blanks_of(judged: Iterable[tuple[str, str, bool]]) -> set[str]:
    """The counts of blanks that an offence is in: only possibly in a rate, or in part of a certain whole."""
    said = {measure: is_in for measure, lens, is_in in judged if not lens}
    return {
        row["unknown_measure_id"]
        for row in read_seed("indicators")
        if row["unknown_measure_id"]
        and (row["denominator_kind"] == "population" or said.get(row["denominator_id"]))
        and said.get(row["numerator_measure_id"]) is False
    }


@cache
def declared() -> frozenset[tuple[str, str]]:
    """Each measure with the breakdowns and kinds of area in which some indicator is published: no other counts."""
    measures = {
        row["indicator_id"]: (row["numerator_measure_id"], row["unknown_measure_id"])
        for row in read_seed("indicators")
    }
    return frozenset(
        (measure, row[name])
        for row in read_seed("indicator_cells")
        for measure in measures[row["indicator_id"]]
        if measure
        for name in ("breakdown", "area_type")
    )


def judge(row: Row, day: date, rules: Iterable[Rule]) -> list[tuple[str, str, bool]]:
    """The measures and lenses that an offence may be in, and whether it certainly is: any rule is enough.

    It certainly is too where one rule counts it if it is domestic, and another if it is not.
    """
    met = rules_met(row, day, rules)
    words = ("Y", "N") if flag(row, "da_flag") is None else (row["da_flag"],)
    by_flag = [rules_met({**row, "da_flag": word}, day, rules) for word in words]
    return [
        (*counted, all(True in answered[counted] for answered in by_flag))
        for counted, answers in met.items()
        if True in answers or None in answers
    ]


def rules_met(row: Row, day: date, rules: Iterable[Rule]) -> dict[tuple[str, str], set[bool | None]]:
    """What the rules of each measure and lens answer: met, not met, or not known."""
    answers: dict[tuple[str, str], set[bool | None]] = defaultdict(set)
    for measure, lens, condition, first, last in rules:
        if first <= day <= last:
            answers[measure, lens].add(CONDITIONS[condition](row))
    return answers


def facets_of(row: Row, is_in: bool, may_be_own: bool) -> Iterator[str]:
    """The measures of a lens that count an offence which is certainly, or only possibly, in it."""
    yield "lens_offences_at_most"
    if is_in:
        if not may_be_own:
            yield "lens_left_out"
        yield from ("lens_offences", "lens_offences_at_least")
        facts = {
            ("lens_female", "lens_sex_known"): one_of(word(row, "victim_sex"), "F"),
            ("lens_under_25", "lens_age_known"): one_of(word(row, "victim_age_band"), *YOUNG),
            ("lens_dwelling", "lens_place_known"): dwelling(row),
        }
        for (facet, known), answer in facts.items():
            if answer is not None:
                yield known
            if answer:
                yield facet
    else:
        yield "lens_offences_not_known"


def open_facets(row: Row, lens: str, is_in: bool, by_flag: Mapping[bool, set[str]]) -> Iterator[str]:
    """What an offence that is not known to be a domestic, or another, offence of a lens may yet be.

    `by_flag` are the lenses that it may be in with each value that its domestic abuse flag can have.
    """
    if is_in and flag(row, "da_flag") is not None:
        return
    for facet, answer in (("lens_open_domestic", True), ("lens_open_other", False)):
        if lens in by_flag.get(answer, ()):
            yield facet


def breakdowns_of(row: Row, subgroup: str) -> Iterator[tuple[str, str]]:
    """The breakdowns of an offence, each with its value."""
    yield "offence_subgroup", subgroup
    if word(row, "victim_sex"):
        yield "sex", row["victim_sex"]
    if word(row, "victim_age_band"):
        yield "age_band", row["victim_age_band"]
    if row["committed_from"]:
        began = datetime.fromisoformat(row["committed_from"])
        yield "day_and_hour", f"{WEEKDAYS[began.weekday()]} {began.hour:02}"
        yield "part_of_week", part_of_week(began)
    if kind_of_place(row):
        yield "location_type", row["location_type"].casefold()
    if word(row, "vo_relationship"):
        yield "relationship", row["vo_relationship"]


def part_of_week(began: datetime) -> str:
    """Weekday or weekend, day or night: the weekend is from Friday at six in the evening to Monday at six."""
    hours_since_friday_evening = (began.weekday() * 24 + began.hour - (4 * 24 + 18)) % (7 * 24)
    week = "weekend" if hours_since_friday_evening < 60 else "weekday"
    return f"{week}_{'day' if began.hour in range(6, 18) else 'night'}"


def count_street_crimes(crimes: Iterable[Row], places: Mapping[str, Row], counts: Counter[Key]) -> None:
    """Counts street-level records by category."""
    measures = {row["crime_category"]: row["measure_id"] for row in read_seed("street_categories")}
    for row in crimes:
        areas = place_of({"lsoa21_code": row["LSOA code"]}, places)
        month = date.fromisoformat(f"{row['Month']}-01")
        add(counts, measures[row["Crime type"]], "", areas or [], month)


# Residents


def count_residents(folder: Path, places: Mapping[str, Row]) -> dict[tuple[str, int, str], int]:
    """The residents of every area, year and group of people."""
    residents: Counter[tuple[str, int, str]] = Counter()
    groups = read_seed("population_groups")
    for file in folder.rglob("population_lsoa21*.csv"):
        for row in read_csv(file):
            place = places[row["lsoa21_code"]]
            age = int(row["age_band"].split("-")[0].rstrip("+"))
            for group in groups:
                is_of_age = int(group["age_from"]) <= age <= int(group["age_to"])
                if is_of_age and group["sex"] in ("", row["sex"]):
                    for area in (AREA, place["lad_code"], place["msoa21_code"]):
                        key = (area, int(row["mid_year"]), group["population_group"])
                        residents[key] += int(row["population"])
    return residents


# Figures


@dataclass(frozen=True)
class Cell:
    """One cell of the spine."""

    indicator_id: str
    lens_id: str
    area_code: str
    period_type: str
    period_start: date
    breakdown: str
    breakdown_value: str
    split: str


def months_of(period_type: str, start: date) -> list[date]:
    """The months of a period."""
    lengths = {"month": 1, "quarter": 3, "pooled_years": 36}
    return [
        date(start.year + (start.month - 1 + step) // 12, (start.month - 1 + step) % 12 + 1, 1)
        for step in range(lengths.get(period_type, 12))
    ]


def figure_of(twin: Twin, cell: Cell) -> tuple[float, float | None]:
    """The numerator and the denominator of a cell; None where the indicator has no denominator."""
    indicator = next(row for row in read_seed("indicators") if row["indicator_id"] == cell.indicator_id)
    split = indicator["numerator_split"] or cell.split
    measure, other = indicator["numerator_measure_id"], indicator["denominator_id"]
    numerator = sum_of(twin, cell, measure, split)
    kind = indicator["denominator_kind"]
    if kind in ("none", "weights"):
        return numerator, None
    if kind == "population":
        group = indicator["domestic_denominator_id"] if cell.split == "domestic" else other
        if cell.breakdown in ("sex", "age_band"):
            group = f"{cell.breakdown} {key_of(cell)}"
            if cell.breakdown == "sex" and cell.split == "domestic":
                group += f" {indicator['domestic_denominator_id']}"
        years = years_of(cell.period_type, cell.period_start)
        return numerator, sum(residents_in(twin, cell.area_code, year, group) for year in years)
    if kind == "measure":
        return numerator, sum_of(twin, cell, other, cell.split)
    if kind == "measure_total":
        return numerator, sum_of(twin, cell, other, cell.split, is_total=True)
    if kind == "own_total":
        return numerator, sum_of(twin, cell, measure, "all")
    assert kind == "flag_known"
    return numerator, sum(sum_of(twin, cell, measure, part) for part in ("domestic", "non_domestic"))


def residents_in(twin: Twin, area: str, year: int, group: str) -> int:
    """The residents of a year; without an estimate, on the line between its neighbours, or as the nearest."""
    known = sorted(known for place, known, people in twin.residents if (place, people) == (area, group))
    before = max((other for other in known if other <= year), default=known[0])
    after = min((other for other in known if other >= year), default=known[-1])
    first, last = twin.residents[area, before, group], twin.residents[area, after, group]
    if before >= after:
        return last
    return floor(first + (last - first) * (year - before) / (after - before) + 0.5)


def sum_of(twin: Twin, cell: Cell, measure: str, split: str, is_total: bool = False) -> float:
    """The count of a measure in a cell, or in the cell without its breakdown."""
    months = months_of(cell.period_type, cell.period_start)
    people = [row for row in read_seed("people_measures") if row["people_measure_id"] == measure]
    if people:
        own = (twin.victims.get((people[0]["measure_id"], cell.lens_id, month), []) for month in months)
        return victims_in(chain.from_iterable(own), people[0], split)
    breakdown, key = ("none", "") if is_total else (cell.breakdown, key_of(cell))
    if measure.endswith("suspect_person"):
        return people_in((one for one in twin.suspicions if one.month in months), measure, key)
    returned = [twin.returns.get((measure, cell.area_code, month, breakdown, key)) for month in months]
    if any(number is not None for number in returned):
        # Parts of a full-time equivalent leave dust.
        return round(sum(number for number in returned if number is not None), 6)
    return sum(
        twin.counts[measure, cell.lens_id, cell.area_code, month, breakdown, key, split] for month in months
    )


def key_of(cell: Cell) -> str:
    """The code behind the words of a breakdown's value."""
    return breakdown_keys()[cell.breakdown, cell.breakdown_value]


@cache
def breakdown_keys() -> dict[tuple[str, str], str]:
    """The code of every breakdown and published word."""
    rows = read_seed("breakdown_values")
    return {(row["breakdown"], row["breakdown_value"]): row["breakdown_key"] for row in rows}


def years_of(period_type: str, start: date) -> list[int]:
    """The years whose residents a period has: those of its first year; of pooled years, of each; of a rolling
    year, those of its sixth month."""
    if period_type == "rolling_year":
        return [start.year + (start.month > 7)]
    return [start.year, start.year + 1, start.year + 2] if period_type == "pooled_years" else [start.year]
