"""Services and surveys: no count is larger than what it is a part of, and what was built in comes back."""

from pathlib import Path

import pandas as pd
import pytest
from delivered_files import read_text

from pipeline.synthetic.calibration import figure

SEA, PORT = "X06000005", "X06000001"
YEARS = ["2019-20", "2020-21", "2021-22", "2022-23", "2023-24"]


def returned(folder: Path, name: str) -> pd.DataFrame:
    """A return with its counts as numbers (nothing where hidden) and the financial year of its file."""
    rows = read_text(folder, f"support/{name}*.csv")
    texts = {"lad_code", "file", "marac", "service", "helpline", "programme", "force", "force_code"}
    numbers = rows.columns.difference(
        [
            *texts,
            "quarter_start",
            "month",
            "financial_year",
            "survey",
            "survey_date",
            "group",
            "question",
            "answer",
        ]
    )
    rows = rows.assign(**{column: pd.to_numeric(rows[column], errors="coerce") for column in numbers})
    return rows.assign(year=rows["file"].str[-11:-4])


@pytest.fixture(scope="module")
def maracs(deliveries: Path) -> pd.DataFrame:
    return returned(deliveries, "marac_returns")


@pytest.fixture(scope="module")
def idvas(deliveries: Path) -> pd.DataFrame:
    return returned(deliveries, "idva_returns")


@pytest.fixture(scope="module")
def answers(deliveries: Path) -> pd.DataFrame:
    return returned(deliveries, "community_survey")


def yes(answers: pd.DataFrame, question: str, **wanted: str) -> float:
    """Weighted share of the first answer among all."""
    rows = answers[answers["question"].str.contains(question, regex=False)]
    for column, value in ({"group": "All"} | wanted).items():
        rows = rows[rows[column] == value]
    assert len(rows)
    first = rows[rows["answer"].isin(["Yes", "Very safe"])]
    return float(first["weighted_count"].sum() / first["weighted_base"].sum())


def test_every_district_returns_every_quarter_and_month(deliveries: Path) -> None:
    for name, each, times in (
        ("marac_returns", "quarter_start", 20),
        ("idva_returns", "quarter_start", 20),
        ("refuge", "month", 60),
        ("helpline_domestic", "month", 60),
        ("helpline_victim", "month", 60),
    ):
        rows = read_text(deliveries, f"support/{name}*.csv")
        assert not rows.duplicated([each, "lad_code"]).any(), name
        assert rows.groupby("lad_code")[each].nunique().to_dict() == {
            f"X0600000{number}": times for number in range(1, 6)
        }, name


@pytest.mark.parametrize("year", YEARS)
def test_marac_hears_as_many_cases_per_10000_women_as_published(
    maracs: pd.DataFrame, people: pd.DataFrame, year: str
) -> None:
    # Of women by age the file has 16 and 17 in one band: it can be left out.
    young = ["0-4", "5-9", "10-14", "15", "16-17"]
    women = people[
        (people["sex"] == "F") & (people["mid_year"] == int(year[:4])) & ~people["age_band"].isin(young)
    ]
    cases = maracs.loc[maracs["year"] == year, "cases_discussed"].sum()
    expected = figure("marac_cases_per_10000_women", "", f"for YE Mar 20{year[-2:]}")
    assert 10_000 * cases / women["population"].sum() == pytest.approx(expected, abs=3)


def test_marac_cases_are_repeated_and_referred_as_published(maracs: pd.DataFrame) -> None:
    cases = maracs["cases_discussed"].sum()
    assert maracs["repeat_cases"].sum() / cases == pytest.approx(figure("marac_repeat_share"), abs=0.02)
    assert maracs["partner_referrals"].sum() / cases == pytest.approx(
        figure("marac_partner_referral_share"), abs=0.02
    )
    assert maracs["children_in_household"].sum() / cases == pytest.approx(
        figure("marac_children_per_case"), abs=0.05
    )
    assert (maracs["police_referrals"] + maracs["partner_referrals"] == maracs["cases_discussed"]).all()
    assert (maracs["idva_referrals"] <= maracs["partner_referrals"]).all()


def test_small_kinds_of_marac_cases_are_sent_hidden(deliveries: Path) -> None:
    rows = read_text(deliveries, "support/marac_returns*.csv")
    for column in ("male_victims", "lgbt_cases", "victims_16_17", "harming_others_17_or_below"):
        assert (rows[column] == "<5").any(), column
        assert not rows[column].isin(["1", "2", "3", "4"]).any(), column


def test_one_idva_service_has_half_the_staff_it_needs(idvas: pd.DataFrame) -> None:
    yearly = idvas.groupby(["lad_code", "year"]).agg({"idva_fte": "first", "idva_referrals": "sum"})
    need = yearly["idva_referrals"] / figure("idva_referrals_per_fte")
    adequacy = (yearly["idva_fte"] / need).groupby("lad_code").mean()
    assert adequacy[SEA] == pytest.approx(0.5, abs=0.05)
    assert (adequacy.drop(SEA) > 0.85).all()
    engaged = (
        idvas.groupby("lad_code")["clients_engaged"].sum() / idvas.groupby("lad_code")["idva_referrals"].sum()
    )
    assert engaged[SEA] < engaged.drop(SEA).min() - 0.1


