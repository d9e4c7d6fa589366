"""The files of the region's forces: crimes by district, with the flags that claims need and nothing else."""

import numpy as np
import pyarrow as pa

from pipeline.synthetic.draws import Integers, choose_by_row, happens
from pipeline.synthetic.identifiers import pseudonyms, scramble
from pipeline.synthetic.offences import read_offences
from pipeline.synthetic.region import DISTRICTS, FORCE_OF_DISTRICT, FORCES, build_region, lsoa_codes
from pipeline.synthetic.spread import draw_effects, expected_crimes
from pipeline.synthetic.tables import csv_bytes, words

YEARS = (2022, 2023, 2024)  # financial years by the year in which they end
# The same everywhere, so that what is flagged varies as what happened does.
FLAG_BLANK = 0.04
YES_NO = ("Y", "N")


def region_police_files(random: np.random.Generator, scenario: str) -> dict[str, bytes]:
    """One file a force and financial year, by path."""
    effects = draw_effects(random, scenario)
    files: dict[str, bytes] = {}
    for year in YEARS:
        counts = random.poisson(np.round(expected_crimes(effects, year), 9))
        for force, (code, *_) in enumerate(FORCES):
            own = np.where(force == FORCE_OF_DISTRICT, counts, 0)
            files[f"police/police_crimes_{code}_{year - 1}-{year % 100}.csv"] = _file(
                random, own, force, year
            )
    return files


def _file(random: np.random.Generator, counts: Integers, force: int, year: int) -> bytes:
    """The crimes of one force and year in order of day; counts by code, domestic, knife and district."""
    code, domestic, knife, district = (
        np.repeat(part.ravel(), counts.ravel()) for part in np.indices(counts.shape)
    )
    size = len(code)
    first, last = np.datetime64(f"{year - 1}-04-01"), np.datetime64(f"{year}-03-31")
    days = int((last - first).astype(np.int64)) + 1
    day = np.floor(random.random(size) * days).astype(np.int64)
    shares = build_region().lsoa_shares
    area = district * shares.shape[1] + choose_by_row(random, shares, district)
    flag = np.where(happens(random, FLAG_BLANK, size), -1, 1 - domestic)
    number = np.arange(size) + force * 10**8 + year * 10**9
    order = np.lexsort((scramble(number, 1), day))
    columns = {
        "crime_id_pseudo": pseudonyms("C", number, 1),
        "force_code": words(np.zeros(size), (FORCES[force][0],)),
        "lad_code": words(district, [code for code, _ in DISTRICTS]),
        "lsoa21_code": words(area, lsoa_codes()),
        "recorded_date": words(day, [str(first + n) for n in range(days)]),
        "ho_code": words(code, read_offences().codes),
        "da_flag": words(flag, YES_NO),
        "knife_flag": words(1 - knife, YES_NO),
    }
    return csv_bytes({name: column.take(pa.array(order)) for name, column in columns.items()})
