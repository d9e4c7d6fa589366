"""What becomes of a download when the server, the line or the file is not as it should be."""

from __future__ import annotations

import json
import socket
import ssl
import time
from collections.abc import Callable
from email.utils import formatdate
from pathlib import Path

import pytest

from pipeline.snapshots import ARRIVING, PREVIOUS, RECORD, Brought
from tests.fetch.server import HEADER, Answer, Server, serving, street

Bring = Callable[..., Brought]
PAGE = b"<!DOCTYPE html><html><head><title>Sorry</title></head><body>Error 500</body></html>"
CSV = "2024-03-merseyside-street.csv"
GOOD = street()
WHOLE = Answer(GOOD, etag='"one"')


def visible(folder: Path) -> list[str]:
    """What ingest would see."""
    return sorted(file.name for file in folder.iterdir() if not file.name.startswith("."))


def test_a_new_file_is_kept_with_its_record(server: Server, bring: Bring, folder: Path) -> None:
    address = server.set("/street.csv", WHOLE)
    brought = bring(address)
    assert (brought.status, brought.files, brought.notes) == ("new", (CSV,), ())
    assert (folder / CSV).read_bytes() == GOOD
    assert visible(folder) == [CSV]
    entry = json.loads((folder / RECORD).read_text())[address]
    assert (entry["etag"], entry["size"]) == ('"one"', len(GOOD))
    assert entry["files"] == {CSV: entry["sha256"]}


def test_an_unchanged_file_is_asked_for_and_not_sent_again(
    server: Server, bring: Bring, folder: Path
) -> None:
    address = server.set("/street.csv", WHOLE)
    bring(address)
    before = (folder / CSV).stat().st_mtime_ns
    assert bring(address).status == "unchanged"
    assert server.requests[-1][1]["if-none-match"] == '"one"'
    assert (folder / CSV).stat().st_mtime_ns == before


def test_a_file_spoilt_here_is_fetched_whole(server: Server, bring: Bring, folder: Path) -> None:
    address = server.set("/street.csv", WHOLE)
    bring(address)
    (folder / CSV).write_bytes(b"spoilt")
    brought = bring(address)
    assert "if-none-match" not in server.requests[-1][1]
    assert (brought.status, (folder / CSV).read_bytes()) == ("changed", GOOD)


@pytest.mark.parametrize("etag", ['"one"', ""], ids=["same ETag", "no ETag"])
def test_a_silently_changed_file_is_a_new_snapshot_with_a_warning(
    server: Server, bring: Bring, folder: Path, etag: str
) -> None:
    address = server.set("/street.csv", Answer(GOOD, etag=etag))
    bring(address)
    # A server whose tag is a lie sends the new bytes whatever it is asked.
    longer = street(rows=42)
    server.set("/street.csv", Answer(longer, headers={"ETag": etag} if etag else {}))
    brought = bring(address)
    assert brought.status == "changed"
    assert brought.notes == (
        f"{CSV} changed: {len(GOOD):,} → {len(longer):,} bytes, 41 → 43 lines; the old one is kept in .previous",
    )
    assert (folder / CSV).read_bytes() == longer
    [old] = (folder / PREVIOUS).iterdir()
    assert old.read_bytes() == GOOD