def test_marac_sends_no_more_victims_to_idvas_than_it_heard_of(
    idvas: pd.DataFrame, maracs: pd.DataFrame
) -> None:
    both = idvas.merge(maracs, on=["quarter_start", "lad_code"], suffixes=("", "_of_marac"))
    assert len(both) == len(idvas)
    assert (both["marac_referrals"] <= both["cases_discussed"]).all()
    assert (idvas["marac_referrals"] <= idvas["idva_referrals"]).all()
    assert (idvas["clients_engaged"] <= idvas["idva_referrals"]).all()


def test_no_refuge_holds_more_than_it_can(deliveries: Path) -> None:
    refuges = returned(deliveries, "refuge")
    assert (refuges["bed_spaces_occupied"] <= refuges["bed_spaces"]).all()
    assert (refuges["refusals_no_space"] <= refuges["refusals"]).all()
    assert 0.85 < refuges["bed_spaces_occupied"].sum() / refuges["bed_spaces"].sum() < 0.95
    spring = refuges["month"].isin(["2020-04", "2020-05"])
    assert refuges.loc[spring, "refusals"].mean() < 0.75 * refuges.loc[~spring, "refusals"].mean()


def test_the_telephone_rang_most_in_the_first_lockdown(deliveries: Path) -> None:
    calls = returned(deliveries, "helpline_domestic").groupby("month")["calls"].sum()
    assert calls.loc["2020-04":"2020-05"].mean() > 1.3 * calls.drop(["2020-04", "2020-05", "2020-06"]).mean()


def test_one_count_of_calls_is_wrong_on_purpose(deliveries: Path) -> None:
    calls = returned(deliveries, "helpline_victim")["calls"]
    assert (calls < 0).sum() == 1
    assert (returned(deliveries, "helpline_domestic")["calls"] >= 0).all()


def test_fewer_finish_a_programme_than_begin_and_fewer_begin_than_there_are_places(deliveries: Path) -> None:
    programmes = returned(deliveries, "perpetrator_programmes")
    assert (programmes["starts"] <= programmes["places"]).all()
    assert (programmes["completions"] <= programmes["starts"]).all()
    assert 0.5 < programmes["completions"].sum() / programmes["starts"].sum() < 0.64


def test_more_of_the_force_are_trained_each_year(deliveries: Path) -> None:
    training = returned(deliveries, "da_matters")
    shares = training["staff_trained"] / training["staff_in_scope"]
    assert shares.is_monotonic_increasing
    assert shares.iloc[-1] == pytest.approx(0.71, abs=0.005)


def test_answers_of_a_group_add_up_to_its_base(answers: pd.DataFrame) -> None:
    keys = ["survey", "survey_date", "lad_code", "group", "question"]
    added = answers.groupby(keys).agg(
        {"unweighted_count": "sum", "weighted_count": "sum", "unweighted_base": "max", "weighted_base": "max"}
    )
    assert (added["unweighted_count"] == added["unweighted_base"]).all()
    assert (added["weighted_count"] - added["weighted_base"]).abs().max() < 0.01
    assert not answers.duplicated([*keys, "answer"]).any()
    both = (
        answers[answers["group"] != "All"]
        .groupby([*keys[:3], "question", "answer"])["unweighted_count"]
        .sum()
    )
    everyone = answers[answers["group"] == "All"].set_index([*keys[:3], "question", "answer"])[
        "unweighted_count"
    ]
    assert both.sort_index().equals(everyone.sort_index())


def test_weights_undo_that_women_answer_more_often(answers: pd.DataFrame) -> None:
    residents = answers[answers["survey"].str.endswith("residents survey")].drop_duplicates(
        ["survey_date", "lad_code", "group"]
    )
    bases = residents.groupby("group")[["unweighted_base", "weighted_base"]].sum()
    assert bases.loc["Women", "unweighted_base"] / bases.loc["All", "unweighted_base"] == pytest.approx(
        0.56, abs=0.01
    )
    assert bases.loc["Women", "weighted_base"] / bases.loc["All", "weighted_base"] == pytest.approx(
        0.51, abs=0.01
    )


@pytest.mark.parametrize(("group", "item"), [("Women", "women"), ("Men", "men")])
def test_domestic_abuse_is_told_of_as_in_the_crime_survey(
    answers: pd.DataFrame, group: str, item: str
) -> None:
    told = yes(answers, "lived with domestic abuse in the last 12 months", group=group)
    assert told == pytest.approx(figure("csew_da_prevalence", item), abs=0.012)


@pytest.mark.parametrize(
    ("question", "lad_code", "gap"),
    [
        ("trust the police", PORT, 0.17),
        ("safe where you live", PORT, 0.10),
        ("youth club", SEA, 0.22),
        ("adult whom you trust", SEA, 0.12),
    ],
)
def test_one_district_answers_lower(answers: pd.DataFrame, question: str, lad_code: str, gap: float) -> None:
    own = yes(answers, question, lad_code=lad_code)
    others = [
        yes(answers, question, lad_code=code) for code in answers["lad_code"].unique() if code != lad_code
    ]
    assert sum(others) / 4 - own == pytest.approx(gap, abs=0.04)
    assert own < min(others)
