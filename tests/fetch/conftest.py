"""A misbehaving server, a client without patience, and a way to fetch one file from it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from pipeline.fetch import Wanted, connect, fetch
from pipeline.snapshots import Brought
from tests.fetch.server import HEADER, Server, serving

# What is fetch's own, not the wanted file's.
LIMITS = ("maximum", "advance")


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as running:
        yield running


def misfit(file: Path) -> str:
    """Stands in for the contract: the header must be the street file's."""
    with file.open(encoding="utf-8") as lines:
        return "" if lines.readline() == HEADER else "line 1: the column 'Crime type' is missing"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "fetched" / "street_crimes"


@pytest.fixture
def waits() -> list[float]:
    """How long the fetcher wanted to wait before each new try."""
    return []


@pytest.fixture
def bring(folder: Path, waits: list[float]) -> Callable[..., Brought]:
    """A function that fetches an address as the street file of a month, without waiting."""

    def run(address: str, **settings: object) -> Brought:
        wanted = Wanted(
            **{
                "name": "street_crimes",
                "address": address,
                "folder": folder,
                "file_name": "2024-03-merseyside-street.csv",
                "format": "csv",
                "check": misfit,
                **{key: value for key, value in settings.items() if key not in LIMITS},
            }
        )
        limits = {key: value for key, value in settings.items() if key in LIMITS}
        with connect(httpx.Timeout(0.5)) as client:
            return fetch(client, wanted, pause=waits.append, **limits)

    return run
