"""Reports rendered once a session from made-up published folders."""

from __future__ import annotations

import math
from pathlib import Path

import pandas as pd
import pytest
from published import write_published

from pipeline.report.editions import ALL, choose_editions
from pipeline.report.numbers import format_number, format_value
from pipeline.report.published import KEY
from pipeline.report.render import render_report
from pipeline.settings import DEMONSTRATION, Settings, read_settings


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The demonstration assessment in an empty workspace."""
    return read_settings(workspace=tmp_path_factory.mktemp("workspace"), assessment_file=DEMONSTRATION)


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A published folder with every status, in which names try to become markup or formulas."""
    return write_published(tmp_path_factory.mktemp("published") / "hostile", is_hostile=True)


@pytest.fixture(scope="session")
def report(published: Path, settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of that folder."""
    output = tmp_path_factory.mktemp("report") / "2024"
    render_report(published, output, settings)
    return output


@pytest.fixture(scope="session")
def editions(published: Path, settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every edition of that folder."""
    output = tmp_path_factory.mktemp("editions") / "2024"
    render_report(published, output, settings, editions=choose_editions([ALL]))
    return output


@pytest.fixture(scope="session")
def empty_report(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of an area for which nothing at all was delivered."""
    folder = write_published(tmp_path_factory.mktemp("published") / "empty", is_available=False)
    output = tmp_path_factory.mktemp("report") / "empty"
    render_report(folder, output, settings)
    return output


@pytest.fixture(scope="session")
def printed(published: Path) -> dict[tuple[str, str], str]:
    """By cell id and field, what any output must print for a published number."""
    values = pd.read_parquet(published / "indicator_values.parquet")
    indicators = pd.read_parquet(published / "indicators.parquet").set_index("indicator_id")
    symbols = {"suppressed": "[c]", "not_available": "[x]", "not_applicable": "[z]"}
    found = {}
    for row in values.to_dict("records"):
        cell_id = "~".join(str(row[name]) for name in KEY)
        indicator = indicators.loc[row["indicator_id"]]
        for field in ("value", "lower95", "upper95", "lowest", "highest", "numerator", "denominator"):
            if row["value_status"] != "reported":
                text = symbols[row["value_status"]]
            elif pd.isna(row[field]):
                text = "[z]"
            elif field in ("numerator", "denominator"):
                text = format_number(row[field])
            else:
                text = format_value(row[field], int(indicator["decimals"]), indicator["unit"])
            found[cell_id, field] = text
        if row["value_status"] == "reported":
            found[cell_id, "whole"] = str(round(row["value"]))
            if not pd.isna(row["lowest"]) and not pd.isna(row["highest"]):
                found[cell_id, "whole_lowest"] = str(math.floor(row["lowest"]))
                found[cell_id, "whole_highest"] = str(math.ceil(row["highest"]))
    for row in pd.read_parquet(published / "comparisons.parquet").to_dict("records"):
        indicator = indicators.loc[row["indicator_id"]]
        cell_id = "~".join(str(row[name]) for name in KEY)
        if not pd.isna(row["comparator_value"]):
            text = format_value(row["comparator_value"], int(indicator["decimals"]), indicator["unit"])
            found[cell_id, f"beside_{row['comparator_kind']}"] = text
    return found
