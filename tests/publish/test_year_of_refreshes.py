"""A year of monthly releases of the demonstration area gives no small count away, told apart from the product's proof.

What is cut: the warehouse is built twice and not each month, and each month takes of it what had happened by then;
nothing but the counts goes out.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pandas as pd
import pytest
from released_cells import cells_of
from test_earlier import MONTHS as FEW_MONTHS
from test_earlier import proof_of, table_of

from pipeline import plan
from pipeline.publish.earlier import Released
from pipeline.publish.inputs import Inputs, read_inputs
from pipeline.publish.tables import protect_values
from pipeline.settings import Settings, read_settings
from pipeline.warehouse import open_warehouse
from tests.once import fill_once
from tests.publish.union_audit import Found, audit_union
from tests.publish.year_of_refreshes import (
    CHANGED,
    MONTHS,
    change_definition,
    copy_workspace,
    district_of,
    send_revision,
)

# When the district reports, each time before its area: see docs/release.md.
DISTRICT_REPORTS = (MONTHS[0], MONTHS[-1])


def inputs_of(settings: Settings) -> Inputs:
    with open_warehouse(settings) as warehouse:
        return read_inputs(warehouse, settings.assessment)


def told_by(month: date, inputs: Inputs, settings: Settings, earlier: list[Released]) -> Released:
    figures = inputs.figures[pd.to_datetime(inputs.figures["period_end"]) <= pd.Timestamp(month)]
    cut = replace(inputs, figures=figures.reset_index(drop=True))
    return protect_values(cut, settings.assessment, earlier)[-1].told


def test_a_year_of_releases_with_a_revision_a_changed_definition_and_a_district_gives_nothing_away(
    demonstration: Settings, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = fill_once(tmp_path_factory, "year", lambda path: copy_workspace(demonstration, path))
    revised = read_settings(folder)
    send_revision(revised)
    plan.ingest(revised)
    changed = change_definition(revised)
    district = district_of(changed)
    plan.ingest(district)
    first = inputs_of(demonstration)
    plan.build(changed)
    second = inputs_of(changed)
    plan.build(district)
    of_district = inputs_of(district)
    releases: list[Released] = []
    for month in MONTHS:
        if month in DISTRICT_REPORTS:
            releases.append(told_by(month, of_district, district, releases))
        is_later = month >= CHANGED
        settings, inputs = (changed, second) if is_later else (demonstration, first)
        releases.append(told_by(month, inputs, settings, releases))
    found = audit_union(releases)
    assert found.small > 500
    assert (found.exact, found.narrow) == (0, 0)


def test_the_audit_finds_what_releases_protected_each_for_itself_give_away() -> None:
    given = Found(0, 0, 0)
    for seed in range(6):
        inside = pd.Series(range(24)).sample(24, random_state=seed).to_numpy().reshape(6, 4) % 9
        alone = [proof_of(table_of(inside[:, :size], FEW_MONTHS[:size])).told for size in (3, 4)]
        assert audit_union(alone[:1]).narrow == audit_union(alone[1:]).narrow == 0
        found = audit_union(alone)
        given = Found(given.small + found.small, given.exact + found.exact, given.narrow + found.narrow)
    assert given.narrow > 0


def test_the_audit_sets_a_district_beside_its_area() -> None:
    area = cells_of({("", "04"): 103, ("D0", "year"): 500, ("D1", "year"): 600, ("", "year"): 1100})
    district = cells_of({("", "04"): 100, ("D0", "year"): 500, ("", "year"): 500})
    district["area_code"] = district["area_code"].replace("X1", "Y1")
    apart = [proof_of(cells).told for cells in (area, district)]
    assert audit_union(apart) == Found(1, 1, 1)
    assert audit_union([apart[1], proof_of(area, apart[1]).told]) == Found(1, 0, 0)
