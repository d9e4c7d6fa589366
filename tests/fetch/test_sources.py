"""Origins: a share and an SFTP server, of which only what is new and stable is taken."""

from __future__ import annotations

import builtins
import errno
import logging
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pipeline import snapshots
from pipeline.cli.main import explain
from pipeline.settings import ConfigurationError, Origin
from pipeline.snapshots import PREVIOUS, Brought, stable_files
from pipeline.sources import bring
from tests.fetch.sftp import PASSWORD, USER, Running, serving_sftp

YESTERDAY = time.time() - 86_400


def put(folder: Path, name: str, content: str, changed: float = YESTERDAY) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / name
    file.write_text(content)
    os.utime(file, (changed, changed))
    return file


def visible(folder: Path) -> dict[str, str]:
    return {file.name: file.read_text() for file in folder.iterdir() if not file.name.startswith(".")}


@pytest.fixture
def wary(monkeypatch: pytest.MonkeyPatch) -> None:
    """Young files are looked at twice, as a user's are."""
    monkeypatch.setattr(snapshots, "SETTLED", 60.0)


@pytest.mark.usefixtures("wary")
def test_a_file_that_grows_between_two_looks_is_not_stable(tmp_path: Path) -> None:
    rest = put(tmp_path, "rest.csv", "a")
    young = put(tmp_path, "young.csv", "a", time.time())
    growing = put(tmp_path, "growing.csv", "a", time.time())
    unfinished = put(tmp_path, "b.csv.part", "a")
    gone = put(tmp_path, "gone.csv", "a", time.time())

    def meanwhile(_: float) -> None:
        growing.write_text("ab")
        gone.unlink()

    assert stable_files([rest, young, growing, unfinished, gone], meanwhile) == [rest, young]


@pytest.mark.usefixtures("wary")
def test_files_at_rest_are_not_waited_for(tmp_path: Path) -> None:
    waits: list[float] = []
    assert stable_files([put(tmp_path, "rest.csv", "a")], waits.append)
    assert waits == []
    stable_files([put(tmp_path, "young.csv", "a", time.time())], waits.append)
    assert waits == [2.0]


@pytest.fixture(params=["folder", "sftp"])
def there(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Path, Callable[..., Brought]]]:
    """Where a partner puts files, and a function that brings them, for each kind of origin."""
    far, near = tmp_path / "far", tmp_path / "near"
    far.mkdir()

    def run(
        origin: Origin, pause: Callable[[float], None] = lambda _: None, secret: str = PASSWORD
    ) -> Brought:
        return bring(origin, ("*.csv",), near, secret, pause)

    if request.param == "folder":
        origin = Origin("force", "folder", path=str(far))
        yield far, lambda **more: run(origin, **more)
        return
    with serving_sftp(far, tmp_path) as server:
        yield far, lambda **more: run(sftp(server), **more)


def sftp(server: Running, **more: str) -> Origin:
    secret = {} if "key_variable" in more else {"password_variable": "SNA_PASSWORD"}
    return Origin(
        **{
            "name": "force",
            "kind": "sftp",
            "host": "127.0.0.1",
            "port": server.port,
            "path": "/",
            "user": USER,
            "known_hosts": str(server.known_hosts),
            **secret,
            **more,
        }
    )


def test_only_what_is_new_fits_and_is_stable_is_taken(
    there: tuple[Path, Callable[..., Brought]], tmp_path: Path
) -> None:
    far, run = there
    put(far, "2024-01.csv", "one")
    put(far, "letter.docx", "x")
    put(far, "2024-02.csv.filepart", "x")
    put(far, ".hidden.csv", "x")
    put(far, "SYNTHETIC.txt", "made up")
    (far / "link.csv").symlink_to(far / "letter.docx")
    growing = put(far, "2024-03.csv", "th", time.time())
    brought = run(pause=lambda _: growing.write_text("three"))
    assert (brought.status, brought.files) == ("new", ("2024-01.csv", "SYNTHETIC.txt"))
    assert brought.notes == ("force: 2024-03.csv is still being written; it is taken next time.",)
    assert visible(tmp_path / "near") == {"2024-01.csv": "one", "SYNTHETIC.txt": "made up"}
    brought = run()
    assert (brought.status, brought.files, brought.notes) == ("new", ("2024-03.csv",), ())
    assert run().status == "unchanged"


