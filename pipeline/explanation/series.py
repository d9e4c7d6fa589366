"""What is told of a figure's series: its trend over years or quarters, and its month in the control chart."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from pipeline.explanation.background import Background, Row

POINT_FIELDS = ("period_start", "period_end", "numerator", "denominator", "value", "value_status")
RATES = (
    "The ratio of a year's rate to the last: a Poisson model of the counts, or a negative binomial one where they "
    "wander more than chance, with a level for each stretch between breaks, an effect of each season where there are "
    "quarters, and one slope (trend_of_rates)."
)
SHARES = (
    "The change of the share a year in percentage points: the chi-squared test for trend with a level for each stretch "
    "between breaks, an effect of each season where there are quarters, and limits as wide as the share wanders "
    "(trend_of_shares)."
)
CHART = (
    "Mean of the stretch between breaks, and 2.66 mean moving ranges either way (XmR, NHS England), {} "
    "(control_limits)."
)
SEASON = {
    True: "season and days of the month taken out first and given back",
    False: "days of the month alone taken out first and given back: too few years tell a season",
}
SIGNALS = {
    "outside_limits": "outside the limits",
    "trend": "one of seven months in a row that rise, or fall",
    "two_of_three": "one of two months of three near the same limit",
    "one_side": "one of seven months in a row on one side of the centre",
    "": "as is usual",
}
NOT_JUDGED = {
    "suppressed": "not judged: hidden",
    "not_available": "not judged: not available",
    "left_out": "not judged: in a period that is left out",
    "change_within": "not judged: counting changed within it",
    "too_few_events": "not judged: under five events a month",
    "short_stretch": "not judged: under eight months between two breaks",
}


@dataclass(frozen=True)
class Trend:
    """The published trend of a series, how it was made, and the published figures that it rests on.

    `statistic_id` names its row in `trends`. Numbers are None where the verdict says why there are none.
    """

    statistic_id: str
    period_type: str
    first_period: date | None
    last_period: date | None
    value: float | None
    lower95: float | None
    upper95: float | None
    measure_of_change: str
    verdict: str
    reason: str
    meaning: str
    figures: tuple[Row, ...]


@dataclass(frozen=True)
class ChartedMonth:
    """The month's place in the published control chart, in numbers and in words; `statistic_id` as of a trend.

    `figures` are the months of the chart that are not left out or divided: centre and limits are those of its stretch.
    """

    statistic_id: str
    value: float | None
    centre: float | None
    lower_limit: float | None
    upper_limit: float | None
    says: str
    meaning: str
    figures: tuple[Row, ...]


def trends_of(background: Background, cell: Row) -> tuple[Trend, ...]:
    """The trends of the series that a figure belongs to, by kind of period; none of a breakdown's figures."""
    if cell["breakdown"] != "none":
        return ()
    series = ("indicator_id", "lens_id", "area_code", "split")
    return tuple(
        _describe_trend(background, row)
        for row in background.tables["trends"]
        if all(row[name] == cell[name] for name in series)
    )


def month_in_chart(background: Background, cell: Row) -> ChartedMonth | None:
    """The place in the control chart of a month of the whole area; None of other figures."""
    if cell["period_type"] != "month" or cell["breakdown"] != "none" or cell["lens_id"]:
        return None
    series = ("indicator_id", "area_code", "split")
    chart = [row for row in background.tables["signals"] if all(row[name] == cell[name] for name in series)]
    found = next((row for row in chart if row["period_start"] == cell["period_start"]), None)
    if found is None:
        return None
    used = {row["period_start"] for row in chart if row["reason"] not in ("left_out", "change_within")}
    return ChartedMonth(
        statistic_id=_identify("signals", found, (*series, "period_start")),
        value=found["value"],
        centre=found["centre"],
        lower_limit=found["lower_limit"],
        upper_limit=found["upper_limit"],
        says=SIGNALS[found["signal"]] if found["is_judged"] else NOT_JUDGED[found["reason"]],
        meaning=CHART.format(SEASON[found["is_season_known"]]),
        figures=_points(background, cell, "month", lambda day: day in used),
    )


def _describe_trend(background: Background, row: Row) -> Trend:
    first, last = row["first_period"], row["last_period"]
    is_share = row["measure_of_change"] == "percentage points a year"
    names = ("period_type", "first_period", "last_period", "value", "lower95", "upper95", "measure_of_change",
             "verdict", "reason")  # fmt: skip
    return Trend(
        statistic_id=_identify(
            "trends", row, ("indicator_id", "lens_id", "area_code", "split", "period_type")
        ),
        **{name: row[name] for name in names},
        meaning=SHARES if is_share else RATES,
        figures=()
        if first is None or last is None
        else _points(background, row, row["period_type"], lambda day: first <= day <= last),
    )


def _points(
    background: Background, series: Row, period_type: str, is_used: Callable[[date], bool]
) -> tuple[Row, ...]:
    """The published figures of a series in order of time, of the periods used."""
    same = ("lens_id", "area_code", "split")
    rows = [
        {name: row[name] for name in POINT_FIELDS}
        for row in background.cells_of(series["indicator_id"])
        if row["breakdown"] == "none"
        and row["period_type"] == period_type
        and is_used(row["period_start"])
        and all(row[name] == series[name] for name in same)
    ]
    return tuple(sorted(rows, key=lambda row: row["period_start"]))


def _identify(table: str, row: Row, names: tuple[str, ...]) -> str:
    return "/".join([table, *(str(row[name]) for name in names)])
