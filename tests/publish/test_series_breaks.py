"""Changes in counting are data: each touches the indicators and kinds of offence that it shifts, and no others."""

from __future__ import annotations

import pandas as pd
import pytest

from pipeline.settings import Settings
from tests.conftest import query
from tests.counts.reference import read_seed

KINDS = {"rule_change", "shading", "left_out", "note", "recording_rise", "gradual"}


FLAG = "da_flag_collection"


@pytest.fixture(scope="module")
def warehouse_breaks(demonstration: Settings) -> pd.DataFrame:
    """All breaks of the area, those from before its first figure among them."""
    columns = ["break_id", "indicator_id", "offence_subgroup", "is_of_flag_alone"]
    rows = query(demonstration, f"select {', '.join(columns)} from dim_series_breaks")
    return pd.DataFrame(rows, columns=columns)


@pytest.fixture(scope="module")
def breaks(demonstration: Settings) -> pd.DataFrame:
    return pd.read_parquet(demonstration.published / "series_breaks.parquet")


def touched(breaks: pd.DataFrame, break_id: str) -> set[str]:
    """The indicators whose figures of all kinds of offence together a break touches."""
    is_one = (breaks["break_id"] == break_id) & (breaks["offence_subgroup"] == "")
    return set(breaks.loc[is_one, "indicator_id"])


def touching(breaks: pd.DataFrame, indicator_id: str, offence_subgroup: str = "") -> set[str]:
    """The breaks of an indicator's figures of one kind of offence, or of all kinds together."""
    rows = breaks[(breaks["indicator_id"] == indicator_id) & (breaks["offence_subgroup"] == offence_subgroup)]
    return set(rows["break_id"])


def twins() -> dict[str, str]:
    """The kinds of offence whose domestic share is an indicator of its own as well, with that indicator."""
    codes = read_seed("offence_codes")
    kinds: dict[str, set[str]] = {}
    for rule in read_seed("measure_rules"):
        counted = {
            code["offence_subgroup"]
            for code in codes
            if rule["offence_code"] == code["offence_code"]
            or rule["offence_subgroup"] == code["offence_subgroup"]
            or rule["offence_group"] == code["offence_group"]
        }
        is_whole = rule["condition"] == "all" and not rule["offence_code"]
        kinds.setdefault(rule["measure_id"], set()).update(counted if is_whole else {"", *counted})
    return {
        next(iter(kinds[measure])): row["indicator_id"]
        for row in read_seed("indicators")
        if (measure := row["numerator_measure_id"]) in kinds
        and row["numerator_split"] == "domestic"
        and row["denominator_kind"] in ("flag_known", "own_total")
        and len(kinds[measure]) == 1
    }


def test_every_break_says_what_it_touches_and_of_what_kind_it_is() -> None:
    rows = read_seed("series_breaks")
    assert {row["break_id"] for row in rows} == {
        row["break_id"] for row in read_seed("series_break_measures")
    }
    assert {row["kind"] for row in rows} == KINDS


def test_what_is_remembered_or_inferred_is_not_printed_as_certain() -> None:
    for row in read_seed("series_breaks"):
        if "memory" in row["status"] or "inferred" in row["status"] or "not found" in row["status"]:
            hedge = ("not confirmed", "inferred", "not known")
            # Of mid-May 2023 the month is verified, and the label names no day; of January 2024 the day.
            is_month = row["break_id"] in ("principal_crime_2023", "osa_images_2024")
            assert is_month or any(word in row["label"] for word in hedge), row["break_id"]


def test_offences_that_move_inside_a_measure_leave_it_as_it_was(breaks: pd.DataFrame) -> None:
    # 8L to 8R in April 2017: both are stalking and harassment.
    assert not {"stalking_harassment_rate", "violence_rate"} & touched(breaks, "malcomms_own_code")
    # 8R to 88C in January 2024: from violence to sexual offences, and both are recorded crime.
    assert {"stalking_harassment_rate", "violence_rate", "sexual_offences_rate"} <= touched(
        breaks, "osa_images_2024"
    )
    assert not {"recorded_crime_rate", "robbery_rate", "rape_rate"} & touched(breaks, "osa_images_2024")


