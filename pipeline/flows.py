"""The steps of `plan.py` as Prefect flows: the same functions, with a history, retries and a schedule."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from prefect import flow, task
from prefect.artifacts import create_table_artifact
from prefect.logging import get_run_logger

from pipeline import plan
from pipeline.settings import Settings, read_settings


def is_worth_retrying(_task: Any, _run: Any, state: Any) -> bool:
    """Whether a failure can pass: only that another run holds the workspace."""
    return isinstance(state.result(raise_on_failure=False), plan.Locked)


# Results would be pickles of whatever a task returns: none is kept.
@task(persist_result=False, retries=2, retry_delay_seconds=[60, 300], retry_condition_fn=is_worth_retrying)
def refresh_figures(settings: Settings) -> plan.Refreshed:
    """Ingests, builds and publishes; tried again only because another run may hold the workspace."""
    with plan.workspace_lock(settings):
        return plan.refresh(settings, get_run_logger().info)


@task(persist_result=False)
def write_report(settings: Settings) -> list[Path]:
    """Writes the report from the published figures."""
    with plan.workspace_lock(settings):
        return plan.report(settings)[0]


@flow(name="monthly-refresh", persist_result=False)
def monthly_refresh(
    workspace: str = ".", assessment: str | None = None, deliveries: str | None = None
) -> dict[str, int]:
    """Takes in new deliveries and publishes the figures; returns counts, never rows."""
    settings = _settings(workspace, assessment, deliveries)
    return _summarise(refresh_figures(settings))


@flow(name="yearly-assessment", persist_result=False)
def yearly_assessment(
    workspace: str = ".", assessment: str | None = None, deliveries: str | None = None
) -> dict[str, int]:
    """A refresh and the report of it; returns counts, never rows."""
    settings = _settings(workspace, assessment, deliveries)
    summary = _summarise(refresh_figures(settings))
    return {**summary, "files": len(write_report(settings))}


def _settings(workspace: str, assessment: str | None, deliveries: str | None) -> Settings:
    return read_settings(
        Path(workspace), Path(assessment) if assessment else None, Path(deliveries) if deliveries else None
    )


def _summarise(refreshed: plan.Refreshed) -> dict[str, int]:
    seen = refreshed.ingested
    summary = {
        "deliveries": len(seen.deliveries),
        "new": len(seen.new),
        "refused": len(seen.refused),
        "rows_held_back": seen.rejected_rows,
        "hidden_figures": refreshed.hidden_figures,
    }
    create_table_artifact(key="refresh", table=[summary], description="Counts of this refresh")
    return summary
