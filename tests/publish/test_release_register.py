"""No release is lost: what was recorded has its folder, what has a folder was recorded, and no line is cut."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from released_workspace import fill_workspace, released

from pipeline import register
from pipeline.register import BrokenChain, read_release_steps
from pipeline.releases import (
    approve_release,
    find_approval,
    list_releases,
    read_released,
    release_folder,
    request_release,
    review_release,
)
from pipeline.settings import ConfigurationError, Settings


class Killed(Exception):
    """The run ends here."""


@pytest.fixture
def workspace(tmp_path: Path) -> Settings:
    return fill_workspace(tmp_path)


def kill(*_: object, **__: object) -> None:
    raise Killed


def chain_of(settings: Settings) -> Path:
    return settings.register / "releases.jsonl"


def bytes_below(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


@pytest.mark.parametrize("kept", [0, 1, 2])
def test_lines_cut_from_the_end_of_the_register_stop_everything_and_delete_nothing(
    workspace: Settings, kept: int
) -> None:
    name = released(workspace)
    frozen = bytes_below(release_folder(workspace, name))
    lines = chain_of(workspace).read_bytes().splitlines(keepends=True)
    chain_of(workspace).write_bytes(b"".join(lines[:kept]))
    with pytest.raises(BrokenChain, match=f"releases.jsonl has {kept} lines of 3: .* last backup"):
        request_release(workspace, "Eve")
    with pytest.raises(BrokenChain):
        read_released(workspace)
    with pytest.raises(BrokenChain):
        find_approval(workspace, workspace.published)
    assert bytes_below(release_folder(workspace, name)) == frozen


def test_a_register_that_was_written_anew_is_found(workspace: Settings) -> None:
    released(workspace)
    end = register.end_of(chain_of(workspace))
    kept = json.loads(end.read_text())
    for other, said in ((kept | {"hash": "0" * 64}, "other than those"), ({}, "not as it was written")):
        end.write_text(json.dumps(other))
        with pytest.raises(BrokenChain, match=f"{said}.*last backup"):
            read_release_steps(workspace.register)


def test_a_folder_that_no_step_records_is_not_written_over(workspace: Settings) -> None:
    name = released(workspace)
    frozen = bytes_below(release_folder(workspace, name))
    chain_of(workspace).unlink()
    register.end_of(chain_of(workspace)).unlink()
    for act in (request_release, lambda settings, _: read_released(settings)):
        with pytest.raises(
            ConfigurationError, match=f"{name} holds a release that no step .* records.*last backup"
        ):
            act(workspace, "Eve")
    assert bytes_below(release_folder(workspace, name)) == frozen


def test_a_recorded_release_without_its_folder_stops_every_assessment_of_the_workspace(
    workspace: Settings,
) -> None:
    name = released(workspace)
    away = workspace.workspace / "away"
    release_folder(workspace, name).rename(away)
    area = replace(workspace.assessment.area, code="Z1", districts=("E0",))
    another = replace(workspace, assessment=replace(workspace.assessment, name="another", area=area))
    for settings in (workspace, another):
        with pytest.raises(ConfigurationError, match=f"{name} is recorded .*is not there.*last backup"):
            read_released(settings)
    away.rename(release_folder(workspace, name))
    assert len(read_released(workspace)) == 1


def test_a_run_killed_between_a_step_and_the_end_of_the_register_is_recovered(
    workspace: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = request_release(workspace, "Ann").release_id
    with monkeypatch.context() as patch:
        patch.setattr(register.os, "replace", kill)
        with pytest.raises(Killed):
            review_release(workspace, name, "Bob")
    [(_, state, _)] = list_releases(workspace)
    assert state == "reviewed"
    approve_release(workspace, name, "Ann")
    assert len(read_released(workspace)) == 1
    lines = chain_of(workspace).read_bytes().splitlines(keepends=True)
    chain_of(workspace).write_bytes(b"".join(lines[:-1]))
    with pytest.raises(BrokenChain, match="2 lines of 3"):
        read_released(workspace)


def test_a_request_killed_while_it_copies_leaves_nothing_and_the_next_takes_its_place(
    workspace: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("pipeline.releases._digest", kill)
        with pytest.raises(Killed):
            request_release(workspace, "Ann")
    assert list_releases(workspace) == []
    assert released(workspace) == "2024-1"


def test_a_request_killed_before_its_folder_has_its_name_is_finished_by_the_next_command(
    workspace: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", kill)
        with pytest.raises(Killed):
            request_release(workspace, "Ann")
    [(name, state, _)] = list_releases(workspace)
    assert state == "requested"
    review_release(workspace, name, "Bob")
    approve_release(workspace, name, "Ann")
    assert len(read_released(workspace)) == 1
    assert [folder.name for folder in release_folder(workspace, name).parent.iterdir()] == [name]


def test_a_register_from_before_its_end_was_kept_is_read_and_goes_on(workspace: Settings) -> None:
    released(workspace)
    register.end_of(chain_of(workspace)).unlink()
    assert len(read_released(workspace)) == 1
    register.append_release_step(workspace.register, read_release_steps(workspace.register)[-1])
    assert register.end_of(chain_of(workspace)).exists()
