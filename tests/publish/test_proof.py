"""Nothing is published without a proof, and what cannot be proved is named without a count."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from no_ties import NO_TIES

from pipeline.publish import proof as proofs
from pipeline.publish.cells import KEY
from pipeline.publish.costs import WEIGHTED_TOTAL, WHOLE, find_costs
from pipeline.publish.proof import NotProtected, prove
from pipeline.publish.relations import NO_SHARES, Ties

PLACE = {
    "lens_id": "", "area_type": "vru", "area_code": "X1", "period_type": "financial_year",
    "period_start": pd.Timestamp("2023-04-01"), "period_end": pd.Timestamp("2024-03-31"),
    "breakdown": "none", "breakdown_value": "",
}  # fmt: skip
NO_CELLS = np.array([np.nan])


def cells_of(*rows: tuple[str, str, float, float | None]) -> pd.DataFrame:
    """One cell a (measure, split, count, threshold)."""
    cells = [
        {**PLACE, "measure_id": measure, "split": split, "count": count, "threshold": threshold}
        for measure, split, count, threshold in rows
    ]
    return (
        pd.DataFrame(cells)
        .assign(cell_id=range(len(cells)), cost=1.0, base_together=np.nan)
        .astype({"threshold": "float64"})
    )


def related(
    cells: pd.DataFrame, shares: pd.DataFrame = NO_SHARES, nested: pd.DataFrame = NO_TIES.nested
) -> tuple[pd.DataFrame, pd.DataFrame, Ties]:
    return cells, shares, replace(NO_TIES, nested=nested)


def test_a_publication_with_its_proof_says_how_many_are_small_and_hidden() -> None:
    cells = cells_of(("v", "all", 63, 5), ("v", "domestic", 3, 5), ("v", "non_domestic", 60, 5))
    proof = prove(*related(cells))
    assert proof.told.cells["is_hidden"].tolist() == [False, True, True]
    assert (proof.tally["cells"], proof.tally["hidden_cells"]) == (3, 2)
    assert proof.private_tally == {"sensitive_cells": 1, "witness_tables": 2}
    assert not proof.tally.keys() & proof.private_tally.keys()
    again = prove(*related(cells)).protection
    pd.testing.assert_frame_equal(again.tables, proof.protection.tables)


def test_what_is_left_of_a_total_is_protected_though_it_is_published_nowhere() -> None:
    # 63 less 60 would say that 3 flags are not known.
    cells = cells_of(("v", "all", 63, 5), ("v", "domestic", 40, 5), ("v", "non_domestic", 20, 5))
    assert prove(*related(cells)).told.cells["is_hidden"].any()


def test_a_share_tells_the_rest_of_its_whole() -> None:
    cells = cells_of(("young", "all", 97, 5), ("aged", "all", 100, 5))
    share = pd.DataFrame({"total_cell": [1], "part_cell": [0], "blank_cell": [None]}, dtype="Int64")
    assert not prove(*related(cells)).told.cells["is_hidden"].any()
    assert prove(*related(cells, share)).told.cells["is_hidden"].any()


def test_what_lies_between_a_definition_and_a_wider_one_is_a_count_like_any() -> None:
    cells = cells_of(("narrow", "all", 97, 5), ("wide", "all", 100, 5))
    nested = pd.DataFrame(
        {
            "measure_id": ["narrow"],
            "lens_id": "",
            "wider_measure_id": "wide",
            "wider_lens_id": "",
            "offence_subgroup": "",
            "split": "",
            "wider_split": "",
        }
    )
    assert not prove(*related(cells)).told.cells["is_hidden"].any()
    assert prove(*related(cells, nested=nested)).told.cells["is_hidden"].any()
    # Of one kind of offence alone it says nothing of all.
    assert (
        not prove(*related(cells, nested=nested.assign(offence_subgroup="Arson")))
        .told.cells["is_hidden"]
        .any()
    )


def places_of(**counts: float) -> pd.DataFrame:
    """One cell a place: the area, its forces (F…) and their districts (D…)."""
    cells = cells_of(*(("v", "all", count, 5) for count in counts.values()))
    kinds = {"A": "vru", "F": "force", "D": "lad"}
    return cells.assign(area_code=list(counts), area_type=[kinds[code[0]] for code in counts])


def test_forces_are_what_their_districts_add_up_to_and_add_up_to_the_area() -> None:
    cells = places_of(A=163, F1=63, F2=100, D1=3, D2=60, D3=50, D4=50)
    # Districts of the other force are the cheapest to hide.
    cells["cost"] = [9.0, 9.0, 9.0, 9.0, 9.0, 1.0, 1.0]

    def hidden(forces: dict[str, str]) -> set[str]:
        ties = replace(NO_TIES, forces=pd.Series(forces, dtype="str"))
        told = prove(cells, NO_SHARES, ties).told.cells
        return set(told.loc[told["is_hidden"], "area_code"])

    assert not {"F1", "D2"} & hidden({})
    # 63 less 60 would give the small one away.
    assert {"F1", "D2"} & hidden({"D1": "F1", "D2": "F1", "D3": "F2", "D4": "F2"})


def test_a_small_force_is_not_to_be_had_from_the_area_and_the_others() -> None:
    cells = places_of(A=203, F1=3, F2=100, F3=100)
    apart = prove(cells, NO_SHARES, NO_TIES)
    assert apart.told.cells["is_hidden"].tolist() == [False, True, False, False]
    forces = pd.Series({"D1": "F1", "D2": "F2", "D3": "F3"})
    tied = prove(cells, NO_SHARES, replace(NO_TIES, forces=forces))
    assert tied.told.cells["is_hidden"].sum() == 2


def test_one_split_of_a_count_can_lie_in_another_of_a_wider_one() -> None:
    cells = cells_of(("victims", "domestic", 97, 5), ("victims", "all", 200, 5), ("domestic", "all", 100, 5))
    nested = pd.DataFrame(
        {
            "measure_id": ["victims"],
            "lens_id": "",
            "wider_measure_id": "domestic",
            "wider_lens_id": "",
            "offence_subgroup": "",
            "split": "domestic",
            "wider_split": "all",
        }
    )
    assert not prove(*related(cells)).told.cells["is_hidden"].any()
    is_hidden = prove(*related(cells, nested=nested)).told.cells["is_hidden"]
    assert is_hidden.iloc[[0, 2]].any()


def test_parts_that_overlap_say_nothing_of_their_total() -> None:
    cells = cells_of(("v", "all", 10, 5), ("v", "domestic", 8, 5), ("v", "non_domestic", 3, 5))
    assert prove(*related(cells)).told.cells["is_hidden"].tolist() == [False, False, True]


def test_a_force_total_known_from_elsewhere_does_not_uncover_a_hidden_domestic_count() -> None:
    cells = cells_of(
        ("v", "all", 563, None), ("v", "domestic", 3, 5), ("v", "non_domestic", 520, 5), ("v", "not_known", 40, 5),
    ).assign(area_type="force", area_code="F1")  # fmt: skip
    proof = prove(*related(cells))
    assert proof.told.cells["is_hidden"].tolist() == [False, True, False, True]
    ends = proof.protection.ends.iloc[0]
    assert ends["low"] <= 3 and ends["high"] >= 5 and ends["high"] - ends["low"] >= 4


def test_known_flags_do_not_tell_by_subtraction_how_many_are_unknown() -> None:
    cells = cells_of(
        ("v", "all", 23, 5), ("v", "flag_known", 22, 5), ("v", "domestic", 8, 5), ("v", "not_known", 1, 5),
    )  # fmt: skip
    proof = prove(*related(cells))
    hidden = proof.told.cells.set_index("split")["is_hidden"]
    assert hidden["not_known"] and (hidden["all"] or hidden["flag_known"])


def test_a_count_that_an_open_total_gives_away_stops_the_publication() -> None:
    cells = cells_of(("v", "all", 3, None), ("v", "domestic", 3, 5), ("v", "non_domestic", 0, 5))
    with pytest.raises(NotProtected) as refusal:
        prove(*related(cells))
    sentence = str(refusal.value)
    assert sentence == (
        "Nothing was published, because 1 small count could be worked out, whatever else is hidden (v vru X1 "
        "financial_year 2023-04-01 domestic): publish them for pooled years or a larger area, round all counts of "
        'their source (`method = "round"` in the assessment file), or leave their rows out of indicator_cells.'
    )


def test_who_rounds_already_is_told_of_a_larger_base() -> None:
    cells = cells_of(("v", "all", 3, None), ("v", "domestic", 3, 5), ("v", "non_domestic", 0, 5))
    with pytest.raises(NotProtected, match="take a larger `rounding_base` for their source") as refusal:
        prove(*related(cells.assign(base_together=[np.nan, 5.0, 5.0])))
    assert "method" not in str(refusal.value)


def test_a_proof_that_the_check_refuses_stops_the_publication(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proofs, "find_flaws", lambda *_: ["Witness table 1 does not add up."])
    with pytest.raises(NotProtected, match="does not hold"):
        prove(*related(cells_of(("v", "all", 60, 5))))


def test_a_cell_costs_by_its_count_and_by_what_rests_on_it() -> None:
    cells = cells_of(("harm", "all", 9, 5), ("harm", "all", 99, 5), ("other", "all", 9, 5)).assign(
        breakdown="offence_subgroup", breakdown_value=["Robbery", "Arson", "Robbery"]
    )
    weights = pd.DataFrame(
        {"weighting": "days", "offence_subgroup": ["Robbery", "Arson"], "weight": [11.0, 1.0]}
    )
    behind = [np.array([0.0, 2.0, np.nan]), np.array([2.0, 2.0, np.nan])]
    costs = find_costs(cells, behind, {"harm"}, weights, NO_CELLS)
    # 9 × 11 and 99 × 1 are half of the harm each.
    half = WEIGHTED_TOTAL / 2
    expected = np.array([(np.log(10) + 1) * (1 + half), (np.log(100) + 1) * half, (np.log(10) + 1) * 3])
    np.testing.assert_allclose(costs, expected)
    assert set(KEY) <= set(cells)


def test_the_areas_own_totals_cost_more_than_their_parts() -> None:
    cells = cells_of(("v", "all", 9, 5), ("v", "domestic", 9, 5))
    weights = pd.DataFrame({"weighting": ["days"], "offence_subgroup": ["Arson"], "weight": [1.0]})
    whole, part = find_costs(cells, [], set(), weights, NO_CELLS)
    assert whole / part == pytest.approx(WHOLE)


def two_pairs_with_a_small_rest_between(flagships: np.ndarray) -> list[str]:
    """Which counts are hidden where a broad definition and a wider one differ by 2 domestic offences."""
    cells = cells_of(
        ("broad", "all", 600, 5), ("broad", "domestic", 94, 5), ("broad", "non_domestic", 506, 5),
        ("wide", "all", 700, 5), ("wide", "domestic", 96, 5), ("wide", "non_domestic", 604, 5),
    )  # fmt: skip
    nested = pd.DataFrame(
        [("broad", "", "wide", "", "", "domestic", "domestic")],
        columns=["measure_id", "lens_id", "wider_measure_id", "wider_lens_id", "offence_subgroup", "split",
                 "wider_split"],
    )  # fmt: skip
    weights = pd.DataFrame({"weighting": ["days"], "offence_subgroup": ["Arson"], "weight": [1.0]})
    costs = find_costs(cells, [], set(), weights, flagships)
    told = prove(*related(cells.assign(cost=costs), nested=nested)).told.cells
    hidden = told[told["is_hidden"]]
    return sorted(hidden["measure_id"].unique())


def test_of_two_counts_that_differ_by_a_small_one_the_flagship_is_shown() -> None:
    # Of two alike the smaller goes; a flagship is shown, and the other goes in its place.
    assert two_pairs_with_a_small_rest_between(NO_CELLS) == ["broad"]
    assert two_pairs_with_a_small_rest_between(np.array([1.0])) == ["wide"]
