"""Independent parts of a proof beside each other: the solver works outside the interpreter's lock."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from itertools import repeat
from typing import TypeVar

Part = TypeVar("Part")
Found = TypeVar("Found")


def at_once(
    find: Callable[[Part], Found], parts: Sequence[Part], needs: Sequence[Iterable[int]] = ()
) -> list[Found]:
    """What is found of each part, in the order of the parts, whichever is done first; the first error is raised.

    `needs` has, for each part, the positions of those before it that must be done first; without it no part needs any.
    """

    def find_after(part: Part, before: list[Future[Found]]) -> Found:
        wait(before)
        return find(part)

    done: list[Future[Found]] = []
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        # Threads take parts in their order, so the first that is not done waits for none.
        for part, needed in zip(parts, needs or repeat(()), strict=False):
            done.append(threads.submit(find_after, part, [done[before] for before in needed]))
    return [each.result() for each in done]
