"""A figure beside others: what is higher, lower or similar, and when nothing may be said."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
import pytest

from pipeline.publish.comparisons import OTHER_SURVEY, compare
from pipeline.settings import Settings

CELL = {
    "lens_id": "",
    "area_code": "X23000001",
    "area_type": "vru",
    "period_type": "financial_year",
    "period_start": "2022-04-01",
    "period_end": "2023-03-31",
    "breakdown": "none",
    "breakdown_value": "",
    "split": "all",
}
INDICATORS = pd.DataFrame(
    [
        ("violence_rate", "rate", 1000, 1, "violence", None, "population", "police", False),
        ("recorded_crime_rate", "rate", 1000, 1, "recorded_crime", None, "population", "police", False),
        ("domestic_crime_rate", "rate", 1000, 1, "domestic_crime", None, "population", "police", True),
        ("domestic_victim_rate", "rate", 1000, 1, "domestic_victims", None, "population", "police", True),
        ("helpline_rate", "rate", 1000, 1, "helpline_call", None, "population", "services", True),
        ("dwelling_share", "share", 100, 1, "dwelling", None, "measure", "police", False),
        ("knife_rate", "rate", 1000, 2, "knife", None, "population", "police", False),
        ("alcohol_share", "share", 100, 1, "violence_alcohol", None, "measure", "police", False),
        ("domestic_violence_share", "share", 100, 1, "violence", "domestic", "flag_known", "police", True),
        ("homicide_domestic_share", "share", 100, 0, "homicide", "domestic", "own_total", "police", True),
        ("lens_offences", "count", 1, 0, "lens_offences", None, "none", "police", False),
        ("domestic_harm", "weighted", 1, 0, "domestic_crime", None, "weights", "police", True),
    ],
    columns=["indicator_id", "kind", "multiplier", "decimals", "numerator_measure_id", "numerator_split",
             "denominator_kind", "series_family", "is_domestic"],
).assign(
    unknown_measure_id=lambda rows: rows["indicator_id"].map(
        {"alcohol_share": "alcohol_not_known", "knife_rate": "knife_not_known"}
    )
)  # fmt: skip
AREAS = pd.DataFrame(
    {
        "area_code": ["X23000001", "X06000001", "X92000001"],
        "area_name": ["Exampleshire", "Port Example", "Example Country"],
        "area_type": ["vru", "lad", "country"],
        "parent_code": ["X12000001", "X23000001", ""],
    }
)
DISTRICT = {"area_code": "X06000001", "area_type": "lad"}
COUNTRY = {"area_code": "X92000001", "area_type": "country"}
EARLIER = {"period_start": "2021-04-01", "period_end": "2022-03-31"}
BASELINE = {"period_start": "2019-04-01", "period_end": "2020-03-31"}


def row(indicator_id: str, numerator: float, denominator: float, **other: object) -> dict[str, object]:
    """A published figure; hidden where its status is not `reported`."""
    multiplier = 1000 if indicator_id.endswith("rate") else 100
    is_shown = other.get("value_status", "reported") == "reported"
    return {
        **CELL,
        "indicator_id": indicator_id,
        "numerator": numerator if is_shown else None,
        "denominator": denominator if is_shown else None,
        "value": round(multiplier * numerator / denominator, 1) if is_shown else None,
        "value_status": "reported",
        "is_population_estimated": False,
        "lowest": None,
        "highest": None,
        **other,
    }


def run(
    rows: list[dict[str, object]],
    breaks: list[Mapping[str, object]] = [],  # noqa: B006 - never changed
    benchmarks: list[Mapping[str, object]] = [],  # noqa: B006 - never changed
    error: float = 0.0,
    areas: pd.DataFrame = AREAS,
    forces: Mapping[str, str] = {},
) -> pd.DataFrame:
    values = pd.DataFrame(rows).astype(
        {"numerator": "float64", "denominator": "float64", "lowest": "float64", "highest": "float64"}
    )
    for column in ("period_start", "period_end"):
        values[column] = pd.to_datetime(values[column])
    rounding = values[["indicator_id", *CELL]].assign(numerator_error=error, denominator_error=0.0)
    break_rows = pd.DataFrame(
        breaks,
        columns=["break_id", "indicator_id", "offence_subgroup", "is_of_flag_alone", "start_date", "end_date",
                 "kind", "label"],
    )  # fmt: skip
    benchmark_rows = pd.DataFrame(
        benchmarks,
        columns=["indicator_id", "breakdown", "breakdown_value", "geography", "period_label", "period_start",
                 "period_end", "value", "denominator", "scope", "is_crime_survey"],
    )  # fmt: skip
    benchmark_rows["is_crime_survey"] = benchmark_rows["is_crime_survey"].eq(True)
    for frame in (break_rows, benchmark_rows):
        for column in ("start_date", "end_date", "period_start", "period_end"):
            if column in frame:
                frame[column] = pd.to_datetime(frame[column])
    return compare(
        values, INDICATORS, break_rows, benchmark_rows, areas, pd.Series(forces, dtype="str"), rounding
    )


def only(found: pd.DataFrame, kind: str) -> pd.Series:
    rows = found[found["comparator_kind"] == kind]
    assert len(rows) == 1
    return rows.iloc[0]


CHANGE = {
    "break_id": "one_crime", "indicator_id": "violence_rate", "offence_subgroup": "", "is_of_flag_alone": False,
    "start_date": "2022-04-01",
    "end_date": None, "kind": "rule_change", "label": "April 2022: rules change",
}  # fmt: skip
COVID = {
    "break_id": "covid", "indicator_id": "violence_rate", "offence_subgroup": "", "is_of_flag_alone": False,
    "start_date": "2020-04-01",
    "end_date": "2021-07-19", "kind": "left_out", "label": "April 2020 to July 2021: COVID restrictions",
}  # fmt: skip
BENCHMARK = {
    "indicator_id": "domestic_violence_share", "breakdown": "none", "breakdown_value": None,
    "geography": "England and Wales", "period_label": "year to March 2021", "period_start": "2020-04-01",
    "period_end": "2021-03-31", "value": 38.0, "denominator": None, "scope": "",
}  # fmt: skip


def test_a_rate_is_higher_where_the_limits_of_the_ratio_leave_out_one() -> None:
    found = run([row("violence_rate", 1200, 30_000), row("violence_rate", 1000, 30_000, **COUNTRY)])
    pair = only(found, "country")
    assert (pair["comparator_label"], pair["measure_of_difference"]) == ("Example Country", "ratio")
    # exp(-/+ 1.96 sqrt(1/1200 + 1/1000)) around 1.2.
    assert tuple(pair[["difference", "lower95", "upper95"]]) == (1.2, 1.103, 1.305)
    assert pair["verdict"] == "higher"


def test_the_limits_of_a_verdict_never_read_as_no_difference() -> None:
    # 51.01% of 10,000 against 50% of ten million: a difference of 1.01 points, hardly over its interval.
    shares = [row("dwelling_share", 5101, 10_000), row("dwelling_share", 5_000_000, 10_000_000, **COUNTRY)]
    pair = only(run(shares), "country")
    assert pair["verdict"] == "higher"
    assert 0 < pair["lower95"] < 0.05


@pytest.mark.parametrize(
    # 2.96 points read as 3.0, and 2.94 as 2.9.
    ("events", "verdict"),
    [(5296, "higher"), (5294, "similar"), (4706, "similar"), (4704, "lower")],
)
def test_a_domestic_share_must_differ_by_three_printed_points_as_well(events: int, verdict: str) -> None:
    shares = [domestic(events, 10_000, 0), domestic(5_000_000, 10_000_000, 0, **COUNTRY)]
    assert only(run(shares), "country")["verdict"] == verdict


@pytest.mark.parametrize(
    ("events", "verdict"), [(5150, "higher"), (5050, "similar"), (4950, "similar"), (4850, "lower")]
)
def test_any_other_share_is_judged_by_its_interval_alone(events: int, verdict: str) -> None:
    shares = [row("dwelling_share", events, 10_000), row("dwelling_share", 5_000_000, 10_000_000, **COUNTRY)]
    assert only(run(shares), "country")["verdict"] == verdict


def test_none_of_six_beside_three_tenths_is_not_similar() -> None:
    found = run([row("dwelling_share", 0, 6), row("dwelling_share", 300_000, 1_000_000, **COUNTRY)])
    pair = only(found, "country")
    assert (pair["difference"], pair["verdict"]) == (-30.0, "cannot_be_told")
    assert pair["reason"] == "Too few to tell: the interval reaches from -30.1 to 9."


@pytest.mark.parametrize(("events", "verdict"), [(100, "similar"), (30, "cannot_be_told")])
def test_rates_are_similar_only_where_no_ratio_of_one_and_a_half_is_likely(events: int, verdict: str) -> None:
    rows = [row("violence_rate", events, 30_000), row("violence_rate", events, 30_000, **COUNTRY)]
    assert only(run(rows), "country")["verdict"] == verdict


def test_what_differs_in_further_decimals_than_are_printed_says_so() -> None:
    alike = only(run([row("violence_rate", 2_600, 10_000_000), row("violence_rate", 3_400, 10_000_000, **EARLIER)]),
                 "previous_year")  # fmt: skip
    assert alike["verdict"] == "lower" and alike["comparator_value"] == 0.3
    assert alike["reason"] == "Both print as 0.3: what lies between them is in further decimals."
    apart = only(run([row("violence_rate", 2_400, 10_000_000), row("violence_rate", 3_400, 10_000_000, **EARLIER)]),
                 "previous_year")  # fmt: skip
    assert apart["verdict"] == "lower" and apart["reason"] == ""


@pytest.mark.parametrize(
    ("events", "beside", "verdict"),
    [
        # 4.0% beside 3.0%, of 1,200 each: from 0.5 below to 2.5 above, and 1.5 is half as much again.
        (48, 36, "cannot_be_told"),
        # The same points beside a half are little.
        (612, 600, "similar"),
        # Nothing beside nothing.
        (0, 0, "similar"),
    ],
)
def test_how_far_a_similar_share_may_lie_depends_on_what_it_stands_beside(
    events: int, beside: int, verdict: str
) -> None:
    rows = [row("dwelling_share", events, 1200), row("dwelling_share", beside, 1200, **EARLIER)]
    assert only(run(rows), "previous_year")["verdict"] == verdict


def test_a_narrow_difference_under_three_points_of_a_domestic_share_is_similar() -> None:
    # 7.5% beside 5.0% of 20,000 each: from 2.0 to 3.0 points, and half of 5.0 is less than that.
    rows = [
        row("domestic_violence_share", 1500, 20_000),
        row("domestic_violence_share", 1000, 20_000, **EARLIER),
    ]
    rows = [{**each, "lowest": each["value"], "highest": each["value"]} for each in rows]
    assert only(run(rows), "previous_year")["verdict"] == "similar"


def test_beside_a_benchmark_of_all_records_no_share_is_said_to_print_alike() -> None:
    national = {**BENCHMARK, "period_start": "2022-04-01", "period_end": "2023-03-31", "value": 40.0}
    # 40.0% of 9,000 with a flag; of all 10,000, as the benchmark counts, 36.0%.
    ours = row("domestic_violence_share", 3600, 9000, lowest=36.0, highest=46.0)
    assert "print" not in only(run([ours], benchmarks=[national]), "benchmark")["reason"]


def test_a_local_survey_is_not_compared_with_the_crime_survey() -> None:
    national = {
        **BENCHMARK, "indicator_id": "dwelling_share", "period_start": "2022-04-01", "period_end": "2023-03-31",
        "value": 8.0,
    }  # fmt: skip
    rows = [row("dwelling_share", 50, 1200)]
    assert only(run(rows, benchmarks=[national]), "benchmark")["verdict"] == "lower"
    found = only(run(rows, benchmarks=[{**national, "is_crime_survey": True}]), "benchmark")
    assert (found["verdict"], found["reason"]) == ("not_comparable", OTHER_SURVEY)
    assert np.isnan(found["difference"])
    # One that may be compared goes before it, though it is of another year.
    earlier = {**national, "period_start": "2021-04-01", "period_end": "2022-03-31", "value": 9.0}
    found = only(run(rows, benchmarks=[{**national, "is_crime_survey": True}, earlier]), "benchmark")
    assert (found["comparator_value"], found["verdict"]) == (9.0, "lower")


def test_a_district_stands_beside_the_rest_of_the_area_not_beside_itself() -> None:
    found = run([row("violence_rate", 1000, 30_000), row("violence_rate", 400, 10_000, **DISTRICT)])
    pair = only(found, "area")
    assert (pair["area_code"], pair["comparator_label"]) == ("X06000001", "The rest of Exampleshire")
    # 600 offences of 20,000 people are left.
    assert (pair["comparator_value"], pair["difference"]) == (30.0, 1.333)


FORCE = {"area_code": "X23000002", "area_type": "force"}


def places(parent_of_force: str) -> pd.DataFrame:
    """The area, and a force that lies in it or of which it is a part, as its parent says."""
    rows = [("X23000002", "Old Example (police force)", "force", parent_of_force)]
    return pd.concat([AREAS, pd.DataFrame(rows, columns=list(AREAS))], ignore_index=True)


def test_a_district_stands_beside_the_rest_of_its_force_and_of_no_other() -> None:
    rows = [
        row("violence_rate", 1000, 30_000),
        row("violence_rate", 400, 10_000, **DISTRICT),
        row("violence_rate", 90, 3_000, **{**DISTRICT, "area_code": "X06000009"}),
        row("violence_rate", 700, 20_000, **FORCE),
    ]
    forces = {"X06000001": "X23000002", "X06000009": "X23000003"}
    pair = only(run(rows, areas=places("X23000001"), forces=forces), "force")
    assert (pair["area_code"], pair["comparator_label"]) == (
        "X06000001",
        "The rest of Old Example (police force)",
    )
    # 300 offences of 10,000 people are left.
    assert (pair["comparator_value"], pair["difference"]) == (30.0, 1.333)


def test_a_force_that_holds_the_area_stands_whole_beside_it_and_its_own_districts() -> None:
    rows = [
        row("violence_rate", 1000, 30_000),
        row("violence_rate", 400, 10_000, **DISTRICT),
        row("violence_rate", 90, 3_000, **{**DISTRICT, "area_code": "X06000009"}),
        row("violence_rate", 1400, 40_000, **FORCE),
    ]
    forces = {"X06000001": "X23000002", "X06000009": "X23000003"}
    found = run(rows, areas=places("X12000001"), forces=forces)
    beside = found[found["comparator_kind"] == "force"]
    assert list(beside["area_code"]) == ["X06000001", "X23000001"]
    assert set(beside["comparator_label"]) == {"Old Example (police force)"}
    assert set(beside["comparator_value"]) == {35.0}


def test_the_statistical_neighbours_of_a_district_are_beside_no_other() -> None:
    like = {"area_code": "X06000001-neighbours", "area_type": "neighbours"}
    rows = [
        row("violence_rate", 400, 10_000, **DISTRICT),
        row("violence_rate", 400, 10_000, **{**DISTRICT, "area_code": "X06000009"}),
        row("violence_rate", 500, 20_000, **like),
    ]
    own = pd.DataFrame(
        [("X06000001-neighbours", "Like Port Example", "neighbours", "X06000001")], columns=list(AREAS)
    )
    pair = only(run(rows, areas=pd.concat([AREAS, own], ignore_index=True)), "neighbours")
    assert (pair["area_code"], pair["comparator_label"]) == ("X06000001", "Like Port Example")


def test_a_district_with_more_than_the_area_has_no_rest() -> None:
    found = run([row("violence_rate", 300, 30_000), row("violence_rate", 400, 10_000, **DISTRICT)])
    pair = only(found, "area")
    assert pair["verdict"] == "not_available"
    assert np.isnan(pair["comparator_value"])


@pytest.mark.parametrize("hidden", [0, 1])
def test_a_hidden_figure_on_either_side_gives_no_number(hidden: int) -> None:
    rows = [row("violence_rate", 1000, 30_000), row("violence_rate", 400, 10_000, **DISTRICT)]
    rows[hidden] = row("violence_rate", 1, 1, value_status="suppressed", **([{}, DISTRICT][hidden]))
    pair = only(run(rows), "area")
    assert pair["verdict"] == "suppressed"
    assert pair[["difference", "lower95", "upper95", "comparator_value"]].isna().all()


def test_a_figure_that_never_came_is_not_available() -> None:
    found = run(
        [row("violence_rate", 1, 1), row("violence_rate", 1, 1, value_status="not_available", **COUNTRY)]
    )
    assert only(found, "country")["verdict"] == "not_available"


def test_a_change_in_counting_between_two_years_forbids_the_comparison() -> None:
    rows = [row("violence_rate", 1200, 30_000), row("violence_rate", 1000, 30_000, **EARLIER)]
    pair = only(run(rows, [CHANGE]), "previous_year")
    assert (pair["verdict"], pair["reason"]) == ("not_comparable", "April 2022: rules change")
    assert pair[["difference", "lower95", "upper95"]].isna().all()
    assert only(run(rows), "previous_year")["verdict"] == "higher"


def test_a_change_that_touches_another_indicator_forbids_nothing() -> None:
    rows = [row("violence_rate", 1200, 30_000), row("violence_rate", 1000, 30_000, **EARLIER)]
    other = {**CHANGE, "indicator_id": "dwelling_share"}
    assert only(run(rows, [other]), "previous_year")["verdict"] == "higher"


@pytest.mark.parametrize(
    ("breakdown", "kind", "verdict"),
    [
        ("offence_subgroup", "Arson", "not_comparable"),
        ("offence_subgroup", "Homicide", "higher"),
        ("none", "", "higher"),
        ("sex", "Arson", "higher"),
    ],
)
def test_a_change_for_one_kind_of_offence_forbids_nothing_for_another(
    breakdown: str, kind: str, verdict: str
) -> None:
    part = {"breakdown": breakdown, "breakdown_value": kind}
    rows = [row("violence_rate", 1200, 30_000, **part), row("violence_rate", 1000, 30_000, **EARLIER, **part)]
    change = {**CHANGE, "offence_subgroup": "Arson"}
    assert only(run(rows, [change]), "previous_year")["verdict"] == verdict


@pytest.mark.parametrize(("split", "verdict"), [("all", "higher"), ("domestic", "not_comparable")])
def test_a_change_of_the_flag_forbids_to_compare_the_parts_and_not_the_whole(
    split: str, verdict: str
) -> None:
    rows = [
        row("violence_rate", 1200, 30_000, split=split, breakdown_value=""),
        row("violence_rate", 1000, 30_000, split=split, breakdown_value="", **EARLIER),
    ]
    of_no_flag = [{**one, "split": "not_known", "numerator": 0.0, "value": 0.0} for one in rows]
    found = run([*rows, *of_no_flag], [{**CHANGE, "is_of_flag_alone": True}])
    assert only(found[found["split"] == split], "previous_year")["verdict"] == verdict


DRIVE = {
    **CHANGE, "break_id": "drive", "start_date": "2014-04-01", "end_date": "2020-03-31", "kind": "recording_rise",
    "label": "2014 to 2020: recording improves",
}  # fmt: skip
RECORDED = f"Recording improved in these years, so a rise may be one of recording alone ({DRIVE['label']})."


def financial_year(first: int) -> dict[str, object]:
    return {"period_start": f"{first}-04-01", "period_end": f"{first + 1}-03-31"}


@pytest.mark.parametrize(
    ("first", "number", "verdict", "reason"),
    [
        (2018, 1200, "cannot_be_told", RECORDED),
        (2019, 1200, "cannot_be_told", RECORDED),
        (2019, 800, "lower", RECORDED),
        (2014, 1200, "cannot_be_told", RECORDED),
        # The year before it began, and the last year in which it could improve.
        (2013, 1200, "higher", ""),
        (2020, 1200, "higher", ""),
    ],
)
def test_a_rise_while_recording_improves_is_not_told_as_one(
    first: int, number: float, verdict: str, reason: str
) -> None:
    rows = [
        row("violence_rate", number, 30_000, **financial_year(first)),
        row("violence_rate", 1000, 30_000, **financial_year(first - 1)),
    ]
    pair = only(run(rows, [DRIVE]), "previous_year")
    assert (pair["verdict"], pair["reason"]) == (verdict, reason)
    assert pair["difference"] > 0


def test_before_a_benchmark_of_later_and_better_recording_a_lower_rate_is_not_told() -> None:
    later = {**BENCHMARK, "indicator_id": "violence_rate", "value": 40.0, "denominator": 60_000_000}
    rows = [row("violence_rate", 1000, 30_000, **financial_year(2018))]
    pair = only(run(rows, [DRIVE], [later]), "benchmark")
    assert (pair["verdict"], RECORDED in pair["reason"]) == ("cannot_be_told", True)
    assert only(run(rows, [], [later]), "benchmark")["verdict"] == "lower"


def test_a_share_is_compared_with_its_caution_for_both_its_parts_are_recorded_better() -> None:
    rows = [
        row("dwelling_share", 600, 1000, **financial_year(2018)),
        row("dwelling_share", 400, 1000, **financial_year(2017)),
    ]
    pair = only(run(rows, [{**DRIVE, "indicator_id": "dwelling_share"}]), "previous_year")
    assert (pair["verdict"], pair["reason"]) == ("higher", RECORDED)


@pytest.mark.parametrize(
    ("here", "there", "words"),
    [(True, False, "this figure"), (False, True, "the other figure"), (True, True, "either figure")],
)
def test_residents_of_other_years_are_told_with_the_comparison_that_rests_on_them(
    here: bool, there: bool, words: str
) -> None:
    rows = [
        row("violence_rate", 1200, 30_000, is_population_estimated=here),
        row("violence_rate", 1000, 30_000, **EARLIER, is_population_estimated=there),
    ]
    pair = only(run(rows), "previous_year")
    assert (pair["verdict"], pair["reason"]) == (
        "higher",
        f"No estimate of residents covers {words}: those of the nearest years stand in.",
    )


def test_two_places_in_one_year_compare_although_counting_changed_within_it() -> None:
    rows = [row("violence_rate", 1200, 30_000), row("violence_rate", 1000, 30_000, **COUNTRY)]
    inside = {**CHANGE, "start_date": "2022-06-01"}
    assert only(run(rows, [inside]), "country")["verdict"] == "higher"


def test_a_year_of_restrictions_is_nothing_to_compare_with() -> None:
    rows = [row("violence_rate", 1200, 30_000), row("violence_rate", 1000, 30_000, **EARLIER)]
    assert only(run(rows, [COVID]), "previous_year")["verdict"] == "not_comparable"


RESTRICTED_YEAR = {"period_start": "2020-04-01", "period_end": "2021-03-31"}


@pytest.mark.parametrize("kind", ["previous_year", "baseline", "benchmark"])
def test_a_figure_of_restrictions_is_not_set_beside_another_year_either(kind: str) -> None:
    rows = [
        row("violence_rate", 1200, 30_000, **RESTRICTED_YEAR),
        row("violence_rate", 1000, 30_000, **BASELINE),
    ]
    later = {**BENCHMARK, "indicator_id": "violence_rate", "period_start": "2022-04-01"}
    later |= {"period_end": "2023-03-31", "value": 35.0}
    compared = run(rows, [COVID], [later])
    pair = only(compared[compared["period_start"] == pd.Timestamp(2020, 4, 1)], kind)
    assert (pair["verdict"], pair["reason"]) == ("not_comparable", COVID["label"])
    assert np.isnan(pair["difference"])


@pytest.mark.parametrize(
    ("month", "verdict"),
    [("2021-03", "not_comparable"), ("2021-07", "not_comparable"), ("2021-08", "higher")],
)
def test_a_month_of_restrictions_is_set_beside_no_other_year(month: str, verdict: str) -> None:
    def at(year: int) -> dict[str, str]:
        start = pd.Timestamp(f"{year}-{month[-2:]}-01")
        ends = start + pd.offsets.MonthEnd(1)
        return {"period_type": "month", "period_start": str(start.date()), "period_end": str(ends.date())}

    later = int(month[:4]) + 1
    rows = [
        row("violence_rate", 1200, 30_000, **at(later)),
        row("violence_rate", 1000, 30_000, **at(later - 1)),
    ]
    assert only(run(rows, [COVID]), "previous_year")["verdict"] == verdict


def test_two_places_compare_in_a_year_of_restrictions() -> None:
    rows = [
        row("violence_rate", 1200, 30_000, **RESTRICTED_YEAR),
        row("violence_rate", 1000, 30_000, **RESTRICTED_YEAR, **COUNTRY),
    ]
    assert only(run(rows, [COVID]), "country")["verdict"] == "higher"


def test_what_a_standard_asks_is_asked_under_restrictions_too() -> None:
    standard = {**BENCHMARK, "indicator_id": "violence_rate", "value": 35.0, "period_label": "standard"}
    standard |= {"period_start": None, "period_end": None}
    rows = [row("violence_rate", 1200, 30_000, **RESTRICTED_YEAR)]
    assert only(run(rows, [COVID], [standard]), "benchmark")["verdict"] == "higher"


def test_restrictions_that_lie_between_the_two_are_told_and_forbid_nothing() -> None:
    rows = [row("violence_rate", 1200, 30_000), row("violence_rate", 1000, 30_000, **BASELINE)]
    pair = only(run(rows, [COVID]), "baseline")
    assert (pair["verdict"], pair["reason"]) == (
        "higher",
        "Between the two lies what is left out of trends: April 2020 to July 2021: COVID restrictions.",
    )
    # The same period on both sides, and one that begins after them, have nothing between.
    beside = [row("violence_rate", 1200, 30_000), row("violence_rate", 1000, 30_000, **COUNTRY)]
    assert only(run(beside, [COVID]), "country")["reason"] == ""
    later = {"period_start": "2023-04-01", "period_end": "2024-03-31"}
    after = [row("violence_rate", 1200, 30_000, **later), row("violence_rate", 1000, 30_000)]
    assert only(run(after, [COVID]), "previous_year")["reason"] == ""


def test_the_baseline_is_2019_20_and_the_last_days_of_march_do_not_spoil_it() -> None:
    rows = [row("violence_rate", 1200, 30_000), row("violence_rate", 1000, 30_000, **BASELINE)]
    covid = {**CHANGE, "start_date": "2020-03-26", "end_date": "2021-07-19", "kind": "left_out"}
    pair = only(run(rows, [covid]), "baseline")
    assert (pair["period_start"], pair["verdict"]) == (pd.Timestamp(2022, 4, 1), "higher")


def domestic(numerator: float, denominator: float, unknown: float, **other: object) -> dict[str, object]:
    total = denominator + unknown
    lowest, highest = 100 * numerator / total, 100 * (numerator + unknown) / total
    more = {"lowest": lowest, "highest": highest, **other}
    return row("domestic_violence_share", numerator, denominator, **more)


def test_a_benchmark_without_a_total_is_known_without_error_and_says_so() -> None:
    pair = only(run([domestic(4600, 10_000, 0, **EARLIER)], benchmarks=[BENCHMARK]), "benchmark")
    assert (pair["difference"], pair["verdict"]) == (8.0, "higher")
    assert pair["reason"] == (
        "The benchmark is taken as known without error. The benchmark ends 12 months before this figure."
    )
    # Wilson's limits of 46%, less 38.
    assert (pair["lower95"], pair["upper95"]) == (7.0, 9.0)


def test_a_benchmark_of_a_known_total_has_an_error_of_its_own() -> None:
    small = {**BENCHMARK, "denominator": 100}
    pair = only(run([domestic(4600, 10_000, 0, **EARLIER)], benchmarks=[small]), "benchmark")
    assert (pair["difference"], pair["verdict"]) == (8.0, "cannot_be_told")
    assert pair["reason"].startswith("Too few to tell: the interval reaches from ")


def test_the_benchmark_of_the_nearest_year_is_taken_and_no_other() -> None:
    far = {**BENCHMARK, "period_label": "2015", "period_start": "2015-04-01", "period_end": "2015-09-30"}
    pair = only(run([domestic(1, 2, 0)], benchmarks=[far, BENCHMARK]), "benchmark")
    assert pair["comparator_label"] == "England and Wales, year to March 2021"


def test_a_comparable_benchmark_goes_before_a_nearer_one_that_is_not() -> None:
    later = {**BENCHMARK, "period_label": "2024", "period_start": "2023-04-01", "period_end": "2024-03-31"}
    change = {**CHANGE, "indicator_id": "domestic_violence_share", "start_date": "2023-05-15"}
    own = [domestic(4600, 10_000, 0)]
    pair = only(run(own, [change], [later, {**BENCHMARK, "period_end": "2020-12-31"}]), "benchmark")
    assert (pair["comparator_end"], pair["verdict"]) == (pd.Timestamp(2020, 12, 31), "higher")
    assert "ends 27 months before this figure" in pair["reason"]
    alone = only(run(own, [change], [later]), "benchmark")
    assert (alone["verdict"], alone["reason"]) == ("not_comparable", "April 2022: rules change")


def test_a_standard_without_a_period_stands_beside_every_figure_and_no_break_forbids_it() -> None:
    standard = {**BENCHMARK, "period_label": "recommended", "period_start": None, "period_end": None}
    change = {**CHANGE, "indicator_id": "domestic_violence_share"}
    found = run([domestic(4600, 10_000, 0)], [change], [BENCHMARK, standard])
    verdicts = found.set_index("comparator_label")["verdict"]
    assert verdicts["England and Wales, recommended"] == "higher"
    assert verdicts["England and Wales, year to March 2021"] == "not_comparable"


def test_pooled_years_stand_beside_the_benchmark_of_the_nearest_year() -> None:
    far = {**BENCHMARK, "period_label": "2015", "period_start": "2015-04-01", "period_end": "2015-09-30"}
    pooled = {"period_type": "pooled_years", "period_start": "2019-04-01", "period_end": "2022-03-31"}
    pair = only(run([domestic(4600, 10_000, 0, **pooled)], benchmarks=[far, BENCHMARK]), "benchmark")
    assert (pair["comparator_label"], pair["verdict"]) == ("England and Wales, year to March 2021", "higher")


def test_a_benchmark_says_of_whom_it_is() -> None:
    women = {**BENCHMARK, "scope": "adult women"}
    pair = only(run([domestic(4600, 10_000, 0, **EARLIER)], benchmarks=[women]), "benchmark")
    assert pair["reason"].endswith(" before this figure. Its scope: adult women.")


def test_a_benchmark_of_another_part_stands_beside_nothing() -> None:
    women = {**BENCHMARK, "breakdown": "sex", "breakdown_value": "Female"}
    assert run([domestic(1, 2, 0)], benchmarks=[women]).empty


def test_a_verdict_on_a_domestic_share_must_hold_whatever_the_unknown_flags_hide() -> None:
    country = domestic(3_800_000, 10_000_000, 0, **COUNTRY)
    few = only(run([domestic(4600, 10_000, 100), country]), "country")
    assert few["verdict"] == "higher"
    # 46% of known flags is 36.8% of all if none of 2,500 unknown ones is domestic.
    many = only(run([domestic(4600, 10_000, 2500), country]), "country")
    assert (many["verdict"], many["difference"]) == ("cannot_be_told", 8.0)


@pytest.mark.parametrize(
    ("unknown", "difference", "verdict", "share", "most"),
    [
        # 46% of known flags; of all offences 4,600 of 10,100, of 12,500 or of 14,000.
        (100, 7.5, "higher", "45.5", "46.5%, and the verdict would be the same"),
        (2500, -1.2, "cannot_be_told", "36.8", "56.8%, and the verdict would be higher, not similar"),
        (4000, -5.1, "cannot_be_told", "32.9", "61.4%, and the verdict would be higher, not lower"),
    ],
)
def test_beside_a_benchmark_the_difference_is_on_its_basis_and_a_verdict_must_hold_with_every_flag(
    unknown: int, difference: float, verdict: str, share: str, most: str
) -> None:
    pair = only(run([domestic(4600, 10_000, unknown)], benchmarks=[BENCHMARK]), "benchmark")
    assert (pair["difference"], pair["verdict"]) == (difference, verdict)
    counted = (
        f"As the benchmark does, this divides by all offences, whether their flag is known or not: {share}%."
    )
    assert f"{counted} With every unknown flag domestic it would be {most}." in pair["reason"]
    is_turned = "The verdict would change with what the unknown flags hide" in pair["reason"]
    assert is_turned == (verdict == "cannot_be_told")


def test_a_share_lower_with_every_unknown_flag_domestic_is_lower() -> None:
    pair = only(run([domestic(2000, 10_000, 1000)], benchmarks=[BENCHMARK]), "benchmark")
    assert (pair["verdict"], "it would be 27.3%, and the verdict would be the same." in pair["reason"]) == (
        "lower",
        True,
    )


def test_beside_a_benchmark_the_difference_is_that_of_the_published_lowest() -> None:
    # 4,600 of 12,500 is 36.8%; published as 36.7 the difference is of 36.7.
    pair = only(run([domestic(4600, 10_000, 2500, lowest=36.7)], benchmarks=[BENCHMARK]), "benchmark")
    assert pair["difference"] == -1.3


def test_where_every_flag_is_known_nothing_is_said_of_flags() -> None:
    pair = only(run([domestic(4600, 10_000, 0)], benchmarks=[BENCHMARK]), "benchmark")
    assert (pair["difference"], "flag" in pair["reason"]) == (8.0, False)


def test_none_flagged_beside_a_benchmark_is_none_of_all_offences() -> None:
    pair = only(run([domestic(0, 10_000, 2500)], benchmarks=[BENCHMARK]), "benchmark")
    assert pair["verdict"] == "lower"
    # Wilson's upper limit of 0 of 12,500 is 0.03%.
    assert tuple(pair[["difference", "lower95", "upper95"]]) == (-38.0, -38.0, -38.0)


@pytest.mark.parametrize(
    ("unknown", "benchmark", "verdict", "told"),
    [
        # 43.1 per 1,000: more of them can only raise it, so that higher stands though nobody knows how many.
        (None, 30.0, "higher", "How many those are is not published: with them it could be more."),
        (None, 60.0, "cannot_be_told", "How many those are is not published: with them it could be more."),
        (10, 30.0, "higher", "With every unknown flag domestic the verdict would be the same."),
        (10, 60.0, "lower", "With every unknown flag domestic the verdict would be the same."),
        (5000, 60.0, "cannot_be_told", "flag domestic the verdict would be higher, not lower."),
    ],
)
def test_beside_a_benchmark_a_rate_of_flagged_crime_leaves_out_what_has_no_flag(
    unknown: int | None, benchmark: float, verdict: str, told: str
) -> None:
    rate = {**BENCHMARK, "indicator_id": "domestic_crime_rate", "value": benchmark}
    beside = [] if unknown is None else [row("recorded_crime_rate", unknown, 12_000, split="not_known")]
    pair = only(run([row("domestic_crime_rate", 431, 10_000), *beside], benchmarks=[rate]), "benchmark")
    assert pair["verdict"] == verdict
    counted = "As the benchmark does, this leaves out offences whose flag is not known."
    assert counted in pair["reason"]
    assert told in pair["reason"]


@pytest.mark.parametrize(
    ("bounds", "verdict", "told"),
    [
        # 2 of 40; 20 more of them without a flag.
        (
            {"lowest": 5.0, "highest": 55.0},
            "cannot_be_told",
            "5%. With every unknown flag domestic it would be 55%, and the verdict would be higher",
        ),
        (
            {"lowest": None, "highest": None},
            "cannot_be_told",
            "5%. How many those are is not published: with them it could be more.",
        ),
        ({"lowest": 5.0, "highest": 5.0}, "lower", ""),
    ],
)
def test_a_share_of_all_homicides_stands_beside_a_benchmark_as_it_is(
    bounds: dict[str, float | None], verdict: str, told: str
) -> None:
    share = row("homicide_domestic_share", 2, 40, **bounds)
    national = {**BENCHMARK, "indicator_id": "homicide_domestic_share", "value": 19.0}
    pair = only(run([share], benchmarks=[national]), "benchmark")
    assert (pair["difference"], pair["verdict"]) == (-14.0, verdict)
    assert told in pair["reason"]
    assert bool(told) == ("flag" in pair["reason"])


def test_a_domestic_share_without_published_bounds_has_no_verdict() -> None:
    unknown = domestic(4600, 10_000, 0, lowest=None, highest=None)
    assert only(run([unknown], benchmarks=[BENCHMARK]), "benchmark")["verdict"] == "cannot_be_told"


@pytest.mark.parametrize(
    ("blanks", "verdict"),
    # 40% is higher than 33% and than 38%; with 800 blanks the other may be 41%, and hidden ones may be anything.
    [(0, "higher"), (500, "higher"), (800, "cannot_be_told"), (None, "cannot_be_told")],
)
def test_a_verdict_on_a_share_with_blanks_must_hold_whatever_they_hide(
    blanks: float | None, verdict: str
) -> None:
    most = None if blanks is None else 33 + blanks / 100
    found = run(
        [
            row("alcohol_share", 4000, 10_000, lowest=40.0, highest=40.0),
            row(
                "alcohol_share", 3300, 10_000, lowest=None if most is None else 33.0, highest=most, **EARLIER
            ),
        ]
    )
    pair = only(found, "previous_year")
    assert (pair["verdict"], pair["difference"]) == (verdict, 7.0)
    assert ("blanks" in pair["reason"]) == (verdict == "cannot_be_told")


def test_blanks_are_no_less_open_beside_a_benchmark() -> None:
    # 40% is lower than 43%, and 50% with the blanks is higher: only of the flag does a benchmark say what it does.
    share = row("alcohol_share", 4000, 10_000, lowest=40.0, highest=50.0)
    found = run([share], benchmarks=[{**BENCHMARK, "indicator_id": "alcohol_share", "value": 43.0}])
    pair = only(found, "benchmark")
    assert (pair["verdict"], pair["difference"]) == ("cannot_be_told", -3.0)
    assert "divides by all offences" not in pair["reason"]


def knives(count: int, blanks: float | None, **other: object) -> dict[str, object]:
    """The knife crime of 100,000 people, with so many offences that do not say; None: hidden."""
    open_to = {} if blanks is None else {"lowest": count / 100, "highest": (count + blanks) / 100}
    return row("knife_rate", count, 100_000, **open_to, **other)


@pytest.mark.parametrize(
    ("blanks", "verdict"),
    # 500 against 300; with 150 blanks they may be 450, and with 300 as many as 600.
    [
        (0, "higher"),
        (50, "higher"),
        (150, "cannot_be_told"),
        (300, "cannot_be_told"),
        (None, "cannot_be_told"),
    ],
)
def test_a_verdict_on_a_rate_with_blanks_must_hold_whatever_they_hide(
    blanks: float | None, verdict: str
) -> None:
    pair = only(run([knives(500, 0), knives(300, blanks, **EARLIER)]), "previous_year")
    assert (pair["verdict"], pair["difference"]) == (verdict, 1.667)
    assert ("blanks" in pair["reason"]) == (verdict == "cannot_be_told")


@pytest.mark.parametrize(
    ("without_flag", "blanks_of_those", "verdict"),
    [
        (50, 0, "higher"),
        (50, 100, "cannot_be_told"),
        (150, 0, "cannot_be_told"),
        (50, None, "cannot_be_told"),
    ],
)
def test_a_flagged_part_of_a_rate_with_blanks_could_gain_all_that_have_no_flag(
    without_flag: int, blanks_of_those: float | None, verdict: str
) -> None:
    flagged = {"split": "domestic"}
    unknown = knives(without_flag, blanks_of_those, split="not_known", **EARLIER)
    none = knives(0, 0, split="not_known")
    pairs = run([knives(500, 0, **flagged), knives(300, 0, **flagged, **EARLIER), unknown, none])
    assert only(pairs[pairs["split"] == "domestic"], "previous_year")["verdict"] == verdict


@pytest.mark.parametrize(("left", "verdict"), [(200, "higher"), (6000, "cannot_be_told")])
def test_the_rest_of_the_area_has_the_unknown_flags_that_are_left_to_it(left: float, verdict: str) -> None:
    # 60% of 5,000, at least 46.2% with 1,500 unknown, beside 40% of the 20,000 that are left: at most 40.6% with
    # 200 unknown, and 53.8% with 6,000. With the 1,700 of the whole area it would be 44.7%, and too near.
    rows = [domestic(11_000, 25_000, left + 1500), domestic(3000, 5000, 1500, **DISTRICT)]
    pair = only(run(rows), "area")
    assert (pair["comparator_value"], pair["difference"]) == (40.0, 20.0)
    assert pair["verdict"] == verdict


@pytest.mark.parametrize(
    ("indicator_id", "split", "unknown", "verdict"),
    [
        # 431 beside 565 offences is lower, unless 200 unknown ones may be domestic.
        ("violence_rate", "domestic", ("violence_rate", 10), "lower"),
        ("violence_rate", "non_domestic", ("violence_rate", 10), "lower"),
        ("violence_rate", "domestic", ("violence_rate", 200), "cannot_be_told"),
        ("violence_rate", "non_domestic", ("violence_rate", 200), "cannot_be_told"),
        ("violence_rate", "domestic", None, "cannot_be_told"),
        ("violence_rate", "all", None, "lower"),
        ("domestic_crime_rate", "all", ("recorded_crime_rate", 10), "lower"),
        ("domestic_crime_rate", "all", ("recorded_crime_rate", 200), "cannot_be_told"),
        ("domestic_crime_rate", "all", ("violence_rate", 10), "cannot_be_told"),
        # Each further victim is one of a crime without a flag.
        ("domestic_victim_rate", "all", ("recorded_crime_rate", 10), "lower"),
        ("domestic_victim_rate", "all", ("recorded_crime_rate", 200), "cannot_be_told"),
        # No officer sets a flag on a call.
        ("helpline_rate", "all", None, "lower"),
    ],
)
def test_a_verdict_on_a_domestic_rate_must_hold_whatever_the_unknown_flags_hide(
    indicator_id: str, split: str, unknown: tuple[str, float] | None, verdict: str
) -> None:
    rows = [
        row(indicator_id, 431, 10_000, split=split),
        row(indicator_id, 565, 10_000, split=split, **EARLIER),
    ]
    if unknown:
        name, count = unknown
        rows += [
            row(name, count, 12_000, split="not_known"),
            row(name, 10, 12_000, split="not_known", **EARLIER),
        ]
    found = run(rows)
    pair = only(found[(found["indicator_id"] == indicator_id) & (found["split"] == split)], "previous_year")
    assert (pair["verdict"], pair["difference"]) == (verdict, 0.763)


@pytest.mark.parametrize(
    ("kind", "start", "end", "is_named"),
    [
        ("gradual", "2021-04-01", "2024-07-31", True),
        ("gradual", "2022-09-01", "2022-10-31", True),
        # What is shaded is drawn alone, and what was over before either says nothing.
        ("shading", "2021-04-01", "2024-07-31", False),
        ("gradual", "2018-04-01", "2020-07-31", False),
    ],
)
def test_a_gradual_change_is_named_and_parts_no_two_years(
    kind: str, start: str, end: str, is_named: bool
) -> None:
    change = {**CHANGE, "kind": kind, "start_date": start, "end_date": end, "label": "care moves"}
    rows = [row("violence_rate", 431, 10_000), row("violence_rate", 565, 10_000, **EARLIER)]
    pair = only(run(rows, [change]), "previous_year")
    assert pair["verdict"] == "lower"
    assert ("Meanwhile counting changed place by place: care moves." in pair["reason"]) == is_named


def test_a_hidden_count_of_unknown_flags_leaves_a_domestic_rate_without_verdict() -> None:
    rows = [
        row("violence_rate", 431, 10_000, split="domestic"),
        row("violence_rate", 565, 10_000, split="domestic", **EARLIER),
        row("violence_rate", 3, 12_000, split="not_known", value_status="suppressed"),
        row("violence_rate", 10, 12_000, split="not_known", **EARLIER),
    ]
    found = run(rows)
    pair = only(found[found["split"] == "domestic"], "previous_year")
    assert (pair["verdict"], pair["difference"]) == ("cannot_be_told", 0.763)


def test_the_limits_of_a_difference_between_rounded_counts_cover_the_rounding() -> None:
    rows = [row("violence_rate", 200, 30_000), row("violence_rate", 100, 30_000, **COUNTRY)]
    assert tuple(only(run(rows), "country")[["difference", "lower95", "upper95"]]) == (2.0, 1.573, 2.543)
    # The lower limit of 197.5 beside 102.5, and the upper of 202.5 beside 97.5.
    rounded = only(run(rows, error=2.5), "country")
    assert tuple(rounded[["difference", "lower95", "upper95"]]) == (2.0, 1.518, 2.645)


def test_a_verdict_on_rounded_counts_must_hold_at_both_ends() -> None:
    clear = [row("violence_rate", 200, 30_000), row("violence_rate", 100, 30_000, **COUNTRY)]
    assert only(run(clear, error=2.5), "country")["verdict"] == "higher"
    close = [row("violence_rate", 130, 30_000), row("violence_rate", 100, 30_000, **COUNTRY)]
    assert only(run(close), "country")["verdict"] == "higher"
    assert only(run(close, error=2.5), "country")["verdict"] == "cannot_be_told"


@pytest.mark.parametrize("indicator_id", ["lens_offences", "domestic_harm"])
def test_a_count_or_a_weighted_total_is_not_compared(indicator_id: str) -> None:
    assert run([row(indicator_id, 10, 1), row(indicator_id, 10, 1, **COUNTRY)]).empty


@pytest.fixture(scope="module")
def published(demonstration: Settings) -> pd.DataFrame:
    return pd.read_parquet(demonstration.published / "comparisons.parquet")


def test_every_comparison_is_of_a_published_figure_and_is_made_once(
    demonstration: Settings, published: pd.DataFrame
) -> None:
    keys = ["indicator_id", *CELL]
    values = pd.read_parquet(demonstration.published / "indicator_values.parquet")
    assert not published.duplicated([*keys, "comparator_kind", "comparator_label"]).any()
    assert len(published.merge(values[keys], on=keys)) == len(published)


def test_no_number_stands_where_there_is_no_verdict_and_one_where_there_is(published: pd.DataFrame) -> None:
    is_made = published["verdict"].isin(["higher", "lower", "similar", "cannot_be_told"])
    assert {"suppressed", "not_available", "not_comparable"} <= set(published.loc[~is_made, "verdict"])
    numbers = published[["difference", "lower95", "upper95"]]
    assert numbers[~is_made].isna().all(axis=None)
    assert numbers[is_made].notna().all(axis=None)
    assert (published.loc[~is_made, "reason"] != "").all()


def test_a_comparison_of_a_hidden_figure_is_hidden(demonstration: Settings, published: pd.DataFrame) -> None:
    values = pd.read_parquet(demonstration.published / "indicator_values.parquet")
    hidden = values.loc[values["value_status"] == "suppressed", ["indicator_id", *CELL]]
    beside = published.merge(hidden, on=["indicator_id", *CELL])
    assert len(beside) > 0
    assert set(beside["verdict"]) == {"suppressed"}
