"""Rules over a whole delivery, each at its edges, and how somebody lets one pass."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from pipeline import plan
from pipeline.contracts import Contract
from pipeline.ingest.batch import missing_months, months_before, objections, unfinished_months
from pipeline.register import Delivery, read_decisions
from pipeline.settings import ConfigurationError, Settings
from tests.ingest.door import AS_OF, deliver, open_door
from tests.ingest.histories import COUNTS, RECORDS, counted, current, rows, take_all, write_file

MONTHLY = replace(RECORDS, volume_tolerance=0.5)
YEAR = tuple(reversed(months_before("2024-01", 12)))
CODE = "area code is not in the code list"
PLACES = replace(
    RECORDS, columns=(*RECORDS.columns, replace(RECORDS.columns[1], name="area", pattern="[EWX]01\\d{6}"))
)
# Monthly "domestic violence" crimes of one force rose from 7,695 to 19,458 in a year. The first and the last number
# are the force's; those between are drawn so that the twelve add up to its 134,695.
WEST_MIDLANDS = (7_695, 7_900, 8_150, 8_500, 8_900, 9_400, 10_100, 10_900, 12_200, 14_300, 17_192, 19_458)


@pytest.fixture
def workspace(tmp_path: Path) -> Settings:
    return open_door(tmp_path)


def line(
    periods: dict[str, int] | None = None, rows_in: int = 100, end: str = "", **words: object
) -> Delivery:
    months = periods or {}
    last = max(months, default="2024-01")
    told = Delivery("a", "new", "records", "new.csv", "", "accepted", rows_in=rows_in, periods=months,
                    period_end=end or f"{last}-28", scope=("A",))  # fmt: skip
    return replace(told, **words)  # type: ignore[arg-type]


def broken(
    of: Delivery,
    contract: Contract = MONTHLY,
    history: tuple[Delivery, ...] = (),
    manifest: int | None = None,
    as_of: date = AS_OF,
) -> list[str]:
    return [each.rule for each in objections(of, contract, history, manifest, as_of)]


@pytest.mark.parametrize(
    ("rows_in", "rules", "is_refused"),
    [
        (100, {"amount is not of type integer": 20}, False),
        (100, {"amount is not of type integer": 21}, True),
        (100, {"amount is not of type integer": 11, "force required value is missing": 10}, True),
        (50, {"amount is not of type integer": 11}, True),
        (49, {"amount is not of type integer": 40}, False),
        # A footer and a copy are no fault of the records.
        (100, {"a footer or a total, not a record": 90}, False),
        (100, {"record_id exact copy of an earlier row": 50}, False),
    ],
)
def test_too_many_bad_rows(rows_in: int, rules: dict[str, int], is_refused: bool) -> None:
    told = line(rows_in=rows_in, rules=rules, rejected=sum(rules.values()))
    assert broken(told) == ["rejected_share"] * is_refused


@pytest.mark.parametrize(
    ("rows_in", "unknown", "is_refused"),
    [(1_000, 9, False), (1_000, 10, True), (50, 1, True), (49, 49, False)],
)
def test_unknown_places(rows_in: int, unknown: int, is_refused: bool) -> None:
    told = line(rows_in=rows_in, rules={CODE: unknown}, rejected=0)
    assert broken(told, PLACES) == ["unknown_places"] * is_refused
    assert broken(told, RECORDS) == []


@pytest.mark.parametrize(
    ("accepted", "words", "is_refused"),
    [
        (100, {"sex": 20}, False),
        (100, {"sex": 21}, True),
        # Each column for itself.
        (100, {"sex": 15, "method": 15}, False),
        (50, {"sex": 11}, True),
        (49, {"sex": 49}, False),
    ],
)
def test_words_that_nobody_knows(accepted: int, words: dict[str, int], is_refused: bool) -> None:
    told = line(rows_in=accepted, accepted=accepted, unknown_words=words)
    assert broken(told) == ["unknown_words"] * is_refused


@pytest.mark.parametrize(("manifest", "is_refused"), [(None, False), (100, False), (99, True), (101, True)])
def test_manifest_that_says_another_number(manifest: int | None, is_refused: bool) -> None:
    assert broken(line(rows_in=100), manifest=manifest) == ["manifest"] * is_refused


@pytest.mark.parametrize(
    ("count", "is_refused"), [(100, False), (150, False), (151, True), (50, False), (49, True)]
)
def test_month_far_from_the_year_before_it(count: int, is_refused: bool) -> None:
    history = (line(dict.fromkeys(YEAR, 100), delivery_id="old"),)
    assert broken(line({"2024-01": count}), history=history) == ["volume"] * is_refused


@pytest.mark.parametrize(
    ("told", "history", "is_refused"),
    [
        # Six months are enough of a history, five are not.
        (line({"2024-01": 900}), dict.fromkeys(YEAR[-6:], 100), True),
        (line({"2024-01": 900}), dict.fromkeys(YEAR[-5:], 100), False),
        # Thirty a month are enough to have a median, 29 are not.
        (line({"2024-01": 900}), dict.fromkeys(YEAR, 30), True),
        (line({"2024-01": 900}), dict.fromkeys(YEAR, 29), False),
        # Records of a known month, recorded late, come on top of it; more than it had are the month anew.
        (line({"2023-12": 9, "2024-01": 100}), dict.fromkeys(YEAR, 100), False),
        (line({"2023-12": 151, "2024-01": 100}), dict.fromkeys(YEAR, 100), True),
        # Another force says nothing of this one.
        (line({"2024-01": 900}, scope=("B",)), dict.fromkeys(YEAR, 100), False),
    ],
)
def test_what_a_month_is_compared_with(told: Delivery, history: dict[str, int], is_refused: bool) -> None:
    assert broken(told, history=(line(history, delivery_id="old"),)) == ["volume"] * is_refused


@pytest.mark.parametrize(("as_of", "is_refused"), [(date(2024, 1, 31), False), (date(2024, 2, 1), True)])
def test_month_has_fewer_while_it_is_not_over(as_of: date, is_refused: bool) -> None:
    history = (line(dict.fromkeys(YEAR, 100), delivery_id="old"),)
    assert broken(line({"2024-01": 10}), history=history, as_of=as_of) == ["volume"] * is_refused


@pytest.mark.parametrize(
    ("start", "end", "is_refused"),
    [
        # A week of it; its rest; a month to its end.
        ("2024-01-08", "2024-01-14", False),
        ("2024-01-07", "2024-01-31", False),
        ("2024-01-01", "2024-01-24", False),
        ("2024-01-06", "2024-01-25", True),
    ],
)
def test_part_of_a_month_is_not_compared_with_whole_ones(start: str, end: str, is_refused: bool) -> None:
    history = (line(dict.fromkeys(YEAR, 100), delivery_id="old"),)
    told = line({"2024-01": 10}, period_start=start, end=end)
    assert broken(told, history=history) == ["volume"] * is_refused


@pytest.mark.parametrize(
    ("start", "end", "count", "says"),
    [
        ("2024-01-01", "2024-01-24", 30, ["2024-01 may not be whole: its last record is of 2024-01-24"]),
        ("2024-01-01", "2024-01-25", 30, []),
        ("2024-01-07", "2024-01-31", 30, ["2024-01 may not be whole: its first record is of 2024-01-07"]),
        ("2024-01-06", "2024-01-31", 30, []),
        # A few records say nothing of their month, and figures of a month have no days.
        ("2024-01-01", "2024-01-24", 29, []),
        ("2024-01-01", "2024-01-01", 30, []),
    ],
)
def test_month_that_may_have_been_cut(start: str, end: str, count: int, says: list[str]) -> None:
    assert unfinished_months(line({"2024-01": count}, end=end, period_start=start), MONTHLY) == says


@pytest.mark.parametrize(
    ("contract", "changes", "is_refused"),
    [
        (RECORDS, {"rows_before": 100, "rows_removed": 10, "rows_after": 100}, False),
        (RECORDS, {"rows_before": 100, "rows_removed": 11, "rows_after": 100}, True),
        (RECORDS, {"rows_before": 49, "rows_removed": 49, "rows_after": 1}, False),
        # Without identifiers an altered row is one removed and one added.
        (COUNTS, {"rows_before": 100, "rows_removed": 100, "rows_after": 90}, False),
        (COUNTS, {"rows_before": 100, "rows_removed": 100, "rows_after": 89}, True),
    ],
)
def test_revision_that_leaves_much_out(contract: Contract, changes: dict[str, int], is_refused: bool) -> None:
    assert broken(line(changes=changes), contract) == ["removed"] * is_refused


def test_the_delivery_that_is_revised_is_no_history() -> None:
    history = (line(dict.fromkeys(YEAR, 100), delivery_id="old"),)
    assert broken(line({"2024-01": 900}, supersedes=("old",)), history=history) == []


def test_the_growth_of_west_midlands_is_caught_in_one_file_and_month_by_month() -> None:
    months = tuple(reversed(months_before("2022-07", 12)))
    series = dict(zip(months, WEST_MIDLANDS, strict=True))
    assert (len(series), sum(WEST_MIDLANDS)) == (12, 134_695)
    [objection] = objections(line(series, rows_in=134_695), MONTHLY, (), None, AS_OF)
    assert objection.sentence == (
        "2022-04 has 14,300 rows, and the months before it have 8,900 (median): ask the supplier whether that is right"
    )
    history: tuple[Delivery, ...] = ()
    refused = []
    for month, count in series.items():
        told = line({month: count}, rows_in=count, delivery_id=month)
        refused += [month] if broken(told, history=history) else []
        history = (*history, told)
    assert refused == ["2022-04", "2022-05", "2022-06"]


@pytest.mark.parametrize(
    ("months", "earlier", "missing"),
    [
        (("2024-03",), ("2024-01",), ("2024-02",)),
        (("2024-02",), ("2024-01",), ()),
        (("2024-01", "2024-04"), (), ("2024-02", "2024-03")),
        (("2023-11",), ("2024-02",), ("2023-12", "2024-01")),
        ((), ("2024-01",), ()),
    ],
)
def test_missing_months(months: tuple[str, ...], earlier: tuple[str, ...], missing: tuple[str, ...]) -> None:
    history = [line(dict.fromkeys(earlier, 5))] if earlier else []
    assert missing_months(line(dict.fromkeys(months, 5)), MONTHLY, history) == missing
    assert missing_months(line(dict.fromkeys(months, 5)), replace(MONTHLY, cadence="quarter"), history) == ()


def test_a_manifest_that_disagrees_refuses_the_file_until_somebody_says_why_it_may_pass(
    workspace: Settings,
) -> None:
    write_file(workspace, "records.csv", rows("2024-01", *range(10)))
    deliver(workspace, "manifest.csv", b"file,rows\nrecords.csv,12\n")
    [refused] = take_all(workspace).refused
    assert refused.reason == (
        "it holds 10 rows, and the supplier's manifest says 12: ask for it again; if it is right, accept it: "
        'sna ingest FILE --accept manifest --reason "…"'
    )
    plan.accept_deliveries(
        workspace, [workspace.deliveries / "records.csv"], ["manifest"], " Two are withdrawn. "
    )
    [line] = take_all(workspace).new
    assert line.status == "accepted"
    assert line.warnings[-1].endswith(
        "the supplier's manifest says 12: ask for it again (Two are withdrawn.)"
    )
    assert take_all(workspace).new == ()


def test_an_overlap_that_is_accepted_counts_both(workspace: Settings) -> None:
    write_file(workspace, "counts_1.csv", rows("2024-01", *range(10)))
    take_all(workspace)
    write_file(workspace, "counts_2.csv", rows("2024-01", 1, 2, 3))
    assert len(take_all(workspace).refused) == 1
    plan.accept_deliveries(
        workspace, [workspace.deliveries / "counts_2.csv"], ["overlap"], "Other offences only."
    )
    take_all(workspace)
    assert len(current(workspace)) == 2
    assert counted(workspace, COUNTS.source_id) == 13


@pytest.mark.parametrize(
    ("file", "rule", "reason", "says"),
    [
        ("records.csv", "volumes", "why", "There is no rule 'volumes' to accept; the rules are manifest"),
        ("records.csv", "volume", " ", "Name the files that may pass, and say why after --reason"),
        ("nowhere.csv", "volume", "why", "nowhere.csv is not a file"),
    ],
)  # fmt: skip
def test_what_cannot_be_accepted_is_one_sentence_and_no_decision(
    workspace: Settings, file: str, rule: str, reason: str, says: str
) -> None:
    write_file(workspace, "records.csv", rows("2024-01", 1))
    with pytest.raises(ConfigurationError, match=says):
        plan.accept_deliveries(workspace, [workspace.deliveries / file], [rule], reason)
    assert read_decisions(workspace.register) == ()
