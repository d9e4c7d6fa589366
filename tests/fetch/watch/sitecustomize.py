"""Imported by every Python that starts with this folder on its path: notes and forbids sockets of the internet."""

import os
import socket
import sys

WATCHED = {
    "socket.__new__",
    "socket.bind",
    "socket.connect",
    "socket.getaddrinfo",
    "socket.gethostbyname",
    "socket.gethostbyaddr",
    "socket.getnameinfo",
    "socket.sendto",
    "socket.sendmsg",
    "urllib.Request",
}


def watch(event: str, arguments: tuple) -> None:
    if event not in WATCHED:
        return
    # Processes of one machine may talk to each other; only they use this family.
    if event == "socket.__new__" and arguments[1] == socket.AF_UNIX:
        return
    if arguments and getattr(arguments[0], "family", None) == socket.AF_UNIX:
        return
    with open(os.environ["SNA_SOCKETS_SEEN"], "a", encoding="utf-8") as seen:  # noqa: PTH123
        seen.write(f"{event} in {' '.join(sys.orig_argv[:4])}\n")
    raise PermissionError(f"{event} is forbidden here")


if "SNA_SOCKETS_SEEN" in os.environ:
    with open(os.environ["SNA_SOCKETS_SEEN"] + ".started", "a", encoding="utf-8") as started:  # noqa: PTH123
        started.write(f"{' '.join(sys.orig_argv[1:4])}\n")
    sys.addaudithook(watch)
