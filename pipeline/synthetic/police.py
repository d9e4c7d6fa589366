"""The force's monthly files: crimes with their people and places, and the faults a real system leaves in."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from pipeline.synthetic import patterns
from pipeline.synthetic.calibration import figure
from pipeline.synthetic.draws import Floats, Integers, choose, choose_by_row, happens
from pipeline.synthetic.faults import impossible_days, with_doubles, with_texts
from pipeline.synthetic.identifiers import pseudonyms, scramble
from pipeline.synthetic.offences import VIOLENCE, Offences, read_offences
from pipeline.synthetic.outcomes import CODES, draw_outcomes
from pipeline.synthetic.people import AGE_BANDS, ETHNICITIES, RELATIONSHIPS, SEXES, People, draw_people
from pipeline.synthetic.places import DISTRICTS, ELSEWHERE_DISTRICT, ELSEWHERE_LSOA, FORCE, Places
from pipeline.synthetic.records import Booleans, Records, draw_places, draw_records, place_weights
from pipeline.synthetic.tables import Column, csv_bytes, words

COLUMNS = (
    "crime_id_pseudo", "force_code", "lad_code", "lsoa21_code", "recorded_date", "committed_from",
    "committed_to", "ho_code", "da_flag", "knife_flag", "firearm_flag", "corrosive_flag",
    "alcohol_flag", "drugs_flag", "hba_flag", "cce_county_lines_flag", "online_flag",
    "child_present_flag", "hate_strand", "location_type", "place_id_pseudo", "victim_id_pseudo",
    "victim_type", "victim_age_band", "victim_sex", "victim_ethnicity", "suspect_id_pseudo",
    "suspect_age_band", "suspect_sex", "vo_relationship", "repeat_da_victim_flag", "injury_level",
    "outcome_code", "outcome_date", "recording_rule_version",
)  # fmt: skip
LOCATIONS = (
    "dwelling", "street", "licensed_premises", "shop", "school", "transport", "park", "hospital", "workplace",
    "prison", "online", "other",
)  # fmt: skip
HATE_STRANDS = ("race", "religion", "sexual_orientation", "disability", "transgender")
INJURIES = ("none", "minor", "moderate", "serious", "fatal")
RULES = ("2019", "2020", "2023")
YES_NO = ("Y", "N")
# One district's flags were lost for three months when its case system was changed.
OUTAGE_DISTRICT = 2
OUTAGE = (np.datetime64("2022-09-01"), np.datetime64("2022-11-30"))
_IMPOSSIBLE_DATES = 70
_UNKNOWN_CODES = 70
_DUPLICATES = 60
_UNKNOWN_CODE_NAMES = ("199Z", "8X", "000")
_RACIAL = ("8M", "8P", "105B", "9B", "58J")

_LOCATIONS: dict[str, tuple[int, ...]] = {  # shares in the order of LOCATIONS
    "domestic": (775, 85, 10, 8, 3, 6, 8, 6, 8, 1, 60, 30),
    "violence": (250, 390, 55, 60, 15, 22, 32, 34, 40, 16, 26, 60),
    "night": (20, 470, 430, 15, 0, 30, 5, 10, 0, 0, 0, 20),
    "young": (110, 330, 5, 45, 260, 40, 120, 5, 2, 1, 52, 30),
    "conduct": (470, 140, 12, 20, 18, 8, 8, 12, 42, 3, 210, 57),
    "online": (150, 10, 2, 3, 10, 1, 1, 2, 11, 1, 790, 19),
    "retail": (0, 6, 20, 930, 0, 4, 0, 2, 8, 0, 0, 30),
    "home": (960, 10, 0, 0, 0, 0, 0, 2, 2, 0, 0, 26),
    "street": (60, 690, 30, 50, 5, 50, 70, 4, 6, 3, 0, 32),
    "business": (5, 60, 60, 280, 30, 20, 10, 15, 420, 0, 10, 90),
    "sexual": (560, 130, 60, 10, 20, 25, 35, 12, 15, 6, 90, 37),
}
# How many places of a kind a small area has, and so how often the same one comes back.
_PLACES_IN_AREA = (700, 40, 6, 14, 3, 6, 3, 2, 30, 1, 1, 30)


@dataclass(frozen=True)
class Crimes:
    """Every crime drawn, a year longer than delivered; the position of an entry is the number of the crime."""

    offences: Offences
    code: Integers
    domestic: Booleans
    domestic_flag: Integers  # 0 yes, 1 no, -1 blank: as delivered
    day: Integers  # recorded, as days since 1970
    area: Integers
    people: People
    charged_day: Integers  # as days since 1970; -1 where nobody was charged


@dataclass(frozen=True)
class PoliceFiles:
    """The columns of all months, in order of file, and what the other suppliers' files lean on."""

    crimes: Crimes
    columns: Mapping[str, Column]
    month: Integers  # months since 1970 of each row's file
    injury_days: Integers  # recorded day of each violence with injury, as days since 1970
    domestic_child_days: Integers  # of each domestic crime with a child present
    domestic_child_districts: Integers


