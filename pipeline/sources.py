"""Where deliveries come from besides the drop folder: a mounted share, or a server by SFTP."""

from __future__ import annotations

import stat
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from pipeline.names import printable
from pipeline.settings import SYNTHETIC_MARK, ConfigurationError, Origin
from pipeline.snapshots import (
    ARRIVING,
    BLOCK,
    MAXIMUM_BYTES,
    PAUSE,
    SETTLED,
    Brought,
    Unreached,
    is_unfinished,
    keep,
    now,
    read_record,
    standing,
    write_record,
)

if TYPE_CHECKING:
    import paramiko

TIMEOUT = 30.0
# The record's entry for the origin as a whole: no file can have this name.
ORIGIN = "/"


@dataclass(frozen=True)
class Remote:
    """One file at an origin: its name, and the size and time of change by which a new one is known."""

    name: str
    size: int
    changed: float


@dataclass(frozen=True)
class Place:
    """An origin that has been reached: how to list its files and how to read one of them, in blocks.

    Both raise Unreached where the origin is at fault; what goes wrong on this machine is nobody else's.
    """

    list_files: Callable[[], list[Remote]]
    read: Callable[[Remote], Iterator[bytes]]


def bring(
    origin: Origin,
    patterns: tuple[str, ...],
    folder: Path,
    secret: str = "",
    pause: Callable[[float], None] = time.sleep,
    maximum: int = MAXIMUM_BYTES,
) -> Brought:
    """Copies what is new and stable at an origin into `folder`; nothing at the origin is changed.

    A changed file takes the place of its namesake, which is kept aside. `secret` is the password, or the path
    of the key, that the origin's setting names.
    """
    record = read_record(folder)
    last_good = record.get(ORIGIN, {}).get("fetched_at", "")
    place = _share if origin.kind == "folder" else _sftp
    try:
        with place(origin, secret) as reached:
            return _bring(origin, patterns, folder, reached, pause, maximum)
    except Unreached as failure:
        sentence = f"{origin.name}: {failure}; {standing(last_good)}."
        return Brought(origin.name, "failed", (), (sentence,), last_good, failure.can_pass)


def _bring(
    origin: Origin,
    patterns: tuple[str, ...],
    folder: Path,
    place: Place,
    pause: Callable[[float], None],
    maximum: int,
) -> Brought:
    record = read_record(folder)
    listed = _listed(place, patterns)
    fresh = [each for each in listed if not _is_known(each, record, folder)]
    if any(time.time() - each.changed < SETTLED for each in fresh):
        pause(PAUSE)
    again = set(_listed(place, patterns)) if fresh else set()
    arriving = folder / ARRIVING
    arriving.mkdir(parents=True, exist_ok=True)
    changes, notes = [], []
    for remote in fresh:
        shown = f"{origin.name}: {printable(remote.name)}"
        if remote.size > maximum:
            notes.append(
                f"{shown} has {remote.size:,} bytes, more than the {maximum:,} that one file may have: it is not "
                "taken; ask for it in parts."
            )
            continue
        arrived = arriving / remote.name
        if remote not in again or not _copy(place.read(remote), arrived, remote.size):
            notes.append(f"{shown} is still being written; it is taken next time.")
            arrived.unlink(missing_ok=True)
            continue
        kept = keep(arrived, folder)
        changes.append(kept)
        notes += [f"{origin.name}: {kept.note}."] if kept.note else []
        record[remote.name] = {"size": remote.size, "changed": remote.changed, "fetched_at": now()}
        # After every file: what was brought before a connection breaks is not brought twice.
        write_record(folder, record)
    record[ORIGIN] = {"fetched_at": now()}
    write_record(folder, record)
    statuses = {kept.status for kept in changes}
    status = next((each for each in ("changed", "new") if each in statuses), "unchanged")
    files = tuple(printable(kept.file.name) for kept in changes if kept.status != "unchanged")
    return Brought(origin.name, status, files, tuple(notes), record[ORIGIN]["fetched_at"])


def _listed(place: Place, patterns: tuple[str, ...]) -> list[Remote]:
    return [
        remote
        for remote in sorted(place.list_files(), key=lambda remote: remote.name)
        # The mark of made-up figures travels with them, whatever the patterns say.
        if remote.name == SYNTHETIC_MARK
        or (
            not is_unfinished(remote.name)
            and any(fnmatch(remote.name.casefold(), pattern.casefold()) for pattern in patterns)
        )
    ]


def _is_known(remote: Remote, record: dict[str, dict], folder: Path) -> bool:
    entry = record.get(remote.name, {})
    is_same = (entry.get("size"), entry.get("changed")) == (remote.size, remote.changed)
    return is_same and (folder / remote.name).exists()


def _copy(blocks: Iterator[bytes], target: Path, size: int) -> bool:
    """Whether a file came whole, in as many bytes as it was said to have; of one that grows no more is read."""
    had = 0
    # Not its attributes: when it arrived here is what counts.
    with target.open("wb") as written:
        for block in blocks:
            had += len(block)
            if had > size:
                break
            written.write(block)
    return had == size


