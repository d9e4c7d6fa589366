"""Public files from their publishers' addresses: conditional, resumed, checked; the last good copy is kept."""

from __future__ import annotations

import email.utils
import os
import random
import shutil
import ssl
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpx

from pipeline.archives import Unsound, unpack
from pipeline.names import printable
from pipeline.snapshots import (
    ARRIVING,
    MAXIMUM_BYTES,
    Brought,
    Unreached,
    hash_file,
    is_as_recorded,
    keep,
    now,
    read_record,
    standing,
    write_record,
)
from pipeline.sniff import Misfit, check_content

TIMEOUT = httpx.Timeout(30.0, connect=15.0)
# However slowly a server drips, a download ends.
DEADLINE = 4 * 3600.0
RETRIES = 3
LONGEST_WAIT = 120.0
REDIRECTS = 5
AGENT = "serious-violence-needs-assessment (sna fetch)"

# Bytes had, bytes expected where the server said.
Advance = Callable[[int, int | None], None]
Check = Callable[[Path], str]


@dataclass(frozen=True)
class Wanted:
    """One file to bring, or an archive of some: from where, to which folder, and what it must look like.

    `check` returns why a file does not fit its contract, or an empty text; `choose` picks from the names in an
    archive.
    """

    name: str
    address: str
    folder: Path
    file_name: str
    format: str
    check: Check
    choose: Callable[[list[str]], list[str]] = list

    @property
    def is_archive(self) -> bool:
        return self.file_name.casefold().endswith(".zip") and self.format != "workbook"


@contextmanager
def connect(timeout: httpx.Timeout = TIMEOUT) -> Iterator[httpx.Client]:
    """A client that trusts the system's certificates and takes proxies from the environment."""
    # Redirects are followed here, one by one: none may leave https.
    with httpx.Client(
        timeout=timeout, follow_redirects=False, verify=_trust(), headers={"User-Agent": AGENT}
    ) as client:
        yield client


def _trust() -> ssl.SSLContext:
    context = ssl.create_default_context()
    # Some installations of Python come without certificates.
    if not context.cert_store_stats()["x509_ca"]:
        import certifi

        context.load_verify_locations(certifi.where())
    return context


def fetch(
    client: httpx.Client,
    wanted: Wanted,
    advance: Advance = lambda _had, _expected: None,
    pause: Callable[[float], None] = time.sleep,
    maximum: int = MAXIMUM_BYTES,
) -> Brought:
    """Brings one file, or says why not; what lay there before stays until the new one is whole and fits."""
    record = read_record(wanted.folder)
    entry = record.get(wanted.address, {})
    last_good = entry.get("fetched_at", "") if is_as_recorded(wanted.folder, entry) else ""
    arriving = wanted.folder / ARRIVING
    arriving.mkdir(parents=True, exist_ok=True)
    file = arriving / wanted.file_name
    try:
        check_address(wanted.address)
        headers = _download(client, wanted, file, entry if last_good else {}, advance, pause, maximum)
        if headers is None:
            write_record(wanted.folder, {**record, wanted.address: {**entry, "checked_at": now()}})
            return Brought(wanted.name, "unchanged", _shown(entry["files"]), last_good=last_good)
        sha256, size = hash_file(file), file.stat().st_size
        fitting, notes = _check(wanted, file)
    except Unreached as failure:
        sentence = f"{show(wanted.address)} {failure}; {standing(last_good)}."
        return Brought(wanted.name, "failed", (), (sentence,), last_good, failure.can_pass)
    except (Misfit, Unsound) as misfit:
        _discard(file)
        sentence = f"{show(wanted.address)} was refused: {misfit}; {standing(last_good)}."
        return Brought(wanted.name, "refused", (), (sentence,), last_good)
    kept = [keep(each, wanted.folder) for each in fitting]
    _discard(file)
    fresh = {
        "etag": headers.get("etag", ""),
        "last_modified": headers.get("last-modified", ""),
        "sha256": sha256,
        "size": size,
        "fetched_at": now(),
        "checked_at": now(),
        "files": {each.file.name: each.sha256 for each in kept},
    }
    write_record(wanted.folder, {**record, wanted.address: fresh})
    changes = {each.status for each in kept}
    status = next(status for status in ("changed", "new", "unchanged") if status in changes)
    notes += [each.note for each in kept if each.note]
    return Brought(wanted.name, status, _shown(fresh["files"]), tuple(notes), fresh["fetched_at"])


