"""Every count behind a figure as one cell, how cells add up, and which of them are hidden."""

from __future__ import annotations

import pandas as pd

from pipeline.disclosure.suppress import choose_suppressed

KEY = [
    "measure_id", "lens_id", "area_type", "area_code", "period_type", "period_start",
    "breakdown", "breakdown_value", "split",
]  # fmt: skip
SUPPRESSED = "Too few to report, or would let a small number be worked out."
SPLITS = ("domestic", "non_domestic", "not_known")
MEASURES = "measures"
LENS_COUNT, ALL_CRIME = "lens_offences", "recorded_crime"
COARSER = (("month", "quarter"), ("quarter", "financial_year"), ("quarter", "calendar_year"),
           ("month", "financial_year"), ("month", "calendar_year"), ("financial_year", "pooled_years"),
           ("quarter", "rolling_year"), ("month", "rolling_year"))  # fmt: skip


def numerator_keys(figures: pd.DataFrame) -> pd.DataFrame:
    """The cell of each figure's numerator: columns KEY, one row a figure."""
    return figures.assign(measure_id=figures["numerator_measure_id"], split=figures["numerator_split"])[KEY]


def denominator_keys(figures: pd.DataFrame) -> pd.DataFrame:
    """The cell of each figure's denominator; measure_id is null where it is a population or there is none."""
    return figures.assign(
        measure_id=figures["denominator_measure_id"],
        breakdown=figures["denominator_breakdown"],
        breakdown_value=figures["denominator_breakdown_value"],
        split=figures["denominator_split"],
    )[KEY]


def unknown_keys(figures: pd.DataFrame) -> pd.DataFrame:
    """The cell of the records of which nobody knows whether a share counts them; measure_id is null of others."""
    return figures.assign(
        measure_id=figures["unknown_measure_id"].where(figures["unknown"].notna()),
        split=figures["unknown_split"],
    )[KEY]


def read_cells(figures: pd.DataFrame, policies: pd.DataFrame) -> pd.DataFrame:
    """One row a count that stands behind some figure: KEY, count, threshold, rounding_base, period_end.

    `figures` are rows of fct_indicator_values; `policies` those of disclosure_policies. A count whose own figure
    is not told, because too many flags are unknown, can still be worked out from others: it is a cell too.
    """
    known = figures[figures["numerator"].notna() & (figures["value_status"] != "not_applicable")]
    numerators = numerator_keys(known).assign(
        count=known["numerator"], policy_id=known["policy_id"], period_end=known["period_end"]
    )
    counted = known[known["denominator_measure_id"].notna() & known["denominator"].notna()]
    denominators = denominator_keys(counted).assign(
        count=counted["denominator"],
        policy_id=counted["denominator_policy_id"],
        period_end=counted["period_end"],
    )
    bounded = known[known["unknown"].notna()]
    unknowns = unknown_keys(bounded).assign(
        count=bounded["unknown"], policy_id=bounded["policy_id"], period_end=bounded["period_end"]
    )
    cells = pd.concat([numerators, denominators, unknowns]).drop_duplicates(KEY, ignore_index=True)
    limits = policies.set_index("policy_id")[["threshold", "rounding_base"]].astype("float64")
    unknown = sorted(set(cells["policy_id"]) - set(limits.index))
    if unknown:
        # Without a threshold a count would pass as openly published.
        raise ValueError(f"no disclosure policy is called {', '.join(map(str, unknown))}")
    cells = cells.merge(limits, left_on="policy_id", right_index=True, how="left")
    return cells.assign(cell_id=range(len(cells)))


