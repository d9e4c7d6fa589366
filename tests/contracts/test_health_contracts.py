"""What hospitals, the ambulance service and health publishers send is known for what it is."""

from __future__ import annotations

import io
from pathlib import Path

import duckdb
import openpyxl
import pytest
from stdnum import verhoeff

from pipeline.ingest.rules import CHECK_DIGIT, checks_of
from tests.contracts.layouts import AS_OF, CONTRACTS, claimants, land, run_model, text_of

ISTV = (
    "SITE CODE (OF TREATMENT)", "ARRIVAL DATE AND TIME AT ACCIDENT AND EMERGENCY DEPARTMENT",
    "ASSAULT DATE AND TIME", "ASSAULT METHOD", "ASSAULT METHOD OTHER DESCRIPTION", "ASSAULT LOCATION TYPE",
    "ASSAULT LOCATION DESCRIPTION",
)  # fmt: skip
ECDS = (
    "EC_Injury_Date", "EC_Injury_Time", "EC_Injury_Intent_SNOMED_CT", "EC_Injury_Mechanism_SNOMED_CT",
    "EC_Injury_Activity_Status_SNOMED_CT", "EC_Injury_Activity_Type_SNOMED_CT", "EC_Place_Of_Injury_SNOMED_CT",
    "EC_Chief_Complaint_SNOMED_CT", "Der_EC_Diagnosis_All", "Der_Postcode_LSOA_Code", "EC_Acuity_SNOMED_CT",
    "Der_Dupe_Flag",
)  # fmt: skip
FINGERTIPS = (
    "Indicator ID", "Indicator Name", "Parent Code", "Parent Name", "Area Code", "Area Name", "Area Type", "Sex",
    "Age", "Category Type", "Category", "Time period", "Value", "Lower CI 95.0 limit", "Upper CI 95.0 limit",
    "Lower CI 99.8 limit", "Upper CI 99.8 limit", "Count", "Denominator", "Value note", "Recent Trend",
    "Compared to England value or percentiles", "Compared to percentiles", "Time period Sortable", "New data",
    "Compared to goal", "Time period range",
)  # fmt: skip
LAYOUTS = {
    "minimum data set": ("ed_assaults", ISTV),
    "minimum data set and more": ("ed_assaults", (*ISTV, "attendance_id", "age", "sex", "lsoa21_code")),
    "emergency care data set": ("ecds_injuries", ECDS),
    "hospital episodes": ("hospital_admissions", ("EPIKEY", "ADMIDATE", "CAUSE", "STARTAGE", "SEX", "LSOA11")),
    "admissions to wards": ("hospital_admissions", ("EPIKEY", "ADMIDATE", "CAUSE_4", "ADMIAGE", "SEX", "LSOA21")),
    "ambulance": ("ambulance_callouts", ("incident_id", "call_datetime", "lsoa", "location_type",
                                         "chief_complaint", "age_band", "sex", "conveyed_to", "illness_code")),
    "fingertips": ("fingertips", FINGERTIPS),
}  # fmt: skip
OF_PATIENTS = ("ed_assaults", "ecds_injuries", "ambulance_callouts", "hospital_admissions")
ASSAULT = ("RBN01", "2024-03-02 01:10", "2024-03-02 00:30", "knife_sharp", "", "street_public", "")


@pytest.mark.parametrize(("source_id", "header"), LAYOUTS.values(), ids=LAYOUTS.keys())
def test_layout_is_claimed_by_one_contract(tmp_path: Path, source_id: str, header: tuple[str, ...]) -> None:
    assert claimants(tmp_path, text_of(header, ["x"] * len(header))) == [source_id]


@pytest.mark.parametrize("header", [ISTV, ECDS, FINGERTIPS])
def test_publisher_s_columns_are_all_read(header: tuple[str, ...]) -> None:
    [contract] = [CONTRACTS[source_id] for source_id, known in LAYOUTS.values() if known == header]
    assert [title for title in header if contract.field_of(title) is None] == []


def test_attendances_without_an_identifier_are_all_counted_however_alike(tmp_path: Path) -> None:
    line, rows = land(tmp_path, "ed_assaults", text_of(ISTV, ASSAULT, ASSAULT), "attendance_id, line")
    assert (line.accepted, line.rejected, rows) == (2, 0, [(None, 2), (None, 3)])
    sent = """select * from (values (null, 'd1', 2), (null, 'd1', 3), ('a9', 'd1', 4))
              as rows (attendance_id, delivery_id, line)"""
    rest = "null as site_code, null::timestamp as assaulted_at, null as assault_method, 1 as age, 's' as sex_code"
    more = "'Unknown' as assault_location_type, 'l' as lsoa_code, timestamp '2024-03-02' as arrived_at"
    tables = {"ed_assaults": f"select *, {rest}, {more} from ({sent})"}
    assert run_model("stg_health__ed_assaults", tables, "attendance_id, assault_location_type") == [
        ("a9", None), ("d1-2", None), ("d1-3", None),
    ]  # fmt: skip


