"""`sna fetch` from the assessment file to data/raw/fetched, its exit codes and what it says."""

from __future__ import annotations

import csv
import gzip
import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from filelock import FileLock

from pipeline import arrivals
from pipeline.contracts import read_contracts
from pipeline.ingest.delivered import Delivered
from pipeline.ingest.preview import preview_file
from pipeline.ingest.recognise import find_contracts
from pipeline.settings import DEMONSTRATION, PROJECT, ConfigurationError, read_settings
from tests.cli.area import Ran, run_sna
from tests.fetch.server import Answer, Server, street

Sna = Callable[..., Ran]
TEXT = (PROJECT / "assessments" / "merseyside" / "assessment.toml").read_text(encoding="utf-8")


@pytest.fixture
def sna(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Sna:
    monkeypatch.setattr(arrivals, "bring", without_waiting(arrivals.bring))
    return lambda *arguments: run_sna(monkeypatch, capsys, *arguments)


def without_waiting(bring: Callable) -> Callable:
    return lambda *arguments, **more: bring(*arguments, **{**more, "pause": lambda _: None})


def origin(name: str, **settings: str) -> str:
    lines = "".join(f'{key} = "{value}"\n' for key, value in settings.items())
    return f'\n[[origins]]\nname = "{name}"\n{lines}'


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """A function that writes Merseyside's assessment file with these origins; returns the workspace."""

    def run(*origins: str) -> Path:
        (tmp_path / "assessment.toml").write_text(TEXT + "".join(origins), encoding="utf-8")
        return tmp_path

    return run


def archive_of(months: dict[str, bytes]) -> bytes:
    """An archive as data.police.uk makes them: a folder a month, files of every force."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as writing:
        for month, content in months.items():
            for force in ("merseyside", "west-midlands"):
                writing.writestr(f"{month}/{month}-{force}-street.csv", content)
            writing.writestr(f"{month}/{month}-merseyside-outcomes.csv", b"Crime ID\n1\n2\n")
    return packed.getvalue()


def test_an_archive_of_street_crimes_becomes_the_files_of_our_force(
    sna: Sna, server: Server, write: Callable[..., Path]
) -> None:
    server.set(
        "/2021-12.zip", Answer(archive_of({"2021-11": street("2021-11"), "2021-12": street("2021-12")}))
    )
    address = f"http://127.0.0.1:{server.server_port}/{{month}}.zip"
    workspace = write(origin("street_crimes", kind="address", source="street_crimes", address=address))
    # No month named: the cut-off's.
    ran = sna("fetch", "--workspace", workspace, "--json")
    assert ran.code == 0, ran.err
    [told] = json.loads(ran.out)
    names = ["2021-11-merseyside-street.csv", "2021-12-merseyside-street.csv"]
    assert (told["status"], told["files"]) == ("new", names)
    folder = workspace / "data" / "raw" / "fetched" / "street_crimes"
    assert sorted(file.name for file in folder.iterdir() if not file.name.startswith(".")) == names
    ran = sna("fetch", "street_crimes", "--workspace", workspace, "--month", "2020-01")
    assert ran.code == 9
    assert "/2020-01.zip is no longer there (status 404)" in ran.err
    ran = sna("fetch", "--list", "--workspace", workspace)
    assert (
        f"Street-level crime, data.police.uk. Open Government Licence v3.0; last fetched {date.today().year}"
        in (ran.out)
    )


def test_exit_codes_tell_apart_what_stands_and_what_is_missing(
    sna: Sna, server: Server, write: Callable[..., Path]
) -> None:
    address = server.set("/2024-03-merseyside-street.csv", Answer(status=404))
    bad = server.set("/page-street.csv", Answer(b"<html><body>Sorry</body></html>"))
    workspace = write(
        origin("street", kind="address", source="street_crimes", address=address),
        origin("page", kind="address", source="street_crimes", address=bad),
        origin("share", kind="folder", path=str(write().parent / "nowhere")),
    )
    assert sna("fetch", "page", "--workspace", workspace).code == 3
    ran = sna("fetch", "--workspace", workspace)
    assert ran.code == 9
    # One that fails keeps none of the others from being brought.
    assert [part in ran.err for part in ("status 404", "a web page came", "is the share mounted?")] == [
        True
    ] * 3
    server.set("/2024-03-merseyside-street.csv", Answer(street()))
    assert sna("fetch", "street", "--workspace", workspace).code == 0
    server.set("/2024-03-merseyside-street.csv", Answer(status=500))
    ran = sna("fetch", "street", "--workspace", workspace)
    assert (ran.code, ran.out) == (4, "")
    assert "has a fault of its own (status 500); the last good copy, brought on " in ran.err
    renamed = street().replace(b"Crime type", b"Category", 1)
    server.set("/2024-03-merseyside-street.csv", Answer(renamed))
    ran = sna("fetch", "street", "--workspace", workspace)
    assert ran.code == 4
    assert "2024-03-merseyside-street.csv no longer fits the contract of street: " in ran.err
    assert "Crime type" in ran.err
    kept = workspace / "data" / "raw" / "fetched" / "street" / "2024-03-merseyside-street.csv"
    assert kept.read_bytes() == street()


def test_a_share_is_brought_and_told_of(sna: Sna, write: Callable[..., Path], tmp_path: Path) -> None:
    (tmp_path / "share").mkdir()
    (tmp_path / "share" / "2024-03-merseyside-street.csv").write_bytes(street())
    (tmp_path / "share" / "other.csv").write_text("a,b\n")
    workspace = write(origin("force", kind="folder", path=str(tmp_path / "share"), source="street_crimes"))
    ran = sna("fetch", "--workspace", workspace)
    # The file is a moment old: it was looked at twice.
    assert (ran.code, ran.out) == (0, "force new: 2024-03-merseyside-street.csv\n")
    assert sna("fetch", "--workspace", workspace).out == "force unchanged\n"


WRONG = {
    "unknown source": (["street_crime"], "There is no source 'street_crime'. Did you mean 'street_crimes'?"),
    "nothing named": ([], "Name what to fetch: `sna fetch --list` shows what there is."),
    "no address": (["ed_assaults"], "ed_assaults has no address to fetch it from: put its file into "),
}  # fmt: skip


@pytest.mark.parametrize(("arguments", "says"), WRONG.values(), ids=WRONG.keys())
def test_what_cannot_be_fetched_is_one_sentence(
    sna: Sna, write: Callable[..., Path], arguments: list[str], says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arrivals, "read_contracts", contracts_without_addresses)
    ran = sna("fetch", *arguments, "--workspace", write())
    assert ran.code == 2
    assert says in ran.sentence


def contracts_without_addresses(project: Path) -> tuple:
    return tuple(replace(contract, addresses=()) for contract in read_contracts(project))


def test_a_wrong_month_or_a_missing_indicator_is_one_sentence(sna: Sna, write: Callable[..., Path]) -> None:
    workspace = write(
        origin("street", kind="address", source="street_crimes", address="https://example.org/{month}.zip"),
        origin("health", kind="address", source="fingertips", address="https://example.org/a?i={indicator}"),
        origin("other", kind="address", address="https://example.org/data"),
        origin("lost", kind="address", address="https://example.org/a.csv", source="street_crimse"),
    )
    for arguments, says in (
        (["street", "--month", "2024-13"], "--month '2024-13' is none: write it like 2024-03."),
        (["street", "--month", "../x"], "--month '../x' is none: write it like 2024-03."),
        (["health"], "health needs to know which indicator: name it with --indicator."),
        (["health", "--indicator", "1&x=2"], "--indicator '1&x=2' is none: write it like 90284."),
        (["other"], "does not end in one of .csv, .xlsx"),
        (["lost"], "The origin lost: there is no source 'street_crimse'. Did you mean 'street_crimes'?"),
    ):
        ran = sna("fetch", *arguments, "--workspace", workspace)
        assert (ran.code, says in ran.sentence) == (2, True), ran.err


def test_two_runs_do_not_bring_the_same(sna: Sna, write: Callable[..., Path], tmp_path: Path) -> None:
    workspace = write(origin("force", kind="folder", path=str(tmp_path)))
    folder = workspace / "data" / "raw" / "fetched" / "force"
    folder.mkdir(parents=True)
    with FileLock(folder / ".lock"):
        ran = sna("fetch", "--workspace", workspace)
    assert (ran.code, "another run brings force at this moment" in ran.sentence) == (5, True)


SFTP = {"kind": "sftp", "host": "h", "path": "/", "user": "u"}
SETTINGS = {
    "unknown kind": ({"kind": "ftp"}, "`origins.0.kind`: expected one of the words"),
    "no path": ({"kind": "folder"}, "an origin of kind 'folder' needs `path`: add it to force"),
    "not of this kind": ({"kind": "folder", "path": "x", "host": "h"}, "an origin of kind 'folder' has no `host`"),
    "neither address nor source": ({"kind": "address"}, "an origin of kind 'address' needs `address` or `source`"),
    "no secret": (SFTP, "force needs one of password_variable, key_variable and secret_block"),
    "two secrets": ({**SFTP, "password_variable": "A", "key_variable": "B"}, "and only one"),
    "a secret in the file": ({**SFTP, "password": "x"}, "`origins.0.password` is not a setting. Did you mean"),
}  # fmt: skip


@pytest.mark.parametrize(("settings", "says"), SETTINGS.values(), ids=SETTINGS.keys())
def test_a_wrong_origin_is_one_sentence(
    sna: Sna, write: Callable[..., Path], settings: dict[str, str], says: str
) -> None:
    ran = sna("fetch", "--workspace", write(origin("force", **settings)))
    assert (ran.code, says in ran.sentence) == (2, True), ran.err


def test_a_secret_that_is_not_there_is_asked_for_by_name(sna: Sna, write: Callable[..., Path]) -> None:
    workspace = write(
        origin("force", **SFTP, password_variable="SNA_NO_SUCH_VARIABLE"),
        origin("trust", **SFTP, secret_block="trust-password"),
    )
    ran = sna("fetch", "force", "--workspace", workspace)
    assert (ran.code, ran.sentence) == (
        2,
        "The origin force needs the variable SNA_NO_SUCH_VARIABLE, which is not set: set it.",
    )
    ran = sna("fetch", "trust", "--workspace", workspace)
    assert "is in the Prefect block trust-password: run the Prefect flow" in ran.sentence


def test_the_latest_month_is_the_editions_or_the_last_published() -> None:
    assert arrivals.latest_month(date(2021, 12, 31), date(2024, 5, 10)) == "2021-12"
    assert arrivals.latest_month(date(2024, 3, 31), date(2024, 5, 10)) == "2024-03"
    assert arrivals.latest_month(date(2024, 3, 31), date(2024, 4, 30)) == "2024-02"
    assert arrivals.latest_month(date(2024, 3, 31), date(2024, 2, 1)) == "2023-12"


def test_every_force_has_the_name_that_its_files_have() -> None:
    names = arrivals._forces(read_settings(assessment_file=DEMONSTRATION))
    assert names["E23000034"] == "city-of-london"
    assert names["E23000001"] == "metropolitan"
    assert names["E23000036"] == "avon-and-somerset"
    assert len(set(names.values())) == len(names)


def test_addresses_of_contracts_can_be_fetched_and_are_known_again() -> None:
    """Every address is of https, and its download gets a name by which its own contract claims it."""
    settings = read_settings(assessment_file=PROJECT / "assessments" / "merseyside" / "assessment.toml")
    contracts = read_contracts(settings.project)
    values = {"month": ["2021-12"], "indicator": ["90284", "11201"], "dataset": ["01813f0b-fbbd-4e58"]}
    offered = [contract for contract in contracts if contract.addresses]
    assert offered
    for contract in offered:
        for wanted in arrivals._wanted(settings, contract.source_id, None, contract, contracts, values):
            assert wanted.address.startswith("https://")
            assert "{" not in wanted.address
            assert wanted.is_archive or arrivals._fits_name(wanted.file_name, contract), wanted.file_name


def test_an_address_that_needs_a_value_names_its_file_by_it() -> None:
    [contract] = [each for each in read_contracts(PROJECT) if each.source_id == "fingertips"]
    address = "https://example.org/api/for_one_indicator?indicator_id=90284"
    assert arrivals._file_name(contract, address, ("90284",)) == ("fingertips-90284.csv", "csv")


def test_a_file_named_behind_the_question_mark_keeps_its_name() -> None:
    address = "https://example.org/file?uri=/population/estimates/2022/estimates.xlsx"
    assert arrivals._file_name(None, address, ()) == ("estimates.xlsx", "workbook")


def test_real_files_pass_through_the_fetcher(
    sna: Sna, server: Server, write: Callable[..., Path], real_data: Path
) -> None:
    months = {
        month: gzip.decompress(
            (real_data / "police" / "street-merseyside" / f"{month}-merseyside-street.csv.gz").read_bytes()
        )
        for month in ("2021-08", "2021-09")
    }
    fingertips = (real_data / "health" / "fingertips-injury" / "la_hospital_admissions_2324.csv").read_bytes()
    tables = (real_data / "police" / "home-office-recorded-crime" / "prc_pfa_long.parquet").read_bytes()
    districts = (real_data / "reference" / "boundaries" / "boundaries_ltla21.geojson").read_bytes()
    workspace = write(
        origin("street", kind="address", source="street_crimes",
               address=server.set("/2021-09.zip", Answer(archive_of(months), etag='"a"', cut=100_000),
                                  Answer(archive_of(months), etag='"a"'))),
        origin("injuries", kind="address", source="fingertips",
               address=server.set("/api/for_one_indicator?indicator_id=90284", Answer(fingertips))),
        origin("crime", kind="address", source="recorded_crime", address=server.set("/prc", Answer(tables))),
        origin("districts", kind="address", source="lad_boundaries", address=server.set("/lad", Answer(districts))),
    )  # fmt: skip
    ran = sna("fetch", "--workspace", workspace, "--json")
    assert ran.code == 0, ran.err
    assert [told["status"] for told in json.loads(ran.out)] == ["new"] * 4
    fetched = workspace / "data" / "raw" / "fetched"
    contracts = read_contracts(PROJECT)
    landed = {}
    for file in sorted(file for file in fetched.rglob("*.*") if "/." not in str(file)):
        [contract] = find_contracts(Delivered(file), contracts)
        landed[contract.source_id] = preview_file(
            read_settings(workspace), contracts, Delivered(file), contract, date.today()
        ).line.rows_in
    rows = len(list(csv.reader(io.StringIO(months["2021-09"].decode())))) - 1
    assert landed["street_crimes"] == rows
    assert set(landed) == {"street_crimes", "fingertips", "recorded_crime", "lad_boundaries"}


def test_a_contract_without_an_address_says_whom_to_ask() -> None:
    settings = read_settings(assessment_file=DEMONSTRATION)
    with pytest.raises(ConfigurationError, match=r"Ask |See |deliver"):
        arrivals.bring(settings, "police_crimes", {})
