"""`sna release`: figures go out when somebody other than their author has seen them."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Annotated

import typer

from pipeline.cli.options import AsJson, AssessmentFile, Workspace, read

app = typer.Typer(
    no_args_is_help=True, help="Ask for, review and approve a release of the published figures."
)
# How many figures that say something of everybody are named at once.
FIRST = 10
By = Annotated[
    str, typer.Option("--by", help="Who does this. Names are asserted, not proved; they are recorded.")
]
Note = Annotated[str, typer.Option("--note", help="What is worth keeping beside it; it is recorded.")]
Release = Annotated[str, typer.Argument(help="The release, as `sna release list` shows it.")]


@app.command("request")
def request(by: By, note: Note = "", assessment: AssessmentFile = None, workspace: Workspace = None) -> None:
    """Freeze what is published now, once its report has been read back, and ask for it to be reviewed."""
    from pipeline import plan

    settings = read(assessment, workspace)
    with plan.workspace_lock(settings):
        step = plan.request_release(settings, by, note)
    needed = settings.assessment.reviewers
    people = f"{needed} reviewers" if needed > 1 else "1 reviewer"
    typer.echo(f"{step.release_id} is frozen; it waits for {people} other than {step.by}")


@app.command("show")
def show(
    release: Release, assessment: AssessmentFile = None, workspace: Workspace = None, as_json: AsJson = False
) -> None:
    """Show what a reviewer looks at: the smallest counts shown, what is hidden, and what is new."""
    from pipeline.publish.everybody import MEANS
    from pipeline.review import summarise

    summary = summarise(read(assessment, workspace), release)
    if as_json:
        typer.echo(json.dumps(asdict(summary), indent=2, ensure_ascii=False))
        return
    typer.echo(f"{release}: the smallest counts that are shown")
    for words, count in summary.smallest:
        typer.echo(f"{count:>7,}  {words}")
    typer.echo(f"Hidden, of all counts under a policy: {summary.hidden_percent:.1f}%")
    for policy, (cells, hidden) in summary.hidden.items():
        typer.echo(f"{hidden:>7,} of {cells:,}  {policy}")
    for told, names in (("zeros", summary.everybody.zeros), ("shares of 100%", summary.everybody.wholes)):
        typer.echo(f"{len(names):,} {told} are shown{':' if names else ''}")
        for name in names[:FIRST]:
            typer.echo(f"         {name}")
        if len(names) > FIRST:
            typer.echo(
                f"         and {len(names) - FIRST:,} more: `sna release show {release} --json` names them all"
            )
    typer.echo(MEANS)
    if summary.before:
        told = ", ".join(f"{count:,} {word}" for word, count in summary.since.items())
        typer.echo(f"Since {summary.before}: {told}")
        if summary.revised:
            typer.echo("Revised:")
        for name in summary.revised:
            typer.echo(f"         {name}")
        if summary.since["revised"] > len(summary.revised):
            typer.echo(f"         and {summary.since['revised'] - len(summary.revised):,} more")
    else:
        typer.echo("Nothing was released before")


@app.command("review")
def review(
    release: Release,
    by: By,
    refuse: Annotated[
        bool, typer.Option("--refuse", help="It must not go out; say why with --note.")
    ] = False,
    note: Note = "",
    assessment: AssessmentFile = None,
    workspace: Workspace = None,
) -> None:
    """Record that you have seen a release that is not your own, and let it pass or refuse it."""
    from pipeline import plan
    from pipeline.releases import review_release

    settings = read(assessment, workspace)
    with plan.workspace_lock(settings):
        step = review_release(settings, release, by, note, refuse)
    typer.echo(f"{release} was {step.step} by {step.by}")


@app.command("approve")
def approve(
    release: Release, by: By, note: Note = "", assessment: AssessmentFile = None, workspace: Workspace = None
) -> None:
    """Let a reviewed release out: from now on every proof takes it in."""
    from pipeline import plan
    from pipeline.releases import approve_release

    settings = read(assessment, workspace)
    # A refresh at the same time would make its proof without this release.
    with plan.workspace_lock(settings):
        step = approve_release(settings, release, by, note)
    typer.echo(
        f"{release} was approved by {step.by}: its figures may go out; `sna report --release {release}` writes their "
        "report without DRAFT"
    )


@app.command("list")
def list_all(assessment: AssessmentFile = None, workspace: Workspace = None, as_json: AsJson = False) -> None:
    """Show every release, and who did what when."""
    from pipeline.releases import list_releases

    releases = list_releases(read(assessment, workspace))
    if as_json:
        told = [
            {"release_id": name, "state": state, "steps": [asdict(step) for step in steps]}
            for name, state, steps in releases
        ]
        typer.echo(json.dumps(told, indent=2, ensure_ascii=False))
        return
    if not releases:
        typer.echo("Nothing has been released: all figures are a draft")
    for name, state, steps in releases:
        typer.echo(f"{name}  {state}")
        for step in steps:
            typer.echo(
                f"    {step.taken_on}  {step.step} by {step.by}{'  ' + step.note if step.note else ''}"
            )
