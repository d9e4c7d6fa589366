"""Domestic abuse incidents that are no crime: arguments and calls for help, with children, repeats and risk.

Made to be found: two events of domestic abuse in five are no crime, so crimes alone leave them out; a third of the
incidents are between people who are known from a crime.
"""

import numpy as np
import pyarrow as pa

from pipeline.synthetic import patterns
from pipeline.synthetic.calibration import figure
from pipeline.synthetic.draws import Integers, choose, choose_by_row, happens
from pipeline.synthetic.faults import impossible_days, with_doubles
from pipeline.synthetic.identifiers import pseudonyms, scramble
from pipeline.synthetic.people import AGE_BANDS, RELATIONSHIPS, SEXES
from pipeline.synthetic.periods import by_year, dates, moments, years_of
from pipeline.synthetic.places import DISTRICTS, ELSEWHERE_DISTRICT, ELSEWHERE_LSOA, FORCE, Places
from pipeline.synthetic.police import YES_NO, Crimes, repeat_flags
from pipeline.synthetic.tables import Column, words

TYPES = ("verbal_argument", "no_offence_disclosed", "concern_for_safety", "child_contact_dispute")
LOCATIONS = ("dwelling", "street", "shop", "licensed_premises", "online", "other")
RISKS = ("standard", "medium", "high", "not_assessed")
_SAME_PEOPLE = 0.33
_WEEKS = 8  # an incident falls within so many weeks of the crime that it is like
# Shares by risk of a first call and of another one, and the chance of a referral to Marac by risk.
_RISK_WEIGHTS = ((660, 225, 35, 80), (560, 295, 85, 60))
_REFERRED = (0.003, 0.045, 0.86, 0.0)
_DOUBLES, _IMPOSSIBLE_DATES = 20, 25


def _days(random: np.random.Generator, like: Integers) -> Integers:
    """Days a few weeks from others, on the same day of the week, within the days that are drawn."""
    first, last = (int(day.astype(np.int64)) for day in (patterns.DRAWN_FROM, patterns.LAST_DAY))
    shift = 7 * (np.floor(random.random(len(like)) * (2 * _WEEKS + 1)).astype(np.int64) - _WEEKS)
    inside = (like + shift >= first) & (like + shift <= last)
    return np.where(inside, like + shift, like - shift)


def _minutes(random: np.random.Generator, days: Integers) -> Integers:
    """Minute of the day, by the hours of domestic abuse on that day of the week."""
    hour = choose_by_row(random, patterns.hours_of_week("domestic"), (days + 3) % 7)
    return hour * 60 + np.floor(random.random(len(days)) * 60).astype(np.int64)


def _areas(random: np.random.Generator, places: Places, area: Integers) -> dict[str, Column]:
    """District and small area, some missing, some of the neighbouring force."""
    count = len(area)
    away = len(places.lsoa_codes) + np.floor(random.random(count) * len(ELSEWHERE_LSOA)).astype(np.int64)
    where = np.where(happens(random, figure("lsoa_elsewhere"), count), away, area)
    district = np.append(places.district, np.full(len(ELSEWHERE_LSOA), len(DISTRICTS)))[where]
    missing = happens(random, figure("lsoa_missing"), count)
    return {
        "lad_code": words(district, [*(code for code, _ in DISTRICTS), ELSEWHERE_DISTRICT]),
        "lsoa21_code": words(np.where(missing, -1, where), places.lsoa_codes + ELSEWHERE_LSOA),
    }


def incident_files(random: np.random.Generator, places: Places, crimes: Crimes) -> dict[str, bytes]:
    """The force's yearly files of incidents by path."""
    domestic = np.flatnonzero(crimes.domestic)
    share = figure("incident_share_of_da")
    size = int(random.poisson(len(domestic) * share / (1 - share)))
    like = domestic[np.floor(random.random(size) * len(domestic)).astype(np.int64)]
    day = _days(random, crimes.day[like])
    people = crimes.people
    # Numbers of people who are in no crime lie above all others.
    new = 10 * len(crimes.code) + 2 * np.arange(size)
    same = happens(random, _SAME_PEOPLE, size)
    victim = np.where(same, people.victim[like], new)
    suspect = np.where(same, people.suspect[like], new + 1)
    # Of a crime flagged domestic or an incident in the twelve months before, as the force's system counts.
    again = repeat_flags(
        np.concatenate([people.victim, victim]),
        np.concatenate([crimes.day, day]),
        np.concatenate([crimes.domestic_flag, np.zeros(size, dtype=np.int64)]),
    )[len(crimes.code) :]
    taken = np.flatnonzero(day >= patterns.FIRST_DAY.astype(np.int64))
    taken = taken[np.lexsort((scramble(taken, 5), day[taken]))]

    like, day, count = like[taken], day[taken], len(taken)
    risk = choose_by_row(random, np.array(_RISK_WEIGHTS, dtype=float), 1 - again[taken])
    child = happens(random, figure("da_child_present"), count)
    unsaid = happens(random, 0.12, count) & ~child
    columns: dict[str, Column] = {
        "incident_id_pseudo": pseudonyms("D", taken, 5),
        "force_code": words(np.zeros(count), (FORCE,)),
        **_areas(random, places, crimes.area[like]),
        "incident_date": dates(day),
        "incident_datetime": moments(day, _minutes(random, day)),
        "incident_type": words(choose(random, (61, 21, 13, 5), count), TYPES),
        "location_type": words(choose(random, (82, 8, 2, 1, 3, 4), count), LOCATIONS),
        "victim_id_pseudo": pseudonyms("P", victim[taken], 3),
        "victim_age_band": words(people.victim_age[like], AGE_BANDS),
        "victim_sex": words(people.victim_sex[like], SEXES),
        "suspect_id_pseudo": pseudonyms("P", suspect[taken], 3),
        "suspect_age_band": words(people.suspect_age[like], AGE_BANDS),
        "suspect_sex": words(people.suspect_sex[like], SEXES),
        "vo_relationship": words(people.relationship[like], RELATIONSHIPS),
        "child_present_flag": words(np.where(unsaid, -1, np.where(child, 0, 1)), YES_NO),
        "repeat_victim_12m": words(again[taken], YES_NO),
        "dash_risk": words(risk, RISKS),
        "marac_referral": words(np.where(happens(random, np.array(_REFERRED)[risk], count), 0, 1), YES_NO),
    }
    wrong = random.choice(count, _IMPOSSIBLE_DATES, replace=False)
    columns["incident_date"] = impossible_days(columns["incident_date"], wrong)
    rows = with_doubles(random, np.arange(count), _DOUBLES)
    return by_year(
        "police/da_incidents",
        {name: column.take(pa.array(rows)) for name, column in columns.items()},
        years_of(day[rows]),
    )
