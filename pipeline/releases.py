"""Releases: figures that two people let out, kept for ever with the proof that came with them."""

from __future__ import annotations

import hashlib
import json
import shutil
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.names import find_scripts, fold_person, name_all, tidy_person
from pipeline.publish.seal import CERTIFICATE, OtherProof
from pipeline.register import BrokenChain, ReleaseStep, append_release_step, read_release_steps
from pipeline.report.marks import Approval
from pipeline.report.words import digest_words, find_changed, keep_words
from pipeline.settings import ConfigurationError

if TYPE_CHECKING:
    from pipeline.publish.earlier import Released
    from pipeline.settings import Settings

REQUESTED, REVIEWED, REFUSED, APPROVED = "requested", "reviewed", "refused", "approved"
FOLDER, PUBLISHED, PROOF = "releases", "published", "proof"
FIGURES = "*.parquet"
NO_RELEASE = "There is no release {!r}: `sna release list` shows those there are."


class NotReviewed(Exception):
    """A release lacks the people who must have seen it."""


def request_release(settings: Settings, by: str, note: str = "") -> ReleaseStep:
    """Freezes what is published now, with its proof, as a release to be reviewed; returns the recorded step.

    Raises ConfigurationError where nothing is published, or another release waits for its reviewers; OtherProof where
    a file is not the one that the certificate names, or the proof does not hold.
    """
    from pipeline.publish.stored_proof import check_proof

    author = _name(by)
    if not (settings.published / CERTIFICATE).exists() or not settings.proof.exists():
        raise ConfigurationError("There is nothing to release yet: run `sna refresh` first.")
    check_proof(settings.published, settings.proof)
    _check_earlier(settings, settings.published)
    steps = _steps(settings)
    waiting = [release for release in _ids(steps) if _state(steps, release) not in (REFUSED, APPROVED)]
    if waiting:
        raise ConfigurationError(
            f"{waiting[0]} waits for its reviewers: approve or refuse it before you ask for another release."
        )
    release_id = f"{settings.assessment.edition}-{len(_ids(steps)) + 1}"
    aside = _aside(release_folder(settings, release_id))
    # What a request that was killed left behind: no step records it.
    shutil.rmtree(aside, ignore_errors=True)
    shutil.copytree(settings.published, aside / PUBLISHED)
    shutil.copytree(settings.proof, aside / PROOF)
    keep_words(settings, aside)
    requested = _record(settings, release_id, REQUESTED, author, note, _digest(aside))
    _read_steps(settings)
    return requested


def review_release(
    settings: Settings, release_id: str, by: str, note: str = "", is_refused: bool = False
) -> ReleaseStep:
    """Records that somebody who is not its author has seen a release and lets it pass, or refuses it.

    Raises NotReviewed where the reviewer is its author, ConfigurationError where no such release waits; unless it is
    refused, BrokenChain and OtherProof as `approve_release`.
    """
    reviewer, steps = _name(by), _waiting(settings, release_id)
    if fold_person(reviewer) == fold_person(_author(steps)):
        raise NotReviewed(f"{reviewer} asked for {release_id}, and nobody reviews a release of their own.")
    if not is_refused:
        _check_frozen(settings, release_id, steps[0].digest)
    step = REFUSED if is_refused else REVIEWED
    return _record(settings, release_id, step, reviewer, note, steps[0].digest)


def approve_release(settings: Settings, release_id: str, by: str, note: str = "") -> ReleaseStep:
    """Records that a reviewed release goes out: from now on every proof takes it in.

    Raises NotReviewed where fewer people than the assessment's `reviewers` have reviewed it, its author left out;
    BrokenChain where a file of it was changed since it was asked for, OtherProof where one is not what its certificate
    names, or the proof does not hold; ConfigurationError where no such release waits.
    """
    approver, steps = _name(by), _waiting(settings, release_id)
    people = {fold_person(step.by) for step in steps if step.step == REVIEWED} - {fold_person(_author(steps))}
    needed = settings.assessment.reviewers
    if len(people) < needed:
        raise NotReviewed(
            f"{release_id} has {len(people)} of {needed} reviewers who are not its author: "
            f"`sna release review {release_id} --by NAME` records one."
        )
    _check_frozen(settings, release_id, steps[0].digest)
    _check_earlier(settings, release_folder(settings, release_id) / PUBLISHED)
    return _record(settings, release_id, APPROVED, approver, note, steps[0].digest)


