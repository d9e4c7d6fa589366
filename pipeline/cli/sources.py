"""`sna sources`: what may be delivered, on what terms it is held, and what of it is there."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

import typer

from pipeline.cli.options import AsJson, AssessmentFile, Workspace, read

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipeline.contracts import Contract
    from pipeline.register import Delivery


@dataclass(frozen=True)
class Source:
    """One kind of delivery: the terms of its contract, and the deliveries that stand."""

    source_id: str
    title: str
    publisher: str
    ask: str
    licence: str
    legal_basis: str
    retention_years: int | None
    policy_id: str
    is_openly_published: bool
    geography_vintage: str
    # The columns that are searched for identifiers and never kept.
    free_text: tuple[str, ...]
    deliveries: int
    # The first and the last day that the deliveries speak of, where their contract tells.
    period_start: str
    period_end: str
    # The first day on which one of them was taken in, and the day by which it must go.
    taken_in_since: str
    keep_until: str


def sources(
    assessment: AssessmentFile = None,
    workspace: Workspace = None,
    as_json: AsJson = False,
) -> None:
    """List every source: whom to ask, licence, legal basis, how long it may be kept, its boundaries and disclosure
    policy, and which deliveries of it stand."""
    from pipeline.contracts import read_contracts
    from pipeline.definitions.policies import agree_policies, read_policies
    from pipeline.register import current_deliveries, read_ledger

    settings = read(assessment, workspace)
    lines = current_deliveries(read_ledger(settings.register), settings.assessment.name)
    contracts = read_contracts(settings.project)
    usual = {contract.source_id: contract.policy_id for contract in contracts}
    held, _ = agree_policies(read_policies(settings.project), usual, settings.assessment)
    found = [describe(replace(contract, policy_id=held[contract.source_id]), lines) for contract in contracts]
    if as_json:
        typer.echo(json.dumps([asdict(each) for each in found], indent=2, ensure_ascii=False))
        return
    for each in found:
        _tell(each)


def describe(contract: Contract, lines: Iterable[Delivery]) -> Source:
    """A contract's terms beside the deliveries of it that stand."""
    standing = [line for line in lines if line.source_id == contract.source_id]
    since = min((line.recorded_on for line in standing if line.recorded_on), default="")
    return Source(
        contract.source_id,
        contract.title,
        contract.publisher,
        contract.ask,
        contract.licence,
        contract.legal_basis,
        contract.retention_years,
        contract.policy_id,
        contract.is_openly_published,
        contract.geography_vintage,
        tuple(column.name for column in contract.columns if column.is_free_text),
        len(standing),
        min((line.period_start for line in standing if line.period_start), default=""),
        max((line.period_end for line in standing if line.period_end), default=""),
        since,
        _keep_until(since, contract.retention_years),
    )


def _keep_until(since: str, years: int | None) -> str:
    if not since or years is None:
        return ""
    day = date.fromisoformat(since)
    # Of a 29 February: the 28th.
    return str(day.replace(year=day.year + years, day=28 if (day.month, day.day) == (2, 29) else day.day))


def _tell(source: Source) -> None:
    typer.echo(f"{source.source_id}: {source.title}")
    years = "for as long as we like" if source.retention_years is None else f"{source.retention_years} years"
    kept = f"{years}; the oldest delivery until {source.keep_until}" if source.keep_until else years
    about = f", about {source.period_start} to {source.period_end}" if source.period_end else ""
    count = f"{source.deliveries} deliver{'y' if source.deliveries == 1 else 'ies'}"
    rows = {
        "from": source.publisher,
        "ask": source.ask,
        "licence": source.licence,
        "legal basis": source.legal_basis,
        "kept": kept,
        "disclosure": f"{source.policy_id}{'; openly published' if source.is_openly_published else ''}",
        "boundaries": source.geography_vintage,
        "never kept": ", ".join(source.free_text),
        "there": f"{count}{about}" if source.deliveries else "no delivery",
    }
    for label, text in rows.items():
        if text:
            typer.echo(f"    {label + ':':<13}{text}")
