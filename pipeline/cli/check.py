"""`sna check`: what would become of a file, without landing anything."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.exit_codes import IDENTIFIERS, REFUSED, WARNINGS
from pipeline.cli.options import AsJson, AssessmentFile, Deliveries, Workspace, read
from pipeline.cli.progress import show_progress
from pipeline.cli.seen import HABITUAL

if TYPE_CHECKING:
    from pipeline.contracts import Contract
    from pipeline.ingest.delivered import Delivered
    from pipeline.ingest.preview import Preview

SHOWN = 5


def check(
    file: Annotated[Path, typer.Argument(help="The delivered file.")],
    source: Annotated[
        str, typer.Option("--as", help="The source whose contract it should meet; else guessed.")
    ] = "",
    assessment: AssessmentFile = None,
    workspace: Workspace = None,
    deliveries: Deliveries = None,
    as_json: AsJson = False,
) -> None:
    """Say which contract a file meets, how many rows would be accepted, why others would be held back, and what
    to write to its supplier."""
    from datetime import date

    from pipeline.contracts import read_contracts
    from pipeline.ingest.candidates import NAMED_AFTER, NOT_SHOWN
    from pipeline.ingest.delivered import Delivered, Refused, unpack
    from pipeline.ingest.identifiers import holds_identifier
    from pipeline.ingest.preview import preview_file
    from pipeline.ingest.recognise import reason_not_a_file
    from pipeline.names import printable
    from pipeline.settings import ConfigurationError

    if not file.is_file():
        raise ConfigurationError(f"{printable(str(file))} is not a file: name a delivered file.")
    file = file.absolute()
    if reason := reason_not_a_file(file):
        typer.echo(f"{printable(file.name)}\nWould be refused: {reason}")
        raise typer.Exit(REFUSED)
    if holds_identifier(file.name):
        typer.echo(f"{NOT_SHOWN}\nWould be refused: {NAMED_AFTER}")
        raise typer.Exit(IDENTIFIERS)
    settings = read(assessment, workspace, deliveries)
    contracts = read_contracts(settings.project)
    try:
        parts = unpack(file) if file.suffix.casefold() == ".zip" else [Delivered(file)]
    except Refused as refusal:
        typer.echo(f"{printable(file.name)}\nWould be refused: {refusal}")
        raise typer.Exit(REFUSED) from None
    results, codes = [], []
    for part in parts:
        fitting, hint = _contracts_for(part, contracts, source)
        if not fitting:
            sentence = (
                f"No contract fits the name or header of {printable(part.name)}: name one with --as.{hint}"
            )
            typer.echo(sentence, err=as_json)
            codes.append(REFUSED)
        for contract in fitting:
            with show_progress(f"Reading {printable(part.name)}", part) as progress:
                preview = preview_file(settings, contracts, part, contract, date.today(), progress)
            codes.append(_code(preview))
            results.append(_as_data(preview, contract))
            if not as_json:
                _tell(preview, contract)
    if as_json:
        told = results[0] if len(results) == 1 else results
        typer.echo(json.dumps(told, indent=2, ensure_ascii=False))
    code = next((code for code in (IDENTIFIERS, REFUSED, WARNINGS) if code in codes), 0)
    if code:
        raise typer.Exit(code)


def _contracts_for(
    part: Delivered, contracts: tuple[Contract, ...], source: str
) -> tuple[list[Contract], str]:
    """The contracts that a file meets; where there is none, a hint at the nearest."""
    from pipeline.contracts import find_contract
    from pipeline.ingest.header import suggest_columns
    from pipeline.ingest.recognise import find_contracts, nearest_contract
    from pipeline.ingest.text import peek_rows

    fitting = [find_contract(contracts, source)] if source else find_contracts(part, contracts)
    if fitting:
        return fitting, ""
    rows = peek_rows(part)
    guess = nearest_contract(rows[0], contracts) if rows else None
    hint = ""
    if guess:
        pairs = [f"{near} ← {title!r}" for title, near in suggest_columns(rows[0], guess) if near]
        hint = f" It is nearest to {guess.source_id} ({guess.title})" + (
            f": {', '.join(pairs)}." if pairs else "."
        )
    return [], hint


def _code(preview: Preview) -> int:
    if preview.line.status == "blocked":
        return IDENTIFIERS
    if "refused" in (preview.line.status, preview.status):
        return REFUSED
    has_warnings = any(not each.startswith(HABITUAL) for each in preview.line.warnings)
    return WARNINGS if preview.line.rejected or preview.aside or has_warnings else 0


def _as_data(preview: Preview, contract: Contract) -> dict[str, object]:
    from pipeline.ingest.letter import write_letter

    line = preview.line
    return {
        "file": line.file_name,
        "source_id": line.source_id,
        "status": line.status if line.status == "blocked" else preview.status,
        "reason": "; ".join(_reasons(preview)),
        "rows_in": line.rows_in,
        "accepted": line.accepted,
        "rejected": line.rejected,
        "rules": line.rules,
        "lines": {rule: list(lines) for rule, lines in preview.lines_by_rule.items()},
        "warnings": list(line.warnings),
        "vintage": line.vintage,
        "periods": line.periods,
        "supersedes": list(line.supersedes),
        "changes": line.changes,
        "unknown_columns": dict(preview.titles),
        "k_anonymity": line.crowds,
        "already_taken_in_as": preview.taken_in.file_name if preview.taken_in else "",
        "letter": write_letter(preview, contract),
    }


def _reasons(preview: Preview) -> list[str]:
    """Why the door would not take it in; none where it would."""
    reasons = [preview.line.reason] if preview.line.reason else []
    reasons += [objection.sentence for objection in preview.objections]
    return reasons + ([preview.aside[1]] if preview.aside else [])


def _tell(preview: Preview, contract: Contract) -> None:
    from pipeline.ingest.letter import write_letter

    line = preview.line
    typer.echo(f"{line.file_name}: {contract.title} ({line.source_id})")
    if line.vintage:
        typer.echo(f"Layout: {line.vintage}")
    if preview.taken_in:
        taken = preview.taken_in
        typer.echo(
            f"Already taken in on {taken.recorded_on} as {taken.file_name}: it would not be counted again"
        )
    if line.status == "accepted":
        typer.echo(f"{line.rows_in:,} rows: {line.accepted:,} would be accepted, {line.rejected:,} held back")
        if line.period_start:
            typer.echo(f"They speak of {line.period_start} to {line.period_end}")
    for rule, lines in preview.lines_by_rule.items():
        count = line.rules.get(rule, len(lines))
        some = ", ".join(f"{each:,}" for each in lines[:SHOWN]) + (" …" if count > SHOWN else "")
        typer.echo(f"  {count:,} × {rule} ({'line' if count == 1 else 'lines'} {some})")
    word = "set aside" if preview.status == "set_aside" else "refused"
    for reason in _reasons(preview):
        typer.echo(f"Would be {word}: {reason}")
    if line.changes:
        typer.echo(
            "It takes the place of an earlier delivery: {rows_added:,} rows added, {rows_removed:,} removed, "
            "{rows_altered:,} altered; {rows_before:,} before, {rows_after:,} after".format(**line.changes)
        )
    for warning in line.warnings:
        typer.echo(f"  Note: {warning}")
    if any(line.crowds.values()):
        typer.echo(
            "  Note: {rows_alone:,} rows stand alone in what could single a person out together, "
            "{rows_among_fewer_than_five:,} among fewer than five".format(**line.crowds)
        )
    _tell_mapping(preview, contract)
    letter = write_letter(preview, contract)
    if letter:
        typer.echo(f"\nTo send to the supplier:\n\n{letter}")


def _tell_mapping(preview: Preview, contract: Contract) -> None:
    near = [(title, column) for title, column in preview.titles if column]
    if near:
        typer.echo(
            f"\nColumns that may have another name; if so, put these headers into {contract.source_id}:"
        )
        for title, name in near:
            [known] = [column.headers for column in contract.columns if column.name == name]
            # JSON is YAML that may stand on one line.
            headers = json.dumps([*known, title], ensure_ascii=False)
            typer.echo(f"  # {name}\n  headers: {headers}")
