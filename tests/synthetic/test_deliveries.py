"""The deliveries are what the interface says, the same on every run, and agree with themselves."""

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from delivered_files import SEEDS, read_text

from pipeline.synthetic.offences import read_offences
from pipeline.synthetic.tables import write_if_changed

HEADERS = {
    "police/police_crimes_*.csv": (
        60,
        "crime_id_pseudo force_code lad_code lsoa21_code recorded_date committed_from committed_to "
        "ho_code da_flag knife_flag firearm_flag corrosive_flag alcohol_flag drugs_flag hba_flag "
        "cce_county_lines_flag online_flag child_present_flag hate_strand location_type place_id_pseudo "
        "victim_id_pseudo victim_type victim_age_band victim_sex victim_ethnicity suspect_id_pseudo "
        "suspect_age_band suspect_sex vo_relationship repeat_da_victim_flag injury_level outcome_code "
        "outcome_date recording_rule_version",
    ),
    "police/suspects_*.csv": (
        5,
        "suspect_record_id suspect_id_pseudo crime_id_pseudo force_code recorded_date ho_code da_flag "
        "suspect_age_band suspect_sex residence_lad_code residence_lsoa21_code vo_relationship arrested_flag "
        "arrest_date charged_flag repeat_suspect_12m",
    ),
    "police/da_incidents_*.csv": (
        5,
        "incident_id_pseudo force_code lad_code lsoa21_code incident_date incident_datetime incident_type "
        "location_type victim_id_pseudo victim_age_band victim_sex suspect_id_pseudo suspect_age_band "
        "suspect_sex vo_relationship child_present_flag repeat_victim_12m dash_risk marac_referral",
    ),
    "health/ed_assaults_*.csv": (
        5,
        "attendance_id site_code arrival_datetime assault_datetime assault_method assault_location_type "
        "age sex lsoa21_code",
    ),
    "health/ambulance_callouts_*.csv": (
        5,
        "incident_id call_datetime lsoa21_code location_type chief_complaint age_band sex conveyed",
    ),
    "health/hospital_admissions_*.csv": (
        5,
        "admission_id admission_date external_cause_icd10 age sex lsoa21_code length_of_stay_days",
    ),
    "education/suspensions_and_exclusions_*.csv": (
        5,
        "event_id pupil_id_pseudo academic_year term start_date type lad_code phase nc_year sex "
        "sen_provision fsm reason_1 reason_2 reason_3 sessions_suspended",
    ),
    "education/absence_*.csv": (
        5,
        "academic_year term lad_code phase pupil_group pupil_count sessions_possible sessions_missed "
        "persistent_absentee_count severe_absentee_count",
    ),
    "education/children_in_need_factors_*.csv": (
        5,
        "assessment_id child_id_pseudo assessment_end_date lad_code age_band sex factor_code",
    ),
    "education/operation_encompass_*.csv": (
        5,
        "notification_id notification_date lad_code child_age_band incident_type",
    ),
    "education/special_needs_*.csv": (5, "academic_year lad_code sen_provision primary_need pupil_count"),
    "support/marac_returns_*.csv": (
        5,
        "quarter_start marac force_code lad_code meetings_held cases_discussed repeat_cases police_referrals "
        "partner_referrals idva_referrals health_referrals children_in_household male_victims bme_cases "
        "lgbt_cases disabled_victims victims_16_17 harming_others_17_or_below",
    ),
    "support/idva_returns_*.csv": (
        5,
        "quarter_start service lad_code idva_fte idva_referrals marac_referrals clients_engaged",
    ),
    "support/refuge_*.csv": (
        5,
        "month lad_code bed_spaces bed_spaces_occupied refusals refusals_no_space",
    ),
    "support/helpline_*.csv": (10, "month helpline lad_code calls domestic_abuse_calls"),
    "support/perpetrator_programmes_*.csv": (
        5,
        "financial_year programme lad_code places starts completions",
    ),
    "support/da_matters_*.csv": (1, "financial_year force force_code staff_in_scope staff_trained"),
    "support/community_survey_*.csv": (
        5,
        "survey survey_date lad_code group question answer unweighted_count unweighted_base weighted_count "
        "weighted_base",
    ),
    "dfe/b1_*.csv": (1, "time_period geographic_level region_code new_la_code la_name At31_episodes"),
    "dfe/cla_*.csv": (
        1,
        "time_period geographic_level region_code new_la_code la_name population_count population_estimate "
        "number rate_per_10000",
    ),
    "dfe/ud_neet.csv": (
        1,
        "time_period geographic_level region_code new_la_code la_name Age Characteristic_grouping Characteristic "
        "avgcohort avgNEET avgNK avgNEETNK NEETNKprop",
    ),
    "dfe/ons_mid-year_population.csv": (
        1,
        "time_period geographic_level region_code new_la_code la_name population_estimate",
    ),
    "dfe/geo_hierarchy.csv": (1, "new_la_code old_la_code la_name region_code most_recent_year_included"),
    "reference/population_lsoa21.csv": (1, "mid_year lsoa21_code sex age_band population"),
    "reference/lookup_lsoa21_msoa21_lad.csv": (
        1,
        "lsoa21_code lsoa21_name msoa21_code msoa21_name lad_code lad_name "
        "vru_code vru_name region_code region_name",
    ),
    "reference/domestic_share_reference.csv": (
        1,
        "area_code area_name financial_year offence_subgroup offence_count domestic_count",
    ),
    "reference/deprivation_lsoa21.csv": (1, "lsoa21_code imd_score imd_rank imd_decile"),
}

