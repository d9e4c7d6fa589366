"""Whatever crimes there are, and whatever the rules of an area: the counts in SQL equal those of the slow twin."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from functools import cache
from itertools import chain
from pathlib import Path

from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from pipeline.settings import Settings
from tests.conftest import query
from tests.counts.drawn import FLAGS, OFFENCES
from tests.counts.drawn_places import AREA, DISTRICTS, ELSEWHERE, LSOAS
from tests.counts.recount import copy_area, count_again
from tests.counts.reference import CONDITIONS, OWN_LENS, Victims, count_offences, months_of
from tests.counts.twin_rows import Key, Row, read_seed
from tests.counts.twin_victims import Suffered, victims_in

EXAMPLES = 80
# The first and last days of rules; crimes fall on them, on the days before and after, and on a few others.
EDGES = (date(2020, 2, 29), date(2021, 4, 1), date(2022, 12, 31), date(2023, 6, 15))
DAYS = sorted(
    {edge + timedelta(days=step) for edge in EDGES for step in (-1, 0, 1)}
    | {date(2019, 4, 1), date(2023, 8, 31), date(2023, 9, 1), date(2024, 3, 31), date(2024, 4, 1)}
)
# Those that a rule of a measure names are few, and drawn as often as all others together.
NAMED = sorted({row["offence_code"] for row in read_seed("measure_rules")} - {""})
CODES = sorted({*OFFENCES, *(row["offence_code"] for row in read_seed("lens_rules"))})
# The own rules are about these, so that most records meet one or another.
OWN_CODES = ("8N", "105A", "34B", "19C", "8L", "10D")
AGES = ("", "unknown", "0-9", "10-15", "16-17", "18-24", "25-34", "75+")
PLACES = [
    *((lsoa, lad) for lsoa, (_, lad) in LSOAS.items()),
    ELSEWHERE, ("", DISTRICTS[1]), ("", ""), ("", ELSEWHERE[1]),
]  # fmt: skip
# Either side of each hour at which a day, a night, a weekend or a week begins.
MOMENTS = [
    "",
    *(f"2023-06-{day}T{hour}" for day in (16, 17, 18, 19) for hour in ("05:59", "06:00", "17:59", "18:00")),
]

# The periods that a month is part of, each by its kind and first day.
Periods = Mapping[date, Sequence[tuple[str, date]]]

crimes = st.lists(
    st.builds(
        lambda place, day, row: {
            **row,
            "lsoa21_code": place[0],
            "lad_code": place[1],
            "recorded_date": day.isoformat(),
        },
        st.sampled_from(PLACES),
        st.sampled_from(DAYS),
        st.fixed_dictionaries(
            {
                "force_code": st.sampled_from([AREA] * 9 + ["X23000009"]),
                "committed_from": st.sampled_from(MOMENTS),
                "ho_code": st.sampled_from(OWN_CODES) | st.sampled_from(NAMED) | st.sampled_from(CODES),
                **{flag: st.sampled_from(["true", "false", ""]) for flag in FLAGS},
                "location_type": st.sampled_from(
                    ["", "unknown", "attic", *(row["location_type"] for row in read_seed("location_types"))]
                ),
                # Few people, so that some are victims again.
                "victim_id_pseudo": st.sampled_from(["", "V1", "V2", "V3"]),
                "victim_age_band": st.sampled_from(AGES),
                "suspect_age_band": st.sampled_from(AGES),
                "victim_sex": st.sampled_from(["F", "M", "U", ""]),
                "vo_relationship": st.sampled_from(["", "unknown", "ex_partner", "stranger"]),
                "injury_level": st.sampled_from(["", "unknown", "none", "minor", "serious", "fatal"]),
                "outcome_code": st.sampled_from(["", "1", "1A", "14", "15", "16", "18", "21"]),
            }
        ),
    ),
    min_size=20,
    max_size=60,
)
windows = st.lists(st.sampled_from(["", *EDGES]), min_size=2, max_size=2).map(
    lambda ends: sorted(map(str, ends)) if all(ends) else list(map(str, ends))
)
# Now and then two rules of one code between them catch whatever the domestic abuse flag says.
own_rules = st.lists(
    st.builds(
        lambda code, condition, window: {
            "lens_id": OWN_LENS, "offence_code": code, "condition": condition,
            "valid_from": window[0], "valid_to": window[1],
        },
        st.sampled_from(OWN_CODES),
        st.sampled_from(["if_domestic", "if_non_domestic"]) | st.sampled_from(sorted(CONDITIONS)),
        windows,
    ),
    min_size=3,
    max_size=40,
    unique_by=lambda rule: (rule["offence_code"], rule["condition"], rule["valid_from"]),
)  # fmt: skip


def test_any_crimes_count_as_their_twin_says(drawn: Settings, tmp_path: Path) -> None:
    recount = copy_area(drawn, tmp_path)
    periods = periods_by_month(query(drawn, "select period_type, period_start from int_periods"))
    seen: set[tuple[str, str]] = set()

    @hypothesis_settings(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck))
    @given(crimes, own_rules)
    def agree(rows: list[dict[str, str]], rules: list[Row]) -> None:
        recorded = [{"crime_id_pseudo": f"R{number}", **row} for number, row in enumerate(rows)]
        expected = count_slowly(recorded, rules, periods)
        counted = count_again(recount, recorded, rules)
        cells = {cell for cell, _ in counted.items() ^ expected.items()}
        assert {cell: (counted.get(cell, 0), expected.get(cell, 0)) for cell in cells} == {}
        seen.update((measure, lens) for measure, lens, *_ in expected)

    agree()
    assert {lens for _, lens in seen} == {"", OWN_LENS, *(row["lens_id"] for row in read_seed("lenses"))}
    assert {measure for measure, _ in seen} == police_measures()


def count_slowly(rows: list[dict[str, str]], rules: list[Row], periods: Periods) -> dict[tuple, float]:
    """Every count that an indicator asks for and that is not 0, by what is counted, where and when."""
    places = {lsoa: {"lad_code": lad, "msoa21_code": msoa} for lsoa, (msoa, lad) in LSOAS.items()}
    counts: Counter[Key] = Counter()
    victims: Victims = defaultdict(list)
    count_offences(rows, places, rules, counts, victims)
    figures: Counter[tuple] = Counter()
    for (measure, lens, area, month, breakdown, key, split), count in counts.items():
        kind = "vru" if area == AREA else "lad" if area in DISTRICTS else "msoa"
        for period_type, start in periods[month]:
            if (measure, kind, period_type, breakdown) in declared():
                figures[measure, lens, kind, area, period_type, start, breakdown, key, split] += count
    suffered: dict[tuple, list[list[Suffered]]] = defaultdict(list)
    for (measure, lens, month), of_month in victims.items():
        for period in periods[month]:
            suffered[measure, lens, *period].append(of_month)
    for people in read_seed("people_measures"):
        for (measure, lens, *period), months in suffered.items():
            if (
                measure == people["measure_id"]
                and (people["people_measure_id"], "vru", period[0], "none") in declared()
            ):
                for split in ("all", "domestic", "non_domestic", "not_known"):
                    cell = (people["people_measure_id"], lens, "vru", AREA, *period, "none", "", split)
                    figures[cell] = victims_in(chain.from_iterable(months), people, split)
    return {cell: count for cell, count in figures.items() if count}


def periods_by_month(periods: Iterable[tuple[str, date]]) -> Periods:
    """The periods of every month."""
    of_month: dict[date, list[tuple[str, date]]] = defaultdict(list)
    for period in periods:
        for month in months_of(*period):
            of_month[month].append(period)
    return of_month


@cache
def declared() -> frozenset[tuple[str, str, str, str]]:
    """Each measure with the kinds of area and period and the breakdowns in which some indicator needs it."""
    indicators = {row["indicator_id"]: row for row in read_seed("indicators")}
    needed = set()
    for cell in read_seed("indicator_cells"):
        row = indicators[cell["indicator_id"]]
        kinds = cell["area_type"], cell["period_type"]
        needed |= {
            (row[name], *kinds, cell["breakdown"]) for name in ("numerator_measure_id", "unknown_measure_id")
        }
        if row["denominator_kind"] in ("measure", "measure_total"):
            breakdown = "none" if row["denominator_kind"] == "measure_total" else cell["breakdown"]
            needed.add((row["denominator_id"], *kinds, breakdown))
    return frozenset(needed)


def police_measures() -> set[str]:
    """Every measure that some indicator needs and that is counted from crimes."""
    own = {row["measure_id"] for row in read_seed("measure_rules")}
    people = {row["people_measure_id"] for row in read_seed("people_measures")}
    blanks = {row["unknown_measure_id"] for row in read_seed("indicators")}
    return {
        measure
        for measure, *_ in declared()
        if measure in own | people | blanks
        or (measure.startswith("lens_") and not measure.startswith("lens_admissions"))
    } - {""}
