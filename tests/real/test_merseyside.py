"""Real Merseyside, as published: every row accounted for, official figures reproduced, gaps never falls."""

from __future__ import annotations

import csv
import gzip
import re
from collections import Counter
from datetime import date
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from pipeline.register import read_ledger
from pipeline.settings import PROJECT, Settings

DISTRICTS = {"E08000011", "E08000012", "E08000013", "E08000014", "E08000015"}


@pytest.fixture(scope="module")
def values(merseyside: Settings) -> pd.DataFrame:
    frame = pd.read_parquet(merseyside.published / "indicator_values.parquet")
    return frame.assign(
        period_start=pd.to_datetime(frame["period_start"]).dt.date,
        period_end=pd.to_datetime(frame["period_end"]).dt.date,
    )


def pick(values: pd.DataFrame, **wanted: object) -> pd.DataFrame:
    wanted = {"breakdown": "none", "split": "all", "lens_id": "", **wanted}
    for column, value in wanted.items():
        values = values[values[column] == value]
    return values


def street_rows(real_data: Path) -> list[dict[str, str]]:
    rows = []
    for file in sorted(real_data.rglob("*-street.csv.gz")):
        with gzip.open(file, "rt", encoding="utf-8", newline="") as lines:
            rows += list(csv.DictReader(lines))
    return rows


def test_every_file_is_accounted_for(merseyside: Settings, real_data: Path) -> None:
    ledger = read_ledger(merseyside.register)
    files = {file.relative_to(real_data).as_posix() for file in real_data.rglob("*") if file.is_file()}
    assert {line.file_name for line in ledger} == files
    assert [line.file_name for line in ledger if line.status == "refused"] == []
    assert all(line.reason for line in ledger if line.status == "set_aside")


def test_every_row_is_accepted_or_held_back(merseyside: Settings, real_data: Path) -> None:
    """Rows as the manifest of the data counts them, where it does."""
    with (real_data / "MANIFEST.csv").open(encoding="utf-8", newline="") as lines:
        counted = {row["file"]: int(row["data_rows"]) for row in csv.DictReader(lines) if row["data_rows"]}
    # The manifest counts the lines of the dictionary, whose cells run over several.
    dictionary = "education/lait/lait_data_dictionary.csv"
    with (real_data / dictionary).open(encoding="utf-8", newline="") as lines:
        counted[dictionary] = sum(1 for _ in csv.DictReader(lines))
    accepted = [line for line in read_ledger(merseyside.register) if line.status == "accepted"]
    assert all(line.rows_in == line.accepted + line.rejected for line in accepted)
    differing = {
        line.file_name: (line.rows_in, counted[line.file_name])
        for line in accepted
        if line.file_name in counted and line.rows_in != counted[line.file_name]
    }
    assert differing == {}


def test_street_counts_equal_a_plain_count(values: pd.DataFrame, real_data: Path) -> None:
    lookup = real_data / "reference" / "lookups" / "lookup_lsoa11_ltla21.csv"
    with lookup.open(encoding="utf-8", newline="") as lines:
        district_of = {row["lsoa11_code"]: row["ltla21_code"] for row in csv.DictReader(lines)}
    counted = Counter(
        (district_of.get(row["LSOA code"]), row["Month"])
        for row in street_rows(real_data)
        if row["Crime type"] == "Violence and sexual offences"
    )
    year = pick(
        values, indicator_id="street_violence_sexual_rate", area_type="lad", period_type="calendar_year"
    )
    year = year[year["period_start"] == date(2020, 1, 1)].set_index("area_code")["numerator"]
    for district in DISTRICTS:
        assert year[district] == sum(counted[district, f"2020-{month:02d}"] for month in range(1, 13))


def test_the_month_that_never_arrived_is_a_gap(values: pd.DataFrame) -> None:
    months = pick(values, indicator_id="street_robbery_rate", area_type="vru", period_type="month")
    july = months[months["period_start"] == date(2019, 7, 1)].iloc[0]
    assert (july["value_status"], pd.isna(july["numerator"])) == ("not_available", True)
    assert "July 2019 never arrived" in july["status_reason"]
    years = pick(values, indicator_id="street_robbery_rate", area_type="vru", period_type="calendar_year")
    status = years.set_index("period_start")["value_status"].to_dict()
    assert status == {
        date(2018, 1, 1): "reported",
        date(2019, 1, 1): "not_available",
        date(2020, 1, 1): "reported",
        date(2021, 1, 1): "not_available",
    }


