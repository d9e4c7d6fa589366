"""Verdicts follow the published figures, turn when the truth turns, and never use what is hidden."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

from pipeline.publish.claim_rows import ClaimRules
from pipeline.publish.claims import judge_claims
from pipeline.publish.flag_audit import COLUMNS as FLAG_AUDIT
from pipeline.publish.share_claim import judge_share
from pipeline.publish.variation_claim import CLAIM as VARIATION
from pipeline.publish.variation_districts import FLAGS_MISSING
from pipeline.settings import Settings
from tests.counts.reference import read_seed

PROJECT = Path(__file__).parents[2]
START, END = pd.Timestamp("2023-04-01"), pd.Timestamp("2024-03-31")
VRU = "X23000001"
RELATIVE = {"domestic_crime_rate": 0.015, "knife_crime_rate": 0.001, "robbery_rate": 0.0012,
            "sexual_offences_rate": 0.003}  # fmt: skip


@pytest.fixture(scope="module")
def rules() -> ClaimRules:
    """The seeds as the warehouse would give them."""
    measures = pd.DataFrame(read_seed("claim_measures"))
    return ClaimRules(
        sentences=pd.DataFrame(read_seed("claims")),
        thresholds={row["threshold_id"]: float(row["value"]) for row in read_seed("claim_thresholds")},
        measures=measures,
    )


HOMICIDES = "other_of_all:homicide_domestic_share"
NO_AUDIT = pd.DataFrame(columns=FLAG_AUDIT)


def figure(indicator_id: str, numerator: float, denominator: float = np.nan, **other: str) -> dict:
    """One published row; hidden where the numerator is nan."""
    is_shown = not np.isnan(numerator)
    return {
        "indicator_id": indicator_id, "lens_id": "", "area_code": VRU, "area_type": "vru",
        "period_type": "financial_year", "period_start": START, "period_end": END, "breakdown": "none",
        "breakdown_value": "", "split": "all", "numerator": numerator,
        "denominator": denominator if is_shown else np.nan,
        "value_status": "reported" if is_shown else "suppressed", "status_reason": "", "lowest": np.nan,
        "highest": np.nan, **other,
    }  # fmt: skip


def judge(
    rows: list[dict],
    rules: ClaimRules,
    forces: pd.Series | None = None,
    flag_audit: pd.DataFrame = NO_AUDIT,
) -> pd.DataFrame:
    return judge_claims(
        pd.DataFrame(rows), rules, area_code=VRU, area_name="Exampleshire",
        forces=pd.Series(dtype="str") if forces is None else forces, flag_audit=flag_audit,
    ).set_index("part")  # fmt: skip


def district_rows(area_count: int, spreads: dict[str, float], seed: int = 1) -> list[dict]:
    """A figure a district of each measure, drawn with these spreads of log rates (0.3 where not named)."""
    random = np.random.default_rng(seed)
    people = np.random.default_rng(99).uniform(80_000, 300_000, area_count)
    rows = []
    for indicator_id, base in RELATIVE.items():
        log_rate = spreads.get(indicator_id, 0.3) * random.normal(size=area_count)
        counts = random.poisson(base * people * np.exp(log_rate))
        rows += [
            figure(indicator_id, float(o), float(n), area_type="lad", area_code=f"X06{i:06}")
            for i, (o, n) in enumerate(zip(counts, people, strict=True))
        ]
    return rows


def third_rows(domestic: float, known: float, unknown: float) -> list[dict]:
    return [
        figure("domestic_violence_share", domestic, known)
        | {
            "lowest": 100 * domestic / (known + unknown),
            "highest": 100 * (domestic + unknown) / (known + unknown),
        },
        figure("violence_rate", known + unknown, 700_000),
        figure("violence_rate", unknown, 700_000, split="not_known"),
    ]


@pytest.mark.parametrize(
    ("share", "limits", "word"),
    [
        (35.0, (34.0, 36.0), "about_a_third"),
        # The interval may leave the band of 32 to 38 by three points, and no further.
        (33.0, (29.0, 41.0), "about_a_third"),
        (33.0, (28.9, 40.0), "cannot_be_told"),
        (33.0, (30.0, 41.1), "cannot_be_told"),
        (31.9, (31.0, 32.8), "cannot_be_told"),
        # Printed as 32.0%, both are judged as 32.0%; and so are limits.
        (31.9985, (31.0, 32.8), "about_a_third"),
        (32.009, (31.0, 32.8), "about_a_third"),
        (31.94, (31.0, 32.8), "cannot_be_told"),
        (33.0, (28.96, 41.04), "about_a_third"),
        (42.0, (38.04, 46.0), "cannot_be_told"),
        (30.0, (28.0, 31.9), "lower"),
        (30.0, (28.0, 32.0), "cannot_be_told"),
        (42.0, (38.1, 46.0), "higher"),
        (42.0, (38.0, 46.0), "cannot_be_told"),
    ],
)
def test_a_third_is_judged_at_the_edges_of_its_band(
    rules: ClaimRules, share: float, limits: tuple[float, float], word: str
) -> None:
    assert judge_share(share, *limits, rules.thresholds) == word


@pytest.mark.parametrize("domestic", [63_997, 64_018])
def test_shares_that_print_the_same_get_one_verdict(rules: ClaimRules, domestic: int) -> None:
    row = judge(third_rows(domestic, 190_000, 10_000), rules).loc["a_third"]
    assert "32.0% (95% interval 31.8% to 32.2%)" in row["sentence"]
    assert row["verdict"] == "about_a_third"


def test_a_third_is_of_all_offences_as_national_figures_are_and_both_shares_are_told(
    rules: ClaimRules,
) -> None:
    # 3,400 of 10,400: 32.7%, with an interval of 31.8% to 33.6%.
    row = judge(third_rows(3_400, 10_000, 400), rules).loc["a_third"]
    assert row["verdict"] == "about_a_third"
    assert row[["value", "lower95", "upper95"]].round(1).tolist() == [32.7, 31.8, 33.6]
    numbers = json.loads(row["numbers"])
    bounds = [numbers[name] for name in ("bound_lower", "known_share", "bound_upper")]
    assert bounds == [round(3_400 / 104, 4), 34.0, round(3_800 / 104, 4)]
    assert {given["split"] for given in numbers["inputs"]} == {"all", "not_known"}
    assert "Of 10,400 offences of violence against the person recorded in Exampleshire" in row["sentence"]
    assert "3,400, 32.7% (95% interval 31.8% to 33.6%), were flagged domestic abuse" in row["sentence"]
    assert "Of the 10,000 whose flag is known it is 34.0%" in row["sentence"]
    assert "the year to March 2024" in row["sentence"]


@pytest.mark.parametrize(
    ("domestic", "unknown", "verdict", "told"),
    [
        # Of 10,000 known flags; of all 10,400 it is 32.7% or 36.5%.
        (3_400, 400, "about_a_third", "domestic it would be 36.5% of all, and the verdict the same."),
        # Of all 11,000 it is 30.9% or 40.0%.
        (
            3_400,
            1_000,
            "cannot_be_told",
            "cannot be told: 1,000 have no flag, and they could make it anything from 30.9%, less than a third, if "
            "none of them is domestic, to 40.0%, more than a third, if all are. Of the 10,000 whose flag is known it",
        ),
        # 38.0% of all with none of them; with every one more.
        (
            3_952,
            400,
            "cannot_be_told",
            "from 38.0%, about a third, if none of them is domestic, to 41.8%, more than",
        ),
        (4_500, 1_000, "higher", "domestic it would be 50.0% of all, and the verdict the same."),
        (1_500, 1_000, "lower", "domestic it would be 22.7% of all, and the verdict the same."),
    ],
)
def test_a_verdict_on_a_third_must_hold_whatever_the_unknown_flags_hide(
    rules: ClaimRules, domestic: int, unknown: int, verdict: str, told: str
) -> None:
    row = judge(third_rows(domestic, 10_000, unknown), rules).loc["a_third"]
    assert row["verdict"] == verdict
    assert told in row["sentence"]


def test_a_share_too_near_the_edge_for_its_interval_says_so(rules: ClaimRules) -> None:
    row = judge(third_rows(34, 100, 0), rules).loc["a_third"]
    assert row["verdict"] == "cannot_be_told"
    assert "cannot be told: the interval reaches over the edge of about a third" in row["sentence"]


def test_no_set_of_flags_contradicts_the_verdict_that_was_told_without_them(rules: ClaimRules) -> None:
    """None, some and all of the unknown domestic, in areas drawn at random."""
    random, told = np.random.default_rng(5), set()
    for _ in range(30):
        known, unknown = int(random.integers(500, 4_000)), int(random.integers(0, 200))
        domestic = round(known * random.uniform(0.25, 0.45))
        verdict = judge(third_rows(domestic, known, unknown), rules).loc["a_third", "verdict"]
        told.add(verdict)
        if verdict != "cannot_be_told":
            for found in np.linspace(0, unknown, 5).round():
                whole = third_rows(domestic + found, known + unknown, 0)
                assert judge(whole, rules).loc["a_third", "verdict"] == verdict
    assert told == {"higher", "lower", "about_a_third", "cannot_be_told"}


def test_a_third_has_no_verdict_without_its_published_bounds(rules: ClaimRules) -> None:
    rows = third_rows(3_400, 10_000, 500)
    rows[0] |= {"lowest": np.nan, "highest": np.nan}
    assert judge(rows, rules).loc["a_third", "verdict"] == "suppressed"


def test_other_offences_have_their_own_denominator(rules: ClaimRules) -> None:
    rows = third_rows(3_400, 10_000, 500)
    pool = {"period_type": "pooled_years", "period_start": pd.Timestamp("2021-04-01")}
    rows += [
        figure("sexual_offences_domestic_share", 150, 1_000) | {"lowest": 14.3, "highest": 19.0},
        figure("homicide_domestic_share", 3, 20, **pool) | {"lowest": 15.0, "highest": 40.0},
    ]
    claims = judge(rows, rules)
    sexual = claims.loc["other_denominator:sexual_offences_domestic_share"]
    assert (sexual["verdict"], sexual["value"]) == ("not_the_claim", 15.0)
    assert "between 14% and 19%" in sexual["sentence"]
    homicide = claims.loc[HOMICIDES]
    assert (homicide["verdict"], homicide["value"]) == ("not_the_claim", 15.0)
    assert (
        "Of 20 homicides recorded in Exampleshire in the three years to March 2024, 3, "
        in homicide["sentence"]
    )
    assert "15.0% (95% interval 5.2% to 36.0%), were flagged domestic abuse" in homicide["sentence"]
    assert "with every unknown flag domestic it would be 40%." in homicide["sentence"]


def test_of_homicides_whose_unknown_flags_are_too_few_to_report_what_is_flagged_is_told_all_the_same(
    rules: ClaimRules,
) -> None:
    pool = {"period_type": "pooled_years", "period_start": pd.Timestamp("2021-04-01")}
    none = figure("homicide_domestic_share", 0, 13, **pool)
    told = judge([none], rules).loc[HOMICIDES]
    # Wilson's upper limit of 0 of 13.
    assert told[["value", "lower95", "upper95"]].round(1).tolist() == [0.0, 0.0, 22.8]
    assert "; how many have no flag is too few to report." in told["sentence"]
    nobody = judge([none | {"denominator": 0.0}], rules).loc[HOMICIDES]
    assert (nobody["verdict"], nobody["sentence"].endswith("cannot be told. None was recorded.")) == (
        "not_available",
        True,
    )
    hidden = none | {"numerator": np.nan, "denominator": np.nan, "value_status": "suppressed"}
    assert judge([hidden], rules).loc[HOMICIDES, "verdict"] == "suppressed"


@pytest.mark.parametrize("hidden", [0, 1, 2])
def test_a_hidden_count_leaves_no_number_in_the_verdict(rules: ClaimRules, hidden: int) -> None:
    rows = third_rows(3_400, 10_000, 500)
    rows[hidden] |= {"numerator": np.nan, "denominator": np.nan, "value_status": "suppressed"}
    row = judge(rows, rules).loc["a_third"]
    assert row["verdict"] == "suppressed"
    assert row[["value", "lower95", "upper95"]].isna().all()
    assert "too few to report" in row["sentence"]
    assert set(json.loads(row["numbers"])) == {"inputs"}


def test_verdicts_turn_with_the_truth(rules: ClaimRules) -> None:
    less = judge(district_rows(40, {"domestic_crime_rate": 0.20, "knife_crime_rate": 0.45}), rules)
    assert less.loc["relative:knife_crime_rate", "verdict"] == "varies_less"
    assert less.loc["overall", "verdict"] == "varies_less"
    assert "varies less than knife crime is supported" in less.loc["overall", "sentence"]
    assert less.loc[["literal", "absolute"], "verdict"].tolist() == ["differs", "not_supported"]
    more = judge(district_rows(40, {"domestic_crime_rate": 0.45, "knife_crime_rate": 0.20}), rules)
    assert more.loc[["relative:knife_crime_rate", "overall"], "verdict"].tolist() == ["varies_more"] * 2
    assert more.loc["equivalence", "verdict"] == "materially_uneven"
    equal = judge(district_rows(40, {}, seed=3), rules)
    assert equal.loc["overall", "verdict"] == "not_detectably_different"


def test_even_rates_are_told_to_be_practically_even(rules: ClaimRules) -> None:
    claims = judge(district_rows(40, {"domestic_crime_rate": 0.05}), rules)
    assert claims.loc["equivalence", "verdict"] == "practically_even"
    assert claims.loc["absolute", "verdict"] == "supported_in_practice"


def test_five_districts_settle_nothing(rules: ClaimRules) -> None:
    claims = judge(district_rows(5, {"domestic_crime_rate": 0.05, "knife_crime_rate": 0.9}), rules)
    parts = ["equivalence", "relative:knife_crime_rate", "overall"]
    assert (claims.loc[parts, "verdict"] == "cannot_settle").all()
    assert "5 districts" in claims.loc["overall", "sentence"]


def test_a_district_whose_count_is_hidden_is_left_out_and_many_stop_the_comparison(rules: ClaimRules) -> None:
    rows = district_rows(40, {"domestic_crime_rate": 0.20, "knife_crime_rate": 0.45})
    knives = [row for row in rows if row["indicator_id"] == "knife_crime_rate"]
    for row in knives[:4]:
        row |= {"numerator": np.nan, "denominator": np.nan, "value_status": "suppressed"}
    claims = judge(rows, rules)
    assert claims.loc["relative:knife_crime_rate", "area_count"] == 36
    assert claims.loc["relative:robbery_rate", "area_count"] == 40
    knives[4] |= {"numerator": np.nan, "denominator": np.nan, "value_status": "suppressed"}
    hidden = judge(rows, rules).loc["relative:knife_crime_rate"]
    assert hidden["verdict"] == "suppressed"
    assert hidden[["value", "lower95", "upper95", "p_value"]].isna().all()


def flag_rows(unknown: list[float], all_crime: float = 20_000) -> list[dict]:
    """How many of each district's crimes have no flag."""
    return [
        figure("recorded_crime_rate", count, 1e5, area_type="lad", area_code=f"X06{i:06}", split=split)
        for i, flags in enumerate(unknown)
        for split, count in (("all", all_crime), ("not_known", flags))
    ]


