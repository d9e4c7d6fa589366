"""Pupils by special educational need: levels as published, everybody once, and a rise that can be found."""

from pathlib import Path

import pandas as pd
import pytest
from delivered_files import read_text

from pipeline.synthetic.calibration import figure


@pytest.fixture(scope="module")
def pupils(deliveries: Path) -> pd.DataFrame:
    return read_text(deliveries, "education/special_needs_*.csv").astype({"pupil_count": int})


@pytest.mark.parametrize("provision", ["support", "plan"])
@pytest.mark.parametrize("year", ["2018/19", "2022/23"])
def test_as_many_pupils_have_special_needs_as_in_the_country(
    pupils: pd.DataFrame, provision: str, year: str
) -> None:
    own = pupils[pupils["academic_year"] == year]
    word = "ehcp" if provision == "plan" else provision
    share = own.loc[own["sen_provision"] == word, "pupil_count"].sum() / own["pupil_count"].sum()
    assert share == pytest.approx(figure("special_needs", provision, year), rel=0.03)


def test_every_pupil_of_the_absence_return_stands_in_one_row(pupils: pd.DataFrame, deliveries: Path) -> None:
    keys = ["academic_year", "lad_code"]
    assert not pupils.duplicated([*keys, "sen_provision", "primary_need"]).any()
    absence = read_text(deliveries, "education/absence_*.csv").astype({"pupil_count": int})
    spring = absence[(absence["term"] == "spring") & (absence["pupil_group"] == "all")]
    expected = spring.groupby(keys)["pupil_count"].sum()
    assert pupils.groupby(keys)["pupil_count"].sum().to_numpy() == pytest.approx(
        expected.to_numpy(), rel=0.001
    )


def test_needs_of_mental_health_rise_and_are_most_common_where_people_are_most_deprived(
    pupils: pd.DataFrame,
) -> None:
    needs = pupils[pupils["sen_provision"] != "none"].assign(
        is_semh=lambda rows: rows["primary_need"] == "SEMH"
    )

    def shares(by: str) -> pd.Series:
        counts = needs.groupby([by, "is_semh"])["pupil_count"].sum().unstack()
        return counts[True] / counts.sum(axis=1)

    assert shares("academic_year")["2022/23"] > 1.12 * shares("academic_year")["2018/19"]
    assert shares("lad_code").max() > 1.15 * shares("lad_code").min()
