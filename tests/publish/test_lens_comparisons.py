"""Two definitions side by side say what can be checked by eye, and nothing where a count is hidden."""

from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd
import pytest

from pipeline.publish.lens_comparisons import NOT_KNOWN, compare_lenses, find_wider_lenses
from pipeline.publish.lens_room import count_from_rates, rooms_of_allocation, rooms_of_ranks
from pipeline.settings import Settings
from tests.conftest import read_values

PERIOD = {"period_type": "financial_year", "period_start": "2023-04-01", "period_end": "2024-03-31"}


WEIGHTS = pd.DataFrame(
    [
        ("cost", "Homicide", 100.0),
        ("cost", "Assault", 10.0),
        ("harm", "Assault", 2.0),
        ("harm", "Robbery", 3.0),
    ],
    columns=["weighting", "offence_subgroup", "weight"],
)

INDICATORS = pd.DataFrame({"indicator_id": ["lens_offence_rate"], "multiplier": [1000.0], "decimals": [1]})
NONE_WIDER = {"all": frozenset[str](), "domestic": frozenset[str]()}


def figure(
    indicator_id: str,
    lens: str,
    area: str,
    count: float | None,
    people: float = 1000.0,
    split: str = "all",
    bounds: tuple[float, float] | tuple[None, None] = (None, None),
) -> dict[str, object]:
    """One published figure; a count of None is hidden."""
    return {
        **PERIOD,
        "indicator_id": indicator_id,
        "lens_id": lens,
        "area_code": area,
        "area_type": {"V": "vru", "D": "lad", "M": "msoa"}[area[0]],
        "breakdown": "none",
        "breakdown_value": "",
        "split": split,
        "numerator": count,
        "denominator": people,
        "lowest": bounds[0],
        "highest": bounds[1],
        "value_status": "reported" if count is not None else "suppressed",
    }


def area(narrow: list[float | None], broad: list[float | None], left_out: float | None = 70) -> pd.DataFrame:
    """An area of as many districts, under its own narrow definition and a broad one."""
    rows = [figure("lens_left_out", "broad", "V", left_out)]
    for lens, counts in (("narrow", narrow), ("broad", broad)):
        total = None if None in counts else sum(counts)
        rows.append(figure("lens_offences", lens, "V", total))
        rows += [figure("lens_offence_rate", lens, f"D{n}", count) for n, count in enumerate(counts)]
    return pd.DataFrame(rows)


def told(values: pd.DataFrame, lens: str, statistic: str, item: str = "") -> tuple[float | str, ...]:
    """The value and limits of a statistic of a definition beside the other, or its status."""
    rows = compare_lenses(values, INDICATORS, "V", "narrow", WEIGHTS, NONE_WIDER)
    [row] = rows[
        (rows["lens_id"] == lens) & (rows["statistic"] == statistic) & (rows["item"] == item)
    ].itertuples()
    if row.value_status != "reported":
        assert pd.isna(row.value)
        return (row.value_status,)
    return (row.value,) if pd.isna(row.lower95) else (row.value, row.lower95, row.upper95)


def test_a_narrow_definition_catches_a_part_and_moves_districts() -> None:
    #            D0  D1  D2  D3
    values = area([8, 6, 4, 2], [10, 20, 30, 40])
    assert told(values, "narrow", "capture_ratio") == (0.2,)
    assert told(values, "broad", "capture_ratio") == (5.0,)
    # 70 of 100, Wilson.
    assert told(values, "narrow", "left_out_share") == (70.0, 60.4, 78.1)
    # Of a whole agreement, or none, no interval is known.
    assert told(values, "narrow", "rank_correlation") == (-1.0,)
    # D0 is first under the narrow and fourth under the broad: three places worse off under the narrow.
    assert [told(values, "narrow", "rank_change", f"D{n}") for n in range(4)] == [(3,), (1,), (-1,), (-3,)]
    assert [told(values, "narrow", "allocation_change", f"D{n}") for n in range(4)] == [
        (30,),
        (10,),
        (-10,),
        (-30,),
    ]
    assert told(values, "broad", "allocation_change", "D0") == (-30,)


