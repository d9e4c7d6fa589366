"""Which contract a delivered file falls under: by its name first, by its header otherwise."""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatch
from pathlib import Path

from pipeline.contracts import Contract
from pipeline.settings import SetAside

SYNTHETIC_MARK = "SYNTHETIC.txt"


def find_files(folder: Path) -> list[Path]:
    """Every regular file below a folder, in order of its path; hidden and lock files are passed over."""
    return [
        file
        for file in sorted(folder.rglob("*"))
        if file.is_file()
        and not file.is_symlink()
        and file.name != SYNTHETIC_MARK
        and not any(part.startswith((".", "~$")) for part in file.relative_to(folder).parts)
    ]


def reason_mismatch(file: Path, accepts_synthetic: bool) -> str:
    """Why a file is of the wrong kind, or an empty text: made-up figures never join real ones."""
    is_synthetic = any((folder / SYNTHETIC_MARK).exists() for folder in file.parents)
    if is_synthetic and not accepts_synthetic:
        return f"its folder is marked as made up ({SYNTHETIC_MARK}) and the assessment is of a real area"
    if accepts_synthetic and not is_synthetic:
        return (
            f"its folder is not marked as made up ({SYNTHETIC_MARK}) and the assessment is of a made-up area"
        )
    return ""


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


def reason_set_aside(file: Path, path_in_folder: str, rules: Iterable[SetAside]) -> str:
    """Why the assessment does not read a file, or an empty text."""
    for rule in rules:
        if fnmatch(file.name, rule.pattern) or fnmatch(path_in_folder, rule.pattern):
            return rule.reason
    return ""
