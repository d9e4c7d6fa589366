"""Emergency departments, ambulances, admissions: levels and days follow police violence with injury."""

import numpy as np
import pyarrow as pa

from pipeline.synthetic import patterns
from pipeline.synthetic.calibration import figure
from pipeline.synthetic.draws import Floats, Integers, choose, choose_by_row, cumulative, happens
from pipeline.synthetic.identifiers import pseudonyms
from pipeline.synthetic.periods import by_year, dates, moments, years_of
from pipeline.synthetic.places import ELSEWHERE_LSOA, Places, gradient
from pipeline.synthetic.tables import Column, words

SITES = ("XED01", "XED02", "XED03")
# The third site sent nothing for four months.
ABSENT_SITE = 2
ABSENT = (np.datetime64("2021-09-01"), np.datetime64("2021-12-31"))
METHODS = (
    "knife_sharp", "glass_bottle", "blunt_object", "firearm", "corrosive", "body_part_fist", "body_part_foot",
    "strangulation", "other", "unknown",
)  # fmt: skip
ED_PLACES = (
    "home_own", "home_other", "street_public", "pub_bar_club", "fast_food", "school_college", "workplace",
    "transport", "park_open", "other", "unknown",
)  # fmt: skip
AMBULANCE_PLACES = ("home", "street", "licensed_premises", "public_building", "other")
COMPLAINTS = ("assault", "sexual_assault", "stab_gunshot_penetrating")
AMBULANCE_AGES = ("0-15", "16-24", "25-34", "35-49", "50-64", "65+")
# Mechanisms with shares of all that are not by sharp object, and the share of men among them.
MECHANISMS = {
    "X85": (20, 0.5), "X86": (4, 0.7), "X91": (12, 0.35), "X93": (4, 0.9), "X95": (8, 0.92), "X97": (4, 0.6),
    "Y00": (135, 0.82), "Y01": (5, 0.7), "Y03": (8, 0.75), "Y04": (600, 0.76), "Y05": (28, 0.1),
    "Y06": (6, 0.5), "Y07": (22, 0.3), "Y08": (60, 0.7), "Y09": (84, 0.72),
}  # fmt: skip
_SITE_OF_DISTRICT = ((88, 5, 7), (12, 84, 4), (14, 70, 16), (70, 22, 8), (12, 2, 86))
_AGE_WEIGHTS = (20, 110, 55, 240, 255, 160, 90, 45, 15, 10)
_AGE_FROM = np.array([0, 11, 16, 18, 25, 35, 45, 55, 65, 75, 93])


def _drawn_days(random: np.random.Generator, injury_days: Integers, ratio: float) -> Integers:
    """Days like those of police violence with injury, ratio times as many each year, in order."""
    days: list[Integers] = []
    years = years_of(injury_days)
    for year in np.unique(years):
        own = injury_days[years == year]
        size = int(random.poisson(ratio * len(own)))
        days.append(own[np.floor(random.random(size) * len(own)).astype(np.int64)])
    return np.sort(np.concatenate(days))


def _ages(random: np.random.Generator, size: int) -> Integers:
    """Ages in whole years of people hurt by violence."""
    band = choose(random, _AGE_WEIGHTS, size)
    return (_AGE_FROM[band] + np.floor(random.random(size) * (_AGE_FROM[band + 1] - _AGE_FROM[band]))).astype(
        np.int64
    )


def _residence(random: np.random.Generator, places: Places, size: int) -> tuple[Integers, pa.Array]:
    """Where people live (district) and the small area as delivered, some missing, some elsewhere."""
    weights = places.people * gradient(places, figure("deprivation_ratio", "violence_against_the_person"))
    area = np.searchsorted(cumulative(weights), random.random(size), side="right")
    away = len(places.people) + np.floor(random.random(size) * len(ELSEWHERE_LSOA)).astype(np.int64)
    shown = np.where(happens(random, 0.05, size), away, area)
    shown = np.where(happens(random, 0.025, size), -1, shown)
    return places.district[area], words(shown, places.lsoa_codes + ELSEWHERE_LSOA)