def test_what_is_left_out_is_told_of_the_areas_own_definition_alone() -> None:
    rows = compare_lenses(
        area([8, 6, 4, 2], [10, 20, 30, 40]), INDICATORS, "V", "narrow", WEIGHTS, NONE_WIDER
    )
    assert set(rows.loc[rows["statistic"] == "left_out_share", "lens_id"]) == {"narrow"}


@pytest.mark.parametrize(
    "statistic", ["capture_ratio", "rank_correlation", "rank_change", "allocation_change"]
)
def test_a_hidden_district_hides_what_is_made_of_it(statistic: str) -> None:
    values = area([None, 6, 4, 2], [10, 20, 30, 40])
    item = "D1" if statistic.endswith("_change") else ""
    assert told(values, "narrow", statistic, item) == ("suppressed",)


def test_a_hidden_rest_hides_the_share_left_out() -> None:
    assert told(area([8, 6, 4, 2], [10, 20, 30, 40], None), "narrow", "left_out_share") == ("suppressed",)


def test_three_districts_are_not_ranked() -> None:
    assert told(area([8, 6, 4], [10, 20, 30], 42), "narrow", "rank_correlation") == ("not_available",)


def test_a_district_is_compared_like_the_area() -> None:
    left_out = [figure("lens_left_out", "broad", f"D{n}", count) for n, count in enumerate([5, None, 27, 36])]
    values = pd.concat([area([8, 6, 4, 2], [10, 20, 30, 40]), pd.DataFrame(left_out)])
    assert [told(values, "narrow", "capture_ratio", f"D{n}") for n in range(4)] == [
        (0.8,), (0.3,), (0.133,), (0.05,)
    ]  # fmt: skip
    # 5 of 10 and 27 of 30, Wilson.
    assert told(values, "narrow", "left_out_share", "D0") == (50.0, 23.7, 76.3)
    assert told(values, "narrow", "left_out_share", "D2") == (90.0, 74.4, 96.5)
    assert told(values, "narrow", "left_out_share", "D1") == ("suppressed",)


def test_of_domestic_offences_it_is_told_how_many_the_areas_own_definition_leaves_out() -> None:
    rows = [
        figure("lens_left_out", "broad", "V", 60, split="domestic"),
        figure("lens_domestic_share", "broad", "V", 80, 100),
        figure("lens_left_out", "broad", "D0", 9, split="domestic"),
        figure("lens_domestic_share", "broad", "D0", 10, 12),
        figure("lens_left_out", "broad", "D1", 9, split="domestic"),
        figure("lens_domestic_share", "broad", "D1", None),
    ]
    values = pd.concat([area([8, 6, 4, 2], [10, 20, 30, 40]), pd.DataFrame(rows)])
    # 60 of 80 and 9 of 10, Wilson.
    assert told(values, "narrow", "domestic_left_out_share") == (75.0, 64.5, 83.2)
    assert told(values, "narrow", "domestic_left_out_share", "D0") == (90.0, 59.6, 98.2)
    assert told(values, "narrow", "domestic_left_out_share", "D1") == ("suppressed",)


def room(
    values: pd.DataFrame, lens: str, statistic: str, item: str = "", is_nested: bool = False
) -> tuple[float, float]:
    """The least and the most of a statistic; the narrow definition may be `is_nested` the broad one by its rules."""
    wider_lenses = dict.fromkeys(NONE_WIDER, frozenset(["broad"])) if is_nested else NONE_WIDER
    rows = compare_lenses(values, INDICATORS, "V", "narrow", WEIGHTS, wider_lenses)
    found = rows[(rows["lens_id"] == lens) & (rows["statistic"] == statistic) & (rows["item"] == item)]
    return tuple(found[["lowest", "highest"]].iloc[0])


