"""Counts with the small ones hidden, with a proof that they stay hidden, and the others rounded by their policy."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from pipeline.publish.cells import KEY, denominator_keys, numerator_keys, read_cells, unknown_keys
from pipeline.publish.costs import find_costs
from pipeline.publish.earlier import Released
from pipeline.publish.keys import CELL
from pipeline.publish.proof import Proof, prove
from pipeline.publish.relations import Ties, relate_cells

SUPPRESSED = "Too few to report, or would let a small number be worked out."


def protect_counts(
    figures: pd.DataFrame,
    policies: pd.DataFrame,
    ties: Ties,
    weighted_measures: set[str],
    weights: pd.DataFrame,
    earlier: Sequence[Released],
    is_flagship: np.ndarray,
) -> tuple[pd.DataFrame, Proof]:
    """The figures with hidden counts removed and the others rounded as their policy says, and the proof.

    Where something must be hidden for another's sake, the counts behind figures that are `is_flagship` go last.
    `numerator_base` and `denominator_base` are twice by how much they can be off, nan where they are exact. Raises
    NotProtected where a small count could be worked out, beside what is told now and in `earlier` releases, whatever
    else is hidden.
    """
    cells = read_cells(figures, policies)
    by_key = cells.set_index(KEY)["cell_id"]
    numerators = _find(by_key, numerator_keys(figures))
    denominators = _find(by_key, denominator_keys(figures))
    unknowns = _find(by_key, unknown_keys(figures))
    is_share = (
        figures["denominator_measure_id"].notna() & (figures["value_status"] == "reported")
    ).to_numpy()
    within = is_share & (figures["numerator"] <= figures["denominator"]).to_numpy()
    blanks = np.where(figures["denominator_split"] == "flag_known", np.nan, unknowns)
    shares = pd.DataFrame(
        {"total_cell": denominators[within], "part_cell": numerators[within], "blank_cell": blanks[within]}
    ).dropna(subset=["total_cell", "part_cell"])
    # Nothing rests on a figure that does not apply.
    applies = (figures["value_status"] != "not_applicable").to_numpy()
    cells["cost"] = find_costs(
        cells,
        [numerators[applies], denominators[applies]],
        weighted_measures,
        weights,
        np.concatenate([numerators[applies & is_flagship], denominators[applies & is_flagship]]),
    )
    relations = relate_cells(cells, shares.astype("Int64"), ties)
    proof = prove(cells, relations, earlier)
    hidden = proof.told.cells.set_index("cell_id")["is_hidden"]
    is_hidden = (_lookup(hidden, numerators, 0) == 1) | (_lookup(hidden, denominators, 0) == 1)
    is_reported = (figures["value_status"] == "reported").to_numpy()
    # What is not told because too many flags are unknown is hidden where its counts are: the reason gives them away.
    is_untold = ((figures["value_status"] == "not_available") & figures["numerator"].notna()).to_numpy()
    hides = (is_reported | is_untold) & is_hidden
    status = np.where(hides, "suppressed", figures["value_status"])
    shown, bases = _show(proof.told.cells.set_index("cell_id"))
    numerator, denominator = (
        _replace(figures[name], shown, ids)
        for name, ids in (("numerator", numerators), ("denominator", denominators))
    )
    rounded = proof.told.cells.set_index("cell_id")["rounded"].notna()
    divides_rounded, counts_rounded = (_lookup(rounded, ids, 0) == 1 for ids in (denominators, numerators))
    # What is rounded to nothing divides nothing, whether it is nothing or not; and why a figure is not told follows
    # from exact counts, and would tell what rounding hides.
    is_lost = divides_rounded & (denominator == 0).to_numpy()
    is_lost |= is_untold & (divides_rounded | counts_rounded)
    status = np.where(is_lost, "suppressed", status)
    knows_unknown = (status == "reported") & (_lookup(hidden, unknowns, 1) == 0)
    numerator_base, denominator_base = (_lookup(bases, ids, np.nan) for ids in (numerators, denominators))
    is_whole = np.isnan(numerator_base) & np.isnan(denominator_base)
    protected = figures.assign(
        numerator=numerator.where(status == "reported"),
        denominator=denominator.where(status == "reported"),
        numerator_base=numerator_base,
        denominator_base=denominator_base,
        unknown=_replace(figures["unknown"], shown, unknowns).where(knows_unknown),
        is_from_rounded=(status == "reported") & ~is_whole,
        value_status=status,
        status_reason=np.where(status == "suppressed", SUPPRESSED, figures["status_reason"]),
    )
    return protected, proof


def find_rounding(protected: pd.DataFrame) -> pd.DataFrame:
    """One row a cell: CELL, `numerator_half` and `denominator_half`, by how much each count can be off (0: exact).

    `protected` are figures of `protect_counts`.
    """
    halves = {name: protected[f"{name}_base"].fillna(0) / 2 for name in ("numerator", "denominator")}
    return protected[CELL].assign(**{f"{name}_half": half for name, half in halves.items()})


def _show(told: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """What each count is shown as if it is not hidden, and twice by how much that can be off (nan: exact), by cell."""
    base = told["rounding_base"].fillna(1)
    # Half goes up, as NHS England rounds; Python's own rounding would go to the even multiple.
    alone = (told["count"] / base + 0.5).apply(np.floor) * base
    shown = told["rounded"].fillna(alone.where(told["rounding_base"].notna(), told["count"]))
    # A count that is rounded together with others is off by less than the base, and not by half of it at most.
    return shown, told["rounding_base"].where(told["rounded"].isna(), 2 * (told["base"] - 1))


def _find(by_key: pd.Series, keys: pd.DataFrame) -> np.ndarray:
    return by_key.reindex(pd.MultiIndex.from_frame(keys)).to_numpy(dtype="float64")


def _lookup(values: pd.Series, ids: np.ndarray, default: float) -> np.ndarray:
    """The value of each id, the default where there is no id, as floats."""
    found = values.astype("float64").reindex(ids).to_numpy()
    return np.where(np.isnan(ids), default, found)


def _replace(counts: pd.Series, shown: pd.Series, ids: np.ndarray) -> pd.Series:
    """What stands for each count that is a cell; of others, residents for one, the count."""
    return counts.where(np.isnan(ids), _lookup(shown, ids, np.nan))
