"""All deliveries of the demonstration area. SYNTHETIC: nobody in them exists."""

from pathlib import Path

import numpy as np

from pipeline.synthetic.children import children_files
from pipeline.synthetic.education import education_files
from pipeline.synthetic.health import health_files
from pipeline.synthetic.incidents import incident_files
from pipeline.synthetic.national import national_files
from pipeline.synthetic.places import build_places, reference_files
from pipeline.synthetic.police import police_files, write_police
from pipeline.synthetic.special_needs import special_needs_files
from pipeline.synthetic.support import support_files
from pipeline.synthetic.survey import survey_files
from pipeline.synthetic.suspects import suspect_files
from pipeline.synthetic.tables import write_if_changed

NOTICE = """SYNTHETIC

Every record in this folder is made up by a computer program. Exampleshire, its districts and its people do
not exist: no row describes a real person, crime, patient, pupil or place, and the map lies in the North Sea.

Levels and patterns follow published figures for England and Wales, listed with their sources in
pipeline/synthetic/calibration.csv. Some faults are there on purpose: missing areas, missing flags, impossible
dates, unknown offence codes, doubled rows, a count below zero, and a hospital site that fell silent for four months.

Never quote a number from these files as a fact about violence.
"""


def make_deliveries(seed: int) -> dict[str, bytes]:
    """Every file by its path in the folder."""
    places = build_places()
    # One stream a supplier: a change to one does not move the others. A new one comes last.
    police, health, education, suspects, incidents, support, survey, children, needs = (
        np.random.Generator(np.random.PCG64(sequence)) for sequence in np.random.SeedSequence(seed).spawn(9)
    )
    crimes = write_police(police, places)
    return {
        "SYNTHETIC.txt": NOTICE.encode(),
        **police_files(crimes),
        **suspect_files(suspects, places, crimes.crimes),
        **incident_files(incidents, places, crimes.crimes),
        **health_files(health, places, crimes.injury_days),
        **education_files(education, places, crimes.domestic_child_days, crimes.domestic_child_districts),
        **support_files(support, places),
        **survey_files(survey),
        **children_files(children, places),
        **special_needs_files(needs, places),
        **reference_files(places),
        **national_files(),
    }


def write_deliveries(folder: Path, seed: int = 20240331) -> list[Path]:
    """The paths of all files, in order; a file whose bytes would not change is not touched."""
    files = make_deliveries(seed)
    return [write_if_changed(folder / name, files[name]) for name in sorted(files)]