def test_records_that_do_not_say_leave_room_for_what_a_definition_captures_and_leaves_out() -> None:
    rows = [
        figure("lens_offences_at_most", "narrow", "V", 25),
        figure("lens_offences_at_most", "broad", "V", 140),
        figure("lens_left_out", "broad", "V", 60, split="domestic"),
        figure("lens_domestic_share", "narrow", "V", 5, 15),
        figure("lens_domestic_share", "broad", "V", 80, 100),
        figure("lens_open_domestic", "narrow", "V", 3),
        figure("lens_open_domestic", "broad", "V", 40),
    ]
    values = pd.concat([area([8, 6, 4, 2], [10, 20, 30, 40]), pd.DataFrame(rows)])
    # 20 to 25 offences beside 100 to 140.
    assert room(values, "narrow", "capture_ratio") == (0.143, 0.25)
    assert room(values, "broad", "capture_ratio") == (4.0, 7.0)
    # 70 of 140; and those, 5 that the narrow one may not count and 40 that the broad one may.
    assert room(values, "narrow", "left_out_share") == (50.0, 82.1)
    # 60 of 120; and those, 3 and 40.
    assert room(values, "narrow", "domestic_left_out_share") == (50.0, 85.8)
    # What the narrow one surely counts, 20 offences and 5 domestic ones, it does not leave out of what holds it.
    assert room(values, "narrow", "left_out_share", is_nested=True) == (50.0, 82.1)
    everything_open = values.assign(
        numerator=values["numerator"].mask(values["indicator_id"] == "lens_open_domestic", 60)
    )
    assert room(everything_open, "narrow", "domestic_left_out_share") == (42.9, 100.0)
    assert room(everything_open, "narrow", "domestic_left_out_share", is_nested=True) == (42.9, 96.4)
    # By district their number is not published: all of the area's may lie in one, 8 to 13 beside 10 to 50.
    assert room(values, "narrow", "capture_ratio", "D0") == (0.16, 1.3)
    hidden = values[values["indicator_id"] != "lens_offences_at_most"]
    assert pd.Series(room(hidden, "narrow", "left_out_share")).isna().all()
    assert pd.Series(room(hidden, "narrow", "capture_ratio", "D0")).isna().all()
    assert room(hidden, "narrow", "domestic_left_out_share") == (50.0, 85.8)
    # Without the most of one of them one end is still known.
    is_narrow = (values["indicator_id"] == "lens_offences_at_most") & (values["lens_id"] == "narrow")
    assert room(values[~is_narrow], "narrow", "capture_ratio")[0] == 0.143
    assert room(values[~is_narrow], "narrow", "left_out_share")[0] == 50.0


@pytest.mark.parametrize("is_nested", [False, True])
def test_every_way_of_telling_what_is_open_lies_within_the_room(is_nested: bool) -> None:
    """Records that are in the own definition, the other, both or neither, some of them in more than one way."""
    random, ways = np.random.default_rng(7), list(product((False, True), repeat=2))
    ways = [(own, other) for own, other in ways if other or not (own and is_nested)]
    for _ in range(60):
        records = [[way for way in ways if random.random() < 0.5] or [ways[-1]] for _ in range(5)]
        rows = [
            figure(indicator, lens, "V", sum(holds(way[side] for way in record) for record in records))
            for indicator, holds in (("lens_offences", all), ("lens_offences_at_most", any))
            for side, lens in enumerate(("narrow", "broad"))
        ]
        surely = sum(all(other and not own for own, other in record) for record in records)
        values = pd.DataFrame([*rows, figure("lens_left_out", "broad", "V", surely)])
        if not values["numerator"].iloc[1]:
            continue
        rooms = {
            statistic: room(values, "narrow", statistic, is_nested=is_nested)
            for statistic in ("capture_ratio", "left_out_share")
        }
        for told_ways in product(*records):
            own, other = (sum(way[side] for way in told_ways) for side in (0, 1))
            left_out = sum(of_other and not of_own for of_own, of_other in told_ways)
            for statistic, true in (
                ("capture_ratio", own / other),
                ("left_out_share", 100 * left_out / other),
            ):
                lowest, highest = rooms[statistic]
                assert lowest - 0.06 <= true <= highest + 0.06


