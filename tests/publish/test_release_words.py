"""A release is of the report's words as well: other words beside the same figures are a draft, and it says why."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from released_workspace import certify, fill_workspace, released

from pipeline.releases import find_approval, release_folder, request_release, review_release
from pipeline.report.marks import DRAFT, Approval, find_marks
from pipeline.report.words import WORDS
from pipeline.settings import Settings

TEXTS = {
    "assessment/assessment.toml": "reviewers = 1",
    "assessment/quality.md": "Of one force.",
    "assessment/recommendations.yml": "a: b",
    "project/reports/text/glance.md": "The year at a glance.",
    "project/reports/yearly.yml": "title: Yearly",
}


@pytest.fixture
def workspace(tmp_path: Path) -> Settings:
    """A workspace with its own project and assessment folder."""
    for name, text in TEXTS.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    settings = fill_workspace(tmp_path)
    assessment = replace(settings.assessment, folder=tmp_path / "assessment")
    return replace(settings, assessment=assessment, project=tmp_path / "project")


@pytest.mark.parametrize("name", TEXTS)
def test_figures_of_a_release_beside_other_words_are_a_draft(workspace: Settings, name: str) -> None:
    release = released(workspace)
    assert find_approval(workspace, workspace.published) == Approval(release, date.today())
    file = workspace.workspace / name
    file.write_text("Something else.")
    approval = find_approval(workspace, workspace.published)
    said = name.removeprefix("project/")
    assert approval == Approval(release, date.today(), (said,))
    [mark] = find_marks(False, approval)
    assert mark.word == "DRAFT"
    assert mark.sentence.startswith(f"Release {release} holds these figures, but not these words ({said})")
    file.write_text(TEXTS[name])
    assert find_approval(workspace, workspace.published) == Approval(release, date.today())


def test_a_commentary_more_or_less_is_another_report(workspace: Settings) -> None:
    release = released(workspace)
    (workspace.assessment.folder / "glance.md").write_text("More.")
    (workspace.assessment.folder / "quality.md").unlink()
    changed = ("assessment/glance.md", "assessment/quality.md")
    assert find_approval(workspace, workspace.published) == Approval(release, date.today(), changed)


def test_the_same_figures_may_be_released_once_more_with_other_words(workspace: Settings) -> None:
    released(workspace)
    (workspace.assessment.folder / "quality.md").write_text("Of two forces.")
    certify(workspace)
    again = released(workspace)
    assert find_approval(workspace, workspace.published) == Approval(again, date.today())
    (workspace.assessment.folder / "quality.md").write_text(TEXTS["assessment/quality.md"])
    assert find_approval(workspace, workspace.published) == Approval("2024-1", date.today())


def test_a_release_from_before_words_were_kept_is_told_by_its_figures(
    workspace: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("pipeline.releases.keep_words", lambda *_: None)
        release = released(workspace)
    assert not (release_folder(workspace, release) / WORDS).exists()
    (workspace.assessment.folder / "quality.md").write_text("Of two forces.")
    assert find_approval(workspace, workspace.published) == Approval(release, date.today())


def test_a_draft_of_figures_that_no_release_holds_says_so(workspace: Settings) -> None:
    review_release(workspace, request_release(workspace, "Ann").release_id, "Bob")
    assert find_marks(False, find_approval(workspace, workspace.published)) == (DRAFT,)
