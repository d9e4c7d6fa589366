"""Services for people who live with domestic abuse: Maracs, Idvas, refuges, helplines, programmes, training.

Made to be found: Maracs hear 47 cases a year per 10,000 adult women, more than the 40 that SafeLives expects; the Idva
service of Example-on-Sea has half the staff that its referrals need, and reaches fewer of them; the telephone rang most
in the first lockdown, when refuges turned fewer away. Of kinds of Marac cases a count of one to four is sent as "<5".
"""

from collections.abc import Iterable

import numpy as np
import pyarrow as pa

from pipeline.synthetic import patterns
from pipeline.synthetic.calibration import figure
from pipeline.synthetic.draws import Floats, Integers, happens
from pipeline.synthetic.faults import with_texts
from pipeline.synthetic.periods import by_year, label
from pipeline.synthetic.places import (
    AGE_FROM,
    DISTRICTS,
    FORCE,
    MID_YEARS,
    VRU_NAME,
    Places,
    gradient,
    population_cube,
)
from pipeline.synthetic.tables import Column, csv_bytes, words

YEARS = tuple(range(2020, 2025))  # financial years by the year in which they end
# Of each district, in the order of DISTRICTS.
_MEETINGS = (6, 3, 3, 3, 3)  # a quarter
_IDVA_ADEQUACY = (0.95, 1.05, 0.92, 1.0, 0.5)  # staff over the staff that referrals need
_BED_SPACES = (26, 8, 7, 6, 9)
_PROGRAMMES = {"Steps to Change": (60, 20, 18, 14, 20), "High Harm Response": (16, 0, 0, 0, 8)}
_HELPLINES = {  # calls a month per 10,000 people, and the share about domestic abuse
    f"{VRU_NAME} Domestic Abuse Helpline": (7.5, 0.96),
    f"{VRU_NAME} Victim Line": (5.0, 0.27),
}
_TRAINED = (0.12, 0.31, 0.48, 0.63, 0.71)  # share of staff by the end of each of YEARS
_IN_SCOPE = (2080, 2120, 2190, 2230, 2240)
_MARAC_SHARES = {  # of cases
    "male_victims": 0.055, "bme_cases": 0.16, "lgbt_cases": 0.014, "disabled_victims": 0.09,
    "victims_16_17": 0.016, "harming_others_17_or_below": 0.011,
}  # fmt: skip


def domestic_level(places: Places) -> Floats:
    """The relative level of domestic abuse by district; its mean over people is 1."""
    weights = places.people * gradient(places, figure("deprivation_ratio", "domestic_abuse"))
    people = np.bincount(places.district, places.people)
    level: Floats = np.bincount(places.district, weights) / people
    return level / ((level * people).sum() / people.sum())


def adult_women(places: Places) -> Integers:
    """Women aged 18 and over by financial year (YEARS) and district, at the year's middle."""
    women = population_cube(places)[:, :, 0, AGE_FROM >= 18].sum(axis=2)
    rows = [np.bincount(places.district, women[MID_YEARS.index(year - 1)]) for year in YEARS]
    return np.rint(rows).astype(np.int64)


def _parts(random: np.random.Generator, counts: Integers, share: float) -> Integers:
    """How many of each count are of a kind with that share."""
    drawn = happens(random, share, int(counts.sum()))
    return np.bincount(np.repeat(np.arange(len(counts)), counts), drawn, minlength=len(counts)).astype(
        np.int64
    )


def _hidden(counts: Iterable[int]) -> pa.Array:
    """Counts with one to four as <5."""
    return pa.array(["<5" if 0 < count < 5 else str(count) for count in counts])


def _first_days(months: Integers) -> pa.Array:
    """The first day of each month, given as months since 1970."""
    return pa.array([f"{np.datetime64(int(month), 'M')}-01" for month in months])


