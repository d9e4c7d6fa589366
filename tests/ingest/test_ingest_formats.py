"""Workbooks, Parquet and boundaries at the door, and files whose names are meant to trip a reader."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import duckdb
import openpyxl
import pytest
import shapely
from pyproj import Transformer

from pipeline.ingest.land import ingest_files
from pipeline.settings import ConfigurationError, Settings
from tests.ingest.door import (
    AS_OF,
    CONTRACTS,
    POLICE,
    ROW,
    deliver,
    ingest,
    open_door,
    read_extract,
    read_rejects,
    take_in,
)

CRIMES = (POLICE + ROW).encode()


def write_workbook(file: Path, sheet: str, rows: Sequence[Sequence[object]], merged: str = "") -> bytes:
    workbook = openpyxl.Workbook()
    page = workbook.active
    assert page is not None
    page.title = sheet
    for row in rows:
        page.append(list(row))
    if merged:
        page.merge_cells(merged)
    workbook.save(file)
    content = file.read_bytes()
    file.unlink()
    return content


def write_parquet(file: Path, select: str) -> bytes:
    with duckdb.connect() as connection:
        connection.execute(f"copy ({select}) to '{file}' (format parquet)").fetchall()
    content = file.read_bytes()
    file.unlink()
    return content


def test_workbook_with_two_header_rows_merged_cells_and_years_told_once(tmp_path: Path) -> None:
    rows = [
        ["Hospital admissions for assault with a sharp object"],
        [None, None, "London", None, "North West", None],
        ["Year", "Month", "FAEs", "FCEs", "FAEs", "FCEs"],
        ["2022-23", "April", 3, 4, "*", 9],
        [None, "May", 0, 4, 5, 9],
        [None, None, None, None, None, None],
        ["2023-24", "April", 7.0, 4, 2.5, 9],
        ["Source: NHS England", None, None, None, None, None],
    ]
    content = write_workbook(tmp_path / "x.xlsx", "GOR-Data-Totals", rows, "C2:D2")
    settings = open_door(tmp_path / "w")
    outcome = take_in(settings, "sharp_objects.xlsx", content)
    assert (outcome.line.rows_in, outcome.line.accepted, outcome.line.rejected) == (4, 2, 2)
    assert [(line, column) for line, column, _ in outcome.rejects] == [
        (7, "north_west_count"),
        (8, ""),
    ]
    columns = """cast(financial_year_start as varchar), month_name, london_count, north_west_count,
                 north_west_count_status, line"""
    assert read_extract(settings, "sharp_object_admissions", columns) == [
        ("2022-04-01", "April", 3, None, "suppressed", 4),
        ("2022-04-01", "May", 0, 5, "reported", 5),
    ]


@pytest.mark.parametrize(
    ("sheet", "rows", "says"),
    [
        ("Totals", [["Year", "Month"]], "no sheet 'GOR-Data-Totals'; its sheets are Totals"),
        ("GOR-Data-Totals", [], "the required columns 'Year', 'Month' of"),
        ("GOR-Data-Totals", [["Notes"], ["none"]], "the required columns 'Year', 'Month' of"),
        ("GOR-Data-Totals", [["", ""], ["Years", "Month"]], "line 1: the required column 'Year' of"),
        ("GOR-Data-Totals", [["", ""], ["Year", "Month"]], "a header and no rows"),
        (
            "GOR-Data-Totals",
            [["", "", ""], ["Year", "Month", "Month"], ["2022-23", "May", "May"]],
            "headed as 'month_name'",
        ),
    ],
)
def test_workbook_is_refused(tmp_path: Path, sheet: str, rows: Sequence[Sequence[object]], says: str) -> None:
    content = write_workbook(tmp_path / "x.xlsx", sheet, rows)
    line = take_in(open_door(tmp_path / "w"), "sharp.xlsx", content).line
    assert line.status == "refused"
    assert says in line.reason


FINDS = "select '2023/24' as FY, '1' as \"Financial Quarter\", 'Force' as Force, '8N' as \"Offence Code\", "
PARQUET = {
    "sound": (FINDS + "'x' as \"Group\", 5.0 as n", "accepted", ""),
    "names that are no names": (FINDS + "'x' as \"Group\", 5 as n, 1 as \"a\"\"; drop table raw --\"", "accepted", ""),
    "no rows": (FINDS + "'x' as \"Group\", 5 as n limit 0", "refused", "a header and no rows"),
    "column missing": (FINDS + "'x' as \"Grp\", 5 as n", "refused", "the required column 'Group' of 'Police recorded"),
    "parts of a count": (FINDS + "'x' as \"Group\", 5.5 as n", "refused", "offence_count is not of type integer"),
    "nested": (FINDS + "[1, 2] as \"Group\", {'a': 1} as n", "refused", "not one of its 1 rows"),
}  # fmt: skip


@pytest.mark.parametrize(("select", "status", "says"), PARQUET.values(), ids=PARQUET.keys())
def test_parquet_file_becomes(tmp_path: Path, select: str, status: str, says: str) -> None:
    content = write_parquet(tmp_path / "x.parquet", select)
    line = take_in(open_door(tmp_path / "w"), "prc_pfa_x.parquet", content).line
    assert (line.status, says in line.reason) == (status, True), line.reason


@pytest.mark.parametrize("cut", [lambda b: b[:-30], lambda b: b[:30], lambda b: b[:8] + b"\xff" * 60 + b[68:],
                                 lambda _: b"PAR1 and no more"])  # fmt: skip
def test_unreadable_parquet_is_refused(tmp_path: Path, cut) -> None:  # type: ignore[no-untyped-def]
    select = f"{FINDS} 'x' as \"Group\", i as n from range(500) as r(i)"
    content = cut(write_parquet(tmp_path / "x.parquet", select))
    line = take_in(open_door(tmp_path / "w"), "prc_pfa_x.parquet", content).line
    assert line.reason == "the file cannot be read as Parquet: ask the supplier to send it again"


def boundary(coordinates: Sequence[tuple[float, float]], crs: str = "", **more: object) -> bytes:
    ring = [*coordinates, coordinates[0]]
    document: dict[str, object] = {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "properties": {"lad_code": "X06000001", "lad_name": "North"},
                "geometry": {"type": "Polygon", "coordinates": [ring]},
            }
        ],
        **more,
    }
    if crs:
        document["crs"] = {"type": "name", "properties": {"name": crs}}
    return json.dumps(document).encode()


DEGREES = [(-3.0, 53.4), (-2.9, 53.4), (-2.9, 53.5)]
METRES = [Transformer.from_crs(4326, 27700, always_xy=True).transform(*point) for point in DEGREES]


@pytest.mark.parametrize(
    "content",
    [boundary(DEGREES), boundary(METRES, "urn:ogc:def:crs:EPSG::27700")],
    ids=["degrees", "British grid"],
)
def test_boundaries_land_in_degrees(tmp_path: Path, content: bytes) -> None:
    settings = open_door(tmp_path)
    take_in(settings, "boundaries_lad.geojson", content)
    [(code, outline)] = read_extract(settings, "lad_boundaries", "lad_code, geometry")
    assert code == "X06000001"
    points = list(shapely.from_wkb(outline).exterior.coords)
    assert [(round(x, 5), round(y, 5)) for x, y in points[:3]] == DEGREES


def test_file_that_names_another_opens_none(tmp_path: Path) -> None:
    (tmp_path / "other.geojson").write_bytes(boundary(DEGREES))
    virtual = (
        f'<OGRVRTDataSource><OGRVRTLayer name="other"><SrcDataSource>{tmp_path}/other.geojson</SrcDataSource>'
        "</OGRVRTLayer></OGRVRTDataSource>"
    )
    line = take_in(open_door(tmp_path / "w"), "boundaries_lad.geojson", virtual.encode()).line
    assert line.reason == "the file cannot be read as GeoJSON, which begins with a brace: fetch it again"


@pytest.mark.parametrize("name", ["geometry", "note"])
def test_property_may_be_named_geometry(tmp_path: Path, name: str) -> None:
    settings = open_door(tmp_path)
    content = json.loads(boundary(DEGREES))
    content["features"][0]["properties"] |= {name: "x", "more": {"geometry": 1}}
    line = take_in(settings, "boundaries_lad.geojson", json.dumps(content).encode()).line
    assert (line.status, line.reason) == ("accepted", "")
    assert len(read_extract(settings, "lad_boundaries")) == 1


def test_feature_that_cannot_be_read_is_missed_beside_a_property_of_that_name(tmp_path: Path) -> None:
    content = json.loads(boundary(DEGREES))
    content["features"][0]["properties"]["geometry"] = "x"
    content["features"].append({"type": "Feeture", "geometry": None})
    line = take_in(open_door(tmp_path), "boundaries_lad.geojson", json.dumps(content).encode()).line
    assert line.reason.startswith("of its 2 features 1 cannot be read")


BOUNDARIES = {
    "metres without their grid": (boundary(METRES), "its coordinates are not degrees"),
    "no features": (boundary(DEGREES, features=[]), ""),
    "no JSON": (b"lad_code,lad_name\n", "the file cannot be read as GeoJSON"),
    "another JSON": (b'{"a": 1}', ""),
    "a list": (b"[1, 2]", ""),
    "no outline": (boundary(DEGREES).replace(b'"Polygon"', b'"Poligon"'), ""),
    "outline is null": (
        json.dumps({"type": "FeatureCollection", "features": [
            {"type": "Feature", "properties": {"lad_code": "a", "lad_name": "b"}, "geometry": None}]}).encode(), ""),
    "column missing": (boundary(DEGREES).replace(b"lad_name", b"name"), "the required column 'lad_name'"),
}  # fmt: skip


@pytest.mark.parametrize(("content", "says"), BOUNDARIES.values(), ids=BOUNDARIES.keys())
def test_boundaries_are_refused(tmp_path: Path, content: bytes, says: str) -> None:
    line = take_in(open_door(tmp_path), "boundaries_lad.geojson", content).line
    assert line.status == "refused"
    assert says in line.reason


NAMES = ["o'neill", 'a"b', "a*b", "a?b", "[a]", "{a,b}", "a;drop table raw", "a\nb", "caf\u00e9", "a b", "-a", "$HOME",
         "%s{}", "\x1b[31m"]  # fmt: skip


def test_file_of_any_name_is_read_by_its_path(tmp_path: Path) -> None:
    settings = open_door(tmp_path)
    for number, name in enumerate(NAMES):
        crimes = CRIMES.replace(b"c1", b"c%d" % number)
        deliver(settings, f"{name}/police_crimes_{name}.csv", crimes)
        finds = FINDS.replace("2023/24", f"20{number:02}/{number + 1:02}")
        parquet = write_parquet(tmp_path / "x.parquet", f"{finds} 'x' as \"Group\", {number} as n")
        deliver(settings, f"{name}/prc_pfa_{name}.parquet", parquet)
        deliver(
            settings,
            f"{name}/boundaries_lad_{name}.geojson",
            boundary([(-3, 53), (-2, 53), (-2, 50 + number / 10)]),
        )
    seen = ingest(settings)
    assert [line.file_name for line in seen.refused] == []
    assert len(read_extract(settings, "police_crimes")) == len(NAMES)
    assert sorted(read_extract(settings, "recorded_crime", "offence_count")) == [
        (n,) for n in range(len(NAMES))
    ]
    assert len(read_extract(settings, "lad_boundaries")) == len(NAMES)
    assert all(line.file_name.isprintable() for line in seen.deliveries)
    assert ingest(settings).new == ()


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps names as text")
def test_file_name_that_is_no_text_is_read(tmp_path: Path) -> None:
    settings = open_door(tmp_path)
    deliver(settings, os.fsdecode(b"police_crimes_\xff.csv"), CRIMES)
    [line] = ingest(settings).deliveries
    assert (line.status, line.file_name) == ("accepted", "police_crimes_\\udcff.csv")
    assert ingest(settings).new == ()


def test_hidden_files_are_passed_over_and_links_pipes_and_devices_refused(tmp_path: Path) -> None:
    settings = open_door(tmp_path / "w")
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "police_crimes_out.csv").write_bytes(CRIMES)
    deliver(settings, "police_crimes_in.csv", CRIMES)
    deliver(settings, ".hidden/police_crimes_1.csv", CRIMES + b"c2")
    deliver(settings, ".police_crimes_2.csv", CRIMES + b"c3")
    deliver(settings, "~$sharp.xlsx", b"lock")
    (settings.deliveries / "police_crimes_link.csv").symlink_to(outside / "police_crimes_out.csv")
    (settings.deliveries / "folder").symlink_to(outside)
    (settings.deliveries / "police_crimes_broken.csv").symlink_to(outside / "nothing")
    (settings.deliveries / "police_crimes_folder.csv").mkdir()
    os.mkfifo(settings.deliveries / "police_crimes_pipe.csv")
    seen = ingest(settings)
    assert {line.file_name: (line.status, line.reason[:21]) for line in seen.deliveries} == {
        "folder": ("refused", "it is a symbolic link"),
        "police_crimes_broken.csv": ("refused", "it is a symbolic link"),
        "police_crimes_in.csv": ("accepted", ""),
        "police_crimes_link.csv": ("refused", "it is a symbolic link"),
        "police_crimes_pipe.csv": ("refused", "it is a pipe or a dev"),
    }


def real(settings: Settings) -> Settings:
    return replace(settings, assessment=replace(settings.assessment, is_synthetic=False))


@pytest.mark.parametrize(
    ("is_marked", "is_real", "says"),
    [
        (True, False, ""),
        (False, True, ""),
        (True, True, "its folder is marked as made up (SYNTHETIC.txt) and the assessment is of a real area"),
        (
            False,
            False,
            "its folder is not marked as made up (SYNTHETIC.txt) and the assessment is of a made-up area",
        ),
    ],
)
def test_made_up_and_real_figures_never_join(
    tmp_path: Path, is_marked: bool, is_real: bool, says: str
) -> None:
    settings = open_door(tmp_path)
    settings = real(settings) if is_real else settings
    file = deliver(settings, "a/police_crimes_x.csv", CRIMES)
    if not is_marked:
        (settings.deliveries / "SYNTHETIC.txt").unlink()
    if not says:
        assert [line.status for line in ingest(settings).deliveries] == ["accepted"]
        return
    with pytest.raises(ConfigurationError, match=r"Every file in .* is set aside, the first") as error:
        ingest(settings)
    assert f"because {says}; name your own assessment after --assessment, or" in str(error.value)
    assert not settings.register.exists()
    [line] = ingest_files(settings, CONTRACTS, [file], AS_OF).deliveries
    assert (line.status, line.reason[: len(says)]) == ("refused", says)


def test_made_up_folder_beside_a_real_one_is_set_aside(tmp_path: Path) -> None:
    settings = real(open_door(tmp_path))
    (settings.deliveries / "SYNTHETIC.txt").unlink()
    deliver(settings, "made_up/SYNTHETIC.txt", b"SYNTHETIC")
    deliver(settings, "made_up/police_crimes_x.csv", CRIMES)
    deliver(settings, "police_crimes_x.csv", CRIMES.replace(b"c1", b"c2"))
    assert [(line.file_name, line.status) for line in ingest(settings).deliveries] == [
        ("made_up/police_crimes_x.csv", "set_aside"),
        ("police_crimes_x.csv", "accepted"),
    ]
    assert read_extract(settings, "police_crimes", "crime_id") == [("c2",)]


def test_file_no_contract_fits_is_refused_and_one_with_a_known_header_is_taken(tmp_path: Path) -> None:
    settings = open_door(tmp_path)
    deliver(settings, "notes.txt", b"Dear all,\nplease find attached")
    deliver(settings, "export.csv", CRIMES)
    deliver(settings, "picture.png", b"\x89PNG\r\n\x1a\n\x00\x00")
    lines = {line.file_name: (line.status, line.source_id) for line in ingest(settings).deliveries}
    assert lines == {
        "export.csv": ("accepted", "police_crimes"),
        "notes.txt": ("refused", ""),
        "picture.png": ("refused", ""),
    }


def test_named_file_outside_the_folder_is_taken_in_alone(tmp_path: Path) -> None:
    settings = open_door(tmp_path / "w")
    deliver(settings, "police_crimes_a.csv", CRIMES)
    outside = tmp_path / "police_crimes_b.csv"
    outside.write_bytes(CRIMES.replace(b"c1", b"c2"))
    (tmp_path / "SYNTHETIC.txt").write_text("SYNTHETIC")
    seen = ingest_files(settings, CONTRACTS, [outside], AS_OF)
    assert [(line.file_name, line.status) for line in seen.new] == [("police_crimes_b.csv", "accepted")]
    assert read_rejects(settings, seen.new[0]) == []
    assert read_extract(settings, "police_crimes", "crime_id") == [("c2",)]
    with pytest.raises(ConfigurationError, match=r"nowhere\.csv is not a file"):
        ingest_files(settings, CONTRACTS, [tmp_path / "nowhere.csv"], AS_OF)
