"""Files at the door → candidates: what each may be read as, or why it is not read at all."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pipeline.contracts import Contract
from pipeline.ingest.delivered import Delivered, Refused, unpack
from pipeline.ingest.identifiers import holds_identifier
from pipeline.ingest.manifest import is_manifest
from pipeline.ingest.recognise import find_contracts, reason_mismatch, reason_not_a_file, reason_set_aside
from pipeline.ingest.stage import Door
from pipeline.names import printable
from pipeline.register import Delivery
from pipeline.settings import Settings

NO_CONTRACT = "no contract fits its name or its header: add one, or set the file aside in the assessment file"
GROWING = "it is still being written: it is left for the next run"
LOCKED = "the file may not be read: it is open in another program, or its rights forbid it; close it"
NOT_SHOWN = "[a name that is not shown]"
NAMED_AFTER = (
    "the name of the file holds an identifier. Nothing of it was kept: delete the file, and ask the supplier to send "
    "it under another name"
)
LIST_OF_FILES = "A supplier's list of files: rows are checked against it."


@dataclass(frozen=True)
class Candidate:
    """A file at the door with the contract that claims it, or the reason why none does."""

    delivered: Delivered
    contract: Contract | None
    line: Delivery


def find_candidates(
    settings: Settings,
    contracts: tuple[Contract, ...],
    door: Door,
    file: Path,
    is_named: bool,
    is_growing: bool = False,
) -> list[Candidate]:
    """Every reading of one file: one a contract that claims it, and for an archive those of each file in it.

    A file of the wrong kind is refused where it was named on the command line, else set aside.
    """
    whole = Delivered(file)
    line = Delivery(settings.assessment.name, "", "", printable(path_inside(settings, file)), "", "refused")
    try:
        if reason := reason_not_a_file(file):
            return [Candidate(whole, None, replace(line, reason=reason))]
        if is_growing:
            return [Candidate(whole, None, replace(line, status="waiting", reason=GROWING))]
        if any(map(holds_identifier, line.file_name.split("/"))):
            return [_unnamed(whole, line)]
        if aside := find_aside(settings, file, is_named):
            status, reason = aside
            line = replace(line, sha256=whole.digest())
            return [Candidate(whole, None, replace(line, status=status, reason=reason))]
        parts = unpack(file) if file.suffix.casefold() == ".zip" else [whole]
        # Every part is read before any is judged: of an archive that is damaged nothing comes in.
        hashes = [part.digest() for part in parts]
        return [
            candidate
            for part, sha256 in zip(parts, hashes, strict=True)
            for candidate in _read_as(settings, contracts, door, part, replace(line, sha256=sha256))
        ]
    except Refused as refusal:
        return [Candidate(whole, None, replace(line, reason=str(refusal)))]
    except PermissionError:
        return [Candidate(whole, None, replace(line, reason=LOCKED))]


def find_aside(settings: Settings, file: Path, is_named: bool) -> tuple[str, str] | None:
    """The status of a file that the assessment does not read, and why; None where it is read."""
    assessment = settings.assessment
    if reason := reason_mismatch(file, assessment.is_synthetic):
        return ("refused" if is_named else "set_aside"), reason
    if reason := reason_set_aside(file.name, path_inside(settings, file), assessment.set_aside):
        return "set_aside", reason
    return ("set_aside", LIST_OF_FILES) if is_manifest(file) else None


def _read_as(
    settings: Settings, contracts: tuple[Contract, ...], door: Door, part: Delivered, line: Delivery
) -> list[Candidate]:
    """The readings of a file, or of one file in an archive."""
    inside = f"{path_inside(settings, part.path)}/{part.member}" if part.member else line.file_name
    line = replace(line, file_name=printable(inside))
    if part.member and (reason := reason_set_aside(part.name, inside, settings.assessment.set_aside)):
        return [Candidate(part, None, replace(line, status="set_aside", reason=reason))]
    if part.member and any(map(holds_identifier, part.member.split("/"))):
        return [_unnamed(part, line)]
    fitting = find_contracts(part, contracts)
    if not fitting:
        return [Candidate(part, None, replace(line, reason=NO_CONTRACT))]
    return [read_as(part, contract, line, door) for contract in fitting]


def _unnamed(delivered: Delivered, line: Delivery) -> Candidate:
    """A file that is blocked for its name; the ledger keeps its lines for ever, and does not name it."""
    name = f"{NOT_SHOWN}{Path(delivered.name).suffix}"
    return Candidate(delivered, None, replace(line, file_name=name, status="blocked", reason=NAMED_AFTER))


def read_as(part: Delivered, contract: Contract, line: Delivery, door: Door) -> Candidate:
    """A file as a delivery under a contract; `line` has its name and its hash."""
    identity = _identity(line.sha256, contract, door)
    found = replace(line, status="accepted", source_id=contract.source_id, delivery_id=identity)
    return Candidate(part, contract, found)


def path_inside(settings: Settings, file: Path) -> str:
    """A file's path in the deliveries folder, or in that of what was fetched; elsewhere its name."""
    folder = settings.deliveries
    folder = folder if file.is_relative_to(folder) else settings.fetched.parent
    return file.relative_to(folder).as_posix() if file.is_relative_to(folder) else file.name


