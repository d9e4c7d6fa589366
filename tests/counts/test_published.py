"""The published numbers follow from each other, and from no hidden one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

import pandas as pd
import pytest
from PHStatsMethods.confidence_intervals import (
    byars_lower,
    byars_upper,
    exact_upper,
    wilson_lower,
    wilson_upper,
)

from pipeline.publish.companions import BOUNDS
from pipeline.settings import Settings
from tests.conftest import query, read_values
from tests.counts.drawn import DISTRICTS, Row, crime, lookup, population, quiet_months
from tests.counts.reference import read_seed

AREAS = ["demonstration", "dense"]
KEY = ["indicator_id", "lens_id", "area_type", "area_code", "period_type", "period_start", "breakdown",
       "breakdown_value", "split"]  # fmt: skip
HIDDEN, SHOWN = "suppressed", "reported"


@pytest.fixture
def figures(request: pytest.FixtureRequest) -> pd.DataFrame:
    """Every published figure of counts with the true ones, the measures that they count and their policies.

    Weighted totals have counts of their own behind them: see below.
    """
    every = read_figures(request.getfixturevalue(request.param))
    return every[~every["indicator_id"].isin(weighted())].reset_index(drop=True)


def weighted() -> dict[str, dict[str, str]]:
    """The indicators that add counts up by what one weighs."""
    return {row["indicator_id"]: row for row in read_seed("indicators") if row["kind"] == "weighted"}


def read_figures(settings: Settings) -> pd.DataFrame:
    """Every published figure beside its row of the warehouse; the columns of that are called true_…"""
    columns = [*KEY, "numerator", "denominator", "value_status", "numerator_measure_id", "numerator_split",
               "denominator_measure_id", "denominator_breakdown", "denominator_breakdown_value",
               "denominator_split", "policy_id", "denominator_policy_id"]  # fmt: skip
    rows = query(settings, f"select {', '.join(columns)} from fct_indicator_values")
    truth = pd.DataFrame(rows, columns=columns).rename(
        columns={name: f"true_{name}" for name in ("numerator", "denominator", "value_status")}
    )
    truth["period_start"] = pd.to_datetime(truth["period_start"])
    kinds = {row["indicator_id"]: row["kind"] for row in read_seed("indicators")}
    values = read_values(settings).assign(kind_of_figure=lambda read: read["indicator_id"].map(kinds))
    values["period_start"] = pd.to_datetime(values["period_start"])
    joined = values.merge(truth, on=KEY, validate="one_to_one")
    assert len(joined) == len(values) == len(truth)
    return joined


def limits_of_count(count: float) -> tuple[float, float]:
    """The 95% limits of a count: exact below 10 events, Byar's from there."""
    return (byars_lower(count), byars_upper(count)) if count else (0.0, exact_upper(0, 0.95))


@pytest.mark.parametrize("figures", AREAS, indirect=True)
def test_value_and_limits_follow_from_the_published_counts(figures: pd.DataFrame) -> None:
    indicators = {row["indicator_id"]: row for row in read_seed("indicators")}
    halves = {
        row["policy_id"]: float(row["rounding_base"] or 0) / 2 for row in read_seed("disclosure_policies")
    }
    wrong, kinds, rounded = [], set(), 0
    for row in figures[figures["value_status"] == SHOWN].itertuples():
        indicator = indicators[row.indicator_id]
        multiplier, unit = float(indicator["multiplier"]), 10.0 ** -int(indicator["decimals"])
        kinds.add(indicator["kind"])
        # The limits are those of the least and the most that the counts can have been before they were rounded.
        half = halves[row.policy_id]
        whole_half = halves[row.denominator_policy_id] if pd.notna(row.denominator_measure_id) else 0.0
        rounded += half > 0
        if indicator["kind"] == "share":
            part, whole = min(row.numerator, row.denominator), row.denominator
            smallest = whole - whole_half
            low, high = max(part - half, 0), min(part + half, smallest)
            lower, upper = wilson_lower(low, whole + whole_half), wilson_upper(high, smallest)
            expected = (part / whole, lower, upper)
        else:
            base = 1.0 if indicator["kind"] == "count" else row.denominator
            (lower, _), (_, upper) = (limits_of_count(max(row.numerator + turn, 0)) for turn in (-half, half))
            expected = (row.numerator / base, lower / (base + whole_half), upper / (base - whole_half))
        if row.indicator_id in BOUNDS:
            assert pd.isna(row.lower95) and pd.isna(row.upper95)
            expected = expected[:1]
        for name, number in zip(("value", "lower95", "upper95"), expected, strict=False):
            published = getattr(row, name)
            is_near = abs(published - number * multiplier) <= unit / 2 + 1e-6
            is_rounded = abs(published / unit - round(published / unit)) < 1e-6
            if not (is_near and is_rounded):
                wrong.append((row.indicator_id, name, published, number * multiplier))
    assert wrong == []
    assert rounded > 20
    assert kinds == {"share", "rate", "ratio", "count"}