WORDS = {
    ("police/police_crimes*.csv", "da_flag"): "Y N ",
    ("police/police_crimes*.csv", "child_present_flag"): "Y N ",
    ("police/police_crimes*.csv", "repeat_da_victim_flag"): "Y N ",
    ("police/police_crimes*.csv", "knife_flag"): "Y N ",
    ("police/police_crimes*.csv", "hate_strand"): "race religion sexual_orientation disability transgender ",
    ("police/police_crimes*.csv", "location_type"): (
        "dwelling street licensed_premises shop school transport park hospital workplace prison online other"
    ),
    ("police/police_crimes*.csv", "victim_type"): "person business state",
    (
        "police/police_crimes*.csv",
        "victim_age_band",
    ): "0-9 10-15 16-17 18-24 25-34 35-44 45-54 55-64 65-74 75+ ",
    (
        "police/police_crimes*.csv",
        "suspect_age_band",
    ): "0-9 10-15 16-17 18-24 25-34 35-44 45-54 55-64 65-74 75+ ",
    ("police/police_crimes*.csv", "victim_sex"): "F M U ",
    ("police/police_crimes*.csv", "vo_relationship"): (
        "intimate_partner ex_partner parent_to_child child_to_parent sibling other_family acquaintance "
        "stranger professional unknown"
    ),
    ("police/police_crimes*.csv", "injury_level"): "none minor moderate serious fatal",
    ("police/police_crimes*.csv", "outcome_code"): "1 2 3 8 14 15 16 18 20 21 22 ",
    ("police/police_crimes*.csv", "recording_rule_version"): "2019 2020 2023",
    ("police/suspects*.csv", "arrested_flag"): "Y N",
    ("police/suspects*.csv", "charged_flag"): "Y N",
    ("police/suspects*.csv", "repeat_suspect_12m"): "Y N ",
    ("police/da_incidents*.csv", "incident_type"): (
        "verbal_argument no_offence_disclosed concern_for_safety child_contact_dispute"
    ),
    ("police/da_incidents*.csv", "child_present_flag"): "Y N ",
    ("police/da_incidents*.csv", "repeat_victim_12m"): "Y N",
    ("police/da_incidents*.csv", "dash_risk"): "standard medium high not_assessed",
    ("police/da_incidents*.csv", "marac_referral"): "Y N",
    ("health/ed*.csv", "assault_method"): (
        "knife_sharp glass_bottle blunt_object firearm corrosive body_part_fist body_part_foot "
        "strangulation other unknown"
    ),
    ("health/ed*.csv", "assault_location_type"): (
        "home_own home_other street_public pub_bar_club fast_food school_college workplace transport "
        "park_open other unknown"
    ),
    ("health/ed*.csv", "sex"): "1 2 9",
    ("health/ambulance*.csv", "location_type"): "home street licensed_premises public_building other",
    ("health/ambulance*.csv", "chief_complaint"): "assault sexual_assault stab_gunshot_penetrating",
    ("health/ambulance*.csv", "age_band"): "0-15 16-24 25-34 35-49 50-64 65+ ",
    ("health/ambulance*.csv", "sex"): "F M ",
    ("health/hospital*.csv", "sex"): "1 2 9",
    ("education/suspensions*.csv", "type"): "suspension permanent",
    ("education/suspensions*.csv", "term"): "autumn spring summer",
    ("education/suspensions*.csv", "phase"): "primary secondary special",
    ("education/suspensions*.csv", "sen_provision"): "none support ehcp",
    ("education/absence*.csv", "pupil_group"): "all children_in_need",
    ("education/special*.csv", "sen_provision"): "none support ehcp",
    ("education/children*.csv", "age_band"): "unborn-0 1-4 5-9 10-15 16-17",
    ("education/operation*.csv", "child_age_band"): "0-4 5-10 11-15 16-17",
    ("education/operation*.csv", "incident_type"): "crime non_crime",
}