def test_what_holds_the_own_definition_is_read_off_what_is_nested() -> None:
    columns = ["measure_id", "lens_id", "wider_measure_id", "wider_lens_id", "offence_subgroup", "split"]
    nested = pd.DataFrame(
        [
            ("lens_offences", "own", "lens_offences", "broad", "", ""),
            ("lens_offences", "own", "lens_offences", "half", "", "domestic"),
            ("lens_offences", "own", "lens_offences", "third", "Rape", ""),
            ("lens_offences", "other", "lens_offences", "fourth", "", ""),
            ("lens_female", "own", "lens_female", "fifth", "", ""),
            ("rape", "own", "lens_offences", "sixth", "", ""),
        ],
        columns=columns,
    )
    assert find_wider_lenses(nested, "own") == {
        "all": frozenset(["broad"]), "domestic": frozenset(["broad", "half"]),
    }  # fmt: skip
    assert find_wider_lenses(nested.head(0), "own") == NONE_WIDER


def kinds(**counts: tuple[float | None, float | None]) -> pd.DataFrame:
    """The offences of each kind in the narrow definition and in the broad one."""
    return pd.DataFrame(
        [
            {
                **figure("lens_offences", lens, "V", count),
                "breakdown": "offence_subgroup",
                "breakdown_value": kind,
            }
            for kind, both in counts.items()
            for lens, count in zip(("narrow", "broad"), both, strict=True)
        ]
    )


@pytest.mark.parametrize("seed", range(12))
def test_ranks_and_money_could_be_anything_between_their_bounds_and_nothing_else(seed: int) -> None:
    random = np.random.default_rng(seed)
    names = list("abcd")
    people = pd.Series([100.0, 150.0, 80.0, 120.0], index=names)
    certain = random.integers(1, 6, size=(2, 4))
    more = random.integers(0, 3, size=(2, 4))
    frames = [
        pd.DataFrame({"certain": low, "most": low + up}, index=names, dtype="float64")
        for low, up in zip(certain, more, strict=True)
    ]
    # The slow twin: every number that each count could be.
    both = [
        np.array(list(product(*(range(int(low), int(high) + 1) for low, high in frame.to_numpy()))))
        for frame in frames
    ]
    ranks, parts = [], []
    for counts in both:
        rates = counts / people.to_numpy()
        ranks.append(1 + (rates[:, np.newaxis, :] > rates[:, :, np.newaxis]).sum(axis=2))
        parts.append(100 * counts / counts.sum(axis=1, keepdims=True))
    moved = ranks[1][np.newaxis] - ranks[0][:, np.newaxis]
    gained = parts[0][:, np.newaxis] - parts[1][np.newaxis]
    rooms = rooms_of_ranks(*frames, people), rooms_of_allocation(*frames)
    for place, name in enumerate(names):
        ends = [(each[..., place].min(), each[..., place].max()) for each in (moved, gained)]
        told = [(room[name]["lowest"], room[name]["highest"]) for room in rooms]
        assert told[0] == ends[0]
        assert told[1] == pytest.approx(ends[1], abs=0.0501)


@pytest.mark.parametrize(
    ("highest", "opened", "most"),
    [
        # 600 of 300,000 are 2.0: with 15 more it may print the same.
        (2.0, None, 615),
        (2.0, 20, 615),
        (2.0, 9, 609),
        (2.0, 0, 600),
        (2.5, None, 765),
        # A highest that is hidden is all that the other district leaves of the area's: 20 less none surely.
        (None, 20, 620),
        (None, None, None),
    ],
)
def test_the_most_of_a_district_has_room_for_the_rounding_of_its_rate(
    highest: float | None, opened: int | None, most: int | None
) -> None:
    rates = pd.DataFrame(
        [
            figure("lens_offence_rate", "own", "D0", 600, 300_000, bounds=(2.0, highest)),  # type: ignore[arg-type]
            figure("lens_offence_rate", "own", "D1", 57, 20_000, bounds=(2.8, 2.8)),
        ]
    ).set_index("area_code")
    whole = pd.DataFrame({"certain": [657.0], "most": [657.0 + opened]} if opened is not None else {})
    told = count_from_rates(rates, 1000, 1, whole)
    assert told["certain"].tolist() == [600, 57]
    assert told["most"].fillna(-1).tolist()[0] == (-1 if most is None else most)
    # 2.8 is rounded down to even: what counts 57 is never fewer.
    assert told["most"].iloc[1] == 57


