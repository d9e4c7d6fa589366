"""A workspace in which something is published with its proof, and the way of a release in it."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
from no_ties import NO_TIES
from released_cells import NO_SHARES, cells_of

from pipeline.publish.proof import prove
from pipeline.publish.relations import relate_cells
from pipeline.releases import approve_release, read_released, request_release, review_release
from pipeline.settings import PROJECT, Settings, read_assessment


def fill_workspace(folder: Path) -> Settings:
    """A workspace in which a count is published, and two are hidden, with the proof."""
    assessment = read_assessment(PROJECT / "assessments" / "demonstration" / "assessment.toml")
    settings = Settings(assessment, folder, folder / "data" / "raw")
    cells = cells_of({("D0", "04"): 9, ("D1", "04"): 3, ("", "04"): 12})
    proof = prove(cells, relate_cells(cells, NO_SHARES, NO_TIES))
    settings.proof.mkdir(parents=True)
    proof.told.cells.to_parquet(settings.proof / "told_cells.parquet")
    proof.told.relations.to_parquet(settings.proof / "told_relations.parquet")
    proof.protection.ends.to_parquet(settings.proof / "witness_ends.parquet")
    proof.protection.tables.to_parquet(settings.proof / "witness_tables.parquet")
    settings.published.mkdir()
    certify(settings, proof.digest)
    pd.DataFrame({"numerator": [9.0, None]}).to_parquet(settings.published / "indicator_values.parquet")
    return settings


def certify(settings: Settings, digest: str, **more: object) -> None:
    """Writes a certificate that names the witnesses by their digest, and takes in what is approved."""
    earlier = {"earlier_releases": len(read_released(settings))}
    text = json.dumps({"witnesses_sha256": digest, **earlier, **more})
    (settings.published / "disclosure_certificate.json").write_text(text)


def released(settings: Settings) -> str:
    """The identifier of a release that went its way."""
    name = request_release(settings, "Ann").release_id
    review_release(settings, name, "Bob")
    approve_release(settings, name, "Ann")
    return name