ONCE = {
    "404": (Answer(status=404), "is no longer there (status 404): publishers move files, so look for its new", 1),
    "410": (Answer(status=410), "is no longer there (status 410)", 1),
    "403": (Answer(status=403), "refuses to give the file (status 403): a firewall or proxy may stand in", 1),
    "407": (Answer(status=407), "the proxy asks for a password (status 407); see HTTPS_PROXY", 1),
    "418": (Answer(status=418), "answered with status 418", 1),
    "202": (Answer(status=202), "is still preparing the file (status 202)", 4),
    "500": (Answer(status=500), "has a fault of its own (status 500)", 4),
    "429 for an hour": (Answer(status=429, headers={"Retry-After": "3600"}), "asks to be left alone for a", 1),
    "hangs": (Answer(GOOD, hang=2), "did not answer in time", 4),
    "cut off": (Answer(GOOD, cut=100), "broke off in the middle", 4),
    "length too long": (Answer(GOOD, length=len(GOOD) + 9), "broke off in the middle", 4),
    "endless": (Answer(GOOD, is_endless=True), "sent more than the 1,000,000 bytes that one file may have", 1),
    "too large": (Answer(GOOD, length=2_000_000), "offers 2,000,000 bytes, more than the 1,000,000", 1),
    "to http": (
        Answer(status=302, headers={"Location": "http://example.org/a.csv"}),
        "is not an https address: only those are fetched",
        1,
    ),
    "to nowhere": (Answer(status=302, headers={"Location": "/street.csv"}), "leads from one address to the", 5),
}  # fmt: skip
REFUSALS = {
    "web page as CSV": (Answer(PAGE), "a web page came instead of data: an error page, or the sign-in page of"),
    "JSON as CSV": (Answer(b'{"error": {"code": 400}}'), "the file is JSON or XML, not CSV"),
    "workbook as CSV": (Answer(b"PK\x03\x04" + b"\x00" * 99), "the file is not text, as a CSV file is"),
    "nothing": (Answer(b""), "the file is empty"),
    "header alone": (Answer(HEADER.encode()), "the file holds a single line and no rows"),
    "other columns": (
        Answer(GOOD.replace(b"Crime type", b"Category", 1)),
        f"{CSV} no longer fits the contract of street_crimes: line 1: the column 'Crime type' is missing",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("answer", "says", "tries"), ONCE.values(), ids=ONCE.keys())
def test_what_cannot_be_reached_leaves_the_last_good_copy_and_says_its_age(
    server: Server, bring: Bring, folder: Path, answer: Answer, says: str, tries: int
) -> None:
    address = server.set("/street.csv", answer)
    brought = bring(address, maximum=1_000_000)
    assert brought.status == "failed"
    assert says in brought.notes[0]
    assert brought.notes[0].endswith("; there is no earlier copy to use.")
    assert len(server.requests) == tries
    assert brought.last_good == ""
    assert visible(folder) == []
    server.set("/street.csv", WHOLE)
    bring(address)
    server.set("/street.csv", answer)
    brought = bring(address, maximum=1_000_000)
    assert brought.status == "failed"
    assert "the last good copy, brought on " in brought.notes[0]
    assert brought.notes[0].endswith("(today), stays in use.")
    assert (folder / CSV).read_bytes() == GOOD


@pytest.mark.parametrize(("answer", "says"), REFUSALS.values(), ids=REFUSALS.keys())
def test_what_is_not_the_file_asked_for_is_refused_and_the_last_good_copy_stays(
    server: Server, bring: Bring, folder: Path, answer: Answer, says: str
) -> None:
    address = server.set("/street.csv", WHOLE)
    bring(address)
    server.set("/street.csv", answer)
    brought = bring(address)
    assert brought.status == "refused"
    assert brought.notes[0].startswith(f"{address} was refused: {says}")
    assert "the last good copy" in brought.notes[0]
    assert (folder / CSV).read_bytes() == GOOD
    assert [*(folder / ARRIVING).iterdir()] == []


def test_a_server_that_recovers_is_asked_again_after_a_while(
    server: Server, bring: Bring, waits: list[float]
) -> None:
    busy = Answer(status=503)
    later = Answer(status=429, headers={"Retry-After": "7"})
    at_a_time = Answer(status=429, headers={"Retry-After": formatdate(time.time() + 60, usegmt=True)})
    brought = bring(server.set("/street.csv", busy, later, at_a_time, WHOLE))
    assert brought.status == "new"
    assert 0.5 <= waits[0] <= 1.5
    assert waits[1] == 7
    assert 50 < waits[2] <= 60


def test_a_broken_download_goes_on_where_it_stopped(server: Server, bring: Bring, folder: Path) -> None:
    broken = Answer(GOOD, etag='"one"', cut=1000)
    brought = bring(server.set("/street.csv", broken, WHOLE))
    assert brought.status == "new"
    assert (folder / CSV).read_bytes() == GOOD
    assert server.requests[1][1]["range"] == "bytes=1000-"
    assert server.requests[1][1]["if-range"] == '"one"'


def test_a_download_broken_yesterday_goes_on_today(server: Server, bring: Bring, folder: Path) -> None:
    address = server.set("/street.csv", Answer(GOOD, etag='"one"', cut=300))
    assert bring(address).can_pass
    had = (folder / ARRIVING / CSV).stat().st_size
    assert had >= 300
    server.set("/street.csv", WHOLE)
    assert bring(address).status == "new"
    assert server.requests[-1][1]["range"] == f"bytes={had}-"
    assert (folder / CSV).read_bytes() == GOOD


def test_a_file_that_changed_since_the_download_broke_begins_anew(
    server: Server, bring: Bring, folder: Path
) -> None:
    other = street(rows=50)
    bring(server.set("/street.csv", Answer(GOOD, etag='"one"', cut=1000), Answer(other, etag='"two"')))
    assert (folder / CSV).read_bytes() == other


def test_a_server_without_ranges_begins_anew(server: Server, bring: Bring, folder: Path) -> None:
    whole = Answer(GOOD, etag='"one"', has_ranges=False)
    seen: list[tuple[int, int | None]] = []
    address = server.set("/street.csv", Answer(GOOD, etag='"one"', cut=1000), whole)
    bring(address, advance=lambda had, expected: seen.append((had, expected)))
    assert (folder / CSV).read_bytes() == GOOD
    assert seen[-1] == (len(GOOD), len(GOOD))


def test_a_file_shorter_than_it_should_be_is_noted(server: Server, bring: Bring) -> None:
    # HTTP cannot tell a length that is too short from a file that ends there.
    brought = bring(server.set("/street.csv", Answer(GOOD, length=len(GOOD) - 60)))
    assert brought.notes == (f"{CSV}: its last row is shorter than its header: it may have been cut off",)


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("http://example.org/a.csv", "http://example.org/a.csv is not an https address"),
        ("ftp://example.org/a.csv", "is not an https address"),
        ("file:///etc/passwd", "is not an https address"),
        (
            "https://analyst:secret@example.org/a.csv",
            "https://example.org/a.csv holds a user name or password",
        ),
    ],
)
def test_only_https_is_fetched(bring: Bring, address: str, says: str) -> None:
    brought = bring(address)
    assert says in brought.notes[0]
    assert "secret" not in repr(brought)


