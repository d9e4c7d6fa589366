"""What the report shows of the area's own definition beside the others is what was published."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from published import DISTRICTS, VRU, write_published

from pipeline.report.anatomy import Exhibit
from pipeline.report.document import Document, build_document
from pipeline.report.lens_tables import capture_tables, open_tables, places_tables
from pipeline.report.published import Published, read_published
from pipeline.report.selection import Context
from pipeline.report.sentences import plain
from pipeline.report.specs import read_report_spec
from pipeline.settings import Settings


def lines(block) -> list[list[str]]:
    return [[cell.text for cell in row] for row in block.table.rows]


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Published:
    return read_published(write_published(tmp_path_factory.mktemp("published")))


@pytest.fixture(scope="module")
def context(settings: Settings, bundle: Published) -> Context:
    return Context(bundle, settings, (), {})


@pytest.fixture(scope="module")
def document(settings: Settings, bundle: Published) -> Document:
    reports = settings.project / "reports"
    return build_document(read_report_spec(reports), bundle, settings, reports, None)


def find(document: Document, name: str) -> Exhibit:
    return next(exhibit for exhibit in document.exhibits if exhibit.id == name)


def test_capture_is_of_the_latest_year_with_limits_and_a_sign_where_it_is_hidden(context: Context) -> None:
    [block] = capture_tables(context)
    assert block.title == "What our definition captures of each other one, 2023/24"
    assert lines(block)[0] == [
        "Home Office success measures", "0.32", "65.4", "60.1", "70.2", "[c]", "[c]", "[c]", "0.43", "0.23",
    ]  # fmt: skip
    assert len(lines(block)) == 4


def test_what_records_that_do_not_say_could_move_stands_apart(context: Context) -> None:
    [room] = open_tables(context)
    assert room.title == "How far records that do not say could move what our definition captures, 2023/24"
    assert lines(room)[0] == ["Home Office success measures", "0.30", "0.36", "61.2", "78.9", "[c]", "[c]"]


def test_places_ranks_and_money_are_a_table_each(context: Context) -> None:
    places, ranks, money = places_tables(context)
    assert lines(places)[0][1:] == ["33.3", "0.91", "-0.17", "0.99"]
    assert "April 2021 to March 2024" in places.note and "2023/24" in places.note
    assert [row[1] for row in lines(ranks)] == ["2", "-1", "-1", "0", "0"]
    assert [row[1] for row in lines(money)] == ["1.2", "0.4", "0.0", "-0.3", "-1.3"]
    assert [row[0] for row in lines(money)] == list(DISTRICTS.values())


def test_an_area_without_comparisons_has_no_table_of_them(settings: Settings, bundle: Published) -> None:
    none = {**bundle.tables, "lens_comparisons": bundle.tables["lens_comparisons"].head(0)}
    context = Context(replace(bundle, tables=none), settings, (), {})
    assert not capture_tables(context) and not open_tables(context) and not places_tables(context)


def test_a_hidden_bound_of_a_figure_that_is_told_has_the_sign_of_what_is_hidden(
    settings: Settings, bundle: Published
) -> None:
    table = bundle.tables["lens_comparisons"]
    half = {**bundle.tables, "lens_comparisons": table.assign(highest=None)}
    [room] = open_tables(Context(replace(bundle, tables=half), settings, (), {}))
    assert lines(room)[0][1:] == ["0.30", "[c]", "61.2", "[c]", "[c]", "[c]"]
    none = {**bundle.tables, "lens_comparisons": table.assign(lowest=None, highest=None)}
    assert not open_tables(Context(replace(bundle, tables=none), settings, (), {}))


def test_what_is_left_out_stands_beside_what_the_other_definition_counts(document: Document) -> None:
    exhibit = find(document, "left_out_by_offence")
    assert plain(exhibit.title).startswith(
        "The most offences that Broad: with domestic abuse, sexual violence and stalking counts and our definition "
        "leaves out, of those that can be shown, are for stalking and harassment: "
    )
    assert [column.heading for column in exhibit.table.columns][-1].startswith("All in Broad")
    assert [row[0].text for row in exhibit.table.rows] == [
        "Stalking and harassment", "Violence with injury", "Arson",
    ]  # fmt: skip
    assert exhibit.table.rows[2][1].text == "[c]"
    assert {reading.lens_id for reading in exhibit.readings} == {"broad_da_sv_vawg"}


def test_ranks_are_drawn_by_published_rates_and_told_by_published_changes(document: Document) -> None:
    exhibit = find(document, "district_ranks")
    assert exhibit.chart is not None
    frame = exhibit.chart.frame
    for _, stage in frame.groupby("stage"):
        assert list(stage.sort_values("value")["amount"]) == sorted(stage["amount"], reverse=True)
    assert plain(exhibit.title).startswith(
        "Port Example stands 2 places nearer the top under our definition than"
    )
    assert plain(exhibit.title).endswith("and stalking (at least 1)")
    assert [[cell.text for cell in row[-3:]] for row in exhibit.table.rows] == [
        ["2", "1", "3"], ["-1", "-2", "0"], ["-1", "-2", "-1"], ["0", "0", "0"], ["0", "[c]", "[c]"],
    ]  # fmt: skip


def test_no_district_is_named_where_unknown_flags_could_turn_each_change_round(
    settings: Settings, bundle: Published, document: Document
) -> None:
    table = bundle.tables["lens_comparisons"].copy()
    is_change = table["statistic"].isin(["rank_change", "allocation_change"]) & (table["value"] != 0)
    table.loc[is_change, ["lowest", "highest"]] = [-5.0, 5.0]
    opened = replace(bundle, tables={**bundle.tables, "lens_comparisons": table})
    reports = settings.project / "reports"
    made = build_document(read_report_spec(reports), opened, settings, reports, None)
    titles = [plain(find(made, name).title) for name in ("district_ranks", "money_moved")]
    assert titles[0].endswith("stand in other places, but records that do not say could undo each move")
    assert titles[1].endswith("hangs on records that do not say what the definitions ask")
    for title in titles:
        assert not any(name in title for name in DISTRICTS.values())


def test_nothing_is_said_to_stay_where_unknown_flags_could_move_it(
    settings: Settings, bundle: Published
) -> None:
    table = bundle.tables["lens_comparisons"].copy()
    is_money = table["statistic"] == "allocation_change"
    table.loc[is_money, ["value", "lowest", "highest"]] = [0.0, 0.0, 0.0]
    reports = settings.project / "reports"
    titles = []
    for ends in ([0.0, 0.0], [-5.0, 5.0]):
        table.loc[is_money, ["lowest", "highest"]] = ends
        told = replace(bundle, tables={**bundle.tables, "lens_comparisons": table.copy()})
        made = build_document(read_report_spec(reports), told, settings, reports, None)
        titles.append(plain(find(made, "money_moved").title))
    assert titles[0].endswith("nothing would move")
    assert titles[1].endswith("hangs on records that do not say what the definitions ask")


def test_a_change_that_unknown_flags_could_turn_round_has_a_sign(document: Document) -> None:
    ranks, money = places_tables(document.context)[1:]
    assert [row[1].shown for row in ranks.table.rows] == ["2", "? -1", "-1", "0", "? 0"]
    assert [row[1].shown for row in money.table.rows] == ["1.2", "? 0.4", "0.0", "? -0.3", "-1.3"]


def test_where_a_rate_is_hidden_no_district_has_a_place(settings: Settings, tmp_path: Path) -> None:
    folder = write_published(tmp_path / "published")
    values = pd.read_parquet(folder / "indicator_values.parquet")
    is_one = (
        (values["indicator_id"] == "lens_offence_rate") & (values["area_code"] == "X06000003")
        & (values["lens_id"] == "broad_da_sv_vawg")
    )  # fmt: skip
    values.loc[is_one, "value_status"] = "suppressed"
    values.loc[is_one, ["value", "numerator", "lower95", "upper95"]] = None
    values.to_parquet(folder / "indicator_values.parquet")
    reports = settings.project / "reports"
    made = build_document(read_report_spec(reports), read_published(folder), settings, reports, None)
    frame = find(made, "district_ranks").chart.frame
    assert frame[frame["stage"].str.startswith("Broad")]["value"].isna().all()
    assert frame[~frame["stage"].str.startswith("Broad")]["value"].notna().all()


def test_money_is_told_from_who_would_gain_most_to_who_would_lose_most(document: Document) -> None:
    exhibit = find(document, "money_moved")
    assert plain(exhibit.title).endswith(
        "Port Example would gain 1.2 points of the whole (at least 0.6) and Example-on-Sea would lose 1.3 points "
        "of the whole (at least 0.4)"
    )
    assert {reading.area_code for reading in exhibit.readings} == set(DISTRICTS)


def test_the_own_domestic_share_is_told_with_its_interval(document: Document) -> None:
    exhibit = find(document, "definitions_domestic")
    own = next(reading for reading in exhibit.readings if reading.lens_id == "exampleshire")
    assert f"{own.value}% (95% interval {own.lower95}% to {own.upper95}%)" in plain(exhibit.title)
    assert own.area_code == VRU and exhibit.table.bold_rows


@pytest.mark.parametrize("status", ["suppressed", "not_available"])
def test_what_stands_in_for_a_hidden_definition_is_named_and_drawn_in_its_place(
    settings: Settings, bundle: Published, document: Document, status: str
) -> None:
    lenses = bundle.tables["lenses"].copy()
    is_narrow = lenses["lens_id"] == "ho_narrow"
    lenses.loc[is_narrow, "substitute_indicator_id"] = "knife_crime_rate"
    lenses.loc[is_narrow, "substitute_difference"] = "it takes in domestic homicide with a knife"
    hidden = tuple(
        replace(one, value=None, value_status=status, status_reason="Why there is none.")
        if one.lens_id == "ho_narrow"
        else one
        for one in bundle.readings["lens_offences"]
    )
    least = tuple(one for one in bundle.readings["lens_offences_at_least"] if one.lens_id != "ho_narrow")
    changed = replace(
        bundle,
        tables={**bundle.tables, "lenses": lenses},
        readings={**bundle.readings, "lens_offences": hidden, "lens_offences_at_least": least},
    )
    reports = settings.project / "reports"
    exhibit = find(
        build_document(read_report_spec(reports), changed, settings, reports, None), "definitions_compared"
    )
    knives = next(
        one
        for one in bundle.readings["knife_crime_rate"]
        if (one.area_code, one.split, one.breakdown, one.period_type)
        == (VRU, "all", "none", "financial_year")
        and one.period_start == exhibit.readings[0].period_start
    )
    rows = [row for row in exhibit.table.rows if row[1].cell_id == knives.cell_id]
    if status != "suppressed":
        # Of what is not there at all nothing is given away, and nothing stands in for it.
        assert not rows and not any("stands in its place" in str(note) for note in exhibit.notes)
        return
    [row] = rows
    assert row[0].text == "Knife crime, in place of Home Office success measures"
    assert row[1].number == knives.numerator and row[1].field == "numerator"
    assert exhibit.chart is not None
    drawn = exhibit.chart.frame.set_index("label")["value"]
    assert drawn["Knife crime, for Home Office success measures"] == knives.numerator
    assert any("it takes in domestic homicide with a knife" in str(note) for note in exhibit.notes)
    # The other definitions are as they were.
    before = {row[0].text: row[1].text for row in find(document, exhibit.id).table.rows}
    after = {row[0].text: row[1].text for row in exhibit.table.rows}
    assert {name: after[name] for name in after if name in before}.items() <= before.items()
