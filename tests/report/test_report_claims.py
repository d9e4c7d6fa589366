"""The section on claims prints the published verdicts and effects, and no other number."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.report.blocks import TableBlock
from pipeline.report.claim_tables import CLAIMS, PARTS
from pipeline.report.document import build_document
from pipeline.report.published import Published, read_published
from pipeline.report.specs import read_report_spec
from pipeline.settings import Settings
from tests.counts.reference import read_seed


def tables_of(settings: Settings, bundle: Published) -> dict[str, list[list[str]]]:
    """The lines of the tables of the section, by their name."""
    reports = settings.project / "reports"
    document = build_document(read_report_spec(reports), bundle, settings, reports, None)
    [section] = [section for section in document.sections if section.id == "claims"]
    blocks = [block for block in section.blocks if isinstance(block, TableBlock)]
    return {block.id: [[cell.text for cell in row] for row in block.table.rows] for block in blocks}


@pytest.fixture(scope="module")
def bundle(published: Path) -> Published:
    return read_published(published)


@pytest.fixture(scope="module")
def tables(settings: Settings, bundle: Published) -> dict[str, list[list[str]]]:
    return tables_of(settings, bundle)


def test_each_part_of_a_claim_is_told_for_its_latest_period_in_fixed_words(
    tables: dict[str, list[list[str]]],
) -> None:
    third, other = tables["claim-a-third-is-domestic"]
    said = "What is said of a_third in the year to March 2024."
    assert third == [
        "Violence against the person (flagged domestic, % of all)",
        "29.2",
        "28.6",
        "29.8",
        "Lower",
        said,
    ]
    assert other[1:5] == ["16.5", "15.0", "18.2", "No part of the claim"]


def test_the_verdict_altogether_comes_first_and_what_it_repeats_is_left_out(
    tables: dict[str, list[list[str]]],
) -> None:
    rows = tables["claim-no-regional-variation"]
    assert [row[0] for row in rows] == [
        "Altogether (spread, times the other’s)",
        "Taken literally (typical factor)",
    ]
    # Of the year, and not of the three years that end with it.
    assert rows[1][1] == "1.36"
    # Without an upper limit there is none to print.
    assert rows[0][1:5] == ["0.58", "0.00", "no limit", "Cannot settle"]


def test_where_the_latest_is_hidden_the_latest_that_is_told_stands_below_it(
    tables: dict[str, list[list[str]]],
) -> None:
    hidden, told = tables["claim-missing-from-definition"]
    assert hidden[1:5] == ["[c]", "[c]", "[c]", "Too few to report"]
    assert told[1:5] == ["81.2", "80.1", "82.3", "Leaves out most"]
    assert told[5].endswith("March 2023.")


def test_a_difference_is_told_as_mix_and_within_with_their_intervals_and_then_by_kind(
    tables: dict[str, list[list[str]]],
) -> None:
    violence, everything = tables["decomposition"]
    effects = ["0.02", "-0.11", "0.14", "-0.85", "-1.43", "-0.27"]
    known = ["-0.40", "-0.50", "-0.30"]
    assert violence == ["Violence against the person", "2023/24", "29.2", "30.0", *effects, *known]
    assert everything == ["All offences", "2023/24", *["[x]"] * 11]
    kinds = tables["decomposition-domestic-violence-share"]
    assert [row[0] for row in kinds] == ["Stalking and harassment", "Violence with injury"]
    assert kinds[0][1:] == ["42.2", "43.6", "31.9", "31.7", "0.03", "-0.43", "-0.40"]
    assert "decomposition-domestic-share" not in tables


def test_an_area_without_verdicts_has_no_table_of_them(settings: Settings, bundle: Published) -> None:
    none = {name: bundle.tables[name].head(0) for name in ("claims", "decompositions")}
    assert tables_of(settings, replace(bundle, tables={**bundle.tables, **none})) == {}


def test_every_part_of_a_claim_that_has_a_sentence_has_a_name_in_the_report() -> None:
    # What `absolute` says stands in the sentence of `overall`.
    assert {row["part"] for row in read_seed("claims")} - {"absolute"} == set(PARTS)
    assert {row["claim_id"] for row in read_seed("claims")} == set(CLAIMS)
