"""Pupils of the January school census by special educational needs provision and primary need, one row a number.

Made to be found: social, emotional and mental health needs rise over the years, and are commoner where people are more
deprived, more so than other needs.
"""

import numpy as np
import pyarrow as pa

from pipeline.synthetic.calibration import figure
from pipeline.synthetic.draws import choose
from pipeline.synthetic.education import ACADEMIC_YEARS, academic, district_level, pupils
from pipeline.synthetic.periods import label
from pipeline.synthetic.places import DISTRICTS, Places
from pipeline.synthetic.tables import csv_bytes

# Shares of the other needs by provision, as the school census codes them: made up.
_OTHER_NEEDS = {
    "support": {"SLCN": 30, "MLD": 20, "SPLD": 18, "ASD": 11, "OTH": 7, "NSA": 6, "PD": 3, "HI": 2, "VI": 1},
    "ehcp": {"ASD": 38, "SLCN": 24, "MLD": 12, "SLD": 11, "SPLD": 5, "PD": 5, "PMLD": 3, "HI": 2},
}
_SEMH = "SEMH"


def special_needs_files(random: np.random.Generator, places: Places) -> dict[str, bytes]:
    """The councils' files by path, one a school year."""
    needy, troubled = district_level(places, 0.5), district_level(places, 1.0)
    files: dict[str, bytes] = {}
    for year in ACADEMIC_YEARS:
        rows: list[tuple[str, str, str, int]] = []
        for district, (code, _) in enumerate(DISTRICTS):
            on_roll = int(pupils(places, year)[district].sum())
            identified = 0
            for provision, others in _OTHER_NEEDS.items():
                item = "plan" if provision == "ehcp" else provision
                share = figure("special_needs", item, academic(year)) * needy[district]
                semh = figure("semh_of_special_needs", item, academic(year)) * troubled[district]
                rest = (1 - semh) / sum(others.values())
                weights = np.array([semh, *(rest * weight for weight in others.values())])
                count = int(random.binomial(on_roll, share))
                drawn = np.bincount(choose(random, weights, count), minlength=len(weights))
                identified += count
                rows += [
                    (code, provision, need, int(number))
                    for need, number in zip((_SEMH, *others), drawn, strict=True)
                ]
            rows.append((code, "none", "", on_roll - identified))
        names = ("lad_code", "sen_provision", "primary_need", "pupil_count")
        files[f"education/special_needs_{label(year)}.csv"] = csv_bytes(
            {
                "academic_year": pa.array([academic(year)] * len(rows)),
                **{
                    name: pa.array(list(column))
                    for name, column in zip(names, zip(*rows, strict=True), strict=True)
                },
            }
        )
    return files
