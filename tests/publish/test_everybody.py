"""What says something of everybody in a group is named by measure, place and period."""

from __future__ import annotations

from area_figures import figures
from released_cells import cells_of

from pipeline.publish.everybody import find_everybody


def test_zeros_under_a_policy_and_shares_of_all_are_named_and_nothing_else_is() -> None:
    cells = cells_of({("D0", "04"): 0, ("D1", "04"): 0, ("D2", "04"): 7, ("", "04"): 0, ("D3", "04"): 0})
    cells["is_hidden"] = False
    # A 0 that was rounded may be more.
    cells["rounded"] = [None, None, None, None, 0.0]
    # What is openly published by others is theirs to warn of.
    cells.loc[1, "threshold"] = None
    values = figures([20, 19, None], [20.0, 20.0, 20.0], kind="share")
    found = find_everybody(cells, values)
    assert found.zeros == ("violence lad D0 month 2023-04-01", "violence vru X1 month 2023-04-01")
    assert found.wholes == ("crimes M00 msoa financial_year 2023-04-01",)
