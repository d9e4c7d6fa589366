"""The truth of the forty districts comes back from the written records, counted slowly, net of Poisson noise.

A district's effects are standardised quantiles, so the spread built in is exact and only Poisson noise lies between
it and the records. The standard error of an estimate below is that noise's alone; the tolerance is three of them.
Of seven measures in two scenarios one run in 27 would miss by chance; the records are always the same.
"""

import csv
import hashlib
import math
import os
import statistics
import subprocess
import sys
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from delivered_files import SEEDS

from pipeline import plan
from pipeline.settings import read_settings
from pipeline.synthetic.region import DISTRICTS, FORCES
from pipeline.synthetic.scenarios import REGIONS, write_scenario
from pipeline.synthetic.spread import draw_effects, expected_crimes, read_spreads

MEASURES = tuple(read_spreads("forty_districts"))
LADS = [code for code, _ in DISTRICTS]
Counts = dict[tuple[str, str], int]


def measures_of(row: dict[str, str], offences: dict[str, dict[str, str]]) -> list[str]:
    """The measures that a record belongs to, by the project's own list of offences."""
    group, subgroup = (offences[row["ho_code"]][name] for name in ("offence_group", "offence_subgroup"))
    found = []
    if row["da_flag"] == "Y":
        found.append("domestic_abuse")
    if row["knife_flag"] == "Y":
        found.append("knife_crime")
    if group == "Robbery":
        found.append("robbery")
    if group == "Sexual offences":
        found.append("sexual_offences")
    if subgroup == "Homicide":
        found.append("homicide")
    elif group == "Violence against the person" and row["da_flag"] == "N":
        injury = subgroup == "Violence with injury"
        found.append("other_violence_with_injury" if injury else "other_violence_without_injury")
    return found


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The deliveries of both scenarios."""
    written = {}
    for scenario in REGIONS:
        written[scenario] = tmp_path_factory.mktemp(scenario)
        write_scenario(written[scenario], scenario)
    return written


@pytest.fixture(scope="module")
def counted(folders: dict[str, Path]) -> dict[str, Counts]:
    """Records of all years by measure and district, row by row."""
    with (SEEDS / "offence_codes.csv").open(encoding="utf-8", newline="") as file:
        offences = {row["offence_code"]: row for row in csv.DictReader(file)}
    counts: dict[str, Counts] = {}
    for scenario, folder in folders.items():
        found: Counter[tuple[str, str]] = Counter()
        for path in sorted(folder.glob("police/*.csv")):
            with path.open(encoding="utf-8", newline="") as file:
                for row in csv.DictReader(file):
                    found.update((measure, row["lad_code"]) for measure in measures_of(row, offences))
        counts[scenario] = dict(found)
    return counts


@pytest.fixture(scope="module")
def people(folders: dict[str, Path]) -> tuple[dict[str, int], dict[str, int]]:
    """People and people of 16 and over by district, one year of the population file."""
    folder = folders["forty_districts"] / "reference"
    with (folder / "lookup_lsoa21_msoa21_lad.csv").open(encoding="utf-8", newline="") as file:
        district = {row["lsoa21_code"]: row["lad_code"] for row in csv.DictReader(file)}
    everyone: Counter[str] = Counter()
    adults: Counter[str] = Counter()
    with (folder / "population_lsoa21.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["mid_year"] == "2022":
                number, lad = int(row["population"]), district[row["lsoa21_code"]]
                everyone[lad] += number
                if row["age_band"] not in ("0-4", "5-9", "10-14", "15"):
                    adults[lad] += number
    return dict(everyone), dict(adults)


def net_spread(counts: list[int], people: list[int]) -> tuple[float, float]:
    """The standard deviation of the log rate beyond Poisson noise, and the standard error that noise gives it."""
    size = len(counts)
    if min(counts) >= 20:
        noise = statistics.fmean(1 / count for count in counts)
        rates = [math.log(count / number) for count, number in zip(counts, people, strict=True)]
        variance = max(statistics.variance(rates) - noise, 1e-9)
        error = math.sqrt((2 * noise * noise + 4 * variance * noise) / (size - 1))
        return math.sqrt(variance), error / (2 * math.sqrt(variance))
    # Counts too small for logarithms: by moments, the log rate taken as normal.
    expected = [number * sum(counts) / sum(people) for number in people]
    excess = sum((count - mean) ** 2 - count for count, mean in zip(counts, expected, strict=True))
    squares = sum(mean * mean for mean in expected)
    relative = max(excess / squares, 1e-9)
    error = math.sqrt(sum(2 * mean**2 + 4 * relative * mean**3 for mean in expected)) / squares
    spread = math.sqrt(math.log1p(relative))
    return spread, error / (2 * spread)


@pytest.mark.parametrize("scenario", REGIONS)
@pytest.mark.parametrize("measure", MEASURES)
def test_the_spread_built_in_comes_back_from_the_records(
    counted: dict[str, Counts],
    people: tuple[dict[str, int], dict[str, int]],
    scenario: str,
    measure: str,
) -> None:
    at_risk = people[1] if measure == "domestic_abuse" else people[0]
    counts = [counted[scenario].get((measure, lad), 0) for lad in LADS]
    found, error = net_spread(counts, [at_risk[lad] for lad in LADS])
    assert abs(found - read_spreads(scenario)[measure].log_rate_sd) < 3 * error


def test_the_ratio_of_domestic_abuse_to_knife_crime_turns(
    counted: dict[str, Counts], people: tuple[dict[str, int], dict[str, int]]
) -> None:
    for scenario, built_in in (("forty_districts", 0.20 / 0.45), ("forty_districts_reversed", 0.45 / 0.20)):
        (domestic, domestic_error), (knife, knife_error) = (
            net_spread([counted[scenario][measure, lad] for lad in LADS], [at_risk[lad] for lad in LADS])
            for measure, at_risk in (("domestic_abuse", people[1]), ("knife_crime", people[0]))
        )
        error = math.hypot(domestic_error / domestic, knife_error / knife)
        assert abs(math.log(domestic / knife) - math.log(built_in)) < 3 * error


@pytest.mark.parametrize("scenario", REGIONS)
def test_the_effects_have_exactly_the_spread_that_is_declared(scenario: str) -> None:
    effects = draw_effects(np.random.Generator(np.random.PCG64(1)), scenario)
    for measure, spread in read_spreads(scenario).items():
        assert statistics.stdev(effects[measure]) == pytest.approx(spread.log_rate_sd, abs=1e-12)


@pytest.mark.parametrize("scenario", REGIONS)
def test_no_kind_of_crime_is_expected_less_than_never(scenario: str) -> None:
    """What is left once overlaps have their share is never negative, so that no spread is bent."""
    effects = draw_effects(np.random.Generator(np.random.PCG64(np.random.SeedSequence((4040, 1)))), scenario)
    assert expected_crimes(effects, 2024).min() >= 0


def test_levels_are_those_published(
    counted: dict[str, Counts], people: tuple[dict[str, int], dict[str, int]]
) -> None:
    """Per 1,000 people and year, as for the demonstration area; domestic abuse less its unknown flags."""
    counts, person_years = counted["forty_districts"], 3 * sum(people[0].values())
    rate = {
        measure: 1000 * sum(counts.get((measure, lad), 0) for lad in LADS) / person_years
        for measure in MEASURES
    }
    assert rate["knife_crime"] == pytest.approx(0.78, abs=0.1)
    assert rate["robbery"] == pytest.approx(1.25, abs=0.1)
    assert rate["sexual_offences"] == pytest.approx(3.2, abs=0.2)
    assert rate["homicide"] == pytest.approx(0.01, abs=0.002)
    # 0.77 of 15 domestic crimes per 1,000 are violence; here are those and the sexual ones.
    assert rate["domestic_abuse"] == pytest.approx(0.96 * (0.77 * 15 + 0.5), abs=0.6)


def test_a_second_run_in_another_process_writes_the_same_bytes(folders: dict[str, Path]) -> None:
    folder = folders["forty_districts"]

    def state() -> dict[str, tuple[str, int]]:
        return {
            path.relative_to(folder).as_posix(): (
                hashlib.sha256(path.read_bytes()).hexdigest(),
                path.stat().st_mtime_ns,
            )
            for path in sorted(folder.rglob("*.*"))
        }

    before = state()
    script = "import sys, pathlib\nfrom pipeline.synthetic.scenarios import write_scenario\n"
    script += "write_scenario(pathlib.Path(sys.argv[1]), 'forty_districts')"
    environment = {**os.environ, "PYTHONHASHSEED": "7", "PYTHONPATH": str(Path(__file__).parents[2])}
    subprocess.run([sys.executable, "-W", "error", "-c", script, str(folder)], check=True, env=environment)
    assert state() == before


def test_nothing_is_held_back_and_every_district_is_known(tmp_path: Path) -> None:
    plan.write_demonstration(read_settings(tmp_path), "forty_districts")
    settings = read_settings(tmp_path)
    assert list(settings.assessment.area.districts) == LADS
    assert list(settings.assessment.area.police_force_codes) == [code for code, *_ in FORCES]
    assert settings.assessment.is_synthetic
    seen = plan.ingest(settings)
    assert not seen.refused
    assert not seen.blocked
    assert len(seen.deliveries) == 3 * len(FORCES) + 5
    assert [line.file_name for line in seen.deliveries if line.rejected] == []
