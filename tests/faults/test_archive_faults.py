"""Faults 39 to 43: archives made to harm, names made to trip a reader, and files that may not be read."""

from __future__ import annotations

import gzip
import io
import os
import warnings
import zipfile
from pathlib import Path

import pytest

from pipeline import archives, plan
from pipeline.ingest.delivered import Delivered, Refused
from tests.faults.fault import (
    CONTRACTS,
    NAME,
    OK,
    REFUSED,
    WARNINGS,
    Fault,
    Sna,
    check_fault,
    crime,
    ingest_with,
    police,
)
from tests.ingest.door import deliver, open_door, read_extract

ONE = police(crime(1))
Entries = list[tuple[str | zipfile.ZipInfo, bytes]]


def packed(*entries: tuple[str | zipfile.ZipInfo, bytes]) -> bytes:
    content = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        warnings.filterwarnings("ignore", "Duplicate name")
        for name, text in entries:
            archive.writestr(name, text)
    return content.getvalue()


def link() -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(NAME)
    entry.external_attr = 0o120777 << 16
    return entry


ZEROS = b"\x00" * 120_000_000
BOMB = packed((NAME, ZEROS))
# 42.zip: archives in an archive, each full of zeros.
NESTED = packed(*((f"lib {n}.zip", packed((f"{n}.txt", b"0" * 10_000))) for n in range(16)))


def refused(content: bytes, says: str) -> Fault:
    return Fault(content, REFUSED, says, name="police_crimes_2024.zip")


ARCHIVES = {
    "fault 39: a sound archive": Fault(packed((NAME, ONE)), OK, "", (1, 1, 0), name="police_crimes_2024.zip"),
    "fault 39: a path that climbs": refused(packed(("../../evil.csv", ONE)), "names a file outside itself"),
    "fault 39: a Windows path that climbs": refused(packed(("..\\evil.csv", ONE)), "names a file outside itself"),
    "fault 39: an absolute path": refused(packed(("/etc/evil.csv", ONE)), "names a file outside itself"),
    "fault 39: a drive": refused(packed(("C:/evil.csv", ONE)), "names a file outside itself"),
    "fault 39: a symbolic link": refused(packed((link(), b"/etc/passwd")), "holds a symbolic link"),
    "fault 39: a nested archive": refused(packed((NAME, ONE), ("more.zip", packed())), "holds another archive"),
    "fault 39: a packed file in it": refused(
        packed((NAME, ONE), ("more.csv.GZ", gzip.compress(ONE))), "holds a packed file (.gz): unpack it"
    ),
    "fault 39: a packed file in it under another name": refused(
        packed((NAME, gzip.compress(ONE))), "the file is packed (gzip), whatever its name says: unpack it first"
    ),
    "fault 39: one name twice": refused(packed((NAME, ONE), (NAME, ONE)), "holds two files of one name"),
    "fault 39: one name in two cases": refused(packed((NAME, ONE), (NAME.upper(), ONE)), "two files of one name"),
    "fault 39: a name without parts": refused(packed((".", ONE)), "names a file outside itself"),
    "fault 39: hidden files alone": refused(packed(("__MACOSX/._a.csv", ONE)), "the zip archive holds no files"),
    "fault 39: no archive": refused(b"PK\x03\x04 and no more", "the zip archive cannot be read"),
    "fault 40: a bomb by its declared size": refused(BOMB, "it unpacks to 120 MB or more from"),
    "fault 40: 42.zip": refused(NESTED, "holds another archive"),
}  # fmt: skip


@pytest.mark.parametrize("fault", ARCHIVES.values(), ids=ARCHIVES.keys())
def test_archive(fault: Fault, tmp_path: Path, sna: Sna, monkeypatch: pytest.MonkeyPatch) -> None:
    check_fault(fault, tmp_path / "workspace", sna, monkeypatch)
    assert [each.name for each in tmp_path.iterdir()] == ["workspace"]
    assert list(tmp_path.rglob("evil*")) == []


def test_fault_40_bomb_that_lies_about_its_size_is_stopped_as_it_unpacks(tmp_path: Path) -> None:
    file = tmp_path / "police_crimes.csv.gz"
    file.write_bytes(gzip.compress(ZEROS))
    taken = 0
    with pytest.raises(Refused, match="it unpacks to 10"):
        for block in Delivered(file).blocks():
            taken += len(block)
    assert taken <= archives.HARMLESS_SIZE + archives.BLOCK_SIZE


