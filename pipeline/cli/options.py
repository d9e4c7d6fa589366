"""The options that every command takes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from pipeline.settings import Settings

AssessmentFile = Annotated[
    Path | None,
    typer.Option(
        "--assessment",
        help="The assessment file; else assessment.toml in the workspace, else the demonstration area.",
    ),
]
Workspace = Annotated[
    Path | None,
    typer.Option("--workspace", help="The folder that holds data/ and reports/output/; else this folder."),
]
Deliveries = Annotated[
    Path | None,
    typer.Option("--deliveries", help="The folder of delivered files; else data/raw in the workspace."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]
Quiet = Annotated[bool, typer.Option("--quiet", help="Print nothing but warnings.")]


def read(assessment: Path | None, workspace: Path | None, deliveries: Path | None = None) -> Settings:
    """The settings that the options describe."""
    from pipeline.settings import read_settings

    return read_settings(workspace, assessment, deliveries)
