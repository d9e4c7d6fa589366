"""A delivered file, or one file inside a zip, as a stream of bytes; archives that mean harm are refused."""

from __future__ import annotations

import gzip
import hashlib
import io
import stat
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO

# A tenth of a gigabyte may unpack to anything; beyond it, text of crime shrinks to a twentieth, not to a thousandth.
HARMLESS_SIZE = 100_000_000
MAXIMUM_RATIO = 200
MAXIMUM_SIZE = 64_000_000_000
MAXIMUM_MEMBERS = 5_000
READ_SIZE = 524_288


class Refused(Exception):
    """Why a whole delivery cannot be taken: what, where, and what to ask the supplier for."""


@dataclass(frozen=True)
class Delivered:
    """A file as it was sent; `member` names a file inside a zip archive."""

    path: Path
    member: str = ""

    @property
    def name(self) -> str:
        """The name by which it is recognised: without folders, and without the ending of a packed file."""
        return PurePosixPath(self.member).name if self.member else self.path.name

    @property
    def suffix(self) -> str:
        return Path(self.name).suffix.casefold()

    @contextmanager
    def open(self) -> Iterator[BinaryIO]:
        """Its unpacked bytes; Refused where it is no gzip, or unpacks to far more than it is."""
        if self.member:
            with zipfile.ZipFile(self.path) as archive, archive.open(self.member) as stream:
                packed = archive.getinfo(self.member).compress_size
                yield io.BufferedReader(_Capped(stream, packed))  # type: ignore[type-var, arg-type]
        elif self.suffix == ".gz":
            with self.path.open("rb") as raw, gzip.GzipFile(fileobj=raw) as stream:
                size = self.path.stat().st_size
                yield io.BufferedReader(_Capped(stream, size), READ_SIZE)  # type: ignore[type-var, arg-type]
        else:
            with self.path.open("rb") as stream:
                yield stream

    def blocks(self) -> Iterator[bytes]:
        """Its unpacked bytes, READ_SIZE at a time."""
        try:
            with self.open() as stream:
                while block := stream.read(READ_SIZE):
                    yield block
        except (gzip.BadGzipFile, EOFError, zlib.error, zipfile.BadZipFile):
            raise Refused(
                "the packed file is cut short or damaged: ask the supplier to send it again"
            ) from None

    def copy_to(self, scratch: Path) -> Path:
        """Its unpacked bytes under a plain name: engines take a name for a pattern or an address."""
        plain = scratch / f"delivery{self.suffix}"
        with plain.open("wb") as copy:
            for block in self.blocks():
                copy.write(block)
        return plain

    def digest(self) -> str:
        """The sha256 of the file as it was sent; of a file inside a zip, of its unpacked bytes."""
        total = hashlib.sha256()
        if self.member:
            for block in self.blocks():
                total.update(block)
            return total.hexdigest()
        with self.path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()


class _Capped(io.RawIOBase):
    """A stream that refuses to unpack to absurdly more than was packed."""

    def __init__(self, stream: BinaryIO, packed: int) -> None:
        self.stream, self.packed, self.unpacked = stream, packed, 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        block = self.stream.read(len(buffer))
        buffer[: len(block)] = block
        self.unpacked += len(block)
        check_size(self.packed, self.unpacked)
        return len(block)


def check_size(packed: int, unpacked: int) -> None:
    """Refuses what unpacks to far more than it is: a bomb."""
    if unpacked > MAXIMUM_SIZE or (unpacked > HARMLESS_SIZE and unpacked > MAXIMUM_RATIO * max(packed, 1)):
        raise Refused(
            f"it unpacks to {unpacked // 1_000_000:,} MB or more from {packed:,} bytes, as an archive does that "
            "is made to fill a disk: ask the supplier for the files unpacked"
        )


def unpack(path: Path) -> list[Delivered]:
    """The files of a zip archive; Refused where any of them could do harm, and then none is read."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = [info for info in members_of(archive) if not info.is_dir()]
    except (zipfile.BadZipFile, NotImplementedError, ValueError):
        raise Refused("the zip archive cannot be read: ask the supplier to pack it again") from None
    if len(members) > MAXIMUM_MEMBERS:
        raise Refused(f"the zip archive holds more than {MAXIMUM_MEMBERS:,} files: unpack it first")
    names = [info.filename for info in members]
    for info in members:
        name = PurePosixPath(info.filename.replace("\\", "/"))
        if name.is_absolute() or ".." in name.parts or ":" in name.parts[0]:
            raise Refused("the zip archive names a file outside itself: ask the supplier to pack it again")
        if stat.S_ISLNK(info.external_attr >> 16):
            raise Refused("the zip archive holds a symbolic link: ask the supplier for the file itself")
        if info.flag_bits & 1:
            raise Refused("the zip archive has a password: unpack it, and deliver the files")
        if name.suffix.casefold() in (".zip", ".7z", ".rar", ".tar", ".tgz"):
            raise Refused("the zip archive holds another archive: unpack it, and deliver the files")
        check_size(info.compress_size, info.file_size)
    if len({name.casefold() for name in names}) < len(names):
        raise Refused("the zip archive holds two files of one name: ask the supplier which one is meant")
    check_size(path.stat().st_size, sum(info.file_size for info in members))
    return [Delivered(path, name) for name in sorted(names) if not _is_hidden(name)]


def members_of(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """What an archive says it holds; BadZipFile where that list is damaged, or packed as hardly anybody packs."""
    members = archive.infolist()
    usual = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
    if any(info.header_offset < 0 or info.compress_type not in usual for info in members):
        raise zipfile.BadZipFile
    return members


def _is_hidden(name: str) -> bool:
    # What macOS packs beside each file.
    return any(part.startswith((".", "__MACOSX", "~$")) for part in PurePosixPath(name).parts)


def printable(text: str) -> str:
    """A name as it may be shown and kept: one line, nothing that a terminal would obey."""
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode()
        for character in text
    )


def show_header(header: str) -> str:
    """A supplier's header, short enough for a sentence."""
    return printable(header.strip())[:60]
