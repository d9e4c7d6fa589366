"""What a reviewer is told of what changed since the release before, in words and without a number that is hidden."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
from released_workspace import fill_workspace, publish_counts, released
from typer.testing import CliRunner

from pipeline.cli.release import app
from pipeline.register import BrokenChain
from pipeline.releases import release_folder, request_release
from pipeline.review import summarise
from pipeline.settings import Settings


@pytest.fixture
def workspace(tmp_path: Path) -> Settings:
    return fill_workspace(tmp_path)


def later(settings: Settings) -> str:
    """A release after one of the same area: a count is revised, one withdrawn, and one is new."""
    released(settings)
    publish_counts(settings, {("D0", "04"): 11, ("D1", "04"): 3, ("D2", "04"): 70})
    return request_release(settings, "Ann").release_id


def test_a_reviewer_is_told_how_many_cells_are_withdrawn_and_which_are_revised(workspace: Settings) -> None:
    summary = summarise(workspace, later(workspace))
    assert summary.since == {"new": 1, "revised": 1, "told again": 1, "withdrawn": 1}
    assert summary.revised == ("violence lad D0 month 2023-04-01",)


def test_ten_revised_figures_are_named_at_most(workspace: Settings) -> None:
    districts = [f"D{number}" for number in range(12)]
    publish_counts(workspace, {(each, "04"): 50 for each in districts})
    released(workspace)
    publish_counts(workspace, {(each, "04"): 60 for each in districts})
    summary = summarise(workspace, request_release(workspace, "Ann").release_id)
    assert (summary.since["revised"], len(summary.revised)) == (12, 10)


def test_a_revised_hidden_count_is_named_without_its_number(workspace: Settings) -> None:
    released(workspace)
    publish_counts(workspace, {("D0", "04"): 9, ("D1", "04"): 2, ("", "04"): 11})
    summary = summarise(workspace, request_release(workspace, "Ann").release_id)
    assert summary.revised == ("violence lad D1 month 2023-04-01", "violence vru X1 month 2023-04-01")


def test_the_share_of_counts_that_is_hidden_is_told(workspace: Settings) -> None:
    name = request_release(workspace, "Ann").release_id
    summary = summarise(workspace, name)
    assert (summary.hidden, summary.hidden_percent) == ({"some policy": (3, 2)}, 66.7)


def test_the_sheet_says_it_in_text_and_json(workspace: Settings) -> None:
    name = later(workspace)

    def show(*words: str) -> str:
        return CliRunner().invoke(app, ["show", name, *words, "--workspace", str(workspace.workspace)]).stdout

    text, told = show(), json.loads(show("--json"))
    assert "Hidden, of all counts under a policy: 33.3%" in text
    assert "Since 2024-1: 1 new, 1 revised, 1 told again, 1 withdrawn" in text
    assert "Revised:\n         violence lad D0 month 2023-04-01\n" in text
    assert told["revised"] == ["violence lad D0 month 2023-04-01"]
    assert (told["hidden_percent"], told["since"]["withdrawn"]) == (33.3, 1)


def test_a_release_that_was_changed_by_hand_is_not_shown(workspace: Settings) -> None:
    name = request_release(workspace, "Ann").release_id
    file = release_folder(workspace, name) / "proof" / "told_cells.parquet"
    pd.read_parquet(file).assign(is_hidden=True).to_parquet(file)
    with pytest.raises(BrokenChain, match="not as they were"):
        summarise(workspace, name)