@pytest.mark.parametrize("area", AREAS)
def test_every_indicator_names_its_interval_method_and_only_bounds_have_none(
    area: str, request: pytest.FixtureRequest
) -> None:
    settings: Settings = request.getfixturevalue(area)
    methods = pd.read_parquet(settings.published / "indicators.parquet").set_index("indicator_id")[
        "interval_method"
    ]
    assert methods.notna().all()
    values = read_values(settings).query("value_status == 'reported' and value.notna() and left_out == ''")
    for indicator_id, limits in values.groupby("indicator_id")[["lower95", "upper95"]]:
        is_without = methods[indicator_id] == "none"
        assert limits.isna().all(axis=None) == limits.isna().any(axis=None) == is_without, indicator_id
    assert set(methods.index[methods == "none"]) == set(BOUNDS)


def counts_behind(figures: pd.DataFrame) -> Iterator[tuple[pd.Series, pd.Series, pd.Series]]:
    """Numerators, then denominators that are counts: true counts, thresholds, and whether they are shown."""
    thresholds = {row["policy_id"]: float(row["threshold"] or 0) for row in read_seed("disclosure_policies")}
    is_told = figures["true_value_status"] == SHOWN
    for name, policy, told in (
        ("numerator", "policy_id", is_told),
        ("denominator", "denominator_policy_id", is_told & figures["denominator_measure_id"].notna()),
    ):
        rows = figures[told]
        yield rows[f"true_{name}"], rows[policy].map(thresholds), rows["value_status"] == SHOWN


@pytest.mark.parametrize("figures", AREAS, indirect=True)
def test_no_count_below_its_threshold_is_shown_and_zero_is(figures: pd.DataFrame) -> None:
    small, zeros = 0, 0
    for counts, thresholds, is_shown in counts_behind(figures):
        is_small = (counts > 0) & (counts < thresholds)
        assert not (is_small & is_shown).any()
        small += int(is_small.sum())
        zeros += int(((counts == 0) & is_shown).sum())
    assert small > 20
    assert zeros > 20


@pytest.fixture(scope="module")
def edges(build_area: Callable[..., Settings]) -> Settings:
    """An area with 4, 5 and 6 offences of a kind, in years of their own, lest one be hidden for another's sake."""
    few = [("8U", 2023, 4), ("58A", 2022, 5), ("9A", 2021, 6)]
    crimes = [
        crime(ho_code=code, recorded_date=f"{year}-07-01")
        for code, year, number in few
        for _ in range(number)
    ]
    thefts = [
        crime(ho_code="49", recorded_date=f"{year}-07-01", lad_code=lad, lsoa21_code="")
        for year in (2021, 2022, 2023)
        for lad in DISTRICTS
        for _ in range(40)
    ]
    admissions = [
        admission(number, code) for code, many in (("X990", 7), ("Y040", 40)) for number in range(many)
    ]
    return build_area(
        {
            "lookup_lsoa21_msoa21_lad.csv": lookup(),
            "population_lsoa21.csv": population(),
            "police_crimes_1.csv": [*quiet_months(), *crimes, *thefts],
            "hospital_admissions_1.csv": admissions,
        }
    )


def admission(number: int, code: str) -> Row:
    """An admission in one of the months of 2023/24, in turn."""
    month = number % 12
    return {
        "admission_id": f"{code}{number}",
        "admission_date": f"{2023 + (month > 8)}-{(month + 3) % 12 + 1:02}-03",
        "external_cause_icd10": code,
        "lsoa21_code": "X01000000",
    }


