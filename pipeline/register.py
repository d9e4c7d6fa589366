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
    """Every line of the ledger, oldest first; BrokenChain names the first line that was altered or lost.

    A last line without its end is a write that was cut off: it was never part of the ledger.
    """
    file = register / "ledger.jsonl"
    deliveries, previous = [], GENESIS
    for number, line in enumerate(_read_lines(file), start=1):
        try:
            entry = json.loads(line)
            is_sound = entry.pop("hash") == _hash(entry) and entry.pop("previous") == previous
            delivery = Delivery(**{**entry, "warnings": tuple(entry["warnings"])}) if is_sound else None
        except (ValueError, KeyError, TypeError, AttributeError):
            delivery = None
        if delivery is None:
            raise BrokenChain(
                f"{file} line {number} is not as it was written: the register was changed by hand. "
                "Restore it from the last backup."
            )
        deliveries.append(delivery)
        previous = json.loads(line)["hash"]
    return tuple(deliveries)


def append_ledger(register: Path, deliveries: Iterable[Delivery]) -> None:
    """Adds deliveries to the ledger, each line bound to the one before it by its hash."""
    register.mkdir(parents=True, exist_ok=True, mode=0o700)
    file = register / "ledger.jsonl"
    read_ledger(register)
    lines = _read_lines(file)
    previous = json.loads(lines[-1])["hash"] if lines else GENESIS
    added = []
    for delivery in deliveries:
        entry = {**asdict(delivery), "previous": previous}
        previous = _hash(entry)
        added.append(json.dumps({**entry, "hash": previous}, ensure_ascii=False) + "\n")
    with file.open("ab") as ledger:
        # What a write that was cut off left behind.
        ledger.truncate(sum(len(line.encode()) + 1 for line in lines))
        ledger.write("".join(added).encode())
        ledger.flush()
        os.fsync(ledger.fileno())


def _read_lines(file: Path) -> list[str]:
    # Not splitlines: a file name may hold what Unicode calls a line separator.
    text = file.read_bytes().decode("utf-8", "replace") if file.exists() else ""
    return text.split("\n")[:-1]


def _hash(entry: dict[str, object]) -> str:
    return hashlib.sha256(json.dumps(entry, sort_keys=True).encode()).hexdigest()


def replaces(later: Delivery, earlier: Delivery) -> bool:
    """Whether a later line takes the place of an accepted one: a newer file of its name, or set aside."""
    return (
        later.status in ("accepted", "set_aside")
        and later.file_name == earlier.file_name
        # A file set aside as a whole has no source.
        and later.source_id in ("", earlier.source_id)
    )


def current_deliveries(ledger: Iterable[Delivery], assessment: str) -> tuple[Delivery, ...]:
    """The accepted deliveries of an assessment that no later line replaces."""
    latest: list[Delivery] = []
    for delivery in ledger:
        if delivery.assessment == assessment:
            latest = [earlier for earlier in latest if not replaces(delivery, earlier)]
            latest += [delivery] if delivery.status == "accepted" else []
    return tuple(latest)


def standing_lines(ledger: Iterable[Delivery], assessment: str) -> tuple[Delivery, ...]:
    """What became last of each file of an assessment: accepted, refused or set aside."""
    latest: list[Delivery] = []
    for line in ledger:
        if line.assessment == assessment:
            latest = [
                earlier
                for earlier in latest
                if earlier.file_name != line.file_name
                or (earlier.source_id and line.source_id and earlier.source_id != line.source_id)
            ]
            latest.append(line)
    return tuple(latest)
