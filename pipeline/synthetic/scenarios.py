"""What `sna demo` can write: the demonstration area, and regions with a truth built in for tests of claims."""

from pathlib import Path

import numpy as np

from pipeline.synthetic.deliveries import write_deliveries
from pipeline.synthetic.region import region_assessment, region_files
from pipeline.synthetic.region_police import YEARS, region_police_files
from pipeline.synthetic.spread import read_spreads
from pipeline.synthetic.tables import write_if_changed

DEMONSTRATION = "demonstration"
REGIONS = {
    "forty_districts": "Greater Example",
    "forty_districts_reversed": "Greater Example, reversed",
}
SCENARIOS = (DEMONSTRATION, *REGIONS)

_NOTICE = """SYNTHETIC

Every record in this folder is made up by a computer program. {title}, its forty districts and its people do not
exist, and the map lies in the North Sea. The files hold violence, sexual offences and robbery only, with a flag for
domestic abuse (not known for one crime in 25, everywhere alike) and one for knives.

Built in, as the standard deviation of the log rate over districts:
{spreads}
The levels follow published figures for England and Wales (pipeline/synthetic/calibration.csv). What each district
adds to a rate is a quantile of a normal distribution, standardised: these figures hold exactly for the crimes
expected, and the crimes written add Poisson noise.

Never quote a number from these files as a fact about violence.
"""


def scenario_assessment(scenario: str) -> str:
    """The assessment file that goes with a scenario; empty for the demonstration area, which has its own."""
    return region_assessment(scenario, REGIONS[scenario], YEARS[0], YEARS[-1]) if scenario in REGIONS else ""


def write_scenario(folder: Path, scenario: str) -> list[Path]:
    """The paths of a scenario's deliveries, in order; a file whose bytes would not change is not touched."""
    if scenario == DEMONSTRATION:
        return write_deliveries(folder)
    spreads = "".join(
        f"  {measure.replace('_', ' ')}: {spread.log_rate_sd:.2f}\n"
        for measure, spread in read_spreads(scenario).items()
    )
    # Both scenarios are drawn alike: only the spreads differ.
    random = np.random.Generator(np.random.PCG64(np.random.SeedSequence((4040, 1))))
    files = {
        "SYNTHETIC.txt": _NOTICE.format(title=REGIONS[scenario], spreads=spreads).encode(),
        **region_police_files(random, scenario),
        **region_files(),
    }
    return [write_if_changed(folder / name, files[name]) for name in sorted(files)]
