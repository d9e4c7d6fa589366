"""Suspects: who is suspected of serious violence and of domestic abuse, who comes back, who is arrested and charged.

Listed are the suspects of homicide, violence with injury, sexual offences and robbery, and of every crime flagged
domestic. Made to be found: a fifth of the suspects of domestic abuse stand for two fifths of its crimes; arrests for
domestic abuse fall in 2021/22 and have risen since; other violence leads to fewer arrests.
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from pipeline.synthetic import patterns
from pipeline.synthetic.calibration import figure
from pipeline.synthetic.draws import Floats, Integers, choose, happens
from pipeline.synthetic.faults import impossible_days, with_doubles, with_texts
from pipeline.synthetic.identifiers import pseudonyms, scramble
from pipeline.synthetic.people import AGE_BANDS, RELATIONSHIPS, SEXES
from pipeline.synthetic.periods import by_year, dates, years_of
from pipeline.synthetic.places import DISTRICTS, ELSEWHERE_DISTRICT, ELSEWHERE_LSOA, FORCE, Places, gradient
from pipeline.synthetic.police import YES_NO, Crimes, repeat_flags
from pipeline.synthetic.records import Booleans
from pipeline.synthetic.tables import Column, words

_SERIOUS_GROUPS = ("sexual", "robbery")
_SERIOUS_SERIES = ("homicide", "violence_with_injury")
_SECOND_SUSPECT = 0.06  # of crimes that are not domestic
_CHARGED_ARRESTED = 0.8  # the rest are summonsed or come of their own accord
_FIRST_DAY = int(patterns.FIRST_DAY.astype(np.int64))
_LAST_ARREST = int(np.datetime64("2024-04-14").astype(np.int64))
_DOUBLES, _IMPOSSIBLE_DATES, _UNKNOWN_CODES = 25, 30, 20


@dataclass(frozen=True)
class Suspected:
    """One entry a person and crime; `crime` is the number of the crime."""

    crime: Integers
    person: Integers
    sex: Integers
    age: Integers  # band


def _first_suspects(crimes: Crimes) -> Suspected:
    """The suspect of each crime that has one."""
    own = np.flatnonzero(crimes.people.suspect >= 0)
    people = crimes.people
    return Suspected(own, people.suspect[own], people.suspect_sex[own], people.suspect_age[own])


def _second_suspects(random: np.random.Generator, crimes: Crimes, first: Suspected) -> Suspected:
    """Another suspect of a few crimes that are not domestic: somebody who is the suspect of another crime."""
    free = np.flatnonzero(~crimes.domestic[first.crime])
    crime = free[happens(random, _SECOND_SUSPECT, len(free))]
    other = free[np.floor(random.random(len(crime)) * len(free)).astype(np.int64)]
    others = first.person[other] != first.person[crime]
    crime, other = crime[others], other[others]
    return Suspected(first.crime[crime], first.person[other], first.sex[other], first.age[other])


def _arrest_shares(year: Integers, domestic: Booleans, charged: Booleans) -> Floats:
    """The chance of arrest, such that each year's share of all suspects comes out as published."""
    chance = np.zeros(len(year))
    for end in np.unique(year):
        wanted = figure("arrests_per_100_da_crimes", "", f"YE Mar {end}") / 100
        for kind, share in ((domestic, wanted), (~domestic, wanted * figure("arrests_other_relative"))):
            own = (year == end) & kind
            if own.any():
                part = charged[own].mean()
                rest = (share - _CHARGED_ARRESTED * part) / (1 - part)
                chance[own] = np.where(charged[own], _CHARGED_ARRESTED, rest)
    return chance


def _homes(random: np.random.Generator, places: Places, area: Integers, person: Integers) -> Integers:
    """Where each suspect lives, the same in every row: mostly where the first crime was; -1 not known."""
    _, first, back = np.unique(person, return_index=True, return_inverse=True)
    weights = places.people * gradient(places, figure("deprivation_ratio", "violence_against_the_person"))
    home = np.where(happens(random, 0.6, len(first)), area[first], choose(random, weights, len(first)))
    away = len(places.lsoa_codes) + np.floor(random.random(len(first)) * len(ELSEWHERE_LSOA)).astype(np.int64)
    home = np.where(happens(random, 0.05, len(first)), away, home)
    return np.where(happens(random, 0.04, len(first)), -1, home)[back]


