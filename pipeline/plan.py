"""The steps of a refresh and of an assessment, in order, as plain functions."""

from __future__ import annotations

import getpass
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from pipeline import releases
from pipeline.contracts import read_contracts
from pipeline.definitions import check_definitions
from pipeline.definitions.policies import agree_policies, read_policies
from pipeline.fingerprint import digest_inputs, is_unchanged, record_inputs
from pipeline.ingest.delivered import Delivered, Refused, unpack
from pipeline.ingest.land import BATCH_RULES, Ingested, ingest_files, ingest_folder
from pipeline.ingest.quarantine import is_waivable
from pipeline.ingest.stage import Progress
from pipeline.names import printable
from pipeline.publish.seal import check_tables, find_unsealed
from pipeline.register import (
    Decision,
    Delivery,
    append_decision,
    current_deliveries,
    read_ledger,
    standing_lines,
)
from pipeline.releases import find_approval, read_released, released_figures
from pipeline.run_tables import run_tables
from pipeline.settings import ConfigurationError, Settings, private_folders
from pipeline.warehouse import build_warehouse, write_run_tables

if TYPE_CHECKING:
    from pipeline.explanation.figure import Explanation
    from pipeline.explanation.made import Made
    from pipeline.explanation.question import Question
    from pipeline.publish.write import Publication
    from pipeline.register import ReleaseStep
    from pipeline.report.editions import Edition
    from pipeline.report.marks import Approval

Say = Callable[[str], None]


def quiet(size: int) -> None:
    """Nobody watches."""


class Locked(Exception):
    """Another run is at work in the same workspace."""


class NothingAccepted(ConfigurationError):
    """There is no delivery to work with: none came, or none that came could be taken in."""

    def __init__(self, settings: Settings, seen: Ingested) -> None:
        self.is_blocked = bool(seen.blocked)
        first = next(iter(seen.blocked or seen.refused or seen.waiting), None)
        told = f" The first one: {first.file_name}: {first.reason}." if first else ""
        super().__init__(
            f"No delivery in {settings.deliveries} could be read: put files there, or name their folder "
            f"after --deliveries.{told}"
        )


@dataclass(frozen=True)
class Refreshed:
    """What a refresh did: the deliveries it saw, and whether the published figures were made anew."""

    ingested: Ingested
    is_rebuilt: bool
    hidden_figures: int
    left_out: tuple[str, ...] = ()
    emptied: str = ""


@contextmanager
def workspace_lock(settings: Settings) -> Iterator[None]:
    """Keeps a second run out of the workspace; raises Locked at once where there is one already."""
    settings.lock_file.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(settings.lock_file, timeout=0)
    try:
        with lock, private_folders(settings):
            yield
    except Timeout:
        raise Locked(f"another run is at work in {settings.workspace}: wait for it to finish") from None


def write_demonstration(settings: Settings, scenario: str = "demonstration") -> list[Path]:
    """Writes the deliveries of a fictional area into the workspace's drop folder, with its assessment file if it
    needs one.

    Raises ConfigurationError, before anything is written, where there is no such scenario, or where the workspace
    belongs to another assessment.
    """
    from pipeline.synthetic.scenarios import SCENARIOS, scenario_assessment, write_scenario

    if scenario not in SCENARIOS:
        raise ConfigurationError(
            f"There is no scenario {scenario!r}; the scenarios are {', '.join(SCENARIOS)}."
        )
    raw, own = settings.workspace / "data" / "raw", settings.workspace / "assessment.toml"
    for other in SCENARIOS:
        if other != scenario and (raw / other).exists():
            raise ConfigurationError(
                f"{raw / other} holds the scenario {other}, and two would be read as one area: name another folder "
                "after --workspace."
            )
    text = scenario_assessment(scenario)
    if text and own.exists() and own.read_text(encoding="utf-8") != text:
        raise ConfigurationError(
            f"{own} is there already and is not overwritten: name another folder after --workspace."
        )
    files = write_scenario(raw / scenario, scenario)
    if text:
        own.write_text(text, encoding="utf-8")
    return files


def ingest_named(settings: Settings, files: Sequence[Path], progress: Progress = quiet) -> Ingested:
    """Takes in the files named and no other."""
    return ingest_files(settings, read_contracts(settings.project), files, date.today(), progress)


def accept_deliveries(settings: Settings, files: Sequence[Path], rules: Sequence[str], reason: str) -> None:
    """Records that these files may pass these rules over a whole delivery, and why.

    Raises ConfigurationError where there is no file, no reason, or no such rule.
    """
    for rule in rules:
        if rule not in BATCH_RULES:
            raise ConfigurationError(
                f"There is no rule {rule!r} to accept; the rules are {', '.join(BATCH_RULES)}."
            )
    if not files or not reason.strip():
        raise ConfigurationError(
            "Name the files that may pass, and say why after --reason: both are recorded."
        )
    for file in files:
        if not file.is_file():
            raise ConfigurationError(f"{printable(str(file))} is not a file: name a delivered file.")
        for part in _parts_of(file):
            for rule in rules:
                record_decision(settings, part.digest(), rule, reason)


