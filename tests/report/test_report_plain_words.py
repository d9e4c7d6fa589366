"""Findings in plain words say between what a share lies where records do not say."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.report.plain_words import plain_findings
from pipeline.report.published import Published, read_published
from pipeline.report.selection import Context
from pipeline.report.sentences import plain
from pipeline.settings import Settings

NAME = "domestic_violence_share"
TEXT = "Of every 100 crimes, {number} were at home."


@pytest.fixture(scope="module")
def bundle(published: Path) -> Published:
    return read_published(published)


def told(settings: Settings, bundle: Published, lowest: float | None, highest: float | None) -> str:
    cells = [replace(one, value=32.4, lowest=lowest, highest=highest) for one in bundle.readings[NAME]]
    context = Context(replace(bundle, readings={**bundle.readings, NAME: tuple(cells)}), settings, (), {})
    [findings] = plain_findings(context, {NAME: TEXT}, 1)
    return plain(findings.items[0].sentence)


def test_a_share_is_told_with_the_range_that_records_without_a_word_leave(
    settings: Settings, bundle: Published
) -> None:
    assert told(settings, bundle, 29.2, 38.6).startswith(
        "Of every 100 crimes, 32 were at home. Some records do not say: of all of them it is between 29 and 39."
    )


@pytest.mark.parametrize(("lowest", "highest"), [(None, None), (29.2, None), (32.1, 32.9)])
def test_without_a_range_or_within_one_nothing_more_is_told(
    settings: Settings, bundle: Published, lowest: float | None, highest: float | None
) -> None:
    assert "do not say" not in told(settings, bundle, lowest, highest)