NAMES = [
    "o'neill\"",
    "*",
    "[a-z]",
    "a\nb",
    "a;drop table raw",
    "\u202egpj.exe",
    "CON",
    "NUL.police",
    "%00",
    "\x1b[31m",
]


def test_fault_41_odd_names_are_read_by_path_and_shown_escaped(
    tmp_path: Path, sna: Sna, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plan, "read_contracts", lambda _: CONTRACTS)
    settings = open_door(tmp_path)
    start, end = "police_crimes_", ".csv"
    names = [f"{start}{name}{end}" for name in NAMES]
    names += [start + "x" * (255 - len(start) - len(end)) + end, "CON", "NUL"]
    for number, name in enumerate(names):
        deliver(settings, name, police(crime(number)))
    ran = sna("ingest", "--workspace", tmp_path, "--json")
    assert '"refused": []' in ran.out
    assert sorted(read_extract(settings, "police_crimes", "crime_id")) == sorted(
        (f"c{number}",) for number in range(len(names))
    )
    seen = ingest_with(settings, CONTRACTS)
    assert all(line.file_name.isprintable() for line in seen.deliveries)
    assert seen.new == ()


def test_fault_42_links_pipes_and_devices_are_refused_unread(
    tmp_path: Path, sna: Sna, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plan, "read_contracts", lambda _: CONTRACTS)
    settings = open_door(tmp_path)
    deliver(settings, NAME, ONE)
    link_in_folder, pipe, device = (
        settings.deliveries / f"police_crimes_{name}.csv" for name in ("a", "b", "c")
    )
    link_in_folder.symlink_to("/etc/passwd")
    loop = settings.deliveries / "police_crimes_loop.csv"
    loop.symlink_to(loop)
    os.mkfifo(pipe)
    try:
        os.mknod(device, 0o20600, os.makedev(1, 5))
    except PermissionError:
        device.symlink_to("/dev/zero")
    ran = sna("ingest", "--workspace", tmp_path)
    assert ran.code == WARNINGS
    assert f"Refused: {link_in_folder.name}: it is a symbolic link" in ran.err
    assert f"Refused: {loop.name}: it is a symbolic link" in ran.err
    assert f"Refused: {pipe.name}: it is a pipe or a device" in ran.err
    assert f"Refused: {device.name}: it is a " in ran.err
    assert read_extract(settings, "police_crimes", "crime_id") == [("c1",)]
    # A named link is the will of the person who names it; a pipe or a device is no delivery.
    assert sna("ingest", "--workspace", tmp_path, pipe).code == 2


@pytest.mark.parametrize("reader", ["digest", "blocks"])
def test_fault_43_file_that_may_not_be_read_is_told_and_the_others_continue(
    tmp_path: Path, sna: Sna, monkeypatch: pytest.MonkeyPatch, reader: str
) -> None:
    """A lock of Excel's, or missing rights, as the machine tells of them: when it is known, and when it is read."""
    monkeypatch.setattr(plan, "read_contracts", lambda _: CONTRACTS)
    settings = open_door(tmp_path)
    deliver(settings, "police_crimes_sound.csv", police("s1,X23000001,X06000001,2024-02-01,8N,Y"))
    file = deliver(settings, NAME, ONE)
    usual = getattr(Delivered, reader)

    def locked(self: Delivered):  # type: ignore[no-untyped-def]
        if self.path.name == NAME:
            raise PermissionError(13, "Permission denied", str(self.path))
        return usual(self)

    monkeypatch.setattr(Delivered, reader, locked)
    ran = sna("ingest", "--workspace", tmp_path)
    says = (
        f"Refused: {NAME}: the file may not be read: it is open in another program, or its rights forbid it"
    )
    assert (ran.code, says in ran.err) == (WARNINGS, True), ran
    assert read_extract(settings, "police_crimes", "crime_id") == [("s1",)]
    assert sna("ingest", "--workspace", tmp_path, file).code == REFUSED


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may read every file")
def test_fault_43_file_without_rights_is_refused(tmp_path: Path) -> None:
    settings = open_door(tmp_path)
    deliver(settings, NAME, ONE).chmod(0)
    [line] = ingest_with(settings, CONTRACTS).deliveries
    assert line.reason.startswith("the file may not be read")
