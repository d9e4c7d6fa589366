"""`sna release`: two people, one chain, and exit code 6 for whoever goes alone."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline import plan
from pipeline.publish.everybody import MEANS
from pipeline.report.sentences import Run
from pipeline.settings import read_settings
from tests.cli.area import Ran

Sna = Callable[..., Ran]


def test_a_release_takes_two_people_and_stays_in_the_next_proof(sna: Sna, built: Path) -> None:
    def release(*words: str) -> Ran:
        return sna("release", *words, "--workspace", built)

    assert release("list").out == "Nothing has been released: all figures are a draft\n"
    assert_is_draft(sna, built, True)
    name = release("request", "--by", "Ann Author").out.split()[0]
    shown = json.loads(release("show", name, "--json").out)
    certificate = json.loads(
        (built / "data/curated/published/disclosure_certificate.json").read_text("utf-8")
    )
    assert sum(hidden for _, hidden in shown["hidden"].values()) == certificate["hidden_cells"]
    assert all(count >= 5 for _, count in shown["smallest"])
    assert (shown["before"], shown["since"]) == ("", {})
    told = shown["everybody"]
    assert certificate["of_everybody"] == {"means": MEANS, **told}
    said = release("show", name).out
    assert f"{len(told['zeros']):,} zeros are shown" in said and MEANS in said
    assert told["zeros"] and told["zeros"][0] in said
    alone = release("review", name, "--by", "ann author")
    assert (alone.code, alone.out) == (6, "")
    assert alone.err == f"sna: ann author asked for {name}, and nobody reviews a release of their own.\n"
    assert release("approve", name, "--by", "Ann Author").code == 6
    assert_is_draft(sna, built, True, "--release", name)
    assert release("review", name, "--by", "Bob", "--note", "smallest counts seen").code == 0
    assert release("approve", name, "--by", "Ann Author").code == 0
    [told] = json.loads(release("list", "--json").out)
    assert (told["state"], [step["step"] for step in told["steps"]]) == (
        "approved", ["requested", "reviewed", "approved"],
    )  # fmt: skip

    # Told by the figures themselves: the report of the same figures is final, with or without the release's name.
    assert release("show", name).code == 0
    assert_is_draft(sna, built, False)
    assert_is_draft(sna, built, False, "--release", name)

    before = json.loads((built / "data/curated/published/disclosure_certificate.json").read_text("utf-8"))
    assert sna("refresh", "--workspace", built).code in (0, 4)
    after = json.loads((built / "data/curated/published/disclosure_certificate.json").read_text("utf-8"))
    assert (before["earlier_releases"], after["earlier_releases"]) == (0, 1)
    assert after["hidden_figures"] == before["hidden_figures"]
    assert_is_draft(sna, built, False)
    again = release("request", "--by", "Ann Author").out.split()[0]
    since = json.loads(release("show", again, "--json").out)
    assert (since["before"], since["since"]) == (
        name, {"new": 0, "revised": 0, "told again": after["cells"], "withdrawn": 0},
    )  # fmt: skip


def assert_is_draft(sna: Sna, workspace: Path, is_draft: bool, *words: str) -> None:
    """Whether every output of the report says DRAFT, or none does."""
    told = json.loads(sna("report", *words, "--json", "--workspace", workspace).out)
    [page, package] = [
        Path(next(file for file in told["files"] if file.endswith(name))).read_text("utf-8")
        for name in ("index.html", "datapackage.json")
    ]
    assert ("DRAFT" in page, "DRAFT" in package) == (is_draft, is_draft)
    assert ("sna release request" in page) is is_draft
    assert ("approved on" in page) is not is_draft
    figures = next(file for file in told["files"] if file.endswith("data/indicator_values.csv"))
    assert ("DRAFT" in Path(figures).read_text("utf-8")) is is_draft


def test_a_report_of_no_release_is_refused(sna: Sna, built: Path) -> None:
    told = sna("report", "--release", "2024-7", "--workspace", built)
    assert (told.code, told.out) == (2, "")
    assert told.err == "sna: There is no release '2024-7': `sna release list` shows those there are.\n"


def test_what_stands_in_a_report_and_was_not_published_stops_the_release(sna: Sna, built: Path) -> None:
    [page] = built.glob("reports/output/*/*/index.html")
    whole = page.read_text("utf-8")
    page.write_text(whole.replace("<main", "<p>41 victims</p><main"), "utf-8")
    told = sna("release", "request", "--by", "Ann", "--workspace", built)
    assert (told.code, told.out) == (6, "")
    assert told.err.startswith("sna: index.html holds something that the template has no place for (line ")
    assert "41" not in told.err and len(told.err.splitlines()) == 1
    assert "Nothing has been released" in sna("release", "list", "--workspace", built).out
    assert sna("report", "--workspace", built).code == 0
    assert page.read_text("utf-8") == whole
    assert sna("release", "request", "--by", "Ann", "--workspace", built).code == 0


def test_a_report_that_prints_what_was_not_published_is_not_put_in_place(
    sna: Sna, built: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    [page] = built.glob("reports/output/*/*/index.html")
    whole = page.read_bytes()
    next(page.parents[1].glob(".*.json")).unlink()
    # As if a sentence were made of a figure without saying which.
    monkeypatch.setattr(
        "pipeline.report.sentences.number", lambda reading, field, _: Run(str(getattr(reading, field)))
    )
    told = sna("report", "--workspace", built)
    assert (told.code, page.read_bytes()) == (6, whole)
    assert told.err.startswith(
        "sna: index.html holds a number that is no published figure of what it stands in ("
    )


@pytest.mark.parametrize("step", ["request", "review 2024-1", "approve 2024-1"])
def test_nothing_is_released_while_another_run_is_at_work(sna: Sna, tmp_path: Path, step: str) -> None:
    with plan.workspace_lock(read_settings(tmp_path)):
        told = sna("release", *step.split(), "--by", "Bob", "--workspace", tmp_path)
    assert told.code == 5
    assert "another run is at work" in told.err
