"""The commands that move data: demo, ingest, refresh, report, assess."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.exit_codes import WARNINGS
from pipeline.cli.options import AsJson, AssessmentFile, Deliveries, Quiet, Workspace, read
from pipeline.cli.progress import show_progress
from pipeline.cli.seen import as_data, exit_with, tell, tell_known

if TYPE_CHECKING:
    from pipeline.plan import Refreshed
    from pipeline.settings import Settings


def demo(
    workspace: Workspace = None,
    scenario: Annotated[
        str,
        typer.Option(
            help="Which fictional area: demonstration (five districts, every kind of extract), forty_districts "
            "(forty districts and five forces, police crimes only, in which domestic abuse varies less than knife "
            "crime), or forty_districts_reversed (in which it varies more). The last two bring an assessment.toml."
        ),
    ] = "demonstration",
    quiet: Quiet = False,
) -> None:
    """Write the deliveries of a fictional area into data/raw."""
    from pipeline import plan

    settings = read(None, workspace)
    files = plan.write_demonstration(settings, scenario)
    if not quiet:
        typer.echo(f"{len(files)} SYNTHETIC deliveries in {_shown(files[0].parents[0])}")


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
            help="Let the files named pass a rule: volume, removed, overlap, manifest, rejected_share, "
            "unknown_places, unknown_words."
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
        typer.echo(json.dumps(as_data(seen), indent=2, ensure_ascii=False))
    else:
        tell(seen)
        if files:
            tell_known(seen)
    exit_with(seen, named=bool(files))


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
        typer.echo(json.dumps({**as_data(done.ingested), **_as_data(done)}, indent=2, ensure_ascii=False))
    else:
        tell(done.ingested)
        _tell_figures(settings, done)
    exit_with(done.ingested)
    if done.left_out:
        raise typer.Exit(WARNINGS)


def report(
    assessment: AssessmentFile = None,
    workspace: Workspace = None,
    release: Annotated[
        str,
        typer.Option(
            help="Write the report of a release, beside the other; it says DRAFT until the release is approved."
        ),
    ] = "",
    edition: Annotated[
        list[str] | None,
        typer.Option(
            help="full, brief, district, monitor or public; name it again for another.  [default: all]"
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Write the editions of the report from the published figures: DRAFT unless an approved release holds them."""
    from pipeline import plan
    from pipeline.settings import ConfigurationError

    settings = read(assessment, workspace)
    if not release and not (settings.published / "indicator_values.parquet").exists():
        raise ConfigurationError(
            f"{settings.published} holds no published figures yet: run `sna refresh` first."
        )
    with plan.workspace_lock(settings):
        files, is_new = plan.report(settings, release, edition or ["all"])
    _tell_report(plan.output_folder(settings, release), files, is_new, as_json)


def assess(
    assessment: AssessmentFile = None,
    workspace: Workspace = None,
    deliveries: Deliveries = None,
    as_json: AsJson = False,
) -> None:
    """Refresh and report: from the deliveries folder to the editions of the report."""
    from pipeline import plan

    settings = read(assessment, workspace, deliveries)
    with plan.workspace_lock(settings):
        done, files, is_new = plan.assess(settings, _say(as_json))
    if as_json:
        summary = {
            **as_data(done.ingested),
            **_as_data(done),
            "files": [str(file) for file in files],
        }
        typer.echo(json.dumps(summary, indent=2, ensure_ascii=False))
    else:
        tell(done.ingested)
        _tell_figures(settings, done)
        _tell_report(settings.output, files, is_new, False)
    exit_with(done.ingested)
    if done.left_out:
        raise typer.Exit(WARNINGS)


def _say(as_json: bool):  # type: ignore[no-untyped-def]
    return lambda words: None if as_json else typer.echo(f"{words} …", err=True)


def _as_data(done: Refreshed) -> dict[str, object]:
    return {"rebuilt": done.is_rebuilt, "left_out": done.left_out, "emptied": done.emptied}


def _tell_figures(settings: Settings, done: Refreshed) -> None:
    if done.is_rebuilt:
        withheld = f"{done.hidden_figures:,} withheld as too few, here or by their publisher"
        typer.echo(f"Figures published in {_shown(settings.published)}; {withheld}")
        for sentence in done.left_out:
            typer.echo(f"Note: {sentence}")
        if done.emptied:
            typer.echo(f"Note: {done.emptied}")
    else:
        typer.echo("Nothing new: the published figures stand")


def _tell_report(output: Path, files: list[Path], is_new: bool, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps({"files": [str(file) for file in files], "rewritten": is_new}, indent=2))
        return
    if not is_new:
        typer.echo("Nothing new: the report stands")
    for file in files:
        if file.suffix in (".html", ".pdf", ".xlsx") and file.parent == output:
            typer.echo(_shown(file))
    districts = [file for file in files if file.parent == output / "districts" and file.suffix == ".pdf"]
    if districts:
        typer.echo(f"{_shown(output / 'districts')}: a report for each of {len(districts)} districts")


def _shown(path: Path) -> str:
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)
