"""What was released before is part of every later proof."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from no_ties import NO_TIES
from released_cells import cells_of
from union_audit import Found, audit_union

from pipeline.disclosure.intervals import find_intervals
from pipeline.publish import proof as proofs
from pipeline.publish.cells import KEY
from pipeline.publish.earlier import Released, join_earlier
from pipeline.publish.proof import NotProtected, Proof, prove
from pipeline.publish.relations import NO_SHARES, relate_cells
from pipeline.publish.unchanged import find_confined


def table_of(inside: np.ndarray, months: list[str]) -> pd.DataFrame:
    """Districts by months with all margins: the counts of a year to date."""
    counts = {
        (f"D{row}", month): int(n)
        for row, line in enumerate(inside)
        for month, n in zip(months, line, strict=True)
    }
    counts |= {("", month): int(n) for month, n in zip(months, inside.sum(axis=0), strict=True)}
    counts |= {(f"D{row}", "year"): int(n) for row, n in enumerate(inside.sum(axis=1))}
    return cells_of(counts | {("", "year"): int(inside.sum())})


def proof_of(cells: pd.DataFrame, *earlier: Released) -> Proof:
    return prove(cells, NO_SHARES, NO_TIES, earlier)


def narrow_in(*releases: Released) -> int:
    """How many small counts a reader of all releases confines to fewer than 5 values, or under 5."""
    last = releases[-1].cells.assign(cost=np.nan)
    joined, relations, _ = join_earlier(last, releases[-1].relations, releases, NO_TIES)
    hidden = joined["role"].eq("marked")
    shown = joined.assign(value=joined["count"].where(~hidden))
    intervals = find_intervals(shown, relations).set_index("cell_id")
    small = joined[(joined["count"] > 0) & (joined["count"] < 5)]["cell_id"]
    of_small = intervals.reindex(small)
    width = of_small["high"].fillna(10**6) - of_small["low"]
    return int(((width < 4) | (of_small["high"].fillna(10**6) < 5)).sum())


MONTHS = ["04", "05", "06", "07"]


@pytest.mark.parametrize("seed", range(6))
def test_a_month_later_nothing_is_worked_out_from_both_releases(seed: int) -> None:
    inside = np.random.default_rng(seed).poisson(4, (6, 4))
    first = proof_of(table_of(inside[:, :3], MONTHS[:3])).told
    alone = proof_of(table_of(inside, MONTHS)).told
    after = proof_of(table_of(inside, MONTHS), first).told
    assert narrow_in(first) == narrow_in(alone) == 0
    assert narrow_in(first, after) == 0
    # What was shown stays shown, what was hidden stays hidden.
    told = after.cells.merge(first.cells, on=["area_code", "period_type", "period_start", "count"])
    assert (told["is_hidden_x"] == told["is_hidden_y"]).all()


@pytest.mark.parametrize("seed", range(6))
def test_a_further_release_leaves_every_count_of_the_first_as_free_as_promised(seed: int) -> None:
    inside = np.random.default_rng(100 + seed).poisson(4, (5, 4))
    releases = [proof_of(table_of(inside[:, :2], MONTHS[:2])).told]
    for size in (3, 4):
        proof = proof_of(table_of(inside[:, :size], MONTHS[:size]), *releases)
        ends = proof.protection.ends.set_index("cell_id")
        for release in releases:
            small = release.cells[release.cells["count"].between(1, 4)]
            now = proof.cells.merge(small[[*KEY, "count"]], on=[*KEY, "count"])["cell_id"]
            assert len(now) == len(small) > 0
            assert ((ends.loc[now, "high"] - ends.loc[now, "low"]) >= 4).all()
            assert (ends.loc[now, "high"] >= 5).all()
        releases.append(proof.told)


def test_releases_protected_each_for_itself_can_give_small_counts_away() -> None:
    given = 0
    for seed in range(6):
        inside = np.random.default_rng(seed).poisson(4, (6, 4))
        first, alone = (
            proof_of(table_of(inside[:, :3], MONTHS[:3])).told,
            proof_of(table_of(inside, MONTHS)).told,
        )
        given += narrow_in(first, alone)
    assert given > 0


def test_a_count_told_again_is_the_same_cell_and_a_revised_one_is_new() -> None:
    before = cells_of({("D0", "04"): 9, ("D1", "04"): 3, ("", "04"): 12}).assign(
        is_hidden=[True, True, False]
    )
    now = cells_of({("D0", "04"): 9, ("D1", "04"): 4, ("", "04"): 13})
    relations = relate_cells(now, NO_SHARES, NO_TIES)
    joined, related, identity = join_earlier(now, relations, [Released(before, relations)], NO_TIES)
    roles = joined.set_index("cell_id")["role"]
    assert len(joined) == 5
    assert related["relation_id"].nunique() == 2
    assert list(roles[identity]) == ["marked", "ours", "ours"]
    assert sorted(roles.drop(identity)) == ["known", "marked"]


@pytest.mark.parametrize("seed", range(40))
def test_last_month_sent_again_with_one_row_altered_confines_nothing(seed: int) -> None:
    random = np.random.default_rng(seed)
    inside = random.poisson(4, (6, 3))
    first = proof_of(table_of(inside, MONTHS[:3])).told
    altered = inside.copy()
    row, month = random.integers(6), random.integers(3)
    altered[row, month] += 1
    if seed % 2 and altered[(row + 1) % 6, month]:
        # A record that lay in another district.
        altered[(row + 1) % 6, month] -= 1
    again = proof_of(table_of(altered, MONTHS[:3]), first)
    assert narrow_in(first, again.told) == 0
    assert find_confined(again.cells, again.relations, again.protection.is_hidden) == []


def test_a_district_with_a_report_of_its_own_does_not_give_the_rest_of_its_area_away() -> None:
    area = cells_of({("", "04"): 103, ("D0", "year"): 500, ("D1", "year"): 600, ("", "year"): 1100})
    district = cells_of({("", "04"): 100, ("D0", "year"): 500, ("", "year"): 500})
    district["area_code"] = district["area_code"].replace("X1", "Y1")
    alone = proof_of(area).told
    assert not alone.cells["is_hidden"].any()
    # 103 less 100 would say that 3 lay in the rest of the area: whichever is told second holds its own back.
    after = proof_of(area, proof_of(district).told).told.cells
    assert after["is_hidden"].tolist() == [True, False, False, False]
    after = proof_of(district, alone).told.cells
    assert after["is_hidden"].tolist() == [True, False, False]


def test_a_district_after_its_area_may_have_to_be_rounded_and_the_refusal_says_so() -> None:
    area = cells_of({("", "04"): 4, ("", "05"): 2, ("", "year"): 6, ("D0", "year"): 3, ("D1", "year"): 3})
    district = cells_of({("", "04"): 1, ("D0", "year"): 3, ("", "year"): 3})
    district["area_code"] = district["area_code"].replace("X1", "Y1")
    # The area's April is 5 at most, since the year is 6: with 1 or more in the district, the rest cannot reach 5.
    before = proof_of(area).told
    assert before.cells["is_hidden"].tolist() == [True, True, False, True, True]
    with pytest.raises(NotProtected) as refusal:
        proof_of(district, before)
    sentence = str(refusal.value)
    assert "could be worked out from what an approved release has told, whatever else is hidden" in sentence
    assert 'round all counts of their source (`method = "round"` in the assessment file)' in sentence
    assert "begin after the periods that are released (`start` in the assessment file)" in sentence
    # Rounded, or first, it goes out.
    rounded = proof_of(district.assign(base_together=5.0), before).told
    assert audit_union([before, rounded]).narrow == 0
    first = proof_of(district).told
    assert audit_union([first, proof_of(area, first).told]).narrow == 0


def test_districts_with_reports_of_their_own_are_taken_together() -> None:
    area = cells_of({("", "04"): 203, **{(f"D{n}", "year"): 500 for n in range(3)}, ("", "year"): 1500})

    def report_of(district: int, count: int) -> Released:
        cells = cells_of({("", "04"): count, (f"D{district}", "year"): 500, ("", "year"): 500})
        return proof_of(cells.assign(area_code=cells["area_code"].replace("X1", f"Y{district}"))).told

    # Each leaves more than 100, and both together leave 3.
    one, other = report_of(0, 100), report_of(1, 100)
    assert not proof_of(area, one).told.cells["is_hidden"].any()
    assert proof_of(area, one, other).told.cells["is_hidden"].tolist() == [True, *[False] * 4]


def told(*rows: tuple[str, float, str]) -> pd.DataFrame:
    """One cell a (measure, count, role), numbered in order."""
    cells = pd.concat([cells_of({("", "year"): 0})] * len(rows), ignore_index=True)
    names, counts, roles = zip(*rows, strict=True)
    told = {"measure_id": names, "count": counts, "role": roles, "least": np.nan, "most": np.nan}
    told["rounded"] = np.nan
    told["rule_version"] = None
    return cells.assign(**told, cell_id=range(len(rows)))


def test_a_reader_who_takes_a_revised_count_for_the_old_one_can_confine_it() -> None:
    # Before: a + x = 6, so a is 1 to 5. Now a is 4 and not 3: p + q = a and a + z = 7, so it is 2 to 6.
    # Who thinks that it is one count knows that it is 2 to 5.
    cells = told(
        ("a", 3, "marked"), ("x", 3, "marked"), ("six", 6, "known"),
        ("a", 4, "ours"), ("p", 2, "ours"), ("q", 2, "ours"), ("z", 3, "ours"), ("seven", 7, "ours"),
    )  # fmt: skip
    sums = [("six", 2, 0), ("six", 2, 1), ("a", 3, 4), ("a", 3, 5), ("seven", 7, 3), ("seven", 7, 6)]
    relations = pd.DataFrame(sums, columns=["relation_id", "total_cell", "part_cell"])
    is_hidden = pd.Series([True, True, False, True, True, True, True, False])
    assert find_confined(cells, relations, is_hidden) == [0, 1, 3, 4, 5, 6]
    # Told apart, or told with two values that both were shown, nothing is confined.
    assert find_confined(cells.assign(measure_id=list("axsbpqzt")), relations, is_hidden) == []
    # Where it cannot be one count the reader learns that it is not, and no more.
    contradicted = cells.assign(count=[1, 1, 2, 4, 2, 2, 3, 7.0])
    assert find_confined(contradicted, relations, is_hidden) == []


def test_more_is_hidden_until_that_reader_confines_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    inside = np.random.default_rng(1).poisson(4, (6, 3))
    cells = table_of(inside, MONTHS[:3])
    before = proof_of(cells)
    small = before.cells.loc[(before.cells["count"] > 0) & (before.cells["count"] < 5), "cell_id"]
    answers = iter([list(small[:1]), []])
    monkeypatch.setattr(proofs, "find_confined", lambda *_: next(answers))
    after = proof_of(cells)
    assert (after.told.cells["is_hidden"] & ~before.told.cells["is_hidden"]).any()
    assert narrow_in(after.told) == 0
    monkeypatch.setattr(proofs, "find_confined", lambda *_: list(small[:1]))
    with pytest.raises(NotProtected):
        proof_of(cells)


def test_the_same_release_again_changes_nothing() -> None:
    inside = np.random.default_rng(3).poisson(4, (5, 3))
    first = proof_of(table_of(inside, MONTHS[:3])).told
    again = proof_of(table_of(inside, MONTHS[:3]), first).told
    assert again.cells["is_hidden"].tolist() == first.cells["is_hidden"].tolist()


def test_an_earlier_release_can_make_a_publication_impossible() -> None:
    shown = cells_of({("D0", "04"): 9, ("D1", "04"): 3, ("", "04"): 12}).assign(
        is_hidden=[False, True, False]
    )
    relations = relate_cells(shown, NO_SHARES, NO_TIES)
    with pytest.raises(NotProtected, match="D1 month 2023-04-01"):
        prove(shown, NO_SHARES, NO_TIES, [Released(shown, relations)])


def rounded_release(counts: dict[tuple[str, str], int], *earlier: Released) -> Released:
    cells = cells_of(counts).assign(base_together=5.0)
    return prove(cells, NO_SHARES, NO_TIES, earlier).told


def shown_of(release: Released, area: str) -> float:
    cells = release.cells
    return float(cells.loc[cells["area_code"] == area, "rounded"].iloc[0])


def test_a_rounded_count_is_shown_as_before_through_revisions_and_back() -> None:
    first = rounded_release({("D0", "04"): 3})
    second = rounded_release({("D0", "04"): 13}, first)
    third = rounded_release({("D0", "04"): 13}, first, second)
    back = rounded_release({("D0", "04"): 3}, first, second, third)
    assert [shown_of(each, "D0") for each in (first, second, third, back)] == [5, 15, 15, 5]


def test_a_multiple_keeps_its_base_when_the_policy_takes_another() -> None:
    first = rounded_release({("D0", "04"): 13})
    cells = cells_of({("D0", "04"): 13}).assign(base_together=10.0)
    again = prove(cells, NO_SHARES, NO_TIES, [first]).told
    assert (shown_of(again, "D0"), again.cells["base_together"].iloc[0]) == (shown_of(first, "D0"), 5)


def test_a_reader_of_two_multiples_of_one_key_takes_them_for_two_counts() -> None:
    first = rounded_release({("D0", "04"): 3, ("", "04"): 3})
    second = rounded_release({("D0", "04"): 14, ("", "04"): 14}, first)
    assert shown_of(second, "D0") != shown_of(first, "D0")


@pytest.mark.parametrize("total", [5, 6, 7])
def test_the_rest_of_a_total_that_was_told_may_be_nothing_at_all(total: int) -> None:
    """Beside a hidden part of 5 in all, 0 to 4 is left; of 6 and more a rest at or above the threshold can be."""
    before = {("D0", "year"): total, ("D1", "year"): 60, ("", "year"): total + 60}
    first = proof_of(cells_of(before)).told
    assert not first.cells["is_hidden"].any()
    months = {("D0", "04"): total - 4, ("D1", "04"): 9, ("", "04"): total + 5}
    proof = proof_of(cells_of(before | months), first)
    assert audit_union([first, proof.told]) == Found(2, 0, 0)


def by_rules(counts: dict[tuple[str, str], int], version: str, *earlier: Released) -> Released:
    """A release of counts of one definition, by a version of its rules."""
    ties = replace(NO_TIES, rule_versions=pd.Series({"own": version}))
    return prove(cells_of(counts).assign(lens_id="own"), NO_SHARES, ties, earlier).told


def test_what_a_changed_definition_leaves_out_is_not_read_from_both_versions() -> None:
    before, after = {("D0", "year"): 412, ("D1", "year"): 380}, {("D0", "year"): 409, ("D1", "year"): 350}
    first = by_rules(before, "with")
    # 412 less 409 would say how many offences of the kind that was taken out lay in the district.
    assert by_rules(after, "without", first).cells["is_hidden"].tolist() == [True, False]
    # By the same rules it is a revision, and counts nobody.
    assert not by_rules(after, "with", first).cells["is_hidden"].any()
