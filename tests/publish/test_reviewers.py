"""One person is one person, however the name is written."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from pathlib import Path

import pytest
from released_workspace import fill_workspace

from pipeline.releases import NotReviewed, approve_release, request_release, review_release
from pipeline.settings import ConfigurationError, Settings

JOSE = "José Pérez"
WRITTEN_OTHERWISE = [
    unicodedata.normalize("NFD", JOSE),
    "JOSÉ  PÉREZ",
    "Jo\u200bsé Pérez",
    "José\u00a0Pérez\ufeff",
    "José\u2060 P\u00adérez",
    "José Pérez\u0007",
    "\uff2aosé Pérez",  # a full-width J
]


@pytest.fixture
def workspace(tmp_path: Path) -> Settings:
    return fill_workspace(tmp_path)


def test_an_author_does_not_review_under_the_same_name_written_otherwise(workspace: Settings) -> None:
    name = request_release(workspace, JOSE).release_id
    for reviewer in WRITTEN_OTHERWISE:
        with pytest.raises(NotReviewed, match="nobody reviews a release of their own"):
            review_release(workspace, name, reviewer)
    review_release(workspace, name, "Jose Pereira")


def test_one_reviewer_counts_once(workspace: Settings) -> None:
    settings = replace(workspace, assessment=replace(workspace.assessment, reviewers=2))
    name = request_release(settings, "Ann").release_id
    for reviewer in (JOSE, *WRITTEN_OTHERWISE):
        review_release(settings, name, reviewer)
    with pytest.raises(NotReviewed, match="has 1 of 2 reviewers"):
        approve_release(settings, name, "Ann")
    review_release(settings, name, "Gwynfor O'Brien")
    approve_release(settings, name, "Ann")


def test_marks_between_the_letters_of_a_name_make_no_other_person(workspace: Settings) -> None:
    name = request_release(workspace, "Anne-Marie O'Brien").release_id
    with pytest.raises(NotReviewed, match="nobody reviews a release of their own"):
        review_release(workspace, name, "Anne\u2011Marie O\u2019Brien")


@pytest.mark.parametrize("by", ["\u0410nn", "Bo\u03bf", "Ann \u0418\u0432\u0430\u043d"])
def test_a_name_of_two_scripts_is_refused(workspace: Settings, by: str) -> None:
    with pytest.raises(
        ConfigurationError, match=r"^The name after --by mixes letters of .*: write it in one"
    ):
        request_release(workspace, by)


@pytest.mark.parametrize(
    "by",
    [
        "Siân Ŵyn Llŷr",
        "José",
        "Łukasz Żółć",
        "Анна Иванова",
        "Μαρία",
        "李娜",
        "राम",
        "Zoë O’Neill-Ødegård 3rd",
    ],
)
def test_a_name_of_one_script_passes_and_is_recorded_as_it_is_read(workspace: Settings, by: str) -> None:
    assert request_release(workspace, f" {unicodedata.normalize('NFD', by)}\u200b").by == by


def test_a_name_of_nothing_that_can_be_seen_is_none(workspace: Settings) -> None:
    with pytest.raises(ConfigurationError, match="Say who"):
        request_release(workspace, "\u200b \u2060")