def test_force_counts_equal_the_home_office_table(values: pd.DataFrame, real_data: Path) -> None:
    table = real_data / "police" / "home-office-recorded-crime" / "prc_pfa_long.parquet"
    official = duckdb.execute(
        f"""select "FY", sum(n) from read_parquet('{table}')
            where "Force" = 'Merseyside' and "Group" = 'Violence against the person' group by all"""
    ).fetchall()
    ours = pick(values, indicator_id="violence_rate", area_type="vru", period_type="financial_year")
    by_year = ours.set_index("period_start")["numerator"]
    compared = {year: count for year, count in official if date(int(year[:4]), 4, 1) in by_year.index}
    assert len(compared) == 9
    for year, count in compared.items():
        assert by_year[date(int(year[:4]), 4, 1)] == count


def test_national_totals_meet_the_published_ones(values: pd.DataFrame, real_data: Path) -> None:
    """Published totals hold British Transport Police, ours the 43 forces: the difference is that force alone."""
    table = real_data / "police" / "home-office-recorded-crime" / "prc_pfa_long.parquet"
    ours = pick(values, indicator_id="violence_rate", area_code="K04000001", period_type="financial_year")
    for year, published in ((2019, 1763806), (2020, 1775959)):
        [(transport,)] = duckdb.execute(
            f"""select sum(n) from read_parquet('{table}') where not territorial
                and "Group" = 'Violence against the person' and "FY" = '{year}/{(year + 1) % 100:02d}'"""
        ).fetchall()
        own = ours.loc[ours["period_start"] == date(year, 4, 1), "numerator"].item()
        assert own + transport == published


def test_what_has_no_flag_has_bounds_and_a_reason(values: pd.DataFrame) -> None:
    year = values[(values["period_start"] == date(2020, 4, 1)) & (values["period_type"] == "financial_year")]
    is_whole = (year["split"] == "all") & (year["breakdown"] == "none")
    narrow = year[is_whole & (year["lens_id"] == "ho_narrow")].set_index(["indicator_id", "area_type"])
    assert narrow.loc[("lens_offences", "vru"), "value_status"] == "not_available"
    assert "flag" in narrow.loc[("lens_offences", "vru"), "status_reason"]
    assert narrow.loc[("lens_offences_at_least", "vru"), "numerator"] == 0
    domestic = year[(year["split"] == "domestic") & (year["indicator_id"] == "violence_rate")]
    assert set(domestic["value_status"]) == {"not_available"}
    assert all("Ask the force" in reason for reason in domestic["status_reason"])


def test_the_upper_bound_is_every_offence_of_the_rules(values: pd.DataFrame, real_data: Path) -> None:
    with (PROJECT / "dbt_project" / "seeds" / "lens_rules.csv").open(encoding="utf-8", newline="") as lines:
        rules = list(csv.DictReader(lines))
    table = real_data / "police" / "home-office-recorded-crime" / "prc_pfa_long.parquet"
    counts = dict(
        duckdb.execute(
            f"""select "Offence Code", sum(n) from read_parquet('{table}')
                where "Force" = 'Merseyside' and "FY" = '2020/21' group by all"""
        ).fetchall()
    )
    is_whole = (values["area_type"] == "vru") & (values["split"] == "all")
    year = values[(values["period_start"] == date(2020, 4, 1)) & is_whole]
    year = year.set_index(["indicator_id", "lens_id"])["numerator"]
    for lens in {rule["lens_id"] for rule in rules}:
        codes = {rule["offence_code"]: set() for rule in rules if rule["lens_id"] == lens}
        for rule in rules:
            if rule["lens_id"] == lens:
                codes[rule["offence_code"]].add(rule["condition"])
        at_least = sum(counts.get(code, 0) for code, conditions in codes.items() if "all" in conditions)
        at_most = sum(counts.get(code, 0) for code in codes)
        assert year["lens_offences_at_least", lens] == at_least
        assert year["lens_offences_at_most", lens] == at_most


