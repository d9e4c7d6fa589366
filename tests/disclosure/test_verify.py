"""A proof that does not hold is told from one that does, by sums alone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from cell_tables import cells_of, random_counts, sums_of, table_of

from pipeline.disclosure.choose import Protection, choose_suppressed
from pipeline.disclosure.intervals import find_intervals
from pipeline.disclosure.verify import find_flaws

CELLS = cells_of(a=3, b=9, c=40, OPEN=7, total=59)
SUM = sums_of("total = a + b + c + OPEN")


def proof_with(**changes: object) -> Protection:
    """The proof for CELLS, in which a is 1 or 5 and b makes up for it, with parts replaced."""
    names = pd.Index(CELLS["cell_id"], name="cell_id")
    hidden = pd.Series([True, True, False, False, False], index=names, name="is_hidden")
    ends = pd.DataFrame({"cell_id": ["a"], "low": [1.0], "low_table": [1], "high": [5.0], "high_table": [2]})
    tables = pd.DataFrame(
        {"table_id": [1, 1, 2, 2], "cell_id": ["a", "b", "a", "b"], "change": [-2.0, 2.0, 2.0, -2.0]}
    )
    return replace(Protection(hidden, ends, tables, []), **changes)


def flaws_of(**changes: object) -> list[str]:
    return find_flaws(CELLS, SUM, proof_with(**changes))


def test_a_proof_that_holds_has_no_flaw() -> None:
    assert flaws_of() == []


def with_cell(column: str, row: int, value: object) -> pd.DataFrame:
    return proof_with().tables.assign(
        **{column: [value if at == row else old for at, old in enumerate(proof_with().tables[column])]}
    )


def hidden_but(cell: str, is_hidden: bool) -> pd.Series:
    return proof_with().is_hidden.where(proof_with().is_hidden.index != cell, is_hidden)


@pytest.mark.parametrize(
    ("changes", "flaw"),
    [
        ({"is_hidden": hidden_but("a", False)}, "Cell 'a' is small and shown."),
        ({"is_hidden": hidden_but("OPEN", True)}, "Cell 'OPEN' is known to all and hidden."),
        ({"is_hidden": hidden_but("b", False)}, "Cell 'b' is shown and differs in a witness table."),
        ({"tables": with_cell("cell_id", 1, "c")}, "Cell 'c' is shown and differs in a witness table."),
        ({"tables": with_cell("cell_id", 1, "OPEN")}, "Cell 'OPEN' is shown and differs in a witness table."),
        ({"tables": with_cell("change", 1, 2.5)}, "Cell 'b' is not whole in a witness table."),
        (
            {"tables": with_cell("change", 0, -3.0)},
            "Cell 'a' is less or more than can be in a witness table.",
        ),
        ({"tables": with_cell("change", 1, 3.0)}, "Witness table 1 does not add up."),
        ({"tables": proof_with().tables.iloc[:2]}, "Cell 'a' has no witness that it could be another."),
        ({"ends": proof_with().ends.iloc[:0]}, "Cell 'a' has no witness that it could be another."),
        (
            {"ends": proof_with().ends.assign(high_table=0)},
            "Cell 'a' has no witness that it could be another.",
        ),
        (
            {"ends": proof_with().ends.assign(high_table=9)},
            "Cell 'a' has no witness that it could be another.",
        ),
        ({"ends": proof_with().ends.assign(low=2.0)}, "Cell 'a' has no witness that it could be another."),
    ],
)
def test_each_damage_is_found(changes: dict[str, object], flaw: str) -> None:
    assert flaw in flaws_of(**changes)


@pytest.mark.parametrize(("high", "has_flaw"), [(1.0, True), (2.0, False)])
def test_two_values_a_little_less_than_t_less_1_apart_do_not_suffice(high: float, has_flaw: bool) -> None:
    tables = with_cell("change", 2, high)
    tables.loc[3, "change"] = -high
    ends = proof_with().ends.assign(high=3.0 + high)
    assert bool(flaws_of(tables=tables, ends=ends)) == has_flaw


def test_a_table_that_names_no_cell_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^a witness table names 'z', which is no cell$"):
        flaws_of(tables=with_cell("cell_id", 1, "z"))


@pytest.mark.parametrize("seed", range(4))
def test_showing_any_hidden_cell_that_narrows_a_small_count_is_caught(seed: int) -> None:
    cells, relations = table_of(random_counts(np.random.default_rng(seed), 4, 4))
    protection = choose_suppressed(cells, relations)
    small = cells.loc[(cells["count"] > 0) & (cells["count"] < 5), "cell_id"]
    narrowing = 0
    for cell in protection.is_hidden.index[protection.is_hidden]:
        hidden = protection.is_hidden.where(protection.is_hidden.index != cell, False)
        shown = cells.assign(value=cells["count"].where(~hidden.to_numpy()))
        intervals = find_intervals(shown, relations).set_index("cell_id").reindex(small)
        # Null is no limit; of a small count that is shown nothing is hidden any more.
        width = (intervals["high"].fillna(10**6) - intervals["low"]).fillna(0)
        if (width < 4).any():
            narrowing += 1
            assert find_flaws(cells, relations, replace(protection, is_hidden=hidden))
    assert narrowing > 0
