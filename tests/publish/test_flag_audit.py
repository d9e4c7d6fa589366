"""The published flag audit: what it says of each month, what stands out, and that no small count can be worked out."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import pytest

from pipeline.publish.flag_audit import COUNTS, FIGURES, audit_flags, protect_months
from pipeline.settings import Settings

THRESHOLD = 5
MONTH = pd.Timestamp("2019-04-01")
FIGURE_COLUMNS = [f"{figure}_{column}" for figure in FIGURES for column in ("percent", "status")]
INDICATORS = pd.DataFrame(
    {
        "indicator_id": ["violence_rate", "domestic_crime_rate", "robbery_rate"],
        "numerator_measure_id": ["violence", "domestic_crime", "robbery"],
    }
)
NO_BREAKS = pd.DataFrame(
    {
        "indicator_id": [],
        "offence_subgroup": [],
        "is_of_flag_alone": [],
        "kind": [],
        "start_date": pd.to_datetime([]),
        "end_date": pd.to_datetime([]),
    }
)


def month(
    records: int = 2000, unknown: int = 200, domestic: int = 600, expected: int = 800,
    cannot_be_told: int = 400, not_flagged: int = 240,
) -> tuple[int, ...]:  # fmt: skip
    """COUNTS of one month of one force."""
    return records, records - unknown, domestic, expected, cannot_be_told, not_flagged


def series(
    months: Sequence[tuple[int, ...]], force: str = "X23000001", measure: str = "violence"
) -> pd.DataFrame:
    """Rows of fct_flag_audit from April 2019."""
    return pd.DataFrame(months, columns=list(COUNTS)).assign(
        police_force_code=force,
        police_force_name="Exampleshire",
        measure_id=measure,
        month_start=pd.date_range("2019-04-01", periods=len(months), freq="MS"),
        threshold=float(THRESHOLD),
        rounding_base=np.nan,
    )


def figures(*hidden: str, start: str = "2019-04-01", area_type: str = "vru") -> pd.DataFrame:
    """Published values in which these indicators are hidden in that month."""
    return pd.DataFrame(
        {
            "indicator_id": list(hidden),
            "lens_id": "",
            "area_type": area_type,
            "period_type": "month",
            "period_start": pd.Timestamp(start),
            "period_end": pd.Timestamp(start),
            "value_status": "suppressed",
        }
    )


def all_told(counts: pd.DataFrame) -> pd.DataFrame:
    """Published values in which every month of the area is told."""
    months = pd.DataFrame({"period_start": counts["month_start"].unique()})
    return months.merge(INDICATORS[["indicator_id"]], how="cross").assign(
        period_end=lambda rows: rows["period_start"],
        lens_id="",
        area_type="vru",
        period_type="month",
        value_status="reported",
    )


def audit(
    counts: pd.DataFrame, values: pd.DataFrame | None = None, breaks: pd.DataFrame = NO_BREAKS
) -> pd.DataFrame:
    """The audit of counts, every month of which is told besides what these values hide."""
    both = pd.concat([all_told(counts), *([] if values is None else [values])], ignore_index=True)
    return audit_flags(counts, both, INDICATORS, breaks)


def statuses(*months: tuple[int, ...]) -> list[tuple[str, ...]]:
    audited = audit(series(months))
    return [tuple(row) for row in audited[[f"{figure}_status" for figure in FIGURES]].to_numpy()]


def test_each_percentage_has_its_own_base() -> None:
    [row] = audit(series([month()])).to_dict("records")
    assert [row[f"{figure}_percent"] for figure in FIGURES] == [90.0, 33.3, 50.0, 20.0, 30.0]
    assert {row[f"{figure}_status"] for figure in FIGURES} == {"reported"}


def test_counts_are_rounded_to_ten_before_a_percentage_is_made() -> None:
    near, far = audit(series([month(unknown=195), month(unknown=204)]))["completeness_percent"]
    assert near == far == 90.0


def test_fewer_than_ten_without_a_flag_read_as_none() -> None:
    few = [month(unknown=number) for number in range(10)]
    assert set(audit(series(few))["completeness_percent"]) == {100.0}
    assert audit(series([month(unknown=10)]))["completeness_percent"].tolist() == [99.5]


@pytest.mark.parametrize(
    ("records", "status"), [(0, "not_available"), (24, "not_available"), (25, "reported")]
)
def test_a_month_of_under_twenty_five_records_says_nothing(records: int, status: str) -> None:
    assert statuses(month(records, 0, 0, 0, 0, 0))[0][0] == status


def test_a_figure_without_a_base_of_its_own_is_not_available_and_one_with_little_left_is_hidden() -> None:
    no_flags = month(unknown=1990, domestic=6)
    assert statuses(no_flags)[0][:2] == ("reported", "not_available")
    assert audit(series([no_flags]))["completeness_percent"].tolist() == [0.0]
    assert statuses(month(unknown=200, domestic=1790))[0][:2] == ("reported", "suppressed")
    assert statuses(month(cannot_be_told=1980, expected=15))[0][2:] == ("not_available",) * 3
    assert statuses(month(cannot_be_told=400, expected=1590))[0][2:] == ("suppressed",) * 3
    assert statuses(month(expected=24, not_flagged=10))[0][2:] == ("reported", "reported", "not_available")


@pytest.mark.parametrize(
    ("measure", "hidden", "is_hidden"),
    [
        ("violence", figures("violence_rate"), True),
        ("recorded_crime", figures("domestic_crime_rate"), True),
        ("violence", figures("domestic_crime_rate"), False),
        ("violence", figures("robbery_rate"), False),
        ("violence", figures("violence_rate", start="2019-05-01"), False),
        ("violence", figures("violence_rate", area_type="lad"), False),
    ],
)
def test_a_month_whose_published_figures_are_hidden_is_hidden(
    measure: str, hidden: pd.DataFrame, is_hidden: bool
) -> None:
    [row] = audit(series([month()], measure=measure), hidden).to_dict("records")
    assert {row[f"{figure}_status"] for figure in FIGURES} == {"suppressed" if is_hidden else "reported"}
    assert np.isnan(row["completeness_percent"]) == is_hidden


@pytest.mark.parametrize("records", [3, 13, 2000])
def test_a_month_that_is_hidden_tells_no_number_of_records_and_not_whether_there_are_few(
    records: int,
) -> None:
    counts = series([(records, records, 0, 0, 0, 0)])
    [row] = audit(counts, figures("violence_rate")).to_dict("records")
    assert np.isnan(row["record_count"])
    assert {row[f"{figure}_status"] for figure in FIGURES} == {"suppressed"}


def test_a_month_of_which_no_figure_is_told_tells_no_number_of_records() -> None:
    [row] = audit_flags(series([month()]), figures(), INDICATORS, NO_BREAKS).to_dict("records")
    assert np.isnan(row["record_count"])
    assert {row[f"{figure}_status"] for figure in FIGURES} == {"not_available"}


@pytest.mark.parametrize("area_type", ["lad", "force"])
def test_of_two_forces_a_hidden_district_hides_the_months_of_its_year(area_type: str) -> None:
    both = pd.concat([series([month()] * 13), series([month()] * 13, force="X23000009")], ignore_index=True)
    hidden = figures("violence_rate", area_type=area_type).assign(
        period_type="financial_year", period_end=pd.Timestamp("2020-03-31")
    )
    table = audit(both, hidden)
    assert set(table.loc[table["period_start"] < "2020-04-01", "completeness_status"]) == {"suppressed"}
    assert set(table.loc[table["period_start"] == "2020-04-01", "completeness_status"]) == {"reported"}


def test_counts_under_an_agreement_are_rounded_to_a_multiple_of_its_base() -> None:
    counts = series([month(records=2017)]).assign(threshold=8.0, rounding_base=5.0)
    assert audit(counts)["record_count"].tolist() == [2020]


def test_of_two_forces_neither_is_shown_where_one_has_few() -> None:
    few, many = series([month(unknown=3)]), series([month()], force="X23000009")
    assert set(audit(pd.concat([few, many], ignore_index=True))["completeness_status"]) == {"suppressed"}
    both = pd.concat([series([month()]), many], ignore_index=True)
    assert set(audit(both)["completeness_status"]) == {"reported"}


def every(**ranges: Sequence[int]) -> pd.DataFrame:
    """Every combination of the values, one a row."""
    grid = np.meshgrid(*ranges.values(), indexing="ij")
    return pd.DataFrame({name: axis.ravel() for name, axis in zip(ranges, grid, strict=True)})


def rows_of(cases: pd.DataFrame, force: str = "X23000001") -> pd.DataFrame:
    """Rows of fct_flag_audit, one a case; what a case does not say is none."""
    counts = cases.assign(flag_known_count=cases["record_count"] - cases["unknown"])
    return counts.reindex(columns=list(COUNTS), fill_value=0).assign(
        police_force_code=force,
        police_force_name="",
        measure_id="recorded_crime",
        month_start=MONTH,
        threshold=float(THRESHOLD),
        rounding_base=np.nan,
    )


def published_of(counts: pd.DataFrame) -> pd.DataFrame:
    """What is told of each row, were it the only one."""
    told_months = {("recorded_crime", MONTH)}
    table = protect_months(counts.reset_index(drop=True), told_months, set())
    return table[[*FIGURE_COLUMNS, "record_count"]].add_suffix(f"_{counts['police_force_code'].iloc[0]}")


def told(
    cases: pd.DataFrame, published: Sequence[pd.DataFrame], known: list[str], secrets: list[str]
) -> list[str]:
    """The secrets of which some small count is not possible at the threshold and above too, and as far away as that
    less 1, whatever fits what is published and `known`."""
    seen = pd.concat([cases[known].reset_index(drop=True)], axis=1)
    for table in published:
        seen = pd.concat([seen, table.reset_index(drop=True)], axis=1)
    groups = seen.groupby(list(seen.columns), dropna=False).ngroup()
    worked_out = []
    for name in secrets:
        secret = cases[name].reset_index(drop=True)
        is_small = (secret > 0) & (secret < THRESHOLD)
        assert is_small.any(), name
        possible = secret.groupby(groups)
        most, least = possible.transform("max"), possible.transform("min")
        if (is_small & ((most < THRESHOLD) | (most - least < THRESHOLD - 1))).any():
            worked_out.append(name)
    return worked_out


def test_no_small_count_of_flags_is_narrow_where_only_the_records_are_known() -> None:
    cases = every(record_count=range(20, 75), unknown=range(75), domestic_count=range(75))
    cases["non_domestic"] = cases["record_count"] - cases["unknown"] - cases["domestic_count"]
    cases["known"] = cases["record_count"] - cases["unknown"]
    cases = cases[cases["non_domestic"] >= 0]
    secrets = ["unknown", "domestic_count", "non_domestic", "known"]
    assert told(cases, [published_of(rows_of(cases))], ["record_count"], secrets) == []


@pytest.mark.parametrize(
    ("records", "domestic"), [(40, [0, 5, 12, 35, 40]), (61, [6, 30, 56]), (75, [0, 35, 61]), (101, [44, 57])]
)
def test_no_small_count_of_the_proxy_is_narrow_beside_exact_counts_of_flags(
    records: int, domestic: list[int]
) -> None:
    """The published figures tell, of a month in which nothing is hidden, records and flags of each kind."""
    numbers = range(records + 1)
    cases = every(
        record_count=[records],
        domestic_count=domestic,
        expected_count=numbers,
        expected_not_flagged_count=numbers,
        cannot_be_told_count=numbers,
    ).assign(unknown=0)
    cases["expected_and_flagged"] = cases["expected_count"] - cases["expected_not_flagged_count"]
    cases["flagged_only"] = cases["domestic_count"] - cases["expected_and_flagged"]
    cases["not_expected"] = cases["record_count"] - cases["expected_count"] - cases["cannot_be_told_count"]
    cases["neither"] = cases["record_count"] - cases["domestic_count"] - cases["expected_not_flagged_count"]
    parts = ["expected_and_flagged", "flagged_only", "not_expected", "neither"]
    cases = cases[(cases[parts] >= 0).all(axis=1)]
    secrets = [*parts, "expected_count", "expected_not_flagged_count", "cannot_be_told_count"]
    known = ["record_count", "domestic_count"]
    assert told(cases, [published_of(rows_of(cases))], known, secrets) == []


@pytest.mark.parametrize("count", ["unknown", "domestic_count"])
def test_no_small_count_of_two_forces_is_narrow_beside_the_area_s(count: str) -> None:
    cases = every(one=range(60), other=range(60)).assign(record_count=90)
    cases["area"] = cases["one"] + cases["other"]
    # A small count of the area is hidden, and its month with it.
    cases = cases[~cases["area"].between(1, THRESHOLD - 1)]
    months = pd.date_range("1700-01-01", periods=len(cases), freq="MS")
    forces = [
        rows_of(cases.assign(**{"unknown": 20, "domestic_count": 20, count: cases[name]}), force).assign(
            month_start=months
        )
        for name, force in (("one", "X23000001"), ("other", "X23000009"))
    ]
    table = audit(pd.concat(forces, ignore_index=True))
    seen = [
        rows.sort_values("period_start")[FIGURE_COLUMNS].add_suffix(str(force))
        for force, rows in table.groupby("police_force_code")
    ]
    assert told(cases, seen, ["area"], ["one", "other"]) == []


def test_a_force_whose_domestic_crimes_swell_within_a_year_stands_out() -> None:
    """As a request for information showed: 7,695 in July 2021, 19,458 in June 2022, 134,695 in the year.

    The months between are ours, and so are the other records, the same number every month.
    """
    rise = (np.arange(12) / 11) ** 2.57
    domestic = np.round(7695 + (19458 - 7695) * rise).astype(int)
    assert (domestic[0], domestic[-1]) == (7695, 19458)
    assert abs(domestic.sum() - 134_695) < 200
    months = [month(18_000 + int(number), 300, int(number)) for number in domestic]
    audited = audit(series(months))
    jumps = audited[audited["is_jump"]]
    assert audited["domestic_percent"].iloc[[0, -1]].tolist() == [30.3, 52.4]
    assert set(jumps["domestic_signal"]) <= {"trend", "outside_limits"}
    assert {9, 10, 11} <= set(jumps.index)


# Of five and of seven months: no season of twelve.
STEADY = [
    month(unknown=(200, 260, 220, 280, 240)[n % 5], domestic=600 + 10 * (0, 2, 1, 3, 0, 3, 1)[n % 7])
    for n in range(36)
]


def test_a_steady_flag_has_no_jumps() -> None:
    assert not audit(series(STEADY))["is_jump"].any()


def test_three_months_without_one_district_s_flags_are_jumps_of_completeness() -> None:
    months = [*STEADY]
    months[20:23] = [month(unknown=600)] * 3
    audited = audit(series(months))
    assert audited.index[audited["is_jump"]].tolist() == [20, 21, 22]
    assert set(audited.loc[20:22, "completeness_signal"]) == {"outside_limits"}


def test_a_step_that_rounding_could_make_is_no_signal() -> None:
    """Between 9 and 10 of 200 without a flag lies a step of 5 points that is none."""
    months = [month(200, 9, 60, 80, 40, 16)] * 30
    months[15] = month(200, 10, 60, 80, 40, 16)
    audited = audit(series(months))
    assert audited["completeness_percent"].nunique() == 2
    assert not audited["is_jump"].any()


@pytest.mark.parametrize(
    ("indicator", "kind", "is_new_level"),
    [
        ("domestic_violence_share", "rule_change", True),
        ("domestic_violence_share", "shading", False),
        ("robbery_rate", "rule_change", False),
    ],
)
def test_limits_of_the_flag_start_anew_at_a_break_that_touches_it(
    indicator: str, kind: str, is_new_level: bool
) -> None:
    months = [*STEADY[:18], *(month(unknown=(900, 960, 920, 980)[n % 4]) for n in range(18))]
    breaks = pd.DataFrame(
        {
            "indicator_id": [indicator],
            "offence_subgroup": [""],
            "is_of_flag_alone": [False],
            "kind": [kind],
            "start_date": pd.to_datetime(["2020-10-01"]),
            "end_date": pd.NaT,
        }
    )
    assert audit(series(months), breaks=breaks)["is_jump"].any() != is_new_level


WAVE = np.cos(2 * np.pi * (np.arange(48) - 3) / 12)


def drawn(seed: int, shares: np.ndarray) -> list[tuple[int, ...]]:
    """Months of 4,000 records of which about so large a share of those with a flag is domestic."""
    random = np.random.default_rng(seed)
    return [month(4000, 200, int(random.binomial(3800, share))) for share in shares]


def months_of_jumps(months: list[tuple[int, ...]]) -> set[int]:
    table = audit(series(months))
    return set(table.index[table["domestic_signal"] != ""])


def test_a_season_of_the_flagged_share_is_no_jump_and_hides_none() -> None:
    plain, seasonal = np.full(48, 0.33), 0.33 * (1 + 0.12 * WAVE)
    for shares in (plain, seasonal):
        found = [months_of_jumps(drawn(seed, shares)) for seed in range(20)]
        # Limits of three standard deviations: of 960 months chance puts a few outside.
        assert sum(map(len, found)) <= 20
        fallen = shares.copy()
        fallen[[30, 31]] *= 0.7
        assert all({30, 31} <= months_of_jumps(drawn(seed, fallen)) for seed in range(20))


def test_a_season_that_two_years_do_not_tell_is_judged_as_it_is() -> None:
    swing = 0.33 * (1 + 0.12 * WAVE)
    assert months_of_jumps(drawn(0, swing[:18]))
    assert not months_of_jumps(drawn(0, swing[:30])) & set(range(30))


RESTRICTIONS = pd.DataFrame(
    {
        "indicator_id": ["domestic_violence_share"],
        "offence_subgroup": [""],
        "is_of_flag_alone": [False],
        "kind": ["left_out"],
        "start_date": pd.to_datetime(["2020-04-01"]),
        "end_date": pd.to_datetime(["2021-07-19"]),
    }
)


def test_what_restrictions_did_to_two_aprils_makes_no_other_april_stand_out() -> None:
    shares = np.full(60, 0.33)
    shares[[12, 24]] = 0.45
    months = drawn(1, shares)
    audited = audit(series(months), breaks=RESTRICTIONS)
    assert not audited["is_jump"].any()
    assert audit(series(months))["is_jump"].any()


def test_flags_that_fail_under_restrictions_are_a_jump_as_ever() -> None:
    months = [*STEADY]
    months[20:23] = [month(unknown=600)] * 3
    audited = audit(series(months), breaks=RESTRICTIONS)
    assert audited.index[audited["is_jump"]].tolist() == [20, 21, 22]


def test_under_twelve_months_nothing_is_judged() -> None:
    months = [*STEADY[:10], month(unknown=900)]
    assert set(audit(series(months))["completeness_signal"]) == {""}


def test_a_hidden_month_is_neither_a_jump_nor_part_of_one() -> None:
    months = [*STEADY]
    months[20] = month(unknown=600)
    row = audit(series(months), figures("violence_rate", start="2020-12-01")).loc[20]
    assert (row["completeness_status"], row["completeness_signal"], row["is_jump"]) == (
        "suppressed",
        "",
        False,
    )


def test_the_demonstration_s_outage_shows_as_a_fall_in_completeness(demonstration: Settings) -> None:
    table = pd.read_parquet(demonstration.published / "flag_audit.parquet").set_index("period_start")
    for measure in ("recorded_crime", "violence"):
        filled = table.loc[table["measure_id"] == measure, "completeness_percent"]
        outage = filled["2022-09":"2022-11"]  # type: ignore[misc]
        assert len(outage) == 3
        assert outage.max() < filled.drop(outage.index).min() - 5
        fallen = table[table["measure_id"] == measure].loc[outage.index]
        assert set(fallen["completeness_signal"]) == {"outside_limits"}
        assert fallen["is_jump"].all()


def test_an_area_without_records_has_an_empty_audit() -> None:
    assert audit(series([])).empty


def test_the_april_after_two_of_restrictions_is_no_jump_in_the_demonstration(
    demonstration: Settings,
) -> None:
    table = pd.read_parquet(demonstration.published / "flag_audit.parquet")
    flagged = table[table["domestic_signal"] != ""]
    assert flagged.empty


def test_the_demonstration_s_outage_moves_no_limit_of_the_unknown_flags(demonstration: Settings) -> None:
    table = pd.read_parquet(demonstration.published / "signals.parquet")
    unknown = table[table["indicator_id"] == "domestic_flag_unknown_share"]
    months = pd.to_datetime(unknown["period_start"])
    outside = set(months[unknown["signal"] == "outside_limits"])
    assert outside == set(pd.date_range("2022-09-01", "2022-11-01", freq="MS"))
    stretch = unknown[months.between("2021-08-01", "2023-04-01")]
    usual = stretch[stretch["signal"] != "outside_limits"]
    # With its three months the outage would put the centre two points higher.
    assert abs(usual["centre"].mean() - usual["value"].mean()) < 0.5