def test_unknown_flags_that_lie_unevenly_change_the_finding(rules: ClaimRules) -> None:
    crimes = district_rows(40, {"domestic_crime_rate": 0.1})
    uneven = [*crimes, *flag_rows([5_900.0 * (i % 4 == 0) for i in range(40)])]
    found = judge(uneven, rules)
    assert found.loc["recording", "verdict"] == "depends_on_recording"
    # With none of them domestic it is what the claim itself is judged by.
    same = ["value", "lower95", "upper95"]
    assert found.loc["recording", same].tolist() == found.loc["size", same].tolist()
    even = [*crimes, *flag_rows([100.0] * 40)]
    assert judge(even, rules).loc["recording", "verdict"] == "holds"
    # A year in which flags were lost is told as well when it is no longer the last.
    days = {"period_start": pd.Timestamp("2022-04-01"), "period_end": pd.Timestamp("2023-03-31")}
    found = judge([row | days for row in uneven] + even, rules).loc["recording"]
    assert found["verdict"].tolist() == ["depends_on_recording", "holds"]


def test_whether_it_varies_less_must_not_depend_on_how_unknown_flags_are_counted(rules: ClaimRules) -> None:
    crimes = district_rows(40, {"domestic_crime_rate": 0.1})
    even = judge([*crimes, *flag_rows([100.0] * 40)], rules)
    assert even.loc["overall", "verdict"] == even.loc["relative:knife_crime_rate", "verdict"] == "varies_less"
    assert even.loc["overall", "sentence"].endswith(
        "With every unknown flag counted as domestic the comparison says the same."
    )
    assert "Beside knife crime both say the same: its spread was" in even.loc["recording", "sentence"]
    # A quarter of the districts have flags for none of what is domestic.
    uneven = judge([*crimes, *flag_rows([5_900.0 * (i % 4 == 0) for i in range(40)])], rules)
    assert uneven.loc["relative:knife_crime_rate", "verdict"] == "varies_less"
    assert uneven.loc["overall", "verdict"] == uneven.loc["recording", "verdict"] == "depends_on_recording"
    assert "Beside knife crime they do not say the same" in uneven.loc["recording", "sentence"]
    assert "so it cannot be told" in uneven.loc["overall", "sentence"]


