"""`python -m tests.bench_claims`: how often the intervals of spreads and of their ratios hold the truth. Prints."""

from __future__ import annotations

import time

import numpy as np

from pipeline.statistics.comparison import compare_spreads

SETS = 500
# Areas, events an area expects in each of two measures, true spreads of their log rates.
CASES = [
    (40, (3_000, 200), (0.20, 0.45)),
    (40, (3_000, 200), (0.30, 0.30)),
    (40, (30, 10), (0.30, 0.30)),
    (15, (3_000, 200), (0.30, 0.30)),
    (20, (300, 5), (0.20, 0.40)),
    (40, (300, 300), (0.05, 0.30)),
]


def main() -> None:
    """Draws sets of areas whose truth is known and counts what the intervals miss."""
    print("areas  events        spreads        ratio  spread 1  spread 2  seconds a set")
    for area_count, bases, spreads in CASES:
        random = np.random.default_rng(5)
        truth = np.array(spreads)
        ratio_hits, spread_hits, started = 0, np.zeros(2), time.perf_counter()
        for seed in range(SETS):
            people = np.tile(random.uniform(0.5, 2, area_count), (2, 1))
            common = random.normal(size=area_count)
            log_rates = np.sqrt(0.3) * common + np.sqrt(0.7) * random.normal(size=people.shape)
            expected = np.array(bases)[:, None] * people * np.exp(truth[:, None] * log_rates)
            compared = compare_spreads(random.poisson(expected), people, repeats=1_000, seed=seed)
            lower, upper = compared.ratio_limits()
            ratio_hits += bool(lower[0] <= truth[0] / truth[1] <= upper[0])
            spread_hits += (compared.spread_lower <= truth) & (truth <= compared.spread_upper)
        shares = [ratio_hits / SETS, *(spread_hits / SETS)]
        seconds = (time.perf_counter() - started) / SETS
        print(
            f"{area_count:5}  {bases!s:12}  {spreads!s:13}"
            f"{shares[0]:7.3f}{shares[1]:10.3f}{shares[2]:10.3f}{seconds:15.2f}",
            flush=True,
        )


if __name__ == "__main__":
    main()
