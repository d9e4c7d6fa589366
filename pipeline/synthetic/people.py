"""Victims and suspects: who they are, who comes back, and how the two know each other."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipeline.synthetic import patterns
from pipeline.synthetic.calibration import figure
from pipeline.synthetic.draws import Floats, Integers, choose, happens
from pipeline.synthetic.offences import Offences
from pipeline.synthetic.records import Booleans, Records

AGE_BANDS = ("0-9", "10-15", "16-17", "18-24", "25-34", "35-44", "45-54", "55-64", "65-74", "75+")
_BAND_FROM = np.array([0, 10, 16, 18, 25, 35, 45, 55, 65, 75, 96])
SEXES = ("F", "M", "U")
ETHNICITIES = ("White", "Mixed", "Asian", "Black", "Other", "Not stated")
RELATIONSHIPS = (
    "intimate_partner", "ex_partner", "parent_to_child", "child_to_parent", "sibling", "other_family",
    "acquaintance", "stranger", "professional", "unknown",
)  # fmt: skip
_VICTIM_TYPES = ("person", "business", "state")

# Victims by age band. Women and men of violence against the person so that the domestic shares of women
# aged 20 to 34 and of people of 75 and over come out as published (calibration.csv).
_AGES = {
    "domestic women": (0, 0, 40, 188, 318, 238, 132, 52, 20, 12),
    "domestic men": (0, 0, 28, 140, 240, 222, 182, 114, 48, 26),
    "women": (62, 0, 0, 187, 238, 200, 150, 81, 44, 38),
    "men": (62, 0, 0, 200, 250, 194, 137, 81, 38, 25),
    "knife": (0, 0, 0, 380, 300, 170, 95, 40, 10, 5),
    "property": (0, 0, 5, 110, 220, 210, 190, 140, 80, 45),
}
_SUSPECT_AGES = (2, 95, 65, 225, 280, 180, 95, 40, 13, 5)
_RELATIONS = {  # shares by position in RELATIONSHIPS
    "domestic women": (385, 335, 25, 115, 50, 90, 0, 0, 0, 0),
    "domestic men": (330, 270, 40, 145, 95, 120, 0, 0, 0, 0),
    "others": (0, 0, 5, 5, 5, 15, 390, 340, 30, 210),
    "young": (0, 0, 60, 0, 20, 20, 560, 200, 15, 125),
    "property": (0, 0, 0, 0, 0, 10, 130, 330, 5, 525),
    "officers": (0, 0, 0, 0, 0, 0, 40, 900, 20, 40),
    "children": (0, 0, 780, 0, 20, 90, 60, 20, 20, 10),
}
PARTNER, EX_PARTNER, PARENT_TO_CHILD, CHILD_TO_PARENT = 0, 1, 2, 3


@dataclass(frozen=True)
class People:
    """One entry a crime; a number of a person is -1 where there is none."""

    victim_type: Integers  # 0 person, 1 business, 2 state
    victim: Integers
    victim_sex: Integers
    victim_age: Integers  # band
    victim_ethnicity: Integers
    suspect: Integers
    suspect_sex: Integers
    suspect_age: Integers
    relationship: Integers
    first_crime: Integers  # the crime at which this victim was first seen; itself when new


def _bands(ages: Floats) -> Integers:
    """The band of each age."""
    return np.clip(np.searchsorted(_BAND_FROM, ages, side="right") - 1, 0, len(AGE_BANDS) - 1)


def _ages(random: np.random.Generator, weights: tuple[int, ...], size: int) -> Floats:
    """Ages in years: a band, then any age within it."""
    band = choose(random, weights, size)
    return _BAND_FROM[band] + random.random(size) * (_BAND_FROM[band + 1] - _BAND_FROM[band])


def link_repeats(
    random: np.random.Generator, day: Integers, chance: float, mean_lag: int, longest: int = 364
) -> Integers:
    """For each crime (in order of day) the crime at which its victim was first seen.

    Each crime is, with the given chance, the next one of a victim of some days before; as that one may itself
    be a repeat, a few victims have many.
    """
    count = len(day)
    first = np.arange(count)
    lag = 1 + np.floor(-mean_lag * np.log1p(-random.random(count) * 0.985)).astype(np.int64)
    wanted = day - np.minimum(lag, longest)
    low, high = np.searchsorted(day, wanted, side="left"), np.searchsorted(day, wanted, side="right")
    earlier = low + np.floor(random.random(count) * (high - low)).astype(np.int64)
    again = happens(random, chance, count) & (high > low)
    first[again] = earlier[again]
    while True:
        further = first[first]
        if (further == first).all():
            return first
        first = further


def _victim_sex(random: np.random.Generator, offences: Offences, records: Records) -> Integers:
    """0 female, 1 male, 2 unknown."""
    count = len(records.code)
    female = offences.female_share[records.code]
    # Victims of domestic abuse: 74% women over all offences, more where the offence itself leans that way.
    women = np.clip(
        figure("da_victims_female", period="YE Mar 2022") + 0.010 + 0.25 * (female - 0.45), 0, 0.96
    )
    homicide = np.array([series == "homicide" for series in offences.series])[records.code]
    women = np.where(homicide, figure("domestic_homicide_female_share"), women)
    chance = np.where(records.domestic, women, np.where(records.knife, 0.16, female))
    sex = np.where(happens(random, chance, count), 0, 1)
    for position, name in enumerate(("F", "M")):
        sex = np.where(
            np.array([given == name for given in offences.victim_sex])[records.code], position, sex
        )
    free = np.array([not given for given in offences.victim_sex])[records.code]
    return np.where(free & ~homicide & ~records.domestic & happens(random, 0.012, count), 2, sex).astype(
        np.int64
    )


def _victim_age(random: np.random.Generator, offences: Offences, records: Records, sex: Integers) -> Floats:
    """Ages in years, as if nobody were a victim twice."""
    count = len(records.code)
    personal = np.isin(np.array(offences.groups), ("violence_against_the_person", "sexual", "robbery"))[
        records.code
    ]
    cases = (
        ("property", ~personal),
        ("women", personal & (sex != 1)),
        ("men", personal & (sex == 1)),
        ("knife", records.knife),
        ("domestic women", records.domestic & (sex == 0)),
        ("domestic men", records.domestic & (sex != 0)),
    )
    age = np.zeros(count)
    for name, own in cases:
        age[own] = _ages(random, _AGES[name], int(own.sum()))
    young = np.flatnonzero(records.young)
    age[young] = 10 + 8 * np.sqrt(random.random(len(young)))
    low, high = offences.lowest_age[records.code], offences.highest_age[records.code]
    limited = (low >= 0) & ~records.domestic
    part = random.random(count)
    part = np.where(high - low > 25, part * part, part)
    return np.where(limited, low + part * (high + 1 - low), age)


def _relationships(
    random: np.random.Generator,
    *,
    offences: Offences,
    records: Records,
    sex: Integers,
    age: Floats,
    first: Integers,
) -> Integers:
    """How victim and suspect know each other; a couple met again may have parted."""
    count = len(records.code)
    codes = np.array(offences.codes)[records.code]
    personal = np.isin(np.array(offences.groups), ("violence_against_the_person", "sexual"))[records.code]
    relation = np.zeros(count, dtype=np.int64)
    for name, own in (
        ("property", ~personal),
        ("others", personal),
        ("young", personal & (age < 18)),
        ("children", np.isin(codes, ("11A", "4.7"))),
        ("officers", np.isin(codes, ("8S", "104"))),
        ("domestic women", records.domestic & (sex == 0)),
        ("domestic men", records.domestic & (sex != 0)),
    ):
        relation[own] = choose(random, _RELATIONS[name], int(own.sum()))
    again = records.domestic & (first != np.arange(count))
    relation = np.where(again, relation[first], relation)
    couple = records.domestic & (relation <= EX_PARTNER)
    relation = np.where(again & couple & happens(random, 0.25, count), EX_PARTNER, relation)
    # From April 2020 a former partner's course of conduct is recorded as stalking (8Q), not harassment (8L).
    after = records.day >= int((np.datetime64("2020-04-01") - patterns.DRAWN_FROM).astype(np.int64))
    share = np.where(
        after,
        figure("harassment_relationship", "ex_partner_after"),
        figure("harassment_relationship", "ex_partner_before"),
    )
    share = np.where(codes == "8Q", figure("harassment_relationship", "stalking_ex_partner"), share)
    conduct = records.domestic & np.isin(codes, ("8L", "8Q"))
    relation = np.where(conduct & (relation == EX_PARTNER), PARTNER, relation)
    return np.where(conduct & happens(random, share, count), EX_PARTNER, relation)


def draw_people(
    random: np.random.Generator, offences: Offences, records: Records, parties: npt.NDArray[np.str_]
) -> People:
    """The people of every crime; parties says for each code who its victims are."""
    count = len(records.code)
    everyone = np.arange(count)
    sex = _victim_sex(random, offences, records)
    kind = parties[records.code]
    victim_type = np.select([kind == "business", kind == "state"], [1, 2], 0)
    mixed = kind == "mixed"
    victim_type = np.where(mixed & ~records.domestic & happens(random, 0.45, count), 1, victim_type)
    order = np.array([group == "public_order" for group in offences.groups])[records.code]
    victim_type = np.where(order & ~records.domestic & happens(random, 0.3, count), 2, victim_type)
    victim_type = np.where(records.domestic, 0, victim_type)

    first = everyone.copy()
    old_enough = offences.lowest_age[records.code] < 0
    for domestic, chance, lag in ((True, figure("repeat_da_share") * 1.13, 110), (False, 0.09, 150)):
        for position in (0, 1):
            own = np.flatnonzero(
                (records.domestic == domestic) & (sex == position) & (victim_type == 0)
                & (domestic | old_enough)
                & ~(records.young & (not domestic))
            )  # fmt: skip
            first[own] = own[link_repeats(random, records.day[own], chance, lag)]
    age = _victim_age(random, offences, records, sex)
    age = age[first] + (records.day - records.day[first]) / 365.25
    relation = _relationships(random, offences=offences, records=records, sex=sex, age=age, first=first)
    ethnicity = choose(random, (755, 18, 48, 28, 12, 139), count)[first]

    known = happens(random, offences.suspect_known[records.code], count) | (
        records.domestic & happens(random, 0.97, count)
    )
    person = victim_type == 0
    suspect, suspect_sex, suspect_age = _suspects(
        random, records=records, person=person, sex=sex, age=age, relation=relation, first=first
    )
    return People(
        victim_type=victim_type,
        victim=np.where(person, first, -1),
        victim_sex=np.where(person, sex, -1),
        victim_age=np.where(person, _bands(age), -1),
        victim_ethnicity=np.where(person, ethnicity, -1),
        suspect=np.where(known, suspect, -1),
        suspect_sex=np.where(known, suspect_sex, -1),
        suspect_age=np.where(known, _bands(suspect_age), -1),
        relationship=np.where(person, np.where(known | records.domestic, relation, 9), 9),
        first_crime=first,
    )


def _suspects(
    random: np.random.Generator,
    *,
    records: Records,
    person: Booleans,
    sex: Integers,
    age: Floats,
    relation: Integers,
    first: Integers,
) -> tuple[Integers, Integers, Floats]:
    """Number, sex and age of the suspect of each crime.

    Numbers below the count of crimes are people who are also victims; those above are only suspects.
    """
    count = len(records.code)
    couple = records.domestic & (relation <= EX_PARTNER)
    man = np.where(couple, np.where(sex == 0, 0.965, 0.07), np.where(records.domestic, 0.72, 0.77))
    suspect_sex = np.where(happens(random, man, count), 1, 0)
    suspect_age = _ages(random, _SUSPECT_AGES, count)
    spread = random.normal(size=count)
    suspect_age = np.where(couple, np.maximum(age + 1.5 + 5 * spread, 16.5), suspect_age)
    suspect_age = np.where(relation == PARENT_TO_CHILD, age + 28 + 4 * spread, suspect_age)
    child = np.where(records.domestic, np.maximum(age - 28 + 4 * spread, 16.5), suspect_age)
    suspect_age = np.where(relation == CHILD_TO_PARENT, child, suspect_age)
    family = records.domestic & (relation > CHILD_TO_PARENT)
    suspect_age = np.where(family, np.maximum(age + 8 * spread, 16.5), suspect_age)
    suspect_age = np.where(records.young & (relation > 5), np.clip(age + 1.5 * spread, 10, 40), suspect_age)

    # The same couple again, mostly with the same suspect; one perpetrator in eight has another victim too.
    root = first.copy()
    domestic = np.flatnonzero(records.domestic & (first == np.arange(count)))
    serial = domestic[happens(random, 0.12, len(domestic))]
    for position in (0, 1):
        own = serial[suspect_sex[serial] == position]
        pool = domestic[suspect_sex[domestic] == position]
        if len(pool):
            root[own] = pool[np.floor(random.random(len(own)) * len(pool)).astype(np.int64)]
    same = records.domestic & (first != np.arange(count)) & happens(random, 0.85, count)
    number = np.where(same, root[first], np.where(records.domestic, root, np.arange(count)))
    takes = records.domestic & (number != np.arange(count))
    suspect_sex = np.where(takes, suspect_sex[number], suspect_sex)
    met = (records.day - records.day[number]) / 365.25
    suspect_age = np.where(takes, np.maximum(suspect_age[number] + met, 16.0), suspect_age)
    number = number + count

    # Elsewhere a few suspects account for much: the pool is drawn with a steep curve within sex and age.
    others = np.flatnonzero(~records.domestic)
    bands = _bands(suspect_age)
    steep = random.random(len(others))
    pool_place = np.floor(steep * np.sqrt(steep) * 4_500).astype(np.int64)
    number[others] = 2 * count + (bands[others] * 2 + suspect_sex[others]) * 10_000 + pool_place
    # Young men and women who are victims one day and suspects another.
    young = others[
        (bands[others] == 3) & happens(random, figure("suspect_also_victim", "18-24"), len(others))
    ]
    person_band = _bands(age)
    for position in (0, 1):
        own = young[suspect_sex[young] == position]
        pool = np.flatnonzero(person & ~records.domestic & (sex == position) & (person_band == 3))
        if len(pool):
            picked = pool[np.floor(random.random(len(own)) * len(pool)).astype(np.int64)]
            number[own] = first[picked]
    return number, suspect_sex, suspect_age