def read_released(settings: Settings) -> list[Released]:
    """What the approved releases told that say something of the area, oldest first.

    Those of other assessments in the same register are among them where they share a district: a district's own report
    stands beside that of its area. Raises BrokenChain where a file of one was changed.
    """
    import pandas as pd

    from pipeline.publish.earlier import Released
    from pipeline.publish.nested_areas import read_districts

    released = []
    for step in _read_steps(settings):
        if step.step != APPROVED:
            continue
        folder = _folder_of(settings, step)
        _check(folder, step.digest)
        cells = pd.read_parquet(folder / PROOF / "told_cells.parquet")
        concerned = read_districts(cells) | set(cells["area_code"])
        if step.assessment == settings.assessment.name or concerned & set(settings.assessment.area.districts):
            released.append(Released(cells, pd.read_parquet(folder / PROOF / "told_relations.parquet")))
    return released


def find_approval(settings: Settings, published: Path) -> Approval | None:
    """The approved release that holds the very figures of a published folder; None where there is none.

    Told by the bytes of the tables, never by their name. The certificate is left out: it tells of the proof, which is
    made anew and takes the release itself in, while the figures stay. Among several it is the last with the words of
    now, else the last, which names the texts that are others. BrokenChain where a file of the release was changed.
    """
    figures, words = _digest(published, FIGURES), digest_words(settings)
    found = []
    for step in reversed(_steps(settings)):
        folder = _folder_of(settings, step)
        if step.step == APPROVED:
            _check(folder, step.digest)
            if _digest(folder / PUBLISHED, FIGURES) == figures:
                changed = find_changed(folder, words)
                found.append(Approval(step.release_id, date.fromisoformat(step.taken_on), changed))
    return min(found, key=lambda approval: bool(approval.changed), default=None)


def released_figures(settings: Settings, release_id: str) -> Path:
    """The published folder as it was when a release was asked for, in whatever state the release is.

    Raises ConfigurationError where there is no such release, BrokenChain where a file of it was changed since.
    """
    requested = next((step for step in _steps(settings) if step.release_id == release_id), None)
    if requested is None:
        raise ConfigurationError(NO_RELEASE.format(release_id))
    _check(release_folder(settings, release_id), requested.digest)
    return release_folder(settings, release_id) / PUBLISHED


def list_releases(settings: Settings) -> list[tuple[str, str, list[ReleaseStep]]]:
    """Each release of an assessment, oldest first: its identifier, its state and its steps."""
    steps = _steps(settings)
    return [
        (release, _state(steps, release), [step for step in steps if step.release_id == release])
        for release in _ids(steps)
    ]


def released_before(settings: Settings, release_id: str) -> str:
    """The release that was approved last before another was asked for; '' where none was.

    Raises ConfigurationError where there is no release of that name.
    """
    steps = _steps(settings)
    if release_id not in _ids(steps):
        raise ConfigurationError(NO_RELEASE.format(release_id))
    before = ""
    for step in steps:
        if step.release_id == release_id:
            break
        before = step.release_id if step.step == APPROVED else before
    return before


def release_folder(settings: Settings, release_id: str) -> Path:
    """Where the files of a release are kept: they hold hidden counts, and stay in the register."""
    return settings.register / FOLDER / settings.assessment.name / release_id


def _folder_of(settings: Settings, step: ReleaseStep) -> Path:
    return settings.register / FOLDER / step.assessment / step.release_id


def _aside(folder: Path) -> Path:
    """Where the files of a release are gathered before it is recorded: no release has such a name."""
    return folder.with_name(f".{folder.name}.writing")


def _steps(settings: Settings) -> list[ReleaseStep]:
    return [step for step in _read_steps(settings) if step.assessment == settings.assessment.name]


