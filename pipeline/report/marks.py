"""The words that stand on every page, sheet, chart and file of a report, and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from pipeline.names import name_some


@dataclass(frozen=True)
class Approval:
    """The approved release whose figures a report shows, and the day on which it was approved.

    `changed` names the texts of the report that are not those of the release: beside them its figures are a draft.
    """

    release_id: str
    approved_on: date
    changed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Mark:
    """One word, and the sentence that says why it stands there."""

    word: str
    sentence: str


SYNTHETIC = Mark("SYNTHETIC", "Every figure is made up. No real person or place.")
DRAFT = Mark(
    "DRAFT",
    "No approved release holds these figures, so they may not go out: they are final once sna release request, "
    "review and approve have let them pass and sna report has written this report again.",
)


def find_marks(is_synthetic: bool, approval: Approval | None) -> tuple[Mark, ...]:
    """What a report must say of itself: that its figures are made up, and that no approved release holds it."""
    return (*([SYNTHETIC] if is_synthetic else []), *_find_draft(approval))


def _find_draft(approval: Approval | None) -> tuple[Mark, ...]:
    if approval is None:
        return (DRAFT,)
    if not approval.changed:
        return ()
    sentence = (
        f"Release {approval.release_id} holds these figures, but not these words ({name_some(approval.changed)}), so "
        "they may not go out: they are final once a release with them is approved, or the words are those of the "
        "release again, and sna report has written this report again."
    )
    return (Mark(DRAFT.word, sentence),)
