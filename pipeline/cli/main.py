"""`sna` and its exit codes: every known failure is one sentence, never a traceback."""

from __future__ import annotations

import io
import sys
import traceback
from pathlib import Path

import typer

from pipeline.cli import check, fetch, lens, quarantine, release, run, sources
from pipeline.cli.audit import audit
from pipeline.cli.exit_codes import BUILD_FAILED, DISCLOSURE, IDENTIFIERS, LOCKED, SURROUNDINGS, USAGE
from pipeline.cli.explain import explain as explain_figure

app = typer.Typer(
    name="sna",
    help="From anonymised police, health and education extracts to a strategic needs assessment of violence.",
    epilog="Exit codes: 0 done, 2 wrong usage or settings, 3 a named or required delivery refused, "
    "4 done with warnings, 5 another run is at work, 6 a small count could be worked out, a report holds what was not "
    "published, or the register is broken, 7 identifiers found, "
    "8 the build failed, 9 disk, memory, permission or network. "
    "Any command takes --debug, which shows the way to an error.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command("demo", short_help="Write the deliveries of a fictional area.")(run.demo)
app.command("check", short_help="Say what would become of a file.")(check.check)
app.command("fetch", short_help="Bring public sources and what partners left.")(fetch.fetch)
app.command("ingest", short_help="Take in new or named deliveries.")(run.ingest)
app.command("sources", short_help="List what may be delivered, and on what terms.")(sources.sources)
app.add_typer(quarantine.app, name="quarantine", short_help="See or let in rows that were held back.")
app.add_typer(lens.app, name="lens", short_help="See, compare and try definitions of violence.")
app.command("refresh", short_help="Take in, build and publish.")(run.refresh)
app.command("report", short_help="Write the report from the published figures.")(run.report)
app.command("assess", short_help="Refresh and report in one.")(run.assess)
app.add_typer(release.app, name="release", short_help="Ask for, review and approve a release.")
app.command("explain", short_help="Say where a published figure comes from.")(explain_figure)
app.command("audit", short_help="Say what suppressed cells of a table give away.")(audit)


def run_app() -> None:
    """Runs the command line; exits with the code that the design fixes for what happened."""
    debug = "--debug" in sys.argv
    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot show a character shows a question mark.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    arguments = [argument for argument in sys.argv[1:] if argument != "--debug"]
    try:
        app(args=arguments, prog_name="sna")
    except Exception as error:
        code, sentence = explain(error)
        if debug:
            typer.echo(trace_of(error), err=True)
        typer.echo(f"sna: {sentence}", err=True)
        sys.exit(code)


def trace_of(error: BaseException) -> str:
    """The way to an error and to those behind it: files, lines and kinds, no message: it may hold a person's data."""
    behind = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    way = "".join(traceback.format_tb(error.__traceback__))
    before = f"{trace_of(behind)}\nand from there\n" if behind else ""
    return f"{before}{way}{type(error).__module__}.{type(error).__qualname__}"


def explain(error: Exception) -> tuple[int, str]:
    """The exit code and the one sentence for an error that reached the command line."""
    # Named, not imported: most commands never load the modules that raise them.
    kind = type(error).__name__
    if kind == "NothingAccepted":
        return (IDENTIFIERS if getattr(error, "is_blocked", False) else USAGE), str(error)
    if kind == "ConfigurationError":
        return USAGE, str(error)
    if kind == "Locked":
        return LOCKED, str(error)
    if kind in ("BrokenChain", "NotProtected", "NotReviewed", "OtherProof", "StrayFigure"):
        return DISCLOSURE, str(error)
    if kind == "BuildFailed":
        return BUILD_FAILED, f"{error} The last good figures stay as they were."
    if isinstance(error, OSError):
        return (
            SURROUNDINGS,
            f"the machine said: {error.strerror or kind} ({error.filename or 'no file named'}).",
        )
    if kind == "IOException":  # DuckDB's: it names files, never their content
        return SURROUNDINGS, f"the database could not read or write a file: {' '.join(str(error).split())}"
    if kind in ("MemoryError", "OutOfMemoryException"):
        return SURROUNDINGS, "the machine ran out of memory: close other programs and run again."
    # The message of an unforeseen error may hold a person's data: its kind and place are enough.
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    place = f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace else "nowhere"
    return (
        1,
        f"internal error: {kind} at {place}. Run again with --debug and send the developers what it prints.",
    )
