"""A workspace in which something is published with its proof, and the way of a release in it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
from no_ties import NO_TIES
from released_cells import cells_of

from pipeline.publish.keys import CELL
from pipeline.publish.nested_areas import tell_districts
from pipeline.publish.proof import prove
from pipeline.publish.protect import name_behind
from pipeline.publish.relations import NO_SHARES
from pipeline.publish.seal import CERTIFICATE, digest_files
from pipeline.publish.write import write_proof, write_published
from pipeline.releases import approve_release, read_released, request_release, review_release
from pipeline.settings import PROJECT, Settings, read_assessment


def fill_workspace(folder: Path) -> Settings:
    """A workspace in which a count is published, and two are hidden, with the proof."""
    assessment = read_assessment(PROJECT / "assessments" / "demonstration" / "assessment.toml")
    area = replace(assessment.area, code="X1", districts=("D0", "D1"))
    settings = Settings(replace(assessment, area=area), folder, folder / "data" / "raw")
    publish_counts(settings, {("D0", "04"): 9, ("D1", "04"): 3, ("", "04"): 12})
    return settings


def publish_counts(settings: Settings, counts: dict[tuple[str, str], int]) -> None:
    """Publishes the counts of `cells_of` with their proof, which takes in what was released."""
    earlier = read_released(settings)
    districts = tell_districts(settings.assessment.area.districts)
    cells = cells_of(counts).assign(policy_id="some policy", districts=districts)
    proof = prove(cells, NO_SHARES, NO_TIES, earlier)
    behind = name_behind(figures_of(cells), cells)
    write_proof(settings.proof, proof, behind)
    shown = cells["count"].where(~proof.told.cells["is_hidden"])
    write_published(
        settings.published,
        {"indicator_values": behind[CELL].assign(numerator=shown, denominator=np.nan)},
        {"earlier_releases": len(earlier)},
        settings.proof,
    )


def figures_of(cells: pd.DataFrame) -> pd.DataFrame:
    """A figure a cell, of that count alone."""
    return cells.assign(
        indicator_id=cells["measure_id"],
        numerator_measure_id=cells["measure_id"],
        numerator_split=cells["split"],
        **dict.fromkeys(
            [
                "denominator_measure_id",
                "denominator_breakdown",
                "denominator_breakdown_value",
                "denominator_split",
            ]
        ),
        unknown=np.nan,
        unknown_measure_id=None,
        unknown_split=None,
    )


def certify(settings: Settings, **more: object) -> None:
    """Writes the certificate anew: it names the files that lie there, and takes in what is approved."""
    said = {
        "earlier_releases": len(read_released(settings)),
        "sha256": digest_files(settings.published, settings.proof),
        **more,
    }
    (settings.published / CERTIFICATE).write_text(json.dumps(said))


def released(settings: Settings) -> str:
    """The identifier of a release that went its way."""
    name = request_release(settings, "Ann").release_id
    review_release(settings, name, "Bob")
    approve_release(settings, name, "Ann")
    return name
