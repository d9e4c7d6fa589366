"""Returns of services, answers to surveys and open tables of a small area, drawn at random."""

from __future__ import annotations

from random import Random

from tests.counts.drawn_places import DISTRICTS, ELSEWHERE, MONTHS, Row

QUARTERS = [month for month in MONTHS if month.month % 3 == 1]
YEARS = ("2019/20", "2020/21", "2021/22", "2022/23", "2023/24")


def draw_services(seed: int) -> dict[str, list[Row]]:
    """The files of services: of each district and of a council elsewhere, in every month, quarter or year."""
    dice = Random(seed)
    councils = [*DISTRICTS, ELSEWHERE[1]]
    return {
        "marac_returns_1.csv": [
            {
                "quarter_start": quarter.isoformat(),
                "marac": f"Marac {council[-1]}",
                "lad_code": council,
                "cases_discussed": (cases := dice.randrange(1, 40)),
                "repeat_cases": dice.randrange(cases + 1),
                "partner_referrals": dice.randrange(cases + 1),
                "children_in_household": dice.randrange(2 * cases),
            }
            for quarter in QUARTERS
            for council in councils
        ],
        "idva_returns_1.csv": [
            {
                "quarter_start": quarter.isoformat(),
                "service": "Idva service",
                "lad_code": council,
                "idva_fte": dice.randrange(1, 30) / 5,
                "idva_referrals": (referrals := dice.randrange(60)),
                "marac_referrals": dice.randrange(referrals + 1),
                "clients_engaged": dice.randrange(referrals + 1),
            }
            for quarter in QUARTERS
            for council in councils
        ],
        "refuge_1.csv": [
            {
                "month": f"{month:%Y-%m}",
                "lad_code": council,
                "bed_spaces": (spaces := dice.randrange(1, 20)),
                "bed_spaces_occupied": dice.randrange(spaces + 1),
                "refusals": (refusals := dice.randrange(12)),
                "refusals_no_space": dice.randrange(refusals + 1),
            }
            for month in MONTHS
            for council in councils
        ],
        "helpline_1.csv": [
            {
                "month": f"{month:%Y-%m}",
                "helpline": "Example Line",
                "lad_code": council,
                "calls": (calls := dice.randrange(90)),
                "domestic_abuse_calls": dice.randrange(calls + 1),
            }
            for month in MONTHS
            for council in [*councils, ""]
        ],
        "perpetrator_programmes_1.csv": [
            {
                "financial_year": year,
                "programme": "Steps",
                "lad_code": council,
                "places": dice.randrange(5, 40),
                "starts": dice.randrange(5, 30),
                "completions": dice.randrange(20),
            }
            for year in YEARS
            for council in councils
        ],
        "da_matters_1.csv": [
            {
                "financial_year": year,
                "force": "Exampleshire Police",
                "staff_in_scope": 2000,
                "staff_trained": dice.randrange(2000),
            }
            for year in YEARS
        ],
        "community_survey_1.csv": [
            row for year in range(2019, 2024) for council in councils for row in draw_answers(dice, year, council)
        ],
        "b1_children_in_need.csv": [
            {**council_row(year, council), "At31_episodes": dice.randrange(100)}
            for year in range(2020, 2025)
            for council in councils
        ],
        "cla_number_and_rate.csv": [
            {
                **council_row(year, council),
                "population_count": group,
                "population_estimate": 900,
                "number": dice.randrange(80),
                "rate_per_10000": 1,
            }
            for year in range(2020, 2025)
            for council in councils
            for group in ("Children looked after at 31 March", "Children ceasing to be looked after")
        ],
        "ud_neet.csv": [
            {
                **council_row(year, council),
                "Age": age,
                "Characteristic_grouping": "Total",
                "Characteristic": "Total",
                "avgcohort": 300,
                "avgNEET": dice.randrange(30),
                "avgNK": dice.randrange(30),
                "avgNEETNK": 5,
                "NEETNKprop": 5,
            }
            for year in range(2020, 2025)
            for council in councils
            for age in ("16-17", "16")
        ],
        "first_time_entrants.csv": [
            {
                "Financial Year": year,
                "LA Code": council,
                "Local Authority": council,
                "First Time Entrants": dice.randrange(20),
                "10-17 Population": 1000 + dice.randrange(100),
            }
            for year in YEARS
            for council in councils
        ],
        "special_needs_1.csv": [
            row for year in YEARS[:4] for council in councils for row in draw_needs(dice, year, council)
        ],
    }  # fmt: skip


def council_row(year: int, council: str) -> Row:
    """The columns by which the Department for Education tells councils apart."""
    return {
        "time_period": year,
        "geographic_level": "Local authority",
        "region_code": "X12000001",
        "new_la_code": council,
    }


def draw_needs(dice: Random, year: str, council: str) -> list[Row]:
    """One council's pupils by need: now and then a number hidden or left out, a word blank, or a row not there."""
    kinds = [
        ("none", ""),
        *((provision, need) for provision in ("support", "ehcp") for need in ("SEMH", "SLCN", "OTH")),
    ]
    rows: list[Row] = [
        {
            "academic_year": year,
            "lad_code": council,
            "sen_provision": provision,
            "primary_need": need,
            "pupil_count": dice.randrange(400 if provision == "none" else 40),
        }
        for provision, need in kinds
    ]
    if dice.random() < 0.4:
        faulty = dice.choice(rows)
        fault = dice.choice(["pupil_count", "pupil_count", "sen_provision", "primary_need", ""])
        if fault:
            faulty[fault] = dice.choice(["", "c"]) if fault == "pupil_count" else ""
        else:
            rows.remove(faulty)
    return rows


def draw_answers(dice: Random, year: int, council: str) -> list[Row]:
    """The answers of one council's residents to a question that counts and to one that does not."""
    rows: list[Row] = []
    for question, answers in (
        ("Do you trust the police in your area?", ("Yes", "No", "Don't know")),
        (
            "How safe do you feel walking alone in your area after dark?",
            ("Very safe", "Fairly safe", "Very unsafe"),
        ),
        ("Do you feel safe at school?", ("Yes", "No")),
        ("Do you like tea?", ("Yes", "No")),
    ):
        for group in ("All", "Women"):
            counts = [dice.randrange(1, 90) for _ in answers]
            weighted = [round(count * dice.uniform(0.7, 1.4), 1) for count in counts]
            rows += [
                {
                    "survey": "Example survey",
                    "survey_date": f"{year}-10-16",
                    "lad_code": council,
                    "group": group,
                    "question": question,
                    "answer": answer,
                    "unweighted_count": count,
                    "unweighted_base": sum(counts),
                    "weighted_count": weight,
                    "weighted_base": round(sum(weighted), 1),
                }
                for answer, count, weight in zip(answers, counts, weighted, strict=True)
            ]
    return rows
