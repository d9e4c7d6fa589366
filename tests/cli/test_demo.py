"""`sna demo` and its scenarios, as an analyst meets them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from pipeline.settings import read_settings
from pipeline.synthetic.scenarios import SCENARIOS
from tests.cli.area import Ran


def test_a_scenario_brings_its_own_assessment(sna: Callable[..., Ran], workspace: Path) -> None:
    ran = sna("demo", "--scenario", "forty_districts")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == "21 SYNTHETIC deliveries in data/raw/forty_districts\n"
    assert read_settings(workspace).assessment.name == "forty_districts"
    # Again, beside what it wrote itself.
    assert sna("demo", "--scenario", "forty_districts").code == 0


def test_an_unknown_scenario_is_told_with_those_that_are_known(
    sna: Callable[..., Ran], workspace: Path
) -> None:
    ran = sna("demo", "--scenario", "fifty_districts")
    assert ran.code == 2
    assert ran.sentence == (
        "There is no scenario 'fifty_districts'; the scenarios are demonstration, forty_districts, "
        "forty_districts_reversed."
    )
    assert list(workspace.iterdir()) == []


def test_an_assessment_that_is_there_is_never_overwritten(sna: Callable[..., Ran], workspace: Path) -> None:
    own = workspace / "assessment.toml"
    assert sna("demo", "--scenario", "forty_districts").code == 0
    text = own.read_text(encoding="utf-8").replace("Greater Example", "My region")
    own.write_text(text, encoding="utf-8")
    ran = sna("demo", "--scenario", "forty_districts")
    assert ran.code == 2
    assert (
        ran.sentence
        == f"{own} is there already and is not overwritten: name another folder after --workspace."
    )
    assert own.read_text(encoding="utf-8") == text


def test_two_scenarios_never_share_a_workspace(sna: Callable[..., Ran], workspace: Path) -> None:
    assert sna("demo").code == 0
    ran = sna("demo", "--scenario", "forty_districts_reversed")
    assert ran.code == 2
    assert ran.sentence == (
        f"{workspace / 'data' / 'raw' / 'demonstration'} holds the scenario demonstration, and two would be read as "
        "one area: name another folder after --workspace."
    )
    assert not (workspace / "assessment.toml").exists()


def test_the_help_names_every_scenario(sna: Callable[..., Ran]) -> None:
    told = " ".join(sna("demo", "--help").out.split())
    for scenario in SCENARIOS:
        assert f"{scenario} (" in told
