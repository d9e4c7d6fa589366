"""Packed files: what a zip archive holds, and what is in it or in a .gz; those that mean harm are refused."""

from __future__ import annotations

import gzip
import io
import re
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path, PurePosixPath
from typing import BinaryIO

# A tenth of a gigabyte may unpack to anything; beyond it, text of crime shrinks to a twentieth, not to a thousandth.
HARMLESS_SIZE = 100_000_000
MAXIMUM_RATIO = 200
MAXIMUM_UNPACKED = 64_000_000_000
# Three years of data.police.uk, all forces, are about 5,000 files.
MAXIMUM_MEMBERS = 10_000
BLOCK_SIZE = 1 << 20
DAMAGED = "the packed file is cut short or damaged: ask the supplier to send it again"


class Unsound(Exception):
    """Why a packed file is not taken: one sentence without any of its content, and what to ask for."""


def list_members(archive: Path) -> list[str]:
    """The names of the files in a zip archive, in order; Unsound where any of them could do harm.

    What is hidden, such as that which macOS packs beside each file, is passed over.
    """
    with (
        _explained("the zip archive cannot be read: ask the supplier to pack it again"),
        zipfile.ZipFile(archive) as opened,
    ):
        entries = [entry for entry in entries_of(opened) if not entry.is_dir()]
    if len(entries) > MAXIMUM_MEMBERS:
        raise Unsound(f"the zip archive holds more than {MAXIMUM_MEMBERS:,} files: unpack it first")
    for entry in entries:
        if not _lies_inside(entry.filename):
            raise Unsound("the zip archive names a file outside itself: ask the supplier to pack it again")
    shown = [entry for entry in entries if not _is_hidden(entry.filename)]
    for entry in shown:
        if stat.S_ISLNK(entry.external_attr >> 16):
            raise Unsound("the zip archive holds a symbolic link: ask the supplier for the file itself")
        if entry.flag_bits & 1:
            raise Unsound("the zip archive has a password: unpack it, and deliver the files")
        check_size(entry.compress_size, entry.file_size)
    names = sorted(entry.filename for entry in shown)
    if len({name.casefold() for name in names}) < len(names):
        raise Unsound("the zip archive holds two files of one name: ask the supplier which one is meant")
    check_size(archive.stat().st_size, sum(entry.file_size for entry in shown))
    return names


def entries_of(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """What an archive says it holds; BadZipFile where that list is damaged, or packed as hardly anybody packs."""
    entries = archive.infolist()
    usual = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
    if any(entry.header_offset < 0 or entry.compress_type not in usual for entry in entries):
        raise zipfile.BadZipFile
    return entries


def _path(name: str) -> PurePosixPath:
    return PurePosixPath(name.replace("\\", "/"))


def _lies_inside(name: str) -> bool:
    path = _path(name)
    is_drive = bool(re.match("[A-Za-z]:", name))
    return bool(path.parts) and not (path.is_absolute() or ".." in path.parts or is_drive)


def _is_hidden(name: str) -> bool:
    return any(part.startswith((".", "__MACOSX", "~$")) for part in _path(name).parts)


@contextmanager
def open_member(archive: Path, name: str) -> Iterator[BinaryIO]:
    """The bytes of one file in a zip archive; Unsound where they are damaged or far more than was packed."""
    with ExitStack() as stack:
        with _explained(DAMAGED):
            opened = stack.enter_context(zipfile.ZipFile(archive))
            stream = stack.enter_context(opened.open(name))
        yield _capped(stream, opened.getinfo(name).compress_size)


@contextmanager
def open_gzip(file: Path) -> Iterator[BinaryIO]:
    """The bytes in a .gz; Unsound where it is damaged, or they are far more than was packed."""
    with gzip.open(file) as stream:
        yield _capped(stream, file.stat().st_size)


@contextmanager
def _explained(sentence: str) -> Iterator[None]:
    # zlib and the reader of entries each have their own word for a damaged one.
    try:
        yield
    except (gzip.BadGzipFile, zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError):
        raise Unsound(sentence) from None


def _capped(stream: object, packed: int) -> BinaryIO:
    return io.BufferedReader(_Capped(stream, packed), BLOCK_SIZE)  # type: ignore[type-var, arg-type]


class _Capped(io.RawIOBase):
    """A stream that refuses to unpack to absurdly more than was packed."""

    def __init__(self, stream: BinaryIO, packed: int) -> None:
        self.stream, self.packed, self.unpacked = stream, packed, 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        with _explained(DAMAGED):
            block = self.stream.read(len(buffer))
        buffer[: len(block)] = block
        self.unpacked += len(block)
        check_size(self.packed, self.unpacked)
        return len(block)


def check_size(packed: int, unpacked: int) -> None:
    """Raises Unsound for what unpacks to far more than it is: a bomb."""
    is_bomb = unpacked > HARMLESS_SIZE and unpacked > MAXIMUM_RATIO * max(packed, 1)
    if is_bomb or unpacked > MAXIMUM_UNPACKED:
        raise Unsound(
            f"it unpacks to {unpacked // 1_000_000:,} MB or more from {packed:,} bytes, as an archive does that "
            "is made to fill a disk: ask the supplier for the files unpacked"
        )


def unpack(archive: Path, folder: Path, choose: Callable[[list[str]], list[str]]) -> list[Path]:
    """The files of an archive that `choose` picks from its names, written flat into a folder.

    Raises Unsound, before anything is written, where the archive could do harm or two of the chosen share a
    name; and while writing, where one is damaged or grows beyond reason.
    """
    chosen = choose(list_members(archive))
    if not chosen:
        raise Unsound("the archive holds no file of this source for this area")
    flat = [_path(name).name for name in chosen]
    if len({name.casefold() for name in flat}) < len(flat):
        raise Unsound("the archive holds two files of the same name in different folders: unpack it first")
    folder.mkdir(parents=True, exist_ok=True)
    for name, target in zip(chosen, flat, strict=True):
        with open_member(archive, name) as stream, (folder / target).open("wb") as written:
            while block := stream.read(BLOCK_SIZE):
                written.write(block)
    return [folder / target for target in flat]
