"""A server on this very machine that serves real-shaped files and misbehaves on purpose."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

HEADER = "Crime ID,Month,Reported by,Falls within,LSOA code,Crime type\n"


def street(month: str = "2024-03", rows: int = 40, crime: str = "Violence and sexual offences") -> bytes:
    """A month of street-level crimes, as data.police.uk lays them out."""
    force = "Merseyside Police"
    lines = [
        f"{hashlib.sha256(f'{month}{n}'.encode()).hexdigest()},{month},{force},{force},E01006512,{crime}\n"
        for n in range(rows)
    ]
    return (HEADER + "".join(lines)).encode()


@dataclass
class Answer:
    """How one path is answered: a body, and what goes wrong on the way."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    etag: str = ""
    # Bytes after which the connection is closed.
    cut: int | None = None
    has_ranges: bool = True
    length: int | None = None
    is_endless: bool = False
    hang: float = 0.0


class Server(ThreadingHTTPServer):
    """Answers each path with the answers set for it, one after the other; the last one stays."""

    daemon_threads = True
    block_on_close = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers: dict[str, list[Answer]] = {}
        self.requests: list[tuple[str, dict[str, str]]] = []
        self.scheme = "http"

    def set(self, path: str, *answers: Answer) -> str:
        """Sets the answers of a path; returns its address."""
        self.answers[path] = list(answers)
        return f"{self.scheme}://127.0.0.1:{self.server_port}{path}"

    def handle_error(self, request: object, client_address: object) -> None:
        """Says nothing: clients that give up are what is tested."""


class Handler(BaseHTTPRequestHandler):
    server: Server
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *arguments: object) -> None:
        """Says nothing."""

    def do_GET(self) -> None:
        self.close_connection = True
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.requests.append((self.path, headers))
        answers = self.server.answers.get(self.path, [Answer(status=404)])
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        time.sleep(answer.hang)
        if answer.etag and headers.get("if-none-match") == answer.etag:
            self.send_response(304)
            self.end_headers()
            return
        start, body = 0, answer.body
        if answer.has_ranges and "range" in headers and headers.get("if-range") == answer.etag:
            start = int(headers["range"].removeprefix("bytes=").rstrip("-"))
            if start >= len(body):
                self.send_response(416)
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            body = body[start:]
        self.send_response(206 if start else answer.status)
        if start:
            self.send_header("Content-Range", f"bytes {start}-{len(answer.body) - 1}/{len(answer.body)}")
        if answer.etag:
            self.send_header("ETag", answer.etag)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if not answer.is_endless:
            self.send_header("Content-Length", str(len(body) if answer.length is None else answer.length))
        self.end_headers()
        self.wfile.write(body if answer.cut is None else body[: answer.cut])
        while answer.is_endless:
            self.wfile.write(b"x" * 65_536)


@contextmanager
def serving(prepare: Callable[[Server], None] = lambda _server: None) -> Iterator[Server]:
    """A running server; `prepare` may wrap its socket before it starts."""
    server = Server()
    prepare(server)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
