"""Releases of areas within areas are set side by side, whichever of their districts they tell."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from no_ties import NO_TIES
from released_workspace import fill_workspace, publish_counts, released

from pipeline.publish.earlier import join_earlier
from pipeline.publish.nested_areas import relate_nested, tell_districts
from pipeline.releases import read_released
from pipeline.settings import Settings

AREA = {("", "04"): 103, ("", "05"): 90}
DISTRICT = {("", "04"): 100, ("", "05"): 50}


@pytest.fixture
def workspace(tmp_path: Path) -> Settings:
    return fill_workspace(tmp_path)


def of_another(settings: Settings, code: str, *districts: str) -> Settings:
    area = replace(settings.assessment.area, code=code, districts=districts)
    return replace(settings, assessment=replace(settings.assessment, name=code.lower(), area=area))


def test_a_release_that_tells_no_district_is_read_by_an_area_that_shares_one(workspace: Settings) -> None:
    publish_counts(workspace, AREA)
    released(workspace)
    assert len(read_released(of_another(workspace, "Y1", "D0"))) == 1
    assert read_released(of_another(workspace, "Y1", "E0")) == []


def test_a_release_that_tells_a_district_outside_its_area_is_read_by_that_of_the_district(
    workspace: Settings,
) -> None:
    publish_counts(workspace, {("E0", "04"): 60, **AREA})
    released(workspace)
    assert len(read_released(of_another(workspace, "Y1", "E0"))) == 1


@pytest.mark.parametrize("with_districts", [True, False])
def test_an_area_within_another_is_part_of_it_though_neither_tells_its_districts(
    workspace: Settings, with_districts: bool
) -> None:
    publish_counts(workspace, AREA)
    released(workspace)
    district = of_another(workspace, "Y1", "D0")
    [earlier] = read_released(district)
    told = earlier.cells.assign(area_code="Y1", count=list(DISTRICT.values()), cost=0.0)
    told["districts"] = tell_districts(district.assessment.area.districts if with_districts else ())
    joined, relations, _ = join_earlier(told.drop(columns="is_hidden"), earlier.relations, [earlier], NO_TIES)
    code = joined.set_index("cell_id")["area_code"]
    pairs = set(zip(relations["total_cell"].map(code), relations["part_cell"].map(code), strict=True))
    assert (("X1", "Y1") in pairs) is with_districts


def test_releases_from_before_districts_were_kept_are_told_by_their_cells() -> None:
    places = pd.DataFrame(
        [(0, "lad", "D0"), (0, "lad", "D1"), (0, "vru", "X1"), (1, "lad", "D0"), (1, "vru", "Y1")],
        columns=["release", "area_type", "area_code"],
    ).assign(
        measure_id="violence", lens_id="", period_type="month", period_start=pd.Timestamp("2023-04-01"),
        breakdown="none", breakdown_value="", split="all",
    )  # fmt: skip
    told = places.assign(cell_id=range(len(places)))
    [related] = relate_nested(told)[["total_cell", "part_cell"]].to_numpy().tolist()
    assert related == [2, 4]
    # One that says them and one that does not.
    mixed = told[told["release"].eq(0) | told["area_type"].eq("vru")]
    districts = mixed["release"].map({0: None, 1: tell_districts(["D0"])})
    assert len(relate_nested(mixed)) == 0
    assert len(relate_nested(mixed.assign(districts=districts))) == 1