ELIGIBLE_FOR_KNIFE = {
    "1",
    "4.1",
    "4.2",
    "4.10",
    "2",
    "3B",
    "5D",
    "8N",
    "8P",
    "34A",
    "34B",
    "17A",
    "17B",
    "20A",
    "20B",
} | {f"19{letter}" for letter in "CDEFGHJK"}


def fingerprint(folder: Path) -> dict[str, str]:
    """A hash of every file by its path."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_a_second_run_writes_the_same_bytes_and_touches_nothing(deliveries: Path) -> None:
    before = fingerprint(deliveries)
    stamps = {path: path.stat().st_mtime_ns for path in deliveries.rglob("*.*")}
    # Another process, in which sets and hashes have another order.
    script = "import sys, pathlib\nfrom pipeline.synthetic.deliveries import write_deliveries\n"
    script += "print(len(write_deliveries(pathlib.Path(sys.argv[1]))))"
    environment = {**os.environ, "PYTHONHASHSEED": "7", "PYTHONPATH": str(Path(__file__).parents[2])}
    run = subprocess.run(
        [sys.executable, "-W", "error", "-c", script, str(deliveries)],
        check=True,
        capture_output=True,
        text=True,
        env=environment,
    )
    assert int(run.stdout) == len(before)
    assert fingerprint(deliveries) == before
    assert {path: path.stat().st_mtime_ns for path in deliveries.rglob("*.*")} == stamps


def test_a_changed_file_is_written_again(tmp_path: Path) -> None:
    path = write_if_changed(tmp_path / "folder" / "file.csv", b"one\n")
    write_if_changed(path, b"two\n")
    assert path.read_bytes() == b"two\n"
    assert [entry.name for entry in path.parent.iterdir()] == ["file.csv"]


@pytest.mark.parametrize("pattern", HEADERS)
def test_files_and_headers_are_those_of_the_interface(deliveries: Path, pattern: str) -> None:
    count, header = HEADERS[pattern]
    paths = sorted(deliveries.glob(pattern))
    assert len(paths) == count
    for path in paths:
        content = path.read_bytes()
        assert content.split(b"\n", 1)[0].decode() == header.replace(" ", ",")
        assert b"\r" not in content
        assert content.endswith(b"\n")
        assert b'"' not in content


def test_nothing_but_the_interface_is_delivered(deliveries: Path) -> None:
    expected = {path for pattern in HEADERS for path in deliveries.glob(pattern)}
    found = {path for path in deliveries.rglob("*") if path.is_file()}
    rest = {path.relative_to(deliveries).as_posix() for path in found - expected}
    assert rest == {
        "SYNTHETIC.txt",
        "dfe/sn_example.xlsx",
        # Its header has spaces: test_children.py reads it.
        "youth_justice/first_time_entrants.csv",
        "reference/boundaries_lsoa21.geojson",
        "reference/boundaries_lad.geojson",
    }


@pytest.mark.parametrize("column", WORDS, ids=lambda column: f"{column[0]} {column[1]}")
def test_words_are_those_of_the_interface(deliveries: Path, column: tuple[str, str]) -> None:
    pattern, name = column
    found = set(read_text(deliveries, pattern)[name])
    assert found <= set(WORDS[column].split(" "))
    # A word that never appears is a case that nobody would see.
    assert found >= set(WORDS[column].split(" ")) - {"firearm", "corrosive"}


def test_each_row_is_in_the_file_of_its_period(deliveries: Path, delivered: pd.DataFrame) -> None:
    month = delivered["file"].str.removeprefix("police_crimes_").str.removesuffix(".csv")
    assert (delivered["recorded_date"].str[:7] == month).all()
    assert month.min() == "2019-04"
    assert month.max() == "2024-03"
    dates = {
        "police/suspects*": "recorded_date",
        "police/da_incidents*": "incident_date",
        "health/ed*": "arrival_datetime",
        "health/amb*": "call_datetime",
        "health/hosp*": "admission_date",
        "education/operation*": "notification_date",
    }
    for pattern, column in dates.items():
        rows = read_text(deliveries, f"{pattern}.csv")
        day = rows[column].str[:10]
        start = rows["file"].str.extract(r"_(\d{4})-\d\d\.csv$")[0]
        following = (start.astype(int) + 1).astype(str)
        # By month: some days are impossible on purpose.
        month = day.str[:7]
        assert ((month >= start + "-04") & (month <= following + "-03")).all(), pattern


def test_every_offence_code_is_known_but_for_those_spoilt_on_purpose(
    delivered: pd.DataFrame, offence_codes: pd.DataFrame
) -> None:
    unknown = ~delivered["ho_code"].isin(offence_codes["offence_code"])
    assert 20 <= unknown.sum() <= len(delivered) * 0.0005
    offences = read_offences()
    subgroup = offence_codes.set_index("offence_code")["offence_subgroup"].to_dict()
    assert [subgroup[code] for code in offences.codes] == list(offences.subgroups)


def test_every_factor_and_reason_is_known(deliveries: Path) -> None:
    factors = pd.read_csv(SEEDS / "cin_factors.csv", dtype=str)
    used = read_text(deliveries, "education/children*.csv")
    year = used["file"].str[-8:-4]
    assert set(used["factor_code"]) <= set(factors["factor_code"])
    assert not used["factor_code"][year == "2020"].isin(["18B", "18C", "19B", "19C", "24A"]).any()
    assert not used["factor_code"][year >= "2021"].isin(["18A", "19A"]).any()
    reasons = pd.read_csv(SEEDS / "dfe_exclusion_reasons.csv", dtype=str, keep_default_na=False)
    events = read_text(deliveries, "education/suspensions*.csv")
    given = pd.concat([events[f"reason_{number}"] for number in (1, 2, 3)])
    assert set(given) - {""} <= set(reasons["reason_code"])
    assert (events["reason_1"] != "").all()
    assert (events.loc[events["academic_year"] < "2020/21", "reason_2"] == "").all()


def test_causes_of_admission_are_known(deliveries: Path) -> None:
    known = pd.read_csv(SEEDS / "icd10_violence.csv", dtype=str, keep_default_na=False)
    column = next(name for name in known.columns if known[name].eq("X994").any())
    assert set(read_text(deliveries, "health/hosp*.csv")["external_cause_icd10"]) <= set(known[column])


def test_repeat_flag_agrees_with_the_victims(crimes: pd.DataFrame) -> None:
    """By the slow way round: each victim's flagged crimes, one after the other."""
    flagged = crimes[crimes["da_flag"] == "Y"].sort_values("recorded")
    assert set(flagged["repeat_da_victim_flag"]) == {"Y", "N"}
    assert (crimes.loc[crimes["da_flag"] != "Y", "repeat_da_victim_flag"] == "").all()
    days: dict[str, list[np.datetime64]] = {}
    wrong = 0
    # The first year's repeats may lean on crimes from before the first file.
    known_from = np.datetime64("2020-04-01")
    for victim, day, flag in zip(
        flagged["victim_id_pseudo"],
        flagged["recorded"].to_numpy(),
        flagged["repeat_da_victim_flag"],
        strict=True,
    ):
        earlier = [
            old for old in days.get(victim, []) if old < day and (day - old) <= np.timedelta64(365, "D")
        ]
        if (flag == "Y") != bool(earlier) and (day >= known_from or earlier):
            wrong += 1
        days.setdefault(victim, []).append(day)
    assert wrong == 0


