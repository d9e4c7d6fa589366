"""`python -m tests.bench_statistics`, part of `make bench`: our rates with limits beside those of PHStatsMethods.

Both from the same 50,000 counts. Ends with 1 where the bar is missed.
"""

from __future__ import annotations

import sys
import time

import numpy as np
import pandas as pd
from PHStatsMethods.rates import ph_rate

from pipeline.statistics.intervals import rate_with_limits
from tests.bars import Measured, print_bars

RATES, LEAST_RATIO = 50_000, 50.0
RUNS = 5


def bench_rates() -> Measured:
    """How often our time (the median of some runs) goes into that of PHStatsMethods (one run); prints both."""
    random = np.random.default_rng(50_000)
    # From 1 on: PHStatsMethods has no limits for no events.
    events, people = random.integers(1, 900, RATES), random.integers(1_000, 90_000, RATES)
    ours = []
    for _ in range(RUNS):
        started = time.perf_counter()
        rate_with_limits(events, people, multiplier=1_000)
        ours.append(time.perf_counter() - started)
    frame = pd.DataFrame({"events": events, "people": people})
    started = time.perf_counter()
    ph_rate(frame, "events", "people", multiplier=1_000)
    theirs = time.perf_counter() - started
    seconds = sorted(ours)[RUNS // 2]
    print(f"{RATES:,} rates with limits: {seconds:.3f} s, PHStatsMethods {theirs:.1f} s")
    return Measured(
        f"{RATES:,} rates with limits, beside PHStatsMethods",
        theirs / seconds,
        LEAST_RATIO,
        "times",
        is_least=True,
    )


if __name__ == "__main__":
    sys.exit(print_bars([bench_rates()]))