def _locations(random: np.random.Generator, offences: Offences, records: Records) -> Integers:
    """Where each crime happened, as a position in LOCATIONS."""
    codes = np.array(offences.codes)
    place = np.array(offences.place_patterns)
    group = np.array(offences.groups)
    hours = np.array(offences.hour_patterns)
    names = list(_LOCATIONS)
    kind = np.full(len(codes), names.index("street"))
    for name, own in (
        ("violence", group == VIOLENCE),
        ("conduct", np.isin(codes, ("8L", "8Q", "8M"))),
        ("online", np.isin(codes, ("8R", "88A", "88C", "86", "35"))),
        ("sexual", (group == "sexual") & ~np.isin(codes, ("88A", "88C"))),
        ("home", np.isin(codes, ("58A", "40", "11A", "4.7", "43")) | np.char.startswith(codes, "28")),
        ("retail", np.isin(codes, ("46", "34A", "49A"))),
        ("business", np.isin(codes, ("30C", "30D", "31A", "41", "47", "58B"))),
        ("night", (hours == "nightlife") & (place == "nightlife")),
    ):
        kind[own] = names.index(name)
    wanted = kind[records.code]
    online = np.isin(wanted, (names.index("conduct"), names.index("online")))
    fixed = np.isin(wanted, [names.index(name) for name in ("home", "retail", "business", "sexual")])
    wanted = np.where(records.domestic & ~online & ~fixed, names.index("domestic"), wanted)
    wanted = np.where(records.young & ~online, names.index("young"), wanted)
    wanted = np.where(records.out_at_night & ~online, names.index("night"), wanted)
    wanted = np.where(records.knife & ~records.domestic & ~fixed, names.index("street"), wanted)
    return choose_by_row(random, np.array([_LOCATIONS[name] for name in names], dtype=float), wanted)


def _recorded_days(
    random: np.random.Generator, offences: Offences, records: Records
) -> tuple[Integers, Integers]:
    """Day recorded and day committed: most within three days, some months or years late."""
    count = len(records.code)
    prompt = np.searchsorted((0.68, 0.86, 0.95, 1.0), random.random(count), side="right")
    last = len(patterns.DAYS) - 1
    group = np.array(offences.groups)[records.code]
    sexual = group == "sexual"
    late = happens(random, np.where(sexual, 0.38, figure("late_recorded") * 0.92), count)
    drawn = random.random(count)
    weeks = 4 + np.floor(40 * drawn * drawn).astype(np.int64)
    years = happens(random, np.where(sexual, 0.45, figure("late_recorded", "sexual_year")), count)
    drawn = random.random(count)
    weeks = np.where(years, 52 + np.floor(700 * drawn * drawn * drawn).astype(np.int64), weeks)
    # Whole weeks, so that a late record keeps its day of the week.
    committed = np.where(late, records.day - 7 * weeks, records.day)
    recorded = np.where(late, records.day, np.minimum(records.day + prompt, last))
    return recorded, committed


def _flag(yes: Booleans, blank: Booleans) -> Integers:
    """0 yes, 1 no, -1 blank."""
    return np.where(blank, -1, np.where(yes, 0, 1))


def _domestic_flag(
    random: np.random.Generator, records: Records, recorded: Integers, district: Integers
) -> Integers:
    """The flag with its gaps: a share of blanks that changes by month, and one district's outage."""
    month = (patterns.DAYS[recorded].astype("datetime64[M]")).astype(np.int64)
    low, high = figure("da_flag_blank", "lowest"), figure("da_flag_blank", "highest")
    share = low + (high - low) * random.random(int(month.max()) + 1)
    blank = happens(random, share[month], len(month))
    day = patterns.DAYS[recorded]
    blank |= (district == OUTAGE_DISTRICT) & (day >= OUTAGE[0]) & (day <= OUTAGE[1])
    return _flag(records.domestic, blank)


