"""Figures go out with their own proof, as it was made: no file is another, and the proof still holds."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest
from released_workspace import certify, fill_workspace, publish_counts

from pipeline import plan
from pipeline.publish import seal
from pipeline.publish.seal import CERTIFICATE, OtherProof, digest_files, find_unsealed
from pipeline.publish.stored_proof import find_stored_flaws
from pipeline.publish.write import Publication
from pipeline.register import BrokenChain
from pipeline.releases import approve_release, list_releases, release_folder, request_release, review_release
from pipeline.settings import Settings


@pytest.fixture
def workspace(tmp_path: Path) -> Settings:
    return fill_workspace(tmp_path)


def change(file: Path, **columns: object) -> None:
    """Puts other values into the columns of a Parquet file."""
    pd.read_parquet(file).assign(**columns).to_parquet(file, index=False)


def show_by_hand(settings: Settings) -> None:
    """Puts the hidden counts into what is published, and says that none is hidden."""
    change(settings.published / "indicator_values.parquet", numerator=[9.0, 3.0, 12.0])
    change(settings.proof / "told_cells.parquet", is_hidden=False)


def test_what_is_published_bears_the_digests_of_all_its_files(workspace: Settings) -> None:
    said = json.loads((workspace.published / CERTIFICATE).read_text())["sha256"]
    assert said["tables"].keys() == {"indicator_values.parquet"}
    assert said["proof"].keys() == {
        "behind.parquet", "cells.parquet", "relations.parquet", "tally.json", "told_cells.parquet",
        "told_relations.parquet", "witness_ends.parquet", "witness_tables.parquet",
    }  # fmt: skip
    assert find_unsealed(workspace.published, workspace.proof) == []
    assert find_stored_flaws(workspace.published, workspace.proof) == []


def test_whoever_tries_all_hidden_counts_does_not_find_them_by_a_digest(tmp_path: Path) -> None:
    one, other = (fill_workspace(tmp_path / name) for name in ("one", "other"))
    same, apart = (digest_files(each.published, each.proof) for each in (one, other))
    assert same["tables"] == apart["tables"]
    assert not set(same["proof"].values()) & set(apart["proof"].values())


def test_hidden_counts_put_in_by_hand_are_not_released(workspace: Settings) -> None:
    show_by_hand(workspace)
    with pytest.raises(
        OtherProof, match=r"^indicator_values\.parquet is not the one that the certificate .* names"
    ):
        request_release(workspace, "Ann")
    assert list_releases(workspace) == []


def test_a_table_that_was_changed_by_hand_is_not_reported(
    workspace: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plan, "check_published", lambda *_: None)
    change(workspace.published / "indicator_values.parquet", note="Of them 3 were hidden.")
    with pytest.raises(OtherProof, match=r"^indicator_values\.parquet is not the one .* run `sna refresh`"):
        plan.report(workspace)


@pytest.mark.parametrize("name", ["told_cells", "witness_ends", "behind"])
def test_figures_are_not_released_with_a_proof_of_which_a_file_is_another(
    workspace: Settings, name: str
) -> None:
    change(workspace.proof / f"{name}.parquet", more=1)
    with pytest.raises(OtherProof, match=f"^{name}.parquet is not the one .* run `sna refresh`"):
        request_release(workspace, "Ann")


def test_a_run_killed_between_the_cells_told_and_the_witnesses_releases_nothing(
    workspace: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = pd.DataFrame.to_parquet

    def write_or_die(table: pd.DataFrame, file: Path, **more: object) -> None:
        if file.name == "witness_ends.parquet":
            raise InterruptedError
        write(table, file, **more)

    with monkeypatch.context() as patch:
        patch.setattr(pd.DataFrame, "to_parquet", write_or_die)
        with pytest.raises(InterruptedError):
            publish_counts(workspace, {("D0", "04"): 9, ("D1", "04"): 4, ("", "04"): 13})
    with pytest.raises(OtherProof, match="run `sna refresh`"):
        request_release(workspace, "Ann")


@pytest.mark.parametrize("kind", ["published", "proof"])
def test_figures_are_not_released_with_a_file_too_many_or_too_few(workspace: Settings, kind: str) -> None:
    folder: Path = getattr(workspace, kind)
    more = folder / "more.parquet"
    more.write_bytes(b"")
    with pytest.raises(OtherProof, match=r"^more\.parquet is not"):
        request_release(workspace, "Ann")
    certify(workspace)
    more.unlink()
    with pytest.raises(OtherProof, match=r"^more\.parquet is not"):
        request_release(workspace, "Ann")


def test_a_proof_is_checked_once_more_whatever_the_certificate_says(workspace: Settings) -> None:
    show_by_hand(workspace)
    certify(workspace)
    with pytest.raises(
        OtherProof, match=r"does not hold \(flaws: 2; .* is told otherwise than it was proved"
    ):
        request_release(workspace, "Ann")
    change(workspace.proof / "cells.parquet", is_hidden=False)
    certify(workspace)
    with pytest.raises(OtherProof, match="is small and shown"):
        request_release(workspace, "Ann")


def test_a_hidden_count_behind_a_shown_figure_stops_the_release(workspace: Settings) -> None:
    change(workspace.published / "indicator_values.parquet", value=[None, 0.3, None])
    certify(workspace)
    named = "violence D1 lad month 2023-04-01 is shown, and a hidden count stands behind it"
    with pytest.raises(OtherProof, match=named):
        request_release(workspace, "Ann")
    # A figure of which nobody knows what is behind it may be made of anything.
    change(workspace.published / "indicator_values.parquet", value=None, indicator_id="other")
    certify(workspace)
    with pytest.raises(OtherProof, match="is shown, and a hidden count"):
        request_release(workspace, "Ann")


def test_what_was_frozen_is_checked_again_with_each_step(
    workspace: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = request_release(workspace, "Ann").release_id
    review_release(workspace, name, "Bob")
    kept = release_folder(workspace, name) / "proof" / "tally.json"
    tally = kept.read_text()
    kept.write_text("{}")
    for act, by in ((review_release, "Cyd"), (approve_release, "Ann")):
        with pytest.raises(BrokenChain, match="are not as they were"):
            act(workspace, name, by)
    kept.write_text(tally)
    review_release(workspace, name, "Bob", is_refused=True)
    # One that was frozen before certificates named files.
    certify(workspace, sha256={})
    with monkeypatch.context() as patch:
        patch.setattr(seal, "find_unsealed", lambda *_: [])
        name = request_release(workspace, "Ann").release_id
        review_release(workspace, name, "Bob")
    for act, by in ((review_release, "Cyd"), (approve_release, "Ann")):
        with pytest.raises(OtherProof, match="not the one that the certificate"):
            act(workspace, name, by)
    review_release(workspace, name, "Bob", is_refused=True)


def test_a_refresh_makes_anew_what_was_changed_by_hand(
    workspace: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def publish(settings: Settings) -> Publication:
        publish_counts(settings, {("D0", "04"): 9})
        return Publication(0, (), "")

    workspace.warehouse.parent.mkdir(parents=True)
    workspace.warehouse.touch()
    for name, instead in (
        ("ingest", lambda _: None),
        ("_deliveries", lambda _: (SimpleNamespace(delivery_id="a", file_name="b"),)),
        ("build", lambda _: None),
        ("publish", publish),
    ):
        monkeypatch.setattr(plan, name, instead)

    def is_rebuilt() -> bool:
        return plan.refresh(workspace, lambda _: None).is_rebuilt

    assert (is_rebuilt(), is_rebuilt()) == (True, False)
    for file in (workspace.published / "indicator_values.parquet", workspace.proof / "told_cells.parquet"):
        change(file, more=1)
        assert (is_rebuilt(), is_rebuilt()) == (True, False)
    (workspace.published / CERTIFICATE).unlink()
    assert (is_rebuilt(), is_rebuilt()) == (True, False)


@pytest.mark.parametrize("area", ["demonstration", "rounded_demonstration"])
def test_the_proof_of_an_area_holds_as_it_lies_on_disk(area: str, request: pytest.FixtureRequest) -> None:
    settings: Settings = request.getfixturevalue(area)
    assert find_unsealed(settings.published, settings.proof) == []
    assert find_stored_flaws(settings.published, settings.proof) == []


def test_how_many_counts_are_small_stays_with_the_proof(demonstration: Settings) -> None:
    certificate = json.loads((demonstration.published / CERTIFICATE).read_text("utf-8"))
    tally = json.loads((demonstration.proof / "tally.json").read_text("utf-8"))
    assert 0 < tally["sensitive_cells"] < certificate["hidden_cells"]
    assert tally["witness_tables"] > 0
    assert not tally.keys() & certificate.keys()
