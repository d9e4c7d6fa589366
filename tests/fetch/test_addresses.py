"""The addresses of the contracts: every public source has one, each is documented, and what lies there lands."""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

import openpyxl
import pytest

from pipeline import arrivals
from pipeline.contracts import Contract, read_contracts
from pipeline.ingest.delivered import Delivered
from pipeline.ingest.preview import preview_file
from pipeline.ingest.recognise import find_contracts
from pipeline.settings import PROJECT, read_settings
from tests.cli.area import Ran, run_sna
from tests.fetch.server import Answer, Server

# What `sna fetch` must be able to bring, by publisher.
PUBLIC = {
    "data.police.uk": ["street_crimes", "street_outcomes", "stop_and_search"],
    "Home Office": ["recorded_crime", "recorded_outcomes"],
    "Office for National Statistics": ["lad_population_males", "lsoa_population_2019", "lsoa_population_2022",
                                       "police_force_population", "lsoa_lookup",
                                       "lsoa11_msoa11", "lsoa11_lsoa21", "lad_police_force", "lsoa_boundaries",
                                       "lad_boundaries", "pfa_boundaries"],
    "Office for Health Improvement and Disparities": ["fingertips"],
    "Department for Education": ["exclusions_by_reason", "assessment_factor_totals", "children_in_need",
                                 "social_care_absence", "la_hierarchy"],
    "Office for National Statistics, by the Department for Education": ["child_population"],
    "Ministry of Housing, Communities and Local Government": ["deprivation", "deprivation_2025"],
}  # fmt: skip
# Source → its real file, and which of its addresses has it.
REAL = [
    ("recorded_crime", "police/home-office-recorded-crime/prc_pfa_long.parquet", "prc_pfa_long.parquet"),
    ("recorded_outcomes", "police/home-office-recorded-crime/outcomes_2024_25.parquet", "outcomes_2024_25.parquet"),
    ("police_force_population", "police/home-office-recorded-crime/pfa_population_2024.csv", "pfa_population_2024"),
    ("lad_population_males", "reference/population/ukmidyearestimates20192019ladcodes.xls", "20192019ladcodes.xls"),
    ("lad_population_males", "reference/population/ukpopestimatesmid2020on2021geography.xls", "mid2020on2021"),
    ("lad_population_males", "reference/population/mye22final.xlsx", "mye22final.xlsx"),
    ("lsoa11_lsoa21", "reference/lookups/lookup_lsoa11_lsoa21_ltla22.csv", "/csv?layers=0"),
    ("lsoa11_msoa11", "reference/lookups/lookup_lsoa11_msoa11.csv", "downloads/data"),
    ("lad_police_force", "reference/lookups/lad18_csp18_pfa18.csv", "downloads/data"),
    ("pfa_boundaries", "reference/boundaries/boundaries_pfa20.geojson", "f=geojson"),
    ("lad_boundaries", "reference/boundaries/boundaries_ltla21.geojson", "f=geojson"),
    ("lsoa_boundaries", "reference/boundaries/lsoa21_merseyside.geojson", "geojson"),
    ("deprivation", "reference/imd/imd2019_england_lsoa11.csv", "File_7"),
    ("fingertips", "health/fingertips-injury/la_hospital_admissions_2324.csv", "for_one_indicator"),
    ("exclusions_by_reason", "education/dfe-exclusions/exclusions_by_reason.csv", "data-set"),
    ("children_in_need", "education/dfe-children-in-need/b1_children_in_need_2013_to_2025.csv", "data-set"),
    ("social_care_absence", "education/dfe-absence/absence_la.csv", "data-set"),
]  # fmt: skip
# The columns of the publisher's own file, of which our copies are conversions → ours.
PUBLISHED = {
    "lsoa11_lsoa21": {"LSOA11CD": "lsoa11_code", "LSOA11NM": "lsoa11_name", "LSOA21CD": "lsoa21_code",
                      "LSOA21NM": "lsoa21_name", "CHGIND": "change_code", "LAD22CD": "ltla22_code",
                      "LAD22NM": "ltla22_name", "LAD22NMW": "", "ObjectId": ""},
    "lsoa11_msoa11": {"OA11CD": "", "LSOA11CD": "lsoa11_code", "LSOA11NM": "lsoa11_name", "MSOA11CD": "msoa11_code",
                      "MSOA11NM": "msoa11_name", "LAD11CD": "", "LAD11NM": "", "LAD11NMW": "", "ObjectId": ""},
    "lad_police_force": {"LAD23CD": "LAD18CD", "LAD23NM": "LAD18NM", "CSP23CD": "CSP18CD", "CSP23NM": "CSP18NM",
                         "PFA23CD": "PFA18CD", "PFA23NM": "PFA18NM", "ObjectId": ""},
    "lsoa_lookup": {"OA21CD": "", "LSOA21CD": "lsoa21_code", "LSOA21NM": "lsoa21_name", "MSOA21CD": "lsoa21_code",
                    "MSOA21NM": "lsoa21_name", "LAD22CD": "ltla24_code", "LAD22NM": "ltla24_name", "ObjectId": ""},
}  # fmt: skip
DRAWN_FROM = {
    "lsoa11_lsoa21": "reference/lookups/lookup_lsoa11_lsoa21_ltla22.csv",
    "lsoa11_msoa11": "reference/lookups/lookup_lsoa11_msoa11.csv",
    "lad_police_force": "reference/lookups/lad18_csp18_pfa18.csv",
    "lsoa_lookup": "reference/lookups/lookup_lsoa21_ward24_ltla24.csv",
}
VALUES = {"month": "2021-12", "indicator": "90284", "dataset": "01813f0b-fbbd-4e58"}
CONTRACTS = {contract.source_id: contract for contract in read_contracts(PROJECT)}


