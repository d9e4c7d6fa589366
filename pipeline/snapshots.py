"""Files brought from elsewhere: which are stable, how they are kept, and when each was brought."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import shutil
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pipeline.names import printable

# Hidden from ingest, as everything is that begins with a dot.
ARRIVING = ".arriving"
PREVIOUS = ".previous"
RECORD = ".fetched.json"
# A file last written longer ago than this many seconds is at rest; a younger one is looked at twice.
SETTLED = 60.0
PAUSE = 2.0
# What browsers, Excel and file transfers call a file that is still being written.
UNFINISHED = (".partial", ".part", ".filepart", ".crdownload", ".tmp", ".download")
BLOCK = 1 << 20
MAXIMUM_BYTES = 4 * 10**9


@dataclass(frozen=True)
class Brought:
    """What became of one place that deliveries come from: counts and sentences, never content; names as they may
    be shown.

    `status`: new, changed, unchanged; failed (not reached) and refused (not what it should be) leave the last
    good copy in use, brought at `last_good`; that is empty where there never was one.
    """

    name: str
    status: str
    files: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    last_good: str = ""
    can_pass: bool = False

    @property
    def is_good(self) -> bool:
        return self.status in ("new", "changed", "unchanged")


class Unreached(Exception):
    """Why an address or an origin gave nothing: one sentence, whether trying again may help, and after how long."""

    def __init__(self, sentence: str, can_pass: bool = False, wait: float | None = None) -> None:
        super().__init__(sentence)
        self.can_pass = can_pass
        self.wait = wait


@dataclass(frozen=True)
class Kept:
    """What became of one file that arrived: `status` new, changed or unchanged; `note` says what changed."""

    file: Path
    status: str
    sha256: str
    note: str = ""


def look(files: Iterable[Path]) -> dict[Path, tuple[int, int]]:
    """The size and time of change of each file that is there."""
    return {file: seen for file in files if (seen := _size_and_time(file))}


def stable_files(files: Iterable[Path], pause: Callable[[float], None] = time.sleep) -> list[Path]:
    """The files that nobody is writing: size and time of change the same in two looks.

    Waits two seconds between the looks only where a file changed within the last minute.
    """
    first = look(file for file in files if not is_unfinished(file.name))
    if any(time.time() - changed / 1e9 < SETTLED for _, changed in first.values()):
        pause(PAUSE)
    second = look(first)
    return [file for file, seen in first.items() if second.get(file) == seen]


def is_unfinished(name: str) -> bool:
    """Whether a file's name says that a program is still at work on it, or that it is hidden."""
    return name.startswith((".", "~$")) or name.casefold().endswith(UNFINISHED)


def _size_and_time(file: Path) -> tuple[int, int] | None:
    try:
        seen = file.stat()
    except FileNotFoundError:
        # Taken away between two looks.
        return None
    except OSError:
        # One that may not be looked at is nobody's work in progress: whoever opens it says why.
        return 0, 0
    return seen.st_size, seen.st_mtime_ns


def keep(arrived: Path, folder: Path) -> Kept:
    """Moves an arrived file into its folder under its own name; the one that lay there is kept aside.

    A reader sees the old file or the new one, never half of it.
    """
    target = folder / arrived.name
    sha256 = hash_file(arrived)
    if not target.exists():
        os.replace(arrived, target)
        return Kept(target, "new", sha256)
    before = hash_file(target)
    if before == sha256:
        arrived.unlink()
        return Kept(target, "unchanged", sha256)
    note = (
        f"{printable(target.name)} changed: {difference(target, arrived)}; the old one is kept in {PREVIOUS}"
    )
    aside = folder / PREVIOUS / f"{before[:8]}-{target.name}"
    aside.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy2(target, aside)
    os.replace(arrived, target)
    return Kept(target, "changed", sha256, note)


def difference(old: Path, new: Path) -> str:
    """How two files differ, in bytes and, where both are text, in lines."""
    sizes = f"{old.stat().st_size:,} → {new.stat().st_size:,} bytes"
    before, after = _count_lines(old), _count_lines(new)
    return sizes if before is None or after is None else f"{sizes}, {before:,} → {after:,} lines"


def _count_lines(file: Path) -> int | None:
    """The lines of a text file, also of a .gz; None where it is not text."""
    opener: Callable[..., Any] = gzip.open if file.suffix.casefold() == ".gz" else open
    count, last = 0, b"\n"
    try:
        with opener(file, "rb") as stream:
            while block := stream.read(BLOCK):
                if b"\x00" in block:
                    return None
                count += block.count(b"\n")
                last = block[-1:]
    except (gzip.BadGzipFile, EOFError):
        return None
    return count + (last != b"\n")


def hash_file(file: Path) -> str:
    """The sha256 of a file's bytes."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def read_record(folder: Path) -> dict[str, dict[str, Any]]:
    """What was brought into a folder, by address or name; empty where nothing was or the record is damaged.

    A damaged record costs one more download and nothing else.
    """
    try:
        record = json.loads((folder / RECORD).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return record if isinstance(record, dict) else {}


def write_record(folder: Path, record: dict[str, dict[str, Any]]) -> None:
    """Writes the record of a folder aside and moves it into place."""
    folder.mkdir(parents=True, exist_ok=True)
    aside = folder / f"{RECORD}.partial"
    # In ASCII: a name from outside need not be text.
    aside.write_text(json.dumps(record, indent=1, sort_keys=True), encoding="utf-8")
    os.replace(aside, folder / RECORD)


def is_as_recorded(folder: Path, entry: dict[str, Any]) -> bool:
    """Whether the files of a record's entry lie in the folder just as they were brought."""
    files = entry.get("files", {})
    return bool(files) and all(
        (folder / name).is_file() and hash_file(folder / name) == sha256 for name, sha256 in files.items()
    )


def now() -> str:
    """This moment in UTC, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def standing(last_good: str) -> str:
    """What stands in for what could not be brought: the last good copy and its age, or nothing."""
    if not last_good:
        return "there is no earlier copy to use"
    day = datetime.fromisoformat(last_good)
    days = (datetime.now(UTC) - day).days
    age = "today" if days == 0 else "1 day ago" if days == 1 else f"{days:,} days ago"
    return f"the last good copy, brought on {day.day} {day:%B %Y} ({age}), stays in use"
