"""The data package: what it says of its files is so, and all else is the template's."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from pipeline.scan.pieces import StrayFigure

NAME = "datapackage.json"


def scan_package(report: Path, other: Path) -> None:
    """Raises StrayFigure where the package tells a false size or hash, or anything that the template does not."""
    if _read(report) != _read(other):
        raise StrayFigure(
            NAME, "the whole file", "something that is neither the template's nor true of its files"
        )


def _read(folder: Path) -> dict[str, Any]:
    """The package, with whether each size and hash is right in their places."""
    text = (folder / NAME).read_text(encoding="utf-8")
    package: dict[str, Any] = json.loads(text)
    # A name that stands there twice would be read once.
    if text != json.dumps(package, indent=2, ensure_ascii=False) + "\n":
        raise StrayFigure(NAME, "how it is written", "more than its entries")
    for resource in package["resources"]:
        content = (folder / resource["path"]).read_bytes()
        resource["bytes"] = resource["bytes"] == len(content)
        resource["hash"] = resource["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
    return package