def repeat_flags(victim: Integers, day: Integers, flag: Integers) -> Integers:
    """0 where the victim has an earlier crime flagged as domestic in the 12 months before, 1 where not.

    Only crimes that carry the flag count, and only they are answered (-1 elsewhere).
    """
    answer = np.full(len(victim), -1, dtype=np.int64)
    own = np.flatnonzero((flag == 0) & (victim >= 0))
    order = own[np.lexsort((day[own], victim[own]))]
    who, when = victim[order], day[order]
    starts = np.ones(len(order), dtype=bool)
    starts[1:] = (who[1:] != who[:-1]) | (when[1:] != when[:-1])
    first_of_day = np.maximum.accumulate(np.where(starts, np.arange(len(order)), 0))
    before = first_of_day - 1
    known = (before >= 0) & (who[before] == who)
    again = known & (when - when[before] <= 365)
    answer[order] = np.where(again, 0, 1)
    return answer


def _injuries(random: np.random.Generator, offences: Offences, records: Records) -> Integers:
    """How badly the victim was hurt, as a position in INJURIES."""
    codes, series, group = np.array(offences.codes), np.array(offences.series), np.array(offences.groups)
    table = np.array(
        [
            (100, 0, 0, 0, 0),
            (0, 74, 23, 3, 0),
            (0, 5, 45, 50, 0),
            (0, 0, 0, 0, 100),
            (72, 20, 7, 1, 0),
            (78, 15, 6, 1, 0),
        ],
        dtype=float,
    )
    kind = np.zeros(len(codes), dtype=np.int64)
    kind[series == "violence_with_injury"] = 1
    kind[np.isin(codes, ("8S", "8T"))] = 1
    kind[np.isin(codes, ("5D", "2", "4.7"))] = 2
    kind[(series == "homicide") | np.isin(codes, ("4.6", "4.8", "4.9", "37.1"))] = 3
    kind[codes == "4.4"] = 2
    kind[group == "robbery"] = 4
    kind[group == "sexual"] = 5
    return choose_by_row(random, table, kind[records.code])


def _place_numbers(
    random: np.random.Generator, records: Records, people: People, location: Integers, area: Integers
) -> Integers:
    """A number for each place: homes by household, others by rank in their area, low ranks most often."""
    count = len(location)
    size = np.array(_PLACES_IN_AREA)[location]
    drawn = random.random(count)
    rank = np.floor(size * np.where(location == 0, drawn, drawn * drawn * drawn)).astype(np.int64)
    number = (area * len(LOCATIONS) + location) * 1000 + rank
    home = records.domestic & (location == 0)
    number = np.where(home, 10_000_000 + people.first_crime, number)
    nowhere = (location == LOCATIONS.index("online")) | happens(random, 0.04, count)
    return np.where(nowhere, -1, number)


def _shares_of_codes(offences: Offences, given: Mapping[str, float], other: float) -> Floats:
    """A share for each code: the given one, else the other."""
    return np.array([given.get(code, other) for code in offences.codes])


def write_police(random: np.random.Generator, places: Places) -> PoliceFiles:
    """All months of the force's files."""
    offences = read_offences()
    records = draw_records(random, offences)
    count = len(records.code)
    weights = place_weights(random, places)
    area = draw_places(random, offences, records, weights)
    people = draw_people(random, offences, records, np.array(offences.victims))
    location = _locations(random, offences, records)
    # A victim met again still lives where she lived, and most domestic abuse happens there.
    at_home = records.domestic & (np.isin(location, (0, 10)) | happens(random, 0.5, count))
    area = np.where(at_home, area[people.first_crime], area)
    recorded, committed = _recorded_days(random, offences, records)
    district = places.district[area]
    flag = _domestic_flag(random, records, recorded, district)
    repeat = repeat_flags(people.victim, recorded, flag)
    outcome, outcome_day = draw_outcomes(random, offences, records, recorded)
    child = records.domestic & happens(random, figure("da_child_present"), count)
    columns = _columns(
        random,
        offences=offences,
        records=records,
        people=people,
        location=location,
        recorded=recorded,
        committed=committed,
    )

    day = patterns.DAYS[recorded]
    kept = np.flatnonzero(day >= patterns.FIRST_DAY)
    crime_number = np.arange(count)
    order = kept[np.lexsort((scramble(crime_number[kept], 1), recorded[kept]))]
    columns |= {
        "crime_id_pseudo": pseudonyms("C", crime_number, 1),
        "force_code": words(np.zeros(count), (FORCE,)),
        "da_flag": words(flag, YES_NO),
        "child_present_flag": words(
            _flag(child, happens(random, np.where(records.domestic, 0.14, 0.8), count) & ~child), YES_NO
        ),
        "repeat_da_victim_flag": words(repeat, YES_NO),
        "place_id_pseudo": pseudonyms("L", _place_numbers(random, records, people, location, area), 2),
        "outcome_code": words(outcome, CODES),
        "outcome_date": _dates(outcome_day),
    }
    columns |= _areas(random, places, area)
    columns = _spoil(random, columns, records, order)
    taken = with_doubles(random, order, _DUPLICATES)
    injury = np.array([series == "violence_with_injury" for series in offences.series])[records.code]
    with_child = kept[child[kept]]
    charged = outcome == CODES.index("1")
    return PoliceFiles(
        crimes=Crimes(
            offences=offences,
            code=records.code,
            domestic=records.domestic,
            domestic_flag=flag,
            day=day.astype(np.int64),
            area=area,
            people=people,
            charged_day=np.where(charged, patterns.DAYS[0].astype(np.int64) + outcome_day, -1),
        ),
        columns={name: columns[name].take(pa.array(taken)) for name in COLUMNS},
        month=day[taken].astype("datetime64[M]").astype(np.int64),
        injury_days=np.sort(day[kept[injury[kept]]].astype(np.int64)),
        domestic_child_days=day[with_child].astype(np.int64),
        domestic_child_districts=district[with_child],
    )


