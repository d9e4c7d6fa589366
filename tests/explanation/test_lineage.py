"""The path of a source to the mart is every model between the two, in order, and no other."""

from __future__ import annotations

import json
from pathlib import Path

from pipeline.explanation.lineage import models_between, read_graph, sources_above

EDGES = [
    ("source.p.police.crimes", "model.p.stg_crimes"),
    ("model.p.stg_crimes", "model.p.int_placed"),
    ("model.p.int_placed", "model.p.int_counts"),
    ("model.p.int_counts", "model.p.mart"),
    ("model.p.stg_crimes", "model.p.int_aside"),
    ("source.p.health.visits", "model.p.stg_visits"),
    ("model.p.stg_visits", "model.p.int_counts"),
]


def graph() -> dict:
    nodes = {name for edge in EDGES for name in edge}
    return {
        "sources": {name: {} for name in nodes if name.startswith("source.")},
        "nodes": {
            name: {"original_file_path": f"models/{name.split('.')[-1]}.sql"}
            for name in nodes
            if name.startswith("model.")
        },
        "parent_map": {name: [parent for parent, child in EDGES if child == name] for name in nodes},
        "child_map": {name: [child for parent, child in EDGES if parent == name] for name in nodes},
    }


def test_models_between_a_source_and_the_mart_are_told_in_order() -> None:
    assert models_between(graph(), "crimes", "mart") == (
        "dbt_project/models/stg_crimes.sql",
        "dbt_project/models/int_placed.sql",
        "dbt_project/models/int_counts.sql",
        "dbt_project/models/mart.sql",
    )


def test_sources_above_a_model_are_all_it_is_made_from() -> None:
    assert sources_above(graph(), "int_counts") == {"crimes", "visits"}
    assert sources_above(graph(), "int_placed") == {"crimes"}


def test_without_a_manifest_the_mart_alone_is_known(tmp_path: Path) -> None:
    assert read_graph(tmp_path / "manifest.json") is None
    assert models_between(None, "crimes", "mart") == ("dbt_project/models/marts/mart.sql",)
    assert sources_above(None, "mart") == frozenset()
    (tmp_path / "manifest.json").write_text(json.dumps(graph()))
    assert read_graph(tmp_path / "manifest.json") == graph()
