"""The folder is written whole or not at all, and the same twice."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from published import write_published

from pipeline.report import render
from pipeline.report.prose import read_prose
from pipeline.report.published import COLUMNS, read_published
from pipeline.report.render import render_report
from pipeline.report.sentences import plain
from pipeline.report.specs import BlockSpec, ExhibitSpec, read_report_spec
from pipeline.settings import ConfigurationError, Settings


def contents(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def test_the_same_inputs_give_the_same_bytes_and_leave_times_alone(
    report: Path, published: Path, settings: Settings, tmp_path: Path
) -> None:
    again = tmp_path / "2024"
    shutil.copytree(report, again)
    (again / "data" / "left_over.csv").write_text("from an earlier edition", encoding="utf-8")
    times = {file: file.stat().st_mtime_ns for file in again.rglob("*") if file.is_file()}
    written = render_report(published, again, settings)
    assert contents(again) == contents(report)
    assert {file.stat().st_mtime_ns == times[file] for file in written} == {True}
    assert sorted(str(file.relative_to(again)) for file in written) == sorted(contents(report))
    assert [file.name for file in tmp_path.iterdir()] == ["2024"]
    assert {"index.html", "report.pdf", "tables.xlsx", "datapackage.json"} <= set(contents(again))


def test_a_render_that_fails_leaves_the_last_report_as_it_was(
    published: Path, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    output = tmp_path / "2024"
    output.mkdir()
    (output / "index.html").write_text("the last one", encoding="utf-8")

    def fail(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(render, "write_workbook", fail)
    with pytest.raises(OSError, match="disk full"):
        render_report(published, output, settings)
    assert contents(output) == {"index.html": b"the last one"}


def test_a_missing_folder_is_named(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(
        ConfigurationError, match=r"indicator_values\.parquet does not exist: run `sna refresh`"
    ):
        render_report(tmp_path / "nowhere", tmp_path / "out", settings)


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    folder = write_published(tmp_path / "published")
    table = pd.read_parquet(folder / "areas.parquet").drop(columns="area_name")
    table.to_parquet(folder / "areas.parquet")
    with pytest.raises(ConfigurationError, match=r"areas\.parquet lacks the column area_name"):
        read_published(folder)


def test_a_reported_cell_without_a_value_is_refused(tmp_path: Path) -> None:
    folder = write_published(tmp_path / "published")
    table = pd.read_parquet(folder / "indicator_values.parquet")
    table.loc[0, "value"] = None
    table.to_parquet(folder / "indicator_values.parquet")
    with pytest.raises(ConfigurationError, match="is reported without a value"):
        read_published(folder)


def test_tables_that_publish_may_leave_out_may_be_absent(tmp_path: Path) -> None:
    folder = write_published(tmp_path / "published")
    (folder / "findings.parquet").unlink()
    assert list(read_published(folder).tables["findings"].columns) == list(COLUMNS["findings"])


BAD_YEARLY = [
    ("sections: [", "cannot be read as YAML"),
    ("- a", "must hold settings by name"),
    ("titel: x", "`titel` is not a setting of a ReportSpec. Did you mean `title`?"),
    ("title: x", "lacks `subtitle`"),
    ("sections: [{id: a, title: A, blocks: [{block: tile}]}]", "`block: tile` is not known"),
    (
        "sections: [{id: a, title: A, blocks: [{exhibit: e, kind: pie, indicators: [x]}]}]",
        "`kind: pie` is not known",
    ),
    (
        "sections: [{id: a, title: A, blocks: [{exhibit: e, kind: map, indicator: [x]}]}]",
        "Did you mean `indicators`?",
    ),
]


@pytest.mark.parametrize(("text", "words"), BAD_YEARLY)
def test_what_is_wrong_in_yearly_is_named(text: str, words: str, tmp_path: Path) -> None:
    (tmp_path / "yearly.yml").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError) as error:
        read_report_spec(tmp_path)
    assert words in str(error.value) and "yearly.yml" in str(error.value)


def test_a_name_in_prose_is_text_whatever_it_looks_like(tmp_path: Path) -> None:
    file = tmp_path / "text.md"
    file.write_text("In {area}, **bold**.\n\n## Aside\n\n- one {area}\n- two\n", encoding="utf-8")
    parts = read_prose(file, {"area": "**A** [x](https://evil.example) <b>"})
    first = parts[""][0]
    assert plain(first.runs) == "In **A** [x](https://evil.example) <b>, bold."  # type: ignore[union-attr]
    assert [run.style for run in first.runs if run.style] == ["strong"]  # type: ignore[union-attr]
    assert not [run for run in first.runs if run.link]  # type: ignore[union-attr]
    assert parts["aside"][0].kind == "bullets"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{unknown}", "{unknown} is not a slot"),
        ("> quoted", "only paragraphs, headings and lists"),
        ("![x](y.png)", "image is not understood"),
        ("[x](javascript:alert)", "javascript"),
        ("[x](/etc/passwd)", "must start with"),
    ],
)
def test_prose_that_is_not_understood_is_refused(text: str, words: str, tmp_path: Path) -> None:
    file = tmp_path / "text.md"
    file.write_text(text, encoding="utf-8")
    if "javascript" in words:
        # Markdown itself leaves such a link as text.
        assert words in plain(read_prose(file, {})[""][0].runs)  # type: ignore[union-attr]
        return
    with pytest.raises(ConfigurationError, match=words.replace("{", r"\{")):
        read_prose(file, {})


def test_html_in_prose_stays_text(tmp_path: Path) -> None:
    file = tmp_path / "text.md"
    file.write_text("<script>alert(1)</script>", encoding="utf-8")
    assert plain(read_prose(file, {})[""][0].runs) == "<script>alert(1)</script>"  # type: ignore[union-attr]


def test_the_assessments_own_text_is_printed_in_its_section(
    published: Path, settings: Settings, tmp_path: Path
) -> None:
    own = tmp_path / "assessment"
    own.mkdir()
    (own / "health.md").write_text("The board has seen *this* for {area}.", encoding="utf-8")
    ours = replace(settings, assessment=replace(settings.assessment, folder=own))
    render_report(published, tmp_path / "out", ours)
    page = (tmp_path / "out" / "index.html").read_text(encoding="utf-8")
    assert "The board has seen <em>this</em> for Exampleshire." in page


def test_what_yearly_names_exists_and_what_exists_is_named(settings: Settings) -> None:
    reports = settings.project / "reports"
    spec = read_report_spec(reports)
    blocks = [block for section in spec.sections for block in section.blocks]
    kinds = {block.kind for block in blocks if isinstance(block, ExhibitSpec)}
    assert kinds == set(spec.how_to_read)
    caveats = pd.read_csv(settings.project / "dbt_project" / "seeds" / "caveats.csv", dtype=str)
    assert set(caveats["section"]) <= {section.id for section in spec.sections}
    seed = settings.project / "dbt_project" / "seeds" / "indicators.csv"
    known = set(pd.read_csv(seed, dtype=str)["indicator_id"])
    used = {
        name for block in blocks if isinstance(block, ExhibitSpec | BlockSpec) for name in block.indicators
    }
    used |= {entry.partition("/")[0] for family in spec.families for entry in family.indicators}
    exhibits = {block.exhibit for block in blocks if isinstance(block, ExhibitSpec)}
    assert used - known - exhibits == set()
    assert {name for section in spec.sections for name in section.lead} - known - exhibits == set()
    assert set(spec.cover) <= exhibits
