"""Every declared cell is published, nothing else is, and each is answered in one of four ways."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pandas as pd
import pytest

from pipeline.publish.companions import BOUNDS
from pipeline.register import current_deliveries, read_ledger
from pipeline.settings import Settings
from tests.conftest import query, read_values
from tests.counts.reference import months_of, read_csv, read_seed

AREAS = ["demonstration", "dense"]
KEY = ["indicator_id", "lens_id", "area_type", "area_code", "period_type", "period_start", "period_end",
       "breakdown", "breakdown_value", "split"]  # fmt: skip


def first_of_measures(settings: Settings, reach: str) -> dict[str, date]:
    """The first month of each measure that some delivery answers, of the area's own places or of wider ones.

    Wider places are answered by the tables that speak of them, if the measure has one.
    """
    wider = {row["source_id"] for row in read_seed("wider_sources")}
    tabled = {row["measure_id"] for row in read_seed("measures") if row["source_id"] in wider}
    months: dict[str, date] = {}
    for line in current_deliveries(read_ledger(settings.register), settings.assessment.name):
        if line.period_start:
            first = date.fromisoformat(line.period_start).replace(day=1)
            months[line.source_id] = min(first, months.get(line.source_id, first))
    first_of: dict[str, date] = {}
    for row in sorted(read_seed("measures"), key=lambda row: row["preference"]):
        speaks = reach == "own" or row["source_id"] in wider or row["measure_id"] not in tabled
        if row["source_id"] in months and speaks:
            first_of.setdefault(row["measure_id"], months[row["source_id"]])
    return first_of


def periods(cut_off: date) -> Iterator[tuple[str, date, date]]:
    """Every period that has ended by the cut-off: its kind, first and last day."""
    starts = {"month": range(1, 13), "quarter": (1, 4, 7, 10), "calendar_year": (1,), "financial_year": (4,),
              "academic_year": (9,)}  # fmt: skip
    last_year = date(2006, 4, 1)
    for period_type, months in starts.items():
        for start in (date(year, month, 1) for year in range(2006, cut_off.year + 1) for month in months):
            end = last_day(period_type, start)
            if end <= cut_off:
                yield period_type, start, end
                if period_type == "financial_year":
                    last_year = max(last_year, start)
    for start in (date(year, month, 1) for year in range(2006, cut_off.year + 1) for month in (1, 4, 7, 10)):
        if last_day("rolling_year", start) <= cut_off:
            yield "rolling_year", start, last_day("rolling_year", start)
    start = last_year.replace(year=last_year.year - 2)
    yield "pooled_years", start, last_day("pooled_years", start)


def last_day(period_type: str, start: date) -> date:
    """The last day of a period."""
    last = months_of(period_type, start)[-1]
    return (last.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def areas(settings: Settings) -> list[tuple[str, str]]:
    """Every area that can be published: its kind and code."""
    area = settings.assessment.area
    lookup = read_csv(next(settings.deliveries.rglob("lookup_lsoa21*.csv")))
    has_neighbours = any(settings.deliveries.rglob("sn_*.xlsx"))
    return [
        ("vru", area.code),
        ("region", area.region_code),
        ("country", area.country_code),
        *(("lad", lad) for lad in area.districts),
        # Whom the Department for Education compares each district with, where that was delivered.
        *(("neighbours", f"{lad}-neighbours") for lad in area.districts if has_neighbours),
        *sorted({("msoa", row["msoa21_code"]) for row in lookup}),
    ]


def declared_cells(settings: Settings) -> Iterator[tuple]:
    """The cells that indicators.csv and indicator_cells.csv declare for an area of a fictional country."""
    reaches = {row["area_type"]: row["reach"] for row in read_seed("area_types")}
    firsts = {reach: first_of_measures(settings, reach) for reach in set(reaches.values())}
    indicators = {row["indicator_id"]: row for row in read_seed("indicators")}
    own = read_csv(settings.assessment.folder / "lenses.csv")
    lenses = {
        "none": [""],
        "every": [row["lens_id"] for row in (*read_seed("lenses"), *own)],
        "with_admissions": [row["lens_id"] for row in read_seed("lens_health_rules")],
    }
    all_periods, all_areas = list(periods(settings.assessment.cut_off)), areas(settings)
    for cell in read_seed("indicator_cells"):
        indicator = indicators[cell["indicator_id"]]
        first = firsts[reaches[cell["area_type"]]]
        begins = first.get(indicator["numerator_measure_id"]) if cell["history"] == "all" else None
        earliest = min(settings.assessment.start, begins or settings.assessment.start)
        since = date.fromisoformat(indicator["first_day"] or "1900-01-01")
        splits = [row["split"] for row in read_seed("split_sets") if row["splits"] == cell["splits"]]
        values = [row for row in read_seed("breakdown_values") if row["breakdown"] == cell["breakdown"]]
        for area_type, area_code in all_areas:
            # Police figures are compared with England and Wales, which no fictional country belongs to.
            is_foreign = area_type == "country" and indicator["series_family"] == "police"
            if area_type != cell["area_type"] or is_foreign:
                continue
            for period_type, start, end in all_periods:
                is_early = start < earliest and period_type != "pooled_years"
                if period_type != cell["period_type"] or is_early or start < since:
                    continue
                for lens in lenses[cell["lenses"]]:
                    for value in values:
                        if is_out_of_use(value, start, end):
                            continue
                        for split in splits:
                            yield (cell["indicator_id"], lens, area_type, area_code, period_type, start, end,
                                   cell["breakdown"], value["breakdown_value"], split)  # fmt: skip


def is_out_of_use(value: dict[str, str], start: date, end: date) -> bool:
    """Whether a code was not yet, or no longer, in use in some of a period."""
    first, last = value["first_day"] or "1900-01-01", value["last_day"] or "2999-12-31"
    return start < date.fromisoformat(first) or end > date.fromisoformat(last)


def published_cells(values: pd.DataFrame) -> list[tuple]:
    """The cells that were published."""
    dated = values.assign(
        period_start=pd.to_datetime(values["period_start"]).dt.date,
        period_end=pd.to_datetime(values["period_end"]).dt.date,
    )
    return list(dated[KEY].itertuples(index=False, name=None))


@pytest.mark.parametrize("area", AREAS)
def test_the_declared_cells_are_published_once_and_nothing_else(
    area: str, request: pytest.FixtureRequest
) -> None:
    settings = request.getfixturevalue(area)
    declared, published = list(declared_cells(settings)), published_cells(read_values(settings))
    assert len(published) == len(set(published))
    assert set(published) - set(declared) == set()
    assert set(declared) - set(published) == set()
    assert len(published) > 5000


@pytest.mark.parametrize("area", AREAS)
def test_a_number_stands_exactly_where_a_cell_is_reported(area: str, request: pytest.FixtureRequest) -> None:
    values = read_values(request.getfixturevalue(area))
    statuses = {"reported", "suppressed", "not_available", "not_applicable"}
    assert set(values["value_status"]) == statuses
    is_reported = values["value_status"] == "reported"
    for column in ("numerator", "value"):
        assert (values[column].notna() == is_reported).all(), column
    # What is left out makes a least, which says why; neither it nor a bound has limits.
    is_least = values["left_out"] != ""
    is_bound = values["indicator_id"].isin(BOUNDS)
    for column in ("lower95", "upper95"):
        assert (values[column].notna() == (is_reported & ~is_bound & ~is_least)).all(), column
    assert values.loc[~is_reported, "denominator"].isna().all()
    assert ((values["status_reason"] == "") == (is_reported & ~is_least)).all()
    assert values["status_reason"].notna().all()


@pytest.mark.parametrize("area", AREAS)
def test_all_hidden_cells_give_one_reason(area: str, request: pytest.FixtureRequest) -> None:
    values = read_values(request.getfixturevalue(area))
    reasons = values.loc[values["value_status"] == "suppressed", "status_reason"]
    assert len(reasons) > 0
    assert reasons.nunique() == 1
    others = values.loc[values["value_status"] != "suppressed", "status_reason"]
    assert reasons.iloc[0] not in set(others)


def test_a_source_that_was_not_delivered_says_whom_to_ask(demonstration: Settings) -> None:
    rows = query(
        demonstration,
        """select distinct source_id, value_status, status_reason like 'Not delivered: %Ask %'
           from fct_indicator_values
           where source_id in ('street_crimes', 'fingertips', 'social_care_absence')
               and area_type in ('vru', 'lad')""",
    )
    assert sorted(rows) == [
        ("fingertips", "not_available", True),
        ("social_care_absence", "not_available", True),
        ("street_crimes", "not_available", True),
    ]


def test_of_a_wider_place_nobody_is_asked_for_what_stands_in_a_published_table(
    demonstration: Settings,
) -> None:
    rows = query(
        demonstration,
        """select distinct source_id, status_reason
           from fct_indicator_values
           where source_id in ('recorded_crime', 'fingertips') and area_type in ('region', 'country')
               and status_reason like 'Not delivered: %'""",
    )
    assert {source for source, _ in rows} == {"recorded_crime", "fingertips"}
    openly = "It is published openly: save its table among the deliveries."
    assert all(reason.endswith(openly) and "Ask" not in reason for _, reason in rows)