def test_a_changed_file_is_a_new_snapshot_and_the_old_one_is_kept(
    there: tuple[Path, Callable[..., Brought]], tmp_path: Path
) -> None:
    far, run = there
    put(far, "2024-01.csv", "one\n")
    run()
    put(far, "2024-01.csv", "one\ntwo\n", YESTERDAY + 10)
    brought = run()
    assert brought.status == "changed"
    assert brought.notes == (
        "force: 2024-01.csv changed: 4 → 8 bytes, 1 → 2 lines; the old one is kept in .previous.",
    )
    assert visible(tmp_path / "near") == {"2024-01.csv": "one\ntwo\n"}
    assert [file.read_text() for file in (tmp_path / "near" / PREVIOUS).iterdir()] == ["one\n"]
    # What the partner takes away stays here.
    (far / "2024-01.csv").unlink()
    assert run().status == "unchanged"
    assert visible(tmp_path / "near") == {"2024-01.csv": "one\ntwo\n"}


def test_a_share_that_is_not_mounted_is_one_sentence(tmp_path: Path) -> None:
    origin = Origin("force", "folder", path=str(tmp_path / "nowhere"))
    brought = bring(origin, ("*",), tmp_path / "near")
    assert (brought.status, brought.can_pass) == ("failed", True)
    assert brought.notes == (
        f"force: the folder {tmp_path / 'nowhere'} is not there: is the share mounted?; "
        "there is no earlier copy to use.",
    )
    put(tmp_path / "nowhere", "a.csv", "x")
    bring(origin, ("*",), tmp_path / "near")
    (tmp_path / "nowhere").rename(tmp_path / "gone")
    brought = bring(origin, ("*",), tmp_path / "near")
    assert brought.notes[0].endswith("(today), stays in use.")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Running]:
    (tmp_path / "far").mkdir()
    put(tmp_path / "far", "a.csv", "x")
    with serving_sftp(tmp_path / "far", tmp_path) as running:
        yield running


def test_a_key_opens_sftp_too(server: Running, tmp_path: Path) -> None:
    origin = sftp(server, key_variable="SNA_KEY")
    assert bring(origin, ("*",), tmp_path / "near", str(server.key_file)).status == "new"
    brought = bring(origin, ("*",), tmp_path / "near", str(tmp_path / "no-key"))
    assert "the key file that SNA_KEY names is not there" in brought.notes[0]