def _grid(step: int) -> tuple[Integers, Integers, Integers]:
    """Month, district and financial year (position in YEARS) of each row: a row a district every step months."""
    first = int(patterns.FIRST_DAY.astype("datetime64[M]").astype(np.int64))
    month, district = np.meshgrid(
        np.arange(first, first + 12 * len(YEARS), step), np.arange(len(DISTRICTS)), indexing="ij"
    )
    return month.ravel(), district.ravel(), (month.ravel() - first) // 12


def _districts(district: Integers) -> pa.Array:
    """The code of each district."""
    return words(district, [code for code, _ in DISTRICTS])


def _named(district: Integers, what: str) -> pa.Array:
    """The name of each district's service."""
    return words(district, [f"{name} {what}" for _, name in DISTRICTS])


def _marac(random: np.random.Generator, places: Places) -> tuple[dict[str, bytes], Integers]:
    """The Maracs' yearly files, and the cases by row of the quarterly grid."""
    month, district, year = _grid(3)
    rate = np.array([figure("marac_cases_per_10000_women", "", f"for YE Mar {end}") for end in YEARS])
    women, level = adult_women(places), domestic_level(places)
    level = level * women.sum() / (women * level).sum()
    cases = random.poisson((women * level * rate[:, None] / 10_000 / 4)[year, district])
    partner = _parts(random, cases, figure("marac_partner_referral_share"))
    idva = _parts(random, partner, 0.30)
    columns: dict[str, Column] = {
        "quarter_start": _first_days(month),
        "marac": _named(district, "Marac"),
        "force_code": words(np.zeros(len(month)), (FORCE,)),
        "lad_code": _districts(district),
        "meetings_held": pa.array(np.array(_MEETINGS)[district]),
        "cases_discussed": pa.array(cases),
        "repeat_cases": pa.array(_parts(random, cases, figure("marac_repeat_share"))),
        "police_referrals": pa.array(cases - partner),
        "partner_referrals": pa.array(partner),
        "idva_referrals": pa.array(idva),
        "health_referrals": _hidden(_parts(random, partner - idva, 0.16)),
        "children_in_household": pa.array(random.poisson(cases * figure("marac_children_per_case"))),
    }
    columns |= {name: _hidden(_parts(random, cases, share)) for name, share in _MARAC_SHARES.items()}
    return by_year("support/marac_returns", columns, year + YEARS[0]), cases


def _idva(random: np.random.Generator, cases: Integers) -> dict[str, bytes]:
    """The Idva services' yearly files: those whom Marac hears of, and others at high risk."""
    month, district, year = _grid(3)
    from_marac = _parts(random, cases, 0.86)
    referrals = from_marac + random.poisson(0.3 * cases)
    staff = np.zeros((len(YEARS), len(DISTRICTS)))
    np.add.at(staff, (year, district), referrals)
    staff = np.round(staff / figure("idva_referrals_per_fte") * np.array(_IDVA_ADEQUACY) * 5) / 5
    # Nobody can work with more people than the staff can carry.
    most = np.floor(staff[year, district] * figure("idva_referrals_per_fte") / 4).astype(np.int64)
    engaged = np.minimum(_parts(random, referrals, 0.74), most)
    columns: dict[str, Column] = {
        "quarter_start": _first_days(month),
        "service": _named(district, "Idva service"),
        "lad_code": _districts(district),
        "idva_fte": pa.array([f"{value:.1f}" for value in staff[year, district]]),
        "idva_referrals": pa.array(referrals),
        "marac_referrals": pa.array(from_marac),
        "clients_engaged": pa.array(engaged),
    }
    return by_year("support/idva_returns", columns, year + YEARS[0])


def _lockdown(month: Integers) -> Floats:
    """How much of the first lockdown each month had."""
    first = int(np.datetime64("2020-04", "M").astype(np.int64))
    weights = np.array([1.0, 1.0, 0.6])
    inside = (month >= first) & (month < first + len(weights))
    part: Floats = np.where(inside, weights[np.clip(month - first, 0, len(weights) - 1)], 0.0)
    return part