def _dates(days: Integers) -> pa.Array:
    """Dates as text; null where the day is negative before the first day drawn is possible."""
    first = patterns.DRAWN_FROM
    longest = int(days.max()) + 1
    return words(days, [str(first + number) for number in range(longest)])


def _areas(random: np.random.Generator, places: Places, area: Integers) -> dict[str, Column]:
    """District and small area, some missing, some of the neighbouring force."""
    count = len(area)
    elsewhere = happens(random, figure("lsoa_elsewhere"), count)
    missing = happens(random, figure("lsoa_missing"), count) & ~elsewhere
    away = len(places.lsoa_codes) + np.floor(random.random(count) * len(ELSEWHERE_LSOA)).astype(np.int64)
    shown = np.where(missing, -1, np.where(elsewhere, away, area))
    district = np.where(elsewhere, len(DISTRICTS), places.district[area])
    return {
        "lad_code": words(district, [*(code for code, _ in DISTRICTS), ELSEWHERE_DISTRICT]),
        "lsoa21_code": words(shown, places.lsoa_codes + ELSEWHERE_LSOA),
    }


def _times(days: Integers, minutes: Integers) -> pa.Array:
    """Date and time to the minute, as text."""
    first = int(patterns.DRAWN_FROM.astype(np.int64))
    moment = ((first + days) * 1440 + minutes).astype("datetime64[m]")
    return pa.array(np.datetime_as_string(moment, unit="m").astype(object), pa.string())


