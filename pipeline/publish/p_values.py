"""P-values as they are told: never as nothing."""

from __future__ import annotations

import numpy as np

# No test rules anything out: what is less likely than this is told as this or less.
LEAST = 0.001


def p_in_numbers(p_value: float, decimals: int) -> float:
    """A p-value to these decimals, never under LEAST, which stands for itself and all below; nan stays nan."""
    return float(np.maximum(round(p_value, decimals), LEAST))


def p_in_words(p_value: float) -> str:
    """A p-value as a sentence has it."""
    return f"under {LEAST}" if p_value < LEAST else f"{p_value:.3f}"
