"""What a supplier asks for in the assessment file hides its counts from that day on, and is told in the certificate."""

from __future__ import annotations

import json
import shutil

import pytest

from pipeline.settings import DEMONSTRATION, Settings
from tests.conftest import fill_area, read_values
from tests.counts.drawn import DISTRICTS, crime, lookup, population, quiet_months

RULE = """
[[stricter]]
source = "police_crimes"
threshold = 10
valid_from = 2023-04-01
authority = "Agreement, clause 7"
"""


@pytest.fixture(scope="module")
def area(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """7 robberies and 11 public order offences in each of two years, and a rule that holds for the second."""
    workspace = tmp_path_factory.mktemp("stricter")
    for file in DEMONSTRATION.parent.iterdir():
        shutil.copy(file, workspace)
    own = workspace / "assessment.toml"
    own.write_text(own.read_text(encoding="utf-8") + RULE, encoding="utf-8")
    crimes = [
        crime(ho_code=code, recorded_date=f"{year}-07-01")
        for year in (2022, 2023)
        for code, number in (("34B", 7), ("9A", 11))
        for _ in range(number)
    ]
    thefts = [
        crime(ho_code="49", recorded_date=f"{year}-07-01", lad_code=lad, lsoa21_code="")
        for year in (2022, 2023)
        for lad in DISTRICTS
        for _ in range(40)
    ]
    return fill_area(
        workspace,
        {
            "lookup_lsoa21_msoa21_lad.csv": lookup(),
            "population_lsoa21.csv": population(),
            "police_crimes_1.csv": [*quiet_months(), *crimes, *thefts],
        },
    )


@pytest.mark.parametrize(
    ("indicator_id", "year", "status"),
    [
        ("robbery_rate", 2022, "reported"),
        ("robbery_rate", 2023, "suppressed"),
        ("public_order_rate", 2023, "reported"),
    ],
)
def test_a_stricter_rule_hides_from_its_first_day_on(
    area: Settings, indicator_id: str, year: int, status: str
) -> None:
    values = read_values(area)
    [found] = values.loc[
        (values["indicator_id"] == indicator_id)
        & (values["area_type"] == "vru")
        & (values["period_type"] == "financial_year")
        & (values["period_start"].astype("str") == f"{year}-04-01")
        & (values["breakdown"] == "none")
        & (values["split"] == "all"),
        "value_status",
    ]
    assert found == status


def test_the_certificate_names_the_agreement(area: Settings) -> None:
    text = (area.published / "disclosure_certificate.json").read_text(encoding="utf-8")
    agreed = [
        (policy["threshold"], policy["valid_from"], policy["authority"])
        for policy in json.loads(text)["policies"]
        if policy["policy_id"] == "police_crimes_agreed"
    ]
    assert agreed[-1] == (10, "2023-04-01", "Agreement, clause 7")
    assert [threshold for threshold, _, _ in agreed] == [5, 10]