@pytest.mark.parametrize(
    ("indicator_id", "year", "count", "answer"),
    [
        # threshold 5
        ("robbery_rate", 2023, 0, 0),
        ("coercive_control_rate", 2023, 4, None),
        ("criminal_damage_rate", 2022, 5, 5),
        ("public_order_rate", 2021, 6, 6),
        # threshold 8, the rest rounded to 5
        ("sharp_admission_rate", 2023, 7, None),
        ("assault_admission_rate", 2023, 47, 45),
    ],
)
def test_a_count_is_hidden_below_its_threshold_and_shown_at_it(
    edges: Settings, indicator_id: str, year: int, count: int, answer: float | None
) -> None:
    figures = read_figures(edges)
    [row] = figures[
        (figures["indicator_id"] == indicator_id)
        & (figures["area_type"] == "vru")
        & (figures["period_type"] == "financial_year")
        & (figures["period_start"] == f"{year}-04-01")
        & (figures["breakdown"] == "none")
        & (figures["split"] == "all")
    ].itertuples()
    assert row.true_numerator == count
    if answer is None:
        assert row.value_status == HIDDEN
        assert pd.isna(row.value)
    else:
        assert (row.value_status, row.numerator) == (SHOWN, answer)


@pytest.mark.parametrize("figures", AREAS, indirect=True)
def test_a_count_hidden_once_is_hidden_everywhere(figures: pd.DataFrame) -> None:
    place = ["lens_id", "area_type", "area_code", "period_type", "period_start"]
    told = figures[figures["true_value_status"] == SHOWN]
    numerators = told.assign(measure=told["numerator_measure_id"], part=told["numerator_split"])
    counted = told[told["denominator_measure_id"].notna()]
    denominators = counted.assign(
        measure=counted["denominator_measure_id"],
        part=counted["denominator_split"],
        breakdown=counted["denominator_breakdown"],
        breakdown_value=counted["denominator_breakdown_value"],
    )
    columns = ["measure", "part", *place, "breakdown", "breakdown_value"]
    # A figure whose denominator is a population, or that has none, is hidden for its own count alone.
    alone = numerators[numerators["denominator_measure_id"].isna()]
    is_hidden = alone.groupby(columns, dropna=False)["value_status"].agg(["min", "max"])
    assert (is_hidden["min"] == is_hidden["max"]).all()
    hidden = is_hidden.index[is_hidden["max"] == HIDDEN]
    assert len(hidden) > 20
    for uses in (numerators, denominators):
        again = uses[pd.MultiIndex.from_frame(uses[columns]).isin(hidden)]
        assert (again["value_status"] == HIDDEN).all()


@pytest.mark.parametrize("area", AREAS)
def test_bounds_follow_from_those_that_do_not_say_and_are_hidden_where_these_are_few(
    area: str, request: pytest.FixtureRequest
) -> None:
    settings = request.getfixturevalue(area)
    thresholds = {row["policy_id"]: float(row["threshold"] or 0) for row in read_seed("disclosure_policies")}
    indicators = {row["indicator_id"]: row for row in read_seed("indicators")}
    columns = [*KEY, "unknown", "policy_id"]
    rows = query(settings, f"select {', '.join(columns)} from fct_indicator_values where unknown is not null")
    truth = pd.DataFrame(rows, columns=columns).astype({"period_start": "datetime64[us]"})
    values = read_values(settings).astype({"period_start": "datetime64[us]"}).merge(truth, on=KEY)
    place = [name for name in KEY if name != "indicator_id"]
    # What could be brought into a definition besides, and beside what is in it: each moves one bound of its share.
    opened = {}
    for bound, name in (("lowest", "lens_open_other"), ("highest", "lens_open_domestic")):
        select = (
            f"select {', '.join(place)}, numerator from fct_indicator_values where indicator_id = '{name}'"
        )
        counts = pd.DataFrame(query(settings, select), columns=[*place, "numerator"])
        by_place = counts.astype({"period_start": "datetime64[us]"}).set_index(place)["numerator"]
        opened[bound] = by_place.to_dict()
    beside = count_without_flag(settings)
    few, wide, flagged, wrong = 0, 0, 0, []
    for row in values[values["value_status"] == SHOWN].itertuples():
        indicator = indicators[row.indicator_id]
        key = tuple(getattr(row, name) for name in place)
        if indicator["denominator_kind"] == "population" and row.split in ("domestic", "non_domestic"):
            # What is flagged may besides be all that has no flag, as far as the printed bounds tell it.
            without_flag, people = beside[indicator["numerator_measure_id"], *key[:-1]]
            most = row.numerator + row.unknown + without_flag
            each, unit = float(indicator["multiplier"]) / row.denominator, 10.0 ** -int(indicator["decimals"])
            if 0 < row.unknown < thresholds[row.policy_id]:
                few += 1
                assert pd.isna(row.highest)
            elif pd.notna(row.highest):
                flagged += 1
                assert abs(row.lowest - row.numerator * each) <= unit / 2 + 1e-6
                # Two highest, of these people and of those, and the sum were each rounded, and room was left for it.
                slack = unit * (1.5 + people / row.denominator)
                assert -unit / 2 - 1e-6 <= row.highest - most * each <= slack + 1e-6
            continue
        for bound in ("lowest", "highest"):
            is_of_lens = row.indicator_id == "lens_domestic_share"
            unknown, told = opened[bound][key] if is_of_lens else row.unknown, getattr(row, bound)
            if 0 < unknown < thresholds[row.policy_id]:
                few += 1
                assert pd.isna(told)
            elif pd.notna(told):
                is_outside = indicator["denominator_kind"] == "flag_known"
                whole = row.denominator + (unknown if is_outside else 0)
                part = row.numerator + (unknown if bound == "highest" else 0)
                unit = 10.0 ** -int(indicator["decimals"])
                if abs(told - float(indicator["multiplier"]) * part / whole) > unit / 2 + 1e-6:
                    wrong.append((row.indicator_id, bound, told, part, whole))
        wide += row.highest > row.lowest
    assert wrong == []
    assert wide > 20 and flagged > 5
    assert few > 5 or area != "dense"


