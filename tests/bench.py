"""`make bench`: how long the main jobs take and how much memory, each in a fresh workspace.

What has a bar is printed beside it at the end: the exit code is 1 where one is missed.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from pipeline.settings import PROJECT
from tests.bars import print_bars
from tests.bench_disclosure import bench_disclosure
from tests.bench_door import bench_door
from tests.bench_statistics import bench_rates

SNA = Path(sys.executable).with_name("sna")
MEGABYTE = 1024


def sna(*arguments: str | Path) -> list[str]:
    """The command line of `sna` with these arguments."""
    return [str(SNA), *map(str, arguments)]


def measure(command: list[str], runs: int = 1) -> dict[str, float]:
    """The median seconds of a command, and the most memory that it and its children held at once, in MB."""
    seconds, peaks = [], []
    for _ in range(runs):
        started = time.perf_counter()
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        peak = 0
        while process.poll() is None:
            peak = max(peak, _memory_of(process.pid))
            time.sleep(0.02)
        seconds.append(time.perf_counter() - started)
        peaks.append(peak)
    return {"seconds": sorted(seconds)[len(seconds) // 2], "megabytes": max(peaks) / MEGABYTE}


def _memory_of(pid: int) -> int:
    """Kilobytes held by a process and those it started; 0 where the system does not tell."""
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="utf-8").split()
    except OSError:
        return 0
    own = next((int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS")), 0)
    return own + sum(_memory_of(int(child)) for child in children)


def main() -> int:
    """Measures and prints tables, and writes the same as JSON beside the reports; 1 where a bar is missed, else 0."""
    results: dict[str, dict] = {"sna --help": measure(sna("--help"), 5)}
    with tempfile.TemporaryDirectory() as folder:
        results["sna demo"] = measure(sna("demo", "--workspace", folder))
        results["sna assess, demonstration"] = measure(sna("assess", "--workspace", folder))
        results["sna assess, nothing new"] = measure(sna("assess", "--workspace", folder), 3)
    real = os.environ.get("SNA_REAL_DATA") or str(PROJECT.parent / "shared" / "real")
    if Path(real).is_dir():
        file = PROJECT / "assessments" / "merseyside" / "assessment.toml"
        with tempfile.TemporaryDirectory() as folder:
            results["sna assess, Merseyside"] = measure(
                sna("assess", "--assessment", file, "--deliveries", real, "--workspace", folder)
            )
    with tempfile.TemporaryDirectory() as folder:
        results |= bench_door(Path(folder), measure, sna)
    print(f"{'':44}{'seconds':>9}{'MB':>8}")
    for name, result in results.items():
        print(f"{name:44}{result['seconds']:9.2f}{result['megabytes']:8.0f}")
    measured = [bench_rates(), *bench_disclosure()]
    results |= {
        each.what: {"measured": each.number, "bar": each.bar, "unit": each.unit, "holds": each.holds}
        for each in measured
    }
    output = PROJECT / "reports" / "output" / "bench"
    output.mkdir(parents=True, exist_ok=True)
    (output / "bench.json").write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
    return print_bars(measured)


if __name__ == "__main__":
    sys.exit(main())