def test_attendance_sent_with_an_identifier_stays_once(tmp_path: Path) -> None:
    rows = text_of((*ISTV, "attendance_id"), (*ASSAULT, "a1"), (*ASSAULT, "a1"))
    line, kept = land(tmp_path, "ed_assaults", rows, "attendance_id")
    assert (line.rejected, kept) == (1, [("a1",)])


def test_words_for_not_known_are_one_word_and_free_text_stays_out_of_the_models() -> None:
    columns = {column.name: column for column in CONTRACTS["ed_assaults"].columns}
    assert dict(columns["assault_method"].values)["Not stated"] == "unknown"
    assert dict(columns["assault_location_type"].values)["home_own"] == "home_own"
    free = [name for name, column in columns.items() if column.is_free_text]
    assert free == ["assault_method_description", "assault_location_description"]
    rest = dict.fromkeys(columns, "null") | {"arrived_at": "timestamp '2024-03-02'"}
    select = ", ".join(f"{value} as {name}" for name, value in rest.items() if name not in free)
    tables = {"ed_assaults": f"select {select}, 'd' as delivery_id, 1 as line"}
    # The model runs over a table that lacks the free text: it cannot be reading it.
    assert len(run_model("stg_health__ed_assaults", tables, "*")) == 1


def test_snomed_identifiers_keep_every_digit(tmp_path: Path) -> None:
    row = ("2024-03-02", "01:10", "999003031000000102", *[""] * 6, "E01006512", "", "0")
    _, rows = land(tmp_path, "ecds_injuries", text_of(ECDS, row), "injury_intent_code, is_duplicate")
    assert rows == [("999003031000000102", False)]


@pytest.mark.parametrize(
    ("code", "rule"),
    [
        ("1064891000000107", ""),
        ("276853009", ""),
        ("1064891000000100", "is a code whose last digits Excel has lost: ask for the column as text"),
        ("1064890000000000", "is a code whose last digits Excel has lost: ask for the column as text"),
        ("1064891000000106", "has a wrong check digit"),
        ("276853008", "has a wrong check digit"),
        ("knife", "is not a code of the right form"),
    ],
)
@pytest.mark.parametrize("position", [2, 3, 4, 5, 6, 7, 10])
def test_snomed_identifier_with_a_wrong_check_digit_is_held_back(
    tmp_path: Path, code: str, rule: str, position: int
) -> None:
    row = ["2024-03-02", "01:10", *[""] * 7, "E01006512", "", "0"]
    damaged = [code if index == position else cell for index, cell in enumerate(row)]
    line, _ = land(tmp_path, "ecds_injuries", text_of(ECDS, row, damaged), "line")
    [column] = [c for c in CONTRACTS["ecds_injuries"].columns if ECDS[position] in c.headers]
    assert line.rules == ({f"{column.name} {rule}": 1} if rule else {})


def test_check_digits_in_sql_are_those_of_verhoeff() -> None:
    numbers = [str(10**5 + 7_919_317_001 * number) for number in range(2_000)]
    numbers += [number + verhoeff.calc_check_digit(number) for number in numbers[:500]]
    [column] = [c for c in CONTRACTS["ecds_injuries"].columns if c.name == "acuity_code"]
    [check] = [c for c in checks_of(column, frozenset(), AS_OF) if c.rule == CHECK_DIGIT]
    with duckdb.connect() as connection:
        sql = f"select text_acuity_code from (select unnest(?) as text_acuity_code) where {check.condition}"
        wrong = {number for (number,) in connection.execute(sql, [numbers]).fetchall()}
    assert wrong == {number for number in numbers if not verhoeff.is_valid(number)}


def test_attendances_marked_as_sent_twice_are_not_counted() -> None:
    names = [column.name for column in CONTRACTS["ecds_injuries"].columns if column.name != "is_duplicate"]
    nothing = ", ".join(f"null::date as {name}" for name in names)
    flags = "select * from (values (false, 1), (true, 2), (null, 3)) as flags (is_duplicate, line)"
    tables = {"ecds_injuries": f"select {nothing}, 'd' as delivery_id, flags.* from ({flags}) as flags"}
    assert run_model("stg_health__ecds_injuries", tables, "line") == [(1,), (3,)]


