"""An SFTP server on this very machine that shows one folder, read-only."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import paramiko

USER, PASSWORD = "analyst", "never-to-be-seen"


class Door(paramiko.ServerInterface):
    """Lets in one user, by a password or by a key."""

    def __init__(self, key: paramiko.PKey) -> None:
        self.key = key

    def check_auth_password(self, username: str, password: str) -> int:
        is_known = (username, password) == (USER, PASSWORD)
        return paramiko.AUTH_SUCCESSFUL if is_known else paramiko.AUTH_FAILED

    def check_auth_publickey(self, username: str, key: paramiko.PKey) -> int:
        return paramiko.AUTH_SUCCESSFUL if key == self.key else paramiko.AUTH_FAILED

    def get_allowed_auths(self, username: str) -> str:
        return "password,publickey"

    def check_channel_request(self, kind: str, chanid: int) -> int:
        return paramiko.OPEN_SUCCEEDED


class Files(paramiko.SFTPServerInterface):
    """The files of a folder."""

    def __init__(self, server: Door, root: Path) -> None:
        super().__init__(server)
        self.root = root

    def list_folder(self, path: str) -> list[paramiko.SFTPAttributes] | int:
        folder = self.root / path.lstrip("/")
        if not folder.is_dir():
            return paramiko.SFTP_NO_SUCH_FILE
        return [
            paramiko.SFTPAttributes.from_stat(file.lstat(), file.name) for file in sorted(folder.iterdir())
        ]

    def stat(self, path: str) -> paramiko.SFTPAttributes:
        return paramiko.SFTPAttributes.from_stat((self.root / path.lstrip("/")).stat())

    def open(self, path: str, flags: int, attr: paramiko.SFTPAttributes) -> paramiko.SFTPHandle:
        handle = paramiko.SFTPHandle(flags)
        handle.readfile = (self.root / path.lstrip("/")).open("rb")
        return handle


@dataclass(frozen=True)
class Running:
    """A server that runs: its port, the file that knows its host key, and a key file it lets in."""

    port: int
    known_hosts: Path
    key_file: Path


@contextmanager
def serving_sftp(root: Path, scratch: Path) -> Iterator[Running]:
    """A running server of a folder."""
    host_key, user_key = paramiko.ECDSAKey.generate(), paramiko.ECDSAKey.generate()
    listening = socket.create_server(("127.0.0.1", 0))
    port = listening.getsockname()[1]
    known = scratch / "known_hosts"
    known.write_text(f"[127.0.0.1]:{port} {host_key.get_name()} {host_key.get_base64()}\n")
    user_key.write_private_key_file(str(scratch / "key"))
    transports: list[paramiko.Transport] = []

    def accept() -> None:
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            transport = paramiko.Transport(connection)
            transports.append(transport)
            transport.add_server_key(host_key)
            transport.set_subsystem_handler("sftp", paramiko.SFTPServer, Files, root=root)
            try:
                transport.start_server(server=Door(user_key))
            except (paramiko.SSHException, EOFError, OSError):
                # A client that did not like the host key, or had no key of its own, has left.
                continue

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    try:
        yield Running(port, known, scratch / "key")
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        thread.join()
        for transport in transports:
            transport.close()
            transport.join()