def _parts_of(file: Path) -> list[Delivered]:
    """A file, or the files in an archive: what the door judges one by one."""
    try:
        return unpack(file) if file.suffix.casefold() == ".zip" else [Delivered(file)]
    except Refused as refusal:
        raise ConfigurationError(f"{printable(str(file))} cannot be read: {refusal}.") from None


def accept_quarantined(settings: Settings, delivery_id: str, rule: str, reason: str) -> Delivery:
    """Records that the rows of a delivery which one rule held back may come in, and why; the delivery is read
    anew with the next ingest.

    Raises ConfigurationError where there is no such delivery or rule, no reason, or the rule cannot be waived.
    """
    lines = [
        line for line in _deliveries(settings) if line.delivery_id.startswith(delivery_id) and delivery_id
    ]
    if len(lines) != 1:
        raise ConfigurationError(
            f"{len(lines)} deliveries have an identifier that begins with {delivery_id!r}: `sna quarantine list` "
            "shows them."
        )
    [line] = lines
    if rule not in line.rules:
        raise ConfigurationError(
            f"{line.file_name} has no rows held back by {rule!r}; its rules are {'; '.join(line.rules) or 'none'}."
        )
    if not is_waivable(rule):
        raise ConfigurationError(
            f"{rule!r} cannot be waived: without that, the row is no record. Ask the supplier to send it again."
        )
    if not reason.strip():
        raise ConfigurationError("Say why after --reason: it is recorded.")
    record_decision(settings, line.sha256, rule, reason)
    return line


def record_decision(settings: Settings, sha256: str, rule: str, reason: str) -> None:
    """Writes a decision of the person who runs this into the register."""
    decision = Decision(
        settings.assessment.name, sha256, rule, reason.strip(), date.today().isoformat(), getpass.getuser()
    )
    append_decision(settings.register, decision)


def ingest(settings: Settings, progress: Progress = quiet) -> Ingested:
    """Takes in what is new in the deliveries folder."""
    contracts = read_contracts(settings.project)
    check_definitions(settings.project, settings.assessment)
    usual = {contract.source_id: contract.policy_id for contract in contracts}
    agree_policies(read_policies(settings.project), usual, settings.assessment)
    seen = ingest_folder(settings, contracts, date.today(), progress)
    if not seen.deliveries and not _deliveries(settings):
        raise NothingAccepted(settings, seen)
    return seen


def build(settings: Settings) -> None:
    """Joins the extracts to the definitions and counts."""
    write_run_tables(settings, run_tables(settings, read_contracts(settings.project)))
    build_warehouse(settings)


def publish(settings: Settings) -> Publication:
    """Protects the counts, computes every figure from them; returns how many were hidden, and what was left out."""
    from pipeline.publish.write import publish as write_published

    lines = standing_lines(read_ledger(settings.register), settings.assessment.name)
    return write_published(settings, lines, read_released(settings))


def report(
    settings: Settings, release_id: str = "", editions: Sequence[str] = ("all",)
) -> tuple[list[Path], bool]:
    """The files of the report's editions, and whether they had to be made anew; with `release_id`, of that release's
    figures.

    Every page says DRAFT unless an approved release holds these very figures. Raises OtherProof where a table was
    changed since it was published.
    """
    from pipeline.report.editions import choose_editions
    from pipeline.report.render import render_report

    chosen = choose_editions(editions)

    published = released_figures(settings, release_id) if release_id else settings.published
    output = output_folder(settings, release_id)
    check_published(settings, published)
    check_tables(published, published.parent / settings.proof.name)
    approval = find_approval(settings, published)
    inputs = digest_inputs(
        [
            *published.glob("*"),
            *_sources(
                settings, "pipeline/report", "pipeline/settings.py", "reports/templates", "reports/text"
            ),
            *(settings.project / "reports" / edition.settings for edition in chosen),
            settings.project / "reports" / "yearly.yml",
            *_definition(settings),
        ],
        [str(approval), *(edition.name for edition in chosen)],
    )
    record = _record_of(output)
    if output.exists() and is_unchanged(record, inputs):
        return sorted(file for file in output.rglob("*") if file.is_file()), False
    files = render_report(
        published,
        output,
        settings,
        approval,
        check=lambda folder: scan(settings, published, folder, approval, chosen),
        editions=chosen,
    )
    record_inputs(record, inputs)
    return files, True


def scan(
    settings: Settings,
    published: Path,
    folder: Path,
    approval: Approval | None,
    editions: Sequence[Edition],
) -> None:
    """Reads a written report back; raises StrayFigure where a number in it is neither published nor the template's.

    What is the template's is told by writing the same report of other figures.
    """
    from pipeline.report.render import render_report
    from pipeline.scan.report import scan_report
    from pipeline.scan.stand_in import write_stand_in

    with TemporaryDirectory() as place:
        stand_in, other = Path(place) / "published", Path(place) / "report"
        write_stand_in(published, stand_in)
        render_report(stand_in, other, settings, approval, editions=editions)
        scan_report(folder, other, published, stand_in)