def count_without_flag(settings: Settings) -> dict[tuple, tuple[float, float]]:
    """All that has no domestic abuse flag, with its blanks, by measure and place, and the people it is set against."""
    place = [name for name in KEY if name not in ("indicator_id", "split")]
    rows = query(
        settings,
        f"select numerator_measure_id, {', '.join(place)}, numerator + coalesce(unknown, 0), denominator "
        "from fct_indicator_values where split = 'not_known' and denominator_measure_id is null",
    )
    frame = pd.DataFrame(rows, columns=["measure_id", *place, "most", "people"]).astype(
        {"period_start": "datetime64[us]"}
    )
    keys = frame[["measure_id", *place]].itertuples(index=False, name=None)
    return dict(zip(keys, zip(frame["most"], frame["people"], strict=True), strict=True))


def count_by_flag(parts: dict[tuple, pd.DataFrame], key: tuple) -> Counter[str]:
    """What the published parts by the flag of a whole say of each kind of offence."""
    found: Counter[str] = Counter()
    for split in ("domestic", "non_domestic", "not_known") if key[-1] == "all" else ():
        of_split = parts.get((*key[:-1], split))
        for part in of_split.itertuples() if of_split is not None else ():
            found[part.breakdown_value] += part.numerator if part.value_status == SHOWN else 0
    return found


@pytest.mark.parametrize("area", AREAS)
def test_a_weighted_total_adds_up_what_is_published_and_names_what_is_hidden(
    area: str, request: pytest.FixtureRequest
) -> None:
    values = read_figures(request.getfixturevalue(area))
    weights = {(row["weighting"], row["offence_subgroup"]): row for row in read_seed("offence_weights")}
    # Pounds of 2015/16 in millions of 2023/24, by the Treasury's deflator of March 2026.
    scales = {"harm": 1.0, "cost": 1.2887 / 1_000_000}
    kinds = values[(values["breakdown"] == "offence_subgroup") & (values["kind_of_figure"] == "count")]
    cell = ["numerator_measure_id", *KEY[1:6], "split"]
    parts = dict(list(kinds.groupby(cell)))
    least = 0
    applies = values["indicator_id"].isin(weighted()) & (values["value_status"] != "not_applicable")
    for row in values[applies].itertuples():
        indicator = weighted()[row.indicator_id]
        behind = parts[tuple(getattr(row, name) for name in cell)]
        known = [
            (part, float(weights[indicator["denominator_id"], part.breakdown_value]["weight"]))
            for part in behind.itertuples()
            if (indicator["denominator_id"], part.breakdown_value) in weights
        ]
        shown = [(part, weight) for part, weight in known if part.value_status == SHOWN]
        hidden = sorted(part.breakdown_value for part, _ in known if part.value_status == HIDDEN)
        if row.value_status == SHOWN:
            assert shown
            by_flag = count_by_flag(parts, tuple(getattr(row, name) for name in cell))
            counted = [
                (part.numerator if part.value_status == SHOWN else by_flag[part.breakdown_value], weight)
                for part, weight in known
            ]
            assert row.numerator == sum(number for number, _ in counted)
            total = sum(number * weight for number, weight in counted)
            unit = 10.0 ** -int(indicator["decimals"])
            assert abs(row.value - total * scales[indicator["denominator_id"]]) <= unit / 2 + 1e-6
            words = [", ".join(hidden[:-1]), *hidden[-1:]]
            assert row.left_out == " and ".join(word for word in words if word)
            least += bool(hidden)
            assert pd.isna(row.lower95) if hidden else row.lower95 <= row.value <= row.upper95
    assert least > 5


