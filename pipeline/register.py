"""The append-only folder that cannot be rebuilt: what was delivered, and what became of it."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

GENESIS = "0" * 64


class BrokenChain(Exception):
    """A line of the register was altered or removed after it was written."""


@dataclass(frozen=True)
class Delivery:
    """What became of one delivery: one line of the ledger.

    rows_in = accepted + rejected, for an accepted delivery; a refused or set-aside one has a reason instead.
    """

    assessment: str
    delivery_id: str
    source_id: str
    file_name: str
    sha256: str
    status: str  # accepted, refused, set_aside
    reason: str
    rows_in: int
    accepted: int
    rejected: int
    period_start: str
    period_end: str
    warnings: tuple[str, ...]


def read_ledger(register: Path) -> tuple[Delivery, ...]:
    """Every line of the ledger, oldest first; BrokenChain names the first line that does not follow."""
    file = register / "ledger.jsonl"
    if not file.exists():
        return ()
    deliveries, previous = [], GENESIS
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
        entry = json.loads(line)
        if entry["previous"] != previous:
            raise BrokenChain(
                f"{file} line {number} does not follow the line before it: the register was changed by hand. "
                "Restore it from the last backup."
            )
        previous = hashlib.sha256(line.encode()).hexdigest()
        del entry["previous"]
        deliveries.append(Delivery(**{**entry, "warnings": tuple(entry["warnings"])}))
    return tuple(deliveries)


def append_ledger(register: Path, deliveries: Iterable[Delivery]) -> None:
    """Adds deliveries to the ledger, each line bound to the one before it by its hash."""
    register.mkdir(parents=True, exist_ok=True, mode=0o700)
    file = register / "ledger.jsonl"
    read_ledger(register)
    last = file.read_text(encoding="utf-8").splitlines()[-1:] if file.exists() else []
    previous = hashlib.sha256(last[0].encode()).hexdigest() if last else GENESIS
    with file.open("a", encoding="utf-8", newline="\n") as ledger:
        for delivery in deliveries:
            line = json.dumps({**asdict(delivery), "previous": previous}, ensure_ascii=False)
            previous = hashlib.sha256(line.encode()).hexdigest()
            ledger.write(line + "\n")
        ledger.flush()
        os.fsync(ledger.fileno())


def current_deliveries(ledger: Iterable[Delivery], assessment: str) -> tuple[Delivery, ...]:
    """The accepted deliveries of an assessment that no later file of the same name and source superseded."""
    latest: dict[tuple[str, str], Delivery] = {}
    for delivery in ledger:
        if delivery.assessment == assessment and delivery.status == "accepted":
            latest.pop((delivery.source_id, delivery.file_name), None)
            latest[(delivery.source_id, delivery.file_name)] = delivery
    return tuple(latest.values())
