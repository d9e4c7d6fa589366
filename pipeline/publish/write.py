"""The published folder, written aside and moved into place file by file."""

from __future__ import annotations

import json
import os
import shutil
from typing import TYPE_CHECKING

import pandas as pd

from pipeline.publish.inputs import read_inputs
from pipeline.publish.tables import make_tables, protect_values
from pipeline.warehouse import open_warehouse

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.register import Delivery
    from pipeline.settings import Assessment, Settings


def publish(settings: Settings, lines: tuple[Delivery, ...]) -> dict[str, int]:
    """Writes the published folder from the warehouse; returns how many cells there are and were hidden.

    `lines` say what became of each file, read or not.
    """
    assessment = settings.assessment
    with open_warehouse(settings) as warehouse:
        inputs = read_inputs(warehouse, assessment)
    values, tally = protect_values(inputs, assessment)
    tables = make_tables(inputs, values, assessment, lines)
    _write(settings.published, tables, _certify(assessment, inputs.policies, tally))
    return tally


def _certify(assessment: Assessment, policies: pd.DataFrame, tally: dict[str, int]) -> dict:
    """What was done to hide small counts, with the threshold of each policy (null: openly published)."""
    thresholds = policies.set_index("policy_id")["threshold"]
    return {
        "assessment": assessment.name,
        "edition": assessment.edition,
        "is_synthetic": assessment.is_synthetic,
        "method": "small counts hidden with their complements, by row and column",
        "proved": False,
        "note": "The row-and-column rule is no proof that a hidden count cannot be worked out.",
        **tally,
        "thresholds": {
            policy_id: None if pd.isna(threshold) else int(threshold)
            for policy_id, threshold in thresholds.items()
        },
    }


def _write(folder: Path, tables: dict[str, pd.DataFrame], certificate: dict) -> None:
    aside = folder.with_name(".published.writing")
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(parents=True)
    for name, table in tables.items():
        table.to_parquet(aside / f"{name}.parquet", index=False)
    text = json.dumps(certificate, indent=2, ensure_ascii=False) + "\n"
    (aside / "disclosure_certificate.json").write_text(text, encoding="utf-8")
    folder.mkdir(parents=True, exist_ok=True)
    for file in sorted(aside.iterdir()):
        target = folder / file.name
        if not target.exists() or target.read_bytes() != file.read_bytes():
            os.replace(file, target)
    shutil.rmtree(aside)