def _refuge(random: np.random.Generator) -> dict[str, bytes]:
    """Bed spaces, those taken, and those who were turned away, by district and month."""
    month, district, year = _grid(1)
    beds = np.array(_BED_SPACES)[district] + np.where(district == 0, np.minimum(year, 2), 0)
    taken = _parts(random, beds, 0.91)
    refused = random.poisson(beds * 0.75 * (1 - 0.4 * _lockdown(month)))
    columns: dict[str, Column] = {
        "month": pa.array([str(np.datetime64(int(each), "M")) for each in month]),
        "lad_code": _districts(district),
        "bed_spaces": pa.array(beds),
        "bed_spaces_occupied": pa.array(taken),
        "refusals": pa.array(refused),
        "refusals_no_space": pa.array(_parts(random, refused, 0.62)),
    }
    return by_year("support/refuge", columns, year + YEARS[0])


def _helplines(random: np.random.Generator, places: Places) -> dict[str, bytes]:
    """Calls by helpline, district and month; one of them is below zero, for quarantine to find."""
    month, district, year = _grid(1)
    people = np.bincount(places.district, places.people)
    files: dict[str, bytes] = {}
    for name, (rate, share) in _HELPLINES.items():
        expected = people[district] * rate / 10_000 * domestic_level(places)[district]
        calls = random.poisson(expected * (1 + 0.45 * share * _lockdown(month)))
        said: Column = pa.array(calls)
        if share < 0.5:
            said = with_texts(said, np.array([len(calls) // 2]), ["-1"])
        columns: dict[str, Column] = {
            "month": pa.array([str(np.datetime64(int(each), "M")) for each in month]),
            "helpline": pa.array([name] * len(month)),
            "lad_code": _districts(district),
            "calls": said,
            "domestic_abuse_calls": pa.array(_parts(random, calls, share)),
        }
        path = f"support/helpline_{name.removeprefix(VRU_NAME).strip().lower().replace(' ', '_')}"
        files |= by_year(path, columns, year + YEARS[0])
    return files


def _programmes(random: np.random.Generator) -> dict[str, bytes]:
    """Places, starts and completions of programmes for people who abuse, by district and year."""
    rows = [
        (year, name, district, round(size * (1 + 0.12 * position)))
        for position, year in enumerate(YEARS)
        for name, sizes in _PROGRAMMES.items()
        for district, size in enumerate(sizes)
        if size
    ]
    size = np.array([row[3] for row in rows])
    starts = _parts(random, size, 0.88)
    columns: dict[str, Column] = {
        "financial_year": pa.array([label(row[0]).replace("-", "/") for row in rows]),
        "programme": pa.array([row[1] for row in rows]),
        "lad_code": _districts(np.array([row[2] for row in rows])),
        "places": pa.array(size),
        "starts": pa.array(starts),
        "completions": pa.array(_parts(random, starts, 0.57)),
    }
    return by_year("support/perpetrator_programmes", columns, np.array([row[0] for row in rows]))


def _training() -> dict[str, bytes]:
    """Staff of the force in scope of DA Matters, and trained, in one file."""
    trained = [round(staff * share) for staff, share in zip(_IN_SCOPE, _TRAINED, strict=True)]
    columns: dict[str, Column] = {
        "financial_year": pa.array([label(year).replace("-", "/") for year in YEARS]),
        "force": pa.array([f"{VRU_NAME} Police"] * len(YEARS)),
        "force_code": pa.array([FORCE] * len(YEARS)),
        "staff_in_scope": pa.array(_IN_SCOPE),
        "staff_trained": pa.array(trained),
    }
    return {"support/da_matters_training.csv": csv_bytes(columns)}


def support_files(random: np.random.Generator, places: Places) -> dict[str, bytes]:
    """The services' files by path."""
    marac, cases = _marac(random, places)
    return {
        **marac,
        **_idva(random, cases),
        **_refuge(random),
        **_helplines(random, places),
        **_programmes(random),
        **_training(),
    }
