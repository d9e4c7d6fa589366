"""docs/add-a-lens.md, followed to the letter in a copy of the project: rows alone make a figure."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from pipeline.settings import PROJECT
from tests.counts.reference import Cell, count_area, figure_of, read_csv
from tests.counts.twin_lens_admissions import count_lens_admissions

GUIDE = (PROJECT / "docs" / "add-a-lens.md").read_text(encoding="utf-8")
COPIED = ("pipeline", "dbt_project", "assessments", "reports")
START = "from pipeline.cli.main import run_app; run_app()"


@pytest.fixture(scope="module")
def followed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[tuple[int, str]]]:
    """A copy of the project with the guide's files in it, and the exit code and words of each of its commands."""
    copy = tmp_path_factory.mktemp("project")
    for folder in COPIED:
        kept_out = shutil.ignore_patterns("__pycache__", "output", "target", "logs")
        shutil.copytree(PROJECT / folder, copy / folder, ignore=kept_out)
    blocks = re.findall(r"^`([\w./-]+)`\n```\w+\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)
    for name, content in blocks:
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        (copy / name).write_text(content, encoding="utf-8")
    assert [Path(name).suffix for name, _ in blocks] == [".toml", ".csv", ".csv", ".csv", ".csv"]
    done = [
        subprocess.run(
            [sys.executable, "-c", START, *command.split()],
            cwd=copy,
            env={**os.environ, "PYTHONPATH": str(copy)},
            capture_output=True,
            text=True,
            check=False,
        )
        for command in re.findall(r"^\.venv/bin/sna (.*)$", GUIDE, re.MULTILINE)
    ]
    return copy, [(each.returncode, each.stdout + each.stderr) for each in done]


def test_the_commands_of_the_guide_end_as_it_says(followed: tuple[Path, list[tuple[int, str]]]) -> None:
    (made, _), (shown, rules), (tried, answers), (compared, told), (refreshed, said), (again, both) = (
        followed[1]
    )
    assert (made, shown, tried, compared, refreshed, again) == (0, 0, 0, 0, 4, 0), said
    assert "grievous: from 2022-10-17" in rules
    assert answers.count("  ok     line ") == 5
    assert "Nothing has been published of them here yet" in told
    assert "Nested: all that riverside catches vap_all catches too." not in both
    assert "Capture ratio: for every 100 offences in vap_all, riverside has " in both


def test_the_lens_of_the_guide_is_published_as_the_slow_twin_counts_it(
    followed: tuple[Path, list[tuple[int, str]]],
) -> None:
    copy, _ = followed
    own = copy / "assessments" / "riverside"
    twin = count_area(copy / "data" / "raw", read_csv(own / "lens_rules.csv"))
    count_lens_admissions(copy / "data" / "raw", read_csv(own / "lens_health_rules.csv"), twin.counts)
    values = pd.read_parquet(copy / "data" / "curated" / "published" / "indicator_values.parquet")
    is_a_year = (values["area_type"] == "vru") & (values["period_type"] == "financial_year")
    is_whole = (values["breakdown"] == "none") & (values["split"] == "all")
    values = values[(values["lens_id"] == "riverside") & is_a_year & is_whole].set_index("indicator_id")
    for indicator in ("lens_offences", "lens_offences_at_least", "lens_offences_at_most", "lens_admissions"):
        years = values.loc[[indicator]]
        assert years["value_status"].tolist() == ["reported"] * 5
        for row in years.itertuples():
            cell = Cell(
                indicator, "riverside", row.area_code, row.period_type, row.period_start, "none", "", "all"
            )
            expected, _ = figure_of(twin, cell)
            # NHS England has admissions rounded to 5.
            assert row.value == (5 * round(expected / 5) if indicator == "lens_admissions" else expected)