def request_release(settings: Settings, by: str, note: str = "") -> ReleaseStep:
    """Asks for a release of what is published now, once its report is written and has been read back from disk.

    Raises StrayFigure where something stands in the report that was not published.
    """
    from pipeline.report.editions import choose_editions

    _, is_new = report(settings)
    if not is_new:
        record = _record_of(settings.output)
        kept = record.read_bytes()
        # A report that is refused is written anew by the next `sna report`.
        record.unlink()
        approval = find_approval(settings, settings.published)
        scan(settings, settings.published, settings.output, approval, choose_editions(("all",)))
        record.write_bytes(kept)
    return releases.request_release(settings, by, note)


def output_folder(settings: Settings, release_id: str = "") -> Path:
    """Where the report of the published figures is written; that of a release lies beside it, under its name."""
    return settings.output.with_name(release_id) if release_id else settings.output


def _record_of(output: Path) -> Path:
    """Where it is kept what a report was made from."""
    return output.parent / f".{output.name}.json"


def refresh(settings: Settings, say: Say) -> Refreshed:
    """Ingest, build and publish; what has not changed is left as it is."""
    say("Reading deliveries")
    ingested = ingest(settings)
    if not _deliveries(settings):
        raise NothingAccepted(settings, ingested)
    inputs = digest_inputs(
        [
            *_sources(
                settings,
                "pipeline",
                "dbt_project/models",
                "dbt_project/macros",
                "dbt_project/plugins",
                "dbt_project/seeds",
                "dbt_project/dbt_project.yml",
                "dbt_project/profiles.yml",
            ),
            *_definition(settings),
            # What is released changes what may be told next.
            *settings.register.glob("releases.jsonl"),
        ],
        [line.delivery_id + line.file_name for line in _deliveries(settings)],
    )
    record = settings.curated / "refreshed.json"
    # What was changed by hand is made anew, too.
    is_whole = settings.warehouse.exists() and not find_unsealed(settings.published, settings.proof)
    if is_whole and is_unchanged(record, inputs):
        return Refreshed(ingested, False, 0)
    # A run that is killed from here on leaves figures that nobody may take for finished.
    record.unlink(missing_ok=True)
    say("Joining extracts to definitions")
    build(settings)
    say("Protecting and publishing figures")
    done = publish(settings)
    record_inputs(record, inputs)
    return Refreshed(ingested, True, done.hidden_figures, done.left_out, done.emptied)


def explain(settings: Settings, question: Question) -> Explanation | Made:
    """What stands behind a published figure, a claim or a statistic of published figures."""
    from pipeline.explanation.background import read_background
    from pipeline.explanation.figure import explain_figure
    from pipeline.explanation.made import explain_made

    check_published(settings)
    background = read_background(settings)
    approval = find_approval(settings, settings.published)
    release = approval.release_id if approval else None
    return explain_made(background, question, release) or explain_figure(background, question, release)


def assess(settings: Settings, say: Say) -> tuple[Refreshed, list[Path], bool]:
    """A refresh and the report of it: what happened, the report's files, and whether they are new."""
    refreshed = refresh(settings, say)
    say("Writing the report")
    files, is_new = report(settings)
    return refreshed, files, is_new


def _deliveries(settings: Settings) -> tuple[Delivery, ...]:
    return current_deliveries(read_ledger(settings.register), settings.assessment.name)


def check_published(settings: Settings, folder: Path | None = None) -> None:
    """Refuses to report figures that were published for another assessment or edition."""
    folder = folder or settings.published
    try:
        text = (folder / "disclosure_certificate.json").read_text(encoding="utf-8")
    except FileNotFoundError:
        raise ConfigurationError(f"{folder} holds no published figures: run `sna refresh`.") from None
    published, assessment = json.loads(text), settings.assessment
    if (published["assessment"], published["edition"]) != (assessment.name, assessment.edition):
        raise ConfigurationError(
            f"{folder} holds the figures of {published['assessment']} {published['edition']}, not of "
            f"{assessment.name} {assessment.edition}: run `sna refresh` for this assessment first."
        )


def _definition(settings: Settings) -> list[Path]:
    """What the assessment's own folder says: not what else may lie there, such as a whole workspace."""
    folder = settings.assessment.folder
    return [*folder.glob("*.toml"), *folder.glob("*.csv"), *folder.glob("*.md"), *folder.glob("*.yml")]


def _sources(settings: Settings, *folders: str) -> list[Path]:
    files = []
    for folder in folders:
        path = settings.project / folder
        files += [path] if path.is_file() else _files(path)
    return files


def _files(folder: Path) -> list[Path]:
    return [
        file
        for file in folder.rglob("*")
        if file.is_file() and "__pycache__" not in file.parts and not file.name.startswith(".")
    ]
