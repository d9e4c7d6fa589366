"""The rows that were held back: what is there, by delivery and rule, and their content for whoever may see it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pipeline.ingest.keys import COPY
from pipeline.ingest.typed import FOOTER, FREE_TEXT
from pipeline.names import defuse
from pipeline.register import Delivery, current_deliveries, read_ledger
from pipeline.settings import Settings

# Without these a row is no record, or its value has no meaning.
NEVER_WAIVED = (
    "required value is missing",
    "is not of type",
    "expected ",
    "text follows",
    FOOTER,
    FREE_TEXT,
    COPY,
)


@dataclass(frozen=True)
class Held:
    """The rows of one delivery that one rule held back."""

    delivery_id: str
    source_id: str
    file_name: str
    rule: str
    row_count: int


def is_waivable(rule: str) -> bool:
    """Whether somebody may let rows in that this rule held back: an unknown code, a contradiction, a range."""
    return not any(words in rule for words in NEVER_WAIVED)


def list_held(settings: Settings, source_id: str = "") -> tuple[Held, ...]:
    """The quarantine of the current deliveries, of one source or of all, by delivery and rule."""
    return tuple(
        Held(line.delivery_id, line.source_id, line.file_name, rule, count)
        for line in _lines(settings)
        if source_id in ("", line.source_id)
        for rule, count in line.rules.items()
    )


def export_held(settings: Settings, target: Path, source_id: str = "") -> int:
    """Writes the rows that are held back to a CSV file, the cells that are read as they came; returns how many.

    The columns are source_id, file_name, delivery_id, line, column_name, rule and row (JSON, title → text). A cell
    that a spreadsheet would take for a formula begins with an apostrophe.
    """
    import pandas as pd
    import pyarrow.parquet as pq

    frames = []
    for line in _lines(settings):
        file = settings.rejects / line.source_id / f"{line.delivery_id}.parquet"
        if source_id in ("", line.source_id) and file.exists():
            frame = pq.read_table(file).to_pandas()
            frame.insert(0, "source_id", line.source_id)
            frame.insert(1, "file_name", line.file_name)
            frame.insert(2, "delivery_id", line.delivery_id)
            frames.append(frame)
    columns = ["source_id", "file_name", "delivery_id", "line", "column_name", "rule", "row"]
    rows = pd.concat(frames) if frames else pd.DataFrame(columns=columns)
    for column in ("file_name", "rule", "row"):
        rows[column] = [defuse(text) for text in rows[column]]
    target.parent.mkdir(parents=True, exist_ok=True)
    # Personal data: nobody else may read it.
    target.touch(mode=0o600)
    target.chmod(0o600)
    rows.to_csv(target, index=False)
    return len(rows)


def _lines(settings: Settings) -> tuple[Delivery, ...]:
    ledger = read_ledger(settings.register)
    return tuple(line for line in current_deliveries(ledger, settings.assessment.name) if line.rejected)