def hidden_parts(parts: pd.DataFrame, totals: pd.DataFrame, by: list[str]) -> pd.Series:
    """How many parts that are not zero are hidden, for each total that is shown and that its parts make up."""
    number = parts[parts["value_status"] == HIDDEN].groupby(by, dropna=False).size()
    told = parts[parts["value_status"].isin([SHOWN, HIDDEN])]
    whole = told.groupby(by, dropna=False)["true_numerator"].sum()
    shown = totals[totals["value_status"] == SHOWN].set_index(by)["true_numerator"]
    # What else a total holds is published nowhere, and lends a lone hidden part its room.
    is_made_up = whole.reindex(shown.index) == shown
    return number.reindex(shown.index)[is_made_up].fillna(0)


@pytest.mark.parametrize("figures", AREAS, indirect=True)
def test_no_total_gives_a_hidden_part_back(figures: pd.DataFrame) -> None:
    figures = figures[figures["denominator_measure_id"].isna() & figures["policy_id"].ne("open")]
    by = ["indicator_id", "lens_id", "period_type", "period_start", "breakdown", "breakdown_value"]
    splits = hidden_parts(
        figures[figures["split"] != "all"], figures[figures["split"] == "all"], [*by, "area_code"]
    )
    districts = hidden_parts(
        figures[figures["area_type"] == "lad"], figures[figures["area_type"] == "vru"], [*by, "split"]
    )
    year = pd.to_datetime(figures["period_start"]) - pd.DateOffset(months=3)
    dated = figures.assign(year=year.dt.year)
    of_year = ["indicator_id", "area_code", "breakdown", "breakdown_value", "split", "year"]
    years = dated[(dated["period_type"] == "financial_year") & dated["lens_id"].eq("")]
    months = hidden_parts(dated[dated["period_type"] == "month"], years, of_year)
    quarters = hidden_parts(dated[dated["period_type"] == "quarter"], years, of_year)
    for hidden in (splits, districts, months, quarters):
        assert not (hidden == 1).any(), hidden[hidden == 1].head()
    assert (splits > 1).any()
    assert (districts > 1).any()


@pytest.mark.parametrize("figures", AREAS, indirect=True)
def test_a_count_that_goes_by_two_names_is_hidden_under_both(figures: pd.DataFrame) -> None:
    """Violence with injury is the kind "Violence with injury" of recorded crime: one number, two figures."""
    parts = [row for row in read_seed("measure_parts") if row["division"] == "subgroup"]
    alone = {row["measure_id"]: row["part_breakdown_value"] for row in parts}
    alone = {
        name: kind for name, kind in alone.items() if sum(row["measure_id"] == name for row in parts) == 1
    }
    place = ["area_type", "area_code", "period_type", "period_start"]
    told = figures[(figures["true_value_status"] == SHOWN) & (figures["lens_id"] == "")]
    by_name = told[(told["breakdown"] == "none") & told["numerator_measure_id"].isin(alone)]
    by_kind = told[
        (told["breakdown"] == "offence_subgroup") & (told["numerator_measure_id"] == "recorded_crime")
    ]
    twins = by_name.assign(kind=by_name["numerator_measure_id"].map(alone)).merge(
        by_kind,
        left_on=[*place, "numerator_split", "kind"],
        right_on=[*place, "numerator_split", "breakdown_value"],
        suffixes=("", "_by_kind"),
    )
    assert (twins["true_numerator"] == twins["true_numerator_by_kind"]).all()
    assert len(twins) > 20
    # A figure over residents is hidden for its own count alone; the same count must then be hidden elsewhere.
    is_alone = twins["denominator_measure_id"].isna()
    hidden = twins[is_alone & (twins["value_status"] == HIDDEN)]
    assert (hidden["value_status_by_kind"] == HIDDEN).all()
    is_alone = twins["denominator_measure_id_by_kind"].isna()
    hidden = twins[is_alone & (twins["value_status_by_kind"] == HIDDEN)]
    assert (hidden["value_status"] == HIDDEN).all()
