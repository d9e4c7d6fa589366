"""What the register keeps of a delivery's cells for ever: the words of its scope, few and of a known form."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.contracts import PATTERNS, read_contracts
from pipeline.ingest import contents
from pipeline.settings import PROJECT, ConfigurationError
from tests.ingest.door import open_door
from tests.ingest.histories import RECORDS, rows, take_all, write_file


def test_scope_of_any_words_is_no_contract(tmp_path: Path) -> None:
    for folder in ("seeds", "models/staging/support"):
        shutil.copytree(PROJECT / "dbt_project" / folder, tmp_path / "dbt_project" / folder)
    file = tmp_path / "dbt_project" / "models" / "staging" / "support" / "_support__sources.yml"
    assert len(read_contracts(tmp_path)) > 5
    bounded = "headers: [marac, marac_name], required: true, pattern: title"
    text = file.read_text(encoding="utf-8")
    assert bounded in text
    file.write_text(text.replace(bounded, bounded.replace(", pattern: title", "")), encoding="utf-8")
    with pytest.raises(ConfigurationError, match="marac_name belongs to the scope, and the register keeps"):
        read_contracts(tmp_path)


@pytest.mark.parametrize(("count", "status"), [(3, "accepted"), (4, "refused")])
def test_delivery_about_too_many_things_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, count: int, status: str
) -> None:
    monkeypatch.setattr(contents, "MOST_SCOPES", 3)
    settings = open_door(tmp_path)
    write_file(
        settings, "records.csv", [row for n in range(count) for row in rows("2024-01", n, force=f"F{n}")]
    )
    [line] = take_all(settings, (RECORDS,)).deliveries
    assert (line.status, len(line.scope)) == (status, count if status == "accepted" else 0)


@pytest.mark.parametrize(
    ("cell", "is_kept"),
    [("Women's Aid – North (24/7)", True), ("Ynys Môn", True), ("Year 2024", True), ("call 07700900123", False),
     ("jo@example.org", False), ("x" * 90, False)],
)  # fmt: skip
def test_title_is_a_few_words(tmp_path: Path, cell: str, is_kept: bool) -> None:
    columns = tuple(
        replace(column, pattern=PATTERNS["title"]) if column.name == "force" else column
        for column in RECORDS.columns
    )
    settings = open_door(tmp_path)
    found = [row for n, force in enumerate((cell, "Example")) for row in rows("2024-01", n, force=force)]
    write_file(settings, "records.csv", found)
    [line] = take_all(settings, (replace(RECORDS, columns=columns),)).deliveries
    assert line.status == "blocked" or (cell in line.scope) == is_kept
    assert not re.search("jo@|07700", repr(line))


def test_two_columns_whose_headers_differ_in_what_divides_their_words_are_no_contract(tmp_path: Path) -> None:
    marker = "headers: [cases_discussed]"
    staging = tmp_path / "dbt_project" / "models" / "staging"
    staging.mkdir(parents=True)
    [file] = [
        each
        for each in (PROJECT / "dbt_project" / "models" / "staging").rglob("_*__sources.yml")
        if marker in each.read_text()
    ]
    shutil.copytree(PROJECT / "dbt_project" / "seeds", tmp_path / "dbt_project" / "seeds")
    text = file.read_text()
    (staging / file.name).write_text(text.replace("headers: [repeat_cases]", 'headers: ["Cases-Discussed"]'))
    assert "repeat_cases]" in text
    with pytest.raises(ConfigurationError, match="two columns have the header 'cases discussed'"):
        read_contracts(tmp_path)
