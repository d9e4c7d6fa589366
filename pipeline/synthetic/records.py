"""How many crimes of which kind, when and where: one entry a victim-crime, before any person is named."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipeline.synthetic import patterns
from pipeline.synthetic.calibration import figure, items
from pipeline.synthetic.draws import Floats, Integers, choose_by_row, cumulative, happens
from pipeline.synthetic.offences import VIOLENCE, YEARS, Offences
from pipeline.synthetic.places import CITY, VALE, Places, gradient

Booleans = npt.NDArray[np.bool_]
# Share of non-domestic victims aged 10 to 17, by kind of crime.
_YOUNG = {"violence": 0.19, "robbery": 0.28}
_NIGHT = (22, 23, 0, 1, 2, 3)


@dataclass(frozen=True)
class Records:
    """One entry a crime, in order of day."""

    code: Integers
    day: Integers  # position in patterns.DAYS
    hour: Integers
    domestic: Booleans
    knife: Booleans
    young: Booleans
    out_at_night: Booleans


def _lockdown(offences: Offences, code: int, domestic: bool) -> str:
    """The kind of effect that lockdowns had on the code."""
    group, series, pattern = offences.groups[code], offences.series[code], offences.hour_patterns[code]
    if domestic or series in ("violence_with_injury", "homicide"):
        return "domestic" if domestic else "injury"
    if offences.place_patterns[code] == "nightlife" and pattern == "nightlife":
        return "nightlife"
    if group in ("robbery", "drugs"):
        return group
    if group == "theft":
        return "retail" if pattern == "retail" else "theft"
    return "other_violence" if group in (VIOLENCE, "public_order") and pattern == "violence" else "other"


@dataclass(frozen=True)
class Kind:
    """Crimes of one code that have the same days and hours."""

    code: int
    domestic: bool
    knife: bool
    young: bool
    pattern: str


def expected_records(offences: Offences) -> tuple[list[Kind], Floats]:
    """The kinds of crime, and how many of each are expected on each day; their sums follow the published years."""
    first_year = patterns.FIRST_DAY - patterns.DRAWN_FROM
    year = np.maximum(patterns.YEAR_OF_DAY - YEARS[0], 0)
    weights: dict[tuple[str, str], Floats] = {}
    rows: list[Floats] = []
    kinds: list[Kind] = []
    relative = figure("knife_share_domestic_relative")
    for code, name in enumerate(offences.codes):
        for domestic in (False, True):
            share = offences.domestic[code] if domestic else 1 - offences.domestic[code]
            if not share.any():
                continue
            knife = offences.knife_share[code] * (relative if domestic else 1.0)
            young = 0.0
            if not domestic and offences.lowest_age[code] < 0 and not offences.victim_sex[code]:
                young = _YOUNG["robbery" if name == "34B" else "violence"] * (
                    name == "34B" or offences.groups[code] == VIOLENCE
                )
            for is_knife, knife_part in ((False, 1 - knife), (True, knife)):
                for is_young, young_part in ((False, 1 - young), (True, young)):
                    if knife_part * young_part == 0:
                        continue
                    pattern = (
                        "school" if is_young else "domestic" if domestic else offences.hour_patterns[code]
                    )
                    lockdown = _lockdown(offences, code, domestic)
                    if (pattern, lockdown) not in weights:
                        weights[pattern, lockdown] = patterns.day_weights(pattern, lockdown)
                    level = weights[pattern, lockdown] * patterns.rule_weights(name, domestic)
                    sums = np.bincount(year, weights=level * (patterns.DAYS >= patterns.FIRST_DAY))
                    yearly = offences.yearly[code] * share * knife_part * young_part
                    expected = level * yearly[year] / sums[year]
                    if not domestic:
                        expected[: int(first_year.astype(np.int64))] = 0
                    rows.append(expected)
                    kinds.append(Kind(code, domestic, is_knife, is_young, pattern))
    return kinds, np.array(rows)


def draw_records(random: np.random.Generator, offences: Offences) -> Records:
    """Crimes by kind, day and hour: counts a day are Poisson."""
    kinds, expected = expected_records(offences)
    counts = random.poisson(np.round(expected, 12))
    kind_of, day_of = (np.repeat(part.ravel(), counts.ravel()) for part in np.indices(counts.shape))
    order = np.argsort(day_of, kind="stable")
    kind, day = kind_of[order], day_of[order]
    names = list(patterns.HOUR_PATTERNS)
    hours = np.concatenate([patterns.hours_of_week(name) for name in names])
    pattern_row = np.array([names.index(entry.pattern) for entry in kinds])[kind] * 7
    hour = choose_by_row(random, hours, pattern_row + patterns.WEEKDAYS[day])
    code_of = np.array([entry.code for entry in kinds])[kind]
    domestic_flags = np.array([entry.domestic for entry in kinds])[kind]
    young_flags = np.array([entry.young for entry in kinds])[kind]
    weekday = patterns.WEEKDAYS[day]
    late = (np.isin(hour, _NIGHT[:2]) & np.isin(weekday, (4, 5))) | (
        np.isin(hour, _NIGHT[2:]) & np.isin(weekday, (5, 6))
    )
    outdoors = (
        np.isin(np.array(offences.hour_patterns), ("violence", "nightlife"))[code_of]
        & ~domestic_flags
        & ~young_flags
    )
    return Records(
        code=code_of,
        day=day,
        hour=hour,
        domestic=domestic_flags,
        knife=np.array([entry.knife for entry in kinds])[kind],
        young=young_flags,
        out_at_night=outdoors & happens(random, np.where(late, 0.42, 0.05), len(code_of)),
    )


def place_weights(random: np.random.Generator, places: Places) -> dict[str, Floats]:
    """Weights of the small areas by kind of crime: people, deprivation, hot areas, centres."""
    ratios, shapes = items("deprivation_ratio"), items("clustering")
    heats = ((CITY, items("city_heat")), (VALE, items("vale_heat")))
    count = len(places.people)
    tenth = np.minimum((places.deprivation * 10).astype(np.int64), 9)
    centres: dict[str, Floats] = {}
    for name in sorted(ratios):
        # Neighbours share half of what makes an area hot.
        estate = np.repeat(random.gamma(shapes[name] * 1.6, size=count // 5), 5) / (shapes[name] * 1.6)
        for district, heat in heats:
            estate = estate * np.where(places.district == district, heat.get(name, 1.0), 1.0)
        noise = estate * random.gamma(shapes[name] * 2.5, size=count) / (shapes[name] * 2.5) + 0.02
        # Every tenth of deprivation keeps its level, so that hot areas do not blur the gradient.
        noise /= (np.bincount(tenth, noise * places.people) / np.bincount(tenth, places.people))[tenth]
        weights = places.people * gradient(places, ratios[name]) * noise
        if name in ("nightlife", "retail"):
            weights = weights / weights.sum() * 0.45 + places.centrality / places.centrality.sum() * 0.55
        if name in ("theft", "public_order"):
            weights = weights / weights.sum() * 0.9 + places.centrality / places.centrality.sum() * 0.1
        centres[name] = weights / weights.sum()
    return centres


def draw_places(
    random: np.random.Generator, offences: Offences, records: Records, weights: dict[str, Floats]
) -> Integers:
    """The small area of each crime, as if none were at home."""
    names = sorted(weights)
    table = cumulative(np.array([weights[name] for name in names]))
    wanted = np.array([names.index(name) for name in offences.place_patterns])[records.code]
    wanted = np.where(records.domestic, names.index("domestic_abuse"), wanted)
    wanted = np.where(records.knife & ~records.domestic, names.index("knife"), wanted)
    robbery = np.array([code == "34B" for code in offences.codes])[records.code]
    wanted = np.where(robbery & ~records.knife & ~records.domestic, names.index("robbery"), wanted)
    wanted = np.where(records.out_at_night & ~records.knife, names.index("nightlife"), wanted)
    area = np.zeros(len(wanted), dtype=np.int64)
    drawn = random.random(len(wanted))
    for number in range(len(names)):
        own = wanted == number
        area[own] = np.searchsorted(table[number], drawn[own], side="right")
    return np.minimum(area, table.shape[1] - 1)
