"""The append-only folder that cannot be rebuilt: what was delivered, and what became of it."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, TypeVar

GENESIS = "0" * 64


class BrokenChain(Exception):
    """A line of the register was altered or removed after it was written."""


Line = TypeVar("Line", "Delivery", "Decision", "ReleaseStep")


@dataclass(frozen=True)
class Delivery:
    """What became of one delivery: one line of the ledger.

    rows_in = accepted + rejected, for an accepted delivery; a refused, blocked or set-aside one has a reason
    instead. `rules` counts rejected rows by column and rule, `periods` accepted rows by month or year, `scope`
    says what else the delivery is about, `changes` what it altered of the ones that it supersedes, `crowds` how many
    rows stand alone, or among few, in what could single a person out, `unknown_words` by column how many accepted cells
    hold a word that the contract does not allow.
    """

    assessment: str
    delivery_id: str
    source_id: str
    file_name: str
    sha256: str
    status: str  # accepted, refused, blocked (identifiers), waiting (still growing), set_aside
    reason: str = ""
    rows_in: int = 0
    accepted: int = 0
    rejected: int = 0
    period_start: str = ""
    period_end: str = ""
    warnings: tuple[str, ...] = ()
    vintage: str = ""
    rules: dict[str, int] = field(default_factory=dict)
    periods: dict[str, int] = field(default_factory=dict)
    scope: tuple[str, ...] = ()
    supersedes: tuple[str, ...] = ()
    changes: dict[str, int] = field(default_factory=dict)
    crowds: dict[str, int] = field(default_factory=dict)
    unknown_words: dict[str, int] = field(default_factory=dict)
    # The day of the run; the same outcome on another day is no news.
    recorded_on: str = field(default="", compare=False)

    @property
    def key(self) -> tuple[str, str]:
        """What tells it from every other delivery: its source and its identity."""
        return self.source_id, self.delivery_id

    @property
    def named(self) -> tuple[str, str]:
        """What tells its file from every other: its source and its name."""
        return self.source_id, self.file_name


@dataclass(frozen=True)
class Decision:
    """That somebody let a delivery pass a rule, and why: one line of the decisions.

    rule is a batch rule (`volume`, `removed`, `overlap`, `rejected_share`, `manifest`, `unknown_places`,
    `unknown_words`), or a column
    and a rule of quarantine, as the ledger counts them.
    """

    assessment: str
    sha256: str
    rule: str
    reason: str
    decided_on: str
    decided_by: str


@dataclass(frozen=True)
class ReleaseStep:
    """That somebody asked for a release, reviewed it, refused it or approved it: one line of the releases.

    `step` is requested, reviewed, refused or approved; `digest` is that of every file of the release.
    """

    assessment: str
    release_id: str
    step: str
    by: str
    note: str
    digest: str
    taken_on: str


def read_ledger(register: Path) -> tuple[Delivery, ...]:
    """Every line of the ledger, oldest first; BrokenChain names the first line that was altered, or
    before which one was lost; that whole lines are missing at the end it cannot see.

    A last line without its end is a write that was cut off: it was never part of the ledger.
    """
    return tuple(_read_chain(register / "ledger.jsonl", Delivery))


def append_ledger(register: Path, deliveries: Iterable[Delivery]) -> None:
    """Adds deliveries to the ledger, each line bound to the one before it by its hash."""
    _append_chain(register / "ledger.jsonl", Delivery, deliveries)


def read_decisions(register: Path) -> tuple[Decision, ...]:
    """Every recorded decision, oldest first; BrokenChain as for the ledger."""
    return tuple(_read_chain(register / "decisions.jsonl", Decision))


def append_decision(register: Path, decision: Decision) -> None:
    """Records that a delivery may pass a rule."""
    _append_chain(register / "decisions.jsonl", Decision, [decision])


def read_release_steps(register: Path) -> tuple[ReleaseStep, ...]:
    """Every step of every release, oldest first; BrokenChain as for the ledger, and where lines are cut off."""
    file = register / "releases.jsonl"
    steps = tuple(_read_chain(file, ReleaseStep))
    _check_end(file)
    return steps


def append_release_step(register: Path, step: ReleaseStep) -> None:
    """Records a step of a release, and after it where the register ends."""
    file = register / "releases.jsonl"
    _check_end(file)
    _append_chain(file, ReleaseStep, [step])
    _keep_end(file)


def end_of(file: Path) -> Path:
    """Where it is kept how many lines a chain has, and the hash of the last."""
    return file.with_suffix(".end.json")


def _keep_end(file: Path) -> None:
    lines = _read_lines(file)
    aside = end_of(file).with_suffix(".writing")
    with aside.open("w", encoding="utf-8") as end:
        end.write(json.dumps({"lines": len(lines), "hash": json.loads(lines[-1])["hash"]}) + "\n")
        end.flush()
        os.fsync(end.fileno())
    os.replace(aside, end_of(file))


def _check_end(file: Path) -> None:
    # A chain that goes on after its end is sound: a run was killed before it kept the new one. Older ones have none.
    if not end_of(file).exists():
        return
    hashes = [json.loads(line)["hash"] for line in _read_lines(file)]
    try:
        end = json.loads(end_of(file).read_text(encoding="utf-8"))
        count, last = int(end["lines"]), end["hash"]
    except (ValueError, KeyError, TypeError):
        raise BrokenChain(
            f"{end_of(file)} is not as it was written: restore it and {file.name} from the last backup."
        ) from None
    if len(hashes) < count:
        raise BrokenChain(
            f"{file} has {len(hashes)} lines of {count}: restore it and {end_of(file).name} from the last backup."
        )
    if hashes[count - 1] != last:
        raise BrokenChain(
            f"{file} has lines other than those that were written: restore it and {end_of(file).name} from the last "
            "backup."
        )


def _read_chain(file: Path, kind: type[Line]) -> list[Line]:
    entries, previous = [], GENESIS
    for number, line in enumerate(_read_lines(file), start=1):
        try:
            entry = json.loads(line)
            is_sound = entry.pop("hash") == _hash(entry) and entry.pop("previous") == previous
            # Lists are tuples in a frozen line; what an older line does not say has its default.
            words: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in entry.items()}
            made = kind(**words) if is_sound else None
        except (ValueError, KeyError, TypeError, AttributeError):
            made = None
        if made is None:
            raise BrokenChain(
                f"{file} line {number} is not as it was written: the register was changed by hand. "
                "Restore it from the last backup."
            )
        entries.append(made)
        previous = json.loads(line)["hash"]
    return entries


def _append_chain(file: Path, kind: type[Line], entries: Iterable[Line]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    _read_chain(file, kind)
    lines = _read_lines(file)
    previous = json.loads(lines[-1])["hash"] if lines else GENESIS
    added = []
    for each in entries:
        entry = {**asdict(each), "previous": previous}
        previous = _hash(entry)
        added.append(json.dumps({**entry, "hash": previous}, ensure_ascii=False) + "\n")
    with file.open("ab") as chain:
        # What a write that was cut off left behind.
        chain.truncate(sum(len(line.encode()) + 1 for line in lines))
        chain.write("".join(added).encode())
        chain.flush()
        os.fsync(chain.fileno())


def _read_lines(file: Path) -> list[str]:
    # Not splitlines: a file name may hold what Unicode calls a line separator.
    text = file.read_bytes().decode("utf-8", "replace") if file.exists() else ""
    return text.split("\n")[:-1]


def _hash(entry: dict[str, object]) -> str:
    return hashlib.sha256(json.dumps(entry, sort_keys=True).encode()).hexdigest()


def replaces(later: Delivery, earlier: Delivery) -> bool:
    """Whether a later line takes the place of an accepted one: as a revision of it, or by setting it aside."""
    if later.status == "accepted":
        gone = (*later.supersedes, later.delivery_id)
        return later.source_id == earlier.source_id and earlier.delivery_id in gone
    # A file set aside as a whole has no source; one that is the copy of another is no delivery of its own.
    return (
        later.status == "set_aside"
        and later.file_name == earlier.file_name
        and later.source_id in ("", earlier.source_id)
        and later.delivery_id in ("", earlier.delivery_id)
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
