"""Small areas of either census, districts old and new, and records of nowhere: each is counted where it belongs."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from random import Random

import pyarrow.parquet as pq
import pytest

from pipeline import plan
from pipeline.settings import PROJECT, Settings, read_settings
from tests.conftest import query, write_rows
from tests.counts.drawn import AREA, Row, crime, draw_street_crime, quiet_months
from tests.counts.places import place_all, shares_of

WEST, EAST = "X06000001", "X06000002"
# LSOA of 2021 → MSOA and district; the last lies outside the area.
LOOKUP = {
    "X01000001": ("X02000001", WEST),
    "X01000002": ("X02000002", WEST),
    "X01000003": ("X02000003", WEST),
    "X01000004": ("X02000003", WEST),
    "X01000005": ("X02000004", EAST),
    "X01000006": ("X02000005", EAST),
    "X01999999": ("X02999999", "X06900001"),
}
CHANGES = [
    # Split between two MSOAs, within one MSOA, and across the border of the area.
    ("X01100001", "S", "X01000001"),
    ("X01100001", "S", "X01000002"),
    ("X01100003", "S", "X01000003"),
    ("X01100003", "S", "X01000004"),
    ("X01100006", "S", "X01000006"),
    ("X01100006", "S", "X01999999"),
    # Merged.
    ("X01100015", "M", "X01000005"),
    ("X01100025", "M", "X01000005"),
    # Irregular: parts of two districts.
    ("X01100045", "X", "X01000004"),
    ("X01100045", "X", "X01000005"),
    # Unchanged.
    ("X01000007", "U", "X01000007"),
]
LOOKUP["X01000007"] = ("X02000006", EAST)
RESIDENTS = {
    "X01000001": 100,
    "X01000002": 300,
    "X01000003": 50,
    "X01000004": 200,
    "X01000005": 100,
    "X01000006": 150,
    "X01000007": 80,
    "X01999999": 50,
}


def lookup_2021(lookup: Mapping[str, tuple[str, str]]) -> list[Row]:
    """The delivery that places LSOAs of 2021."""
    return [
        {"lsoa21_code": code, "msoa21_code": msoa, "msoa21_name": msoa, "lad_code": lad, "lad_name": lad}
        for code, (msoa, lad) in lookup.items()
    ]


def change_lookup(changes: Iterable[tuple[str, str, str]]) -> list[Row]:
    """The delivery that says what each LSOA of 2011 became."""
    return [
        {"lsoa11_code": earlier, "change_code": kind, "lsoa21_code": later}
        for earlier, kind, later in changes
    ]


def residents(people: Mapping[str, int]) -> list[Row]:
    """The delivery that says how many live in each LSOA of 2021."""
    return [
        {"mid_year": 2023, "lsoa21_code": code, "sex": "F", "age_band": "25-34", "population": number}
        for code, number in people.items()
    ]


def crimes(column: str, counts: Mapping[str, int]) -> list[Row]:
    """So many common assaults in each LSOA, its code under the given header; the force names no district."""
    rows = []
    for code, number in counts.items():
        for _ in range(number):
            row = crime(lad_code="")
            del row["lsoa21_code"]
            rows.append({**row, column: code})
    return rows


IN_2011 = {"X01100001": 8, "X01100003": 5, "X01100006": 4, "X01100015": 3, "X01100025": 2, "X01100045": 9}
IN_2021 = {"X01000001": 4, "X01000005": 1, "X01000006": 1}
FILES: dict[str, list[Row]] = {
    "lookup_lsoa21_msoa21_lad.csv": lookup_2021(LOOKUP),
    "lookup_lsoa11_lsoa21.csv": change_lookup(CHANGES),
    "police_crimes_1.csv": crimes("lsoa11_code", IN_2011),
    "police_crimes_2.csv": crimes("lsoa21_code", IN_2021),
    "police_crimes_3.csv": crimes("lsoa_code", {"X01000007": 2, "": 3}),
    "police_crimes_4.csv": crimes("lsoa_code", {"X01100001": 4, "X01000001": 1, "X01888888": 2}),
    "police_crimes_5.csv": [{**row, "lsoa21_code": ""} for row in quiet_months()],
}
HELD_BACK: dict[str, list[Row]] = {
    "police_crimes_6.csv": [
        # On the same lines as those of the other file: rows are counted, not line numbers.
        *(crime(ho_code="ZZ99CANARY") for _ in range(7)),
        *(crime(recorded_date="2023-02-30") for _ in range(4)),
        *quiet_months(),
    ],
    "police_crimes_7.csv": [
        crime(ho_code="49", lad_code=""),
        *(crime(ho_code="ZZ99CANARY") for _ in range(2)),
    ],
}
DECILES = {"X01100001": 3, "X01100003": 5, "X01100006": 7, "X01100015": 1, "X01100025": 2, "X01100045": 9}


@pytest.fixture(scope="module")
def converted(build_area: Callable[..., Settings]) -> Settings:
    """Records of both censuses, areas of 2021, and the residents of each LSOA."""
    return build_area(
        {
            **FILES,
            "population_lsoa21.csv": residents(RESIDENTS),
            "deprivation_lsoa11.csv": [
                {"lsoa11_code": code, "imd_rank": 1, "imd_decile": decile} for code, decile in DECILES.items()
            ],
        }
    )


@pytest.fixture(scope="module")
def converted_equally(build_area: Callable[..., Settings]) -> Settings:
    """The same without anybody's residents, and with rows that are held back."""
    return build_area({**FILES, **HELD_BACK})


