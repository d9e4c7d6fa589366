"""An area whose crimes are rounded together: multiples, limits that hold what was, and words that say so."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from pipeline import plan
from pipeline.cli.explain import tell
from pipeline.explanation.question import Question
from pipeline.publish.keys import CELL
from pipeline.settings import Settings
from tests.conftest import query, read_values

BASE = 5


@pytest.fixture(scope="module")
def both(demonstration: Settings, rounded_demonstration: Settings) -> pd.DataFrame:
    """The figures that are shown exact in one publication and rounded in the other (`_rounded`)."""
    exact, rounded = (read_values(settings) for settings in (demonstration, rounded_demonstration))
    on = [*CELL, "period_end", "source_id"]
    found = exact.merge(rounded, on=on, suffixes=("", "_rounded"))
    is_shown = (found["value_status"] == "reported") & (found["value_status_rounded"] == "reported")
    return found[is_shown & (found["source_id"] == "police_crimes") & (found["left_out"] == "")]


def test_every_count_is_a_multiple_less_than_the_base_away(both: pd.DataFrame) -> None:
    assert len(both) > 10_000
    for name in ("numerator", "denominator"):
        # Residents are as they are; harm and cost add counts up.
        is_count = (
            both["is_from_rounded_rounded"] & (both[f"{name}_rounded"] != both[name]) & both[name].notna()
        )
        is_count &= ~both["indicator_id"].str.contains("harm|cost")
        counts = both[is_count]
        assert len(counts) > 1_000
        assert (counts[f"{name}_rounded"] % BASE == 0).all()
        assert ((counts[f"{name}_rounded"] - counts[name]).abs() < BASE).all()


@pytest.mark.parametrize(("least", "most"), [("lower95", "upper95"), ("lowest", "highest")])
def test_limits_and_bounds_hold_those_of_the_counts_before(both: pd.DataFrame, least: str, most: str) -> None:
    kinds = both[both[least].notna() & both[most].notna() & both[f"{least}_rounded"].notna()]
    assert len(kinds) > 1_000
    # Each number is rounded to the decimals of its indicator.
    assert (kinds[f"{least}_rounded"] <= kinds[least] + 1e-9).all()
    assert (kinds[f"{most}_rounded"] >= kinds[most] - 1e-9).all()


def test_the_certificate_says_that_counts_are_rounded_and_how(rounded_demonstration: Settings) -> None:
    text = (rounded_demonstration.published / "disclosure_certificate.json").read_text(encoding="utf-8")
    certificate = json.loads(text)
    assert certificate["proved"] is True
    assert certificate["rounded_cells"] > 10_000
    [policy] = [each for each in certificate["policies"] if each["method"] == "round"]
    assert (policy["threshold"], policy["rounding_base"]) == (5, BASE)
    assert policy["authority"] == "Agreement, clause 7"
    hidden = query(
        rounded_demonstration,
        "select count(*) from fct_indicator_values where policy_id = 'police_crimes_agreed'",
    )[0][0]
    assert certificate["hidden_figures"] < hidden / 50


def test_the_proof_that_is_kept_holds_what_is_shown(rounded_demonstration: Settings) -> None:
    told = pd.read_parquet(rounded_demonstration.proof / "told_cells.parquet")
    rounded = told[told["rounded"].notna()]
    assert not rounded["is_hidden"].any()
    assert (np.abs(rounded["rounded"] - rounded["count"]) < BASE).all()
    ends = pd.read_parquet(rounded_demonstration.proof / "witness_ends.parquet")
    assert ((ends["high"] - ends["low"]) >= 4).all()
    assert ((ends["high"] >= 5) | (ends["low"] == 0)).all()


def test_explain_and_the_cautions_say_rounded_and_never_hidden(rounded_demonstration: Settings) -> None:
    found = plan.explain(rounded_demonstration, Question("violence_rate", "", "", "", "", ""))
    text = " ".join(" ".join(tell(found)).split())
    assert (
        "Small counts police_crimes: all counts are shown as multiples of 5 that add up, each less than 5 away from "
        "its own; none is hidden (police_crimes_agreed; Agreement, clause 7)"
    ) in text
    assert "all are shown as multiples of a base that still add up" in text
    caveats = pd.read_parquet(rounded_demonstration.published / "caveats.parquet")
    rounded = set(caveats.loc[caveats["caveat_id"] == "rounded_together", "indicator_id"])
    assert "violence_rate" in rounded
    assert "assault_admission_rate" not in rounded
