"""`sna release`: two people, one chain, and exit code 6 for whoever goes alone."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from tests.cli.area import Ran

Sna = Callable[..., Ran]


def test_a_release_takes_two_people_and_stays_in_the_next_proof(sna: Sna, built: Path) -> None:
    def release(*words: str) -> Ran:
        return sna("release", *words, "--workspace", built)

    assert release("list").out == "Nothing has been released: all figures are a draft\n"
    name = release("request", "--by", "Ann Author").out.split()[0]
    shown = json.loads(release("show", name, "--json").out)
    certificate = json.loads(
        (built / "data/curated/published/disclosure_certificate.json").read_text("utf-8")
    )
    assert sum(hidden for _, hidden in shown["hidden"].values()) == certificate["hidden_cells"]
    assert all(count >= 5 for _, count in shown["smallest"])
    assert (shown["before"], shown["since"]) == ("", {})
    assert "zeros and" in release("show", name).out
    alone = release("review", name, "--by", "ann author")
    assert (alone.code, alone.out) == (6, "")
    assert alone.err == f"sna: ann author asked for {name}, and nobody reviews a release of their own.\n"
    assert release("approve", name, "--by", "Ann Author").code == 6
    assert release("review", name, "--by", "Bob", "--note", "smallest counts seen").code == 0
    assert release("approve", name, "--by", "Ann Author").code == 0
    [told] = json.loads(release("list", "--json").out)
    assert (told["state"], [step["step"] for step in told["steps"]]) == (
        "approved", ["requested", "reviewed", "approved"],
    )  # fmt: skip

    before = json.loads((built / "data/curated/published/disclosure_certificate.json").read_text("utf-8"))
    assert sna("refresh", "--workspace", built).code in (0, 4)
    after = json.loads((built / "data/curated/published/disclosure_certificate.json").read_text("utf-8"))
    assert (before["earlier_releases"], after["earlier_releases"]) == (0, 1)
    assert after["hidden_figures"] == before["hidden_figures"]
    again = release("request", "--by", "Ann Author").out.split()[0]
    since = json.loads(release("show", again, "--json").out)
    assert (since["before"], since["since"]) == (
        name, {"new": 0, "revised": 0, "told again": after["cells"]},
    )  # fmt: skip