def documented() -> dict[str, list[str]]:
    """Address → the rest of its row in the table of docs/addresses.md that `sna fetch` uses."""
    text = (PROJECT / "docs" / "addresses.md").read_text(encoding="utf-8")
    table = text[text.index("## What `sna fetch` uses") : text.index("## Published, and not brought")]
    rows = [
        re.split(r"\s*\|\s*", line.strip().strip("|").strip())
        for line in table.splitlines()
        if "https://" in line
    ]
    return {row[1].strip("`<>"): [row[0], *row[2:]] for row in rows}


def test_every_public_source_has_an_address_and_an_open_licence() -> None:
    for publisher, sources in PUBLIC.items():
        for source in sources:
            contract = CONTRACTS[source]
            assert contract.addresses, source
            assert contract.publisher == publisher, source
            assert contract.licence.startswith("Open Government Licence v3.0"), source
            assert contract.is_openly_published


def test_every_address_is_documented_with_where_it_was_seen() -> None:
    in_contracts = {address: source for source, each in CONTRACTS.items() for address in each.addresses}
    rows = documented()
    assert set(rows) == set(in_contracts)
    for address, (sources, seen, *_) in rows.items():
        assert all(address in CONTRACTS[source].addresses for source in re.findall(r"`(\w+)`", sources)), (
            address
        )
        assert len(seen) > 10, address


def test_no_download_of_a_source_takes_the_place_of_another(tmp_path: Path) -> None:
    """Two addresses of a source become two files, and the year of a workbook is read from its name."""
    settings = read_settings(tmp_path, PROJECT / "assessments" / "merseyside" / "assessment.toml")
    values = {name: [value] for name, value in VALUES.items()}
    for source, contract in CONTRACTS.items():
        if contract.addresses:
            wanted = arrivals._wanted(settings, source, None, contract, list(CONTRACTS.values()), values)
            assert len({each.file_name for each in wanted}) == len(contract.addresses)
    with (PROJECT / "dbt_project" / "seeds" / "population_workbooks.csv").open(encoding="utf-8") as lines:
        years = {row["file_pattern"].strip("%"): row["reference_date"][:4] for row in csv.DictReader(lines)}
    names = [address.rpartition("/")[2] for address in CONTRACTS["lad_population_males"].addresses]
    assert [[year for part, year in years.items() if part in name] for name in names] == [
        [str(year)] for year in range(2018, 2025)
    ]


@pytest.fixture
def fetch_from(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], server: Server, tmp_path: Path
) -> Callable[[str, bytes, str], tuple[Ran, Path]]:
    """A function that serves a file where the contract says it lies and fetches it from there; the address's host
    alone is another."""
    text = (PROJECT / "assessments" / "merseyside" / "assessment.toml").read_text(encoding="utf-8")
    (tmp_path / "assessment.toml").write_text(text, encoding="utf-8")

    def run(source: str, content: bytes, mark: str) -> tuple[Ran, Path]:
        [address] = [address for address in CONTRACTS[source].addresses if mark in address]
        parts = urlsplit(address)
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        here = f"http://127.0.0.1:{server.server_port}{path}"
        for name, value in VALUES.items():
            path = path.replace(f"{{{name}}}", value)
        server.set(path, Answer(content, etag='"1"'))
        moved = [
            replace(each, addresses=(here,)) if each.source_id == source else each
            for each in CONTRACTS.values()
        ]
        monkeypatch.setattr(arrivals, "read_contracts", lambda _: tuple(moved))
        options = [f"--{name}={value}" for name, value in VALUES.items() if f"{{{name}}}" in address]
        ran = run_sna(monkeypatch, capsys, "fetch", source, "--workspace", tmp_path, "--json", *options)
        return ran, tmp_path / "data" / "raw" / "fetched" / source

    return run


