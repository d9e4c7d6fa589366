"""`sna lens`: what the definitions of serious violence say, how two differ, and what one catches."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli import lens_answers, lens_differences, lens_rules
from pipeline.cli.options import AsJson, AssessmentFile, Workspace, read

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.definitions.catalogue import Catalogue
    from pipeline.settings import Settings

app = typer.Typer(no_args_is_help=True, help="See, compare and try the definitions of serious violence.")
LensName = Annotated[str, typer.Argument(metavar="[LENS]", help="The name of a lens; nothing for all.")]
OneLens = Annotated[str, typer.Argument(metavar="LENS", help="The name of a lens.")]
Unfold = Annotated[bool, typer.Option("--full", help="Give every offence a line of its own.")]


@app.command("show")
def show(
    lens: LensName = "",
    full: Unfold = False,
    assessment: AssessmentFile = None,
    workspace: Workspace = None,
    as_json: AsJson = False,
) -> None:
    """List the lenses, or show one: its offences, its conditions, and what becomes of flags that are not known."""
    _, catalogue = _read(assessment, workspace)
    if as_json:
        shown = [catalogue.find(lens)] if lens else list(catalogue.lenses.values())
        found = [lens_rules.as_data(each, catalogue) for each in shown]
        typer.echo(json.dumps(found[0] if lens else found, indent=2, ensure_ascii=False))
        return
    lines = (
        lens_rules.tell_lens(catalogue.find(lens), catalogue, full)
        if lens
        else lens_rules.tell_all(catalogue)
    )
    typer.echo("\n".join(lines))


@app.command("compare")
def compare(
    first: OneLens,
    second: OneLens,
    full: Unfold = False,
    assessment: AssessmentFile = None,
    workspace: Workspace = None,
    as_json: AsJson = False,
) -> None:
    """Say which offences one lens has and the other not, and what has been published of both."""
    from pipeline.cli.lens_figures import read_lens_figures
    from pipeline.definitions.lenses import compare as compare_rules

    settings, catalogue = _read(assessment, workspace)
    one, other = catalogue.find(first), catalogue.find(second)
    day = settings.assessment.cut_off
    differences = compare_rules(one.rules, other.rules, catalogue.conditions, day)
    health = compare_rules(one.health_rules, other.health_rules, catalogue.conditions, day)
    figures = read_lens_figures(settings.published, settings.assessment.area.code, (first, second))
    if as_json:
        data = {
            "day": day.isoformat(),
            "offences": [asdict(each) for each in differences],
            "admissions": [asdict(each) for each in health],
            "published": asdict(figures) if figures else None,
        }
        typer.echo(json.dumps(data, indent=2, ensure_ascii=False, default=str))
        return
    told = lens_differences.Comparison(one, other, day, differences, health, figures)
    typer.echo("\n".join(lens_differences.tell_comparison(told, catalogue, full)))


@app.command("test")
def test(
    lens: LensName = "",
    assessment: AssessmentFile = None,
    workspace: Workspace = None,
    as_json: AsJson = False,
) -> None:
    """Check the rows of the lenses, and say of everything that flags can say what one catches; without a name, of the
    assessment's own lens. Examples in lens_examples.csv beside the assessment file are answered too."""
    from pipeline.definitions.examples import answer_examples, raise_for_failed, read_examples

    settings, catalogue = _read(assessment, workspace)
    tried = catalogue.find(lens or settings.assessment.definition.lens_id)
    file = settings.assessment.folder / "lens_examples.csv"
    examples = read_examples(file, catalogue, settings.assessment.definition.lens_id)
    answered = answer_examples(
        [each for each in examples if each.lens_id == tried.lens_id or not lens], catalogue
    )
    if as_json:
        data = {
            "lens_id": tried.lens_id,
            "drawn": lens_answers.drawn_data(tried, catalogue),
            "examples": [asdict(each) for each in answered],
        }
        typer.echo(json.dumps(data, indent=2, ensure_ascii=False, default=str))
    else:
        typer.echo("\n".join(lens_answers.tell_test(tried, answered, catalogue)))
    raise_for_failed(file, answered)


def _read(assessment: Path | None, workspace: Path | None) -> tuple[Settings, Catalogue]:
    """The settings, and the lenses after their rows have been checked."""
    from pipeline.definitions import check_definitions
    from pipeline.definitions.catalogue import read_catalogue

    settings = read(assessment, workspace)
    check_definitions(settings.project, settings.assessment)
    return settings, read_catalogue(settings.project, settings.assessment)
