"""`sna sources` shows every term of every contract, to the analyst and to the data protection officer."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipeline.cli.sources import describe
from pipeline.contracts import find_contract, read_contracts
from pipeline.register import Delivery
from pipeline.settings import PROJECT
from tests.cli.area import run_sna, write_small_area

CONTRACTS = read_contracts(PROJECT)


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Path:
    write_small_area(tmp_path)
    assert run_sna(monkeypatch, capsys, "ingest", "--workspace", tmp_path).code == 0
    return tmp_path


def test_every_contract_is_told_with_its_terms(
    workspace: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    told = run_sna(monkeypatch, capsys, "sources", "--workspace", workspace).out
    assert [line.split(":")[0] for line in told.splitlines() if not line.startswith(" ")] == [
        contract.source_id for contract in CONTRACTS
    ]
    [police] = [
        part for part in told.replace("\n    ", "\t").splitlines() if part.startswith("police_crimes:")
    ]
    crimes = find_contract(CONTRACTS, "police_crimes")
    for text in (
        crimes.title, f"from:        {crimes.publisher}", f"legal basis: {crimes.legal_basis}",
        f"licence:     {crimes.licence}", f"ask:         {crimes.ask}",
        "kept:        6 years; the oldest delivery until 20",
        "disclosure:  local_default", "boundaries:  detected", "never kept:  crime_note",
        "there:       3 deliveries, about 2024-01-01 to 2024-03-28",
    ):  # fmt: skip
        assert text in police
    assert "there:       no delivery" in told and "kept:        for as long as we like" in told


def test_json_holds_the_same(
    workspace: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    told = json.loads(run_sna(monkeypatch, capsys, "sources", "--workspace", workspace, "--json").out)
    for each, contract in zip(told, CONTRACTS, strict=True):
        for name in ("title", "publisher", "ask", "licence", "legal_basis", "retention_years", "policy_id",
                     "is_openly_published", "geography_vintage"):  # fmt: skip
            assert each[name] == getattr(contract, name)
    assert {each["source_id"]: each["deliveries"] for each in told if each["deliveries"]} == {
        "lsoa_lookup": 1, "lsoa_population": 1, "police_crimes": 3,
    }  # fmt: skip


def test_what_must_go_first_says_when(workspace: Path) -> None:
    crimes = find_contract(CONTRACTS, "police_crimes")
    lines = [
        Delivery("a", name, "police_crimes", name, "", "accepted", recorded_on=day)
        for name, day in (("x", "2026-01-31"), ("y", "2024-02-29"))
    ]
    found = describe(crimes, lines)
    assert (found.taken_in_since, found.keep_until) == ("2024-02-29", "2030-02-28")
