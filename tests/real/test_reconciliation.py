"""Real Merseyside: street-level totals beside the Home Office's, and how far apart they may be.

What is known of the two, and what follows:
- "Violence and sexual offences" is violence against the person and sexual offences: compared as one.
- Anti-social behaviour is no crime: no identifier, no line in the Home Office's table, not compared.
- The British Transport Police are a force of their own in the table and stand in no street-level file of this area.
- Points are moved to a map point and may leave the area or have none: whole files are counted, not places.
- Street-level files are made some weeks after the month; the table also has what was recorded, reclassified or
  cancelled later. So street-level totals are a little lower: over all quarters by up to 2% in every category. In one
  quarter of a small category a dozen records are 3%: 4% for each; for violence and sexual offences, a thousand times
  as many, still 2%, and never above the table.
- July 2019 never arrived: a third of that quarter is missing, give or take the months' own sizes.
"""

from __future__ import annotations

import csv
import gzip
from collections import Counter
from pathlib import Path

import pandas as pd
import pytest

from pipeline.settings import PROJECT, Settings

VIOLENCE = "Violence and sexual offences"
COLUMNS = [
    "crime_category",
    "period_start",
    "month_count",
    "street_count",
    "force_count",
    "percent",
    "explanation",
]


@pytest.fixture(scope="module")
def reconciliation(merseyside: Settings) -> pd.DataFrame:
    return pd.read_parquet(merseyside.published / "reconciliation.parquet")


@pytest.fixture(scope="module")
def street(real_data: Path) -> pd.DataFrame:
    """Every street-level row, read plainly."""
    rows = []
    for file in sorted(real_data.rglob("*-street.csv.gz")):
        with gzip.open(file, "rt", encoding="utf-8", newline="") as lines:
            rows += [(row["Month"], row["Crime type"], row["Crime ID"], row["Reported by"], row["Falls within"])
                     for row in csv.DictReader(lines)]  # fmt: skip
    frame = pd.DataFrame(rows, columns=["month", "category", "crime_id", "reported_by", "falls_within"])
    return frame.assign(quarter=pd.to_datetime(frame["month"]).dt.to_period("Q").dt.start_time)


@pytest.fixture(scope="module")
def table(real_data: Path) -> pd.DataFrame:
    """The Home Office's rows of the force, each with the first day of its quarter."""
    rows = pd.read_parquet(real_data / "police" / "home-office-recorded-crime" / "prc_pfa_long.parquet")
    rows = rows[(rows["Force"] == "Merseyside") & rows["n"].notna()]
    months = 4 + 3 * (rows["Financial Quarter"].astype(int) - 1)
    starts = pd.to_datetime(rows["FY"].str[:4] + "-04-01")
    return rows.assign(
        quarter=[start + pd.DateOffset(months=month - 4) for start, month in zip(starts, months, strict=True)]
    )


def test_both_counts_are_those_of_a_plain_count(
    reconciliation: pd.DataFrame, street: pd.DataFrame, table: pd.DataFrame
) -> None:
    with (PROJECT / "dbt_project" / "seeds" / "offence_codes.csv").open(
        encoding="utf-8", newline=""
    ) as lines:
        category_of = {row["offence_code"]: row["police_uk_category"] for row in csv.DictReader(lines)}
    once = street[street["crime_id"] != ""].drop_duplicates("crime_id", keep="last")
    streets = Counter(zip(once["category"], once["quarter"], strict=True))
    forces: Counter[tuple[str, pd.Timestamp]] = Counter()
    for code, quarter, count in table[["Offence Code", "quarter", "n"]].itertuples(index=False):
        forces[category_of.get(code, ""), quarter] += count
    months = street.groupby("quarter")["month"].nunique()
    assert len(reconciliation) == 13 * 15
    for row in reconciliation.itertuples():
        key = row.crime_category, row.period_start
        assert (row.street_count, row.force_count) == (streets[key], forces[key])
        assert row.month_count == months[row.period_start]
        assert row.difference == streets[key] - forces[key]


