"""Populations, lookups, deprivation and survey figures: as published, and never counted twice."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from pipeline.contracts import Contract
from pipeline.ingest.delivered import Delivered
from pipeline.ingest.recognise import find_contracts, find_files, reason_set_aside
from pipeline.settings import PROJECT, read_assessment
from tests.contracts.layouts import CONTRACTS, claimants, land, run_model, text_of

RANK = "Index of Multiple Deprivation (IMD) Rank (where 1 is most deprived)"
DECILE = "Index of Multiple Deprivation (IMD) Decile (where 1 is most deprived 10% of LSOAs)"
LAYOUTS = {
    "deprivation 2019, File 7": ("deprivation", ("LSOA code (2011)", "LSOA name (2011)", RANK, DECILE)),
    "deprivation 2019, File 1": ("deprivation", ("LSOA code (2011)", "Index of Multiple Deprivation (IMD) Rank",
                                                 "Index of Multiple Deprivation (IMD) Decile")),
    "deprivation 2025": ("deprivation_2025", ("LSOA code (2021)", "LSOA name (2021)", RANK, DECILE)),
    "changes of LSOAs": ("lsoa11_lsoa21", ("LSOA11CD", "LSOA11NM", "LSOA21CD", "LSOA21NM", "CHGIND", "LAD22CD")),
    "upper-tier authorities": ("lsoa11_utla19", ("FID", "LSOA11CD", "LSOA11NM", "UTLA19CD", "UTLA19NM")),
    "wards": ("lsoa21_lad24", ("lsoa21_name", "lsoa21_code", "ward24_name", "ward24_code", "ltla24_name",
                               "ltla24_code")),
    "partnerships": ("lad_police_force", ("LAD18CD", "LAD18NM", "CSP18CD", "CSP18NM", "PFA18CD", "PFA18NM")),
    "domestic abuse by kind of offence": ("domestic_share_reference", ("area_code", "area_name", "financial_year",
                                          "offence_subgroup", "offence_count", "domestic_count")),
    "homicide": ("homicide_rates", ("Year", "Age", "Sex", "Unit measure", "Unit multiplier",
                                    "Observation status", "Value")),
    "violence": ("violence_prevalence", ("Year", "Series", "Violence type", "Age", "Sex", "Region",
                                         "Urban or rural", "Observation status", "Units", "GeoCode", "Value")),
    "partner abuse": ("partner_abuse_prevalence", ("Year", "Series", "Units", "Type of partner abuse",
                                                   "Abuse sub-category", "Age", "Gender identity", "Value")),
}  # fmt: skip
# Every real file of health, education, reference and survey figures, and what it is.
REAL = {
    "education/dfe-absence/absence_la.csv": ["social_care_absence"],
    "education/dfe-children-in-need/b1_children_in_need_2013_to_2025.csv": ["children_in_need"],
    "education/dfe-children-in-need/c3_factors_identified_at_end_of_assessment_2018_to_2025.csv": [
        "assessment_factor_totals"
    ],
    "education/dfe-exclusions/exclusions_by_reason.csv": ["exclusions_by_reason"],
    "education/lait/bds_long_0.parquet": ["lait"],
    "education/lait/la_code_list.xlsx": ["la_codes"],
    "education/lait/lait_data_dictionary.csv": ["lait_measures"],
    "education/lait/sn_may_2025.xlsx": ["statistical_neighbours"],
    "health/fingertips-injury/la_hospital_admissions_2324.csv": ["fingertips"],
    "health/nhs-sharp-assault/UK_Knife_Crime_Workbook.xlsx": [
        "sharp_object_admissions", "sharp_object_admissions_by_age", "sharp_object_admissions_by_sex",
    ],
    "reference/boundaries/boundaries_ltla21.geojson": ["lad_boundaries"],
    "reference/boundaries/boundaries_pfa20.geojson": ["pfa_boundaries"],
    "reference/boundaries/lsoa11_merseyside.geojson": ["lsoa_boundaries"],
    "reference/boundaries/lsoa21_merseyside.geojson": ["lsoa_boundaries"],
    "reference/imd/imd2019_england_lsoa11.csv": ["deprivation"],
    "reference/lookups/geo_hierarchy.csv.gz": ["la_hierarchy"],
    "reference/lookups/lad18_csp18_pfa18.csv": ["lad_police_force"],
    "reference/lookups/lookup_lsoa11_lsoa21_ltla22.csv": ["lsoa11_lsoa21"],
    "reference/lookups/lookup_lsoa11_ltla21.csv": ["lsoa11_lad21"],
    "reference/lookups/lookup_lsoa11_msoa11.csv": ["lsoa11_msoa11"],
    "reference/lookups/lookup_lsoa21_ward24_ltla24.csv": ["lsoa21_lad24"],
    "reference/lookups/lsoa11_utla19.csv": ["lsoa11_utla19"],
    "reference/population/mye22final.xlsx": ["lad_population_females", "lad_population_males"],
    "reference/population/mye2_lad_syoa_sex_2019_2020_2022_tidy.csv.gz": ["lad_population"],
    "reference/population/ons_mid-year_population_estimates_2012_to_2024.csv": ["child_population"],
    "reference/population/population20_lsoa11.csv": ["lsoa11_population"],
    "reference/population/ukmidyearestimates20192019ladcodes.xls": [
        "lad_population_females", "lad_population_males",
    ],
    "reference/population/ukpopestimatesmid2020on2021geography.xls": [
        "lad_population_females", "lad_population_males",
    ],
    "survey/ons-sdg/indicator_16-1-1.csv": ["homicide_rates"],
    "survey/ons-sdg/indicator_16-1-3.csv": ["violence_prevalence"],
    "survey/ons-sdg/indicator_5-2-1.csv": ["partner_abuse_prevalence"],
}  # fmt: skip


@pytest.mark.parametrize(("source_id", "header"), LAYOUTS.values(), ids=LAYOUTS.keys())
def test_layout_is_claimed_by_one_contract(tmp_path: Path, source_id: str, header: tuple[str, ...]) -> None:
    assert claimants(tmp_path, text_of(header, ["x"] * len(header))) == [source_id]


def test_every_real_file_is_claimed_by_the_contracts_meant_and_none_is_set_aside(real_data: Path) -> None:
    contracts: tuple[Contract, ...] = tuple(CONTRACTS.values())
    assessment = read_assessment(PROJECT / "assessments" / "merseyside" / "assessment.toml")
    files = [
        file
        for file in find_files(real_data)
        if file.relative_to(real_data).parts[0] in ("education", "health", "reference", "survey")
    ]
    names = {file: file.relative_to(real_data).as_posix() for file in files}
    assert {
        name: [c.source_id for c in find_contracts(Delivered(file), contracts)]
        for file, name in names.items()
    } == REAL
    assert {
        name for file, name in names.items() if reason_set_aside(file.name, name, assessment.set_aside)
    } == set()


def test_domestic_abuse_by_kind_of_offence_lands_by_year_and_knows_its_subgroups(tmp_path: Path) -> None:
    content = text_of(
        ("area_code", "area_name", "financial_year", "offence_subgroup", "offence_count", "domestic_count"),
        ("E92000001", "England", "2023/24", "Violence with injury", 1000, 330),
        ("E92000001", "England", "2023/24", "Violence with insult", 1000, 330),
        ("E92000001", "England", "2023/24", "Homicide", 500, ""),
    )
    columns = "area_code, reference_year_start, offence_subgroup, offence_count, domestic_count"
    line, rows = land(tmp_path, "domestic_share_reference", content, columns)
    assert (line.accepted, line.rejected) == (1, 2)
    assert rows == [("E92000001", date(2023, 4, 1), "Violence with injury", 1000, 330)]


@pytest.mark.parametrize("geography", ["Geography", "Geography1"])
@pytest.mark.parametrize("above", [4, 7])
def test_workbook_of_populations_lands_as_published(tmp_path: Path, geography: str, above: int) -> None:
    workbook = openpyxl.Workbook()
    workbook.active.title = "MYE2 - Females"
    ages = [100 + age for age in range(90)]
    for row in [
        *[["MYE2: Females by single year of age"]] * above,
        ["Code", "Name", geography, "All ages", *range(90), "90+"],
        ["E08000012", "Liverpool", "Metropolitan District", sum(ages) + 7, *ages, 7],
        ["© Crown copyright"],
    ]:
        workbook.active.append(row)
    stream = io.BytesIO()
    workbook.save(stream)
    columns = "area_code, population, age_0_count, age_89_count, age_90_count"
    line, rows = land(tmp_path, "lad_population_females", stream.getvalue(), columns, "mye22final.xlsx")
    assert (line.rows_in, line.accepted, line.rejected) == (2, 1, 1)
    assert rows == [("E08000012", sum(ages) + 7, 100, 189, 7)]


def test_population_is_known_once_and_from_the_publisher_s_workbook() -> None:
    def sheet(sex: str, delivery: str, count: int) -> str:
        return (
            f"select 'E08000012' as area_code, '{sex}' as sex, 0 as age, "
            f"{count} as population, '{delivery}' as delivery_id"
        )

    tables = {
        "population_workbooks": "select '%mye22%' as file_pattern, date '2022-06-30' as reference_date",
        "stg_run__deliveries": """select * from (values
            ('w1', 1, 'lad_population_males', 'a/MYE22Final.xlsx'),
            ('w2', 2, 'lad_population_males', 'a/mye22final_revised.xlsx'),
            ('w3', 3, 'lad_population_females', 'a/of_no_known_year.xlsx'),
            ('t1', 4, 'lad_population', 'a/mye22_tidy.csv'))
            as rows (delivery_id, delivery_number, source_id, file_name)""",
        "stg_reference__lad_population_males": f"{sheet('M', 'w1', 10)} union all {sheet('M', 'w2', 11)}",
        "stg_reference__lad_population_females": sheet("F", "w3", 12),
        "stg_reference__lad_population": f"""select *, date '2022-06-30' as mid_year
            from ({sheet('M', 't1', 13)} union all {sheet('F', 't1', 14)})""",
    }  # fmt: skip
    # The revised workbook for men; a workbook whose year nobody knows says nothing about women.
    assert run_model("int_lad_populations", tables, "sex, population") == [("F", 14), ("M", 11)]


def test_residents_of_small_areas_are_of_one_census_a_year_and_never_twice() -> None:
    """In 2020 both censuses have totals, in 2023 sex and age are known, in 2022 the workbook came revised."""

    def people(lsoa: str, count: int) -> str:
        return f"select '{lsoa}' as lsoa_code, {count} as population, 'old' as delivery_id"

    totals = f"{people('', 0)} where false"
    tables = {
        "stg_run__deliveries": "select * from (values ('old', 1), ('new', 2)) as rows (delivery_id, delivery_number)",
        **{f"stg_reference__lsoa_population_{year}": totals for year in range(2019, 2025)},
        "stg_reference__lsoa_population_2020": people("E01000001", 10),
        "stg_reference__lsoa_population_2022": """select * from (values
            ('E01000001', 11, 'old'), ('E01000001', 12, 'new')) as rows (lsoa_code, population, delivery_id)""",
        "stg_reference__lsoa_population_2023": people("E01000001", 13),
        "stg_reference__lsoa11_population": people("E01000002", 14),
        "stg_reference__lsoa_population": "select date '2023-06-30' as mid_year",
    }
    known = run_model("int_lsoa_totals", tables, "mid_year, lsoa_code, population")
    assert known == [(date(2020, 6, 30), "E01000001", 10), (date(2022, 6, 30), "E01000001", 12)]
    # Without a workbook of 2020 the codes of 2011 stand.
    known = run_model(
        "int_lsoa_totals",
        {**tables, "stg_reference__lsoa_population_2020": totals},
        "year(mid_year), population",
    )
    assert known == [(2020, 14), (2022, 12)]


def test_a_lookup_that_is_fetched_beside_an_older_one_counts_once() -> None:
    """The publisher corrected change codes and names: what was sent last stands, and no pair is doubled."""
    deliveries = "select * from (values ('old', 1), ('new', 2)) as rows (delivery_id, delivery_number)"
    tables = {
        "stg_run__deliveries": deliveries,
        "stg_reference__lsoa11_lsoa21": """select * from (values
            ('E01000001', 'E01000001', 'U', 'old'), ('E01000001', 'E01000001', 'X', 'new'),
            ('E01000002', 'E01000003', 'S', 'old'), ('E01000002', 'E01000004', 'S', 'old'),
            ('E01000002', 'E01000003', 'X', 'new'), ('E01000002', 'E01000004', 'X', 'new'))
            as rows (lsoa11_code, lsoa21_code, change_code, delivery_id)""",
        "int_lsoa_residents": "select '' as lsoa_code, 0 as population where false",
        "int_known_lsoas": "select '' as lsoa_code, false as is_of_2021 where false",
    }
    assert run_model("int_lsoa_conversion", tables, "lsoa_code, lsoa21_code, change_code, share") == [
        ("E01000001", "E01000001", "X", 1.0),
        ("E01000002", "E01000003", "X", 0.5),
        ("E01000002", "E01000004", "X", 0.5),
    ]


def test_a_lookup_with_a_line_for_each_output_area_holds_each_lsoa_once() -> None:
    lines = """select * from (values
        ('E01000001', 'E02000001', 'City 001', 'E09000001', 'City', 'd', 2),
        ('E01000001', 'E02000001', 'City 001', 'E09000001', 'City', 'd', 3))
        as rows (lsoa_code, msoa_code, msoa_name, lad_code, lad_name, delivery_id, line)"""
    assert run_model(
        "stg_reference__lsoa_lookup", {"lsoa_lookup": lines}, "lsoa_code, msoa_code, delivery_id"
    ) == [("E01000001", "E02000001", "d")]


def test_lsoa_has_one_decile_and_that_of_the_newest_indices() -> None:
    def indices(*rows: tuple[str, int]) -> str:
        values = ", ".join(f"('{lsoa}', 1, {decile}, 'd')" for lsoa, decile in rows)
        return (
            f"select * from (values {values}) as rows "
            "(lsoa_code, deprivation_rank, deprivation_decile, delivery_id)"
        )

    tables = {
        "stg_run__deliveries": "select 'd' as delivery_id, 1 as delivery_number",
        "stg_reference__deprivation": indices(("E01000001", 9), ("E01000002", 8)),
        "stg_reference__deprivation_2025": indices(("E01000001", 7), ("E01033701", 3)),
    }
    assert run_model("int_deprivation", tables, "lsoa_code, deprivation_decile") == [
        ("E01000001", 7), ("E01033701", 3),
    ]  # fmt: skip
