"""The made-up country's table of domestic abuse by kind of offence, beside which an area's share is taken apart."""

import numpy as np
import pyarrow as pa

from pipeline.synthetic.calibration import figure
from pipeline.synthetic.offences import YEARS, read_offences
from pipeline.synthetic.places import COUNTRY
from pipeline.synthetic.tables import csv_bytes, words

COUNTRY_PEOPLE = 10_000_000


def national_files() -> dict[str, bytes]:
    """One row a financial year and offence subgroup, by path.

    Offences a person are those of England and Wales in that year; the share of each offence is that of
    calibration.csv in every year, so that an area's share may differ by its mix and by its shares. As in the table
    of the Office for National Statistics what has no flag is not flagged, and flags are blank as often as in the area.
    """
    blank = (figure("da_flag_blank", "lowest") + figure("da_flag_blank", "highest")) / 2
    offences = read_offences()
    subgroups = tuple(dict.fromkeys(offences.subgroups))
    subgroup = np.array([subgroups.index(name) for name in offences.subgroups])
    recorded = np.zeros((len(YEARS), len(subgroups)))
    domestic = np.zeros((len(YEARS), len(subgroups)))
    for position in range(len(YEARS)):
        counts = COUNTRY_PEOPLE * offences.per_person[:, position]
        np.add.at(recorded[position], subgroup, counts)
        np.add.at(domestic[position], subgroup, counts * offences.usual_domestic * (1 - blank))
    years, kinds = (part.ravel() for part in np.indices(recorded.shape))
    size = len(years)
    return {
        "reference/domestic_share_reference.csv": csv_bytes(
            {
                "area_code": words(np.zeros(size), (COUNTRY[0],)),
                "area_name": words(np.zeros(size), (f"{COUNTRY[1]} (SYNTHETIC)",)),
                "financial_year": words(years, [f"{year - 1}/{year % 100}" for year in YEARS]),
                "offence_subgroup": words(kinds, subgroups),
                "offence_count": pa.array(np.rint(recorded).astype(np.int64).ravel()),
                "domestic_count": pa.array(np.rint(domestic).astype(np.int64).ravel()),
            }
        )
    }