def test_a_secret_behind_the_question_mark_is_in_no_message(server: Server, bring: Bring) -> None:
    brought = bring(server.set("/street.csv?token=secret", Answer(status=403)))
    assert "refuses to give the file" in brought.notes[0]
    assert "secret" not in repr(brought)


def test_https_never_leads_to_http(server: Server, bring: Bring, certificate: Path, trusted: None) -> None:
    plain = server.set("/street.csv", WHOLE)
    with serving(lambda secure: wrap(secure, certificate)) as secure:
        secure.scheme = "https"
        brought = bring(secure.set("/moved", Answer(status=301, headers={"Location": plain})))
    assert brought.status == "failed"
    assert f"leads to {plain}, which is not https" in brought.notes[0]


def test_a_certificate_nobody_vouches_for_is_explained(bring: Bring, certificate: Path) -> None:
    with serving(lambda secure: wrap(secure, certificate)) as secure:
        secure.scheme = "https"
        brought = bring(secure.set("/street.csv", WHOLE))
    assert brought.status == "failed"
    assert not brought.can_pass
    assert "has a certificate that this machine does not trust" in brought.notes[0]
    assert "SSL_CERT_FILE" in brought.notes[0]


def test_a_certificate_in_ssl_cert_file_is_trusted(bring: Bring, certificate: Path, trusted: None) -> None:
    with serving(lambda secure: wrap(secure, certificate)) as secure:
        secure.scheme = "https"
        assert bring(secure.set("/street.csv", WHOLE)).status == "new"


def test_no_network_and_no_proxy_are_explained(
    bring: Bring, waits: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    brought = bring(f"http://127.0.0.1:{port}/street.csv")
    assert brought.can_pass
    assert (
        "cannot be reached: there is no network, its name is unknown, or a proxy is needed"
        in brought.notes[0]
    )
    assert len(waits) == 3
    monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{port}")
    brought = bring("https://data.example.org/street.csv")
    assert brought.status == "failed"
    assert "cannot be " in brought.notes[0]


def test_a_proxy_that_says_no_is_named(server: Server, bring: Bring, monkeypatch: pytest.MonkeyPatch) -> None:
    # The server answers CONNECT with 501: it is no proxy.
    monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{server.server_port}")
    brought = bring("https://data.example.org/street.csv")
    assert "the proxy refused the connection; see HTTPS_PROXY" in brought.notes[0]


def wrap(server: Server, certificate: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server.socket = context.wrap_socket(server.socket, server_side=True)


@pytest.fixture
def trusted(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key and a certificate of 127.0.0.1 that signs itself."""
    from datetime import UTC, datetime, timedelta
    from ipaddress import ip_address

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), False)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path_factory.mktemp("certificate") / "own.pem"
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + signed.public_bytes(serialization.Encoding.PEM)
    )
    return file
