"""A year of the demonstration area: a late revision of its deliveries, a changed definition, a district's report."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pandas as pd

from pipeline import plan
from pipeline.settings import DEMONSTRATION, Settings, read_settings

MONTHS = [day.date() for day in pd.date_range("2023-04-30", "2024-03-31", freq="ME")]
# From December on May is as it was sent again, and the definition is another.
CHANGED = date(2023, 12, 31)
DISTRICT, DISTRICT_AREA = "X06000003", "X23000033"
CODES = ["X06000001", "X06000002", "X06000003", "X06000004", "X06000005"]
LATE = "demonstration/police/police_crimes_2023-05.csv"
LEFT_OUT = "exampleshire,34A,"


def send_revision(settings: Settings) -> None:
    """Delivers May again: every 40th crime lay in the next district, and every 90th was none."""
    file = settings.workspace / "data" / "raw" / LATE
    crimes = pd.read_csv(file, dtype="str", keep_default_na=False)
    at = crimes.index.to_series()
    moved = at % 40 == 0
    following = dict(zip(CODES, [*CODES[1:], CODES[0]], strict=True))
    crimes.loc[moved, "lad_code"] = crimes.loc[moved, "lad_code"].map(following).fillna("")
    crimes.loc[moved, "lsoa21_code"] = ""
    crimes[at % 90 != 1].to_csv(file, index=False, lineterminator="\n")


def change_definition(settings: Settings) -> Settings:
    """The same assessment with one kind of offence left out of the area's own definition."""
    folder = settings.workspace / "changed"
    shutil.copytree(DEMONSTRATION.parent, folder)
    rules = folder / "lens_rules.csv"
    lines = rules.read_text(encoding="utf-8").splitlines(keepends=True)
    rules.write_text("".join(line for line in lines if not line.startswith(LEFT_OUT)), encoding="utf-8")
    return read_settings(settings.workspace, folder / DEMONSTRATION.name, settings.deliveries)


def district_of(settings: Settings) -> Settings:
    """The assessment of one district, from the same deliveries, in the same register."""
    folder = settings.workspace / "district"
    shutil.copytree(settings.assessment.folder, folder)
    file = folder / DEMONSTRATION.name
    text = file.read_text(encoding="utf-8")
    text = text.replace('name = "demonstration"', 'name = "district"', 1)
    text = text.replace('code = "X23000001"', f'code = "{DISTRICT_AREA}"', 1)
    districts = ", ".join(f'"{code}"' for code in CODES)
    text = text.replace(f"districts = [{districts}]", f'districts = ["{DISTRICT}"]')
    file.write_text(text, encoding="utf-8")
    return read_settings(settings.workspace, file, settings.deliveries)


def refresh(settings: Settings) -> None:
    """Ingests, builds and publishes, and says nothing."""
    plan.refresh(settings, lambda _: None)


def copy_workspace(settings: Settings, folder: Path) -> Settings:
    """A workspace with the same deliveries, taken in already."""
    shutil.copytree(settings.workspace / "data", folder / "data")
    return read_settings(folder)
