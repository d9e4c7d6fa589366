"""The published folder, written aside and moved into place file by file."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import asdict, dataclass, replace
from secrets import token_hex
from typing import TYPE_CHECKING

import pandas as pd

from pipeline.publish.emptied import find_emptied, say_emptied
from pipeline.publish.everybody import MEANS, find_everybody
from pipeline.publish.inputs import read_inputs
from pipeline.publish.protect import name_behind
from pipeline.publish.seal import CERTIFICATE, SALT, digest_files
from pipeline.publish.tables import make_tables, protect_values
from pipeline.publish.treatments import keep_stated, keep_stated_kinds
from pipeline.warehouse import open_warehouse

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pipeline.publish.earlier import Released
    from pipeline.publish.proof import Proof
    from pipeline.register import Delivery
    from pipeline.settings import Assessment, Settings


@dataclass(frozen=True)
class Publication:
    """How many figures were hidden, a sentence for each kind of figure that was left out (see `keep_stated`), and one
    on tables of which little is left ('': none)."""

    hidden_figures: int
    left_out: tuple[str, ...]
    emptied: str


def publish(settings: Settings, lines: tuple[Delivery, ...], earlier: Sequence[Released]) -> Publication:
    """Writes the published folder from the warehouse.

    `lines` say what became of each file, read or not; `earlier` is what was released before. Raises NotProtected, and
    leaves what was published before, where a small count could be worked out.
    """
    assessment = settings.assessment
    with open_warehouse(settings) as warehouse:
        inputs = read_inputs(warehouse, assessment)
    indicators, kinds_left_out = keep_stated_kinds(inputs.indicators, inputs.treatments)
    inputs = replace(inputs, indicators=indicators)
    values, rounding, proof = protect_values(inputs, assessment, earlier)
    made = make_tables(inputs, values, rounding, assessment, lines)
    tables, left_out = keep_stated(made, inputs.treatments)
    left_out = (*kinds_left_out, *left_out)
    hidden = int((values["value_status"] == "suppressed").sum())
    counted = {"figures": len(values), "hidden_figures": hidden, "earlier_releases": len(earlier)}
    write_proof(settings.proof, proof, name_behind(inputs.figures, proof.told.cells))
    emptied = find_emptied(values, inputs.figures, inputs.policies)
    everybody = {"means": MEANS, **asdict(find_everybody(proof.told.cells, values))}
    certificate = {
        **_certify(assessment, inputs.policies, proof, counted),
        "left_out": left_out,
        "emptied": emptied.to_dict("records"),
        "of_everybody": everybody,
    }
    write_published(settings.published, tables, certificate, settings.proof)
    return Publication(hidden, left_out, say_emptied(emptied))


def _certify(
    assessment: Assessment, policies: pd.DataFrame, proof: Proof, counted: dict[str, int]
) -> dict[str, object]:
    """What was done to hide small counts, and under which policies (a threshold of null: openly published)."""
    return {
        "assessment": assessment.name,
        "edition": assessment.edition,
        "is_synthetic": assessment.is_synthetic,
        "method": (
            "small counts hidden with others, chosen by linear programs; so is what opens small police counts to a "
            "reader who takes counts for sums of kinds of record; where a policy says so, all counts rounded together "
            "instead, so that they add up"
        ),
        "proved": True,
        "promise": (
            "For every small count two whole values at least its threshold less 1 apart stay possible, one of them at "
            "or above the threshold, each shown by a table that agrees with everything published here and in earlier "
            "releases. Of a count shown rounded to 0, or of the rest of one, the other value may be 0 instead; so it "
            "may of the rest of a count that is known to all and leaves no more than the threshold less 1."
        ),
        **proof.tally,
        **counted,
        "policies": json.loads(
            policies.assign(valid_from=policies["valid_from"].dt.strftime("%Y-%m-%d")).to_json(
                orient="records"
            )
        ),
    }


def write_proof(folder: Path, proof: Proof, behind: pd.DataFrame) -> None:
    """The cells, relations and witnesses: they tell hidden counts, and stay out of what is published.

    `behind` is of `name_behind`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / SALT).exists():
        (folder / SALT).write_text(token_hex(32), encoding="utf-8")
    (folder / "tally.json").write_text(json.dumps(proof.private_tally) + "\n", encoding="utf-8")
    is_hidden = proof.cells["cell_id"].map(proof.protection.is_hidden)
    proof.cells.assign(is_hidden=is_hidden).to_parquet(folder / "cells.parquet", index=False)
    behind.to_parquet(folder / "behind.parquet", index=False)
    proof.relations.to_parquet(folder / "relations.parquet", index=False)
    proof.told.cells.to_parquet(folder / "told_cells.parquet", index=False)
    proof.told.relations.to_parquet(folder / "told_relations.parquet", index=False)
    proof.protection.ends.to_parquet(folder / "witness_ends.parquet", index=False)
    proof.protection.tables.to_parquet(folder / "witness_tables.parquet", index=False)


def write_published(folder: Path, tables: dict[str, pd.DataFrame], certificate: dict, proof: Path) -> None:
    """Writes the tables and the certificate, which names every file of them and of the proof by its digest."""
    aside = folder.with_name(".published.writing")
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(parents=True)
    for name, table in tables.items():
        table.to_parquet(aside / f"{name}.parquet", index=False)
    sealed = {**certificate, "sha256": digest_files(aside, proof)}
    text = json.dumps(sealed, indent=2, ensure_ascii=False) + "\n"
    (aside / CERTIFICATE).write_text(text, encoding="utf-8")
    folder.mkdir(parents=True, exist_ok=True)
    for file in folder.glob("*.parquet"):
        # What an earlier run told is not told by this one.
        if file.stem not in tables:
            file.unlink()
    for file in sorted(aside.iterdir()):
        target = folder / file.name
        if not target.exists() or target.read_bytes() != file.read_bytes():
            os.replace(file, target)
    shutil.rmtree(aside)
