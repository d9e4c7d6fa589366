"""A fault as it is drawn: literal bytes under a name → what the door must say of them, and how `sna ingest` ends."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from pipeline import plan
from pipeline.contracts import Contract
from pipeline.ingest.land import Ingested, ingest_folder
from pipeline.register import Delivery, read_ledger
from pipeline.settings import Settings
from tests.cli.area import Ran
from tests.ingest.door import AS_OF, CONTRACTS, POLICE, Rejects, deliver, open_door, read_rejects

Sna = Callable[..., Ran]
NAME = "police_crimes_2024-03.csv"
[CRIMES] = [contract for contract in CONTRACTS if contract.source_id == "police_crimes"]
OK, REFUSED, WARNINGS, IDENTIFIERS = 0, 3, 4, 7


@dataclass(frozen=True)
class Fault:
    """A file and its outcome: the code with which `sna ingest FILE` ends, and what is said.

    `says` stands in the reason of what was refused, else in the warnings; an empty one says nothing beyond the
    columns that were not sent. `counts` are rows in, accepted and rejected.
    """

    content: bytes
    code: int
    says: str = ""
    counts: tuple[int, int, int] = (0, 0, 0)
    rejects: Rejects = field(default_factory=list)
    name: str = NAME
    contracts: tuple[Contract, ...] = CONTRACTS


def crime(number: int, recorded: str = "2024-03-01", offence: str = "8N", flag: str = "Y") -> str:
    return f"c{number},X23000001,X06000001,{recorded},{offence},{flag}"


def police(*rows: str, header: str = POLICE) -> bytes:
    return (header + "".join(f"{row}\n" for row in rows)).encode()


def contracts_with(**settings: object) -> tuple[Contract, ...]:
    """The contracts, that of the police's crimes with other settings."""
    changed = replace(CRIMES, **settings)  # type: ignore[arg-type]
    return tuple(changed if each is CRIMES else each for each in CONTRACTS)


def contracts_with_column(name: str, **settings: object) -> tuple[Contract, ...]:
    """The contracts, one column of the police's crimes with other settings."""
    columns = tuple(
        replace(column, **settings) if column.name == name else column  # type: ignore[arg-type]
        for column in CRIMES.columns
    )
    return contracts_with(columns=columns)


def check_fault(fault: Fault, workspace: Path, sna: Sna, monkeypatch: pytest.MonkeyPatch) -> Delivery:
    """Names the file to `sna ingest`, then leaves it in the folder beside a sound one; its ledger line.

    What is refused ends with 3 where it was named, and with 4 where others of the folder came in.
    """
    monkeypatch.setattr(plan, "read_contracts", lambda _: fault.contracts)
    settings = open_door(workspace)
    file = deliver(settings, fault.name, fault.content)
    ran = sna("ingest", "--workspace", workspace, file)
    assert ran.code == fault.code, ran
    [line] = read_ledger(settings.register)
    if fault.code in (REFUSED, IDENTIFIERS):
        assert line.status == ("blocked" if fault.code == IDENTIFIERS else "refused")
        assert fault.says in line.reason
        assert f"Refused: {line.file_name}: {line.reason}" in ran.err
        deliver(settings, "police_crimes_sound.csv", police("s1,X23000001,X06000001,2024-02-01,8N,Y"))
        assert sna("ingest", "--workspace", workspace).code == (
            IDENTIFIERS if fault.code == IDENTIFIERS else WARNINGS
        )
        assert [each.file_name for each in read_ledger(settings.register) if each.status == "accepted"] == [
            "police_crimes_sound.csv"
        ]
        return line
    assert (line.status, line.rows_in, line.accepted, line.rejected) == ("accepted", *fault.counts), (
        line.reason
    )
    assert read_rejects(settings, line) == fault.rejects
    said = [warning for warning in line.warnings if not warning.startswith("optional columns not sent")]
    assert (fault.says in "; ".join(said)) if fault.says else not said, said
    assert all(f"Note: {line.file_name}: {warning}\n" in ran.err for warning in line.warnings), ran.err
    return line


def ingest_with(settings: Settings, contracts: Sequence[Contract]) -> Ingested:
    return ingest_folder(settings, tuple(contracts), AS_OF)
