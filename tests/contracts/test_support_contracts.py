"""Each return of a service, a survey or a training team is known, counts only, and keeps its symbols apart."""

from __future__ import annotations

import pytest

from tests.contracts.delivered_layouts import CONTRACTS, Layout, check_layout, contract_of

LAYOUTS = (
    Layout(
        "marac_returns",
        "marac_returns_2024_q1.csv",
        "quarter_start,marac,force_code,lad_code,meetings_held,cases_discussed,repeat_cases,police_referrals,"
        "partner_referrals,idva_referrals,health_referrals,children_in_household,male_victims,bme_cases,"
        "lgbt_cases,disabled_victims,victims_16_17,harming_others_17_or_below",
        "2024-04-01,Liverpool North,E23000004,E08000012,6,212,66,131,81,24,9,260,11,38,<5,17,<5,*",
    ),
    Layout(
        "idva_returns",
        "idva_returns_2024_q1.csv",
        "quarter_start,service,lad_code,idva_fte,idva_referrals,marac_referrals,clients_engaged",
        "2024-04-01,Example service,E08000012,7.6,240,190,155",
    ),
    Layout(
        "refuge",
        "refuge_2024.csv",
        "month,lad_code,bed_spaces,bed_spaces_occupied,refusals,refusals_no_space",
        "2024-04,E08000012,24,23,31,c",
    ),
    Layout(
        "helpline_calls",
        "helpline_calls_2024.csv",
        "month,helpline,lad_code,calls,domestic_abuse_calls",
        "2024-04,Example helpline,E08000012,810,402",
    ),
    Layout(
        "community_survey",
        "community_survey_2024.csv",
        "survey,survey_date,lad_code,group,question,answer,unweighted_count,unweighted_base,weighted_count,"
        "weighted_base",
        "Residents 2024,2024-06-14,E08000012,Women,Do you feel safe after dark?,Very safe,58,401,61.4,399.2",
    ),
    Layout(
        "da_matters_training",
        "da_matters_2024.csv",
        "financial_year,force,force_code,staff_in_scope,staff_trained",
        "2023/24,Merseyside Police,E23000004,3900,2870",
    ),
    Layout(
        "perpetrator_programmes",
        "perpetrator_programmes_2024.csv",
        "financial_year,programme,lad_code,places,starts,completions",
        "2023/24,Example programme,E08000012,60,52,low",
    ),
)
SUPPORT = [
    contract
    for contract in CONTRACTS
    if contract.policy_id == "support_services" or contract.source_id == "community_survey"
]


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.source_id)
def test_a_file_is_known_and_read_whole(layout: Layout) -> None:
    check_layout(layout)


def test_every_return_has_a_layout_here() -> None:
    assert {contract.source_id for contract in SUPPORT} == {layout.source_id for layout in LAYOUTS}


def test_a_count_that_was_hidden_is_no_blank_and_no_zero() -> None:
    for contract in SUPPORT:
        counts = [column for column in contract.columns if column.name.endswith(("_count", "_base", "_fte"))]
        assert len(counts) >= 2, contract.source_id
        for column in counts:
            symbols = dict(column.symbols)
            assert (symbols["<5"], symbols["n/a"]) == ("suppressed", "not_applicable"), column.name
            assert contract.extract_types[f"{column.name}_status"] == "varchar"


def test_no_return_places_anything_below_the_district() -> None:
    """A finer place could tell where a refuge is, or which street a caller lives in."""
    for contract in SUPPORT:
        finer = [
            header
            for column in contract.columns
            for header in (column.name, *column.headers)
            if any(word in header for word in ("lsoa", "msoa", "ward", "postcode", "address", "latitude"))
        ]
        assert finer == [], contract.source_id


def test_refuge_space_is_counted_by_district_and_month() -> None:
    required = [column.name for column in contract_of("refuge").required]
    assert required == ["month_start", "lad_code", "bed_space_count"]
