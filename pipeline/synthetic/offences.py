"""How each offence code behaves: offences.csv, and the shares that follow from calibration."""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from pipeline.synthetic.calibration import figure, items
from pipeline.synthetic.draws import Floats

# Financial years by the year in which they end.
YEARS = (2020, 2021, 2022, 2023, 2024)
VIOLENCE = "violence_against_the_person"
# Coercive control is a part of it with a share of its own.
_STALKING = "stalking_harassment"


@dataclass(frozen=True)
class Offences:
    """One entry for each offence code, in the order of offences.csv."""

    codes: tuple[str, ...]
    groups: tuple[str, ...]
    subgroups: tuple[str, ...]  # as published
    series: tuple[str, ...]
    victims: tuple[str, ...]
    place_patterns: tuple[str, ...]
    hour_patterns: tuple[str, ...]
    victim_sex: tuple[str, ...]
    lowest_age: npt.NDArray[np.int64]  # -1 where any age
    highest_age: npt.NDArray[np.int64]
    female_share: Floats
    suspect_known: Floats
    knife_share: Floats
    yearly: Floats  # code by year: records expected in the county
    domestic: Floats  # code by year: share of them that is domestic abuse
    per_person: Floats  # code by year: records a person in England and Wales
    usual_domestic: Floats  # code: share that is domestic abuse over all years


def _recorded(rows: list[dict[str, str]]) -> Floats:
    """Offences a year in England and Wales, by code and year."""
    latest = items("recorded_offences")
    recorded = np.zeros((len(rows), len(YEARS)))
    for number, row in enumerate(rows):
        level = sum(latest[code] for code in (row["counted_as"] or row["offence_code"]).split("+"))
        base = figure("recorded_series", row["series"], "YE Mar 2025")
        for position, year in enumerate(YEARS):
            if (row["first_year"] and year < int(row["first_year"])) or (
                row["last_year"] and year > int(row["last_year"])
            ):
                continue
            recorded[number, position] = (
                level * figure("recorded_series", row["series"], f"YE Mar {year}") / base
            )
    return recorded


def _usual_domestic_shares(rows: list[dict[str, str]], yearly: Floats) -> Floats:
    """Domestic share by code, over all years: each group at its published share."""
    weights = np.array([float(row["domestic_weight"]) for row in rows])
    groups = np.array([row["domestic_share_group"] for row in rows])
    total = yearly.sum(axis=1)
    shares = np.zeros(len(rows))
    fixed = figure("da_share_by_offence", "coercive_control")
    for group in sorted(set(groups) - {"none"}):
        own = groups == group
        wanted = figure("da_share_by_offence", group) * total[own].sum()
        if group == _STALKING:
            coercive = groups == "coercive_control"
            wanted = (
                figure("da_share_by_offence", group) * total[own | coercive].sum()
                - fixed * total[coercive].sum()
            )
        shares[own] = weights[own] * (wanted / (weights[own] * total[own]).sum())
    return shares


def _domestic_shares(rows: list[dict[str, str]], yearly: Floats, shares: Floats) -> Floats:
    """Domestic share by code and year: the usual ones, violence at the share published for the year."""
    violent = np.array([row["offence_group"] == VIOLENCE for row in rows])
    by_year = np.repeat(shares[:, None], len(YEARS), axis=1)
    for position, year in enumerate(YEARS):
        wanted = figure("da_share_of_vap", "", f"YE Mar {year}")
        found = (shares[violent] * yearly[violent, position]).sum() / yearly[violent, position].sum()
        by_year[:, position] = np.minimum(shares * wanted / found, np.maximum(shares, 0.97))
    return by_year


@cache
def read_offences() -> Offences:
    """All offence codes with what is expected of them in the county each year."""
    with (Path(__file__).parent / "offences.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    recorded = _recorded(rows)
    people = np.array([figure("population", "England and Wales", f"mid-{year - 1}") for year in YEARS])
    growth = 1 + figure("local_population_growth") * (np.array(YEARS) - 1 - 2021)
    level = np.array([figure("local_level", row["offence_group"]) for row in rows])
    yearly = recorded * level[:, None] * (figure("local_population") * growth / people)
    knife = items("knife_share")
    usual_domestic = _usual_domestic_shares(rows, yearly)
    return Offences(
        codes=tuple(row["offence_code"] for row in rows),
        groups=tuple(row["offence_group"] for row in rows),
        subgroups=tuple(row["offence_subgroup"] for row in rows),
        series=tuple(row["series"] for row in rows),
        victims=tuple(row["victim"] for row in rows),
        place_patterns=tuple(row["place_pattern"] for row in rows),
        hour_patterns=tuple(row["hour_pattern"] for row in rows),
        victim_sex=tuple(row["victim_sex"] for row in rows),
        lowest_age=np.array([int(row["lowest_age"] or -1) for row in rows]),
        highest_age=np.array([int(row["highest_age"] or -1) for row in rows]),
        female_share=np.array([float(row["female_share"] or 0.4) for row in rows]),
        suspect_known=np.array([float(row["suspect_known"]) for row in rows]),
        knife_share=np.array([knife[row["knife_share"]] if row["knife_share"] else 0.0 for row in rows]),
        yearly=yearly,
        domestic=_domestic_shares(rows, yearly, usual_domestic),
        per_person=recorded / people,
        usual_domestic=usual_domestic,
    )