def test_a_person_has_one_sex_and_does_not_grow_younger(crimes: pd.DataFrame) -> None:
    people = crimes[crimes["victim_type"] == "person"]
    assert people.groupby("victim_id_pseudo")["victim_sex"].nunique().max() == 1
    band = people["victim_age_band"].str.extract(r"^(\d+)")[0].astype(int)
    # Late records are of earlier years: age is the victim's when the crime was recorded.
    ordered = people.assign(band=band).sort_values(["victim_id_pseudo", "recorded"])
    steps = ordered.groupby("victim_id_pseudo")["band"].diff().dropna()
    assert (steps < 0).mean() < 0.002
    assert (crimes.loc[crimes["victim_type"] != "person", "victim_id_pseudo"] == "").all()


def test_domestic_abuse_is_between_people_of_16_and_over(crimes: pd.DataFrame) -> None:
    domestic = crimes[crimes["da_flag"] == "Y"]
    assert not domestic["victim_age_band"].isin(["0-9", "10-15", ""]).any()
    assert not domestic["suspect_age_band"].isin(["0-9", "10-15"]).any()
    assert (domestic["victim_type"] == "person").all()


def test_knife_flag_only_where_it_can_be_counted(crimes: pd.DataFrame) -> None:
    assert set(crimes.loc[crimes["knife_flag"] == "Y", "ho_code"]) <= ELIGIBLE_FOR_KNIFE


