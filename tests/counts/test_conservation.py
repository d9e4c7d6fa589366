"""Nothing is lost and nothing doubles: rows, splits, districts, months, and files sent in other ways."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from pyarrow.parquet import read_metadata

from pipeline.register import current_deliveries, read_ledger
from pipeline.settings import Settings
from tests.conftest import query
from tests.counts.drawn import Row, draw_area
from tests.counts.reference import read_seed

AREAS = ["demonstration", "drawn", "dense"]
SAME_CELL = "indicator_id, lens_id, period_type, period_start, breakdown, breakdown_value, split"


def rows_of(file: Path) -> int:
    """The rows below the header of a delivered text."""
    with file.open(encoding="utf-8", newline="") as stream:
        return sum(1 for _ in csv.reader(stream)) - 1


@pytest.mark.parametrize("area", AREAS)
def test_every_row_of_a_delivery_is_accepted_or_held_back(area: str, request: pytest.FixtureRequest) -> None:
    settings: Settings = request.getfixturevalue(area)
    deliveries = current_deliveries(read_ledger(settings.register), settings.assessment.name)
    texts = [line for line in deliveries if line.file_name.endswith(".csv")]
    assert len(texts) >= 14
    for line in texts:
        extract = settings.extracts / line.source_id / f"{line.delivery_id}.parquet"
        accepted = read_metadata(extract).num_rows
        delivered = rows_of(settings.deliveries / line.file_name)
        assert (delivered, accepted) == (line.rows_in, line.accepted), line.file_name
        assert line.rows_in == line.accepted + line.rejected, line.file_name


def test_every_accepted_record_of_the_demonstration_area_has_a_place_or_none(demonstration: Settings) -> None:
    counts = quality_of(demonstration)
    for source_id in ("police_crimes", "ed_assaults", "ambulance_callouts", "hospital_admissions"):
        checks = counts[source_id]
        placed = [checks.get(f"rows_{where}", 0) for where in ("in_area", "out_of_area", "unlocated")]
        assert sum(placed) == checks["rows_accepted"], source_id
        assert checks["rows_accepted"] == checks["rows_in"] - checks["rows_quarantined"], source_id


def test_records_sent_again_are_the_only_ones_not_placed(drawn: Settings) -> None:
    files = draw_area(seed=1)
    counts = quality_of(drawn)
    for source_id, pattern, key in (
        ("police_crimes", "police", "crime_id_pseudo"),
        ("ed_assaults", "ed_", "attendance_id"),
    ):
        again = repeated([rows for name, rows in files.items() if name.startswith(pattern)], key)
        checks = counts[source_id]
        placed = [checks.get(f"rows_{where}", 0) for where in ("in_area", "out_of_area", "unlocated")]
        assert again > 5
        assert checks["rows_superseded"] == again, source_id
        assert sum(placed) == checks["rows_accepted"] - again, source_id
        assert all(placed)


def repeated(files: list[list[Row]], key: str) -> int:
    """How many records of a file stand in an earlier file too."""
    seen: set[object] = set()
    again = 0
    for rows in files:
        keys = {row[key] for row in rows}
        again += len(keys & seen)
        seen |= keys
    return again


def quality_of(settings: Settings) -> dict[str, dict[str, float]]:
    """The counts of rows by source and check."""
    counts: dict[str, dict[str, float]] = {}
    for source_id, check_id, number in query(
        settings, "select source_id, check_id, check_count from fct_data_quality"
    ):
        counts.setdefault(source_id, {})[check_id] = number
    return counts


@pytest.mark.parametrize("area", AREAS)
def test_the_three_splits_add_up_to_all(area: str, request: pytest.FixtureRequest) -> None:
    sums = query(
        request.getfixturevalue(area),
        """select sum(numerator) filter (split = 'all'), sum(numerator) filter (split != 'all')
           from fct_indicator_values
           where value_status = 'reported' and numerator_split = split
           group by indicator_id, lens_id, area_code, period_type, period_start, breakdown, breakdown_value
           having count(distinct split) = 4""",
    )
    assert len(sums) > 100
    assert [pair for pair in sums if pair[0] != pair[1]] == []
    assert any(whole > 0 for whole, _ in sums)


@pytest.mark.parametrize("area", AREAS)
def test_districts_and_records_without_one_add_up_to_the_area(
    area: str, request: pytest.FixtureRequest
) -> None:
    settings = request.getfixturevalue(area)
    homeless = {
        ("recorded_crime_rate", year): number
        for year, number in query(
            settings,
            """select year(month_start - interval 3 month), count(*)
               from int_crimes_placed inner join offence_codes using (offence_code)
               where placement = 'unlocated' and lad_in_area is null and offence_group != 'Fraud offences'
               group by all""",
        )
    }
    for indicator_id, measure_id in (
        ("ed_assault_rate", "ed_assault"),
        ("ambulance_assault_rate", "ambulance_assault"),
        ("assault_admission_rate", "assault_admission"),
    ):
        rows = query(
            settings,
            f"""select year(month_start - interval 3 month), count(*) from int_health_events
                where measure_id = '{measure_id}' and placement = 'unlocated' group by all""",
        )
        homeless |= {(indicator_id, year): number for year, number in rows}
    # Councils send these: every record has its district.
    of_councils = ("encompass_rate", "suspension_rate", "persistent_absence_share", "cin_factor_share")
    sums = query(
        settings,
        f"""select indicator_id, year(period_start), breakdown_value,
               sum(numerator) filter (area_type = 'vru') - sum(numerator) filter (area_type = 'lad')
            from fct_indicator_values
            where value_status = 'reported' and split = 'all' and period_type in ('financial_year', 'academic_year')
            group by {SAME_CELL} having count(distinct area_code) = 6""",
    )
    judged = {*of_councils, "recorded_crime_rate", "ed_assault_rate", "ambulance_assault_rate",
              "assault_admission_rate"}  # fmt: skip
    compared = [row for row in sums if row[0] in judged]
    assert {row[0] for row in compared} == judged
    assert any(homeless.values())
    assert [row for row in compared if row[3] != homeless.get((row[0], row[1]), 0)] == []


@pytest.mark.parametrize("area", AREAS)
@pytest.mark.parametrize(
    ("finer", "coarser", "number"),
    [("month", "financial_year", 12), ("quarter", "financial_year", 4), ("month", "quarter", 3)],
)
def test_months_and_quarters_add_up_to_years(
    area: str, finer: str, coarser: str, number: int, request: pytest.FixtureRequest
) -> None:
    sums = query(
        request.getfixturevalue(area),
        f"""with cells as (
                from fct_indicator_values where area_type = 'vru' and value_status = 'reported' and breakdown = 'none'
            )
            select coarser.indicator_id, coarser.period_start, any_value(coarser.numerator), sum(finer.numerator)
            from cells as coarser
            inner join cells as finer
                on coarser.indicator_id = finer.indicator_id and coarser.split = finer.split
                    and finer.period_start >= coarser.period_start and finer.period_end <= coarser.period_end
            where coarser.period_type = '{coarser}' and finer.period_type = '{finer}'
            group by coarser.indicator_id, coarser.split, coarser.period_start
            having count(*) = {number}""",
    )
    assert len(sums) >= 20
    assert [row for row in sums if row[2] != row[3]] == []


def test_order_halves_and_copies_of_files_change_nothing(drawn: Settings, drawn_otherwise: Settings) -> None:
    figures = "from fct_indicator_values order by all"
    assert query(drawn, figures) == query(drawn_otherwise, figures)
    placed = "select placement, count(*) from {} group by all order by all"
    for model in ("int_crimes_placed", "int_street_crimes_placed", "int_health_events"):
        assert query(drawn, placed.format(model)) == query(drawn_otherwise, placed.format(model)), model


@pytest.mark.parametrize("area", AREAS)
def test_every_crime_is_recorded_crime_or_fraud(area: str, request: pytest.FixtureRequest) -> None:
    settings = request.getfixturevalue(area)
    uncounted = query(
        settings,
        """select codes.offence_group, count(*)
           from int_offences as offences
           inner join offence_codes as codes using (offence_code)
           anti join (from int_memberships where measure_id = 'recorded_crime') as counted
               on offences.profile_key = counted.profile_key
           group by all""",
    )
    assert {group for group, _ in uncounted} <= {"Fraud offences"}
    [(offences, codes)] = query(
        settings,
        """select count(*), (select count(*) from int_offences inner join offence_codes using (offence_code))
           from int_offences""",
    )
    assert offences == codes > 0


def test_every_group_of_offences_is_recorded_crime_or_fraud() -> None:
    groups = {row["offence_group"] for row in read_seed("offence_codes")}
    counted = {
        row["offence_group"] for row in read_seed("measure_rules") if row["measure_id"] == "recorded_crime"
    }
    assert groups - counted == {"Fraud offences"}
