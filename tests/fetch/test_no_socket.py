"""Nothing but fetching opens a socket: shown for a whole assessment, every process of it included."""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from pipeline.settings import PROJECT
from tests.cli.area import write_small_area

WATCH = Path(__file__).parent / "watch"
INTERNET = re.compile(r"AF_INET|SOCK_RAW|AF_PACKET")
NETWORK = {
    "aiohttp", "asyncio", "ftplib", "http", "httpx", "imaplib", "paramiko", "poplib", "requests", "smtplib",
    "socket", "socketserver", "ssl", "telnetlib", "urllib3", "xmlrpc",
}  # fmt: skip


@dataclass(frozen=True)
class Watched:
    """How a command ended, the sockets that any process of it wanted, and which Pythons were watched."""

    done: subprocess.CompletedProcess[str]
    from_python: list[str]
    from_system: list[str]
    started: list[str]


def run_watched(folder: Path, *command: str) -> Watched:
    """Runs a command with every Python in it watched, and, where strace works, every system call too."""
    seen, calls = folder / "sockets", folder / "calls"
    env = {
        **os.environ,
        "PYTHONPATH": f"{WATCH}{os.pathsep}{PROJECT}",
        "SNA_SOCKETS_SEEN": str(seen),
    }
    traced = (
        ["strace", "-f", "--seccomp-bpf", "-e", "trace=%network", "-o", str(calls)] if can_trace() else []
    )
    done = subprocess.run(
        [*traced, *command], capture_output=True, text=True, check=False, env=env, cwd=folder
    )
    return Watched(done, *(lines(file) for file in (seen, calls, folder / "sockets.started")))


def lines(file: Path) -> list[str]:
    return file.read_text(encoding="utf-8").splitlines() if file.exists() else []


def can_trace() -> bool:
    """Whether strace is here and may be used; many containers forbid it."""
    if not shutil.which("strace"):
        return False
    command = ["strace", "-f", "--seccomp-bpf", "-e", "trace=%network", "-o", os.devnull, "true"]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def test_a_refresh_and_report_open_no_socket(tmp_path: Path) -> None:
    write_small_area(tmp_path)
    script = str(Path(sys.executable).with_name("sna"))
    watched = run_watched(tmp_path, sys.executable, script, "assess", "--workspace", str(tmp_path))
    assert watched.done.returncode == 0, watched.done.stderr
    assert (tmp_path / "reports" / "output" / "demonstration" / "2024" / "report.pdf").exists()
    assert any("dbt.cli.main" in started for started in watched.started)
    assert watched.from_python == []
    assert [call for call in watched.from_system if INTERNET.search(call)] == []


# In a process of a process, as dbt is.
PEEK = "import subprocess, sys; sys.exit(subprocess.call([sys.executable, '-c', {!r}]))"
OPENERS = {
    "a name looked up": "import socket; socket.getaddrinfo('localhost', 80)",
    "a connection": "import socket; socket.create_connection(('127.0.0.1', 9))",
    "a datagram": "import socket; socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'', ('127.0.0.1', 9))",
    "a page": "import urllib.request; urllib.request.urlopen('http://127.0.0.1:9/')",
}


@pytest.mark.parametrize("code", OPENERS.values(), ids=OPENERS.keys())
def test_the_watch_sees_a_socket_of_a_process_of_a_process(tmp_path: Path, code: str) -> None:
    watched = run_watched(tmp_path, sys.executable, "-c", PEEK.format(code))
    assert watched.done.returncode != 0
    assert watched.from_python != []


@pytest.mark.skipif(not can_trace(), reason="strace is not here or may not be used")
def test_the_trace_sees_a_socket_that_python_does_not(tmp_path: Path) -> None:
    code = "import ctypes; ctypes.CDLL(None).socket(2, 2, 0)"
    watched = run_watched(tmp_path, sys.executable, "-c", PEEK.format(code))
    assert watched.from_python == []
    assert [call for call in watched.from_system if INTERNET.search(call)] != []


def test_only_fetching_imports_what_opens_connections() -> None:
    """`flows.py` talks to Prefect's own server by way of Prefect, and imports nothing of this itself."""
    users = {
        file.relative_to(PROJECT).as_posix()
        for file in (PROJECT / "pipeline").rglob("*.py")
        if imported(file.read_text(encoding="utf-8")) & (NETWORK | {"urllib.request"})
    }
    assert users == {"pipeline/fetch.py", "pipeline/sources.py"}


def imported(code: str) -> set[str]:
    """The modules that a file imports anywhere: the first part of their names, and urllib.request."""
    names = set()
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return {name.split(".")[0] for name in names} | (names & {"urllib.request"})
