"""A bar on the terminal for what takes more than a second; nothing where nobody looks."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.ingest.delivered import Delivered

PATIENCE_SECONDS = 1.0


@contextmanager
def show_progress(words: str, delivered: Delivered | None = None) -> Iterator[Callable[[int], None]]:
    """A function that is told of each block's bytes, and draws how far the file has been read."""
    is_packed = delivered is None or bool(delivered.member) or delivered.suffix == ".gz"
    total = None if is_packed or delivered is None else delivered.path.stat().st_size
    with _draw(words, total, is_bytes=True) as advance:
        yield advance


@contextmanager
def show_count(words: str, total: int) -> Iterator[Callable[[int], None]]:
    """A function that is told how many more of `total` are done, and draws it."""
    with _draw(words, total, is_bytes=False) as advance:
        yield advance


@contextmanager
def _draw(words: str, total: int | None, is_bytes: bool) -> Iterator[Callable[[int], None]]:
    if not sys.stderr.isatty():
        yield lambda size: None
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        DownloadColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    done = DownloadColumn() if is_bytes else MofNCompleteColumn()
    columns = (TextColumn("{task.description}"), BarColumn(), done, TimeRemainingColumn())
    bar = Progress(*columns, console=Console(stderr=True), transient=True)
    task = bar.add_task(words, total=total)
    started = time.monotonic()
    is_shown = False

    def advance(size: int) -> None:
        nonlocal is_shown
        if not is_shown and time.monotonic() - started > PATIENCE_SECONDS:
            bar.start()
            is_shown = True
        bar.advance(task, size)

    try:
        yield advance
    finally:
        if is_shown:
            bar.stop()