def test_where_only_evenness_hangs_on_unknown_flags_the_comparison_stands(rules: ClaimRules) -> None:
    crimes = district_rows(40, {"domestic_crime_rate": 0.1, "knife_crime_rate": 0.5})
    # Flags that are a little uneven carry rates over the margin, and not near the spread of knife crime.
    claims = judge([*crimes, *flag_rows([1_500.0 * (i % 4 == 0) for i in range(40)])], rules)
    told = claims.loc["recording", "sentence"]
    assert claims.loc["recording", "verdict"] == "depends_on_recording"
    assert "they do not say the same. Beside knife crime both say the same" in told
    assert claims.loc["overall", "verdict"] == "varies_less"
    assert claims.loc["overall", "sentence"].endswith(
        "the comparison says the same. How even rates are depends on how unknown flags are counted."
    )


@pytest.mark.parametrize(("hidden", "verdict"), [(20, "suppressed"), (4, "holds")])
def test_flags_whose_number_is_hidden_are_said_to_be_unchecked(
    rules: ClaimRules, hidden: int, verdict: str
) -> None:
    nothing = {"numerator": np.nan, "denominator": np.nan, "value_status": "suppressed"}
    flags, crimes = flag_rows([100.0] * 40), district_rows(40, {"domestic_crime_rate": 0.1})
    for row in flags[1 : 2 * hidden : 2]:
        row.update(nothing)
    # Four districts have no flags told and another no knife crime: too few have all three.
    for row in [row for row in crimes if row["indicator_id"] == "knife_crime_rate"][-4:]:
        row.update(nothing)
    claims = judge([*crimes, *flags], rules)
    assert claims.loc["relative:knife_crime_rate", "verdict"] == "varies_less"
    assert claims.loc["recording", "verdict"] == verdict
    told = (
        "Whether it would be the same beside knife crime cannot be told"
        in claims.loc["recording", "sentence"]
    )
    assert told == (verdict == "holds")
    assert claims.loc["overall", "sentence"].endswith(
        "Whether unknown flags could change the comparison cannot be told."
    )


