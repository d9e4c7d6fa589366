"""A folder of deliveries → typed Parquet, rejects, and one ledger line each: the order of the door."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from pipeline.contracts import Contract
from pipeline.ingest.batch import missing_months, objections
from pipeline.ingest.corrections import read_corrections
from pipeline.ingest.delivered import Delivered, Refused, unpack
from pipeline.ingest.manifest import count_lines, is_manifest, read_manifests
from pipeline.ingest.places import check_places, known_lsoas
from pipeline.ingest.recognise import (
    find_contracts,
    find_files,
    reason_mismatch,
    reason_not_a_file,
    reason_set_aside,
)
from pipeline.ingest.revisions import compare, relate
from pipeline.ingest.stage import Door, Progress, Staged, stage
from pipeline.names import printable
from pipeline.register import (
    Decision,
    Delivery,
    append_ledger,
    current_deliveries,
    read_decisions,
    read_ledger,
    replaces,
)
from pipeline.settings import ConfigurationError, Settings
from pipeline.snapshots import stable_files

# Two files at a time, each on one core; a large one takes both.
WORKERS = 2
NO_CONTRACT = "no contract fits its name or its header: add one, or set the file aside in the assessment file"
GROWING = "it is still being written: it is left for the next run"
BATCH_RULES = ("manifest", "rejected_share", "unknown_places", "volume", "overlap")


@dataclass(frozen=True)
class Ingested:
    """What one run of the door saw: a ledger line for every file, which are new, and what to look at."""

    deliveries: tuple[Delivery, ...]
    new: tuple[Delivery, ...]
    notes: tuple[str, ...] = ()

    @property
    def refused(self) -> tuple[Delivery, ...]:
        return tuple(each for each in self.deliveries if each.status in ("refused", "blocked"))

    @property
    def blocked(self) -> tuple[Delivery, ...]:
        return tuple(each for each in self.deliveries if each.status == "blocked")

    @property
    def waiting(self) -> tuple[Delivery, ...]:
        return tuple(each for each in self.deliveries if each.status == "waiting")

    @property
    def rejected_rows(self) -> int:
        return sum(each.rejected for each in self.deliveries)


@dataclass(frozen=True)
class Candidate:
    """A file at the door with the contract that claims it, or the reason why none does."""

    delivered: Delivered
    contract: Contract | None
    line: Delivery


def ingest_folder(
    settings: Settings,
    contracts: tuple[Contract, ...],
    as_of: date,
    progress: Progress = lambda size: None,
) -> Ingested:
    """Takes in every new file of the deliveries folder; a file already accepted is left alone."""
    folder = settings.deliveries
    fetched = [] if settings.fetched.is_relative_to(folder) else find_files(settings.fetched)
    files = find_files(folder) + fetched
    stable = frozenset(stable_files(files))
    door = open_door(settings, contracts, as_of)
    candidates = [
        candidate
        for file in files
        for candidate in _candidates(settings, contracts, door, file, "set_aside", file not in stable)
    ]
    if candidates and all(candidate.line.status == "set_aside" for candidate in candidates):
        first = candidates[0].line
        raise ConfigurationError(
            f"Every file in {folder} is set aside, the first ({first.file_name}) because {first.reason}: "
            "name the folder of this assessment's own deliveries after --deliveries."
        )
    seen = _ingest(settings, contracts, door, candidates, progress)
    return replace(seen, notes=check_places(settings, contracts))


def ingest_files(
    settings: Settings,
    contracts: tuple[Contract, ...],
    files: Sequence[Path],
    as_of: date,
    progress: Progress = lambda size: None,
) -> Ingested:
    """Takes in the named files and no other; ConfigurationError where one of them is no file."""
    for file in files:
        if not file.is_file():
            raise ConfigurationError(f"{printable(str(file))} is not a file: name a delivered file.")
    paths = [file.absolute() for file in files]
    stable = frozenset(stable_files(paths))
    door = open_door(settings, contracts, as_of)
    candidates = [
        candidate
        for file in paths
        for candidate in _candidates(settings, contracts, door, file, "refused", file not in stable)
    ]
    return _ingest(settings, contracts, door, candidates, progress)


def _candidates(
    settings: Settings,
    contracts: tuple[Contract, ...],
    door: Door,
    file: Path,
    status_of_mismatch: str,
    is_growing: bool,
) -> Iterator[Candidate]:
    assessment, folder = settings.assessment, settings.deliveries
    folder = folder if file.is_relative_to(folder) else settings.fetched.parent
    inside = file.relative_to(folder).as_posix() if file.is_relative_to(folder) else file.name
    whole = Delivered(file)
    line = Delivery(assessment.name, "", "", printable(inside), "", "refused")
    is_named = status_of_mismatch == "refused"
    not_a_file = "" if is_named else reason_not_a_file(file)
    if not_a_file:
        yield Candidate(whole, None, replace(line, reason=not_a_file))
        return
    if is_growing:
        yield Candidate(whole, None, replace(line, status="waiting", reason=GROWING))
        return
    mismatch = reason_mismatch(file, assessment.is_synthetic)
    reason = reason_set_aside(file.name, inside, assessment.set_aside)
    if not reason and is_manifest(file):
        reason = "A supplier's list of files: rows are checked against it."
    try:
        parts = unpack(file) if file.suffix.casefold() == ".zip" and not (mismatch or reason) else [whole]
        for part in parts:
            sha256 = part.digest()
            name = f"{inside}/{part.member}" if part.member else inside
            entry = replace(line, file_name=printable(name), sha256=sha256, delivery_id=sha256[:16])
            if mismatch:
                yield Candidate(part, None, replace(entry, status=status_of_mismatch, reason=mismatch))
                continue
            if reason := reason or reason_set_aside(part.name, name, assessment.set_aside):
                yield Candidate(part, None, replace(entry, status="set_aside", reason=reason))
                reason = "" if part.member else reason
                continue
            matched = find_contracts(part, contracts)
            if not matched:
                yield Candidate(part, None, replace(entry, reason=NO_CONTRACT))
            for contract in matched:
                identity = _identity(sha256, contract, door)
                found = replace(entry, status="accepted", source_id=contract.source_id, delivery_id=identity)
                yield Candidate(part, contract, found)
    except Refused as refusal:
        yield Candidate(whole, None, replace(line, reason=str(refusal)))
    except PermissionError:
        reason = "the file may not be read: it is open in another program, or its rights forbid it; close it"
        yield Candidate(whole, None, replace(line, reason=reason))


def _ingest(
    settings: Settings,
    contracts: tuple[Contract, ...],
    door: Door,
    candidates: list[Candidate],
    progress: Progress,
) -> Ingested:
    ledger = read_ledger(settings.register)
    assessment = settings.assessment.name
    latest = {_name(line): line for line in ledger if line.assessment == assessment}
    before = current_deliveries(ledger, assessment)
    known = {_key(line): line for line in before}
    kept = _without_superseded(_without_copies(candidates, before), ledger, before)
    # A refused file is tried again: the program or its contracts may have learnt to read it.
    untaken = [
        candidate
        for candidate in kept
        if candidate.contract
        and not (_key(candidate.line) in known and _is_landed(settings, known[_key(candidate.line)]))
    ]
    lines = _land_all(settings, contracts, door, untaken, list(before), progress)
    seen = tuple(
        (lines.get(_key(c.line)) or known.get(_key(c.line)) or c.line) if c.contract else c.line for c in kept
    )
    new = [
        line
        for line in seen
        if line.status != "waiting"
        and (
            line not in before
            if line.status == "accepted"
            else latest.get(_name(line)) != line or any(replaces(line, each) for each in before)
        )
    ]
    superseded = {(line.source_id, gone): line for line in seen for gone in line.supersedes}
    for line in [line for line in seen if line.status == "accepted" and _key(line) in superseded]:
        new.append(_superseded_line(line, superseded[_key(line)]))
    if new:
        append_ledger(settings.register, [replace(line, recorded_on=str(door.as_of)) for line in new])
    _keep_current(settings, contracts)
    return Ingested(seen, tuple(new))


def _land_all(
    settings: Settings,
    contracts: tuple[Contract, ...],
    door: Door,
    candidates: list[Candidate],
    current: list[Delivery],
    progress: Progress,
) -> dict[tuple[str, str], Delivery]:
    """What became of each candidate, by its source and identity; what may come in is moved to its place."""
    known = {_key(line): line for line in current}
    decisions = [
        each for each in read_decisions(settings.register) if each.assessment == settings.assessment.name
    ]
    scratch = settings.curated / "landing" / settings.assessment.name
    shutil.rmtree(scratch, ignore_errors=True)
    lines: dict[tuple[str, str], Delivery] = {}
    try:
        # Lookups first: they say which codes are places.
        for is_lookup in (True, False):
            wave = [c for c in candidates if c.contract and (c.contract.cadence == "once") == is_lookup]
            if wave and not is_lookup:
                door = replace(door, known_lsoas=known_lsoas(settings, contracts))
            landed = _stage_all(wave, scratch / str(is_lookup), door, progress)
            # What was lost is put back first: new deliveries are compared with it.
            landed.sort(key=lambda each: _key(each[0].line) not in known)
            for candidate, staged in landed:
                again = known.get(_key(candidate.line))
                if again and staged.line.status == "accepted":
                    # Its extract was lost: the same bytes, read by the same rules, are the same rows.
                    line = _take_in(settings, staged, again)
                else:
                    line = _decide(settings, candidate, staged, current, decisions)
                if line.status == "accepted":
                    current = [each for each in current if not replaces(line, each)] + [line]
                lines[_key(candidate.line)] = line
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return lines


def _without_superseded(
    candidates: list[Candidate], ledger: Iterable[Delivery], current: Iterable[Delivery]
) -> list[Candidate]:
    """The candidates; those that a delivery which still lies beside them took the place of are set aside."""
    present = {_key(candidate.line) for candidate in candidates if candidate.contract}
    heirs = {
        (line.source_id, gone): line
        for line in ledger
        for gone in line.supersedes
        if line in current and _key(line) in present
    }
    return [
        replace(c, contract=None, line=_superseded_line(c.line, heirs[_key(c.line)]))
        if c.contract and _key(c.line) in heirs
        else c
        for c in candidates
    ]


def _superseded_line(line: Delivery, heir: Delivery) -> Delivery:
    reason = f"{heir.file_name} took its place"
    return Delivery(
        line.assessment, line.delivery_id, line.source_id, line.file_name, line.sha256, "set_aside", reason
    )


def open_door(settings: Settings, contracts: tuple[Contract, ...], as_of: date) -> Door:
    """What deliveries are judged by: today, known errors, and the rules that somebody let them pass."""
    waived: dict[str, frozenset[str]] = {}
    for each in read_decisions(settings.register):
        if each.assessment == settings.assessment.name and each.rule not in BATCH_RULES:
            waived[each.sha256] = waived.get(each.sha256, frozenset()) | {each.rule}
    files = (
        settings.project / "dbt_project" / "seeds" / "corrections.csv",
        settings.assessment.folder / "corrections.csv",
    )
    return Door(as_of, read_corrections(files, contracts), waived=waived)


def _stage_all(
    candidates: list[Candidate], scratch: Path, door: Door, progress: Progress
) -> list[tuple[Candidate, Staged]]:
    """Reads files on as many cores as may help; in the order of their names: of two that overlap the later counts."""

    def work(numbered: tuple[int, Candidate]) -> tuple[Candidate, Staged]:
        number, candidate = numbered
        assert candidate.contract
        folder = scratch / str(number)
        staged = stage(candidate.delivered, candidate.contract, candidate.line, folder, door, progress)
        return candidate, staged

    with ThreadPoolExecutor(WORKERS) as pool:
        return list(pool.map(work, enumerate(candidates)))


def _decide(
    settings: Settings,
    candidate: Candidate,
    staged: Staged,
    current: list[Delivery],
    decisions: list[Decision],
) -> Delivery:
    """Takes a staged delivery in, or refuses it for what other deliveries say."""
    line, contract = staged.line, candidate.contract
    if line.status != "accepted" or contract is None:
        return line
    line, changes = against_history(settings, candidate.delivered, contract, staged, current)
    accepted = {each.rule: each.reason for each in decisions if each.sha256 == line.sha256}
    notes = []
    for rule, sentence in changes:
        if rule not in accepted:
            how = f'if it is right, accept it: sna ingest FILE --accept {rule} --reason "…"'
            return replace(staged.line, status="refused", reason=f"{sentence}; {how}")
        notes.append(f"accepted although {sentence} ({accepted[rule]})")
    return _take_in(settings, staged, replace(line, warnings=(*line.warnings, *notes)))


def _take_in(settings: Settings, staged: Staged, line: Delivery) -> Delivery:
    move(staged.extract, _extract(settings, line))
    if staged.rejects.exists():
        move(staged.rejects, _rejects(settings, line))
    return line


def against_history(
    settings: Settings,
    delivered: Delivered,
    contract: Contract,
    staged: Staged,
    current: Iterable[Delivery],
) -> tuple[Delivery, list[tuple[str, str]]]:
    """A staged delivery beside those before it: its line with what it revises, and each objection to it
    (rule, sentence)."""
    line = staged.line
    history = [each for each in current if each.source_id == line.source_id and _key(each) != _key(line)]
    relation = relate(line, staged.extract, contract, history, lambda each: _kept_extract(settings, each))
    changes: dict[str, int] = {}
    lost = [each for each in relation.revises if not _extract(settings, each).exists()]
    for earlier in relation.revises:
        if earlier.sha256 != line.sha256 and earlier not in lost:
            compared = compare(staged.extract, _extract(settings, earlier), contract, earlier, line)
            changes = {name: changes.get(name, 0) + count for name, count in compared.items()}
    notes = [f"it takes the place of {earlier.file_name}" for earlier in relation.revises]
    notes += [
        f"the rows of {earlier.file_name} are gone, so nobody can tell what changed" for earlier in lost
    ]
    if contract.key:
        notes += [
            f"it holds {relation.again[earlier.delivery_id]:,} records that {earlier.file_name} holds too: the later "
            "record counts"
            for earlier in relation.overlaps
        ]
    missing = missing_months(line, contract, history)
    if missing:
        notes.append(f"no delivery holds {_listed(missing)}: figures of those periods are not available")
    line = replace(
        line,
        supersedes=tuple(earlier.delivery_id for earlier in relation.revises),
        changes=changes,
        warnings=(*line.warnings, *notes),
    )
    rows = _manifest_rows(settings, delivered, contract, line.rows_in)
    found = [(each.rule, each.sentence) for each in objections(line, contract, history, rows)]
    if relation.overlaps and not contract.key:
        names = _listed([earlier.file_name for earlier in relation.overlaps])
        found.append(("overlap", f"it speaks in part of the same periods as {names}, and its records have no identifier"
                      " to tell which are the same: ask for the whole period"))  # fmt: skip
    return line, found


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")


def _manifest_rows(settings: Settings, delivered: Delivered, contract: Contract, rows_in: int) -> int | None:
    """The rows that the supplier's manifest says a file has; None where it says nothing.

    Some suppliers count lines: where a record takes several, that is no disagreement.
    """
    folder = (
        settings.deliveries if delivered.path.is_relative_to(settings.deliveries) else delivered.path.parent
    )
    inside = delivered.path.relative_to(folder).as_posix()
    told = read_manifests(folder)
    rows = told.get(f"{inside}/{delivered.member}" if delivered.member else inside, told.get(delivered.name))
    if (
        rows is not None
        and rows > rows_in
        and contract.format == "csv"
        and rows == count_lines(delivered) - 1
    ):
        return rows_in
    return rows


def _without_copies(candidates: list[Candidate], current: Iterable[Delivery]) -> list[Candidate]:
    """The candidates; of those with the same bytes under several names, all but the first set aside.

    The same rows twice would be counted twice.
    """
    names = {_name(candidate.line) for candidate in candidates}
    owners = {(line.source_id, line.delivery_id): line for line in current if _name(line) not in names}
    kept = []
    for candidate in candidates:
        line = candidate.line
        owner = owners.setdefault((line.source_id, line.delivery_id), line) if candidate.contract else line
        if owner.file_name != line.file_name:
            reason = f"it is the same, byte for byte, as {owner.file_name}, which is read"
            kept.append(
                replace(candidate, contract=None, line=replace(line, status="set_aside", reason=reason))
            )
        else:
            kept.append(candidate)
    return kept


def _keep_current(settings: Settings, contracts: tuple[Contract, ...]) -> None:
    """Leaves one extract a current delivery, and an empty one a source, so that dbt can always read it; what was
    superseded is kept beside."""
    import pyarrow.parquet as pq

    from pipeline.ingest.typed import extract_schema

    current = current_deliveries(read_ledger(settings.register), settings.assessment.name)
    for line in current:
        _kept_extract(settings, line)
    wanted = {path for line in current for path in (_extract(settings, line), _rejects(settings, line))}
    for contract in contracts:
        none = settings.extracts / contract.source_id / "none.parquet"
        for stage_folder in (settings.extracts, settings.rejects):
            for file in (stage_folder / contract.source_id).glob("*"):
                if file not in wanted and file != none:
                    if stage_folder == settings.extracts and file.suffix == ".parquet":
                        move(file, settings.superseded / contract.source_id / file.name)
                    else:
                        file.unlink()
        if not none.exists() or pq.read_schema(none) != extract_schema(contract):
            none.parent.mkdir(parents=True, exist_ok=True)
            aside = none.with_suffix(".partial")
            pq.write_table(extract_schema(contract).empty_table(), aside)
            move(aside, none)


def move(source: Path, target: Path) -> None:
    """Puts a finished file in its place: a reader sees the old one or the new one."""
    target.parent.mkdir(parents=True, exist_ok=True)
    source.replace(target)


def _extract(settings: Settings, line: Delivery) -> Path:
    return settings.extracts / line.source_id / f"{line.delivery_id}.parquet"


def _kept_extract(settings: Settings, line: Delivery) -> Path:
    """The extract of a delivery; ConfigurationError where it is gone."""
    extract = _extract(settings, line)
    if not extract.exists():
        raise ConfigurationError(
            f"{line.file_name} was taken in earlier, its extract is gone and it is not in "
            f"{settings.deliveries}: put it back, or name its folder after --deliveries."
        )
    return extract


def _rejects(settings: Settings, line: Delivery) -> Path:
    return settings.rejects / line.source_id / f"{line.delivery_id}.parquet"


def _is_landed(settings: Settings, line: Delivery) -> bool:
    return _extract(settings, line).exists() and (not line.rejected or _rejects(settings, line).exists())


def _name(line: Delivery) -> tuple[str, str]:
    return line.source_id, line.file_name


def _key(line: Delivery) -> tuple[str, str]:
    return line.source_id, line.delivery_id


def _identity(sha256: str, contract: Contract, door: Door) -> str:
    """What names a delivery: its bytes, and everything by which they are read; a change reads them anew."""
    words: dict[str, Any] = {
        "title": "",
        "publisher": "",
        "licence": "",
        "legal_basis": "",
        "ask": "",
        "addresses": (),
    }
    columns = [(replace(column, codes=frozenset()), sorted(column.codes)) for column in contract.columns]
    corrections = [each for each in door.corrections if each.source_id == contract.source_id]
    waived = sorted(door.waived.get(sha256, ()))
    total = repr((sha256, replace(contract, columns=(), **words), columns, corrections, waived))
    return hashlib.sha256(total.encode()).hexdigest()[:16]
