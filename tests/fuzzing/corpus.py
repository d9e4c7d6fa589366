"""Small sound deliveries of several kinds, in the dialects and packings in which suppliers send them."""

from __future__ import annotations

import csv
import gzip
import io
import json
import random
import zipfile
from dataclasses import dataclass
from functools import cache

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq

# Stands in many rows, in no header: where it is read in a message, a row's cell was told.
CANARY = "Zebracanary"
DAY = (1980, 1, 1, 0, 0, 0)

Rows = list[list[str]]


@dataclass(frozen=True)
class Sample:
    """A delivery before it is damaged: rows of cells, the first of them the header."""

    source_id: str
    name: str
    rows: Rows


CRIMES = Sample(
    "police_crimes",
    "police_crimes_1",
    [
        ["crime_id", "force_code", "lad_code", "recorded_date", "offence_code", "da_flag", "weapon_type"],
        *(
            [
                f"{CANARY}{number}",
                "X23000001",
                "X06000001",
                f"2024-03-{number + 1:02}",
                "8N",
                "Y" if number % 2 else "N",
                ("none", "knife or sharp", "café – other")[number % 3],
            ]
            for number in range(9)
        ),
    ],
)
MARACS = Sample(
    "marac_returns",
    "marac_returns_1",
    [
        ["quarter_start", "marac", "cases_discussed", "repeat_cases", "meetings_held"],
        ["2023-01-01", "North", "60", "0", "3"],
        ["2023-04-01", "North", "58", "<5", "3"],
        ["01/07/2023", "North", "61", "", "3"],
        ["2023-10-01", "North", CANARY, "n/a", "2"],
        ["2024-01-01", "North", "64", "7", "3"],
    ],
)
FORCES = Sample(
    "recorded_crime",
    "prc_pfa_1",
    [
        ["FY", "Financial Quarter", "Force", "Offence Code", "Group", "n"],
        *(
            [f"202{year}/2{year + 1}", str(quarter), "Example", code, CANARY, str(13 * quarter + year)]
            for year in (1, 2)
            for quarter in (1, 2, 3, 4)
            for code in ("8N", "4.10")
        ),
    ],
)
NEEDS = Sample(
    "children_in_need",
    "children_in_need_1",
    [
        ["time_period", "geographic_level", "region_code", "new_la_code", "At31_episodes"],
        ["2022", "National", "", "", "404310"],
        ["2022", "Regional", "E12000002", "", "61000"],
        ["2022", "Local authority", "E12000002", "E08000012", "c"],
        ["2023", "Local authority", "E12000002", "E08000012", "z"],
        ["2023", "Local authority", CANARY, "E08000012", "4012"],
    ],
)
TEXTS = (CRIMES, MARACS, FORCES, NEEDS)
WORKBOOK_ROWS = [
    ["Hospital admissions for assault with a sharp object", "", "", "", ""],
    ["", "", "London", "", "North West"],
    ["Year", "Month", "FAEs", "FCEs", "FAEs"],
    ["2022-23", "April", "3", "4", "*"],
    ["", "May", "0", CANARY, "5"],
    ["", "", "", "", ""],
    ["2023-24", "April", "7", "4", "2.5"],
    ["Source: NHS England", "", "", "", ""],
]


def render(rows: Rows, choice: random.Random) -> bytes:
    """Rows as a supplier's program might write them: delimiter, line ends, quotation marks, encoding, title rows."""
    text = io.StringIO()
    delimiter = choice.choice(",,,,;\t|")
    csv.writer(
        text,
        delimiter=delimiter,
        lineterminator=choice.choice(["\n", "\n", "\r\n", "\r"]),
        quoting=choice.choice([csv.QUOTE_MINIMAL, csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    ).writerows(rows)
    above = choice.choice(["", "", "", "Extract of the year\n", "Extract\n\nMade on 1 June\n"])
    below = choice.choice(["", "", "", "\n", "Source: the force\n", "Total,,,,9\n"])
    encoding = choice.choice(["utf-8", "utf-8", "utf-8", "utf-8-sig", "cp1252", "utf-16"])
    return (above + text.getvalue() + below).encode(encoding, "replace")


def pack_gzip(content: bytes) -> bytes:
    return gzip.compress(content, compresslevel=1, mtime=0)


def pack_zip(members: dict[str, bytes]) -> bytes:
    """An archive of files, alike at every making."""
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name, DAY), content, zipfile.ZIP_DEFLATED)
    return package.getvalue()


@cache
def workbook_parts() -> tuple[tuple[str, bytes], ...]:
    """The files of which a sound workbook is made."""
    workbook, package = openpyxl.Workbook(), io.BytesIO()
    page = workbook.active
    assert page is not None
    page.title = "GOR-Data-Totals"
    for row in WORKBOOK_ROWS:
        page.append([float(cell) if cell.isdecimal() else cell or None for cell in row])
    workbook.save(package)
    with zipfile.ZipFile(package) as archive:
        return tuple((name, archive.read(name)) for name in archive.namelist())


@cache
def parquet() -> bytes:
    """The table of the forces as Parquet."""
    header, *body = FORCES.rows
    table = pa.table({title: [row[index] for row in body] for index, title in enumerate(header)})
    package = io.BytesIO()
    pq.write_table(table, package)
    return package.getvalue()


@cache
def geojson() -> bytes:
    """Two districts and their outlines."""
    features = [
        {
            "type": "Feature",
            "properties": {"lad_code": f"X0600000{number}", "lad_name": CANARY},
            "geometry": {
                "type": "Polygon",
                "coordinates": [
                    [[-2.0, 53.0], [-2.0, 53.5 + number], [-1.5, 53.5 + number], [-1.5, 53.0], [-2.0, 53.0]]
                ],
            },
        }
        for number in (1, 2)
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()
