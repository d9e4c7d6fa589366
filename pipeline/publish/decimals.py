"""Numbers rounded each to decimals of its own."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pipeline.disclosure.equations import Floats


def round_each(values: Floats, decimals: NDArray[np.int_]) -> Floats:
    """Each value to its own number of decimals."""
    scale = 10.0**decimals
    return np.asarray(np.round(values * scale) / scale)