@pytest.mark.parametrize(("unknown", "districts"), [(6_000, 40), (6_001, 39)])
def test_a_district_without_three_tenths_of_its_flags_is_left_out_of_what_rests_on_them(
    rules: ClaimRules, unknown: int, districts: int
) -> None:
    crimes = district_rows(40, {"domestic_crime_rate": 0.1})
    # What lost its flags has hardly a domestic crime.
    for row in crimes:
        if row["indicator_id"] == "domestic_crime_rate" and row["area_code"] == "X06000000":
            row["numerator"] = 20.0
    claims = judge([*crimes, *flag_rows([unknown, *[100.0] * 39])], rules)
    parts = ["literal", "size", "equivalence", "recording", "relative:knife_crime_rate"]
    assert claims.loc[parts, "area_count"].tolist() == [districts] * 5
    is_left_out = districts == 39
    told = " One district is left out of all that is said of domestic abuse: in a year more than 30% of its flags are"
    assert (told in claims.loc["recording", "sentence"]) == is_left_out
    # It alone made rates uneven.
    assert (claims.loc["equivalence", "verdict"] == "practically_even") == is_left_out


def test_districts_that_all_lack_their_flags_are_counted_and_nothing_is_said_of_them(
    rules: ClaimRules,
) -> None:
    claims = judge([*district_rows(40, {}), *flag_rows([6_001.0] * 40)], rules)
    told = claims.loc[["literal", "size", "equivalence", "recording"]]
    assert set(told["verdict"]) == {"not_available"}
    assert told["sentence"].str.contains(FLAGS_MISSING.format(40), regex=False).all()


