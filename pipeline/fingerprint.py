"""Whether a stage's inputs changed since it last ran: a digest of files, kept beside what it made."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path

ENGINES = ("duckdb", "pandas", "dbt-core", "matplotlib", "typst", "plotly")


def digest_inputs(files: Iterable[Path], words: Iterable[str] = ()) -> str:
    """One digest of the files' names and bytes, the given words, and the versions of what computes."""
    total = hashlib.sha256()
    for file in sorted(set(files)):
        total.update(file.name.encode())
        total.update(hashlib.sha256(file.read_bytes()).digest())
    for word in (*words, *(f"{engine} {version(engine)}" for engine in ENGINES)):
        total.update(word.encode())
    return total.hexdigest()


def is_unchanged(record: Path, digest: str) -> bool:
    """Whether the stage that keeps this record ran last with these very inputs."""
    try:
        return json.loads(record.read_text(encoding="utf-8"))["inputs"] == digest
    except (OSError, ValueError, KeyError):
        return False


def record_inputs(record: Path, digest: str) -> None:
    """Remembers the inputs of a stage that has just finished."""
    record.parent.mkdir(parents=True, exist_ok=True)
    record.write_text(json.dumps({"inputs": digest}) + "\n", encoding="utf-8")
