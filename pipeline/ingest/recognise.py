"""Which contract a delivered file falls under: by its name first, by its header otherwise."""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatch
from pathlib import Path

from pipeline.contracts import Contract
from pipeline.settings import SetAside

SYNTHETIC_MARK = "SYNTHETIC.txt"


def find_files(folder: Path, accepts_synthetic: bool) -> list[Path]:
    """Every regular file below a folder, in order of its path.

    Folders marked as synthetic are passed over unless the assessment says that it is synthetic itself:
    made-up figures never join real ones.
    """
    marked = [mark.parent for mark in folder.rglob(SYNTHETIC_MARK)]
    files = []
    for file in sorted(folder.rglob("*")):
        hidden = any(part.startswith(".") for part in file.relative_to(folder).parts)
        is_synthetic = any(parent in marked for parent in file.parents)
        if hidden or not file.is_file() or file.is_symlink() or file.name == SYNTHETIC_MARK:
            continue
        if is_synthetic == accepts_synthetic or not marked:
            files.append(file)
    return files


def match_by_name(file: Path, contracts: Iterable[Contract]) -> list[Contract]:
    """The contracts whose file patterns fit the file's name; a workbook may serve several."""
    name = file.name.casefold()
    return [
        contract
        for contract in contracts
        if any(fnmatch(name, pattern.casefold()) for pattern in contract.files)
    ]


def match_by_header(header: list[str], contracts: Iterable[Contract]) -> list[Contract]:
    """The contracts of which a header names every required column; the one with most columns comes first."""
    fitting = []
    for contract in contracts:
        found = {contract.field_of(name) for name in header}
        if all(column.name in found for column in contract.required):
            fitting.append((-len(found - {None}), contract.source_id, contract))
    return [contract for _, _, contract in sorted(fitting, key=lambda entry: entry[:2])]


def reason_set_aside(file: Path, folder: Path, rules: Iterable[SetAside]) -> str:
    """Why the assessment does not read a file, or an empty text."""
    relative = file.relative_to(folder).as_posix()
    for rule in rules:
        if fnmatch(file.name, rule.pattern) or fnmatch(relative, rule.pattern):
            return rule.reason
    return ""
