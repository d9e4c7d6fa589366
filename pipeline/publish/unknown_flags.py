"""How far the records whose domestic abuse flag, or another word, is blank could raise a published figure."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipeline.disclosure.equations import DUST, Booleans
from pipeline.publish.decimals import round_each
from pipeline.publish.keys import CELL
from pipeline.publish.open_offences import add_open_offences

FLAGGED_SPLITS = ["domestic", "non_domestic"]
# Crime that is counted only where it is flagged: its unknown flags are those of this measure. Who else was a victim of
# it was so in one of these.
WHOLE_MEASURES = dict.fromkeys(("domestic_crime", "domestic_victims"), "recorded_crime")


def counts_flagged_of_all(figures: pd.DataFrame) -> pd.Series:
    """Which figures divide what is flagged domestic by all records, those without a flag among them.

    `figures` have `denominator_kind` and `numerator_split`.
    """
    return (figures["denominator_kind"] == "own_total") & (figures["numerator_split"] == "domestic")


def add_unknown_flags(values: pd.DataFrame, indicators: pd.DataFrame) -> pd.DataFrame:
    """The published values with `unknown`, the records that each numerator could hold beside those known to be in it,
    and `against`, those that could be beside it instead.

    0 where a figure rests on no flag of the police, or is told of flagged crime alone (a ratio or share within
    it); nan where it rests on the flag, or on a word that may be blank, and the unknown are hidden, absent or nowhere
    published. Of a share, or of blanks, it is read off the published bounds, and as rough as their rounding. What is
    flagged of a rate with blanks could gain its own, and all whose flag is not known.
    """
    facts = _with_words(values, indicators)
    is_share = (facts["denominator_kind"] == "flag_known").to_numpy()
    has_blanks = (facts["unknown_measure_id"].notna() | counts_flagged_of_all(facts)).to_numpy()
    is_counted = _is_flagged_rate(facts)
    blanks = _within_bounds(facts).where(has_blanks, 0.0)
    beside = _published_beside(facts, blanks)
    is_flagged = facts["split"].isin(FLAGGED_SPLITS).to_numpy()
    unknown = np.select(
        [is_share, has_blanks & is_counted & is_flagged, has_blanks, is_counted],
        [_behind_bounds(facts), blanks + beside, blanks, beside],
        default=0.0,
    )
    return add_open_offences(values.assign(unknown=unknown))


def bound_flagged_rates(told: pd.DataFrame, indicators: pd.DataFrame, rounding: pd.DataFrame) -> pd.DataFrame:
    """The values with `lowest` and `highest` of each rate of flagged crime: what it is if no crime without a flag, or
    every one, belonged in it.

    `told` are values of `leave_room`, `rounding` of `publish_figures`. Both bounds are null where the number without a
    flag is not published: they are made of published counts alone.
    """
    facts = _with_words(told, indicators).merge(rounding, on=CELL, how="left")
    error = facts["numerator_error"].fillna(0.0)
    decimals = facts["indicator_id"].map(indicators.set_index("indicator_id")["decimals"]).to_numpy(int)
    each = facts["multiplier"] / (facts["denominator"] - facts["denominator_error"].fillna(0.0))
    # Without a word that may be blank there are none; what is printed was up to half a last decimal more.
    step = pd.Series(10.0**-decimals / 2, index=facts.index)
    most = np.floor((facts["highest"] + step) / each + DUST)
    most = most.where(facts["unknown_measure_id"].notna(), facts["numerator"] + error)
    beside = _published_beside(facts, most - facts["numerator"])
    is_rate = _is_flagged_rate(facts) & (facts["value_status"] == "reported").to_numpy()
    is_told = is_rate & (most + beside).notna().to_numpy()
    bounds = {
        name: round_each((count * each).where(is_told).to_numpy(float), decimals)
        for name, count in (
            ("lowest", (facts["numerator"] - error).clip(lower=0)),
            ("highest", most + beside),
        )
    }
    return told.assign(**{name: told[name].where(~is_rate, bound) for name, bound in bounds.items()})


def _with_words(values: pd.DataFrame, indicators: pd.DataFrame) -> pd.DataFrame:
    """The values with what their indicators say of numerator and denominator."""
    words = [
        "indicator_id", "kind", "multiplier", "numerator_measure_id", "numerator_split",
        "denominator_kind", "series_family", "is_domestic", "unknown_measure_id",
    ]  # fmt: skip
    return values.merge(indicators[words], on="indicator_id", how="left")


def counts_flagged_of_people(figures: pd.DataFrame, indicators: pd.DataFrame) -> Booleans:
    """Which published figures are rates of police crime, or its victims, counted only where its flag says so."""
    return _is_flagged_rate(_with_words(figures, indicators))


def _is_flagged_rate(facts: pd.DataFrame) -> Booleans:
    is_domestic = facts["is_domestic"] | facts["numerator_measure_id"].isin(WHOLE_MEASURES)
    is_flagged = facts["split"].isin(FLAGGED_SPLITS) | (is_domestic & (facts["split"] == "all"))
    is_police = facts["series_family"] == "police"
    return ((facts["denominator_kind"] == "population") & is_police & is_flagged).to_numpy()


def _behind_bounds(shares: pd.DataFrame) -> pd.Series:
    # Bounds are n / (d + u) and (n + u) / (d + u): their difference is the part of all that is unknown.
    part = (shares["highest"] - shares["lowest"]) / shares["multiplier"]
    return shares["denominator"] * part / (1 - part)


def _within_bounds(figures: pd.DataFrame) -> pd.Series:
    # Bounds are n / d and (n + u) / d: people, and a whole that has the blanks in it, are as many as they were.
    return figures["denominator"] * (figures["highest"] - figures["lowest"]) / figures["multiplier"]


def _published_beside(rates: pd.DataFrame, blanks: pd.Series) -> pd.Series:
    """The numerator, and the blanks, of the rate of the same measure, cell and period whose flag is not known."""
    of_measure = rates["numerator_measure_id"]
    is_plain = (rates["denominator_kind"] == "population") & rates["numerator_split"].isna()
    on = ["measure_id", *(name for name in CELL if name not in ("indicator_id", "split"))]
    beside = (
        rates.assign(measure_id=of_measure, most=rates["numerator"] + blanks)[
            is_plain & (rates["split"] == "not_known") & (rates["value_status"] == "reported")
        ]
        .drop_duplicates(on)
        .set_index(on)["most"]
    )
    wanted = rates.assign(measure_id=of_measure.replace(WHOLE_MEASURES))[on]
    found = beside.reindex(pd.MultiIndex.from_frame(wanted)).to_numpy(dtype="float64")
    return pd.Series(found, index=rates.index)