def test_nothing_is_recorded_before_it_happened_or_settled_before_recorded(crimes: pd.DataFrame) -> None:
    assert (crimes["committed_from"] <= crimes["committed_to"]).all()
    assert (crimes["committed_to"].str[:10] <= crimes["recorded_date"]).all()
    settled = crimes[crimes["outcome_code"] != ""]
    assert (settled["outcome_date"] >= settled["recorded_date"]).all()
    assert (settled["outcome_date"] <= "2024-04-14").all()
    assert ((crimes["outcome_date"] == "") == (crimes["outcome_code"] == "")).all()


def test_faults_are_there_on_purpose_and_no_more(delivered: pd.DataFrame) -> None:
    rows = len(delivered)
    doubled = delivered.duplicated().sum()
    assert 10 <= doubled <= 100
    assert delivered.drop_duplicates()["crime_id_pseudo"].is_unique
    wrong_date = pd.to_datetime(delivered["recorded_date"], errors="coerce").isna().sum()
    assert 20 <= wrong_date <= rows * 0.0005
    assert (delivered["lsoa21_code"] == "").mean() == pytest.approx(0.03, abs=0.004)
    elsewhere = delivered["lsoa21_code"].str.startswith("X019")
    assert 0.002 < elsewhere.mean() < 0.015
    assert (delivered.loc[elsewhere, "lad_code"] == "X06900001").all()