def set_copies_aside(candidates: list[Candidate], current: Iterable[Delivery]) -> list[Candidate]:
    """The candidates; of those with the same bytes under several names, all but the first set aside.

    The same rows twice would be counted twice.
    """
    names = {candidate.line.named for candidate in candidates}
    owners = {line.key: line.file_name for line in current if line.named not in names}
    return [_unless_copy(each, owners) for each in candidates]


def _unless_copy(candidate: Candidate, owners: dict[tuple[str, str], str]) -> Candidate:
    line = candidate.line
    owner = owners.setdefault(line.key, line.file_name) if candidate.contract else line.file_name
    if owner == line.file_name:
        return candidate
    reason = f"it is the same, byte for byte, as {owner}, which is read"
    # No delivery of its own: its owner's is not set aside with it.
    return Candidate(
        candidate.delivered, None, replace(line, status="set_aside", reason=reason, delivery_id="")
    )


def set_superseded_aside(
    candidates: list[Candidate], ledger: Iterable[Delivery], current: Iterable[Delivery], is_named: bool
) -> list[Candidate]:
    """The candidates; set aside are those that a current delivery took the place of, while it lies beside them
    or they have lain there ever since.

    A file that is named, sent again under another name, or put back under its heir's comes in anew.
    """
    present = {candidate.line.key for candidate in candidates if candidate.contract}
    current = tuple(current)
    lines = tuple(ledger)
    heirs = {(line.source_id, gone): line for line in lines for gone in line.supersedes if line in current}
    earlier = {(line.key, line.file_name) for line in lines}

    def judge(candidate: Candidate) -> Candidate:
        line = candidate.line
        heir = heirs.get(line.key) if candidate.contract else None
        if heir is None:
            return candidate
        gone = superseded_line(line, heir)
        if heir.key in present:
            return Candidate(candidate.delivered, None, gone)
        has_lain = (line.key, line.file_name) in earlier and heir.file_name != line.file_name
        if is_named or not has_lain:
            return candidate
        how = f"{gone.reason}; to bring it back, name it: sna ingest FILE"
        return Candidate(candidate.delivered, None, replace(gone, reason=how))

    return [judge(candidate) for candidate in candidates]


def superseded_line(line: Delivery, heir: Delivery) -> Delivery:
    """What the ledger says of a delivery that another took the place of."""
    return Delivery(
        line.assessment,
        line.delivery_id,
        line.source_id,
        line.file_name,
        line.sha256,
        "set_aside",
        f"{heir.file_name} took its place",
    )


def _identity(sha256: str, contract: Contract, door: Door) -> str:
    """What names a delivery: its bytes, and what they are read by; a change of that reads them anew."""
    words: dict[str, Any] = {
        "title": "",
        "publisher": "",
        "licence": "",
        "legal_basis": "",
        "ask": "",
        "addresses": (),
        "retention_years": None,
        "geography_vintage": "",
        "policy_id": "",
        "files": (),
        "cadence": "",
        "is_openly_published": False,
        "allows_empty": False,
        "is_required": False,
        "volume_tolerance": None,
        "rejected_share_limit": 0,
    }
    columns = [(replace(column, codes=frozenset()), sorted(column.codes)) for column in contract.columns]
    corrections = [each for each in door.corrections if each.source_id == contract.source_id]
    waived = sorted(door.waived.get(sha256, ()))
    total = repr((sha256, replace(contract, columns=(), **words), columns, corrections, waived))
    return hashlib.sha256(total.encode()).hexdigest()[:16]
