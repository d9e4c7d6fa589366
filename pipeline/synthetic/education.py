"""Schools and children's services: suspensions, absence, factors of children in need, Operation Encompass."""

import numpy as np
import pyarrow as pa

from pipeline.synthetic import patterns
from pipeline.synthetic.calibration import figure, items, read_figures
from pipeline.synthetic.draws import Floats, Integers, choose, choose_by_row, happens
from pipeline.synthetic.identifiers import pseudonyms
from pipeline.synthetic.periods import dates, label, years_of
from pipeline.synthetic.places import AGE_FROM, DISTRICTS, Places
from pipeline.synthetic.tables import Column, csv_bytes, words

ACADEMIC_YEARS = (2019, 2020, 2021, 2022, 2023)  # by the year in which they end
TERMS = ("autumn", "spring", "summer")
PHASES = ("primary", "secondary", "special")
REASONS = (
    "PP", "PA", "VP", "VA", "OW", "BU", "RA", "LG", "DS", "SM", "DA", "DM", "TH", "DB", "MT", "PH",
)  # fmt: skip
VIOLENT_REASONS = ("PP", "PA", "OW", "SM")
_NEW_REASONS = ("OW", "LG", "DS", "MT", "PH")  # in use from 2020/21, with up to three an event
# Shares within the reasons that calibration does not fix: violent ones, then the rest without DB.
_VIOLENT = {"PP": 148, "PA": 38, "OW": 19, "SM": 7}
_REST = {
    "VP": 40,
    "VA": 150,
    "BU": 10,
    "RA": 11,
    "LG": 4,
    "DS": 1,
    "DA": 32,
    "DM": 27,
    "TH": 9,
    "MT": 10,
    "PH": 3,
}
_EXPELLED_VIOLENT = {"PP": 150, "PA": 105, "OW": 85, "SM": 14}
_TERM_SHARES = {  # of a year's suspensions; schools were closed to most in summer 2020 and spring 2021
    2020: (0.60, 0.385, 0.015),
    2021: (0.50, 0.12, 0.38),
}
_TERM_DAYS = ("09-03", "12-18"), ("01-07", "03-30"), ("04-18", "07-20")
_SESSIONS = {"autumn": 140, "spring": 118, "summer": 122}
_SESSIONS_CLOSED = {(2020, "spring"): 92, (2020, "summer"): 22, (2021, "spring"): 44}
_PHASE_SHARES = (0.545, 0.437, 0.018)
_YEAR_GROUPS = tuple(range(1, 14))
_YEAR_GROUP_WEIGHTS = (0.7, 0.8, 1.1, 1.5, 2.0, 2.6, 14, 19.5, 22.5, 21, 12.5, 1.0, 0.6)
FACTORS_SPLIT = {"18A": 2021, "19A": 2021}  # replaced by B and C from that year
CIN_AGES = ("unborn-0", "1-4", "5-9", "10-15", "16-17")


def district_level(places: Places, strength: float) -> Floats:
    """A relative level by district, higher where people are more deprived; its mean over people is 1."""
    people = np.bincount(places.district, places.people)
    deprived = np.bincount(places.district, places.people * (0.5 - places.deprivation)) / people
    level = np.exp(strength * deprived)
    shares: Floats = level / ((level * people).sum() / people.sum())
    return shares


def pupils(places: Places, year: int) -> Integers:
    """Pupils by district and phase in the spring of an academic year."""
    growth = 1 + figure("local_population_growth") * (year - 2021)
    young = np.bincount(places.district, places.people * places.age_shares[:, AGE_FROM < 16].sum(axis=1))
    total = figure("local_population") * figure("pupils_per_person") * growth
    return np.rint(total * (young / young.sum())[:, None] * np.array(_PHASE_SHARES)).astype(np.int64)


def academic(year: int) -> str:
    """An academic year as 2022/23."""
    return label(year).replace("-", "/")


def _reason_shares(permanent: bool, year: int) -> Floats:
    """Shares of the reasons in the order of REASONS."""
    disruptive = figure("exclusion_reason_db" if permanent else "suspension_reason_db")
    violent_weights = _EXPELLED_VIOLENT if permanent else _VIOLENT
    violent = sum(violent_weights.values()) / 1000 if permanent else figure("suspension_reason_violence")
    shares = {
        name: violent * weight / sum(violent_weights.values()) for name, weight in violent_weights.items()
    }
    rest = 1 - disruptive - violent
    shares |= {name: rest * weight / sum(_REST.values()) for name, weight in _REST.items()}
    shares["DB"] = disruptive
    return np.array([0.0 if year < 2021 and name in _NEW_REASONS else shares[name] for name in REASONS])


