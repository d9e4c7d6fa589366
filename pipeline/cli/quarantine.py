"""`sna quarantine`: the rows that were held back, and letting them in on a recorded reason."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.options import AsJson, AssessmentFile, Workspace, read

app = typer.Typer(no_args_is_help=True, help="See, export or let in the rows that were held back.")
Source = Annotated[str, typer.Option("--source", help="One source only.")]


@app.command("list")
def list_rows(
    source: Source = "",
    assessment: AssessmentFile = None,
    workspace: Workspace = None,
    as_json: AsJson = False,
) -> None:
    """Show how many rows each rule holds back, by delivery."""
    from pipeline.ingest.quarantine import list_held

    _check(source)
    held = list_held(read(assessment, workspace), source)
    if as_json:
        typer.echo(json.dumps([asdict(each) for each in held], indent=2, ensure_ascii=False))
        return
    if not held:
        typer.echo("No row is held back")
    for each in held:
        typer.echo(f"{each.delivery_id[:8]}  {each.row_count:>9,} × {each.rule}  ({each.file_name})")


@app.command("export")
def export_rows(
    target: Annotated[
        Path, typer.Argument(help="The CSV file to write. It holds rows as they came: keep it safe.")
    ],
    source: Source = "",
    assessment: AssessmentFile = None,
    workspace: Workspace = None,
) -> None:
    """Write the rows that are held back, as they came, to a CSV file."""
    from pipeline.ingest.quarantine import export_held

    _check(source)
    count = export_held(read(assessment, workspace), target, source)
    typer.echo(f"{count:,} rows as they came in {target}: personal data, delete it when you are done")


@app.command("accept")
def accept_rows(
    delivery: Annotated[str, typer.Argument(help="The delivery, by the first letters of its identifier.")],
    rule: Annotated[str, typer.Option(help="The rule that held the rows back, as `list` shows it.")],
    reason: Annotated[str, typer.Option(help="Why they may come in; it is recorded with your name.")] = "",
    assessment: AssessmentFile = None,
    workspace: Workspace = None,
) -> None:
    """Let rows in that a rule held back; the delivery is read anew with the next `sna ingest` or `sna refresh`."""
    from pipeline import plan

    settings = read(assessment, workspace)
    with plan.workspace_lock(settings):
        line = plan.accept_quarantined(settings, delivery, rule, reason)
    typer.echo(f"Recorded: {line.file_name} is read anew with the next `sna ingest` or `sna refresh`")


def _check(source: str) -> None:
    from pipeline.contracts import find_contract, read_contracts
    from pipeline.settings import PROJECT

    if source:
        find_contract(read_contracts(PROJECT), source)
