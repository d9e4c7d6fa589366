"""How much each kind of crime varies between the forty districts: the truth that tests of claims must find.

The standard deviation of the log rate over districts (divided by n - 1) is exactly that of spread.csv: a district's
effects are the quantiles of a normal distribution, standardised, and chance only decides which district has which.
What a file then shows beside them is Poisson noise alone.
"""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from statistics import NormalDist

import numpy as np

from pipeline.synthetic.calibration import figure
from pipeline.synthetic.draws import Floats
from pipeline.synthetic.offences import VIOLENCE, YEARS, Offences, read_offences
from pipeline.synthetic.region import FORCE_OF_DISTRICT, build_region

# How much of the variance is shared by the districts of a force, before ranks take it up: our choice.
_FORCE_PART = 0.25
# Codes whose knife share is a matter of the offence, not of the place.
_KNIFE_OFFENCES = 0.4


@dataclass(frozen=True)
class Spread:
    """The spread of one measure: that of its log rates, and how far it follows what all measures share."""

    log_rate_sd: float
    common: float  # correlation of its ranks with what all share, about


@cache
def read_spreads(scenario: str) -> dict[str, Spread]:
    """The spreads of a scenario by measure, as spread.csv gives them with their sources."""
    with (Path(__file__).parent / "spread.csv").open(encoding="utf-8", newline="") as file:
        return {
            row["measure"]: Spread(float(row["log_rate_sd"]), float(row["common"]))
            for row in csv.DictReader(file)
            if row["scenario"] == scenario
        }


def draw_effects(random: np.random.Generator, scenario: str) -> dict[str, Floats]:
    """What each district adds to the log rate of each measure; mean 0, standard deviation as in spread.csv."""
    count = len(FORCE_OF_DISTRICT)
    quantiles = np.array([NormalDist().inv_cdf((rank + 0.5) / count) for rank in range(count)])
    quantiles /= quantiles.std(ddof=1)
    common = _places(random)
    effects = {}
    for measure, spread in read_spreads(scenario).items():
        own = _places(random)
        leaning = spread.common * common + np.sqrt(1 - spread.common * spread.common) * own
        rank = np.empty(count, dtype=np.int64)
        rank[np.argsort(leaning, kind="stable")] = np.arange(count)
        effects[measure] = spread.log_rate_sd * quantiles[rank]
    return effects


def _places(random: np.random.Generator) -> Floats:
    """A number for each district, part of it shared within its force."""
    forces = random.normal(size=FORCE_OF_DISTRICT.max() + 1)[FORCE_OF_DISTRICT]
    districts = random.normal(size=len(FORCE_OF_DISTRICT))
    places: Floats = np.sqrt(_FORCE_PART) * forces + np.sqrt(1 - _FORCE_PART) * districts
    return places


def expected_crimes(effects: dict[str, Floats], year: int) -> Floats:
    """Crimes expected in a financial year (that in which it ends): code, domestic, knife and district.

    Codes are those of read_offences, in its order; those that the scenario leaves out have none.
    """
    offences, region = read_offences(), build_region()
    people, adults = region.people.astype(float), region.adults.astype(float)

    def level(measure: str, size: Floats) -> Floats:
        """People at risk by district, as if those of a district with a high rate were more; the sum stays."""
        weight = size * np.exp(effects[measure])
        scaled: Floats = weight * (people.sum() / weight.sum())
        return scaled

    position = YEARS.index(year)
    included = np.isin(offences.groups, (VIOLENCE, "sexual", "robbery"))
    rate = np.where(included, offences.per_person[:, position], 0.0)
    domestic_rate = rate * offences.domestic[:, position]
    series, groups = np.array(offences.series), np.array(offences.groups)
    tied = {
        "homicide": series == "homicide",
        "sexual_offences": groups == "sexual",
        "robbery": groups == "robbery",
    }
    counts = np.zeros((len(rate), 2, len(people)))
    for measure, own in tied.items():
        both = np.stack([rate - domestic_rate, domestic_rate], axis=1)[own]
        counts[own] = both[:, :, None] * level(measure, people)
    violent = (groups == VIOLENCE) & ~tied["homicide"]
    injury = np.isin(series, ("violence_with_injury", "emergency_worker"))
    for measure, own in (
        ("other_violence_with_injury", violent & injury),
        ("other_violence_without_injury", violent & ~injury),
    ):
        counts[own, 0] = (rate - domestic_rate)[own, None] * level(measure, people)
    # What is left of domestic abuse once homicide, sexual offences and robbery have theirs: its total keeps its spread.
    left = domestic_rate.sum() * level("domestic_abuse", adults) - counts[:, 1].sum(axis=0)
    weight = np.where(violent, domestic_rate, 0.0)
    counts[:, 1] += (weight / weight.sum())[:, None] * left
    return _with_knives(counts, offences, rate, domestic_rate, level("knife_crime", people))


def _with_knives(
    counts: Floats, offences: Offences, rate: Floats, domestic_rate: Floats, people: Floats
) -> Floats:
    """The counts in two, without and with a knife: where knife crime is high, robbers have one more often."""
    chance = offences.knife_share[:, None] * np.array([1.0, figure("knife_share_domestic_relative")])
    mean = (np.stack([rate - domestic_rate, domestic_rate], axis=1) * chance).sum()
    fixed = (offences.knife_share >= _KNIFE_OFFENCES)[:, None, None]
    usual = counts * chance[:, :, None]
    certain = np.where(fixed, usual, 0.0)
    others = usual - certain
    knives = certain + others * ((mean * people - certain.sum(axis=(0, 1))) / others.sum(axis=(0, 1)))
    return np.stack([counts - knives, knives], axis=2)
