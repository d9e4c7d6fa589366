"""The steps of `plan.py` as Prefect flows: the same functions, with a history, retries and a schedule."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from prefect import flow, task, unmapped
from prefect.artifacts import create_table_artifact
from prefect.blocks.system import Secret
from prefect.logging import get_run_logger

from pipeline import arrivals, plan
from pipeline.publish.proof import NotProtected
from pipeline.register import BrokenChain
from pipeline.scan.pieces import StrayFigure
from pipeline.settings import ConfigurationError, Settings, read_settings
from pipeline.snapshots import Brought
from pipeline.warehouse import BuildFailed


class NotReached(Exception):
    """An origin or source was not reached for a reason that can pass; what stands in for it is in `brought`."""

    def __init__(self, brought: list[Brought]) -> None:
        super().__init__(" ".join(note for each in brought for note in each.notes))
        self.brought = brought


class StepFailed(Exception):
    """A step failed as nobody foresaw: what kind of error and where, never its message."""


@contextmanager
def without_data() -> Iterator[None]:
    """Lets errors that are sentences of ours pass; of any other its kind alone, for Prefect keeps the message."""
    try:
        yield
    except (ConfigurationError, plan.Locked, BuildFailed, BrokenChain, NotProtected, StrayFigure, NotReached):
        raise
    except Exception as error:
        raise StepFailed(f"{_sentence(error)}: run the same command with --debug to see where") from None


def is_worth_retrying(_task: Any, _run: Any, state: Any) -> bool:
    """Whether a failure can pass: another run holds the workspace, or a place was not reached."""
    return isinstance(state.result(raise_on_failure=False), plan.Locked | NotReached)


# Results would be pickles of whatever a task returns: none is kept. An error is, whatever is said here: as JSON.
@task(
    task_run_name="fetch {name}",
    persist_result=False,
    result_serializer="json",
    retries=2,
    retry_delay_seconds=[60, 600],
    retry_condition_fn=is_worth_retrying,
)
def fetch_source(settings: Settings, name: str) -> list[Brought]:
    """Brings what one origin has that is new and stable; tried again where what failed can pass."""
    origin = next(origin for origin in settings.assessment.origins if origin.name == name)
    # Read here and handed on: a secret is in no parameter, log line or result.
    secret = _read_block(origin.secret_block) if origin.secret_block else None
    with without_data():
        brought = arrivals.bring(settings, name, {}, secret=secret)
    for each in brought:
        for note in each.notes:
            get_run_logger().warning(note)
    if any(each.can_pass for each in brought):
        raise NotReached(brought)
    return brought


@task(
    persist_result=False,
    result_serializer="json",
    retries=2,
    retry_delay_seconds=[60, 300],
    retry_condition_fn=is_worth_retrying,
)
def refresh_figures(settings: Settings) -> plan.Refreshed:
    """Ingests, builds and publishes; tried again only because another run may hold the workspace."""
    with without_data(), plan.workspace_lock(settings):
        return plan.refresh(settings, get_run_logger().info)


@task(persist_result=False, result_serializer="json")
def write_report(settings: Settings) -> list[Path]:
    """Writes the report from the published figures."""
    with without_data(), plan.workspace_lock(settings):
        return plan.report(settings)[0]


def _read_block(name: str) -> str:
    # Without it, a task is handed a coroutine.
    block = Secret.load(name, _sync=True)  # type: ignore[call-arg]
    assert isinstance(block, Secret)
    return str(block.get())


@flow(name="monthly-refresh", persist_result=False, result_serializer="json")
def monthly_refresh(
    workspace: str = ".",
    assessment: str | None = None,
    deliveries: str | None = None,
    fetch: bool = False,
) -> dict[str, int]:
    """Takes in new deliveries and publishes the figures; returns counts, never rows.

    With `fetch`, first brings what is new at every origin of the assessment; where one fails, the others go on
    and the last good copy stays in use.
    """
    settings = _settings(workspace, assessment, deliveries)
    if fetch:
        _fetch_origins(settings)
    return _summarise(refresh_figures(settings))


@flow(name="yearly-assessment", persist_result=False, result_serializer="json")
def yearly_assessment(
    workspace: str = ".", assessment: str | None = None, deliveries: str | None = None
) -> dict[str, int]:
    """A refresh and the report of it; returns counts, never rows."""
    settings = _settings(workspace, assessment, deliveries)
    summary = _summarise(refresh_figures(settings))
    return {**summary, "files": len(write_report(settings))}


def _fetch_origins(settings: Settings) -> None:
    """Brings every origin, a task each, and leaves an artifact of how many files came from where."""
    names = [origin.name for origin in settings.assessment.origins]
    futures = fetch_source.map(unmapped(settings), names)
    table = []
    for name, future in zip(names, futures, strict=True):
        done = future.result(raise_on_failure=False)
        brought = done.brought if isinstance(done, NotReached) else done
        if isinstance(brought, Exception):
            get_run_logger().warning(f"{name}: {_sentence(brought)}")
            table.append({"origin": name, "status": "failed", "files": 0, "warnings": 1})
            continue
        table += [
            {
                "origin": name,
                "status": each.status,
                "files": len(each.files),
                "warnings": len(each.notes),
                "last_good": each.last_good,
            }
            for each in brought
        ]
    create_table_artifact(key="fetch", table=table, description="What each origin brought")


def _sentence(error: Exception) -> str:
    """What may be said of an error: a sentence of ours, else its kind alone, for a message may hold data."""
    is_ours = isinstance(error, ConfigurationError | plan.Locked | StepFailed)
    return str(error) if is_ours else f"failed with {type(error).__name__}"


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