def relate_cells(
    cells: pd.DataFrame, shares: pd.DataFrame, parents: pd.Series, measure_parts: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The cells with those that subtraction adds to them, and how all of them add up.

    `shares` has a row a published share: `total_cell` and `part_cell`; whoever reads both knows the rest; and
    `blank_cell`, null where there is none, those of the rest that do not say: whoever reads it too knows the noes.
    `parents` gives the district of each MSOA, `measure_parts` which measure is part of which. Returns (cells,
    relations); what is left of a total after its published parts is taken to be known to everybody.
    """
    sensitive = cells[cells["threshold"].notna()]
    # Without a lookup there are no parents: still text, so that codes meet codes.
    areas = sensitive.assign(parent=sensitive["area_code"].map(parents).astype(sensitive["area_code"].dtype))
    families = [
        _add_up(sensitive[sensitive["split"].isin(SPLITS)], sensitive, split="all"),
        _add_up(sensitive[sensitive["split"].isin(SPLITS[:2])], sensitive, split="flag_known"),
        *(
            _add_up(parts, sensitive, breakdown="none", breakdown_value="").assign(family=breakdown)
            for breakdown, parts in sensitive.groupby("breakdown", sort=True)
            if breakdown != "none"
        ),
        _add_up(
            areas[areas["area_type"] == "msoa"].assign(area_code=areas["parent"]), sensitive, area_type="lad"
        ),
        _add_up(
            areas[areas["area_type"] == "lad"].assign(area_code=_area_code(sensitive)),
            sensitive,
            area_type="vru",
        ),
        _add_up_measures(sensitive, measure_parts),
        _equate_lenses(sensitive),
        *(_add_up_periods(sensitive, finer, coarser) for finer, coarser in COARSER),
    ]
    relations = pd.concat(families, ignore_index=True)
    relations["relation_id"] = relations.groupby(["family", "total_cell"]).ngroup()
    cells, rests = _add_rests(cells, relations)
    cells, complements = _add_complements(cells, shares, first_relation=len(relations))
    cells, noes = _add_noes(cells, shares, first_relation=len(relations) + len(complements))
    relations = pd.concat([relations, rests, complements, noes], ignore_index=True)
    return cells, relations[["relation_id", "total_cell", "part_cell"]]


def hide_cells(cells: pd.DataFrame, relations: pd.DataFrame) -> pd.Series:
    """Whether each cell is hidden, by cell_id: small ones, and those that would give one away."""
    return choose_suppressed(cells[["cell_id", "count", "threshold", "cost"]], relations)


def _area_code(cells: pd.DataFrame) -> str:
    codes = cells.loc[cells["area_type"] == "vru", "area_code"]
    return str(codes.iloc[0]) if len(codes) else ""


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


def _equate_lenses(cells: pd.DataFrame) -> pd.DataFrame:
    """The relations in which one count is as good as another: that of a kind of offence under two definitions.

    Definitions with the same rule for a kind count the same offences, and so does recorded crime itself. Counts
    that are the same by chance are tied as well: the cost is a cell more, hidden now and then.
    """
    is_kind = (cells["breakdown"] == "offence_subgroup") & cells["measure_id"].isin([LENS_COUNT, ALL_CRIME])
    kinds = cells[is_kind & (cells["count"] > 0)].sort_values("cell_id")
    place = [name for name in KEY if name not in ("measure_id", "lens_id")]
    first = kinds.groupby([*place, "count"], dropna=False)["cell_id"].transform("first")
    is_other = first != kinds["cell_id"]
    return pd.DataFrame(
        {
            # One relation a pair: a total is as large as its one part.
            "family": "lens " + kinds.loc[is_other, "cell_id"].astype("str"),
            "total_cell": first[is_other],
            "part_cell": kinds.loc[is_other, "cell_id"],
        }
    )


def _add_up_periods(cells: pd.DataFrame, finer: str, coarser: str) -> pd.DataFrame:
    """The relations in which the finer periods inside each coarser one add up to it."""
    periods = cells.loc[cells["period_type"] == coarser, ["period_start", "period_end"]].drop_duplicates()
    parts = cells[cells["period_type"] == finer].merge(periods, how="cross", suffixes=("", "_total"))
    inside = (parts["period_start"] >= parts["period_start_total"]) & (
        parts["period_end"] <= parts["period_end_total"]
    )
    parts = parts[inside]
    keyed = parts.assign(period_start=parts["period_start_total"])
    related = _add_up(keyed, cells, period_type=coarser)
    return related.assign(family=f"{finer} {coarser}")


def _add_rests(cells: pd.DataFrame, relations: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    by_id = cells.set_index("cell_id")
    sums = (
        relations.assign(part=relations["part_cell"].map(by_id["count"]))
        .groupby("relation_id")
        .agg(total_cell=("total_cell", "first"), part=("part", "sum"), family=("family", "first"))
    )
    sums["rest"] = sums["total_cell"].map(by_id["count"]) - sums["part"]
    sums = sums[sums["rest"].abs() > 1e-6]
    first = int(cells["cell_id"].max()) + 1 if len(cells) else 0
    ids = list(range(first, first + len(sums)))
    # What is left of violence without its published kinds is homicide and deaths by driving: a count like any.
    threshold = (
        sums["total_cell"]
        .map(by_id["threshold"])
        .where(sums["family"].astype("str").str.startswith(MEASURES))
    )
    added = pd.DataFrame(
        {"cell_id": ids, "count": sums["rest"].to_numpy(), "threshold": threshold.to_numpy()}
    )
    links = pd.DataFrame(
        {"relation_id": sums.index, "total_cell": sums["total_cell"].to_numpy(), "part_cell": ids}
    )
    return pd.concat([cells, added], ignore_index=True), links


def _add_complements(
    cells: pd.DataFrame, shares: pd.DataFrame, first_relation: int
) -> tuple[pd.DataFrame, pd.DataFrame]:
    pairs = shares[["total_cell", "part_cell"]].drop_duplicates()
    counts, thresholds = cells.set_index("cell_id")["count"], cells.set_index("cell_id")["threshold"]
    pairs = pairs[pairs["part_cell"].map(thresholds).notna() & (pairs["part_cell"] != pairs["total_cell"])]
    first = int(cells["cell_id"].max()) + 1 if len(cells) else 0
    rest_ids = list(range(first, first + len(pairs)))
    relation_ids = list(range(first_relation, first_relation + len(pairs)))
    added = pd.DataFrame(
        {
            "cell_id": rest_ids,
            "count": (pairs["total_cell"].map(counts) - pairs["part_cell"].map(counts)).to_numpy(),
            "threshold": pairs["part_cell"].map(thresholds).to_numpy(),
        }
    )
    links = pd.concat(
        [
            pd.DataFrame(
                {"relation_id": relation_ids, "total_cell": pairs["total_cell"].to_numpy(), "part_cell": part}
            )
            for part in (pairs["part_cell"].to_numpy(), rest_ids)
        ]
    )
    return pd.concat([cells, added], ignore_index=True), links


def _add_noes(
    cells: pd.DataFrame, shares: pd.DataFrame, first_relation: int
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The records of each share's total that are neither in its part nor blank, as cells that cost nothing to hide."""
    known = shares.dropna().drop_duplicates()
    counts, thresholds = cells.set_index("cell_id")["count"], cells.set_index("cell_id")["threshold"]
    known = known[known["part_cell"].map(thresholds).notna()]
    parts = known[["part_cell", "blank_cell"]]
    first = int(cells["cell_id"].max()) + 1 if len(cells) else 0
    no_ids = list(range(first, first + len(known)))
    relation_ids = list(range(first_relation, first_relation + len(known)))
    count = known["total_cell"].map(counts) - parts.apply(lambda ids: ids.map(counts)).sum(axis=1)
    added = pd.DataFrame(
        {
            "cell_id": no_ids,
            "count": count.to_numpy(),
            "threshold": known["part_cell"].map(thresholds).to_numpy(),
            # They are published nowhere: hiding them loses nothing.
            "cost": 0.0,
        }
    )
    links = pd.concat(
        [
            pd.DataFrame(
                {"relation_id": relation_ids, "total_cell": known["total_cell"].to_numpy(), "part_cell": part}
            )
            for part in (parts["part_cell"].to_numpy(), parts["blank_cell"].to_numpy(), no_ids)
        ]
    )
    return pd.concat([cells, added], ignore_index=True), links