def test_no_rise_of_violence_is_told_while_recording_improved(merseyside: Settings) -> None:
    """Recorded violence more than doubled from 2012/13 to 2019/20, and recording improved from 2014 on."""
    comparisons = pd.read_parquet(merseyside.published / "comparisons.parquet")
    year = comparisons[
        comparisons["indicator_id"].isin(
            ["violence_rate", "violence_with_injury_rate", "recorded_crime_rate"]
        )
        & (comparisons["comparator_kind"] == "previous_year")
        & (comparisons["period_type"] == "financial_year")
        & (comparisons["breakdown"] == "none")
        & (comparisons["difference"] > 1)
    ]
    starts = pd.to_datetime(year["period_start"])
    inside = year[starts.between("2014-04-01", "2019-04-01")]
    told = inside[inside["verdict"] != "not_comparable"]
    assert len(told) > 5
    assert "higher" not in set(told["verdict"])
    assert told["reason"].str.contains("Recording improved in these years").all()
    trends = pd.read_parquet(merseyside.published / "trends.parquet")
    violence = trends[(trends["indicator_id"] == "violence_rate") & (trends["split"] == "all")]
    is_inside = pd.to_datetime(violence["first_period"]) < "2019-04-01"
    assert is_inside.any()
    assert not (violence.loc[is_inside, "verdict"] == "rising").any()
    assert violence.loc[is_inside, "reason"].str.contains("Recording improved").all()


def test_a_trend_on_residents_of_other_years_says_so(merseyside: Settings) -> None:
    """The first mid-year estimate by single year of age that was delivered is that of 2019."""
    trends = pd.read_parquet(merseyside.published / "trends.parquet")
    robbery = trends[
        (trends["indicator_id"] == "robbery_rate")
        & (trends["split"] == "all")
        & (trends["area_type"] == "vru")
        & (trends["period_type"] == "financial_year")
    ]
    assert "No estimate of residents covers 7 of its 8 periods" in robbery["reason"].item()


def test_nothing_already_public_is_hidden_by_us(merseyside: Settings, values: pd.DataFrame) -> None:
    """What is suppressed here was suppressed by its publisher: the x of the exclusions, the c of the factors."""
    hidden = values[values["value_status"] == "suppressed"]
    assert set(hidden["indicator_id"]) <= {
        "suspension_reasons",
        "suspension_reason_rate",
        "cin_factor_share",
        "ace_factor_rate",
    }


def test_factors_equal_the_published_table(values: pd.DataFrame, real_data: Path) -> None:
    file = next(real_data.rglob("c3_factors*.csv"))
    with file.open(encoding="utf-8-sig", newline="") as lines:
        rows = {
            row["new_la_code"]: row
            for row in csv.DictReader(lines)
            if row["time_period"] == "2021" and row["new_la_code"] in DISTRICTS
        }
    shares = pick(
        values,
        indicator_id="cin_factor_share",
        area_type="lad",
        breakdown="factor",
        breakdown_value="Domestic abuse: parent or carer",
    )
    shares = shares[shares["period_start"] == date(2020, 4, 1)].set_index("area_code")
    for code, row in rows.items():
        assert shares.loc[code, "numerator"] == float(row["Domestic_Abuse_parent"])
        assert shares.loc[code, "denominator"] == float(row["Episodes_with_assessment_factor"])


def test_an_edition_knows_nothing_later_than_its_cut_off(values: pd.DataFrame) -> None:
    assert values["period_end"].max() <= date(2021, 12, 31)


def test_populations_are_those_published_or_marked(merseyside: Settings) -> None:
    with duckdb.connect(str(merseyside.warehouse), read_only=True) as warehouse:
        rows = {
            year: (population, is_estimated)
            for year, population, is_estimated in warehouse.execute(
                """select year, population, is_estimated from int_populations
                   where area_code = 'E08000012' and population_group = 'all' and year between 2018 and 2021"""
            ).fetchall()
        }
        known = dict(
            warehouse.execute(
                """select year(mid_year), population from int_known_populations
                   where area_code = 'E08000012' and population_group = 'all'"""
            ).fetchall()
        )
    assert rows[2019] == (known[2019], False)
    assert rows[2020] == (known[2020], False)
    assert rows[2018] == (known[2019], True)
    assert rows[2021] == (round((known[2020] + known[2022]) / 2), True)
    assert known[2019] == 498042


def test_the_report_says_what_to_ask_for(merseyside: Settings) -> None:
    page = (merseyside.output / "index.html").read_text(encoding="utf-8")
    assert "carries no domestic abuse flag" in page
    assert "July 2019" in page
    for word in ("NaN", "None<", ">inf<"):
        assert word not in page