def test_stalking_by_a_former_partner_lifts_all_that_holds_it_from_april_2020_on(
    breaks: pd.DataFrame,
) -> None:
    # In England and Wales 8Q rose by 65,756 in that year and 8L fell by 10,373: no mere move.
    found = touched(breaks, "stalking_partner_2020")
    assert {
        "stalking_harassment_rate",
        "violence_rate",
        "domestic_violence_share",
        "domestic_crime_rate",
    } <= found
    assert {"recorded_crime_rate", "lens_offences"} <= found
    assert not {"violence_with_injury_rate", "robbery_rate", "sexual_offences_rate"} & found


def test_more_offences_of_a_code_touch_every_measure_that_counts_it(breaks: pd.DataFrame) -> None:
    found = touched(breaks, "conduct_crime_2018")
    assert {"stalking_harassment_rate", "violence_rate", "domestic_violence_share", "lens_offences"} <= found
    assert not {"robbery_rate", "violence_with_injury_rate", "ed_assault_rate"} & found


def test_a_kind_of_offence_has_the_breaks_of_the_indicator_that_is_its_twin(breaks: pd.DataFrame) -> None:
    pairs = twins()
    assert {"Homicide", "Violence with injury", "Stalking and harassment", "Other sexual offences"} <= set(
        pairs
    )
    for kind, twin in pairs.items():
        assert touching(breaks, "domestic_share", kind) == touching(breaks, twin) != set(), kind


def test_what_shifts_one_kind_of_offence_leaves_the_others_as_they_were(breaks: pd.DataFrame) -> None:
    # More harassment from April 2018 on: all crime and stalking and harassment, no other kind.
    assert "conduct_crime_2018" in touching(breaks, "domestic_share")
    rows = breaks[(breaks["indicator_id"] == "domestic_share") & (breaks["break_id"] == "conduct_crime_2018")]
    assert set(rows["offence_subgroup"]) == {"", "Stalking and harassment"}


def test_offences_that_move_between_kinds_touch_both_and_not_their_sum(breaks: pd.DataFrame) -> None:
    rows = breaks[(breaks["indicator_id"] == "domestic_share") & (breaks["break_id"] == "osa_images_2024")]
    assert set(rows["offence_subgroup"]) == {"Stalking and harassment", "Other sexual offences"}


def test_a_kind_of_offence_in_a_definition_is_touched_by_what_moves_within_it(breaks: pd.DataFrame) -> None:
    # A definition may count harassment and not malicious communications.
    assert "malcomms_own_code" in touching(breaks, "lens_offences", "Stalking and harassment")
    assert "malcomms_own_code" not in touching(breaks, "lens_offences", "Violence with injury")
    assert "malcomms_own_code" not in touching(breaks, "domestic_share", "Stalking and harassment")


def test_only_indicators_shown_by_kind_of_offence_have_breaks_by_kind(breaks: pd.DataFrame) -> None:
    by_kind = {
        row["indicator_id"] for row in read_seed("indicator_cells") if row["breakdown"] == "offence_subgroup"
    }
    assert set(breaks.loc[breaks["offence_subgroup"] != "", "indicator_id"]) == by_kind


def test_one_crime_for_each_report_leaves_homicide_as_it_was(breaks: pd.DataFrame) -> None:
    # Of the crimes of one report the gravest is recorded, and none is graver.
    assert not {"homicide_rate", "homicide_domestic_share"} & touched(breaks, "principal_crime_2023")
    for indicator in ("domestic_share", "domestic_crimes", "lens_offences", "lens_left_out"):
        assert "principal_crime_2023" not in touching(breaks, indicator, "Homicide")
        assert "principal_crime_2023" in touching(breaks, indicator, "Violence with injury")
    assert {"violence_rate", "domestic_share"} <= touched(breaks, "principal_crime_2023")