def _columns(
    random: np.random.Generator,
    *,
    offences: Offences,
    records: Records,
    people: People,
    location: Integers,
    recorded: Integers,
    committed: Integers,
) -> dict[str, Column]:
    """Everything about a crime that needs no map."""
    count = len(recorded)
    group = np.array(offences.groups)[records.code]
    violent = np.isin(group, (VIOLENCE, "sexual", "public_order"))
    minute = records.hour * 60 + np.floor(random.random(count) * 60).astype(np.int64)
    # People round times to the half hour.
    minute = np.where(happens(random, 0.55, count), minute - minute % 30, minute)
    lasting = np.isin(group, ("theft", "criminal_damage")) | np.isin(
        np.array(offences.codes)[records.code], ("8L", "8Q", "8U", "11A", "106")
    )
    drawn = random.random(count)
    length = np.where(lasting, np.floor(4320 * drawn * drawn * drawn), np.floor(drawn * drawn * 90)).astype(
        np.int64
    )
    length = np.where(happens(random, np.where(lasting, 0.2, 0.5), count), 0, length)
    # Nothing is recorded before it has happened.
    at_most = (recorded - committed) * 1440 + 1439 - minute
    length = np.minimum(length, at_most)
    unsaid = happens(random, 0.02, count)
    night = records.out_at_night
    strand = choose(random, (78, 8, 9, 4, 1), count)
    racial = np.isin(np.array(offences.codes)[records.code], _RACIAL)
    strand = np.where(racial, choose(random, (93, 7), count), strand)
    hate = racial | (happens(random, 0.012, count) & violent & ~records.domestic)
    eligible = offences.knife_share[records.code] > 0
    firearm = (
        happens(
            random,
            np.where(np.isin(np.array(offences.codes), ("10A", "10B"))[records.code], 0.9, 0.006),
            count,
        )
        & (eligible | np.isin(np.array(offences.codes), ("10A", "10B"))[records.code])
        & ~records.knife
    )
    corrosive = happens(
        random, np.where(np.isin(np.array(offences.codes), ("5D", "8N"))[records.code], 0.0012, 0), count
    )
    alcohol = np.where(night, 0.55, np.where(records.domestic, 0.24, np.where(violent, 0.15, 0.02)))
    drugs = np.where(group == "drugs", 0.95, np.where(records.domestic, 0.08, np.where(violent, 0.06, 0.02)))
    honour = np.where(records.domestic, 0.004, np.where(violent, 0.0005, 0))
    county_lines = _shares_of_codes(
        offences, {"92A": 0.10, "106": 0.28, "10D": 0.04, "5D": 0.02, "36": 0.05}, 0.0008
    )
    online = _shares_of_codes(offences, {"8R": 0.86, "88A": 0.93, "86": 0.9, "88C": 0.6, "35": 0.7}, 0.002)
    by_wire = location == LOCATIONS.index("online")
    rule = np.searchsorted(
        np.array(["2020-04-01", "2023-05-15"], "datetime64[D]"), patterns.DAYS[recorded], side="right"
    )
    return {
        "recorded_date": _dates(recorded),
        "committed_from": _times(committed, minute),
        "committed_to": _times(committed, minute + length),
        "ho_code": words(records.code, offences.codes),
        "knife_flag": words(_flag(records.knife, unsaid & ~records.knife), YES_NO),
        "firearm_flag": words(_flag(firearm, unsaid & ~firearm), YES_NO),
        "corrosive_flag": words(_flag(corrosive, unsaid & ~corrosive), YES_NO),
        "alcohol_flag": words(_flag(happens(random, alcohol, count), unsaid), YES_NO),
        "drugs_flag": words(_flag(happens(random, drugs, count), unsaid), YES_NO),
        "hba_flag": words(_flag(happens(random, honour, count), unsaid), YES_NO),
        "cce_county_lines_flag": words(
            _flag(happens(random, county_lines[records.code], count), unsaid), YES_NO
        ),
        "online_flag": words(_flag(by_wire | happens(random, online[records.code], count), unsaid), YES_NO),
        "hate_strand": words(np.where(hate, strand, -1), HATE_STRANDS),
        "location_type": words(location, LOCATIONS),
        "victim_id_pseudo": pseudonyms("P", people.victim, 3),
        "victim_type": words(people.victim_type, ("person", "business", "state")),
        "victim_age_band": words(people.victim_age, AGE_BANDS),
        "victim_sex": words(people.victim_sex, SEXES),
        "victim_ethnicity": words(people.victim_ethnicity, ETHNICITIES),
        "suspect_id_pseudo": pseudonyms("P", people.suspect, 3),
        "suspect_age_band": words(people.suspect_age, AGE_BANDS),
        "suspect_sex": words(people.suspect_sex, SEXES),
        "vo_relationship": words(people.relationship, RELATIONSHIPS),
        "injury_level": words(_injuries(random, offences, records), INJURIES),
        "recording_rule_version": words(rule, RULES),
    }


def _spoil(
    random: np.random.Generator, columns: dict[str, Column], records: Records, kept: Integers
) -> dict[str, Column]:
    """The same columns with a few impossible dates and unknown codes, for quarantine to find."""
    free = kept[~records.domestic[kept]]
    wrong = random.choice(free, _IMPOSSIBLE_DATES + _UNKNOWN_CODES, replace=False)
    dates, codes = wrong[:_IMPOSSIBLE_DATES], wrong[_IMPOSSIBLE_DATES:]
    spoiled = dict(columns)
    spoiled["recorded_date"] = impossible_days(columns["recorded_date"], dates)
    names = [_UNKNOWN_CODE_NAMES[number % len(_UNKNOWN_CODE_NAMES)] for number in range(len(codes))]
    spoiled["ho_code"] = with_texts(columns["ho_code"], codes, names)
    return spoiled


def police_files(files: PoliceFiles) -> dict[str, bytes]:
    """The monthly files by path."""
    table = pa.table(dict(files.columns))
    edges = np.flatnonzero(np.diff(files.month)) + 1
    starts = [0, *edges.tolist()]
    ends = [*edges.tolist(), len(files.month)]
    written: dict[str, bytes] = {}
    for start, end in zip(starts, ends, strict=True):
        month = np.datetime64(int(files.month[start]), "M")
        part = table.slice(start, end - start)
        written[f"police/police_crimes_{month}.csv"] = csv_bytes(
            dict(zip(part.column_names, part.columns, strict=True))
        )
    return written
