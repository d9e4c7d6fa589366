"""Archives: what is taken out of one, and which are refused before anything of them is kept."""

from __future__ import annotations

import io
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline import archives
from pipeline.archives import Unsound, unpack
from pipeline.snapshots import ARRIVING, Brought
from tests.fetch.server import Answer, Server, street

GOOD = street()


def archive(entries: dict[str | zipfile.ZipInfo, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as writing:
        for name, content in entries.items():
            writing.writestr(name, content)
    return packed.getvalue()


def link() -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo("2024-03/2024-03-merseyside-street.csv")
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    return entry


def lying() -> bytes:
    """An archive whose entry is longer than it says, in both of the places where it says so."""
    packed = archive({"a-merseyside-street.csv": GOOD})
    return packed.replace(len(GOOD).to_bytes(4, "little"), (10).to_bytes(4, "little"))


REFUSED = {
    "leaves its folder": (archive({"../../a-street.csv": GOOD}), "names a file outside itself"),
    "from the root": (archive({"/etc/a-street.csv": GOOD}), "names a file outside itself"),
    "Windows' way up": (archive({"..\\a-street.csv": GOOD}), "names a file outside itself"),
    "a drive": (archive({"C:a-street.csv": GOOD}), "names a file outside itself"),
    "a link": (archive({link(): b"/etc/passwd"}), "holds a symbolic link"),
    "a bomb": (archive({"a-street.csv": b"0" * 120_000_000}), "it unpacks to 120 MB or more from"),
    "two of one name": (archive({"x/a-street.csv": GOOD, "y/A-street.csv": GOOD}), "two files of the same"),
    "none of ours": (archive({"a-outcomes.csv": GOOD}), "holds no file of this source for this area"),
    "a name without parts": (archive({".": GOOD}), "names a file outside itself"),
    "cut short": (archive({"a-street.csv": GOOD})[:-30], "the zip archive cannot be read"),
    "larger than it says": (lying(), "the packed file is cut short or damaged"),
    "not an archive": (b"PK, says the file", "the zip archive cannot be read"),
}  # fmt: skip


def streets(names: list[str]) -> list[str]:
    return [name for name in names if name.endswith("-street.csv")]


@pytest.mark.parametrize(("content", "says"), REFUSED.values(), ids=REFUSED.keys())
def test_an_archive_that_is_not_sound_is_refused(tmp_path: Path, content: bytes, says: str) -> None:
    (tmp_path / "a.zip").write_bytes(content)
    with pytest.raises(Unsound, match=says):
        unpack(tmp_path / "a.zip", tmp_path / "in" / "out", streets)
    outside = [file for file in tmp_path.rglob("*") if file.is_file() and "out" not in file.parts]
    assert outside == [tmp_path / "a.zip"]


def test_an_archive_that_would_fill_the_disk_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.zip").write_bytes(archive({"a-street.csv": GOOD, "b-street.csv": GOOD}))
    monkeypatch.setattr(archives, "MAXIMUM_UNPACKED", 2 * len(GOOD))
    assert len(unpack(tmp_path / "a.zip", tmp_path / "out", streets)) == 2
    monkeypatch.setattr(archives, "MAXIMUM_UNPACKED", 2 * len(GOOD) - 1)
    with pytest.raises(Unsound, match="it unpacks to"):
        unpack(tmp_path / "a.zip", tmp_path / "out", streets)


def test_what_macos_packs_beside_each_file_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(
        archive({"a-street.csv": GOOD, "__MACOSX/._a-street.csv": b"x", ".DS_Store": b"x"})
    )
    assert [file.name for file in unpack(tmp_path / "a.zip", tmp_path / "out", streets)] == ["a-street.csv"]


def test_a_fetched_archive_becomes_its_files_and_is_not_sent_again(
    server: Server, bring: Callable[..., Brought], folder: Path
) -> None:
    packed = archive(
        {f"{month}/{month}-merseyside-street.csv": street(month) for month in ("2024-02", "2024-03")}
    )
    address = server.set("/2024-03.zip", Answer(packed, etag='"one"'))
    brought = bring(address, file_name="2024-03.zip", choose=streets)
    names = ("2024-02-merseyside-street.csv", "2024-03-merseyside-street.csv")
    assert (brought.status, brought.files) == ("new", names)
    assert (folder / names[0]).read_bytes() == street("2024-02")
    assert [*(folder / ARRIVING).iterdir()] == []
    assert bring(address, file_name="2024-03.zip", choose=streets).status == "unchanged"
    # One file taken away by hand: the archive is needed again.
    (folder / names[0]).unlink()
    assert bring(address, file_name="2024-03.zip", choose=streets).status == "new"


def test_one_misfit_in_an_archive_refuses_all_of_it(
    server: Server, bring: Callable[..., Brought], folder: Path
) -> None:
    packed = archive({"a-street.csv": GOOD, "b-street.csv": GOOD.replace(b"Crime type", b"Category", 1)})
    brought = bring(server.set("/a.zip", Answer(packed)), file_name="a.zip", choose=streets)
    assert brought.status == "refused"
    assert "b-street.csv no longer fits the contract" in brought.notes[0]
    assert [file.name for file in folder.iterdir() if not file.name.startswith(".")] == []