def test_a_break_of_the_denominator_touches_the_ratio(breaks: pd.DataFrame) -> None:
    assert "ed_to_police_ratio" in touched(breaks, "principal_crime_2023")
    assert "ed_assault_rate" not in touched(breaks, "principal_crime_2023")


def test_a_break_of_one_force_or_council_is_no_break_elsewhere(breaks: pd.DataFrame) -> None:
    assert not {"gmp_iops", "dc_niche", "met_connect", "cin_hackney"} & set(breaks["break_id"])


def test_restrictions_touch_services_surveys_and_young_people_as_well(breaks: pd.DataFrame) -> None:
    assert {
        "helpline_domestic_rate",
        "marac_case_rate",
        "refuge_occupied_share",
        "first_time_entrant_rate",
        "survey_item_share",
        "youth_not_in_education_share",
    } <= touched(breaks, "covid_left_out")


def test_a_break_without_a_known_date_is_told_and_not_drawn(breaks: pd.DataFrame) -> None:
    undated = breaks[breaks["start_date"].isna()]
    assert touched(breaks, "knife_ndqis") == {
        "knife_crime_rate",
        "knife_crime_domestic_share",
        "youth_knife_crime_rate",
        "youth_knife_crime_domestic_share",
        "youth_knife_crime_share",
    }
    assert set(undated["kind"]) == {"note"}


def test_nothing_after_the_cut_off_is_published(demonstration: Settings, breaks: pd.DataFrame) -> None:
    (later,) = query(demonstration, "select count(*) from series_breaks where start_date > '2024-03-31'")[0]
    assert later > 0
    assert (breaks["start_date"].dropna() <= "2024-03-31").all()


def test_the_start_of_the_flag_touches_all_that_is_made_of_it_and_the_parts_of_all_else(
    warehouse_breaks: pd.DataFrame,
) -> None:
    flag = warehouse_breaks[warehouse_breaks["break_id"] == FLAG]
    is_part_alone = flag.drop_duplicates("indicator_id").set_index("indicator_id")["is_of_flag_alone"]
    by_splits: dict[str, set[str]] = {}
    for row in read_seed("indicator_cells"):
        by_splits.setdefault(row["splits"], set()).add(row["indicator_id"])
    indicators = {row["indicator_id"]: row for row in read_seed("indicators")}
    police = {name for name, row in indicators.items() if row["series_family"] == "police"}
    incidents = {
        name for name in police if indicators[name]["numerator_measure_id"].startswith("da_incident")
    }
    of_flag = ((by_splits["of_flag"] | by_splits["domestic_alone"]) & police) - incidents
    assert len(of_flag) >= 40
    assert not is_part_alone[sorted(of_flag)].any()
    divided = {name for name in (by_splits["every"] & police) - of_flag if not name.startswith("lens_")}
    assert {"violence_rate", "charge_share", "violence_victim_rate", "serious_suspects"} <= divided
    assert is_part_alone[sorted(divided)].all()
    # A definition may count an offence by the flag.
    assert not is_part_alone[["lens_offences", "lens_victims", "lens_cost"]].any()
    assert not set(is_part_alone.index) & (incidents | set(indicators) - police)


def test_the_start_of_the_flag_touches_every_kind_of_offence(warehouse_breaks: pd.DataFrame) -> None:
    assert all(FLAG in touching(warehouse_breaks, "domestic_share", kind) for kind in twins())


def test_better_recording_touches_whatever_holds_violence_and_nothing_else(
    warehouse_breaks: pd.DataFrame,
) -> None:
    drive = touched(warehouse_breaks, "ncrs_2014_drive")
    assert {
        "recorded_crime_rate",
        "violence_rate",
        "serious_assault_rate",
        "threats_to_kill_rate",
        "domestic_crime_rate",
        "violence_victim_rate",
        "lens_offences",
        "street_violence_sexual_rate",
    } <= drive
    assert not {"robbery_rate", "sexual_offences_rate", "criminal_damage_rate", "street_robbery_rate"} & drive
    assert not {"ed_assault_rate", "suspension_rate"} & drive
