"""Suspects and incidents agree with the crimes that they lean on, and hold what was built into them."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from delivered_files import read_text

from pipeline.synthetic.calibration import figure

YEARS = ("2020", "2021", "2022", "2023", "2024")  # in which the financial years end


@pytest.fixture(scope="module")
def suspects(deliveries: Path) -> pd.DataFrame:
    """Suspects that are whole: no doubles, no impossible dates."""
    return whole(read_text(deliveries, "police/suspects*.csv"), "recorded_date")


@pytest.fixture(scope="module")
def incidents(deliveries: Path) -> pd.DataFrame:
    """Incidents that are whole: no doubles, no impossible dates."""
    return whole(read_text(deliveries, "police/da_incidents*.csv"), "incident_date")


def whole(rows: pd.DataFrame, date: str) -> pd.DataFrame:
    rows = rows.drop_duplicates().assign(day=pd.to_datetime(rows[date], errors="coerce"))
    return rows[rows["day"].notna()].assign(year="20" + rows["file"].str[-6:-4])


def test_a_suspect_agrees_with_the_crime(suspects: pd.DataFrame, crimes: pd.DataFrame) -> None:
    both = suspects.merge(crimes, on="crime_id_pseudo", suffixes=("", "_of_crime"))
    # Of the rest the crime is one that was spoilt on purpose.
    assert 0.999 < len(both) / len(suspects) < 1
    unspoilt = both[both["ho_code"] != "199Z"]
    assert (unspoilt["ho_code"] == unspoilt["ho_code_of_crime"]).all()
    for column in ("recorded_date", "da_flag", "vo_relationship"):
        assert (both[column] == both[f"{column}_of_crime"]).all(), column
    main = both["suspect_id_pseudo"] == both["suspect_id_pseudo_of_crime"]
    assert (both.loc[main, "suspect_sex"] == both.loc[main, "suspect_sex_of_crime"]).all()
    assert (both.loc[main, "charged_flag"] == "Y").eq(both.loc[main, "outcome_code"] == "1").all()
    assert (both.loc[~main, "da_flag"] != "Y").all()
    assert 0.01 < (~main).mean() < 0.05


def test_every_domestic_crime_with_a_suspect_is_listed(suspects: pd.DataFrame, crimes: pd.DataFrame) -> None:
    domestic = crimes[(crimes["da_flag"] == "Y") & (crimes["suspect_id_pseudo"] != "")]
    missing = ~domestic["crime_id_pseudo"].isin(suspects["crime_id_pseudo"])
    assert missing.sum() <= 30
    serious = set(crimes.loc[crimes["da_flag"] != "Y", "crime_id_pseudo"]) & set(suspects["crime_id_pseudo"])
    groups = crimes[crimes["crime_id_pseudo"].isin(serious)]
    assert set(groups["offence_group"]) == {"Violence against the person", "Sexual offences", "Robbery"}


def test_nobody_is_arrested_before_the_crime_was_recorded(suspects: pd.DataFrame) -> None:
    assert ((suspects["arrest_date"] != "") == (suspects["arrested_flag"] == "Y")).all()
    arrested = suspects[suspects["arrest_date"] != ""]
    assert (arrested["arrest_date"] >= arrested["recorded_date"]).all()
    assert (arrested["arrest_date"] <= "2024-04-14").all()


def test_a_suspect_lives_in_one_place(suspects: pd.DataFrame) -> None:
    assert suspects.groupby("suspect_id_pseudo")["residence_lsoa21_code"].nunique().max() == 1
    assert (suspects["residence_lsoa21_code"] == "").mean() == pytest.approx(0.04, abs=0.01)
    assert suspects["residence_lsoa21_code"].str.startswith("X019").mean() == pytest.approx(0.05, abs=0.01)


@pytest.mark.parametrize("year", YEARS)
def test_arrests_for_domestic_abuse_are_as_published(
    suspects: pd.DataFrame, crimes: pd.DataFrame, year: str
) -> None:
    own = suspects[(suspects["year"] == year) & (suspects["da_flag"] == "Y")]
    flagged = crimes[(crimes["year"] == int(year)) & (crimes["da_flag"] == "Y")]
    per_100 = 100 * (own["arrested_flag"] == "Y").sum() / len(flagged)
    assert per_100 == pytest.approx(figure("arrests_per_100_da_crimes", "", f"YE Mar {year}"), abs=1.5)


def test_a_fifth_of_suspects_stand_for_two_fifths_of_domestic_crimes(suspects: pd.DataFrame) -> None:
    counts = suspects[suspects["da_flag"] == "Y"].groupby("suspect_id_pseudo").size().sort_values()
    assert counts.tail(len(counts) // 5).sum() / counts.sum() == pytest.approx(0.4, abs=0.02)


def earlier_within_a_year(people: pd.Series, days: pd.Series) -> pd.Series:
    """By the slow way round: whether each row's person stands in another row of the twelve months before."""
    before: dict[str, list[np.datetime64]] = {}
    found = {}
    for row, person, day in sorted(
        zip(people.index, people, days.to_numpy(), strict=True), key=lambda entry: entry[2]
    ):
        found[row] = any(
            old < day and day - old <= np.timedelta64(365, "D") for old in before.get(person, [])
        )
        before.setdefault(person, []).append(day)
    return pd.Series(found)