def placed_crimes(settings: Settings) -> dict[tuple[str | None, str | None, str], int]:
    """The violent crimes by MSOA, district and placement."""
    rows = query(
        settings,
        """select msoa_code, lad_in_area, placement, count(*) from int_crimes_placed
           where offence_code = '105A' group by all""",
    )
    return {(msoa, lad, placement): number for msoa, lad, placement, number in rows}


def test_splits_go_by_residents_and_merges_are_summed(converted: Settings) -> None:
    assert placed_crimes(converted) == {
        # 12 of X01100001: a quarter and three quarters; 4 and 1 more came under the code of 2021.
        ("X02000001", WEST, "in_area"): 3 + 4 + 1,
        ("X02000002", WEST, "in_area"): 9,
        # 5 of X01100003, split within the MSOA; two thirds of the 9 of X01100045.
        ("X02000003", WEST, "in_area"): 5 + 6,
        # 3 and 2 of what was merged, 1 under the code of 2021, a third of the 9.
        ("X02000004", EAST, "in_area"): 3 + 2 + 1 + 3,
        # Three quarters of the 4 of X01100006, whose other quarter lies outside.
        ("X02000005", EAST, "in_area"): 3 + 1,
        ("X02000006", EAST, "in_area"): 2,
        (None, None, "out_of_area"): 1,
        (None, None, "unlocated"): 3,
        (None, None, "unknown_code"): 2,
    }


def test_without_residents_a_split_goes_in_equal_parts(converted_equally: Settings) -> None:
    counts = placed_crimes(converted_equally)
    assert counts["X02000001", WEST, "in_area"] == 6 + 4 + 1
    assert counts["X02000002", WEST, "in_area"] == 6
    # Of nine the first place has the odd one.
    assert counts["X02000003", WEST, "in_area"] == 5 + 5
    assert counts["X02000004", EAST, "in_area"] == 3 + 2 + 1 + 4


def test_each_share_says_what_it_rests_on(converted: Settings, converted_equally: Settings) -> None:
    shares = """select lsoa_code, lsoa21_code, round(share, 4), share_basis from int_lsoa_conversion
                where lsoa_code in ('X01100001', 'X01100015', 'X01100045', 'X01000007', 'X01000001')
                order by all"""
    assert query(converted, shares) == [
        ("X01000001", "X01000001", 1, "whole"),
        ("X01000007", "X01000007", 1, "whole"),
        ("X01100001", "X01000001", 0.25, "population"),
        ("X01100001", "X01000002", 0.75, "population"),
        ("X01100015", "X01000005", 1, "whole"),
        ("X01100045", "X01000004", 0.6667, "population"),
        ("X01100045", "X01000005", 0.3333, "population"),
    ]
    assert [row[2:] for row in query(converted_equally, shares) if row[0] == "X01100045"] == [
        (0.5, "equal"),
        (0.5, "equal"),
    ]