def test_domestic_flag_is_blank_as_agreed(crimes: pd.DataFrame) -> None:
    month = crimes["recorded_date"].str[:7]
    outage = (crimes["lad_code"] == "X06000003") & month.between("2022-09", "2022-11")
    assert (crimes.loc[outage, "da_flag"] == "").all()
    blank = (crimes.loc[~outage, "da_flag"] == "").groupby(month[~outage]).mean()
    assert blank.between(0.07, 0.13).all()
    assert blank.max() - blank.min() > 0.02


def test_one_emergency_department_is_silent_for_four_months(deliveries: Path) -> None:
    arrivals = read_text(deliveries, "health/ed*.csv")
    months = arrivals.groupby("site_code")["arrival_datetime"].agg(lambda times: times.str[:7].nunique())
    assert months.to_dict() == {"XED01": 60, "XED02": 60, "XED03": 56}


def test_areas_nest_and_districts_are_in_one_piece(deliveries: Path) -> None:
    lookup = pd.read_csv(deliveries / "reference/lookup_lsoa21_msoa21_lad.csv")
    assert len(lookup) == lookup["lsoa21_code"].nunique() == 300
    assert (lookup.groupby("msoa21_code").size() == 5).all()
    assert lookup.groupby("msoa21_code")["lad_code"].nunique().max() == 1
    assert lookup["lad_name"].drop_duplicates().tolist() == [
        "Port Example", "Upper Example", "Example Vale", "Example Forest", "Example-on-Sea",
    ]  # fmt: skip
    districts = json.loads((deliveries / "reference/boundaries_lad.geojson").read_text())
    assert [feature["geometry"]["type"] for feature in districts["features"]] == ["Polygon"] * 5
    small = json.loads((deliveries / "reference/boundaries_lsoa21.geojson").read_text())
    assert {feature["properties"]["lsoa21_code"] for feature in small["features"]} == set(
        lookup["lsoa21_code"]
    )
    points = [
        point
        for feature in small["features"]
        for ring in feature["geometry"]["coordinates"]
        for point in (ring if feature["geometry"]["type"] == "Polygon" else ring[0])
    ]
    assert all(2 < east < 4 and 55 < north < 57 for east, north in points)


def test_small_areas_share_borders_without_gaps(deliveries: Path) -> None:
    shapely = pytest.importorskip("shapely")
    small = json.loads((deliveries / "reference/boundaries_lsoa21.geojson").read_text())
    shapes = [shapely.from_geojson(json.dumps(feature["geometry"])) for feature in small["features"]]
    assert shapely.coverage_is_valid(shapes)
    assert shapely.union_all(shapes).geom_type == "Polygon"


def test_deprivation_is_a_national_rank_and_the_city_is_most_deprived(deliveries: Path) -> None:
    ranks = pd.read_csv(deliveries / "reference/deprivation_lsoa21.csv")
    lookup = pd.read_csv(deliveries / "reference/lookup_lsoa21_msoa21_lad.csv")
    assert ranks["imd_rank"].is_unique
    assert set(ranks["imd_decile"]) == set(range(1, 11))
    assert (ranks.sort_values("imd_rank")["imd_score"].diff().dropna() <= 0).all()
    mean = ranks.merge(lookup, on="lsoa21_code").groupby("lad_name")["imd_rank"].mean()
    assert mean.idxmin() == "Port Example"


def test_people_are_counted_once_a_year_and_area(people: pd.DataFrame) -> None:
    assert not people.duplicated(["mid_year", "lsoa21_code", "sex", "age_band"]).any()
    assert people["age_band"].nunique() == 21
    totals = people.groupby("mid_year")["population"].sum()
    assert totals.between(700_000, 770_000).all()
    assert list(totals.index) == list(range(2018, 2024))
    small = people[people["mid_year"] == 2021].groupby("lsoa21_code")["population"].sum()
    assert small.between(1_000, 4_500).all()