def test_a_person_with_an_earlier_crime_in_the_list_is_a_repeat_suspect(suspects: pd.DataFrame) -> None:
    repeat = earlier_within_a_year(suspects["suspect_id_pseudo"], suspects["day"])
    said = suspects["repeat_suspect_12m"]
    assert not (said[repeat[repeat].index] == "N").any()
    # The force counts crimes that are not listed as well, and those of the year before.
    assert 0.6 < repeat.mean() / (said == "Y").mean() < 1
    blank = suspects[said == ""]
    assert (blank["day"] < "2020-04-01").all()
    assert (blank["da_flag"] != "Y").all()


def test_two_domestic_events_in_five_are_no_crime(incidents: pd.DataFrame, crimes: pd.DataFrame) -> None:
    # A tenth of the flags are blank.
    domestic = (crimes["da_flag"] == "Y").sum() / (crimes["da_flag"] != "").mean()
    share = len(incidents) / (len(incidents) + domestic)
    assert share == pytest.approx(figure("incident_share_of_da"), abs=0.015)


def test_a_third_of_incidents_are_between_people_known_from_a_crime(
    incidents: pd.DataFrame, crimes: pd.DataFrame
) -> None:
    known = incidents["victim_id_pseudo"].isin(crimes["victim_id_pseudo"].unique())
    assert known.mean() == pytest.approx(0.33, abs=0.02)
    with_suspect = known & incidents["suspect_id_pseudo"].ne("")
    assert (
        incidents.loc[with_suspect, "suspect_id_pseudo"].isin(crimes["suspect_id_pseudo"].unique()).mean()
        > 0.95
    )


def test_a_victim_with_an_earlier_incident_is_a_repeat_victim(incidents: pd.DataFrame) -> None:
    repeat = earlier_within_a_year(incidents["victim_id_pseudo"], incidents["day"])
    assert not (incidents.loc[repeat[repeat].index, "repeat_victim_12m"] == "N").any()
    high = (incidents["dash_risk"] == "high").groupby(incidents["repeat_victim_12m"]).mean()
    assert high["Y"] > 1.5 * high["N"]


def test_marac_hears_of_most_who_are_at_high_risk_and_of_few_others(incidents: pd.DataFrame) -> None:
    referred = (incidents["marac_referral"] == "Y").groupby(incidents["dash_risk"]).mean()
    assert referred["high"] > 0.8
    assert referred["medium"] < 0.1
    assert referred["not_assessed"] == 0


def test_incidents_and_suspects_have_faults_on_purpose_and_no_more(deliveries: Path) -> None:
    for pattern, date in (("suspects", "recorded_date"), ("da_incidents", "incident_date")):
        rows = read_text(deliveries, f"police/{pattern}*.csv")
        assert 10 <= rows.duplicated().sum() <= 40
        assert 10 <= pd.to_datetime(rows[date], errors="coerce").isna().sum() <= 40
