"""Each layout of the police, the Home Office and data.police.uk is known for what it is, and read whole."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest
import yaml

from pipeline.contracts import PATTERNS
from pipeline.settings import PROJECT
from pipeline.synthetic.people import AGE_BANDS, RELATIONSHIPS, SEXES
from pipeline.synthetic.police import INJURIES
from tests.contracts.delivered_layouts import CONTRACTS, Layout, check_layout, column_of, named
from tests.counts.reference import read_seed

STAGING = PROJECT / "dbt_project" / "models" / "staging"
FOLDERS = ("police", "home_office", "data_police_uk", "support")
MAP_POINT = "Longitude,Latitude,Location,LSOA code,LSOA name"
LAYOUTS = (
    Layout(
        "police_crimes",
        "police_crimes_2024-03.csv",
        "crime_id_pseudo,force_code,csp_code,lad_code,lsoa21_code,recorded_date,committed_from,committed_to,"
        "time_precision,ho_code,offence_subcode,offence_group,offence_subgroup,da_flag,knife_flag,"
        "firearm_flag,corrosive_flag,weapon_type,alcohol_flag,drugs_flag,hate_strand,hba_flag,csa_flag,"
        "cse_flag,cce_county_lines_flag,online_flag,child_present_flag,location_type,victim_id_pseudo,"
        "victim_age_band,victim_sex,victim_ethnicity_18p1,victim_type,suspect_id_pseudo,suspect_age_band,"
        "suspect_sex,suspect_ethnicity,vo_relationship,repeat_victim_12m,repeat_da_victim_flag,injury_level,"
        "dash_risk,marac_referral,outcome_code,outcome_date,recording_rule_version",
        "C1,W15000003,W22000001,W06000015,W01001700,2024-03-01,2024-02-29T23:30,2024-03-01T00:10,hour,8N,1,"
        "Violence against the person,Violence with injury,Y,N,N,N,none,Y,,,N,N,N,N,N,Y,dwelling,P1,25-34,"
        "Female,W1,person,P2,35-44,Male,W1,Ex-partner,1,Y,Minor,High,Y,16,2024-03-20,2023",
        unread=("offence_group", "offence_subgroup"),
    ),
    Layout(
        "da_incidents",
        "da_incidents_2024-03.csv",
        "incident_id,force_code,lad_code,lsoa21_code,incident_date,incident_datetime,incident_type,"
        "location_type,victim_id_pseudo,victim_age_band,victim_sex,suspect_id_pseudo,suspect_age_band,"
        "suspect_sex,vo_relationship,child_present_flag,repeat_victim_12m,dash_risk,marac_referral",
        "I1,E23000004,E08000012,E01006512,2024-03-01,2024-03-01T20:15,verbal argument,dwelling,P1,25-34,F,P2,"
        "25-34,M,intimate_partner,Unknown,N,standard,N",
    ),
    Layout(
        "suspects",
        "suspects_2024-03.csv",
        "suspect_record_id,suspect_id_pseudo,crime_id_pseudo,force_code,recorded_date,ho_code,da_flag,"
        "suspect_age_band,suspect_sex,suspect_ethnicity,residence_lad_code,residence_lsoa21_code,"
        "vo_relationship,arrested_flag,arrest_date,charged_flag,repeat_suspect_12m,outcome_code,outcome_date",
        "S1,P2,C1,E23000004,2024-03-01,8N,Y,35-44,M,W1,E08000012,E01006512,ex_partner,Y,2024-03-02,N,Y,16,",
    ),
    Layout(
        "street_crimes",
        "2021-01-merseyside-street.csv",
        f"Crime ID,Month,Reported by,Falls within,{MAP_POINT},Crime type,Last outcome category,Context",
        ",2021-01,Merseyside Police,Merseyside Police,-2.98,53.40,On or near Example Road,E01033762,"
        "Liverpool 060A,Anti-social behaviour,,",
        unread=("Reported by", "Longitude", "Latitude", "Location", "LSOA name", "Context"),
    ),
    Layout(
        "street_outcomes",
        "2021-01-merseyside-outcomes.csv",
        f"Crime ID,Month,Reported by,Falls within,{MAP_POINT},Outcome type",
        "a1,2021-01,Merseyside Police,Merseyside Police,-2.98,53.40,On or near Example Road,E01033762,"
        "Liverpool 060A,Unable to prosecute suspect",
        unread=("Reported by", "Longitude", "Latitude", "Location", "LSOA name"),
    ),
    Layout(
        "stop_and_search",
        "2021-01-merseyside-stop-and-search.csv",
        "Type,Date,Part of a policing operation,Policing operation,Latitude,Longitude,Gender,Age range,"
        "Self-defined ethnicity,Officer-defined ethnicity,Legislation,Object of search,Outcome,"
        "Outcome linked to object of search,Removal of more than just outer clothing",
        "Person search,2021-01-01T00:10:00+00:00,False,,53.40,-2.98,Male,18-24,"
        "White - English/Welsh/Scottish/Northern Irish/British,White,Misuse of Drugs Act 1971 (section 23),"
        "Controlled drugs,A no further action disposal,,False",
    ),
    Layout(
        "recorded_crime",
        "prc_pfa_long.parquet",
        "FY,Financial Quarter,Force,Offence Description,Group,Offence Subgroup,Offence Code,n,territorial",
        "2020/21,1.0,Merseyside,Assault with injury,Violence against the person,Violence with injury,8N,"
        "1204.0,true",
        unread=("Offence Description", "Offence Subgroup"),
    ),
    Layout(
        "recorded_outcomes",
        "outcomes_2024_25.parquet",
        "Financial Year,Financial Quarter,Force,Offence Group,Outcome Group,Outcome Type,n,territorial",
        "2024/25,1.0,Merseyside,Robbery,Charged/Summonsed,1.0,63.0,true",
    ),
    Layout(
        "recorded_crime_csp",
        "prc-csp-mar21-sep25-tables.csv",
        "Financial Year,Financial Quarter,Force Name,CSP Name,Offence Description,Offence Group,"
        "Offence Subgroup,Offence Code,Number of Offences",
        "2024/25,1,Merseyside,Liverpool,Assault with injury,Violence against the person,"
        "Violence with injury,8N,1204",
    ),
    Layout(
        "csp_names",
        "recrime-geo-pfa.csv",
        "CSP Name,Force Name,Region,ONS Code",
        "Liverpool,Merseyside,North West Region,E22000182",
    ),
    Layout(
        "police_force_population",
        "pfa_population_2024.csv",
        "PFA 2023 Code,PFA 2023 Name,Population",
        "W15000003,South Wales,1363561",
    ),
    Layout(
        "knife_crime",
        "knife_crime_2024_25.csv",
        "Financial Year,Financial Quarter,Force Name,Offence Description,Knife Flag,Number of Offences",
        "2024/25,1,Merseyside,Robbery,Yes,61",
    ),
    Layout(
        "homicide",
        "homicide_index_force.csv",
        "Financial Year,Force Name,Sex of victim,Age group of victim,Relationship,Method of killing,"
        "Number of victims",
        "2022/23,Merseyside,Female,16 to 24,Partner or ex-partner,Sharp instrument,1",
    ),
)
BY_SOURCE = {layout.source_id: layout for layout in LAYOUTS}


@pytest.mark.parametrize("layout", LAYOUTS, ids=BY_SOURCE)
def test_a_file_is_known_and_read_whole(layout: Layout) -> None:
    check_layout(layout)


@pytest.mark.parametrize(
    ("source_id", "name", "theirs", "ours"),
    [
        ("police_crimes", "victim_sex", "Female", "F"),
        ("police_crimes", "victim_sex", "Not stated", "U"),
        ("police_crimes", "suspect_age_band", "75 and over", "75+"),
        ("police_crimes", "relationship", "Ex-partner", "ex_partner"),
        ("police_crimes", "injury_level", "Severe", "serious"),
        ("da_incidents", "dash_risk", "High", "high"),
        ("da_incidents", "relationship", "Parent to child", "parent_to_child"),
        ("suspects", "suspect_sex", "Male", "M"),
        ("stop_and_search", "sex", "Other", "other"),
    ],
)
def test_a_suppliers_word_becomes_ours(source_id: str, name: str, theirs: str, ours: str) -> None:
    assert dict(column_of(source_id, name).values)[theirs] == ours


def test_no_word_of_a_supplier_has_two_meanings() -> None:
    for contract in CONTRACTS:
        for column in contract.columns:
            meanings: dict[str, str] = {}
            for theirs, ours in column.values:
                assert meanings.setdefault(theirs.casefold(), ours) == ours, (contract.source_id, column.name)


def test_a_flag_is_never_held_to_a_list_of_words() -> None:
    """A new word of a flag stays not known: a list would hold its row back, or make it a no."""
    flags = [(c.source_id, f) for c in CONTRACTS for f in c.columns if f.data_type == "boolean"]
    assert len(flags) > 20
    assert [(source_id, flag.name) for source_id, flag in flags if flag.values or flag.codes] == []


def test_the_words_of_the_made_up_extract_are_words_of_the_contract() -> None:
    for name, words in (
        ("victim_sex", SEXES),
        ("suspect_sex", SEXES),
        ("victim_age_band", AGE_BANDS),
        ("suspect_age_band", AGE_BANDS),
        ("relationship", RELATIONSHIPS),
        ("injury_level", INJURIES),
    ):
        assert set(words) <= {ours for _, ours in column_of("police_crimes", name).values}, name


def test_the_age_bands_are_those_that_are_published() -> None:
    """A band that the models do not know would count as 25 or over."""
    published = {
        row["breakdown_key"] for row in read_seed("breakdown_values") if row["breakdown"] == "age_band"
    }
    for name in ("victim_age_band", "suspect_age_band"):
        assert {ours for _, ours in column_of("police_crimes", name).values} - {"unknown"} == published


def test_our_words_for_not_known_are_those_that_staging_makes_null() -> None:
    macro = (PROJECT / "dbt_project" / "macros" / "known.sql").read_text(encoding="utf-8")
    for name in ("victim_sex", "victim_age_band", "relationship", "injury_level", "dash_risk"):
        words = {ours for theirs, ours in column_of("police_crimes", name).values if theirs == "Not known"}
        assert [word for word in words if f"'{word.lower()}'" not in macro] == [], name
        assert words, name


def test_every_force_has_a_code_of_the_pattern() -> None:
    codes = [row["police_force_code"] for row in read_seed("police_forces")]
    assert any(code.startswith("W") for code in codes)
    assert [code for code in codes if not re.fullmatch(PATTERNS["police_force"], code)] == []


def test_every_contract_names_a_policy_that_exists() -> None:
    policies = {row["policy_id"] for row in read_seed("disclosure_policies")}
    assert [c.source_id for c in CONTRACTS if c.policy_id not in policies] == []


def test_every_list_of_codes_is_a_column_of_a_seed() -> None:
    for file in STAGING.rglob("_*__sources.yml"):
        for code_list in re.findall(r"code_list: ([\w.]+)", file.read_text(encoding="utf-8")):
            seed, column = code_list.split(".")
            assert column in read_seed(seed)[0], (file.name, code_list)


def staged() -> dict[str, str]:
    """The model that reads each table of the four folders."""
    found = {}
    for folder in FOLDERS:
        for file in (STAGING / folder).glob("*.sql"):
            for table in re.findall(r'source\("\w+", "(\w+)"\)', file.read_text(encoding="utf-8")):
                found[table] = file.stem
    return found


def test_every_table_has_a_staging_model_that_says_its_grain_and_tests_it() -> None:
    tables, described = set(), {}
    for folder in FOLDERS:
        [sources] = yaml.safe_load((STAGING / folder / f"_{folder}__sources.yml").read_text())["sources"]
        tables |= {table["name"] for table in sources["tables"]}
        models = yaml.safe_load((STAGING / folder / f"_{folder}__models.yml").read_text())["models"]
        described |= {model["name"]: model for model in models}
    assert set(staged()) == tables
    assert set(staged().values()) == set(described)
    for name, model in described.items():
        assert model["description"].startswith("One row per"), name
        assert ["grain" in test for test in model["data_tests"]] == [True], name


def test_a_real_file_of_the_police_folder_is_claimed_once(real_data: Path) -> None:
    claimed = {file.name: named(file.name) for file in (real_data / "police").rglob("*") if file.is_file()}
    assert {name for name, claims in claimed.items() if len(claims) != 1} == set()
    assert claimed["outcomes_2024_25.parquet"] == ["recorded_outcomes"]
    assert claimed["pfa_population_2024.csv"] == ["police_force_population"]
    assert claimed["recrime-geo-pfa.csv"] == ["csp_names"]
    assert claimed["prc_pfa_long.parquet"] == ["recorded_crime"]


@pytest.mark.parametrize(
    ("source_id", "file_name"),
    [("csp_names", "recrime-geo-pfa.csv"), ("police_force_population", "pfa_population_2024.csv")],
)
def test_a_real_header_is_the_one_written_here(source_id: str, file_name: str, real_data: Path) -> None:
    [file] = real_data.rglob(file_name)
    with file.open(encoding="utf-8-sig", newline="") as lines:
        assert next(csv.reader(lines)) == BY_SOURCE[source_id].titles
