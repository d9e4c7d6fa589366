"""The texts that a report is written with, and which of them are not those of a release."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.settings import Settings

WORDS = "words.json"


def digest_words(settings: Settings) -> dict[str, str]:
    """The SHA-256 of each text: the assessment's own, and those of all reports."""
    own, reports = settings.assessment.folder, settings.project / "reports"
    named = {
        **{
            f"assessment/{file.name}": file
            for kind in ("toml", "md", "yml")
            for file in own.glob(f"*.{kind}")
        },
        **{f"reports/{file.name}": file for file in reports.glob("*.yml")},
        **{f"reports/text/{file.name}": file for file in reports.glob("text/[!.]*")},
    }
    return {name: hashlib.sha256(file.read_bytes()).hexdigest() for name, file in sorted(named.items())}


def keep_words(settings: Settings, folder: Path) -> None:
    """Writes the digests of now beside the figures of a release."""
    text = json.dumps(digest_words(settings), indent=2, ensure_ascii=False) + "\n"
    (folder / WORDS).write_text(text, encoding="utf-8")


def find_changed(folder: Path, words: dict[str, str]) -> tuple[str, ...]:
    """The texts of now that are not those of a release, or are missing; none of one from before they were kept."""
    if not (folder / WORDS).exists():
        return ()
    kept = json.loads((folder / WORDS).read_text(encoding="utf-8"))
    return tuple(sorted(name for name in words.keys() | kept.keys() if words.get(name) != kept.get(name)))
