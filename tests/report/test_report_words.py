"""A report of a release's figures with other words than the release's is a draft, and names no release as its own."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from published import write_published

from pipeline.report.document import build_document
from pipeline.report.marks import Approval
from pipeline.report.published import read_published
from pipeline.report.specs import read_report_spec
from pipeline.settings import Settings


@pytest.mark.parametrize(
    ("changed", "marks", "release"),
    [
        ((), ["SYNTHETIC"], "2024-1, approved on 3 May 2024"),
        (("reports/text/glance.md",), ["SYNTHETIC", "DRAFT"], ""),
    ],
)
def test_a_document_with_other_words_is_a_draft(
    settings: Settings, tmp_path: Path, changed: tuple[str, ...], marks: list[str], release: str
) -> None:
    reports = settings.project / "reports"
    approval = Approval("2024-1", date(2024, 5, 3), changed)
    bundle = read_published(write_published(tmp_path / "published"))
    document = build_document(read_report_spec(reports), bundle, settings, reports, approval)
    assert [mark.word for mark in document.marks] == marks
    assert document.release == release
    assert all("glance.md" in mark.sentence for mark in document.marks if mark.word == "DRAFT")
