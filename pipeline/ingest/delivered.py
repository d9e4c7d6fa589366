"""A delivered file, or one file inside a zip, as a stream of bytes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from pipeline.archives import Unsound, list_members, open_gzip, open_member
from pipeline.names import printable

ARCHIVES = (".zip", ".7z", ".rar", ".tar", ".tgz")
PACKED = (".gz", ".bz2", ".xz", ".zst")
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
        """The name by which it is recognised: without the folders it lies in."""
        return PurePosixPath(self.member).name if self.member else self.path.name

    @property
    def suffix(self) -> str:
        return Path(self.name).suffix.casefold()

    @contextmanager
    def open(self) -> Iterator[BinaryIO]:
        """Its unpacked bytes; Refused where what is packed is damaged, or unpacks to far more than it is."""
        try:
            with self._opened() as stream:
                yield stream
        except Unsound as unsound:
            raise Refused(str(unsound)) from None

    def _opened(self) -> AbstractContextManager[BinaryIO]:
        if self.member:
            return open_member(self.path, self.member)
        return open_gzip(self.path) if self.suffix == ".gz" else self.path.open("rb")

    def blocks(self) -> Iterator[bytes]:
        """Its unpacked bytes, READ_SIZE at a time."""
        with self.open() as stream:
            while block := stream.read(READ_SIZE):
                yield block

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


def unpack(path: Path) -> list[Delivered]:
    """The files of a zip archive; Refused where any of them could do harm, and then none is read."""
    try:
        names = list_members(path)
    except Unsound as unsound:
        raise Refused(str(unsound)) from None
    if any(name.casefold().endswith(ARCHIVES) for name in names):
        raise Refused("the zip archive holds another archive: unpack it, and deliver the files")
    if any(name.casefold().endswith(PACKED) for name in names):
        raise Refused("the zip archive holds a packed file (.gz): unpack it, and deliver the files")
    if not names:
        raise Refused("the zip archive holds no files: ask the supplier to pack it again")
    return [Delivered(path, name) for name in names]


def show_header(header: str) -> str:
    """A supplier's header, short enough for a sentence."""
    return printable(header.strip())[:60]
