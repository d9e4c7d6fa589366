"""Nothing is published of which no row states what protects it."""

from __future__ import annotations

import json
import re
from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest

from pipeline.publish import write
from pipeline.publish.everybody import Everybody
from pipeline.publish.treatments import keep_stated, keep_stated_kinds
from pipeline.settings import PROJECT, Settings, read_settings
from tests.counts.reference import read_seed

TREATMENTS = pd.DataFrame(
    [
        (None, "area_code", None, None),
        ("spreads", "statistic", "median", None),
        ("spreads", "value", None, 1),
        ("indicators", "kind", "rate", None),
    ],
    columns=["table_name", "column_name", "kind", "decimals"],
)
SPREADS = pd.DataFrame({"area_code": ["X1", "X2"], "statistic": ["median", "median"], "value": [1.25, 3.04]})
ADD_A_ROW = "because nothing states what protects it: add its row to dbt_project/seeds/figure_treatments.csv."


def test_what_is_stated_is_published_to_its_decimals() -> None:
    kept, left_out = keep_stated({"spreads": SPREADS}, TREATMENTS)
    assert kept["spreads"]["value"].tolist() == [1.2, 3.0]
    assert kept["spreads"].drop(columns="value").equals(SPREADS.drop(columns="value"))
    assert left_out == ()


def test_a_table_without_a_row_of_its_own_is_not_published_and_says_so() -> None:
    # That a column of its name is stated of every table does not state the table.
    kept, left_out = keep_stated({"names": SPREADS[["area_code"]]}, TREATMENTS)
    assert kept == {}
    assert left_out == (f"The table names was not published, {ADD_A_ROW}",)


def test_a_column_without_a_row_is_not_published_and_says_so() -> None:
    kept, left_out = keep_stated({"spreads": SPREADS.assign(smallest=[1, 3])}, TREATMENTS)
    assert list(kept["spreads"]) == ["area_code", "statistic", "value"]
    assert left_out == (f"The column smallest of spreads was not published, {ADD_A_ROW}",)


def test_a_kind_of_figure_without_a_row_is_not_published_and_says_so() -> None:
    kept, left_out = keep_stated({"spreads": SPREADS.assign(statistic=["median", "smallest"])}, TREATMENTS)
    assert kept["spreads"]["area_code"].tolist() == ["X1"]
    assert left_out == (f"Figures of spreads with statistic 'smallest' were not published, {ADD_A_ROW}",)


def test_nothing_is_made_of_indicators_of_a_kind_without_a_row() -> None:
    indicators = pd.DataFrame({"indicator_id": ["a", "b"], "kind": ["rate", "odds"]})
    kept, left_out = keep_stated_kinds(indicators, TREATMENTS)
    assert kept["indicator_id"].tolist() == ["a"]
    assert left_out == (f"Indicators of the kind 'odds' were not published, {ADD_A_ROW}",)


def test_a_publication_leaves_out_what_is_not_stated_and_what_an_earlier_one_told_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = read_settings(tmp_path)
    settings.published.mkdir(parents=True)
    SPREADS.to_parquet(settings.published / "names.parquet")
    inputs = SimpleNamespace(
        indicators=pd.DataFrame({"kind": ["odds"]}), treatments=TREATMENTS, policies=None, figures=None
    )
    tables = {"spreads": SPREADS.assign(smallest=[1, 3]), "names": SPREADS}
    for name, answer in {
        "open_warehouse": nullcontext(),
        "read_inputs": inputs,
        "replace": inputs,
        "protect_values": (
            pd.DataFrame({"value_status": ["suppressed"]}),
            None,
            SimpleNamespace(told=SimpleNamespace(cells=None)),
        ),
        "make_tables": tables,
        "write_proof": None,
        "name_behind": None,
        "_certify": {},
        "find_everybody": Everybody((), ()),
        "find_emptied": pd.DataFrame(),
    }.items():
        monkeypatch.setattr(write, name, lambda *_, answer=answer, **__: answer)
    done = write.publish(settings, (), ())
    assert done.hidden_figures == 1
    assert [sentence.split(" not published")[0] for sentence in done.left_out] == [
        "Indicators of the kind 'odds' were",
        "The column smallest of spreads was",
        "The table names was",
    ]
    assert sorted(file.name for file in settings.published.iterdir()) == [
        "disclosure_certificate.json",
        "spreads.parquet",
    ]
    certificate = json.loads((settings.published / "disclosure_certificate.json").read_text())
    assert certificate["left_out"] == list(done.left_out)


def test_every_row_states_something_that_is_published(demonstration: Settings) -> None:
    tables = {file.stem: pd.read_parquet(file) for file in demonstration.published.glob("*.parquet")}
    rows = read_seed("figure_treatments")
    unused = [
        row
        for row in rows
        if not any(
            row["column_name"] in table
            for name, table in tables.items()
            if name == (row["table_name"] or name)
        )
    ]
    assert unused == []
    assert {row["treatment_id"] for row in rows} == {row["treatment_id"] for row in read_seed("treatments")}
    certificate = json.loads((demonstration.published / "disclosure_certificate.json").read_text())
    assert certificate["left_out"] == []


def test_the_page_tells_each_way_in_the_words_of_its_row() -> None:
    page = (PROJECT / "docs" / "published.md").read_text(encoding="utf-8")
    told = dict(re.findall(r"^\| (\w+) \| (.+) \|$", page.split("## What protects each figure")[1], re.M))
    del told["way"]
    assert told == {row["treatment_id"]: row["meaning"] for row in read_seed("treatments")}
