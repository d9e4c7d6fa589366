"""Independent parts of a proof beside each other: the solver works outside the interpreter's lock."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Part = TypeVar("Part")
Found = TypeVar("Found")


def at_once(find: Callable[[Part], Found], parts: Iterable[Part]) -> list[Found]:
    """What is found of each part, in the order of the parts, whichever is done first; the first error is raised."""
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        return list(threads.map(find, parts))