def test_street_level_codes_are_of_2011_and_every_record_has_a_placement(
    merseyside: Settings, real_data: Path
) -> None:
    """Counted plainly: codes that the change lookup knows of 2011 alone, of 2021 alone, of both, of neither."""
    with (real_data / "reference" / "lookups" / "lookup_lsoa11_lsoa21_ltla22.csv").open(
        encoding="utf-8", newline=""
    ) as lines:
        pairs = [(row["lsoa11_code"], row["lsoa21_code"]) for row in csv.DictReader(lines)]
    earlier, later = {pair[0] for pair in pairs}, {pair[1] for pair in pairs}
    codes = [row["LSOA code"] for row in street_rows(real_data)]
    known = Counter((code in earlier, code in later) for code in codes)
    with duckdb.connect(str(merseyside.warehouse), read_only=True) as warehouse:
        vintages = warehouse.execute(
            """select distinct vintage, sum(only_2011_count) over (), sum(only_2021_count) over (),
                   sum(either_count) over (), sum(unknown_count) over () from int_lsoa_vintages"""
        ).fetchall()
        checks = dict(
            warehouse.execute(
                "select check_id, check_count from fct_data_quality where source_id = 'street_crimes'"
            ).fetchall()
        )
        shares = warehouse.execute(
            "select count(*) from int_lsoa_conversion group by lsoa_code having abs(sum(share) - 1) > 1e-9"
        ).fetchall()
    assert vintages == [
        ("2011", known[True, False], known[False, True], known[True, True], known[False, False])
    ]
    assert (known[True, False], known[False, True], known[False, False]) == (39946, 0, 0)
    placed = sum(checks[f"rows_{where}"] for where in ("in_area", "out_of_area", "unlocated", "unknown_code"))
    assert checks["rows_accepted"] == len(codes) == checks["rows_superseded"] + placed
    assert (checks["rows_out_of_area"], checks["months_missing"]) == (315, 1)
    assert shares == []


def test_a_population_that_its_publisher_does_not_give_keeps_its_symbol(
    merseyside: Settings, real_data: Path
) -> None:
    file = real_data / "reference" / "population" / "ons_mid-year_population_estimates_2012_to_2024.csv"
    with file.open(encoding="utf-8-sig", newline="") as lines:
        cells = Counter(row["population_estimate"] for row in csv.DictReader(lines))
    extract = merseyside.extracts / "child_population" / "*.parquet"
    statuses = dict(
        duckdb.sql(
            f"select population_status, count(*) from read_parquet('{extract}') group by all"
        ).fetchall()
    )
    assert cells["x"] > 0
    assert statuses["not_available"] == cells["x"]
    assert statuses["reported"] == cells.total() - cells["x"]


def test_the_report_tells_the_defects_of_each_source(merseyside: Settings) -> None:
    page = (merseyside.output / "index.html").read_text(encoding="utf-8")
    assert "July 2019 never arrived, so no total that needs it is shown." in page
    assert "315 of 627,122 records (0.1%) lie outside the area" in page
    assert "they are the publisher&#39;s yearly totals (10) and totals or notes around the table" in page
    assert (
        "they are the publisher&#39;s notes under the table. They are left out, and no figure lacks them."
        in page
    )
    assert (
        "No estimate of residents was delivered for the middle of 2012 to 2018 and 2021: rates of those"
        in page
    )
    assert "No figure could be made for: “Offences whose domestic abuse flag is not known”" in page
    known_clean = page[page.index("Nothing is known against: ") :].split("</p>")[0]
    assert "Mid-year population" not in known_clean


def test_lines_that_the_report_calls_no_records_are_none(merseyside: Settings) -> None:
    """The seed says what each line is that is left out; the lines themselves say so too."""
    with duckdb.connect(str(merseyside.warehouse), read_only=True) as warehouse:
        set_aside = warehouse.execute(
            """select source_id, label, check_count from fct_data_quality
               where check_id like 'set_aside%' or check_id like 'held_back%'"""
        ).fetchall()
    says = {
        "the publisher's yearly totals": r"20\d\d-\d\d total",
        "the publisher's notes under the table": r"\d\. Further information",
        "a heading within the publisher's table": "Old SNs:",
        "totals or notes around the table": "Source: ",
    }
    assert {label for _, label, _ in set_aside} == set(says)
    for source, label, count in set_aside:
        rejects = merseyside.rejects / source / "*.parquet"
        lines = duckdb.sql(f"select cast(row as varchar) from read_parquet('{rejects}')").fetchall()
        assert sum(bool(re.search(says[label], line, re.IGNORECASE)) for (line,) in lines) == count