def test_what_is_compared_lacks_no_more_flags_than_what_has_a_share(rules: ClaimRules) -> None:
    project = yaml.safe_load((PROJECT / "dbt_project" / "dbt_project.yml").read_text(encoding="utf-8"))
    assert rules.thresholds["most_unknown_flags"] == project["vars"]["flag_unknown_limit"]


def test_forces_that_differ_take_their_share_and_one_force_has_none(rules: ClaimRules) -> None:
    rows = district_rows(40, {"domestic_crime_rate": 0.05})
    codes = [f"X06{i:06}" for i in range(40)]
    forces = pd.Series([f"force {i // 8}" for i in range(40)], index=codes)
    for row in rows:
        if row["indicator_id"] == "domestic_crime_rate":
            row["numerator"] = round(row["numerator"] * (1 + int(row["area_code"][3:]) // 8 / 4))
    level = judge(rows, rules, forces).loc["level"]
    assert level["verdict"] == "measured"
    assert level["value"] > 80
    one = pd.Series("force", index=codes)
    assert judge(rows, rules, one).loc["level", "verdict"] == "not_available"


def lens_rows(left_out: float, broad: float, unknown: float = 40) -> list[dict]:
    """Figures of the broad definition, and own ones that no verdict may use."""
    return [
        figure("lens_left_out", left_out, lens_id="broad_da_sv_vawg", split="domestic"),
        figure("lens_offences", broad, lens_id="broad_da_sv_vawg", split="domestic"),
        figure("lens_open_domestic", unknown, lens_id="broad_da_sv_vawg"),
        figure("lens_left_out", 0, lens_id="own", split="domestic"),
        figure("lens_offences", broad, lens_id="own", split="domestic"),
    ]


@pytest.mark.parametrize(
    ("left_out", "broad", "word", "share"),
    [(8_800, 9_000, "leaves_out_most", 97.7778), (2_000, 9_000, "leaves_out_some", 22.2222),
     (0, 9_000, "cannot_be_told", 0.0), (np.nan, 9_000, "suppressed", np.nan)],
)  # fmt: skip
def test_what_the_own_definition_leaves_out_is_counted(
    rules: ClaimRules, left_out: float, broad: float, word: str, share: float
) -> None:
    row = judge(lens_rows(left_out, broad), rules).loc["missing_from_definition"]
    assert row["verdict"] == word
    assert row["value"] == pytest.approx(share, nan_ok=True)


@pytest.mark.parametrize(
    ("left_out", "unknown", "word", "least"),
    [
        # 5,000 of 9,000 are most of them; of 9,900 they are 50.5%, with an interval from 49.5%.
        (5_000, 0, "leaves_out_most", "55.6% (95% interval 54.5% to 56.6%)."),
        (5_000, 900, "leaves_out_some", "Of 900 more nobody can tell"),
        (5_000, 900, "leaves_out_some", "it would still be 50.5%"),
        (0, 0, "leaves_out_none", "left out none of the 9,000"),
    ],
)
def test_what_is_left_out_holds_whatever_may_be_domestic_besides(
    rules: ClaimRules, left_out: float, unknown: float, word: str, least: str
) -> None:
    row = judge(lens_rows(left_out, 9_000, unknown), rules).loc["missing_from_definition"]
    assert row["verdict"] == word
    assert least in row["sentence"]


def test_a_definition_as_large_as_the_broad_one_may_yet_leave_most_of_it_out(rules: ClaimRules) -> None:
    # The own definition has 9,000 domestic offences too, 3,000 of the broad one's and 6,000 others.
    row = judge(lens_rows(6_000, 9_000), rules).loc["missing_from_definition"]
    assert row["verdict"] == "leaves_out_most"
    assert "left out 6,000 of the 9,000 domestic abuse offences" in row["sentence"]


def test_a_verdict_names_the_definition_and_the_kind_of_period_of_its_figures(rules: ClaimRules) -> None:
    row = judge(lens_rows(6_000, 9_000), rules).loc["missing_from_definition"]
    given = json.loads(row["numbers"])["inputs"]
    assert [(each["indicator_id"], each["split"]) for each in given] == [
        ("lens_left_out", "domestic"),
        ("lens_offences", "domestic"),
        ("lens_open_domestic", "all"),
    ]
    assert {(each["lens_id"], each["period_type"]) for each in given} == {
        ("broad_da_sv_vawg", "financial_year")
    }


def test_without_flags_it_cannot_be_told_what_is_left_out(rules: ClaimRules) -> None:
    rows = [row | {"split": "all"} for row in lens_rows(200, 9_000)]
    every = [*rows[:2], *(row | {"value_status": "not_available"} for row in lens_rows(1, 1))]
    assert judge(every, rules).loc["missing_from_definition", "verdict"] == "not_available"
    assert judge(rows[:2], rules).loc["missing_from_definition", "verdict"] == "not_available"


def test_an_area_whose_records_bear_no_flag_is_told_so_claim_by_claim(rules: ClaimRules) -> None:
    rows = [
        figure("domestic_violence_share", 1), figure("domestic_crime_rate", 1, area_type="lad", area_code="X06000001"),
        figure("lens_offences", 1, lens_id="broad_da_sv_vawg"),
    ]  # fmt: skip
    reason = "Nobody sent a flag."
    hidden = figure(
        "homicide_rate", np.nan, area_type="lad", area_code="X06000001", period_type="pooled_years"
    )
    untold = [row | {"value_status": "not_available", "status_reason": reason} for row in rows]
    judged = judge([*untold, hidden], rules)
    # That homicides are few is not why: there is nothing to set beside them.
    assert judged.loc["relative:homicide_rate", "sentence"].endswith(f". {reason}")
    assert judged.loc[["a_third", "literal", "size", "level"], "sentence"].str.endswith(f". {reason}").all()
    assert set(judged["claim_id"]) == {row["claim_id"] for row in read_seed("claims")}
    assert set(judged["verdict"]) == {"not_available"}
    assert judged["value"].isna().all()


def test_interval_and_verdict_of_several_comparisons_never_disagree(rules: ClaimRules) -> None:
    told = []
    for seed in range(6):
        judged = judge(district_rows(25, {"knife_crime_rate": 0.42, "robbery_rate": 0.5}, seed=seed), rules)
        relative = judged[judged.index.str.startswith("relative:") & judged["value"].notna()]
        for lower, upper, p_value, verdict in relative[
            ["lower95", "upper95", "p_value", "verdict"]
        ].to_numpy():
            told.append(verdict)
            assert (p_value < 0.05) == (verdict != "not_detectably_different") == (upper < 1 or lower > 1)
    assert set(told) >= {"not_detectably_different", "varies_less"}


def test_other_records_stand_beside_those_of_the_police(rules: ClaimRules) -> None:
    rows = [
        figure("da_incident_rate", count, 100_000.0, area_type="lad", area_code=f"X06{number:06}")
        for number, count in enumerate((900.0, 1_400.0, 1_100.0, 2_000.0))
    ]
    judged = judge([*district_rows(4, {}), *rows], rules)
    found = judged.loc["other_record:da_incident_rate"]
    assert found["verdict"] == "context"
    assert found["lower95"] < found["value"] < found["upper95"]
    assert judged.loc["other_record:helpline_domestic_rate", "verdict"] == "not_available"


def test_a_survey_and_hospitals_stand_beside_the_police_where_they_were_delivered(rules: ClaimRules) -> None:
    survey = {
        "breakdown": "survey_item",
        "breakdown_value": "Lived with domestic abuse in the last 12 months",
    }
    rows = [
        figure(indicator_id, count, 1_000.0, area_type="lad", area_code=f"X06{number:06}", **other)
        for indicator_id, other in (("survey_item_share", survey), ("ed_to_police_ratio", {}))
        for number, count in enumerate((60.0, 140.0, 55.0))
    ]
    judged = judge([*district_rows(4, {}), *rows], rules)
    told = judged.loc[["recording_survey:survey_item_share", "recording_emergency:ed_to_police_ratio"]]
    assert (told["verdict"] == "context").all()
    assert (told["area_count"] == 3).all()
    assert (told["value"] > 1.3).all()


def test_violence_that_looks_domestic_and_is_not_flagged_is_told_by_force(rules: ClaimRules) -> None:
    month = {"measure_id": "violence", "record_count": 1_000, "cannot_be_told_percent": 20.0,
             "expected_percent": 50.0, "expected_not_flagged_status": "reported"}  # fmt: skip
    after = END + pd.Timedelta(days=1)
    months = [("A", START, 10.0), ("B", END.replace(day=1), 30.0), ("B", after, 90.0)]
    audit = pd.DataFrame(
        month
        | {"police_force_code": force, "period_start": start, "expected_not_flagged_percent": not_flagged}
        for force, start, not_flagged in months
    )
    row = judge(district_rows(4, {}), rules, flag_audit=audit).loc["recording_flags"]
    # Of 400 in each force that look domestic, 40 and 120; the month after the year takes no part.
    assert (row["verdict"], row["value"]) == ("context", 20.0)
    assert "20.0% (95% interval 17.4% to 22.9%)" in row["sentence"]
    assert row["sentence"].endswith("; by police force from 10.0% to 30.0%.")
    hidden = audit.assign(expected_not_flagged_status="suppressed")
    assert (
        judge(district_rows(4, {}), rules, flag_audit=hidden).loc["recording_flags", "verdict"]
        == "suppressed"
    )


def test_a_rare_kind_is_compared_over_the_pool_of_years_that_is_published(rules: ClaimRules) -> None:
    rows = district_rows(20, {"domestic_crime_rate": 0.1})
    before = [
        row | {"period_start": START - pd.DateOffset(years=back), "period_end": END - pd.DateOffset(years=back)}
        for row in rows for back in (1, 2)
    ]  # fmt: skip
    pool = {"period_type": "pooled_years", "period_start": pd.Timestamp("2021-04-01"), "area_type": "lad"}
    random = np.random.default_rng(4)
    rare = [
        figure("homicide_rate", float(random.poisson(12 * np.exp(random.normal(0, 0.8)))), 6e5,
               area_code=f"X06{number:06}", **pool)
        for number in range(20)
    ]  # fmt: skip
    row = judge([*rows, *before, *rare], rules).loc["relative:homicide_rate"]
    assert row["verdict"] == "varies_less"
    assert (row["period_start"], row["area_count"]) == (pd.Timestamp("2021-04-01"), 20)
    assert "in the three years to March 2024" in row["sentence"]
    # A year that a district lacks leaves it out of the pool.
    first = [row for row in before if row["area_code"] != "X06000000"]
    assert judge([*rows, *first, *rare], rules).loc["relative:homicide_rate", "area_count"] == 19


def test_variation_is_judged_for_each_year_and_for_three_years_together(rules: ClaimRules) -> None:
    # Knife crime varies more from year to year: domestic abuse varies less in all but the first.
    spreads = [{"domestic_crime_rate": 0.45, "knife_crime_rate": 0.2}] + 3 * [
        {"domestic_crime_rate": 0.2, "knife_crime_rate": 0.5}
    ]
    rows = [
        row | {name: row[name] - pd.DateOffset(years=back) for name in ("period_start", "period_end")}
        for back, spread in zip((3, 2, 1, 0), spreads, strict=True)
        for row in district_rows(40, spread, seed=5)
    ]
    judged = judge(rows, rules)
    overall = judged.loc["overall"].reset_index().set_index(["period_start", "period_end"])
    days = [(START - pd.DateOffset(years=back), END - pd.DateOffset(years=back)) for back in (3, 2, 1)]
    pool = (START - pd.DateOffset(years=2), END)
    # The latest year is the last word on each part.
    assert overall.index.tolist() == [*days, pool, (START, END)]
    assert overall["verdict"].tolist() == ["varies_more", *["varies_less"] * 4]
    assert "in the three years to March 2024" in overall.loc[pool, "sentence"]
    size = judged.loc["size"].set_index("period_start")["numbers"]
    assert len(size) == 5
    assert json.loads(size.loc[pool[0]].iloc[1])["spread"] == pytest.approx(0.2, abs=0.06)
    # Two years make no pool, and neither do three with a gap.
    assert len(judge([row for row in rows if row["period_end"] > days[1][1]], rules).loc["overall"]) == 2
    assert len(judge([row for row in rows if row["period_end"] != days[2][1]], rules).loc["overall"]) == 3


def test_no_sentence_holds_a_sign_that_cannot_be_read_aloud(rules: ClaimRules) -> None:
    judged = judge(district_rows(5, {"domestic_crime_rate": 0.05, "knife_crime_rate": 0.9}), rules)
    relative = judged.loc["relative:knife_crime_rate"]
    assert "and upwards, with no upper limit" in relative["sentence"]
    assert not judged["sentence"].str.contains("∞|nan|inf|tenth|dispersion").any()


def test_districts_that_are_hidden_are_not_passed_over_in_silence(rules: ClaimRules) -> None:
    rows = district_rows(40, {})
    hidden = [
        {**row, "numerator": np.nan, "denominator": np.nan, "value_status": "suppressed"}
        if row["area_code"] in ("X06000003", "X06000007")
        else row
        for row in rows
    ]
    assert "between the 40 districts of Exampleshire" in judge(rows, rules).loc["size", "sentence"]
    assert "between 38 of the 40 districts of Exampleshire" in judge(hidden, rules).loc["size", "sentence"]


def test_no_figures_make_no_rows(rules: ClaimRules) -> None:
    nothing = pd.DataFrame([figure("ed_assault_rate", 5, 10)])
    assert judge_claims(
        nothing, rules, area_code=VRU, area_name="x", forces=pd.Series(dtype="str"), flag_audit=NO_AUDIT
    ).empty


def test_the_same_figures_in_another_order_give_the_same_rows(rules: ClaimRules) -> None:
    rows = district_rows(20, {}) + third_rows(3_400, 10_000, 500) + lens_rows(200, 9_000)
    pd.testing.assert_frame_equal(judge(rows, rules), judge(rows[::-1], rules))


def test_sentences_name_no_cause_and_every_measure_is_an_indicator() -> None:
    for row in read_seed("claims"):
        words = row["sentence"] + row["caveat"]
        assert not re.search(
            r"\b(because|causes?d?|leads? to|due to|drives?)\b", words.replace("no cause", "")
        )
    known = {row["indicator_id"] for row in read_seed("indicators")}
    assert {row["indicator_id"] for row in read_seed("claim_measures")} <= known
    assert {row["claim_id"] for row in read_seed("claim_measures")} == {
        row["claim_id"] for row in read_seed("claims")
    }
    assert VARIATION in {row["claim_id"] for row in read_seed("claims")}


def test_the_demonstration_publishes_its_verdicts_and_settles_nothing_between_five_districts(
    demonstration: Settings,
) -> None:
    claims = pd.read_parquet(demonstration.published / "claims.parquet")
    assert set(claims["claim_id"]) == {row["claim_id"] for row in read_seed("claims")}
    known = {(row["claim_id"], row["part"], row["verdict"]) for row in read_seed("claims")}
    parts = claims["part"].str.split(":").str[0]
    assert set(zip(claims["claim_id"], parts, claims["verdict"], strict=True)) <= known
    compared = claims[(claims["area_count"] == 5) & parts.isin(["relative", "equivalence", "overall"])]
    assert set(compared["verdict"]) == {"cannot_settle"}
    values = pd.read_parquet(demonstration.published / "indicator_values.parquet")
    third = claims[claims["part"] == "a_third"].set_index("period_start")
    shares = values[
        (values["indicator_id"] == "domestic_violence_share")
        & (values["area_type"] == "vru")
        & (values["period_type"] == "financial_year")
        & (values["breakdown"] == "none")
        & (values["split"] == "all")
    ].set_index("period_start")
    assert third["value"].round(1).tolist() == shares["lowest"].reindex(third.index).tolist()