def _suspensions(random: np.random.Generator, places: Places) -> dict[str, bytes]:
    """Suspensions and permanent exclusions, one row an event; the same pupils come back."""
    level = district_level(places, 1.5) * figure("suspensions_local_level")
    at_risk = np.maximum(pupils(places, 2021).sum(axis=1) // 42, 30)
    # Pupils who are ever suspended, by district, year of birth and rank.
    cohorts = np.arange(2018 - 13, 2023)
    shape = (len(DISTRICTS), len(cohorts), int(at_risk.max()))
    male, fsm = random.random(shape) < 0.63, random.random(shape) < 0.47
    sen = np.searchsorted((0.56, 0.86), random.random(shape), side="right")
    special = random.random(shape) < 0.03
    files: dict[str, bytes] = {}
    number = 0
    for year in ACADEMIC_YEARS:
        total = pupils(places, year).sum(axis=1)
        expected = {
            0: figure("suspensions_per_100", academic(year)) * level / 100 * total,
            1: figure("exclusions_per_100", academic(year)) * level / 100 * total,
        }
        counts = {kind: random.poisson(values) for kind, values in expected.items()}
        kind = np.concatenate([np.full(int(counts[k].sum()), k) for k in (0, 1)])
        district = np.concatenate([np.repeat(np.arange(len(DISTRICTS)), counts[k]) for k in (0, 1)])
        count = len(kind)
        weights = np.array(_YEAR_GROUP_WEIGHTS)
        group = np.where(
            kind == 0, choose(random, weights, count), choose(random, weights * (weights > 2.5), count)
        )
        drawn = random.random(count)
        rank = np.floor(drawn * drawn * at_risk[district]).astype(np.int64)
        cohort = (year - 1) - np.array(_YEAR_GROUPS)[group] - cohorts[0]
        pupil = (district, cohort, rank)
        phase = np.where(special[pupil], 2, np.where(group < 6, 0, 1))
        term = choose(random, _TERM_SHARES.get(year, (0.37, 0.34, 0.29)), count)
        starts = np.array(
            [np.datetime64(f"{year - (n == 0)}-{first}") for n, (first, _) in enumerate(_TERM_DAYS)]
        )
        ends = np.array(
            [np.datetime64(f"{year - (n == 0)}-{last}") for n, (_, last) in enumerate(_TERM_DAYS)]
        )
        if year == 2020:
            ends[1] = np.datetime64("2020-03-20")
            starts[2] = np.datetime64("2020-06-01")
        if year == 2021:
            starts[1] = np.datetime64("2021-03-08")
        length = (ends - starts).astype(np.int64)[term]
        day = starts.astype(np.int64)[term] + np.floor(random.random(count) * (length + 1)).astype(np.int64)
        weekday = (day + 3) % 7
        day = np.where(weekday > 4, day - (weekday - 4), day)
        shares = np.array([_reason_shares(permanent, year) for permanent in (False, True)])
        reasons = [choose_by_row(random, shares, kind) for _ in range(3)]
        second = happens(random, 0.16, count) & (reasons[1] != reasons[0]) & (year >= 2021)
        third = (
            second & happens(random, 0.15, count) & (reasons[2] != reasons[0]) & (reasons[2] != reasons[1])
        )
        sessions = np.array([1, 2, 2, 3, 4, 4, 6, 6, 10, 10, 20])[
            choose(random, (14, 30, 18, 8, 12, 7, 5, 2, 2.5, 1, 0.5), count)
        ]
        order = np.lexsort((rank, district, day))
        size = int(np.prod(shape))
        columns: dict[str, Column] = {
            "event_id": pseudonyms("E", number + np.arange(count), 21),
            "pupil_id_pseudo": pseudonyms("U", np.ravel_multi_index(pupil, shape), 22),
            "academic_year": words(np.zeros(count), (academic(year),)),
            "term": words(term, TERMS),
            "start_date": dates(day),
            "type": words(kind, ("suspension", "permanent")),
            "lad_code": words(district, [code for code, _ in DISTRICTS]),
            "phase": words(phase, PHASES),
            "nc_year": words(group, [str(name) for name in _YEAR_GROUPS]),
            "sex": words(male[pupil].astype(np.int64), ("F", "M")),
            "sen_provision": words(np.where(special[pupil], 2, sen[pupil]), ("none", "support", "ehcp")),
            "fsm": words(np.where(fsm[pupil], 0, 1), ("Y", "N")),
            "reason_1": words(reasons[0], REASONS),
            "reason_2": words(np.where(second, reasons[1], -1), REASONS),
            "reason_3": words(np.where(third, reasons[2], -1), REASONS),
            "sessions_suspended": pa.array(np.where(kind == 0, sessions, 0), mask=kind == 1),
        }
        number += max(count, size)
        rows = pa.array(order)
        files[f"education/suspensions_and_exclusions_{label(year)}.csv"] = csv_bytes(
            {name: column.take(rows) for name, column in columns.items()}
        )
    return files


def _absence(random: np.random.Generator, places: Places) -> dict[str, bytes]:
    """Absence by term, district, phase and group of pupils."""
    level = district_level(places, 0.7)
    relative = items("cin_absence_relative")
    phase_level = np.array([0.80, 1.22, 1.75])
    files: dict[str, bytes] = {}
    for year in ACADEMIC_YEARS:
        rows: list[tuple[str | int, ...]] = []
        counts = pupils(places, year)
        for term in TERMS:
            sessions = _SESSIONS_CLOSED.get((year, term), _SESSIONS[term])
            # With schools closed to most, those who could come were mostly there.
            lower = 0.6 if (year, term) in _SESSIONS_CLOSED else 1.0
            for district, (code, _) in enumerate(DISTRICTS):
                for phase, name in enumerate(PHASES):
                    for group, part in (
                        ("all", 1.0),
                        ("children_in_need", figure("children_in_need_pupils") * level[district]),
                    ):
                        wobble = 1 + 0.03 * (random.random(4) - 0.5)
                        head = round(counts[district, phase] * part * (1 + 0.01 * (wobble[0] - 1)))
                        times = level[district] * phase_level[phase] * lower
                        more = {key: 1.0 if group == "all" else value for key, value in relative.items()}
                        shares = [
                            figure(metric, academic(year)) * times * more[key] * wobble[n + 1]
                            for n, (metric, key) in enumerate(
                                (
                                    ("absence_share", "absence"),
                                    ("persistent_absence", "persistent"),
                                    ("severe_absence", "severe"),
                                )
                            )
                        ]
                        possible = head * sessions
                        rows.append(
                            (academic(year), term, code, name, group, head, possible,
                             round(possible * min(shares[0], 0.5)), round(head * min(shares[1], 0.8)),
                             round(head * min(shares[2], 0.3)))
                        )  # fmt: skip
        names = (
            "academic_year", "term", "lad_code", "phase", "pupil_group", "pupil_count", "sessions_possible",
            "sessions_missed", "persistent_absentee_count", "severe_absentee_count",
        )  # fmt: skip
        columns: dict[str, Column] = {
            name: pa.array(list(column)) for name, column in zip(names, zip(*rows, strict=True), strict=True)
        }
        files[f"education/absence_{label(year)}.csv"] = csv_bytes(columns)
    return files


def _factor_shares(year: int) -> dict[str, float]:
    """The chance of each factor that is not domestic abuse, by code, in a reporting year."""
    period = f"YE 31 Mar {year}"
    episodes = figure("cin_episodes_with_assessment_factor", "", period)
    shares = dict(items("cin_factor_share"))
    shares["4B"] = figure("cin_mental_health_parent", "", period) / episodes
    shares["13A"] = figure("cin_gangs", "", period) / episodes
    if ("cin_child_criminal_exploitation", "", period) in read_figures():
        shares["24A"] = figure("cin_child_criminal_exploitation", "", period) / episodes
    for number, child in (("18", 0.12), ("19", 0.30)):
        share = shares.pop(number)
        if year < FACTORS_SPLIT[f"{number}A"]:
            shares[f"{number}A"] = share
        else:
            shares |= {f"{number}B": share * child, f"{number}C": share * (1 - child)}
    del shares["21"]
    return shares


def _children_in_need(random: np.random.Generator, places: Places) -> dict[str, bytes]:
    """Factors found at the end of assessments, one row an assessment and factor."""
    level = district_level(places, 1.6)
    young = np.bincount(places.district, places.people * places.age_shares[:, AGE_FROM < 18].sum(axis=1))
    files: dict[str, bytes] = {}
    number, children = 0, 0
    for year in reporting_years():
        period = f"YE 31 Mar {year}"
        episodes = figure("cin_episodes_with_assessment_factor", "", period)
        domestic = np.array(
            [figure(f"cin_domestic_abuse_{who}", "", period) for who in ("child", "parent", "person")]
        )
        expected = episodes / figure("children_population", "England") * young * level * 1.1
        counts = random.poisson(expected)
        count = int(counts.sum())
        district = np.repeat(np.arange(len(DISTRICTS)), counts)
        shares = _factor_shares(year)
        names = sorted(shares)
        has = random.random((count, len(names))) < np.array([shares[name] for name in names])
        any_domestic = happens(random, domestic.sum() / episodes, count)
        who = choose(random, domestic, count)
        codes = ["3A", "3B", "3C", *names, "21"]
        table = np.zeros((count, len(codes)), dtype=bool)
        table[np.arange(count), who] = any_domestic
        # Where the parent is the victim, some assessments name the child as well.
        table[:, 0] |= any_domestic & (who == 1) & happens(random, 0.05, count)
        table[:, 3:-1] = has
        table[:, -1] = ~table.any(axis=1)
        first = np.datetime64(f"{year - 1}-04-01").astype(np.int64)
        last = np.datetime64(f"{year}-03-31").astype(np.int64)
        day = np.sort(first + np.floor(random.random(count) * (last - first + 1)).astype(np.int64))
        place = np.argsort(random.random(count), kind="stable")
        # One child in seven has been assessed before.
        again = happens(random, 0.14, count)
        child = np.where(
            again & (children > 0),
            np.floor(random.random(count) * max(children, 1)),
            children + np.arange(count),
        )
        age = choose(random, (11, 20, 26, 33, 10), count)
        sex = choose(random, (47, 52, 1), count)
        row, factor = np.nonzero(table)
        columns: dict[str, Column] = {
            "assessment_id": pseudonyms("S", number + row, 31),
            "child_id_pseudo": pseudonyms("K", child.astype(np.int64)[row], 32),
            "assessment_end_date": dates(day[row]),
            "lad_code": words(district[place][row], [code for code, _ in DISTRICTS]),
            "age_band": words(age[row], CIN_AGES),
            "sex": words(sex[row], ("F", "M", "U")),
            "factor_code": words(factor, codes),
        }
        number += count
        children += count
        files[f"education/children_in_need_factors_{year}.csv"] = csv_bytes(columns)
    return files


def reporting_years() -> range:
    """The years in which the financial years of the period end."""
    first, last = years_of(np.array([patterns.FIRST_DAY, patterns.LAST_DAY]).astype(np.int64))
    return range(int(first), int(last) + 1)


def _encompass(random: np.random.Generator, days: Integers, districts: Integers) -> dict[str, bytes]:
    """Notifications to schools, the day after each domestic crime or incident with a child."""
    told = happens(random, 0.9, len(days))
    crime_days, crime_places = days[told], districts[told]
    share = figure("incident_share_of_da")
    size = int(random.poisson(len(crime_days) * share / (1 - share)))
    picked = np.floor(random.random(size) * len(crime_days)).astype(np.int64)
    shift = np.floor(random.random(size) * 15).astype(np.int64) - 7
    first, last = int(patterns.FIRST_DAY.astype(np.int64)), int(patterns.LAST_DAY.astype(np.int64))
    day = np.concatenate([crime_days + 1, np.clip(crime_days[picked] + shift, first, last)])
    day = np.minimum(day, last)
    place = np.concatenate([crime_places, crime_places[picked]])
    kind = np.concatenate([np.zeros(len(crime_days), dtype=np.int64), np.ones(size, dtype=np.int64)])
    order = np.lexsort((kind, place, day))
    count = len(order)
    columns: dict[str, Column] = {
        "notification_id": pseudonyms("N", np.arange(count), 41),
        "notification_date": dates(day[order]),
        "lad_code": words(place[order], [code for code, _ in DISTRICTS]),
        "child_age_band": words(choose(random, (22, 40, 29, 9), count), ("0-4", "5-10", "11-15", "16-17")),
        "incident_type": words(kind[order], ("crime", "non_crime")),
    }
    years = years_of(day[order])
    files: dict[str, bytes] = {}
    for year in np.unique(years):
        rows = pa.array(np.flatnonzero(years == year))
        files[f"education/operation_encompass_{label(int(year))}.csv"] = csv_bytes(
            {name: column.take(rows) for name, column in columns.items()}
        )
    return files


def education_files(
    random: np.random.Generator, places: Places, child_days: Integers, child_districts: Integers
) -> dict[str, bytes]:
    """The education suppliers' files by path."""
    return {
        **_suspensions(random, places),
        **_absence(random, places),
        **_children_in_need(random, places),
        **_encompass(random, child_days, child_districts),
    }
