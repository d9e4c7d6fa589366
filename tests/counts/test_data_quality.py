"""What the ledger knows of deliveries reaches the published data quality: who stands out, and what was sent again."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from pipeline import plan
from pipeline.settings import PROJECT, read_settings
from tests.cli.area import crimes, write_small_area
from tests.conftest import write_rows
from tests.contracts.layouts import run_model

# What fct_data_quality also reads, without a row.
EMPTY = {
    "int_record_placements": "'' as source_id, '' as placement, 0 as record_count",
    "int_crimes_placed": "true as is_domestic, '' as victim_age_band, false as is_of_other_force",
    "int_lsoa_vintages": "'' as source_id, '' as vintage, 0 as record_count, 0 as only_2011_count, "
    "0 as only_2021_count, 0 as either_count, 0 as unknown_count, 0 as divided_count",
    "int_source_months": "'' as source_id, current_date as month_start, true as is_complete",
    "stg_run__assessment": "current_date as start_date",
    "int_months": "current_date as month_start, current_date as month_end",
    "int_lookup_reach": "'' as area_vintage",
}


def test_lines_are_called_no_records_only_as_many_as_the_publisher_writes() -> None:
    """Ten yearly totals a workbook are what they are; thirteen are rows without a year, and so is one elsewhere."""
    no_year = "is not of type financial year"
    rules = [
        ("sharp_object_admissions", "financial_year_start", no_year, 24),
        ("sharp_object_admissions_by_age", "financial_year_start", no_year, 13),
        ("sharp_object_admissions", "", "a footer or a total, not a record", 2),
        ("police_crimes", "financial_year_start", no_year, 1),
        ("police_crimes", "", "a footer or a total, not a record", 90),
    ]
    deliveries = ["sharp_object_admissions"] * 2 + ["sharp_object_admissions_by_age", "police_crimes"]
    tables = {
        **{name: f"select {columns} where false" for name, columns in EMPTY.items()},
        "lines_set_aside": f"""from read_csv('{PROJECT}/dbt_project/seeds/lines_set_aside.csv', header = true,
                               types = {{'source_id': 'varchar', 'lines_per_delivery': 'integer'}})""",
        "stg_run__deliveries": " union all ".join(
            f"select '{source}' as source_id, 100 as row_count, 0 as accepted_count, 0 as rejected_count, "
            "0 as crowded_count, 0 as among_few_count, 0 as revised_count"
            for source in deliveries
        ),
        "stg_run__rejected_rules": " union all ".join(
            f"select '{source}' as source_id, '{column}' as column_name, '{rule}' as rule, {count} as row_count"
            for source, column, rule, count in rules
        ),
    }
    checks = run_model("fct_data_quality", tables, "source_id, check_id, label, check_count, base_count")
    assert [check for check in checks if check[1].startswith(("set_aside", "held_back"))] == [
        ("police_crimes", "held_back_2", f"financial year start: {no_year}", 1, 100),
        ("police_crimes", "set_aside_1", "totals or notes around the table", 90, 100),
        ("sharp_object_admissions", "set_aside_1", "the publisher's yearly totals", 24, 200),
        ("sharp_object_admissions", "set_aside_2", "totals or notes around the table", 2, 200),
        ("sharp_object_admissions_by_age", "held_back_1", f"financial year start: {no_year}", 13, 100),
    ]


def test_flags_of_victims_under_16_are_counted_among_those_set() -> None:
    # Domestic or not, and the age of the victim: seven are flagged, two of them of children; a blank age is no child's.
    records = [("true", "'25-34'")] * 4 + [("true", "'10-15'"), ("true", "'0-9'"), ("true", "null")]
    records += [("false", "'10-15'"), ("null", "'10-15'")]
    tables = {
        **{name: f"select {columns} where false" for name, columns in EMPTY.items()},
        "int_crimes_placed": " union all ".join(
            f"select {flag} as is_domestic, {age} as victim_age_band, false as is_of_other_force"
            for flag, age in records
        ),
        "lines_set_aside": "select '' as source_id, '' as column_name, '' as rule, '' as line_kind, "
        "0 as lines_per_delivery where false",
        "stg_run__deliveries": "select '' as source_id, 0 as row_count, 0 as accepted_count, 0 as rejected_count, "
        "0 as crowded_count, 0 as among_few_count, 0 as revised_count where false",
        "stg_run__rejected_rules": "select '' as source_id, '' as column_name, '' as rule, 0 as row_count where false",
    }
    checks = run_model("fct_data_quality", tables, "check_id, check_count, base_count")
    found = [check for check in checks if check[0].startswith("flag_")]
    assert sorted(found) == [("flag_not_known", 1, 9), ("flag_under_16", 2, 7)]


def test_records_among_few_and_revised_rows_are_published_rounded(tmp_path: Path) -> None:
    folder = write_small_area(tmp_path)
    settings = read_settings(tmp_path)
    plan.ingest(settings)
    # Of March, 23 of 100 crimes have another sex: two or three in each of ten small areas.
    rows = [{**row, "victim_sex": "M" if number < 23 else "F"} for number, row in enumerate(crimes(3))]
    write_rows(folder / "police_crimes_2024-03.csv", rows)
    plan.refresh(settings, lambda _: None)
    quality = pd.read_parquet(settings.published / "data_quality.parquet")
    found = quality[quality["source_id"] == "police_crimes"].set_index("check_id")
    assert found.loc["revised", ["count", "base"]].tolist() == [20, 300]
    assert found.loc["among_few", ["count", "base"]].tolist() == [20, 300]