def _shown(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(map(printable, names))


def check_address(address: str) -> None:
    """Raises Unreached where an address is not one of https; http only to this very machine."""
    parts = urlsplit(address)
    if parts.scheme != "https" and not (parts.scheme == "http" and _is_loopback(parts.hostname or "")):
        raise Unreached("is not an https address: only those are fetched")
    if parts.username or parts.password:
        raise Unreached("holds a user name or password: take it out, only public addresses are fetched")


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def show(address: str) -> str:
    """An address as messages show it: without what stands before @ or after ?, which may be a secret."""
    parts = urlsplit(address)
    return printable(f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}")


def _check(wanted: Wanted, file: Path) -> tuple[list[Path], list[str]]:
    """The files that arrived and fit their contract, with notes; raises Misfit where one does not fit."""
    if wanted.is_archive:
        check_content(file, "zip")
        files = unpack(file, _unpacked(file), wanted.choose)
    else:
        files = [file]
    notes = []
    for each in files:
        odd = check_content(each, wanted.format)
        if odd:
            notes.append(f"{printable(each.name)}: {odd}")
        misfit = wanted.check(each)
        if misfit:
            raise Misfit(f"{printable(each.name)} no longer fits the contract of {wanted.name}: {misfit}")
    return files, notes


def _unpacked(file: Path) -> Path:
    return file.with_name(f"{file.name}.unpacked")


def _discard(file: Path) -> None:
    file.unlink(missing_ok=True)
    _validator_file(file).unlink(missing_ok=True)
    shutil.rmtree(_unpacked(file), ignore_errors=True)


def _download(
    client: httpx.Client,
    wanted: Wanted,
    file: Path,
    entry: dict[str, Any],
    advance: Advance,
    pause: Callable[[float], None],
    maximum: int,
) -> httpx.Headers | None:
    """The headers of a whole download, written to `file`; None where nothing changed since the last.

    Tries again, at most three times, what can pass; raises Unreached with the last reason.
    """
    ends = time.monotonic() + DEADLINE
    for attempt in range(RETRIES + 1):
        try:
            with _errors_explained():
                return _attempt(client, wanted.address, file, entry, advance, maximum, ends)
        except Unreached as failure:
            wait = failure.wait if failure.wait is not None else 2.0**attempt * random.uniform(0.5, 1.5)
            if not failure.can_pass or attempt == RETRIES or wait > LONGEST_WAIT:
                raise
        pause(wait)
    raise AssertionError("the last attempt returns or raises")


def _attempt(
    client: httpx.Client,
    address: str,
    file: Path,
    entry: dict[str, Any],
    advance: Advance,
    maximum: int,
    ends: float,
) -> httpx.Headers | None:
    # Unpacked on the way, a file would match neither its length nor the part that is here already.
    headers = {"Accept-Encoding": "identity"}
    had, validator = _broken_off(file)
    if had:
        headers |= {"Range": f"bytes={had}-", "If-Range": validator}
    elif entry.get("etag"):
        headers["If-None-Match"] = entry["etag"]
    elif entry.get("last_modified"):
        headers["If-Modified-Since"] = entry["last_modified"]
    with _open(client, address, headers) as response:
        if response.status_code == httpx.codes.NOT_MODIFIED and entry:
            return None
        if response.status_code == httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE:
            _discard(file)
            raise Unreached("could not go on with a broken download", can_pass=True, wait=0.0)
        _check_status(response)
        is_rest = response.status_code == httpx.codes.PARTIAL_CONTENT
        if is_rest and not response.headers.get("content-range", "").startswith(f"bytes {had}-"):
            _discard(file)
            raise Unreached("sent another part than was asked for", can_pass=True, wait=0.0)
        if not is_rest:
            had = 0
        length = response.headers.get("content-length", "")
        expected = had + int(length) if length.isdecimal() else None
        if expected is not None and expected > maximum:
            raise Unreached(f"offers {expected:,} bytes, more than the {maximum:,} that one file may have")
        _note_validator(file, response.headers)
        with file.open("ab" if is_rest else "wb") as stream:
            for block in response.iter_bytes():
                had += len(block)
                if had > maximum:
                    stream.close()
                    _discard(file)
                    raise Unreached(f"sent more than the {maximum:,} bytes that one file may have")
                if time.monotonic() > ends:
                    raise Unreached("sent its file too slowly and was given up", can_pass=True)
                stream.write(block)
                advance(had, expected)
            stream.flush()
            os.fsync(stream.fileno())
        return response.headers


@contextmanager
def _open(client: httpx.Client, address: str, headers: dict[str, str]) -> Iterator[httpx.Response]:
    """The answer of an address, after the redirects that stay within https."""
    for _ in range(REDIRECTS):
        with client.stream("GET", address, headers=headers) as response:
            if not response.has_redirect_location:
                yield response
                return
            following = urljoin(address, response.headers.get("location", ""))
        # http is for this very machine alone, and https never falls back to it.
        if urlsplit(following).scheme != "https" and urlsplit(address).scheme == "https":
            raise Unreached(f"leads to {show(following)}, which is not https")
        check_address(following)
        address = following
    raise Unreached(f"leads from one address to the next more than {REDIRECTS} times")


def _broken_off(file: Path) -> tuple[int, str]:
    """How much of an earlier, broken download is here, and by what the server knows which one it was."""
    validator = _validator_file(file)
    if file.exists() and validator.exists() and validator.read_text(encoding="ascii"):
        return file.stat().st_size, validator.read_text(encoding="ascii")
    return 0, ""


def _note_validator(file: Path, headers: httpx.Headers) -> None:
    etag = headers.get("etag", "")
    # A weak tag says that two files mean the same, not that their bytes can be joined.
    validator = etag if etag and not etag.startswith("W/") else headers.get("last-modified", "")
    is_packed = headers.get("content-encoding", "identity") != "identity"
    is_plain = validator.isascii() and not is_packed
    _validator_file(file).write_text(validator if is_plain else "", encoding="ascii")


def _validator_file(file: Path) -> Path:
    return file.with_name(f"{file.name}.validator")


def _check_status(response: httpx.Response) -> None:
    code = response.status_code
    if code in (httpx.codes.OK, httpx.codes.PARTIAL_CONTENT):
        return
    if code == 202:
        raise Unreached("is still preparing the file (status 202)", can_pass=True, wait=15.0)
    if code in (404, 410):
        raise Unreached(
            f"is no longer there (status {code}): publishers move files, so look for its new address and give it "
            "as an origin in the assessment file"
        )
    if code in (401, 403, 451):
        raise Unreached(f"refuses to give the file (status {code}): a firewall or proxy may stand in between")
    if code == 407:
        raise Unreached("cannot be had: the proxy asks for a password (status 407); see HTTPS_PROXY")
    if code == 429 or code >= 500:
        wait = _retry_after(response.headers.get("retry-after", ""))
        what = "asks to be left alone for a while" if code == 429 else "has a fault of its own"
        raise Unreached(f"{what} (status {code})", can_pass=True, wait=wait)
    raise Unreached(f"answered with status {code}")


def _retry_after(value: str) -> float | None:
    """The seconds that a server asks to wait, also where it names a time; None where it says nothing."""
    if value.isdecimal():
        return float(value)
    try:
        until = email.utils.parsedate_to_datetime(value)
    except ValueError:
        return None
    return max(0.0, (until - datetime.now(UTC)).total_seconds()) if until.tzinfo else None


@contextmanager
def _errors_explained() -> Iterator[None]:
    """Turns what a connection can die of into Unreached; the messages of libraries may name secrets."""
    try:
        yield
    except httpx.TimeoutException:
        raise Unreached("did not answer in time", can_pass=True) from None
    except httpx.ProxyError:
        raise Unreached("cannot be had: the proxy refused the connection; see HTTPS_PROXY") from None
    except httpx.ConnectError as error:
        if _is_tls(error):
            raise Unreached(
                "has a certificate that this machine does not trust: where a proxy looks into connections, name "
                "the file of its certificates in SSL_CERT_FILE; else do not go on"
            ) from None
        raise Unreached(
            "cannot be reached: there is no network, its name is unknown, or a proxy is needed (HTTPS_PROXY)",
            can_pass=True,
        ) from None
    except httpx.RequestError:
        raise Unreached("broke off in the middle", can_pass=True) from None
    except httpx.InvalidURL:
        raise Unreached("is not an address") from None


def _is_tls(error: BaseException) -> bool:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLError):
            return True
        cause = cause.__cause__ or cause.__context__
    return False
