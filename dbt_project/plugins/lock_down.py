"""Keeps every statement of a build to the extracts, the seeds and the database's own file.

DuckDB has no folder that is only read: that a build wrote nothing there, `pipeline/warehouse.py` looks afterwards.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from dbt.adapters.duckdb.plugins import BasePlugin
from duckdb import DuckDBPyConnection

SEEDS = Path(__file__).resolve().parents[1] / "seeds"


class Plugin(BasePlugin):
    """The name under which dbt-duckdb looks for it."""

    def initialize(self, plugin_config: dict[str, Any]) -> None:
        # Quotation marks are doubled already: the folder stands inside some in dbt's sources.
        seeds = SEEDS.as_posix().replace("'", "''")
        self.folders = f"['{plugin_config['extracts']}/', '{seeds}/']"

    def configure_connection(self, conn: DuckDBPyConnection) -> None:
        # In this order: once the last is set, none can be set again.
        for statement in (
            f"set allowed_directories = {self.folders}",
            "set enable_external_access = false",
            "set lock_configuration = true",
        ):
            conn.execute(statement).fetchall()