def landed(folder: Path) -> dict[str, tuple[str, int]]:
    """Source → what would become of it and how many rows it has, for every contract that claims a fetched file."""
    settings = read_settings(folder.parents[3])
    contracts: tuple[Contract, ...] = tuple(CONTRACTS.values())
    [file] = [file for file in folder.iterdir() if not file.name.startswith(".")]
    found = {}
    for contract in find_contracts(Delivered(file), contracts):
        line = preview_file(settings, contracts, Delivered(file), contract, date.today()).line
        found[contract.source_id] = (line.status, line.rows_in)
    return found


@pytest.mark.parametrize(
    ("source", "name", "mark"), REAL, ids=[f"{row[0]}-{Path(row[1]).name}" for row in REAL]
)
def test_the_real_file_is_fetched_from_its_path_and_lands(
    source: str, name: str, mark: str, real_data: Path, fetch_from: Callable
) -> None:
    content = (real_data / name).read_bytes()
    ran, folder = fetch_from(source, gzip.decompress(content) if name.endswith(".gz") else content, mark)
    assert ran.code == 0, ran.err
    assert [told["status"] for told in json.loads(ran.out)] == ["new"]
    found = landed(folder)
    assert source in found
    assert {status for status, _ in found.values()} == {"accepted"}
    assert min(rows for _, rows in found.values()) > 30
    # Asked again with the tag of the copy that is here, nothing is sent again.
    ran, _ = fetch_from(source, content, mark)
    assert json.loads(ran.out)[0]["status"] == "unchanged"


@pytest.mark.parametrize("source", PUBLISHED)
def test_the_publishers_own_layout_lands(source: str, real_data: Path, fetch_from: Callable) -> None:
    """The portal's CSV: its own names of columns, a byte order mark, and columns that we do not read."""
    columns = PUBLISHED[source]
    with (real_data / DRAWN_FROM[source]).open(encoding="utf-8-sig", newline="") as lines:
        rows = [
            {theirs: row[ours] if ours else "" for theirs, ours in columns.items()}
            for _, row in zip(range(400), csv.DictReader(lines), strict=False)
        ]
    for number, row in enumerate(rows, start=1):
        row.update({"ObjectId": number} | ({"OA21CD": f"E00{number:06}"} if "OA21CD" in columns else {}))
    text = io.StringIO()
    writer = csv.DictWriter(text, list(columns))
    writer.writeheader()
    writer.writerows(rows)
    [address] = CONTRACTS[source].addresses
    ran, folder = fetch_from(source, text.getvalue().encode("utf-8-sig"), address)
    assert ran.code == 0, ran.err
    [(status, rows_in)] = [found for name, found in landed(folder).items() if name == source]
    assert (status, rows_in) == ("accepted", len(rows))


@pytest.mark.parametrize("first", [2019, 2022])
def test_one_workbook_brings_the_residents_of_small_areas_of_three_years(
    first: int, fetch_from: Callable
) -> None:
    """A sheet a year, its header in line 4; sex and age stand beside the total and are not read."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for year in range(first, first + 3):
        sheet = book.create_sheet(f"Mid-{year} LSOA 2021")
        sheet.append([f"Mid-{year} population estimates"])
        sheet.append(["Source: Office for National Statistics"])
        sheet.append([])
        ages = [f"{sex}{age}" for sex in "FM" for age in range(91)]
        sheet.append(["LAD 2023 Code", "LAD 2023 Name", "LSOA 2021 Code", "LSOA 2021 Name", "Total", *ages])
        for number in range(40):
            sheet.append(
                ["E08000012", "Liverpool", f"E0100{number:04}", f"Liverpool {number}", 182, *[1] * 182]
            )
    content = io.BytesIO()
    book.save(content)
    ran, folder = fetch_from(f"lsoa_population_{first}", content.getvalue(), "sapelsoasyoa")
    assert ran.code == 0, ran.err
    assert landed(folder) == {f"lsoa_population_{year}": ("accepted", 40) for year in range(first, first + 3)}
