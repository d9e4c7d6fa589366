"""The demonstration area's deliveries, written once for all tests of the generator."""

from pathlib import Path

import pandas as pd
import pytest
from delivered_files import SEEDS, read_text

from pipeline.synthetic.deliveries import write_deliveries
from tests.once import fill_once


@pytest.fixture(scope="package")
def deliveries(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of all deliveries."""
    return fill_once(tmp_path_factory, "deliveries", write_deliveries)


@pytest.fixture(scope="package")
def offence_codes() -> pd.DataFrame:
    """The project's own list of offence codes."""
    return pd.read_csv(SEEDS / "offence_codes.csv", dtype=str, keep_default_na=False)


@pytest.fixture(scope="package")
def delivered(deliveries: Path) -> pd.DataFrame:
    """Every row of the crime files, as text."""
    return read_text(deliveries, "police/police_crimes*.csv")


@pytest.fixture(scope="package")
def crimes(delivered: pd.DataFrame, offence_codes: pd.DataFrame) -> pd.DataFrame:
    """Crimes that are whole: no doubles, no impossible dates, no unknown codes; with group and year."""
    columns = ["offence_code", "offence_group", "offence_subgroup"]
    whole = delivered.drop_duplicates().merge(
        offence_codes[columns], left_on="ho_code", right_on="offence_code", how="inner"
    )
    whole["recorded"] = pd.to_datetime(whole["recorded_date"], errors="coerce")
    whole = whole[whole["recorded"].notna()].copy()
    month = whole["recorded"].dt.month
    whole["year"] = whole["recorded"].dt.year + (month > 3)
    return whole


@pytest.fixture(scope="package")
def people(deliveries: Path) -> pd.DataFrame:
    """The population file."""
    return pd.read_csv(deliveries / "reference/population_lsoa21.csv")
