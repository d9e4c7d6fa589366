"""Nothing that is published would be another if the hidden counts were: of all tables, not of their figures alone."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from pipeline.publish import protect
from pipeline.publish.cells import KEY, denominator_keys, numerator_keys, unknown_keys
from pipeline.publish.earlier import Released
from pipeline.publish.inputs import Inputs, read_inputs
from pipeline.publish.tables import make_tables, protect_values
from pipeline.register import read_ledger, standing_lines
from pipeline.settings import Settings
from pipeline.warehouse import open_warehouse


def other_counts(settings: Settings) -> pd.Series:
    """By cell, other counts of as many hidden ones as witness tables can change at once."""
    cells = pd.read_parquet(settings.proof / "cells.parquet").set_index("cell_id")
    changed: dict[int, float] = {}
    for _, rows in pd.read_parquet(settings.proof / "witness_tables.parquet").groupby("table_id"):
        if not set(rows["cell_id"]) & changed.keys():
            changed |= dict(zip(rows["cell_id"], rows["change"], strict=True))
    moved = cells.loc[list(changed)].assign(change=list(changed.values())).dropna(subset=["measure_id"])
    return (moved["count"] + moved["change"]).set_axis(pd.MultiIndex.from_frame(moved[KEY]))


def with_counts(figures: pd.DataFrame, counts: pd.Series) -> pd.DataFrame:
    """The figures as they would be with these counts."""
    found = {
        name: counts.reindex(pd.MultiIndex.from_frame(keys(figures))).to_numpy()
        for name, keys in (
            ("numerator", numerator_keys),
            ("denominator", denominator_keys),
            ("unknown", unknown_keys),
        )
    }
    return figures.assign(
        **{name: np.where(np.isnan(other), figures[name], other) for name, other in found.items()}
    )


def publish_hiding(
    inputs: Inputs, settings: Settings, told: pd.DataFrame, patch: pytest.MonkeyPatch
) -> dict[str, pd.DataFrame]:
    """All tables, with the cells hidden that were: what is chosen may follow from the true counts."""

    def hide_the_same(cells: pd.DataFrame, relations: pd.DataFrame, *_: object) -> SimpleNamespace:
        assert cells[KEY].equals(told[KEY])
        same = {name: told[name] for name in ("is_hidden", "rounded", "base_together")}
        return SimpleNamespace(told=Released(cells.assign(**same), relations))

    patch.setattr(protect, "prove", hide_the_same)
    values, rounding, _ = protect_values(inputs, settings.assessment, ())
    lines = standing_lines(read_ledger(settings.register), settings.assessment.name)
    return make_tables(inputs, values, rounding, settings.assessment, lines)


@pytest.mark.parametrize("area", ["demonstration", "rounded_demonstration"])
def test_every_published_table_is_the_same_whatever_the_hidden_counts_are(
    area: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings: Settings = request.getfixturevalue(area)
    with open_warehouse(settings) as warehouse:
        inputs = read_inputs(warehouse, settings.assessment)
    told = pd.read_parquet(settings.proof / "told_cells.parquet")
    counts = other_counts(settings)
    other = replace(inputs, figures=with_counts(inputs.figures, counts))
    told_before, told_now = (each.figures[["numerator", "denominator"]].fillna(0) for each in (inputs, other))
    assert (told_before != told_now).any(axis=1).sum() > 300
    tables = publish_hiding(other, settings, told, monkeypatch)
    published = {name: pd.read_parquet(settings.published / f"{name}.parquet") for name in tables}
    differing = [name for name, table in published.items() if tables[name].to_csv() != table.to_csv()]
    assert differing == []