def test_the_vintage_of_each_delivery_is_told_by_its_codes(converted: Settings) -> None:
    vintages = query(
        converted,
        """select file_name, vintage, only_2011_count, only_2021_count, either_count, unknown_count, blank_count
           from int_lsoa_vintages inner join stg_run__deliveries using (source_id, delivery_id)
           order by file_name""",
    )
    assert [(Path(name).stem[-1], *rest) for name, *rest in vintages] == [
        ("1", "2011", 31, 0, 0, 0, 0),
        ("2", "2021", 0, 6, 0, 0, 0),
        ("3", "either", 0, 0, 2, 0, 3),
        ("4", "mixed", 4, 1, 0, 2, 0),
        ("5", "unknown", 0, 0, 0, 0, 60),
    ]


def test_published_neighbourhoods_districts_and_area_are_whole_and_add_up(converted: Settings) -> None:
    numbers = dict(
        query(
            converted,
            """select area_code, numerator from fct_indicator_values
               where indicator_id = 'violence_rate' and period_type = 'financial_year' and split = 'all'
                   and breakdown = 'none' and period_start = date '2023-04-01' and numerator is not null""",
        )
    )
    msoas = {code: number for code, number in numbers.items() if code.startswith("X02")}
    assert msoas == {"X02000001": 8, "X02000002": 9, "X02000003": 11, "X02000004": 9, "X02000005": 4,
                     "X02000006": 2}  # fmt: skip
    assert (numbers[WEST], numbers[EAST]) == (28, 15)
    # Those without a place, or with a code that does not exist, are in the area all the same.
    assert numbers[AREA] == 28 + 15 + 3 + 2


def test_an_index_of_the_old_areas_gives_the_new_ones_their_decile(converted: Settings) -> None:
    deciles = dict(
        query(
            converted,
            "select area_code, deprivation_decile from dim_areas where area_type = 'msoa'",
        )
    )
    assert deciles == {
        "X02000001": 3,
        "X02000002": 3,
        # All of an LSOA in the fifth decile and two thirds of one in the ninth.
        "X02000003": round((5 + 9 * 2 / 3) / (1 + 2 / 3)),
        "X02000004": round((1 + 2 + 9 / 3) / (2 + 1 / 3)),
        "X02000005": 7,
        "X02000006": None,
    }


def test_codes_of_2021_are_traced_back_where_the_areas_are_those_of_2011(
    build_area: Callable[..., Settings],
) -> None:
    places = {
        "X01100001": ("X02000001", WEST),
        "X01100015": ("X02000002", EAST),
        "X01100025": ("X02000003", EAST),
        "X01199999": ("X02999999", "X06900001"),
    }
    settings = build_area(
        {
            "lookup_lsoa11_msoa11.csv": [
                {"lsoa11_code": code, "msoa11_code": msoa, "msoa11_name": msoa}
                for code, (msoa, _) in places.items()
            ],
            "lookup_lsoa11_ltla21.csv": [
                {"lsoa11_code": code, "ltla21_code": lad, "ltla21_name": lad}
                for code, (_, lad) in places.items()
            ],
            "lookup_lsoa11_lsoa21.csv": change_lookup(each for each in CHANGES if each[1] in "SM"),
            "population20_lsoa11.csv": [
                {"lsoa11_code": code, "total_population": number}
                for code, number in (("X01100015", 400), ("X01100025", 100))
            ],
            "police_crimes_1.csv": crimes("lsoa21_code", {"X01000001": 3, "X01000002": 2, "X01000005": 10}),
            "police_crimes_2.csv": crimes("lsoa11_code", {"X01100025": 1, "X01199999": 1}),
        }
    )
    assert placed_crimes(settings) == {
        ("X02000001", WEST, "in_area"): 5,
        # X01000005 was merged of two: four fifths of its residents came from one, a fifth from the other.
        ("X02000002", EAST, "in_area"): 8,
        ("X02000003", EAST, "in_area"): 2 + 1,
        (None, None, "out_of_area"): 1,
    }


# Districts

