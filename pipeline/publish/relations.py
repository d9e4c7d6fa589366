"""How cells add up: splits, breakdowns, areas, kinds of offence, definitions, periods and shares."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from pipeline.disclosure.system import REMAINDER
from pipeline.publish.cells import KEY
from pipeline.publish.nested_areas import read_districts
from pipeline.publish.periods_within import find_within

SPLITS = ("domestic", "non_domestic", "not_known")
MEASURES = "measures"
COARSER = (("month", "quarter"), ("quarter", "financial_year"), ("quarter", "calendar_year"),
           ("month", "financial_year"), ("month", "calendar_year"), ("financial_year", "pooled_years"),
           ("quarter", "rolling_year"), ("month", "rolling_year"), ("financial_year", "rolling_year"),
           ("calendar_year", "rolling_year"), ("rolling_year", "pooled_years"))  # fmt: skip

NO_SHARES = pd.DataFrame({"total_cell": [], "part_cell": [], "blank_cell": []}, dtype="Int64")


@dataclass(frozen=True, eq=False)
class Ties:
    """What ties counts together besides their keys: frames that say which is part of which.

    `districts` has the district of each MSOA, `forces` the police force of each district of an area that is made of
    several (of other areas it is empty). `measure_parts` and `breakdown_parts` are rows of those
    seeds; `nested` are rows of dim_nested_measures; `rule_versions` stand for the rules of each definition, and of each
    measure that is of none.
    """

    districts: pd.Series
    forces: pd.Series
    measure_parts: pd.DataFrame
    breakdown_parts: pd.DataFrame
    nested: pd.DataFrame
    rule_versions: pd.Series

    def version_of(self, cells: pd.DataFrame) -> pd.Series:
        """The version of the rules that each cell is counted by; null where none are known."""
        rule_set = cells["measure_id"].where(cells["lens_id"] == "", cells["lens_id"])
        return rule_set.map(self.rule_versions)


def relate_cells(
    cells: pd.DataFrame,
    shares: pd.DataFrame,
    ties: Ties,
    areas: pd.Series | None = None,
    own: Sequence[str] | None = None,
) -> pd.DataFrame:
    """How the cells add up: relation_id, total_cell, part_cell; a total may have more than its parts.

    `areas` are of `find_areas`, and `own` the places that `ties.nested` is known of; without them all cells are of one
    release. `shares` has a row a published share:
    `total_cell` and `part_cell`; whoever reads both knows the rest; and `blank_cell`, null where there is none, those
    of the rest that do not say: whoever reads it too knows the noes.
    """
    neighbourhoods, districts, forces = (
        cells[cells["area_type"] == area_type] for area_type in ("msoa", "lad", "force")
    )
    of_area = find_areas(cells, ties.forces) if areas is None else areas
    in_districts = _place(neighbourhoods, ties.districts)
    families = [
        _add_up(cells[cells["split"].isin(SPLITS)], cells, split="all"),
        _add_up(cells[cells["split"].isin(SPLITS[:2])], cells, split="flag_known"),
        _add_up(_halve_by_flag(cells), cells, split="all").assign(family="flag known or not"),
        *(
            _add_up(parts, cells, breakdown="none", breakdown_value="").assign(family=breakdown)
            for breakdown, parts in cells.groupby("breakdown", sort=True)
            if breakdown != "none"
        ),
        _add_up(in_districts, cells, area_type="lad"),
        # Where the districts between them are told nowhere.
        _add_up(
            _place(_without_total(in_districts, cells, area_type="lad"), of_area), cells, area_type="vru"
        ).assign(family="neighbourhoods"),
        _add_up(_place(districts, of_area), cells, area_type="vru"),
        _add_up(_place(districts, ties.forces), cells, area_type="force"),
        _add_up(_place(forces, of_area), cells, area_type="vru").assign(family="forces"),
        _add_up_values(cells, ties.breakdown_parts),
        _add_up_measures(cells, ties.measure_parts),
        _nest_measures(cells if own is None else cells[cells["area_code"].isin(own)], ties.nested),
        *(_add_up_periods(cells, finer, coarser) for finer, coarser in COARSER),
    ]
    relations = pd.concat(families, ignore_index=True)
    divisions = pd.concat([relations, *_divide_shares(shares, cells["threshold"])], ignore_index=True)
    divisions["relation_id"] = divisions.groupby(["family", "total_cell"]).ngroup()
    limits = cells.set_index("cell_id")["threshold"]
    is_guarded = divisions["part_cell"].map(limits).notna() | divisions["total_cell"].map(limits).notna()
    # Where everything is open there is nothing to protect.
    guarded = divisions[is_guarded.groupby(divisions["relation_id"]).transform("any")]
    return guarded[["relation_id", "total_cell", "part_cell"]]


def find_areas(cells: pd.DataFrame, forces: pd.Series) -> pd.Series:
    """The area that each district of a release lies in, and each force whose districts all do: by their codes."""
    districts = sorted(read_districts(cells))
    # Of a release whose districts nobody knows all forces are its own.
    is_inside = forces.index.isin(districts) | (not districts)
    is_whole = pd.Series(is_inside, index=forces.to_numpy()).groupby(level=0).all()
    parts = [*districts, *is_whole.index[is_whole]]
    areas = cells.loc[cells["area_type"] == "vru", "area_code"].unique()
    return pd.Series([area for area in areas for _ in parts], index=[*parts] * len(areas), dtype="str")


def _halve_by_flag(cells: pd.DataFrame) -> pd.DataFrame:
    """The cells of known flags, and beside each that of unknown ones: together they are all."""
    others = [name for name in KEY if name != "split"]
    known = pd.MultiIndex.from_frame(cells.loc[cells["split"] == "flag_known", others])
    is_told = pd.MultiIndex.from_frame(cells[others]).isin(known)
    return cells[is_told & cells["split"].isin(("flag_known", "not_known"))]


def _place(parts: pd.DataFrame, wholes: pd.Series) -> pd.DataFrame:
    """The parts with the area that each lies in as `area_code`, once for each such area."""
    pairs = wholes.rename("whole_code").rename_axis("area_code").reset_index()
    # Without a lookup there are no areas: still text, so that codes meet codes.
    placed = parts.merge(pairs.astype("str"), on="area_code")
    return placed.drop(columns="area_code").rename(columns={"whole_code": "area_code"})


def _add_up(parts: pd.DataFrame, cells: pd.DataFrame, **total: str) -> pd.DataFrame:
    """The relations in which parts, alike but for the columns of `total`, add up to the cell with those values."""
    keyed = parts.assign(**total)
    matched = keyed.merge(cells[[*KEY, "cell_id"]], on=KEY, suffixes=("", "_total"))
    return pd.DataFrame(
        {
            "family": " ".join([*total, *total.values()]),
            "total_cell": matched["cell_id_total"],
            "part_cell": matched["cell_id"],
        }
    )


def _without_total(parts: pd.DataFrame, cells: pd.DataFrame, **total: str) -> pd.DataFrame:
    """The parts of which the cell with the values of `total` is none."""
    keys = pd.MultiIndex.from_frame(parts.assign(**total)[KEY])
    return parts[~keys.isin(pd.MultiIndex.from_frame(cells[KEY]))]


def _add_up_values(cells: pd.DataFrame, breakdown_parts: pd.DataFrame) -> pd.DataFrame:
    """The relations in which the values of one breakdown add up to a value of another."""
    parts = cells.merge(breakdown_parts, on=["breakdown", "breakdown_value"])
    wider = {"breakdown": parts["wider_breakdown"], "breakdown_value": parts["wider_value"]}
    return _add_up(parts.assign(**wider), cells).assign(family="values")


def _add_up_measures(cells: pd.DataFrame, measure_parts: pd.DataFrame) -> pd.DataFrame:
    """The relations in which kinds of a thing, or values of its breakdown, add up to a wider kind."""
    parts = cells.merge(
        measure_parts, left_on="measure_id", right_on="part_measure_id", suffixes=("", "_total")
    )
    is_value = parts["part_breakdown"].notna()
    is_split = parts["part_split"].notna()
    is_part = ~is_value | (
        (parts["breakdown"] == parts["part_breakdown"])
        & (parts["breakdown_value"] == parts["part_breakdown_value"])
    )
    is_part &= ~is_split | (parts["split"] == parts["part_split"])
    keyed = parts.assign(
        measure_id=parts["measure_id_total"],
        breakdown=parts["breakdown"].mask(is_value, "none"),
        breakdown_value=parts["breakdown_value"].mask(is_value, ""),
        split=parts["split"].mask(is_split, "all"),
    )[is_part]
    # Parts of different divisions overlap: each division adds up for itself.
    divided = [
        _add_up(division, cells).assign(family=f"{MEASURES} {name}")
        for name, division in keyed.groupby("division", sort=True)
    ]
    return pd.concat(divided) if divided else _add_up(keyed, cells).assign(family=MEASURES)


def _nest_measures(cells: pd.DataFrame, nested: pd.DataFrame) -> pd.DataFrame:
    """The relations in which a narrower count is part of a wider one; one a pair, for narrower ones overlap."""
    kind = cells["breakdown_value"].where(cells["breakdown"] == "offence_subgroup", "")
    pairs = cells.assign(offence_subgroup=kind).merge(
        nested.rename(columns={"split": "only_split"}), on=["measure_id", "lens_id", "offence_subgroup"]
    )
    is_of_any = pairs["only_split"] == ""
    pairs = pairs[is_of_any | (pairs["only_split"] == pairs["split"])]
    keyed = pairs.assign(
        measure_id=pairs["wider_measure_id"],
        lens_id=pairs["wider_lens_id"],
        split=pairs["wider_split"].where(pairs["wider_split"] != "", pairs["split"]),
    )
    matched = keyed.merge(cells[[*KEY, "cell_id"]], on=KEY, suffixes=("", "_total"))
    return pd.DataFrame(
        {
            "family": "within " + matched["cell_id"].astype("str"),
            "total_cell": matched["cell_id_total"],
            "part_cell": matched["cell_id"],
        }
        # Two counts can be one inside the other for two reasons.
    ).drop_duplicates()


def _add_up_periods(cells: pd.DataFrame, finer: str, coarser: str) -> pd.DataFrame:
    """The relations in which the finer periods inside each coarser one add up to it."""
    windows = cells.loc[cells["period_type"] == coarser, ["period_type", "period_start", "period_end"]]
    parts = find_within(cells[cells["period_type"] == finer], windows.drop_duplicates())
    keyed = parts.assign(period_start=parts["period_start_whole"])
    related = _add_up(keyed, cells, period_type=coarser)
    return related.assign(family=f"{finer} {coarser}")


def _divide_shares(shares: pd.DataFrame, thresholds: pd.Series) -> list[pd.DataFrame]:
    """The total of each share as its part and what is left; and as its part, its blanks and what is left."""
    pairs = shares[
        shares["part_cell"].map(thresholds).notna() & (shares["part_cell"] != shares["total_cell"])
    ]
    with_blanks = pairs.dropna().drop_duplicates()
    name = with_blanks["part_cell"].astype("str") + " " + with_blanks["blank_cell"].astype("str")
    blanks = [
        with_blanks[["total_cell"]].assign(part_cell=with_blanks[part], family="blanks " + name)
        for part in ("part_cell", "blank_cell")
    ]
    pairs = pairs[["total_cell", "part_cell"]].drop_duplicates()
    return [pairs.assign(family="share " + pairs["part_cell"].astype("str")), *blanks]


def add_remainders(cells: pd.DataFrame, relations: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The cells with what is left of each total, where anything is, and the relations with it as a part.

    What is left is a count like any: if it is small it is protected too. Parts that are more than their total overlap,
    and say nothing.
    """
    counts, thresholds = cells.set_index("cell_id")["count"], cells.set_index("cell_id")["threshold"]
    sums = (
        relations.assign(
            part=relations["part_cell"].map(counts), threshold=relations["part_cell"].map(thresholds)
        )
        .groupby("relation_id")
        .agg(total_cell=("total_cell", "first"), part=("part", "sum"), threshold=("threshold", "max"))
    )
    of_total = sums["total_cell"].map(thresholds)
    sums["threshold"] = sums["threshold"].fillna(of_total).clip(lower=of_total.fillna(0.0))
    left = sums["total_cell"].map(counts) - sums["part"]
    overlapping = left.index[left < 0]
    left = left[left > 0]
    first = int(cells["cell_id"].max()) + 1 if len(cells) else 0
    remainders = pd.DataFrame(
        {
            "cell_id": range(first, first + len(left)),
            "count": left.to_numpy(),
            # The strictest of those it was made of.
            "threshold": sums.loc[left.index, "threshold"].to_numpy(),
            "role": REMAINDER,
        }
    )
    links = pd.DataFrame(
        {
            "relation_id": left.index,
            "total_cell": sums.loc[left.index, "total_cell"].to_numpy(),
            "part_cell": remainders["cell_id"].to_numpy(),
        }
    )
    related = pd.concat([relations[["relation_id", "total_cell", "part_cell"]], links], ignore_index=True)
    related = related[~related["relation_id"].isin(overlapping)]
    return pd.concat([cells, remainders], ignore_index=True), related
