"""The SQL models that lie between a delivery and a published figure, from what dbt wrote of its last build."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

MART = "fct_indicator_values"
POPULATIONS = "int_period_populations"

Graph = dict[str, Any]


def read_graph(manifest: Path) -> Graph | None:
    """dbt's manifest; None where it was deleted, as whatever is curated may be."""
    return json.loads(manifest.read_text(encoding="utf-8")) if manifest.exists() else None


def models_between(graph: Graph | None, source_id: str, mart: str = MART) -> tuple[str, ...]:
    """The files of the models that a source passes through, from its staging model to the mart.

    Without a manifest the mart's file alone.
    """
    if graph is None:
        return (f"dbt_project/models/marts/{mart}.sql",)
    above = _reach(graph["parent_map"], _node(graph, mart))
    passed: set[str] = set()
    for name in graph["sources"]:
        passed |= _reach(graph["child_map"], name) if _last(name) == source_id else set()

    @cache
    def depth(name: str) -> int:
        return 1 + max((depth(parent) for parent in graph["parent_map"].get(name, [])), default=0)

    models = sorted(
        (name for name in above & passed if name.startswith("model.")), key=lambda n: (depth(n), n)
    )
    return tuple(f"dbt_project/{graph['nodes'][name]['original_file_path']}" for name in models)


def sources_above(graph: Graph | None, model: str) -> frozenset[str]:
    """The sources that a model is made from; none without a manifest."""
    if graph is None:
        return frozenset()
    reached = _reach(graph["parent_map"], _node(graph, model))
    return frozenset(_last(name) for name in reached if name.startswith("source."))


def _node(graph: Graph, model: str) -> str:
    return next(name for name in graph["nodes"] if name.startswith("model.") and _last(name) == model)


def _last(name: str) -> str:
    return name.rsplit(".", maxsplit=1)[-1]


def _reach(edges: dict[str, list[str]], start: str) -> set[str]:
    """A node and all that can be reached from it."""
    reached, ahead = {start}, [start]
    while ahead:
        new = [node for node in edges.get(ahead.pop(), []) if node not in reached]
        reached.update(new)
        ahead += new
    return reached