def test_hospital_episodes_land_under_the_names_of_hes(tmp_path: Path) -> None:
    header = ("EPIKEY", "ADMIDATE", "CAUSE", "STARTAGE", "SEX", "LSOA11")
    content = text_of(header, ("900000000001", "2023-05-06", "X994", "34", "1", "E01006512"))
    _, rows = land(tmp_path, "hospital_admissions", content, "admission_id, icd10_code, age, lsoa_code")
    assert rows == [("900000000001", "X994", 34, "E01006512")]


def test_indicator_of_pooled_years_lands_and_has_no_financial_year(tmp_path: Path) -> None:
    def export(period: str, order: str) -> list[str]:
        known = {"Indicator ID": "11201", "Area Code": "E08000012", "Time period": period,
                 "Time period Sortable": order, "Count": "12.5"}  # fmt: skip
        return [known.get(title, "") for title in FINGERTIPS]

    content = text_of(FINGERTIPS, export("2021/22 - 23/24", "20210000"), export("2021/22", "20210000"),
                      export("2021", "20210000"), export("2021 - 23", "20210000"))  # fmt: skip
    line, rows = land(tmp_path, "fingertips", content, "period_label, period_order, event_count")
    assert line.rejected == 0
    names = [column.name for column in CONTRACTS["fingertips"].columns]
    known = {"period_label", "period_order"}
    rest = ", ".join(f"null as {name}" for name in names if name not in known)
    values = ", ".join(f"('{label}', {order})" for label, order, _ in rows)
    tables = {
        "fingertips": f"select *, {rest}, 'd' as delivery_id, 1 as line from (values {values}) "
        "as rows (period_label, period_order)"
    }
    columns = "period_label, cast(financial_year_start as varchar)"
    assert run_model("stg_health__fingertips", tables, columns) == [
        ("2021", None), ("2021 - 23", None), ("2021/22", "2021-04-01"), ("2021/22 - 23/24", None),
    ]  # fmt: skip


SHEETS = {
    "sharp_object_admissions_by_sex": (
        "GOR-Data-Gender",
        [
            ["Count of Finished Admissions"],
            ["", "", "North West", "", "", "", "England", "", "", ""],
            ["", "", "Female", "", "Male", "", "Female", "", "Male", ""],
            ["Year ", "Month", *["FAEs", "FCEs"] * 4],
            ["2019-20", "April", "*", "*", 25, 26, 31, 31, 260, 262],
            ["", "May", 10, 10, 30, 31, 40, 40, 300, 301],
            ["2019-20 Total", "", 20, 20, 300, 301, 400, 400, 3000, 3001],
        ],
        "month_name, north_west_female_count_status, north_west_male_count, england_female_count, line",
        [("April", "suppressed", 25, 31, 5), ("May", "reported", 30, 40, 6)],
    ),
    "sharp_object_admissions_by_age": (
        "GOR-Data-Age-Group",
        [
            ["", "", "", "North West", "", "England", ""],
            ["Year", "Month", "Age group", *["FAEs", "FCEs"] * 2],
            ["2019-20", "April", "10 to 19", "*", "*", 47, 47],
            ["", "", "20 to 29", 25, 25, 129, 129],
            ["2019-20 total", "", "", 25, 25, 176, 176],
        ],
        "month_name, age_group, north_west_count, england_count, line",
        [("April", "10 to 19", None, 47, 3), ("April", "20 to 29", 25, 129, 4)],
    ),
}


@pytest.mark.parametrize("source_id", SHEETS)
def test_sheet_says_what_the_totals_by_region_do_not(tmp_path: Path, source_id: str) -> None:
    sheet, rows, columns, expected = SHEETS[source_id]
    workbook = openpyxl.Workbook()
    workbook.active.title = sheet
    for row in rows:
        workbook.active.append(["" if cell is None else cell for cell in row])
    stream = io.BytesIO()
    workbook.save(stream)
    line, landed = land(tmp_path, source_id, stream.getvalue(), columns, "UK_Knife_Crime_Workbook.xlsx")
    assert (line.rows_in, line.rejected, landed) == (3, 1, expected)


def test_no_extract_of_patients_claims_more_than_anonymised_information() -> None:
    for source_id in OF_PATIENTS:
        contract = CONTRACTS[source_id]
        assert "section 16(4)" in contract.legal_basis
        assert contract.retention_years is not None
        assert contract.geography_vintage == "detected"
        assert {"lsoa_code"} <= {column.name for column in contract.columns if column.is_quasi_identifier}


def test_ambulance_and_emergency_departments_are_watched_for_a_fall_in_volume() -> None:
    watched = {contract.source_id for contract in CONTRACTS.values() if contract.volume_tolerance is not None}
    assert {"ed_assaults", "ambulance_callouts"} <= watched
    # Admissions of a whole county are too few a month: chance alone doubles them.
    assert "hospital_admissions" not in watched
