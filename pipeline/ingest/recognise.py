"""Which contract a delivered file falls under: by its name first, by its header otherwise."""

from __future__ import annotations

import stat
from collections.abc import Container, Iterable
from fnmatch import fnmatch
from pathlib import Path

from pipeline.contracts import Contract, Vintage
from pipeline.ingest.delivered import Delivered
from pipeline.settings import SYNTHETIC_MARK, SetAside
from pipeline.snapshots import UNFINISHED

OTHER_ENDINGS = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods", ".parquet")


def find_files(folder: Path) -> list[Path]:
    """Everything below a folder that is no folder, in order of its path; hidden and lock files, and files that
    are still being copied under a name of their own, are passed over."""
    return [
        file
        for file in sorted(folder.rglob("*"))
        if not _is_folder(file)
        and file.name != SYNTHETIC_MARK
        and not file.name.casefold().endswith(UNFINISHED)
        and not any(part.startswith((".", "~$")) for part in file.relative_to(folder).parts)
    ]


def _is_folder(file: Path) -> bool:
    """Whether something is a folder; what may not be looked at is none, and its reader says so."""
    try:
        return file.is_dir() and not file.is_symlink()
    except OSError:
        return False


def reason_not_a_file(file: Path) -> str:
    """Why something in the drop folder is no file that may be read, or an empty text."""
    mode = file.lstat().st_mode
    if stat.S_ISLNK(mode):
        return "it is a symbolic link, which may lead anywhere: put the file itself in its place"
    return "" if stat.S_ISREG(mode) else "it is a pipe or a device, not a file: take it away"


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


def find_contracts(delivered: Delivered, contracts: tuple[Contract, ...]) -> list[Contract]:
    """The contracts that claim a file: several may claim a workbook, a sheet each; one claims a text file."""
    named = match_by_name(delivered.name, contracts)
    if len(named) == 1 or any(contract.format == "workbook" for contract in named):
        return named
    from pipeline.ingest.text import peek_rows

    texts = [contract for contract in named or contracts if contract.format == "csv"]
    for row in peek_rows(delivered):
        fitting = match_by_header(row, texts)
        if fitting:
            return fitting[:1]
    return named[:1]


def match_by_name(name: str, contracts: Iterable[Contract]) -> list[Contract]:
    """The contracts whose file patterns fit a file's name; a workbook may serve several.

    A table under the ending of another kind is recognised too: its reader takes it, or says what to ask for.
    """
    contracts = tuple(contracts)
    file = Path(name.casefold())
    endings = ("", ".xlsx", ".csv") if file.suffix in OTHER_ENDINGS else ("",)
    matches = (_match(f"{file.stem}{ending}" if ending else name.casefold(), contracts) for ending in endings)
    return next((named for named in matches if named), [])


def _match(name: str, contracts: Iterable[Contract]) -> list[Contract]:
    return [
        contract
        for contract in contracts
        if any(fnmatch(name, pattern.casefold()) for pattern in contract.files)
    ]


def match_by_header(header: list[str], contracts: Iterable[Contract]) -> list[Contract]:
    """The contracts of which a header names every required column, in a layout that they know; the one with most
    columns comes first."""
    fitting = []
    for contract in contracts:
        found = {contract.field_of(name) for name in header}
        is_known = not contract.vintages or find_vintage(contract, found) is not None
        if is_known and all(column.name in found for column in contract.required):
            fitting.append((-len(found - {None}), contract.source_id, contract))
    return [contract for _, _, contract in sorted(fitting, key=lambda entry: entry[:2])]


def find_vintage(contract: Contract, names: Container[str | None]) -> Vintage | None:
    """The layout that the columns delivered show, or None."""
    for vintage in contract.vintages:
        if all(name in names for name in vintage.has) and not any(name in names for name in vintage.lacks):
            return vintage
    return None


def nearest_contract(header: list[str], contracts: Iterable[Contract]) -> Contract | None:
    """The contract of a text of which a header names the largest share of the required columns, at least half of
    them; of several the one of which it names most columns, and None where there is none."""
    found = []
    for contract in contracts:
        # A sheet of a publisher's workbook asks for a year and little else, which any table has; so does one column.
        if contract.format == "workbook":
            continue
        named = {contract.field_of(title) for title in header} - {None}
        share = sum(column.name in named for column in contract.required) / max(len(contract.required), 1)
        if len(named) > 1 and share >= 0.5:
            found.append((share, len(named), contract))
    return max(found, key=lambda each: each[:2])[2] if found else None


def reason_set_aside(name: str, path_in_folder: str, rules: Iterable[SetAside]) -> str:
    """Why the assessment does not read a file, or an empty text."""
    for rule in rules:
        if fnmatch(name, rule.pattern) or fnmatch(path_in_folder, rule.pattern):
            return rule.reason
    return ""
