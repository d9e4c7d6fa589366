"""The benchmark of a published figure, with the verdict of the published comparison."""

from __future__ import annotations

from pipeline.report.published import KEY, Reading, records
from pipeline.report.selection import Context
from pipeline.report.sentences import Comparator

# A verdict of the published comparisons, as a sentence says it; the others are no comparison.
WORDS_OF_VERDICTS = {"higher": "higher than", "lower": "lower than", "similar": "similar to"}


def benchmark_of(context: Context, reading: Reading) -> Comparator | None:
    """The benchmark with its verdict, which knows of changes in counting and of unknown flags; None without one.

    A standard, which has no period, stands in only where there is no other.
    """
    table = context.published.tables["comparisons"]
    is_benchmark = table["comparator_kind"] == "benchmark"
    for name in KEY:
        is_benchmark &= table[name] == getattr(reading, name)
    rows = sorted(records(table[is_benchmark]), key=lambda row: row["comparator_end"] is None)
    if not rows:
        return None
    word = WORDS_OF_VERDICTS.get(str(rows[0]["verdict"]), "")
    return Comparator(
        str(rows[0]["comparator_label"]),
        float(rows[0]["comparator_value"]),
        word,
        str(rows[0]["reason"] or ""),
    )
