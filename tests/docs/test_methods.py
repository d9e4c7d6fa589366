"""docs/methods.md and the statistics library name the same functions."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re

import pipeline.statistics
from pipeline.settings import PROJECT


def test_every_function_has_its_formula_in_print_and_every_formula_its_function() -> None:
    text = (PROJECT / "docs" / "methods.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`(pipeline\.statistics\.\w+\.\w+)`", text))
    modules = [
        importlib.import_module(found.name)
        for found in pkgutil.iter_modules(pipeline.statistics.__path__, "pipeline.statistics.")
    ]
    public = {
        f"{module.__name__}.{name}"
        for module in modules
        for name, member in inspect.getmembers(module, inspect.isfunction)
        if member.__module__ == module.__name__ and not name.startswith("_")
    }
    assert public - named == set(), "functions without a row in docs/methods.md"
    assert named - public == set(), "rows of docs/methods.md without a function"


def test_every_row_says_formula_source_function_and_use() -> None:
    methods, *_ = (PROJECT / "docs" / "methods.md").read_text(encoding="utf-8").split("\n## ")
    rows = [line.strip("|").split("|") for line in methods.splitlines() if line.startswith("|")]
    assert len(rows) > 2
    assert [row for row in rows if len(row) != 5 or not all(cell.strip() for cell in row)] == []
