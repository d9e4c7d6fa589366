"""The domestic share of a definition, where an unknown flag could bring further offences into it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipeline.publish.keys import CELL

SHARE = "lens_domestic_share"
# By which column they are told: what could be domestic offences of the definition, and what could be its others.
OPEN = {"unknown": "lens_open_domestic", "against": "lens_open_other"}
PLACE = [name for name in CELL if name != "indicator_id"]


def add_open_offences(figures: pd.DataFrame) -> pd.DataFrame:
    """The figures with `against`: what the unknown flags could add beside a share's numerator, where that is least.

    For the domestic share of a definition `unknown` and `against` are the protected counts OPEN of the same place and
    period, nan where one is hidden: all that have no flag, and all that an unknown flag could bring into the
    definition. For any other figure `against` is `unknown`: the same records count as either. Where there are errors of
    rounding (`unknown_error`), `against_error` stands beside them.
    """
    is_share = (figures["indicator_id"] == SHARE).to_numpy()
    wanted = pd.MultiIndex.from_frame(figures.loc[is_share, PLACE])
    told = figures[figures["value_status"] == "reported"]
    made = figures.assign(**{name: figures["unknown"].astype("float64") for name in OPEN})
    names = {"": "numerator"}
    if "unknown_error" in figures:
        names["_error"] = "numerator_error"
        made = made.assign(against_error=figures["unknown_error"])
    for column, indicator_id in OPEN.items():
        beside = told[told["indicator_id"] == indicator_id].set_index(PLACE)
        for suffix, name in names.items():
            found = beside[name].reindex(wanted).to_numpy(dtype="float64")
            made.loc[is_share, f"{column}{suffix}"] = np.where(
                (figures.loc[is_share, "value_status"] == "reported").to_numpy(), found, np.nan
            )
    return made


def name_open_offences(behind: pd.DataFrame) -> pd.DataFrame:
    """The counts behind each figure with those of OPEN behind the domestic shares of definitions.

    `behind` has CELL, and the cell_id of each count: `numerator_cell`, `unknown_cell` and `against_cell`.
    """
    is_share = (behind["indicator_id"] == SHARE).to_numpy()
    wanted = pd.MultiIndex.from_frame(behind.loc[is_share, PLACE])
    named = behind.copy()
    for column, indicator_id in OPEN.items():
        beside = behind[behind["indicator_id"] == indicator_id].set_index(PLACE)["numerator_cell"]
        named.loc[is_share, f"{column}_cell"] = beside.reindex(wanted).to_numpy(dtype="float64")
    return named
