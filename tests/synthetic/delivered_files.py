"""Reading the deliveries and the project's own lists, for the tests of the generator."""

from functools import cache
from pathlib import Path

import pandas as pd

SEEDS = Path(__file__).parents[2] / "dbt_project" / "seeds"


@cache
def read_text(folder: Path, pattern: str) -> pd.DataFrame:
    """All files of the pattern as text, with the file's name; read once, not to be changed."""
    frames = [
        pd.read_csv(path, dtype=str, keep_default_na=False).assign(file=path.name)
        for path in sorted(folder.glob(pattern))
    ]
    return pd.concat(frames, ignore_index=True)
