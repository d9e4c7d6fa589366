"""What a reader of all releases together can work out: joined, related and solved apart from the product.

The counts of all releases are joined by what they count, and are one if they are equal; what was counted by other
rules before holds the smaller of the two. One that is shown rounded is
any number less than its base away, 0 and more; where it may be nothing at all, that will do in place of one at or above
its threshold, and so it will for what a number shown as it is leaves beside hidden parts. Sums are those that each
release knows of its own cells; what a sum leaves is a number of its own, under no marker, and 0 where it is 0. Each
group of unknowns that say something about each other is a program of whole numbers, solved by OR-tools' CP-SAT.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import networkx as nx
import pandas as pd
from ortools.sat.python import cp_model

from pipeline.publish.cells import KEY
from pipeline.publish.earlier import Released


@dataclass(frozen=True)
class Found:
    """How many small counts were asked for, are worked out exactly, and are confined to too few values."""

    small: int
    exact: int
    narrow: int


@dataclass
class Unknown:
    """A number that is not shown as it is: what it is, its threshold, and the least and the most that it can be."""

    count: int
    threshold: float
    least: int
    most: float = math.inf
    # Whether it is shown rounded, or the rest of such a one.
    is_rounded: bool = False
    # Whether it is the rest of one that is shown.
    is_rest: bool = False

    def is_confined(self, low: int, high: int) -> bool:
        """Whether these limits are nearer to each other, or lower, than the promise allows."""
        is_low = high < self.threshold and not ((self.is_rounded or self.is_rest) and low == 0)
        return high - low < self.threshold - 1 or is_low


def audit_union(releases: Sequence[Released]) -> Found:
    """What a reader works out of the small counts of all releases."""
    shown, unknown, sums = _join(releases)
    graph = nx.Graph()
    graph.add_nodes_from(unknown)
    for number, (total, parts) in enumerate(sums):
        inside = [cell for cell in (total, *parts) if cell in unknown]
        graph.add_edges_from((("sum", number), cell) for cell in inside)
    small = exact = narrow = 0
    for group in nx.connected_components(graph):
        asked = [
            cell for cell in group if cell in unknown and 0 < unknown[cell].count < unknown[cell].threshold
        ]
        if not asked:
            continue
        own = [sums[each[1]] for each in group if isinstance(each, tuple) and each[0] == "sum"]
        for cell, low, high in _solve(group & unknown.keys(), own, asked, shown, unknown):
            small += 1
            exact += low == high
            narrow += unknown[cell].is_confined(low, high)
    return Found(small, exact, narrow)


def _join(releases: Sequence[Released]) -> tuple[dict, dict, list]:
    """Shown cells with their count, unknown ones, and sums (total, parts) of both."""
    every = pd.concat([each.cells.assign(release=number) for number, each in enumerate(releases)])
    every["one"] = every.groupby([*KEY, "count"], dropna=False).ngroup()
    is_rounded = every["rounded"].notna()
    every["is_shown"] = ~every["is_hidden"].astype(bool) & ~is_rounded
    reach = every["base_together"] - 1
    every["least"] = (every["rounded"] - reach).clip(lower=0).where(is_rounded, 1)
    # With a base under the threshold 0 is shown of nothing alone.
    is_nothing = (every["rounded"] == 0) & (every["base_together"] < every["threshold"])
    every["most"] = (every["rounded"] + reach.mask(is_nothing, 0)).where(is_rounded, math.inf)
    facts = every.groupby("one").agg(
        count=("count", "first"), threshold=("threshold", "max"), is_shown=("is_shown", "any"),
        least=("least", "max"), most=("most", "min"),
    )  # fmt: skip
    name = every.set_index(["release", "cell_id"])["one"]
    shown = {one: int(row.count_) for one, row in _rows(facts[facts["is_shown"]])}
    unknown = {
        one: Unknown(int(row.count_), row.threshold, int(row.least), row.most, math.isfinite(row.most))
        for one, row in _rows(facts[~facts["is_shown"]])
    }
    sums: dict[tuple, tuple] = {
        pair: pair
        for number in range(len(releases))
        for pair in _areas_in_areas(every[every["release"] <= number])
    }
    sums |= {pair: pair for pair in [*_other_rules(every), *_across(every)]}
    for number, release in enumerate(releases):
        for _, rows in release.relations.groupby("relation_id"):
            total = name[number, rows["total_cell"].iloc[0]]
            parts = tuple(sorted(name[number, part] for part in rows["part_cell"]))
            sums[total, parts] = (total, parts)
    related = []
    for total, parts in sums:
        left = int(facts["count"][total] - sum(facts["count"][part] for part in parts))
        if left < 0:
            # Parts that overlap say nothing of their total.
            continue
        threshold = facts["threshold"][[total, *parts]].max()
        if left and (left < threshold or any(cell in unknown for cell in (total, *parts))):
            is_rest_of_rounded = total in unknown and unknown[total].is_rounded
            unknown["left", total, parts] = Unknown(
                left, threshold, 0, is_rounded=is_rest_of_rounded, is_rest=total in shown
            )
            related.append((total, (*parts, ("left", total, parts))))
        else:
            related.append((total, parts))
    return shown, unknown, related


def _areas_in_areas(every: pd.DataFrame) -> list[tuple]:
    """What was told last of an area, and of another whose districts are some of its own."""
    districts = {
        area: set(rows.loc[rows["area_type"] == "lad", "area_code"])
        for number, rows in every.groupby("release")
        for area in rows.loc[rows["area_type"] == "vru", "area_code"].unique()
    }
    if len(districts) < 2:
        return []
    places = [name for name in KEY if name != "area_code"]
    last: dict[tuple, dict[str, int]] = {}
    for row in every[every["area_type"] == "vru"].itertuples():
        last.setdefault(tuple(getattr(row, name) for name in places), {})[row.area_code] = row.one
    return [
        (told[outer], (told[inner],))
        for told in last.values()
        for outer in told
        for inner in told
        if districts[inner] < districts[outer]
    ]


def _other_rules(every: pd.DataFrame) -> list[tuple]:
    """Each count and a smaller one of the same by other rules."""
    if "rule_version" not in every:
        return []
    pairs = []
    for _, rows in every[every["rule_version"].notna()].groupby(KEY):
        told = {
            (row.rule_version, row.count_, row.one)
            for _, row in _rows(rows[["rule_version", "count", "one"]])
        }
        pairs += [
            (total, (part,))
            for version, count, total in told
            for other, smaller, part in told
            if version != other and smaller < count
        ]
    return pairs


def _across(every: pd.DataFrame) -> list[tuple]:
    """A year and its months, and an area and its districts, of whatever releases: what was told last by each."""
    found = []
    for release in sorted(every["release"].unique())[1:]:
        last = every[every["release"] <= release].drop_duplicates(KEY, keep="last")
        key_of = {tuple(getattr(row, name) for name in KEY): row.one for row in last.itertuples()}
        parts: dict[tuple, list[int]] = {}
        for row in last.itertuples():
            key = {name: getattr(row, name) for name in KEY}
            wholes = []
            if key["period_type"] == "month":
                first = pd.Timestamp(key["period_start"])
                year = first - pd.DateOffset(months=(first.month - 4) % 12)
                wholes.append(("months", {**key, "period_type": "financial_year", "period_start": year}))
            if key["area_type"] == "lad":
                areas = every.loc[
                    (every["release"] == row.release) & (every["area_type"] == "vru"), "area_code"
                ]
                wholes += [
                    ("areas", {**key, "area_type": "vru", "area_code": area}) for area in areas.unique()
                ]
            for family, whole in wholes:
                total = key_of.get(tuple(whole.values()))
                if total is not None:
                    parts.setdefault((family, total), []).append(row.one)
        found += [(total, tuple(sorted(inside))) for (_, total), inside in parts.items()]
    return found


def _rows(facts: pd.DataFrame) -> list[tuple]:
    named = facts.rename(columns={"count": "count_"})
    return list(zip(named.index, named.itertuples(index=False), strict=True))


def _solve(group: set, sums: list, asked: list, shown: dict, unknown: dict) -> list[tuple]:
    """Of each cell that is asked for its lowest and its highest value, or two that are far enough apart.

    A confined cell has both ends sought. Of others two values will do that any table found so far has shown: what is
    possible only becomes more with each table.
    """
    far = 10 * max([*shown.values(), *(each.count for each in unknown.values())])
    model = cp_model.CpModel()
    numbers = {
        cell: model.new_int_var(unknown[cell].least, int(min(unknown[cell].most, far)), str(at))
        for at, cell in enumerate(group)
    }

    def number(cell: object) -> object:
        return numbers[cell] if cell in numbers else shown[cell]

    for total, parts in sums:
        model.add(sum(number(part) for part in parts) == number(total))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    low = {cell: unknown[cell].count for cell in asked}
    high = dict(low)
    for cell in asked:
        for ask, end in ((model.minimize, low), (model.maximize, high)):
            if not unknown[cell].is_confined(low[cell], high[cell]):
                break
            ask(numbers[cell])
            assert solver.solve(model) == cp_model.OPTIMAL
            for each in asked:
                value = solver.value(numbers[each])
                low[each], high[each] = min(low[each], value), max(high[each], value)
            assert end[cell] == round(solver.objective_value)
    return [(cell, low[cell], high[cell]) for cell in asked]
