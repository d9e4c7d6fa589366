"""When things happen: hours of the week, seasons, school terms, lockdowns. The shapes are our judgement.

Sources for the shapes: domestic abuse peaks at home in the evening, at weekends, in December, January and
summer; the night-time economy on Friday and Saturday 23:00 to 03:00; young victims 15:00 to 17:00 on school
days.
"""

import numpy as np
import numpy.typing as npt

from pipeline.synthetic.calibration import figure
from pipeline.synthetic.draws import Floats

FIRST_DAY = np.datetime64("2019-04-01")
LAST_DAY = np.datetime64("2024-03-31")
# Domestic abuse is drawn a year longer, so that the first year's repeat victims have a past.
DRAWN_FROM = np.datetime64("2018-04-01")
DAYS = np.arange(DRAWN_FROM, LAST_DAY + 1)
WEEKDAYS = (DAYS.astype(np.int64) + 3) % 7  # 0 Monday
MONTHS = DAYS.astype("datetime64[M]").astype(np.int64) % 12  # 0 January
YEAR_OF_DAY = (DAYS.astype("datetime64[M]").astype(np.int64) - 3) // 12 + 1971  # financial year's end

HOUR_PATTERNS = (
    "domestic", "violence", "nightlife", "street", "waking", "daytime", "retail", "school", "overnight",
)  # fmt: skip
_HOURS = {  # relative level from midnight, by hour
    "domestic": "55 42 30 22 16 12 13 20 30 38 42 44 50 50 52 58 66 76 86 96 102 104 98 78",
    "violence": "54 44 32 22 13 8 8 16 28 36 42 46 54 54 56 66 66 68 70 72 73 75 77 74",
    "nightlife": "115 100 80 55 25 10 6 8 12 16 22 28 34 36 38 40 42 44 48 55 66 82 98 115",
    "street": "40 28 20 14 10 8 8 12 18 24 30 34 40 42 46 62 70 74 80 84 84 80 70 56",
    "waking": "40 22 16 12 9 9 14 28 52 70 74 74 78 70 68 70 72 74 76 76 74 70 64 54",
    "daytime": "12 8 6 5 5 8 16 36 62 80 90 94 96 90 88 90 92 86 70 52 40 32 26 18",
    "retail": "3 2 2 2 2 4 10 26 52 76 92 100 104 102 104 106 104 98 84 62 44 30 16 6",
    "school": "6 4 3 2 2 2 4 14 38 32 38 44 64 56 48 98 86 66 54 48 42 32 20 12",
    "overnight": "85 80 76 74 62 46 40 44 46 42 40 40 42 42 42 44 48 56 62 68 74 80 88 92",
}
_WEEK = {  # Monday to Sunday
    "domestic": "94 90 90 91 97 113 125",
    "violence": "90 89 91 94 108 131 118",
    "nightlife": "52 50 56 68 128 206 140",
    "street": "94 94 96 98 108 112 98",
    "waking": "105 106 104 103 102 92 88",
    "daytime": "106 106 104 104 106 96 78",
    "retail": "102 102 102 104 110 112 68",
    "school": "116 118 116 114 118 62 56",
    "overnight": "96 96 97 99 104 106 102",
}
_SEASON = {  # January to December
    "domestic": "106 97 98 97 101 104 107 106 99 98 97 108",
    "violence": "94 94 98 98 103 106 107 103 102 102 99 96",
    "nightlife": "88 92 97 98 102 104 106 108 102 103 102 112",
    "street": "96 95 98 97 101 103 103 102 101 104 104 97",
    "waking": "98 98 101 97 102 104 106 102 102 103 100 91",
    "daytime": "96 97 101 98 101 103 105 103 102 103 101 92",
    "retail": "94 95 99 97 100 100 101 101 101 104 108 100",
    "school": "98 92 108 88 104 108 92 58 114 106 112 90",
    "overnight": "104 100 98 94 95 95 98 99 100 106 108 103",
}

# How much of a lockdown's effect each stretch of days had.
_LOCKDOWN = (
    ("2020-03-24", "2020-03-31", 1.0),
    ("2020-04-01", "2020-05-31", 1.0),
    ("2020-06-01", "2020-07-03", 0.55),
    ("2020-07-04", "2020-10-13", 0.12),
    ("2020-10-14", "2020-11-04", 0.25),
    ("2020-11-05", "2020-12-02", 0.60),
    ("2020-12-03", "2021-01-05", 0.45),
    ("2021-01-06", "2021-03-31", 1.0),
    ("2021-04-01", "2021-04-11", 0.8),
    ("2021-04-12", "2021-05-16", 0.4),
    ("2021-05-17", "2021-07-18", 0.15),
)


def _numbers(text: str) -> Floats:
    """The numbers of a line."""
    return np.array([float(word) for word in text.split()])


def hours_of_week(pattern: str) -> Floats:
    """Weights by weekday and hour."""
    table = np.repeat(_numbers(_HOURS[pattern])[None, :], 7, axis=0)
    if pattern in ("domestic", "street"):
        table[5:, :4] *= 1.8  # Saturday and Sunday before dawn
        table[4:6, 20:] *= 1.35
    if pattern == "violence":
        table[5:, :4] *= 3.2
        table[4:6, 22:] *= 2.2
    if pattern == "nightlife":
        table[5:, :4] *= 2.4
        table[4:6, 22:] *= 1.5
        table[:4, :5] *= 0.6
    if pattern == "school":
        flat = _numbers(_HOURS["waking"])
        table[5:] = flat
    table /= table.sum(axis=1, keepdims=True)
    return table * _numbers(_WEEK[pattern])[:, None]


def _between(first: str, last: str) -> npt.NDArray[np.bool_]:
    """Which of the days lie between the two, both included."""
    within: npt.NDArray[np.bool_] = (np.datetime64(first) <= DAYS) & (np.datetime64(last) >= DAYS)
    return within


def day_weights(pattern: str, lockdown: str) -> Floats:
    """Relative level of each day: season, day of the week, lockdowns."""
    weights = hours_of_week(pattern).sum(axis=1)[WEEKDAYS] * _numbers(_SEASON[pattern])[MONTHS]
    depth = 1 - figure("lockdown_level", lockdown)
    for first, last, part in _LOCKDOWN:
        weights = np.where(_between(first, last), weights * (1 - depth * part), weights)
    return weights


def rule_weights(code: str, domestic: bool) -> Floats:
    """Relative level of each day as counting rules changed in mid-May 2023 and on 31 January 2024."""
    weights = np.ones(len(DAYS))
    conduct, images = np.datetime64("2023-05-15") <= DAYS, np.datetime64("2024-01-31") <= DAYS
    if code in ("8R", "9A", "8L"):
        weights[conduct] = figure("rule_level", code, "from 2023-05-15")
    elif domestic:
        weights[conduct] = figure("rule_level", "domestic", "from 2023-05-15")
    if code in ("8R", "88C"):
        weights[images] = figure("rule_level", code, "from 2024-01-31")
    return weights
