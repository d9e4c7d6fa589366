# %% [markdown]
# # Explore an indicator
# Open as a notebook (Jupyter with jupytext) or run as a script, from a workspace in which `sna refresh` has run.
# Only published figures are read: nothing hidden can be seen here.

# %%
from pathlib import Path

import pandas as pd

published = Path("data") / "curated" / "published"
values = pd.read_parquet(published / "indicator_values.parquet")
indicators = pd.read_parquet(published / "indicators.parquet").set_index("indicator_id")
areas = pd.read_parquet(published / "areas.parquet").set_index(["area_type", "area_code"])["area_name"]

# %% [markdown]
# Which indicators are there, and how much of each can be told?

# %%
told = values.assign(is_reported=values["value_status"] == "reported")
overview = told.groupby("indicator_id")["is_reported"].agg(["sum", "size"]).join(indicators["title"])
print(overview.rename(columns={"sum": "reported", "size": "cells"}).to_string())

# %% [markdown]
# One indicator by district, latest year. Change the name and run again.

# %%
indicator_id = "violence_rate"
rows = values[
    (values["indicator_id"] == indicator_id)
    & (values["area_type"] == "lad")
    & (values["period_type"] == "financial_year")
    & (values["split"] == "all")
    & (values["breakdown"] == "none")
]
latest = rows[rows["period_start"] == rows["period_start"].max()]
latest = latest.assign(area=[areas.get(("lad", code), code) for code in latest["area_code"]])
print(f"{indicators.loc[indicator_id, 'title']}, {indicators.loc[indicator_id, 'unit']}")
print(latest[["area", "value", "lower95", "upper95", "value_status", "status_reason"]].to_string(index=False))
