"""What protects each kind of published figure; a kind of which nothing is stated is not published."""

from __future__ import annotations

import numpy as np
import pandas as pd

ROW = "add its row to dbt_project/seeds/figure_treatments.csv"


def keep_stated(
    tables: dict[str, pd.DataFrame], treatments: pd.DataFrame
) -> tuple[dict[str, pd.DataFrame], tuple[str, ...]]:
    """The tables with what `treatments` states, and a sentence for each table, column and kind that is left out.

    `treatments` are rows of the seed `figure_treatments`: a column of a table (of every table, where `table_name` is
    null), or one `kind` of figure by its word in a column, whose other words are then unstated; numbers are rounded
    to its `decimals`, null where the indicator declares fewer or there is nothing to round.
    """
    kept, left_out = {}, []
    for name, table in tables.items():
        own = treatments[treatments["table_name"] == name]
        if own.empty:
            left_out.append(_say(f"The table {name} was"))
            continue
        stated = pd.concat([own, treatments[treatments["table_name"].isna()]])
        columns = [column for column in table if column in set(stated["column_name"])]
        left_out += [
            _say(f"The column {column} of {name} was") for column in table if column not in set(columns)
        ]
        rows, unstated = _keep_kinds(table[columns], own)
        left_out += [_say(f"Figures of {name} with {column} {kind!r} were") for column, kind in unstated]
        kept[name] = _round(rows, own)
    return kept, tuple(left_out)


def keep_stated_kinds(
    indicators: pd.DataFrame, treatments: pd.DataFrame
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """The indicators of a kind whose treatment is stated, and a sentence for each other kind: nothing is made of it."""
    own = treatments[treatments["table_name"] == "indicators"]
    rows, unstated = _keep_kinds(indicators, own)
    return rows, tuple(_say(f"Indicators of the kind {kind!r} were") for _, kind in unstated)


def _say(what: str) -> str:
    return f"{what} not published, because nothing states what protects it: {ROW}."


def _keep_kinds(table: pd.DataFrame, own: pd.DataFrame) -> tuple[pd.DataFrame, list[tuple[str, str]]]:
    """The rows whose kinds are stated, and the columns and words of the others."""
    unstated = []
    for column, rows in own[own["kind"].notna()].groupby("column_name", sort=True):
        is_stated = table[str(column)].isin(rows["kind"])
        unstated += [(str(column), str(kind)) for kind in sorted(set(table.loc[~is_stated, str(column)]))]
        if not is_stated.all():
            table = table[is_stated].reset_index(drop=True)
    return table, unstated


def _round(table: pd.DataFrame, own: pd.DataFrame) -> pd.DataFrame:
    stated = own.dropna(subset=["decimals"])
    decimals = dict(zip(stated["column_name"], stated["decimals"].astype(int), strict=True))
    numbers = [str(name) for name in table if name in decimals and table[name].dtype.kind == "f"]
    return table.assign(**{name: np.round(table[name], decimals[name]) for name in numbers})