def _hours(
    random: np.random.Generator, days: Integers, pattern: Integers, names: tuple[str, ...]
) -> Integers:
    """Minute of the day, by the hours of each entry's pattern."""
    table: Floats = np.concatenate([patterns.hours_of_week(name) for name in names])
    hour = choose_by_row(random, table, pattern * 7 + (days + 3) % 7)
    return hour * 60 + np.floor(random.random(len(days)) * 60).astype(np.int64)


def _emergency(random: np.random.Generator, places: Places, injury_days: Integers) -> dict[str, bytes]:
    """Attendances after assault."""
    days = _drawn_days(random, injury_days, figure("health_ratio", "ed_assaults"))
    count = len(days)
    home = happens(random, 0.27, count)
    minutes = _hours(random, days, np.where(home, 0, np.where(happens(random, 0.45, count), 1, 2)),
                     ("domestic", "nightlife", "violence"))  # fmt: skip
    drawn = random.random(count)
    wait = 25 + np.floor(90 * drawn / (1.03 - drawn)).astype(np.int64)
    place = np.where(
        home,
        choose(random, (72, 28), count),
        choose(random, (0, 0, 46, 21, 4, 7, 6, 3, 5, 8), count),
    )
    place = np.where(
        happens(random, figure("ed_location_complete"), count), place, ED_PLACES.index("unknown")
    )
    clear = np.array([(55, 50, 120, 3, 2, 455, 90, 25), (40, 15, 130, 1, 2, 430, 90, 92)], dtype=float)
    method = choose_by_row(random, clear, home.astype(np.int64))
    method = np.where(
        happens(random, figure("ed_method_unclear"), count), 8 + choose(random, (45, 55), count), method
    )
    sex = np.where(happens(random, np.where(home, 0.36, 0.74), count), 0, 1)
    sex = np.where(happens(random, 0.006, count), 2, sex)
    age = np.where(home, np.maximum(_ages(random, count), 3), _ages(random, count))
    district, residence = _residence(random, places, count)
    site = choose_by_row(random, np.array(_SITE_OF_DISTRICT, dtype=float), district)
    gone = (site == ABSENT_SITE) & (days >= ABSENT[0].astype(np.int64)) & (days <= ABSENT[1].astype(np.int64))
    columns: dict[str, Column] = {
        "attendance_id": pseudonyms("A", np.arange(count), 11),
        "site_code": words(site, SITES),
        "arrival_datetime": moments(days, minutes + wait),
        "assault_datetime": moments(days, minutes),
        "assault_method": words(method, METHODS),
        "assault_location_type": words(place, ED_PLACES),
        "age": pa.array(age),
        "sex": words(sex, ("1", "2", "9")),
        "lsoa21_code": residence,
    }
    # A person hurt late on 31 March arrives in the next year: the file is that of the arrival.
    arrived = days + (minutes + wait) // 1440
    last = int(patterns.LAST_DAY.astype(np.int64))
    return by_year(
        "health/ed_assaults", columns, years_of(np.minimum(arrived, last)), (~gone) & (arrived <= last)
    )


