"""`sna check`: what would become of a file, without landing anything."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.options import AsJson

REFUSED, WARNINGS = 3, 4


def check(
    file: Annotated[Path, typer.Argument(help="The delivered file.")],
    source: Annotated[
        str, typer.Option("--as", help="The source whose contract it should meet; else guessed.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Say which contract a file meets, how many rows would be accepted, and why others would be held back."""
    from datetime import date

    from pipeline.contracts import read_contracts
    from pipeline.ingest.land import check_file, find_contracts
    from pipeline.ingest.read import printable
    from pipeline.settings import PROJECT, ConfigurationError

    name = printable(file.name)
    if not file.is_file():
        raise ConfigurationError(f"{printable(str(file))} is not a file: name a delivered file.")
    contracts = read_contracts(PROJECT)
    named = [contract for contract in contracts if contract.source_id == source]
    if source and not named:
        known = ", ".join(contract.source_id for contract in contracts)
        raise ConfigurationError(f"There is no source {source!r}; the sources are {known}.")
    fitting = named or find_contracts(file, contracts)
    if not fitting:
        raise ConfigurationError(f"No contract fits the name or header of {name}: name one with --as.")
    line, rejects = check_file(file, fitting[0], date.today())
    rules = Counter((column, rule) for _, column, rule in rejects)
    if as_json:
        result = {
            "source_id": line.source_id,
            "status": line.status,
            "reason": line.reason,
            "rows_in": line.rows_in,
            "accepted": line.accepted,
            "rejected": line.rejected,
            "warnings": list(line.warnings),
            "rejects": [{"line": n, "column": column, "rule": rule} for n, column, rule in rejects[:1000]],
        }
        typer.echo(json.dumps(result, indent=2, ensure_ascii=False))
    else:
        typer.echo(f"{name}: {fitting[0].title} ({line.source_id})")
        if line.status == "refused":
            typer.echo(f"Would be refused: {line.reason}")
        else:
            typer.echo(
                f"{line.rows_in:,} rows: {line.accepted:,} would be accepted, {line.rejected:,} held back"
            )
        for (column, rule), count in rules.most_common():
            lines = [n for n, c, r in rejects if (c, r) == (column, rule)]
            some = ", ".join(str(n) for n in lines[:5]) + (" …" if len(lines) > 5 else "")
            typer.echo(f"  {count:,} × {column} {rule} (lines {some})")
        for warning in line.warnings:
            typer.echo(f"  Note: {warning}")
    if line.status == "refused":
        raise typer.Exit(REFUSED)
    if line.rejected:
        raise typer.Exit(WARNINGS)
