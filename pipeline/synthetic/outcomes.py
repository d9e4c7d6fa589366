"""What became of each crime: outcomes as published by group, fewer charges for domestic abuse, delays."""

import numpy as np

from pipeline.synthetic import patterns
from pipeline.synthetic.calibration import figure
from pipeline.synthetic.draws import Floats, Integers, choose_by_row
from pipeline.synthetic.offences import VIOLENCE, Offences
from pipeline.synthetic.records import Records

CODES = ("1", "2", "3", "8", "14", "15", "16", "18", "20", "21", "22", "")
_PUBLISHED = ("1", "14", "16", "18")
# How outcomes that are not published by group share what is left, and half the days they take.
_REST = {"2": 2, "3": 4, "8": 9, "15": 62, "20": 4, "21": 3, "22": 3, "": 13}
_HALF = {
    "1": 75,
    "2": 60,
    "3": 40,
    "8": 30,
    "14": 45,
    "15": 85,
    "16": 38,
    "18": 12,
    "20": 55,
    "21": 80,
    "22": 70,
    "": 1,
}
# The force wrote its files two weeks after the last month.
_WRITTEN = np.datetime64("2024-04-14")


def _shares(group: str, domestic: bool) -> Floats:
    """Shares of the outcomes, in the order of CODES."""
    shares = dict.fromkeys(CODES, 0.0)
    for code in _PUBLISHED:
        shares[code] = figure(f"outcome_share_{code}", group)
    if domestic:
        shares["1"] *= figure("outcome_domestic_relative", "1")
        shares["16"] = min(0.6, shares["16"] * figure("outcome_domestic_relative", "16"))
        shares["14"] *= 0.35
        shares["18"] = min(shares["18"] * 0.08, 0.02)
    elif group == VIOLENCE:
        # The published share holds for both kinds together; a third is domestic.
        part = figure("da_share_of_vap", "", "Apr-Sep 2015")
        other = {
            code: (share - part * domestic_share) / (1 - part)
            for (code, share), domestic_share in zip(shares.items(), _shares(group, True), strict=True)
            if code in _PUBLISHED
        }
        shares.update(other)
    rest = 1 - sum(shares[code] for code in _PUBLISHED)
    total = sum(_REST.values())
    for code, part in _REST.items():
        shares[code] = rest * part / total
    return np.array([max(shares[code], 0.0) for code in CODES])


def draw_outcomes(
    random: np.random.Generator, offences: Offences, records: Records, recorded: Integers
) -> tuple[Integers, Integers]:
    """Outcome (position in CODES, -1 where none yet) and its day (counted like the recorded day)."""
    groups = sorted(set(offences.groups))
    table = np.array([_shares(group, domestic) for group in groups for domestic in (False, True)])
    row = np.array([groups.index(group) for group in offences.groups])[records.code] * 2 + records.domestic
    outcome = choose_by_row(random, table, row)
    half = np.array([_HALF[code] for code in CODES])[outcome]
    sexual = np.array([group == "sexual" for group in offences.groups])[records.code]
    half = np.where(sexual, half * 3, half)
    drawn = random.random(len(outcome))
    # Long-tailed: a quarter takes three times half the time or more.
    delay = np.minimum(np.floor(half * drawn / (1.0 - drawn * 0.985)), 900).astype(np.int64)
    day = recorded + delay
    written = int((_WRITTEN - patterns.DRAWN_FROM).astype(np.int64))
    none_yet = (outcome == CODES.index("")) | (day > written)
    return np.where(none_yet, -1, outcome), np.where(none_yet, -1, day)
