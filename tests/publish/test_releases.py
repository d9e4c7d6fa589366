"""Nothing is released by one person, and what was released is kept as it was."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from released_workspace import certify, fill_workspace, released

from pipeline.publish.seal import OtherProof
from pipeline.register import BrokenChain
from pipeline.releases import (
    NotReviewed,
    approve_release,
    find_approval,
    list_releases,
    read_released,
    release_folder,
    request_release,
    review_release,
)
from pipeline.report.marks import Approval
from pipeline.settings import ConfigurationError, Settings


@pytest.fixture
def workspace(tmp_path: Path) -> Settings:
    return fill_workspace(tmp_path)


def test_a_release_goes_from_its_author_to_a_reviewer_and_out(workspace: Settings) -> None:
    name = request_release(workspace, "Ann", "first").release_id
    assert name == "2024-1"
    assert read_released(workspace) == []
    review_release(workspace, name, "Bob")
    approve_release(workspace, name, "Ann")
    [(_, state, steps)] = list_releases(workspace)
    assert (state, [(step.step, step.by) for step in steps]) == (
        "approved",
        [("requested", "Ann"), ("reviewed", "Bob"), ("approved", "Ann")],
    )
    [told] = read_released(workspace)
    pd.testing.assert_frame_equal(told.cells, pd.read_parquet(workspace.proof / "told_cells.parquet"))
    assert told.cells["is_hidden"].tolist() == [True, True, False]


@pytest.mark.parametrize("reviewer", ["Ann", " ann ", "ANN"])
def test_nobody_reviews_a_release_of_their_own(workspace: Settings, reviewer: str) -> None:
    name = request_release(workspace, "Ann").release_id
    with pytest.raises(NotReviewed, match="nobody reviews a release of their own"):
        review_release(workspace, name, reviewer)


@pytest.mark.parametrize(("reviewers", "needed"), [([], 1), (["Bob"], 2), (["Bob", "bob"], 2)])
def test_a_release_without_the_set_number_of_reviewers_stays(
    workspace: Settings, reviewers: list[str], needed: int
) -> None:
    settings = replace(workspace, assessment=replace(workspace.assessment, reviewers=needed))
    name = request_release(settings, "Ann").release_id
    for reviewer in reviewers:
        review_release(settings, name, reviewer)
    with pytest.raises(NotReviewed, match=f"of {needed} reviewers who are not its author"):
        approve_release(settings, name, "Ann")
    assert read_released(settings) == []


def test_a_release_that_was_refused_cannot_be_approved(workspace: Settings) -> None:
    name = request_release(workspace, "Ann").release_id
    review_release(workspace, name, "Bob", "too much", is_refused=True)
    with pytest.raises(ConfigurationError, match="was refused"):
        approve_release(workspace, name, "Ann")
    assert request_release(workspace, "Ann").release_id == "2024-2"


def test_one_release_waits_at_a_time(workspace: Settings) -> None:
    request_release(workspace, "Ann")
    with pytest.raises(ConfigurationError, match="2024-1 waits for its reviewers"):
        request_release(workspace, "Bob")


def test_what_is_published_later_does_not_touch_a_release(workspace: Settings) -> None:
    name = released(workspace)
    certify(workspace, note="later")
    kept = release_folder(workspace, name) / "published" / "disclosure_certificate.json"
    assert "later" not in kept.read_text()
    assert len(read_released(workspace)) == 1


def test_a_release_that_was_changed_by_hand_stops_every_later_publication(workspace: Settings) -> None:
    name = released(workspace)
    (release_folder(workspace, name) / "published" / "disclosure_certificate.json").write_text("{ }")
    with pytest.raises(BrokenChain, match=f"release {name} are not as they were"):
        read_released(workspace)


def test_only_an_approved_release_of_these_very_figures_covers_them(workspace: Settings) -> None:
    figures = workspace.published / "indicator_values.parquet"
    assert find_approval(workspace, workspace.published) is None
    name = request_release(workspace, "Ann").release_id
    review_release(workspace, name, "Bob")
    assert find_approval(workspace, workspace.published) is None
    approve_release(workspace, name, "Ann")
    approval = Approval(name, date.today())
    assert find_approval(workspace, workspace.published) == approval
    # The next proof takes the release in, and the certificate says so: the figures are the same.
    certify(workspace, note="another proof")
    assert find_approval(workspace, workspace.published) == approval
    kept = figures.read_bytes()
    pd.DataFrame({"numerator": [9.0, 3.0]}).to_parquet(figures)
    assert find_approval(workspace, workspace.published) is None
    figures.write_bytes(kept)
    (workspace.published / "one_more.parquet").write_bytes(kept)
    assert find_approval(workspace, workspace.published) is None


def test_a_refused_release_covers_nothing(workspace: Settings) -> None:
    name = request_release(workspace, "Ann").release_id
    review_release(workspace, name, "Bob", is_refused=True)
    assert find_approval(workspace, workspace.published) is None


def test_releases_of_another_assessment_count_where_it_shares_a_district(workspace: Settings) -> None:
    name = released(workspace)
    own = workspace.assessment

    def of_another(district: str) -> Settings:
        area = replace(own.area, code="Z1", districts=(district,))
        return replace(workspace, assessment=replace(own, name="another", area=area))

    assert len(read_released(of_another("D0"))) == 1
    assert read_released(of_another("E0")) == []
    (release_folder(workspace, name) / "published" / "disclosure_certificate.json").write_text("{ }")
    with pytest.raises(BrokenChain, match=f"when {own.name} asked for it"):
        read_released(of_another("D0"))


def test_nothing_published_is_nothing_to_release(tmp_path: Path, workspace: Settings) -> None:
    with pytest.raises(ConfigurationError, match="nothing to release yet"):
        request_release(replace(workspace, workspace=tmp_path / "elsewhere"), "Ann")
    with pytest.raises(ConfigurationError, match="Say who"):
        request_release(workspace, "  ")
    with pytest.raises(ConfigurationError, match="no release '2024-9'"):
        review_release(workspace, "2024-9", "Bob")


def test_an_assessment_needs_a_reviewer(workspace: Settings) -> None:
    with pytest.raises(ValueError, match="nobody releases figures alone"):
        replace(workspace.assessment, reviewers=0)


def test_a_release_whose_proof_knows_nothing_of_an_approved_one_is_not_asked_for_nor_approved(
    workspace: Settings,
) -> None:
    area = replace(workspace.assessment.area, code="Z1", districts=("D0",))
    district = replace(workspace, assessment=replace(workspace.assessment, name="district", area=area))
    waiting = request_release(district, "Ann").release_id
    # Since it was asked for, one of the area that the district lies in went out.
    released(workspace)
    review_release(district, waiting, "Bob")
    with pytest.raises(OtherProof, match="takes in 0 earlier releases, and 1 are approved"):
        approve_release(district, waiting, "Ann")
    with pytest.raises(OtherProof, match="run `sna refresh` and ask"):
        request_release(workspace, "Ann")