@contextmanager
def _share(origin: Origin, _secret: str) -> Iterator[Place]:
    """A folder on this machine or a mounted share; its subfolders and links are passed over."""
    folder = Path(origin.path)

    def list_files() -> list[Remote]:
        with _share_explained(folder):
            return [
                Remote(file.name, seen.st_size, seen.st_mtime)
                for file in folder.iterdir()
                if stat.S_ISREG((seen := file.lstat()).st_mode)
            ]

    def read(remote: Remote) -> Iterator[bytes]:
        with _share_explained(folder):
            stream = (folder / remote.name).open("rb")
        with stream:
            while block := _read_share(stream, folder):
                yield block

    with _share_explained(folder):
        is_there = folder.is_dir()
    if not is_there:
        raise Unreached(f"the folder {folder} is not there: is the share mounted?", can_pass=True)
    yield Place(list_files, read)


def _read_share(stream: BinaryIO, folder: Path) -> bytes:
    with _share_explained(folder):
        return stream.read(BLOCK)


@contextmanager
def _share_explained(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise Unreached(f"the folder {folder} cannot be read ({error.strerror})", can_pass=True) from None


@contextmanager
def _sftp(origin: Origin, secret: str) -> Iterator[Place]:
    """A folder on a server, whose host key must already be known."""
    try:
        import paramiko
    except ImportError:
        raise ConfigurationError(
            f"The origin {origin.name} needs SFTP, which is not installed: run "
            "`pip install 'serious-violence-needs-assessment[sftp]'`."
        ) from None
    where = f"sftp://{origin.host}{'' if origin.path.startswith('/') else '/'}{origin.path}"
    client = paramiko.SSHClient()
    _load_known_hosts(client, origin)
    client.set_missing_host_key_policy(paramiko.RejectPolicy())
    with client:
        with _sftp_explained(where, origin.user):
            _connect(client, origin, secret, where)
            session = client.open_sftp()
            session.get_channel().settimeout(TIMEOUT)

        def list_files() -> list[Remote]:
            with _sftp_explained(where, origin.user):
                return _list_sftp(session, origin.path)

        def read(remote: Remote) -> Iterator[bytes]:
            with _sftp_explained(where, origin.user):
                stream = session.open(f"{origin.path}/{remote.name}", "rb")
                # Asked for ahead: one block at a time waits for the line each time.
                stream.prefetch(remote.size, max_concurrent_requests=64)
            while block := _read_sftp(stream, where, origin.user):
                yield block

        yield Place(list_files, read)


def _read_sftp(stream: paramiko.SFTPFile, where: str, user: str) -> bytes:
    with _sftp_explained(where, user):
        return stream.read(BLOCK)


@contextmanager
def _sftp_explained(where: str, user: str) -> Iterator[None]:
    import paramiko

    try:
        yield
    except (paramiko.SSHException, EOFError, TimeoutError, ConnectionError):
        raise Unreached(f"the connection to {where} broke", can_pass=True) from None
    except OSError:
        raise Unreached(f"{where} cannot be read: is the path right, and may {user} read it?") from None


def _load_known_hosts(client: paramiko.SSHClient, origin: Origin) -> None:
    if not origin.known_hosts:
        client.load_system_host_keys()
        return
    if not Path(origin.known_hosts).is_file():
        raise ConfigurationError(
            f"The origin {origin.name}: known_hosts names {origin.known_hosts}, which is not a file."
        )
    client.load_host_keys(origin.known_hosts)


def _connect(client: paramiko.SSHClient, origin: Origin, secret: str, where: str) -> None:
    import paramiko

    is_key = bool(origin.key_variable)
    try:
        client.connect(
            origin.host,
            origin.port,
            origin.user,
            password=None if is_key else secret,
            key_filename=secret if is_key else None,
            # Only what the assessment file names: no key that happens to lie about.
            allow_agent=False,
            look_for_keys=False,
            timeout=TIMEOUT,
            banner_timeout=TIMEOUT,
            auth_timeout=TIMEOUT,
        )
    except paramiko.BadHostKeyException:
        raise Unreached(
            f"{where} shows another host key than the known one: do not go on, ask its operator"
        ) from None
    except paramiko.AuthenticationException:
        raise Unreached(f"{where} does not accept the password or key of {origin.user}") from None
    except paramiko.SSHException as error:
        # paramiko has no kind of its own for a host that is in no list.
        if "not found in known_hosts" in str(error):
            raise Unreached(
                f"{where} is no known host: ask its operator for the host key and put it into known_hosts"
            ) from None
        raise Unreached(f"{where} did not agree on a connection", can_pass=True) from None
    except FileNotFoundError:
        raise Unreached(f"the key file that {origin.key_variable} names is not there") from None
    except OSError:
        raise Unreached(
            f"{where} cannot be reached: is there a network, and is the host right?", True
        ) from None


def _list_sftp(session: paramiko.SFTPClient, path: str) -> list[Remote]:
    return [
        Remote(each.filename, each.st_size or 0, float(each.st_mtime or 0))
        for each in session.listdir_attr(path)
        # A name is a server's word: one that leaves the folder is none.
        if stat.S_ISREG(each.st_mode or 0) and not {"/", "\\", "\x00"} & set(each.filename)
    ]
