"""Areas of other assessments that lie within an area, such as a district with a report of its own."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from pipeline.publish.cells import KEY


def relate_nested(told: pd.DataFrame) -> pd.DataFrame:
    """How the totals of areas within areas add up: relation_id, total_cell, part_cell; a total may have more.

    `told` has a row a cell a release: KEY, release (numbered from the oldest), cell_id, and, where it is known,
    `districts` of `tell_districts`. Of each release on, the reader sets side by side what was told last of each area.
    Areas that have no district in common are parts of one total together; one that overlaps with those is a part for
    itself.
    """
    areas = told[told["area_type"] == "vru"]
    within = _find_within(told)
    relations = [pd.DataFrame({"relation_id": [], "total_cell": [], "part_cell": []}, dtype="int64")]
    for release in sorted(told["release"].unique()) if within else []:
        last = areas[areas["release"] <= release].drop_duplicates(KEY, keep="last")
        for number, (outer, inner) in enumerate(within):
            parts = last[last["area_code"].isin(inner)].assign(area_code=outer)
            pairs = parts.merge(last[[*KEY, "cell_id"]], on=KEY, suffixes=("", "_total"))
            relations.append(
                pd.DataFrame(
                    {
                        "relation_id": pairs["cell_id_total"] * len(within) + number,
                        "total_cell": pairs["cell_id_total"],
                        "part_cell": pairs["cell_id"],
                    }
                ).assign(release=release)
            )
    every = pd.concat(relations)
    if "release" in every:
        every["relation_id"] = every.groupby(["release", "relation_id"]).ngroup()
    return every[["relation_id", "total_cell", "part_cell"]]


def _find_within(told: pd.DataFrame) -> list[tuple[str, list[str]]]:
    """Each area that has others within it, with those that are parts of it together: told by their districts."""
    districts: dict[str, frozenset[str]] = {}
    for _, release in told.groupby("release", sort=True):
        own = read_districts(release)
        for code in release.loc[release["area_type"] == "vru", "area_code"].unique():
            districts[str(code)] = districts.get(str(code), frozenset()) | own
    within = []
    for outer, whole in sorted(districts.items()):
        covered: frozenset[str] = frozenset()
        together, apart = [], []
        inner = [
            code
            for code, part in districts.items()
            if part and (part < whole or (part == whole and code < outer))
        ]
        for code in sorted(inner, key=lambda each: (-len(districts[each]), each)):
            if covered & districts[code]:
                apart.append([code])
            else:
                together.append(code)
                covered |= districts[code]
        within += [(outer, parts) for parts in ([together] if together else []) + apart]
    return within


def tell_districts(codes: Iterable[str]) -> str:
    """What `districts` says of each cell of an area: the codes of what the area is made of."""
    return " ".join(sorted(codes))


def read_districts(cells: pd.DataFrame) -> frozenset[str]:
    """The districts of the area that a release is of; of one from before `districts` was kept, those that it tells."""
    said = cells["districts"].dropna() if "districts" in cells else pd.Series(dtype="str")
    own = frozenset(code for text in said.unique() for code in text.split())
    return own or frozenset(cells.loc[cells["area_type"] == "lad", "area_code"])