def test_sftp_refusals_are_sentences_and_show_no_secret(
    server: Running, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    empty, other = tmp_path / "empty", tmp_path / "other"
    empty.write_text("")
    import paramiko

    key = paramiko.ECDSAKey.generate()
    other.write_text(f"[127.0.0.1]:{server.port} {key.get_name()} {key.get_base64()}\n")
    for origin, secret, says in (
        (sftp(server), "wrong-secret", "sftp://127.0.0.1/ does not accept the password or key of analyst"),
        (sftp(server, known_hosts=str(empty)), PASSWORD, "is no known host: ask its operator for the host key"),
        (sftp(server, known_hosts=str(other)), PASSWORD, "shows another host key than the known one: do not go"),
        (sftp(server, path="/nowhere"), PASSWORD, "cannot be read: is the path right, and may analyst read it?"),
        (Origin("force", "sftp", host="127.0.0.1", port=1, path="/", user=USER, password_variable="X"), PASSWORD,
         "cannot be reached: is there a network, and is the host right?"),
    ):  # fmt: skip
        brought = bring(origin, ("*",), tmp_path / "near", secret)
        assert brought.status == "failed", says
        assert says in brought.notes[0]
        assert secret not in repr((brought, origin)) + caplog.text
    assert not (tmp_path / "near" / "a.csv").exists()


def test_without_the_extra_one_sentence_says_how_to_install_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = builtins.__import__

    def without(name: str, *arguments: object, **more: object) -> object:
        if name == "paramiko":
            raise ImportError(name)
        return real(name, *arguments, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    origin = Origin("force", "sftp", host="h", path="/", user="u", password_variable="X")
    with pytest.raises(ConfigurationError, match=r"which is not installed: run `pip install '.*\[sftp\]'`"):
        bring(origin, ("*",), tmp_path / "near", "secret")


ODD = "a\x1b[31m\nb.csv"


def test_name_of_a_partners_file_is_shown_escaped_and_kept_as_it_is(
    there: tuple[Path, Callable[..., Brought]], tmp_path: Path
) -> None:
    far, run = there
    put(far, ODD, "one\n")
    assert run().files == ("a\\x1b[31m\\nb.csv",)
    put(far, ODD, "one\ntwo\n", YESTERDAY + 10)
    growing = put(far, f"x{ODD}", "1", time.time())
    brought = run(pause=lambda _: growing.write_text("22"))
    assert len(brought.notes) == 2
    assert all(text.isprintable() for text in (*brought.notes, *brought.files))
    assert visible(tmp_path / "near") == {ODD: "one\ntwo\n"}


def test_name_that_is_no_text_is_brought_from_a_share(tmp_path: Path) -> None:
    put(tmp_path / "far", os.fsdecode(b"a\xff.csv"), "one\n")
    origin = Origin("force", "folder", path=str(tmp_path / "far"))
    assert bring(origin, ("*",), tmp_path / "near").files == ("a\\udcff.csv",)
    assert bring(origin, ("*",), tmp_path / "near").status == "unchanged"


def test_file_larger_than_one_may_be_is_told_and_the_others_are_taken(
    there: tuple[Path, Callable[..., Brought]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    far, run = there
    put(far, "large.csv", "12345")
    put(far, "small.csv", "1234")
    monkeypatch.setattr(bring, "__defaults__", (*(bring.__defaults__ or ())[:-1], 4))
    brought = run()
    assert brought.files == ("small.csv",)
    assert brought.notes[0].startswith("force: large.csv has 5 bytes, more than the 4 that one file may have")
    assert [*(tmp_path / "near" / ".arriving").iterdir()] == []


def full(*_: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device", "near/a.csv")


@pytest.mark.parametrize("step", ["keep", "write_record", "_copy"])
def test_full_disk_of_ours_is_not_the_partners_fault(
    there: tuple[Path, Callable[..., Brought]], monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    far, run = there
    put(far, "a.csv", "one\n")
    monkeypatch.setattr(f"pipeline.sources.{step}", full)
    with pytest.raises(OSError, match="No space left on device") as raised:
        run()
    assert explain(raised.value)[0] == 9


def test_share_that_breaks_off_is_the_partners(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path / "far", "a.csv", "one\n")
    origin = Origin("force", "folder", path=str(tmp_path / "far"))
    usual = Path.open

    def broken(self: Path, *arguments: str, **more: str) -> object:
        if self.parent.name == "far":
            raise OSError(errno.EIO, "Input/output error")
        return usual(self, *arguments, **more)  # type: ignore[call-overload]

    monkeypatch.setattr(Path, "open", broken)
    brought = bring(origin, ("*",), tmp_path / "near")
    assert (brought.status, brought.can_pass) == ("failed", True)
    assert f"the folder {tmp_path / 'far'} cannot be read (Input/output error)" in brought.notes[0]


def test_file_that_cannot_be_looked_at_stops_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    good, locked, loop = put(tmp_path, "a.csv", "a"), put(tmp_path, "b.csv", "b"), tmp_path / "c.csv"
    loop.symlink_to(loop)
    usual = Path.stat

    def stat(self: Path, **more: bool) -> os.stat_result:
        if self == locked:
            raise PermissionError(errno.EACCES, "Permission denied", str(self))
        return usual(self, **more)

    monkeypatch.setattr(Path, "stat", stat)
    # It is not being written: who opens it says what is wrong with it.
    assert stable_files([good, locked, loop]) == [good, locked, loop]