def _listed(crimes: Crimes) -> Booleans:
    """Which crimes the files are about."""
    serious = np.isin(np.array(crimes.offences.groups), _SERIOUS_GROUPS)
    serious |= np.isin(np.array(crimes.offences.series), _SERIOUS_SERIES)
    listed: Booleans = serious[crimes.code] | (crimes.domestic_flag == 0)
    return listed & (crimes.day >= _FIRST_DAY)


def _again(crimes: Crimes, everyone: Suspected) -> Integers:
    """0 where the person was the suspect of any crime in the twelve months before, listed here or not; 1 where not.

    -1 in the first year of crimes that are not domestic: nobody knows what was before.
    """
    day = crimes.day[everyone.crime]
    again = repeat_flags(everyone.person, day, np.zeros(len(day), dtype=np.int64))
    unknown = ~crimes.domestic[everyone.crime] & (day < _FIRST_DAY + 366)
    return np.where(unknown, -1, again)


def _spoil(random: np.random.Generator, columns: dict[str, Column], free: Integers) -> dict[str, Column]:
    """The same columns with a few impossible dates and unknown codes, for quarantine to find."""
    wrong = random.choice(free, _IMPOSSIBLE_DATES + _UNKNOWN_CODES, replace=False)
    days, codes = wrong[:_IMPOSSIBLE_DATES], wrong[_IMPOSSIBLE_DATES:]
    return columns | {
        "recorded_date": impossible_days(columns["recorded_date"], days),
        "ho_code": with_texts(columns["ho_code"], codes, ["199Z"] * len(codes)),
    }


def suspect_files(random: np.random.Generator, places: Places, crimes: Crimes) -> dict[str, bytes]:
    """The force's yearly files of suspects by path."""
    first = _first_suspects(crimes)
    second = _second_suspects(random, crimes, first)
    everyone = Suspected(
        np.concatenate([first.crime, second.crime]),
        np.concatenate([first.person, second.person]),
        np.concatenate([first.sex, second.sex]),
        np.concatenate([first.age, second.age]),
    )
    again = _again(crimes, everyone)
    taken = np.flatnonzero(_listed(crimes)[everyone.crime])
    taken = taken[np.lexsort((scramble(taken, 4), crimes.day[everyone.crime[taken]]))]

    crime, person = everyone.crime[taken], everyone.person[taken]
    count, day = len(crime), crimes.day[crime]
    is_second = taken >= len(first.crime)
    charged = (crimes.charged_day[crime] >= 0) & (~is_second | happens(random, 0.7, count))
    arrested = happens(random, _arrest_shares(years_of(day), crimes.domestic[crime], charged), count)
    drawn = random.random(count)
    arrest_day = np.minimum(day + np.floor(1.3 * drawn / (1.01 - drawn)).astype(np.int64), _LAST_ARREST)
    arrest_day = np.where(charged, np.minimum(arrest_day, crimes.charged_day[crime]), arrest_day)
    home = _homes(random, places, crimes.area[crime], person)
    district = np.append(places.district, np.full(len(ELSEWHERE_LSOA), len(DISTRICTS)))
    columns: dict[str, Column] = {
        "suspect_record_id": pseudonyms("Q", np.arange(count), 4),
        "suspect_id_pseudo": pseudonyms("P", person, 3),
        "crime_id_pseudo": pseudonyms("C", crime, 1),
        "force_code": words(np.zeros(count), (FORCE,)),
        "recorded_date": dates(day),
        "ho_code": words(crimes.code[crime], crimes.offences.codes),
        "da_flag": words(crimes.domestic_flag[crime], YES_NO),
        "suspect_age_band": words(everyone.age[taken], AGE_BANDS),
        "suspect_sex": words(everyone.sex[taken], SEXES),
        "residence_lad_code": words(
            np.where(home < 0, -1, district[home]), [*(code for code, _ in DISTRICTS), ELSEWHERE_DISTRICT]
        ),
        "residence_lsoa21_code": words(home, places.lsoa_codes + ELSEWHERE_LSOA),
        "vo_relationship": words(crimes.people.relationship[crime], RELATIONSHIPS),
        "arrested_flag": words(np.where(arrested, 0, 1), YES_NO),
        "arrest_date": dates(np.where(arrested, arrest_day, -1)),
        "charged_flag": words(np.where(charged, 0, 1), YES_NO),
        "repeat_suspect_12m": words(again[taken], YES_NO),
    }
    columns = _spoil(random, columns, np.flatnonzero(~crimes.domestic[crime]))
    rows = with_doubles(random, np.arange(count), _DOUBLES)
    return by_year(
        "police/suspects",
        {name: column.take(pa.array(rows)) for name, column in columns.items()},
        years_of(day[rows]),
    )