def test_street_totals_reconcile_with_the_force_s_own(reconciliation: pd.DataFrame) -> None:
    print(reconciliation[COLUMNS].to_string(index=False))
    whole = reconciliation[reconciliation["month_count"] == 3]
    sums = whole.groupby("crime_category")[["street_count", "force_count"]].sum()
    over_all = 100 * (sums["street_count"] / sums["force_count"] - 1)
    print(over_all.round(2).to_string())
    assert len(over_all) == 13
    assert over_all.between(-2, 0).all()
    assert whole["percent"].between(-4, 4).all()
    violence = whole[whole["crime_category"] == VIOLENCE]["percent"]
    assert len(violence) == 14
    assert violence.between(-2, 0).all()


def test_one_quarter_alone_has_clearly_more_on_the_street_than_in_the_table(
    reconciliation: pd.DataFrame,
) -> None:
    """60 burglaries of April to June 2021 that the table, last revised years later, has no more; why is not known."""
    above = reconciliation[reconciliation["percent"] > 1.5]
    told = above[["crime_category", "period_start", "difference"]].to_numpy().tolist()
    assert told == [["Burglary", pd.Timestamp(2021, 4, 1), 60.0]]


def test_the_quarter_of_the_missing_month_lacks_a_third_and_says_so(reconciliation: pd.DataFrame) -> None:
    part = reconciliation[reconciliation["month_count"] < 3]
    print(part[COLUMNS].to_string(index=False))
    assert set(part["period_start"]) == {pd.Timestamp(2019, 7, 1)}
    assert part["percent"].between(-40, -27).all()
    assert part["explanation"].str.startswith("1 of 3 months of street-level files never arrived.").all()
    assert not reconciliation["explanation"].str.contains("ask the force").any()


def test_what_is_no_crime_or_another_force_s_is_in_neither(
    reconciliation: pd.DataFrame, street: pd.DataFrame, real_data: Path
) -> None:
    antisocial = street["category"] == "Anti-social behaviour"
    assert (street.loc[antisocial, "crime_id"] == "").all()
    assert (street.loc[~antisocial, "crime_id"] != "").all()
    assert "Anti-social behaviour" not in set(reconciliation["crime_category"])
    assert set(street["reported_by"]) == set(street["falls_within"]) == {"Merseyside Police"}
    rows = pd.read_parquet(real_data / "police" / "home-office-recorded-crime" / "prc_pfa_long.parquet")
    # The other bodies that are no territorial force record fraud alone, which no street-level file has.
    others = rows[~rows["territorial"] & (rows["Group"] != "Fraud offences") & (rows["n"] > 0)]
    assert set(others["Force"]) == {"British Transport Police"}


@pytest.mark.parametrize(
    ("indicator_id", "group"),
    [
        ("violence_rate", "Violence against the person"),
        ("sexual_offences_rate", "Sexual offences"),
        ("robbery_rate", "Robbery"),
    ],
)
def test_force_figures_equal_a_plain_sum_of_the_table(
    merseyside: Settings, table: pd.DataFrame, indicator_id: str, group: str
) -> None:
    values = pd.read_parquet(merseyside.published / "indicator_values.parquet")
    values = values[
        (values["indicator_id"] == indicator_id)
        & (values["area_code"] == "E23000004")
        & (values["split"] == "all")
        & (values["breakdown"] == "none")
        & (values["value_status"] == "reported")
    ]
    counts = table[table["Group"] == group].groupby("quarter")["n"].sum()
    compared = Counter(values["period_type"])
    for row in values.itertuples():
        inside = (counts.index >= row.period_start) & (counts.index <= row.period_end)
        assert row.numerator == counts[inside].sum()
    assert compared["financial_year"] >= 3
    assert compared["quarter"] >= (15 if indicator_id == "violence_rate" else 0)
