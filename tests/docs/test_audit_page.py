"""docs/audit.md, followed to the letter: its files give the answers that it prints."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from pipeline.audits.figures import MARKERS, read_figure
from pipeline.settings import PROJECT
from tests.cli.area import run_sna

PAGE = (PROJECT / "docs" / "audit.md").read_text(encoding="utf-8")


def test_the_files_of_the_page_give_its_answers(
    workspace: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    blocks = re.findall(r"^`([\w.]+)`\n```csv\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    assert [name for name, _ in blocks] == ["table.csv", "cells.csv", "relations.csv"]
    for name, content in blocks:
        (workspace / name).write_text(content, encoding="utf-8")
    commands = re.findall(r"^```sh\n\.venv/bin/sna (.*)\n```$", PAGE, re.MULTILINE)
    table, cells = (run_sna(monkeypatch, capsys, *command.split()) for command in commands)
    assert f"```\n{table.out}```" in PAGE
    told = json.loads(cells.out)
    counts = json.dumps({name: told[name] for name in ("cells", "suppressed", "exact", "narrow")})
    assert counts.removesuffix("}") in PAGE
    assert json.dumps(told["intervals"][0]) in PAGE


def test_the_page_names_the_markers_that_are_read() -> None:
    [named, ranges] = re.findall(
        r"A \*\*marker\*\* is (.*?), also in brackets.*?\(\[c\]\); and (.*?), which", PAGE, re.DOTALL
    )[0]
    words = re.split(r", | or ", " ".join(named.replace("\\", "").split()))
    assert words == list(MARKERS)
    for text in re.findall(r"`([^`]+)`", ranges):
        figure = read_figure(text)
        assert figure is not None, text
        assert figure.most == 4, text