def test_districts_may_keep_their_places_where_unknown_flags_are_many() -> None:
    #                           narrow, of 1,000 people each
    rows = [figure("lens_offence_rate", "narrow", f"D{n}", count, bounds=(count, most))
            for n, (count, most) in enumerate([(8, 8.0), (6, 6.0), (4, 4.0), (2, 9.0)])]  # fmt: skip
    rows += [figure("lens_offence_rate", "broad", f"D{n}", count, bounds=(count, count))
             for n, count in enumerate([10.0, 20.0, 30.0, 40.0])]  # fmt: skip
    values = pd.DataFrame(rows)
    # D3 is fourth by what is known and could be first.
    assert told(values, "narrow", "rank_change", "D3") == (-3,)
    assert room(values, "narrow", "rank_change", "D3") == (-3, 0)
    assert room(values, "narrow", "rank_change", "D0") == (2, 3)
    assert reason(values, "narrow", "rank_correlation") == NOT_KNOWN
    # 2 of 20, or 9 of 27, beside 40 of 100.
    assert room(values, "narrow", "allocation_change", "D3") == (-30.0, -6.7)
    # What those of the other districts leave of the area's own is the most that a hidden one can be: 7 of 7.
    whole = [figure("lens_offences", "narrow", "V", 20), figure("lens_offences_at_most", "narrow", "V", 27)]
    left = pd.concat([values.assign(highest=values["highest"].where(values.index != 3)), pd.DataFrame(whole)])
    assert room(left, "narrow", "rank_change", "D3") == (-3, 0)
    assert room(left, "narrow", "allocation_change", "D3") == (-30.0, -6.7)
    # Without the most of one nobody knows where it stands.
    hidden = values.assign(highest=values["highest"].where(values.index != 3))
    for item in ("D0", "D3"):
        assert all(map(pd.isna, room(hidden, "narrow", "rank_change", item)))
        assert all(map(pd.isna, room(hidden, "narrow", "allocation_change", item)))


def with_kinds(**counts: tuple[float | None, float | None]) -> pd.DataFrame:
    return pd.concat([area([8, 6, 4, 2], [10, 20, 30, 40]), kinds(**counts)])


def reason(values: pd.DataFrame, lens: str, statistic: str) -> str:
    rows = compare_lenses(values, INDICATORS, "V", "narrow", WEIGHTS, NONE_WIDER)
    [found] = rows.loc[(rows["lens_id"] == lens) & (rows["statistic"] == statistic), "status_reason"]
    return str(found)


def test_harm_and_cost_of_two_definitions_are_weighed_by_kind() -> None:
    values = with_kinds(Homicide=(1, 2), Assault=(10, 30), Robbery=(9, 50), Theft=(0, 18))
    # Cost 100 + 100 of 200 + 300; harm 20 + 27 of 60 + 150.
    assert told(values, "narrow", "cost_ratio") == (0.4,)
    assert told(values, "broad", "cost_ratio") == (2.5,)
    assert told(values, "narrow", "harm_ratio") == (0.224,)
    assert reason(values, "narrow", "cost_ratio") == NOT_KNOWN
    # Of definitions that no flag could bring anything into nothing is said.
    counts = {"narrow": 20, "broad": 100}
    closed = [figure("lens_offences_at_most", lens, "V", count) for lens, count in counts.items()]
    assert reason(pd.concat([values, pd.DataFrame(closed)]), "narrow", "cost_ratio") == ""


def with_one_homicide_hidden(narrow_total: int) -> pd.DataFrame:
    counts = kinds(Homicide=(None, 2), Assault=(100, 300), Robbery=(9, 50), Theft=(0, 18))
    return pd.concat([area([narrow_total - 30, 10, 10, 10], [100, 100, 100, 70]), counts])