def _ambulance(random: np.random.Generator, places: Places, injury_days: Integers) -> dict[str, bytes]:
    """Call-outs to assaults."""
    days = _drawn_days(random, injury_days, figure("health_ratio", "ambulance"))
    count = len(days)
    home = happens(random, 0.37, count)
    minutes = _hours(random, days, np.where(home, 0, np.where(happens(random, 0.5, count), 1, 2)),
                     ("domestic", "nightlife", "violence"))  # fmt: skip
    weights = places.people * gradient(places, figure("deprivation_ratio", "violence_against_the_person"))
    weights = weights / weights.sum()
    street = 0.75 * weights + 0.25 * places.centrality / places.centrality.sum()
    area = np.where(
        home,
        np.searchsorted(cumulative(weights), random.random(count), side="right"),
        np.searchsorted(cumulative(street), random.random(count), side="right"),
    )
    sex = np.where(happens(random, np.where(home, 0.42, 0.72), count), 1, 0)
    columns: dict[str, Column] = {
        "incident_id": pseudonyms("I", np.arange(count), 12),
        "call_datetime": moments(days, minutes),
        "lsoa21_code": words(np.where(happens(random, 0.015, count), -1, area), places.lsoa_codes),
        "location_type": words(
            np.where(home, 0, choose(random, (0, 58, 20, 14, 8), count)), AMBULANCE_PLACES
        ),
        "chief_complaint": words(choose(random, (84, 6, 10), count), COMPLAINTS),
        "age_band": words(
            np.where(happens(random, 0.06, count), -1, choose(random, (8, 25, 27, 25, 11, 4), count)),
            AMBULANCE_AGES,
        ),
        "sex": words(np.where(happens(random, 0.05, count), -1, sex), ("F", "M")),
        "conveyed": words(np.where(happens(random, 0.62, count), 0, 1), ("Y", "N")),
    }
    return by_year("health/ambulance_callouts", columns, years_of(days))


def _admissions(random: np.random.Generator, places: Places, injury_days: Integers) -> dict[str, bytes]:
    """Emergency admissions after assault, with the cause to four characters."""
    days = _drawn_days(random, injury_days, figure("health_ratio", "admissions"))
    count = len(days)
    names = ("X99", *MECHANISMS)
    sharp = figure("sharp_admissions_share")
    rest = np.array([weight for weight, _ in MECHANISMS.values()], dtype=float)
    mechanism = choose(random, np.concatenate([[sharp], rest / rest.sum() * (1 - sharp)]), count)
    men = np.array([figure("sharp_admissions_male"), *(share for _, share in MECHANISMS.values())])
    sex = np.where(happens(random, men[mechanism], count), 0, 1)
    known = np.where(
        (sex == 1)[:, None],
        np.array([(0.52, 0.02, 0.05, 0.0, 0.17, 0.08, 0.0, 0.0, 0.16)]),
        np.array([(0.20, 0.02, 0.06, 0.02, 0.42, 0.12, 0.01, 0.0, 0.15)]),
    )
    place = choose_by_row(random, known, np.arange(count))
    place = np.where(happens(random, figure("admissions_place_unspecified"), count), 9, place)
    # Y06 and Y07 say who did it, not where.
    by_whom = np.array([0, 1, 2, 8, 9])[choose(random, (45, 18, 12, 10, 15), count)]
    maltreatment = np.isin(mechanism, (names.index("Y06"), names.index("Y07")))
    fourth = np.where(maltreatment, by_whom, place)
    causes = [f"{name}{digit}" for name in names for digit in range(10)]
    drawn = random.random(count)
    columns: dict[str, Column] = {
        "admission_id": pseudonyms("H", np.arange(count), 13),
        "admission_date": dates(days),
        "external_cause_icd10": words(mechanism * 10 + fourth, causes),
        "age": pa.array(_ages(random, count)),
        "sex": words(np.where(happens(random, 0.006, count), 2, sex), ("1", "2", "9")),
        "lsoa21_code": _residence(random, places, count)[1],
        "length_of_stay_days": pa.array(np.floor(drawn * drawn * drawn * drawn * 22).astype(np.int64)),
    }
    return by_year("health/hospital_admissions", columns, years_of(days))


def health_files(random: np.random.Generator, places: Places, injury_days: Integers) -> dict[str, bytes]:
    """The health suppliers' files by path."""
    return {
        **_emergency(random, places, injury_days),
        **_ambulance(random, places, injury_days),
        **_admissions(random, places, injury_days),
    }
