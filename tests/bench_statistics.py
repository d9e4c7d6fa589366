"""How much faster our rates with limits are than those of PHStatsMethods, from the same 50,000 counts."""

from __future__ import annotations

import time

import numpy as np
import pandas as pd
from PHStatsMethods.rates import ph_rate

from pipeline.statistics.intervals import rate_with_limits

RATES = 50_000
RUNS = 5


def bench_rates() -> dict[str, float]:
    """Seconds of ours (the median of some runs) and of PHStatsMethods (one run), and the second over the first."""
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
    return {"seconds": seconds, "phstatsmethods_seconds": theirs, "ratio": theirs / seconds}