def test_a_kind_that_is_hidden_in_one_definition_is_left_out_of_both() -> None:
    # One offence is left for homicide: 100 beside 1,000, under a tenth of both.
    values = with_one_homicide_hidden(110)
    assert told(values, "narrow", "cost_ratio") == (0.333,)
    assert told(values, "broad", "cost_ratio") == (3.0,)
    for lens in ("narrow", "broad"):
        assert reason(values, lens, "cost_ratio") == (
            "Without Homicide in both, of which a count is hidden in one of them: at most a tenth of either "
            f"definition. {NOT_KNOWN}"
        )
    # What has no weight is left out anyway.
    assert reason(values, "narrow", "harm_ratio") == NOT_KNOWN


def test_a_kind_that_could_be_more_than_a_tenth_leaves_no_ratio() -> None:
    # Two offences are left: 200 beside 1,000.
    values = with_one_homicide_hidden(111)
    for lens in ("narrow", "broad"):
        assert told(values, lens, "cost_ratio") == ("suppressed",)
        assert reason(values, lens, "cost_ratio") == (
            "Left out for hidden counts, Homicide could be more than a tenth of one of the two definitions."
        )
    assert told(values, "narrow", "harm_ratio") == (0.303,)


def test_harm_and_cost_are_not_compared_where_no_kind_is_told_of_both() -> None:
    values = with_kinds(Homicide=(None, 2), Assault=(10, None), Robbery=(9, 50))
    assert told(values, "narrow", "cost_ratio") == ("suppressed",)


def neighbourhoods(first: list[float | None], second: list[float | None]) -> pd.DataFrame:
    """An area of neighbourhoods under two definitions."""
    rows = [
        figure("lens_offence_rate", lens, f"M{n:02}", count)
        for lens, counts in (("narrow", first), ("broad", second))
        for n, count in enumerate(counts)
    ]
    return pd.DataFrame(rows)


def test_the_worst_fifth_of_ten_neighbourhoods_is_two() -> None:
    rising = [float(n) for n in range(10, 20)]
    assert told(neighbourhoods(rising, rising), "narrow", "worst_fifth_overlap") == (100.0,)
    assert told(neighbourhoods(rising, rising[::-1]), "narrow", "worst_fifth_overlap") == (0.0,)
    # One of the two worst is the same: one of three in either.
    swapped = [*rising[:7], rising[8], rising[7], rising[9]]
    assert told(neighbourhoods(rising, swapped), "narrow", "worst_fifth_overlap") == (33.3,)


def test_the_worst_fifth_is_not_told_where_many_neighbourhoods_are_hidden() -> None:
    rising = [float(n) for n in range(10, 20)]
    two, three = [None, None, *rising[2:]], [None, None, None, *rising[3:]]
    assert told(neighbourhoods(two, rising), "narrow", "worst_fifth_overlap") == (100.0,)
    assert told(neighbourhoods(three, rising), "narrow", "worst_fifth_overlap") == ("suppressed",)


def test_every_pair_of_definitions_of_the_demonstration_area_is_compared(demonstration: Settings) -> None:
    rows = pd.read_parquet(demonstration.published / "lens_comparisons.parquet")
    lenses = read_values(demonstration)["lens_id"].unique()
    pairs = {(lens, other) for lens in lenses for other in lenses if lens and other and lens != other}
    assert set(zip(rows["lens_id"], rows["other_lens_id"], strict=True)) == pairs
    shown = rows[rows["value_status"] == "reported"]
    assert set(shown["statistic"]) == {
        "capture_ratio", "left_out_share", "rank_correlation", "rank_change", "allocation_change",
        "worst_fifth_overlap", "harm_ratio", "cost_ratio", "domestic_left_out_share",
    }  # fmt: skip
    assert shown["value"].notna().all()
    assert rows.loc[rows["value_status"] != "reported", "value"].isna().all()
    moved = shown[shown["statistic"] == "allocation_change"].groupby(
        ["lens_id", "other_lens_id", "period_start"]
    )
    assert moved["value"].sum().abs().max() <= 0.5
