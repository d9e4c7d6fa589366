"""A folder of deliveries → typed Parquet, rejects, and one ledger line each: the order of the door."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from pipeline.contracts import Contract
from pipeline.ingest.candidates import (
    Candidate,
    find_candidates,
    set_copies_aside,
    set_superseded_aside,
    superseded_line,
)
from pipeline.ingest.corrections import read_corrections
from pipeline.ingest.history import against_history, settle
from pipeline.ingest.kept import is_kept, keep, keep_current
from pipeline.ingest.manifest import Manifests, unread_manifests
from pipeline.ingest.places import check_places, known_lsoas
from pipeline.ingest.recognise import find_files
from pipeline.ingest.stage import Door, Progress, Staged, stage
from pipeline.names import name_some, printable
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
BATCH_RULES = (
    "manifest",
    "rejected_share",
    "unknown_places",
    "unknown_words",
    "volume",
    "removed",
    "overlap",
)


@dataclass(frozen=True)
class Ingested:
    """What one run of the door saw: a ledger line for every file, which are new, and what to look at."""

    deliveries: tuple[Delivery, ...]
    new: tuple[Delivery, ...]
    notes: tuple[str, ...] = ()
    # The sources without which there is no assessment.
    required: frozenset[str] = frozenset()

    @property
    def accepted(self) -> tuple[Delivery, ...]:
        return tuple(each for each in self.deliveries if each.status == "accepted")

    @property
    def refused(self) -> tuple[Delivery, ...]:
        return tuple(each for each in self.deliveries if each.status in ("refused", "blocked"))

    @property
    def refused_required(self) -> tuple[Delivery, ...]:
        return tuple(each for each in self.refused if each.source_id in self.required)

    @property
    def blocked(self) -> tuple[Delivery, ...]:
        return tuple(each for each in self.deliveries if each.status == "blocked")

    @property
    def waiting(self) -> tuple[Delivery, ...]:
        return tuple(each for each in self.deliveries if each.status == "waiting")

    @property
    def rejected_rows(self) -> int:
        return sum(each.rejected for each in self.accepted)


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
    with closing(open_door(settings, contracts, as_of)) as door:
        candidates = _find_all(settings, contracts, door, files, is_named=False)
        if candidates and all(candidate.line.status == "set_aside" for candidate in candidates):
            first = candidates[0].line
            raise ConfigurationError(
                f"Every file in {folder} is set aside, the first ({first.file_name}) because {first.reason}; "
                "name your own assessment after --assessment, or the folder of its deliveries after --deliveries."
            )
        seen = _ingest(settings, contracts, door, candidates, progress, is_named=False)
    notes = check_places(settings, contracts)
    absent = Manifests(folder).absent(line.file_name for line in seen.deliveries)
    if absent:
        notes += (f"the suppliers' lists name {len(absent)} files that are not here: {name_some(absent)}",)
    notes += tuple(
        f"{name} was not understood: it needs a column of files and a column of rows, named `file` and `rows`"
        for name in unread_manifests(folder)
    )
    return replace(seen, notes=notes)


def ingest_files(
    settings: Settings,
    contracts: tuple[Contract, ...],
    files: Sequence[Path],
    as_of: date,
    progress: Progress = lambda size: None,
) -> Ingested:
    """Takes in the named files and no other; ConfigurationError where one of them is no file, or where earlier
    deliveries must be read again first."""
    for file in files:
        if not file.is_file():
            raise ConfigurationError(f"{printable(str(file))} is not a file: name a delivered file.")
    paths = [file.absolute() for file in files]
    with closing(open_door(settings, contracts, as_of)) as door:
        candidates = _find_all(settings, contracts, door, paths, is_named=True)
        named = {candidate.line.key for candidate in candidates}
        current = current_deliveries(read_ledger(settings.register), settings.assessment.name)
        lost = [line for line in current if line.key not in named and not is_kept(settings, line)]
        if lost:
            raise ConfigurationError(
                f"{len(lost)} earlier deliveries must be read again first, {lost[0].file_name} among them: run "
                "`sna ingest` without a file name."
            )
        return _ingest(settings, contracts, door, candidates, progress, is_named=True)


def _find_all(
    settings: Settings, contracts: tuple[Contract, ...], door: Door, files: Sequence[Path], is_named: bool
) -> list[Candidate]:
    stable = frozenset(stable_files(files))
    return [
        candidate
        for file in files
        for candidate in find_candidates(settings, contracts, door, file, is_named, file not in stable)
    ]


def _ingest(
    settings: Settings,
    contracts: tuple[Contract, ...],
    door: Door,
    candidates: list[Candidate],
    progress: Progress,
    is_named: bool,
) -> Ingested:
    ledger = read_ledger(settings.register)
    assessment = settings.assessment.name
    latest = {line.named: line for line in ledger if line.assessment == assessment}
    before = current_deliveries(ledger, assessment)
    known = {line.key: line for line in before}
    candidates = set_copies_aside(candidates, before)
    candidates = set_superseded_aside(candidates, ledger, before, is_named)
    # A refused file is tried again: the program or its contracts may have learnt to read it.
    untaken = [
        each
        for each in candidates
        if each.contract and not (each.line.key in known and is_kept(settings, known[each.line.key]))
    ]
    lines = _land_all(settings, contracts, door, untaken, list(before), progress)
    seen = tuple(
        (lines.get(each.line.key) or known.get(each.line.key) or each.line) if each.contract else each.line
        for each in candidates
    )
    new = [
        line
        for line in seen
        if line.status != "waiting"
        and (
            line not in before
            if line.status == "accepted"
            else latest.get(line.named) != line or any(replaces(line, each) for each in before)
        )
    ]
    heirs = {(line.source_id, gone): line for line in seen for gone in line.supersedes}
    new += [
        superseded_line(line, heirs[line.key])
        for line in seen
        if line.status == "accepted" and line.key in heirs
    ]
    if new:
        append_ledger(settings.register, [replace(line, recorded_on=str(door.as_of)) for line in new])
    keep_current(settings, contracts, current_deliveries(read_ledger(settings.register), assessment))
    required = frozenset(contract.source_id for contract in contracts if contract.is_required)
    return Ingested(seen, tuple(new), required=required)


def _land_all(
    settings: Settings,
    contracts: tuple[Contract, ...],
    door: Door,
    candidates: list[Candidate],
    current: list[Delivery],
    progress: Progress,
) -> dict[tuple[str, str], Delivery]:
    """What became of each candidate, by its source and identity; what may come in is moved to its place."""
    known = {line.key: line for line in current}
    decisions = read_decisions(settings.register)
    manifests = Manifests(settings.deliveries)
    scratch = settings.curated / "landing" / settings.assessment.name
    shutil.rmtree(scratch, ignore_errors=True)
    lines: dict[tuple[str, str], Delivery] = {}
    try:
        # Lookups first: they say which codes are places.
        for is_lookup in (True, False):
            wave = [c for c in candidates if c.contract and (c.contract.cadence == "once") == is_lookup]
            if wave and not is_lookup:
                door = replace(door, known_lsoas=known_lsoas(settings, contracts))
            landed = _stage_all(wave, known, scratch / str(is_lookup), door, progress)
            # What was lost is put back first: new deliveries are compared with it.
            landed.sort(key=lambda each: each[0].line.key not in known)
            for candidate, staged in landed:
                again = known.get(candidate.line.key)
                if again and _is_same(staged.line, again):
                    keep(settings, staged, again)
                    line = again
                else:
                    line = _decide(settings, manifests, candidate, staged, current, decisions, door.as_of)
                if line.status == "accepted":
                    current = [each for each in current if not replaces(line, each)] + [line]
                lines[candidate.line.key] = line
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return lines


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


def _is_same(line: Delivery, before: Delivery) -> bool:
    """Whether a delivery that was read again came out as the ledger says: its extract was lost, and no more."""
    return line.status == "accepted" and (line.rows_in, line.accepted, line.rules) == (
        before.rows_in,
        before.accepted,
        before.rules,
    )


def _stage_all(
    candidates: list[Candidate],
    known: dict[tuple[str, str], Delivery],
    scratch: Path,
    door: Door,
    progress: Progress,
) -> list[tuple[Candidate, Staged]]:
    """Reads files on as many cores as may help; in the order of their names: of two that overlap the later counts.

    What is read again is judged by the day on which it came in.
    """

    def work(numbered: tuple[int, Candidate]) -> tuple[Candidate, Staged]:
        number, candidate = numbered
        assert candidate.contract
        again = known.get(candidate.line.key)
        then = replace(door, as_of=date.fromisoformat(again.recorded_on)) if again else door
        folder = scratch / str(number)
        return candidate, stage(
            candidate.delivered, candidate.contract, candidate.line, folder, then, progress
        )

    with ThreadPoolExecutor(WORKERS) as pool:
        return list(pool.map(work, enumerate(candidates)))


def _decide(
    settings: Settings,
    manifests: Manifests,
    candidate: Candidate,
    staged: Staged,
    current: list[Delivery],
    decisions: tuple[Decision, ...],
    as_of: date,
) -> Delivery:
    """Takes a staged delivery in, or refuses it for what other deliveries say."""
    line, contract = staged.line, candidate.contract
    if line.status != "accepted" or contract is None:
        return line
    line, found = against_history(settings, manifests, candidate.delivered, contract, staged, current, as_of)
    line, standing = settle(line, found, decisions)
    if standing:
        rule, sentence = standing[0].rule, standing[0].sentence
        how = f'if it is right, accept it: sna ingest FILE --accept {rule} --reason "…"'
        return replace(candidate.line, status="refused", reason=f"{sentence}; {how}")
    keep(settings, staged, line)
    return line
