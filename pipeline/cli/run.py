"""The commands that move data: demo, ingest, refresh, report, assess."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.options import AsJson, AssessmentFile, Deliveries, Quiet, Workspace, read
from pipeline.cli.progress import show_progress

if TYPE_CHECKING:
    from pipeline.ingest.land import Ingested
    from pipeline.plan import Refreshed
    from pipeline.settings import Settings

REFUSED, WARNINGS, IDENTIFIERS = 3, 4, 7


def demo(workspace: Workspace = None, quiet: Quiet = False) -> None:
    """Write the deliveries of a fictional area into data/raw/demonstration."""
    from pipeline import plan

    settings = read(None, workspace)
    files = plan.write_demonstration(settings)
    if not quiet:
        typer.echo(f"{len(files)} SYNTHETIC deliveries in {_shown(files[0].parents[1])}")


def ingest(
    files: Annotated[
        list[Path] | None,
        typer.Argument(metavar="FILE", help="Files to take in; else all of the deliveries folder."),
    ] = None,
    assessment: AssessmentFile = None,
    workspace: Workspace = None,
    deliveries: Deliveries = None,
    accept: Annotated[
        list[str] | None,
        typer.Option(
            help="Let the files named pass a rule: volume, overlap, manifest, rejected_share or unknown_places."
        ),
    ] = None,
    accept_volume: Annotated[
        bool, typer.Option("--accept-volume", help="The same as --accept volume.")
    ] = False,
    reason: Annotated[str, typer.Option(help="Why; it is recorded with your name.")] = "",
    as_json: AsJson = False,
) -> None:
    """Take in the files named, or what is new in the deliveries folder."""
    from pipeline import plan

    settings = read(assessment, workspace, deliveries)
    rules = [*(accept or []), *(["volume"] if accept_volume else [])]
    with plan.workspace_lock(settings), show_progress("Reading deliveries") as progress:
        if rules:
            plan.accept_deliveries(settings, files or [], rules, reason)
        seen = plan.ingest_named(settings, files, progress) if files else plan.ingest(settings, progress)
    if as_json:
        typer.echo(json.dumps(_summary(seen), indent=2, ensure_ascii=False))
    else:
        _tell_deliveries(seen)
        if files:
            _tell_known(seen)
    if files and seen.refused and not seen.blocked:
        raise typer.Exit(REFUSED)
    _exit_with(seen)


def _tell_known(seen: Ingested) -> None:
    for line in seen.deliveries:
        if line.status == "accepted" and line not in seen.new:
            typer.echo(
                f"Already taken in on {line.recorded_on} as {line.file_name} ({line.source_id}): nothing to do"
            )
        elif line.status == "set_aside":
            typer.echo(f"Set aside: {line.file_name}: {line.reason}")


def refresh(
    assessment: AssessmentFile = None,
    workspace: Workspace = None,
    deliveries: Deliveries = None,
    as_json: AsJson = False,
) -> None:
    """Take in new deliveries, build the warehouse, publish the figures."""
    from pipeline import plan

    settings = read(assessment, workspace, deliveries)
    with plan.workspace_lock(settings):
        done = plan.refresh(settings, _say(as_json))
    if as_json:
        typer.echo(
            json.dumps({**_summary(done.ingested), "rebuilt": done.is_rebuilt}, indent=2, ensure_ascii=False)
        )
    else:
        _tell_deliveries(done.ingested)
        _tell_figures(settings, done)
    _exit_with(done.ingested)


def report(assessment: AssessmentFile = None, workspace: Workspace = None, as_json: AsJson = False) -> None:
    """Write the report from the published figures."""
    from pipeline import plan
    from pipeline.settings import ConfigurationError

    settings = read(assessment, workspace)
    if not (settings.published / "indicator_values.parquet").exists():
        raise ConfigurationError(
            f"{settings.published} holds no published figures yet: run `sna refresh` first."
        )
    with plan.workspace_lock(settings):
        files, is_new = plan.report(settings)
    _tell_report(settings, files, is_new, as_json)


def assess(
    assessment: AssessmentFile = None,
    workspace: Workspace = None,
    deliveries: Deliveries = None,
    as_json: AsJson = False,
) -> None:
    """Refresh and report: from the deliveries folder to index.html, report.pdf and tables.xlsx."""
    from pipeline import plan

    settings = read(assessment, workspace, deliveries)
    with plan.workspace_lock(settings):
        done, files, is_new = plan.assess(settings, _say(as_json))
    if as_json:
        summary = {
            **_summary(done.ingested),
            "rebuilt": done.is_rebuilt,
            "files": [str(file) for file in files],
        }
        typer.echo(json.dumps(summary, indent=2, ensure_ascii=False))
    else:
        _tell_deliveries(done.ingested)
        _tell_figures(settings, done)
        _tell_report(settings, files, is_new, False)
    _exit_with(done.ingested)


def _say(as_json: bool):  # type: ignore[no-untyped-def]
    return lambda words: None if as_json else typer.echo(f"{words} …", err=True)


def _summary(seen: Ingested) -> dict[str, object]:
    return {
        "deliveries": len(seen.deliveries),
        "new": len(seen.new),
        "accepted_rows": sum(line.accepted for line in seen.deliveries),
        "quarantined_rows": seen.rejected_rows,
        "refused": [{"file": line.file_name, "reason": line.reason} for line in seen.refused],
        "waiting": [line.file_name for line in seen.waiting],
        "set_aside": [
            {"file": line.file_name, "reason": line.reason}
            for line in seen.deliveries
            if line.status == "set_aside"
        ],
        "notes": list(seen.notes),
    }


def _tell_deliveries(seen: Ingested) -> None:
    accepted = [line for line in seen.deliveries if line.status == "accepted"]
    aside = [line for line in seen.deliveries if line.status == "set_aside"]
    rows = sum(line.rows_in for line in accepted)
    new = f"{len([line for line in seen.new if line.status == 'accepted'])} new" if seen.new else "none new"
    typer.echo(f"{len(accepted)} deliveries read ({new}), {rows:,} rows: {rows - seen.rejected_rows:,} accepted, "
               f"{seen.rejected_rows:,} held back; {len(aside)} files set aside")  # fmt: skip
    for line in seen.refused:
        typer.echo(f"Refused: {line.file_name}: {line.reason}", err=True)
    for line in seen.waiting:
        typer.echo(f"Waiting: {line.file_name}: {line.reason}", err=True)
    for line in seen.new:
        if line.changes:
            typer.echo(
                f"Revised: {line.file_name}: {line.changes['rows_added']:,} rows added, "
                f"{line.changes['rows_removed']:,} removed, {line.changes['rows_altered']:,} altered; "
                f"{line.changes['rows_before']:,} before, {line.changes['rows_after']:,} after",
                err=True,
            )
    for note in seen.notes:
        typer.echo(f"Note: {note}", err=True)
    held = [line for line in accepted if line.rejected]
    for line in held[:5]:
        typer.echo(f"Held back: {line.rejected:,} of {line.rows_in:,} rows of {line.file_name}", err=True)
    if len(held) > 5:
        typer.echo(f"Held back: rows of {len(held) - 5} more files; `sna quarantine list` says why", err=True)


def _tell_figures(settings: Settings, done: Refreshed) -> None:
    if done.is_rebuilt:
        withheld = f"{done.hidden_figures:,} withheld as too few, here or by their publisher"
        typer.echo(f"Figures published in {_shown(settings.published)}; {withheld}")
    else:
        typer.echo("Nothing new: the published figures stand")


def _tell_report(settings: Settings, files: list[Path], is_new: bool, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps({"files": [str(file) for file in files], "rewritten": is_new}, indent=2))
        return
    if not is_new:
        typer.echo("Nothing new: the report stands")
    for name in ("index.html", "report.pdf", "tables.xlsx"):
        typer.echo(_shown(settings.output / name))


def _shown(path: Path) -> str:
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)


def _exit_with(seen: Ingested) -> None:
    if seen.blocked:
        raise typer.Exit(IDENTIFIERS)
    if seen.refused or seen.waiting or seen.rejected_rows or seen.notes:
        raise typer.Exit(WARNINGS)
