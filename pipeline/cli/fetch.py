"""`sna fetch`: public sources and the assessment's origins, brought into data/raw/fetched."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.exit_codes import REFUSED, SURROUNDINGS, WARNINGS
from pipeline.cli.options import AsJson, AssessmentFile, Workspace, read

if TYPE_CHECKING:
    from pipeline.arrivals import Offer
    from pipeline.settings import Settings
    from pipeline.snapshots import Brought


def fetch(
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="SOURCE", help="Sources or origins; else every origin of the assessment."),
    ] = None,
    list_all: Annotated[
        bool, typer.Option("--list", help="Show what can be fetched, its licence and when it last was.")
    ] = False,
    month: Annotated[
        list[str] | None, typer.Option(help="The month to fetch, as 2024-03; else the latest that is used.")
    ] = None,
    indicator: Annotated[
        list[str] | None, typer.Option(help="The number of a Fingertips indicator, as 90284.")
    ] = None,
    dataset: Annotated[
        list[str] | None,
        typer.Option(help="The identifier of a DfE data set, from the address of its page."),
    ] = None,
    assessment: AssessmentFile = None,
    workspace: Workspace = None,
    as_json: AsJson = False,
) -> None:
    """Bring public sources, and what partners have put at the assessment's origins: the only command that
    opens a connection."""
    from pipeline import arrivals
    from pipeline.settings import ConfigurationError

    settings = read(assessment, workspace)
    if list_all:
        _tell_offers(arrivals.list_offers(settings), as_json)
        return
    wanted = names or [origin.name for origin in settings.assessment.origins]
    if not wanted:
        raise ConfigurationError("Name what to fetch: `sna fetch --list` shows what there is.")
    values = {"month": month or (), "indicator": indicator or (), "dataset": dataset or ()}
    brought = _bring_all(settings, wanted, values)
    if as_json:
        typer.echo(json.dumps([asdict(each) for each in brought], indent=2, ensure_ascii=False))
    else:
        for each in brought:
            _tell(each)
    code = exit_code(brought)
    if code:
        raise typer.Exit(code)


def _bring_all(
    settings: Settings, wanted: Sequence[str], values: Mapping[str, Sequence[str]]
) -> list[Brought]:
    from pipeline import arrivals

    brought = []
    for name in wanted:
        with _progress(name) as advance:
            brought += arrivals.bring(settings, name, values, advance=advance)
    return brought


def exit_code(brought: Sequence[Brought]) -> int:
    """0 all is there; 4 something to look at; 3 refused and 9 not reached, with no earlier copy to use."""
    missing = [each for each in brought if not each.is_good and not each.last_good]
    if missing:
        return SURROUNDINGS if any(each.status == "failed" for each in missing) else REFUSED
    return WARNINGS if any(each.notes for each in brought) else 0


def _tell(brought: Brought) -> None:
    if brought.is_good:
        files = f": {', '.join(brought.files[:3])}{' …' if len(brought.files) > 3 else ''}"
        typer.echo(f"{brought.name} {brought.status}{files if brought.files else ''}")
    for note in brought.notes:
        typer.echo(f"Note: {note}", err=True)


def _tell_offers(offers: Sequence[Offer], as_json: bool) -> None:
    if as_json:
        listed = [{**asdict(offer), "needs": offer.needs} for offer in offers]
        typer.echo(json.dumps(listed, indent=2, ensure_ascii=False))
        return
    for offer in offers:
        needs = f" (takes {', '.join(f'--{word}' for word in offer.needs)})" if offer.needs else ""
        last = f"last fetched {offer.last_fetched[:10]}" if offer.last_fetched else "never fetched"
        typer.echo(f"{offer.name}{needs}: {offer.title}. {offer.licence or 'Licence not stated'}; {last}")
        for address in offer.addresses:
            typer.echo(f"    {address}")


@contextmanager
def _progress(name: str) -> Iterator[Callable[[int, int | None], None] | None]:
    """A bar that moves with the bytes, on a terminal; nothing elsewhere."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(name, total=None)
        yield lambda had, expected: bar.update(task, completed=had, total=expected)
