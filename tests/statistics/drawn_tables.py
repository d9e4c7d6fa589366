"""Tables drawn as text in a test, as numbers."""

from __future__ import annotations

import numpy as np


def drawn(text: str) -> np.ndarray:
    """The numbers of a table drawn as text, a row a line; a dash is a missing one."""
    return np.array(
        [
            [np.nan if cell == "-" else float(cell) for cell in line.split()]
            for line in text.strip().splitlines()
        ]
    )