def _read_steps(settings: Settings) -> list[ReleaseStep]:
    """Every step of the register, once each release has its folder and each folder its release.

    Raises ConfigurationError where one is missing. A release whose request was killed before its folder had its name
    gets it.
    """
    steps = read_release_steps(settings.register)
    digests = {_folder_of(settings, step): step.digest for step in steps}
    for folder, digest in digests.items():
        aside = _aside(folder)
        if not folder.exists() and aside.exists() and _digest(aside) == digest:
            aside.rename(folder)
        if not folder.is_dir():
            raise ConfigurationError(
                f"Release {folder.name} is recorded in {settings.register / 'releases.jsonl'}, and its folder {folder} "
                "is not there: restore it from the last backup."
            )
    found = (settings.register / FOLDER).glob("*/*")
    strays = [
        folder
        for folder in sorted(found)
        if folder.is_dir() and folder.name[0] != "." and folder not in digests
    ]
    if strays:
        raise ConfigurationError(
            f"{strays[0]} holds a release that no step in {settings.register / 'releases.jsonl'} records: restore the "
            "register from the last backup."
        )
    return list(steps)


def _ids(steps: list[ReleaseStep]) -> list[str]:
    return list(dict.fromkeys(step.release_id for step in steps))


def _state(steps: list[ReleaseStep], release_id: str) -> str:
    return [step.step for step in steps if step.release_id == release_id][-1]


def _author(steps: list[ReleaseStep]) -> str:
    return next(step.by for step in steps if step.step == REQUESTED)


def _waiting(settings: Settings, release_id: str) -> list[ReleaseStep]:
    steps = [step for step in _steps(settings) if step.release_id == release_id]
    if not steps:
        raise ConfigurationError(NO_RELEASE.format(release_id))
    if steps[-1].step in (REFUSED, APPROVED):
        raise ConfigurationError(
            f"{release_id} was {steps[-1].step} on {steps[-1].taken_on}: nothing is left to do."
        )
    return steps


def _record(settings: Settings, release_id: str, step: str, by: str, note: str, digest: str) -> ReleaseStep:
    taken_on = date.today().isoformat()
    recorded = ReleaseStep(settings.assessment.name, release_id, step, by, note.strip(), digest, taken_on)
    append_release_step(settings.register, recorded)
    return recorded


def _name(by: str) -> str:
    name = tidy_person(by)
    if not name:
        raise ConfigurationError("Say who does this with --by NAME: it is recorded.")
    scripts = find_scripts(name)
    if len(scripts) > 1:
        raise ConfigurationError(
            f"The name after --by mixes letters of {name_all(scripts)}, some of which look alike: write it in one "
            "script."
        )
    return name


def _check(folder: Path, digest: str) -> None:
    if _digest(folder) != digest:
        raise BrokenChain(
            f"The files of release {folder.name} are not as they were when {folder.parent.name} asked for it: restore "
            "the register from the last backup."
        )


def _check_frozen(settings: Settings, release_id: str, digest: str) -> None:
    from pipeline.publish.stored_proof import check_proof

    folder = release_folder(settings, release_id)
    _check(folder, digest)
    check_proof(folder / PUBLISHED, folder / PROOF)


def _check_earlier(settings: Settings, published: Path) -> None:
    # A release that was approved since the proof was made is no part of it.
    considered = json.loads((published / CERTIFICATE).read_text(encoding="utf-8"))["earlier_releases"]
    approved = len(read_released(settings))
    if considered != approved:
        raise OtherProof(
            f"The proof of the figures in {published} takes in {considered} earlier releases, and {approved} are "
            "approved that concern this area: run `sna refresh` and ask for a release of what it publishes."
        )


def _digest(folder: Path, pattern: str = "*") -> str:
    """The SHA-256 of every file below a folder whose name is of a pattern, with its name."""
    total = hashlib.sha256()
    for file in sorted(file for file in folder.rglob(pattern) if file.is_file()):
        total.update(file.relative_to(folder).as_posix().encode())
        total.update(hashlib.sha256(file.read_bytes()).digest())
    return total.hexdigest()
