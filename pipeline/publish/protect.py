"""Counts with the small ones hidden, with a proof that they stay hidden, and the others rounded by their policy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.disclosure.equations import Floats
from pipeline.disclosure.round import near
from pipeline.publish.cells import KEY, denominator_keys, numerator_keys, read_cells, unknown_keys
from pipeline.publish.costs import BOUNDS, find_costs
from pipeline.publish.earlier import Released
from pipeline.publish.keys import CELL
from pipeline.publish.nested_areas import tell_districts
from pipeline.publish.open_offences import name_open_offences
from pipeline.publish.proof import Proof, prove
from pipeline.publish.record_kinds import RecordKinds
from pipeline.publish.relations import Ties

SUPPRESSED = "Too few to report, or would let a small number be worked out."


@dataclass(frozen=True, eq=False)
class Behind:
    """The cell_id of the counts behind each figure, nan where one is no cell: residents, for one, or nothing."""

    numerators: Floats
    denominators: Floats
    unknowns: Floats


def protect_counts(
    figures: pd.DataFrame,
    policies: pd.DataFrame,
    ties: Ties,
    weighted_measures: set[str],
    weights: pd.DataFrame,
    earlier: Sequence[Released],
    is_flagship: np.ndarray,
    kinds: RecordKinds | None = None,
    districts: Sequence[str] = (),
) -> tuple[pd.DataFrame, Proof]:
    """The figures with hidden counts removed and the others rounded as their policy says, and the proof.

    Where something must be hidden for another's sake, the counts behind figures that are `is_flagship` go last.
    `numerator_error`, `denominator_error` and `unknown_error` are by how much at most each can be off, 0 where it is
    exact. Raises NotProtected where a small count could be worked out, beside what is told now and in `earlier`
    releases, whatever else is hidden. `districts` are what the area is made of, told or not: later releases of other
    areas need them.
    """
    cells = read_cells(figures, policies).assign(districts=tell_districts(districts))
    behind = _find_behind(figures, cells)
    # Nothing rests on a figure that does not apply.
    applies = (figures["value_status"] != "not_applicable").to_numpy()
    cells["cost"] = find_costs(
        cells,
        [behind.numerators[applies], behind.denominators[applies], *BOUNDS * [behind.unknowns[applies]]],
        weighted_measures,
        weights,
        np.concatenate(
            [behind.numerators[applies & is_flagship], behind.denominators[applies & is_flagship]]
        ),
    )
    proof = prove(cells, _relate_shares(figures, behind), ties, earlier, kinds)
    return _tell(figures, behind, proof.told.cells.set_index("cell_id")), proof


def find_rounding(protected: pd.DataFrame) -> pd.DataFrame:
    """One row a cell: CELL, `numerator_error` and `denominator_error`, by how much each count can be off (0: exact).

    `protected` are figures of `protect_counts`.
    """
    return protected[[*CELL, "numerator_error", "denominator_error"]]


def name_behind(figures: pd.DataFrame, cells: pd.DataFrame) -> pd.DataFrame:
    """One row a figure: CELL, and the cell_id of each count behind it (null: none); `cells` as for `protect_counts`.

    `unknown_cell` and `against_cell` are behind the highest and the lowest that it could be.
    """
    behind = _find_behind(figures, cells)
    return name_open_offences(
        figures[CELL].assign(
            numerator_cell=behind.numerators,
            denominator_cell=behind.denominators,
            unknown_cell=behind.unknowns,
            against_cell=behind.unknowns,
        )
    )


def _find_behind(figures: pd.DataFrame, cells: pd.DataFrame) -> Behind:
    by_key = cells.set_index(KEY)["cell_id"]
    return Behind(
        *(
            by_key.reindex(pd.MultiIndex.from_frame(keys(figures))).to_numpy(dtype="float64")
            for keys in (numerator_keys, denominator_keys, unknown_keys)
        )
    )


def _relate_shares(figures: pd.DataFrame, behind: Behind) -> pd.DataFrame:
    """The shares of which part and whole are cells: total_cell, part_cell, and blank_cell, those that do not say."""
    is_share = figures["denominator_measure_id"].notna() & (figures["value_status"] == "reported")
    within = (is_share & (figures["numerator"] <= figures["denominator"])).to_numpy()
    blanks = np.where(figures["denominator_split"] == "flag_known", np.nan, behind.unknowns)
    shares = pd.DataFrame(
        {
            "total_cell": behind.denominators[within],
            "part_cell": behind.numerators[within],
            "blank_cell": blanks[within],
        }
    )
    return shares.dropna(subset=["total_cell", "part_cell"]).astype("Int64")


def _tell(figures: pd.DataFrame, behind: Behind, told: pd.DataFrame) -> pd.DataFrame:
    """The figures as they may be told; `told` are the cells of a proof by cell_id."""
    shown, error = _show(told)
    numerator, denominator = (
        _replace(figures[name], shown, ids)
        for name, ids in (("numerator", behind.numerators), ("denominator", behind.denominators))
    )
    status = _find_status(figures, behind, told, denominator)
    is_reported = status == "reported"
    knows_unknown = is_reported & (_lookup(told["is_hidden"], behind.unknowns, 1) == 0)
    numerator_error, denominator_error, unknown_error = (
        _lookup(error, ids, 0.0) for ids in (behind.numerators, behind.denominators, behind.unknowns)
    )
    return figures.assign(
        numerator=numerator.where(is_reported),
        denominator=denominator.where(is_reported),
        unknown=_replace(figures["unknown"], shown, behind.unknowns).where(knows_unknown),
        numerator_error=numerator_error,
        denominator_error=denominator_error,
        unknown_error=unknown_error,
        is_from_rounded=is_reported & ((numerator_error > 0) | (denominator_error > 0)),
        value_status=status,
        status_reason=np.where(status == "suppressed", SUPPRESSED, figures["status_reason"]),
    )


def _find_status(
    figures: pd.DataFrame, behind: Behind, told: pd.DataFrame, denominator: pd.Series
) -> np.ndarray:
    """The status of each figure: suppressed where a hidden count is behind it, or one that rounding made useless."""
    is_hidden, is_rounded = told["is_hidden"], told["rounded"].notna()
    hides = (_lookup(is_hidden, behind.numerators, 0) == 1) | (
        _lookup(is_hidden, behind.denominators, 0) == 1
    )
    divides_rounded = _lookup(is_rounded, behind.denominators, 0) == 1
    counts_rounded = _lookup(is_rounded, behind.numerators, 0) == 1
    is_reported = (figures["value_status"] == "reported").to_numpy()
    # What is not told because too many flags are unknown is hidden where its counts are: the reason gives them away.
    # Where they are rounded it would tell what rounding hides.
    is_untold = ((figures["value_status"] == "not_available") & figures["numerator"].notna()).to_numpy()
    # What is rounded to nothing divides nothing, whether it is nothing or not.
    is_lost = divides_rounded & (denominator == 0).to_numpy()
    is_lost |= is_untold & (divides_rounded | counts_rounded)
    return np.where((is_reported | is_untold) & hides | is_lost, "suppressed", figures["value_status"])


def _show(told: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """What each count is shown as if it is not hidden, and by how much at most that is off (0: exact), by cell."""
    base, together = told["base_alone"], told["rounded"]
    # Half goes up, as NHS England rounds; Python's own rounding would go to the even multiple.
    alone = (told["count"] / base + 0.5).apply(np.floor) * base
    _, most = near(*(told[name].to_numpy(float) for name in ("rounded", "base_together", "threshold")))
    shown = together.fillna(alone).fillna(told["count"])
    return shown, (most - together).fillna(base / 2).fillna(0.0)


def _lookup(values: pd.Series, ids: Floats, default: float) -> Floats:
    """The value of each id, the default where there is no id, as floats."""
    found = values.astype("float64").reindex(ids).to_numpy()
    return np.where(np.isnan(ids), default, found)


def _replace(counts: pd.Series, shown: pd.Series, ids: Floats) -> pd.Series:
    """What stands for each count that is a cell; of others, residents for one, the count."""
    return counts.where(np.isnan(ids), _lookup(shown, ids, np.nan))