SOMERSET, BARNSLEY = "E06000066", "E08000016"
ASSESSMENT = """
name = "districts"
title = "Two districts"
edition = "2024"
start = 2019-04-01
cut_off = 2024-03-31
is_synthetic = true

[area]
code = "T1"
name = "Two districts"
region_code = "E12000009"
region_name = "South West"
country_code = "E92000001"
country_name = "England"
police_force_codes = ["X23000001"]
districts = ["E06000066", "E08000016"]

[definition]
lens_id = "sv_strategy_2018"
"""


@pytest.fixture(scope="module")
def districts(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """An area of Somerset, merged in 2023, and of Barnsley under the code that it had until 2025."""
    workspace = tmp_path_factory.mktemp("districts")
    (workspace / "assessment.toml").write_text(ASSESSMENT, encoding="utf-8")
    given = {
        SOMERSET: 1, "E07000187": 2, "E07000188": 3, "E07000189": 4, "E07000246": 5,
        # Taunton Deane and West Somerset were merged in 2019 already.
        "E07000190": 6, "E07000191": 7,
        BARNSLEY: 10, "E08000038": 20,
        # Bristol, Sheffield under either code, nothing that exists, and none.
        "E06000023": 30, "E08000019": 40, "E08000039": 50, "E06000999": 60, "": 70,
    }  # fmt: skip
    rows = [
        crime(lad_code=code, lsoa21_code="", ho_code="105A")
        for code, number in given.items()
        for _ in range(number)
    ]
    folder = workspace / "data" / "raw"
    write_rows(folder / "police_crimes_1.csv", [*rows, crime(force_code="X23000009", lad_code=SOMERSET)])
    people = {
        "E07000187": 100,
        "E07000188": 200,
        "E07000189": 300,
        "E07000246": 400,
        BARNSLEY: 50,
        "E06000023": 7,
    }
    # A later table knows Somerset under its new code: it stands instead of the sum, not beside it.
    write_rows(
        folder / "mye2_lad_1.csv",
        [
            {"mid_year": year, "code": code, "sex": "Female", "age": 30, "population": number}
            for year, table in ((2022, people), (2023, {**people, SOMERSET: 1100}))
            for code, number in table.items()
        ],
    )
    (folder / "SYNTHETIC.txt").write_text("SYNTHETIC\n", encoding="utf-8")
    settings = read_settings(workspace)
    plan.refresh(settings, lambda _: None)
    return settings


def test_records_of_a_merged_district_count_for_the_one_that_took_its_place(districts: Settings) -> None:
    counts = {(lad, placement): number for (_, lad, placement), number in placed_crimes(districts).items()}
    assert counts == {
        (SOMERSET, "unlocated"): 1 + 2 + 3 + 4 + 5 + 6 + 7,
        # The assessment's own code stands; the later one is read backwards.
        (BARNSLEY, "unlocated"): 10 + 20,
        # Other districts, and one record of another force that names Somerset.
        (None, "out_of_area"): 30 + 40 + 50 + 1,
        (None, "unknown_code"): 60,
        (None, "unlocated"): 70,
    }


def test_residents_of_merged_districts_are_summed_and_never_counted_twice(districts: Settings) -> None:
    people = query(
        districts,
        """select year, area_code, population from int_populations
           where population_group = 'all' and area_type = 'lad' and year in (2022, 2023) order by all""",
    )
    assert people == [
        (2022, SOMERSET, 1000),
        (2022, BARNSLEY, 50),
        (2023, SOMERSET, 1100),
        (2023, BARNSLEY, 50),
    ]


def test_a_district_changes_at_most_twice() -> None:
    """The model follows two steps: a third would be lost."""
    with (PROJECT / "dbt_project" / "seeds" / "lad_code_changes.csv").open(encoding="utf-8") as lines:
        later = {row["old_code"]: row["new_code"] for row in csv.DictReader(lines)}
    assert later["E07000190"] == "E07000246"
    assert later["E07000246"] == SOMERSET
    assert {later.get(later.get(new, "")) for new in later.values()} == {None}


# Every record, in areas drawn at random


def draw_places(
    dice: Random,
) -> tuple[dict[str, tuple[str, str]], list[tuple[str, str, str]], dict[str, int]]:
    """Forty LSOAs of 2021, what those of 2011 became, and the residents of most."""
    lookup = {
        f"X0100{number:04}": (f"X0200{number // 3:04}", [WEST, EAST, "X06000003", "X06900001"][number % 4])
        for number in range(40)
    }
    # An MSOA lies in one district.
    lookup = {code: (f"{msoa[:-1]}{lad[-1]}", lad) for code, (msoa, lad) in lookup.items()}
    changes = []
    for number in range(25):
        kind = dice.choice("UUSSMX")
        later = dice.sample(sorted(lookup), {"U": 1, "M": 1, "S": dice.choice((2, 3)), "X": 2}[kind])
        earlier = later[0] if kind == "U" else f"X0110{number:04}"
        changes += [(earlier, kind, code) for code in later]
    people = {code: dice.randrange(1, 900) for code in lookup if dice.random() < 0.85}
    return lookup, sorted(set(changes)), people


@pytest.fixture(scope="module", params=[1, 2])
def scattered(request: pytest.FixtureRequest, build_area: Callable[..., Settings]) -> tuple[Settings, int]:
    """An area drawn at random, with records of either census, of nowhere, and of other forces."""
    return build_area(draw_scattered(request.param)), request.param


def draw_scattered(seed: int) -> dict[str, list[Row]]:
    """The deliveries of an area drawn at random; the same seed gives the same rows."""
    dice = Random(seed)
    lookup, changes, people = draw_places(dice)
    codes = [*lookup, *{earlier for earlier, _, _ in changes}, "X01888888", "E01999999", ""]
    police = [
        {
            **crime(lad_code=""),
            "crime_id_pseudo": f"R{number:05}",
            "recorded_date": f"2023-{dice.randrange(1, 13):02}-11",
            "lsoa21_code": dice.choice(codes),
            "force_code": dice.choices([AREA, "X23000009"], weights=[19, 1])[0],
        }
        for number in range(2000)
    ]
    street = [{**draw_street_crime(dice, n), "LSOA code": dice.choice(codes)} for n in range(1500)]
    attendances = [
        {"attendance_id": f"A{n:05}", "site_code": "XED01", "arrival_datetime": f"2023-{n % 12 + 1:02}-03T01:05",
         "assault_location_type": "street_public", "lsoa21_code": dice.choice(codes)}
        for n in range(1200)
    ]  # fmt: skip
    return {
        "lookup_lsoa21_msoa21_lad.csv": lookup_2021(lookup),
        "lookup_lsoa11_lsoa21.csv": change_lookup(changes),
        "population_lsoa21.csv": residents(people),
        "police_crimes_1.csv": police,
        "police_crimes_2_again.csv": police[:90],
        "2023-06-street.csv": street,
        "ed_assaults_1.csv": attendances,
    }


def test_records_of_either_census_lie_where_the_slow_twin_puts_them(scattered: tuple[Settings, int]) -> None:
    settings, seed = scattered
    lookup, changes, people = draw_places(Random(seed))
    files = draw_scattered(seed)
    own = {code: (lad, msoa) if lad < "X069" else None for code, (msoa, lad) in lookup.items()}
    pairs = [(earlier, later) for earlier, _, later in changes]
    shares = {
        code: shares_of(code, own, pairs, people) for code in [*lookup, *(earlier for earlier, _ in pairs)]
    }
    assert sum(len(places) > 1 for places in shares.values()) >= 5
    # In order of month and identifier; those of another force are none of the area's wherever they lie.
    police = sorted(
        files["police_crimes_1.csv"], key=lambda row: (row["recorded_date"], row["crime_id_pseudo"])
    )
    expected = place_all([str(row["lsoa21_code"]) for row in police], shares)
    found: Counter[object] = Counter()
    for placement, lad, msoa, number in query(
        settings,
        """select lsoa_placement, place_lad_code, place_msoa_code, count(*) from int_crimes_placed group by all""",
    ):
        found[placement, (lad, msoa) if lad else None] += number
    assert found == expected
    attendances = place_all(
        [
            str(row["lsoa21_code"])
            for row in sorted(
                files["ed_assaults_1.csv"],
                key=lambda row: (str(row["arrival_datetime"])[:7], row["attendance_id"]),
            )
        ],
        shares,
    )
    by_district: Counter[object] = Counter()
    for (placement, place), number in attendances.items():
        by_district[placement, place[0] if place else None] += number
    assert by_district == {
        (placement, lad): number
        for placement, lad, number in query(
            settings,
            """select placement, lad_code, count(*) from int_health_events
               where measure_id = 'ed_assault' group by all""",
        )
    }


def test_every_record_accepted_is_superseded_or_has_a_placement(scattered: tuple[Settings, int]) -> None:
    settings, _ = scattered
    checks = dict_of_checks(settings)
    for source_id in ("police_crimes", "street_crimes", "ed_assaults"):
        counts = checks[source_id]
        placed = sum(
            counts.get(f"rows_{where}", 0)
            for where in ("in_area", "out_of_area", "unlocated", "unknown_code")
        )
        assert counts["rows_accepted"] == counts["rows_superseded"] + placed, source_id
        assert counts["rows_unknown_code"] > 0
    assert checks["police_crimes"]["rows_superseded"] == 90
    assert checks["police_crimes"]["rows_unlocated"] > 0


def dict_of_checks(settings: Settings) -> dict[str, dict[str, float]]:
    """The counts of fct_data_quality by source and check."""
    checks: dict[str, dict[str, float]] = {}
    for source_id, check_id, number in query(
        settings, "select source_id, check_id, check_count from fct_data_quality"
    ):
        checks.setdefault(source_id, {})[check_id] = number
    return checks


def test_neighbourhoods_districts_and_the_placeless_add_up_to_the_area(
    scattered: tuple[Settings, int],
) -> None:
    """In whole records, in every month and category."""
    settings, _ = scattered
    sums = query(
        settings,
        """select sum(event_count), sum(event_count) filter (lad_code is not null),
               sum(event_count) filter (msoa_code is not null), sum(event_count) filter (lad_code is null)
           from int_monthly_cells where source_id = 'street_crimes' group by measure_id, month_start""",
    )
    assert len(sums) > 50
    assert sum(placeless or 0 for *_, placeless in sums) > 50
    for area, in_districts, in_neighbourhoods, placeless in sums:
        assert area == (in_districts or 0) + (placeless or 0)
        assert in_districts == in_neighbourhoods
        assert area % 1 == 0
    [(total,)] = query(
        settings, "select sum(event_count) from int_monthly_cells where source_id = 'street_crimes'"
    )
    [(counted,)] = query(
        settings, "select count(*) from int_street_crimes_placed where placement != 'out_of_area'"
    )
    assert total == counted


def test_after_any_number_of_turns_each_place_has_had_its_share(scattered: tuple[Settings, int]) -> None:
    settings, _ = scattered
    worst = query(
        settings,
        """with so_far as (
               select turns.lsoa_code, turns.turn, places.place_number, places.share,
                   count(*) filter (turns.place_number = places.place_number)
                       over (partition by turns.lsoa_code, places.place_number order by turns.turn) as had
               from int_lsoa_turns as turns
               inner join int_lsoa_places as places on turns.lsoa_code = places.lsoa_code
           )
           select max(abs(had - turn * share)), count(*) from so_far""",
    )
    assert worst[0][0] <= 1
    assert worst[0][1] >= 10_000


# What was held back


def test_rows_held_back_are_counted_by_rule_and_never_shown(converted_equally: Settings) -> None:
    sent = sum(len(rows) for name, rows in {**FILES, **HELD_BACK}.items() if name.startswith("police_crimes"))
    held_back = query(
        converted_equally,
        """select label, check_count, base_count from fct_data_quality
           where check_id like 'held_back%' order by check_order""",
    )
    assert [(label.split(":")[0], number, base) for label, number, base in held_back] == [
        ("offence code", 9, sent),
        ("recorded on", 4, sent),
    ]
    table = pq.read_table(converted_equally.extracts / "run" / "rejected_rules.parquet")
    assert table.column_names == ["source_id", "column_name", "rule", "row_count"]
    assert "CANARY" not in str(table.to_pydict())
