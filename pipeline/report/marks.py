"""The words that stand on every page, sheet, chart and file of a report, and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Approval:
    """The approved release whose figures a report shows, and the day on which it was approved."""

    release_id: str
    approved_on: date


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
    """What a report must say of itself: that its figures are made up, and that no approved release holds them."""
    return (*([SYNTHETIC] if is_synthetic else []), *([DRAFT] if approval is None else []))
