"""What a supplier says that it sent: a list of files with their rows, delivered beside them."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from pipeline.contracts import Contract, fold_header
from pipeline.ingest.delivered import Delivered

PATTERN = "manifest"
# As `fold_header` writes them.
FILE_HEADERS = ("file", "file name", "filename", "name")
ROW_HEADERS = (
    "rows",
    "row count",
    "rowcount",
    "data rows",
    "number of rows",
    "records",
    "record count",
    "number of records",
)
DELIMITERS = ",;\t|"


def count_lines(delivered: Delivered) -> int:
    """The lines of a text file, its header among them."""
    lines, last = 0, b""
    for last in delivered.blocks():
        lines += last.count(b"\n")
    return lines + (not last.endswith(b"\n"))


def is_manifest(file: Path) -> bool:
    """Whether a file is a supplier's manifest, by its name."""
    return file.name.casefold().startswith(PATTERN) and file.suffix.casefold() == ".csv"


@dataclass
class Manifests:
    """The suppliers' manifests of a folder of deliveries, each read once."""

    folder: Path
    _told: dict[Path, dict[str, int]] = field(default_factory=dict)

    def rows_of(self, delivered: Delivered, contract: Contract, rows_in: int) -> int | None:
        """The rows that its supplier says a file has; None where nobody says anything.

        Looked at are all manifests of the folder, or for a file that lies elsewhere those beside it. Some suppliers
        count lines: where a record takes several, that is no disagreement.
        """
        is_inside = delivered.path.is_relative_to(self.folder)
        folder = self.folder if is_inside else delivered.path.parent
        told = self._told_in(folder, is_deep=is_inside)
        inside = delivered.path.relative_to(folder).as_posix()
        inside = f"{inside}/{delivered.member}" if delivered.member else inside
        rows = told.get(inside, told.get(delivered.name))
        counts_lines = rows is not None and rows > rows_in and contract.format == "csv"
        return rows_in if counts_lines and rows == count_lines(delivered) - 1 else rows

    def absent(self, names: Iterable[str]) -> tuple[str, ...]:
        """The files that the folder's manifests list and that are not among those with these paths."""
        listed = self._told_in(self.folder, is_deep=True)
        # A file in an archive is told as archive.zip/file.csv: either may be listed.
        there = {
            part
            for name in names
            for part in (name, *name.split("/"), *map(str, PurePosixPath(name).parents))
        }
        return tuple(
            sorted(name for name in listed if name not in there and PurePosixPath(name).name not in there)
        )

    def _told_in(self, folder: Path, is_deep: bool) -> dict[str, int]:
        if folder not in self._told:
            self._told[folder] = read_manifests(folder, is_deep)
        return self._told[folder]


def read_manifests(folder: Path, is_deep: bool = True) -> dict[str, int]:
    """File, as its path in the folder or its name → the rows that its supplier says it has.

    A deep look finds the manifests of the folders below too; a link is passed over.
    """
    rows: dict[str, int] = {}
    files = folder.rglob("*") if is_deep else folder.glob("*")
    manifests = sorted(
        file for file in files if is_manifest(file) and file.is_file() and not file.is_symlink()
    )
    for manifest in manifests:
        rows |= _read_manifest(manifest, folder)
    return rows


def _read_manifest(manifest: Path, folder: Path) -> dict[str, int]:
    rows: dict[str, int] = {}
    lines = manifest.read_text(encoding="utf-8-sig", errors="replace").splitlines()
    delimiter = max(DELIMITERS, key=lines[0].count) if lines else ","
    for row in csv.DictReader(lines, delimiter=delimiter):
        cells = {fold_header(name or ""): cell for name, cell in row.items() if isinstance(cell, str)}
        name = next((cells[header] for header in FILE_HEADERS if cells.get(header)), "").strip()
        count = next((cells[header] for header in ROW_HEADERS if cells.get(header)), "")
        count = count.replace(",", "").strip()
        if name and count.isdecimal():
            at = (manifest.parent / name).resolve()
            is_inside = at.is_relative_to(folder.resolve())
            rows[at.relative_to(folder.resolve()).as_posix() if is_inside else name] = int(count)
    return rows


def unread_manifests(folder: Path) -> tuple[str, ...]:
    """The manifests of a folder in which no file stands with its rows, so that nothing is checked against them."""
    return tuple(
        file.name
        for file in sorted(folder.rglob("*"))
        if is_manifest(file) and file.is_file() and not file.is_symlink() and not _read_manifest(file, folder)
    )
