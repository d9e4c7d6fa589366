"""The settings of an edition as frozen objects: what it shows, in which order; checked before anything is drawn."""

from __future__ import annotations

import dataclasses
import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from pipeline.report.editions import FULL, Edition
from pipeline.settings import ConfigurationError

YEARS = ("financial_year", "calendar_year", "academic_year", "pooled_years")
SHORT = ("month", "quarter")
PLACES = ("focus", "districts", "neighbourhoods", "comparators")
SPLITS = ("all", "domestic", "non_domestic", "not_known")
KINDS = (
    "trend",
    "places",
    "map",
    "parts",
    "measures",
    "lens_bars",
    "lens_table",
    "lens_share",
    "left_out",
    "ranks",
    "money",
    "waterfall",
    "control",
    "funnel",
    "lorenz",
    "pyramid",
    "spine",
    "multiples",
    "hours",
    "squares",
)
OPENINGS = ("cover", "masthead")
# Blocks that are not exhibits: what a section can hold besides.
BLOCKS = (
    "tiles",
    "findings",
    "summary",
    "lens_notes",
    "lens_capture",
    "lens_open",
    "lens_places",
    "claims",
    "decomposition",
    "defects",
    "sources",
    "flags",
    "quality",
    "not_measured",
    "terms",
    "methods_table",
    "dictionary",
    "benchmarks_table",
    "caveats_table",
    "helplines",
    "freshness",
    "changes",
    "factors",
    "signals",
    "recommendations",
    "plain_findings",
)


@dataclass(frozen=True)
class ExhibitSpec:
    """One exhibit: which figures, of which places and periods, drawn how."""

    exhibit: str
    kind: str
    indicators: tuple[str, ...]
    name: str = ""
    periods: tuple[str, ...] = YEARS
    splits: tuple[str, ...] = ("all",)
    places: tuple[str, ...] = ("focus",)
    breakdown: str = "none"
    field: str = "value"
    # Of a breakdown, the values that are drawn; all where none is named.
    values: tuple[str, ...] = ()
    # The definitions that are set beside the area's own.
    lenses: tuple[str, ...] = ()
    # Stands on the cover and nowhere else.
    is_cover: bool = False
    # Silent where it has no figure: another exhibit shows the same thing from another source.
    is_optional: bool = False


@dataclass(frozen=True)
class BlockSpec:
    """A block that is no exhibit, and what it lists."""

    block: str
    indicators: tuple[str, ...] = ()
    # How many are shown at most.
    most: int = 6
    # By indicator, a sentence in plain words with slots for {number}, {place} and {period}.
    sentences: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class SectionSpec:
    """A section: its text file, the indicators it answers for, its exhibits and other blocks."""

    id: str
    title: str
    text: str = ""
    indicator_sections: tuple[str, ...] = ()
    # Indicators or exhibits of the section, of which the first with a figure opens it.
    lead: tuple[str, ...] = ()
    warning: str = ""
    blocks: tuple[ExhibitSpec | BlockSpec, ...] = ()


@dataclass(frozen=True)
class Helpline:
    """A service to call, for whom, and its number."""

    name: str
    number: str
    note: str = ""


@dataclass(frozen=True)
class Family:
    """Figures that one request would bring, and whom to ask."""

    title: str
    indicators: tuple[str, ...]
    ask: str = ""
    # Nothing is missing where this indicator has a figure.
    stands_in_for: str = ""


@dataclass(frozen=True)
class ReportSpec:
    """An edition: its own settings, and those of yearly.yml that all editions share."""

    title: str
    subtitle: str
    author: str
    helpline_note: str
    # "cover": a cover and contents before the sections; "masthead": the sections begin on the first page.
    opening: str
    # The exhibits that may stand on the cover: the first that the area has.
    cover: tuple[str, ...]
    sections: tuple[SectionSpec, ...]
    how_to_read: Mapping[str, str]
    helplines: tuple[Helpline, ...]
    families: tuple[Family, ...]


SHARED = ("author", "helpline_note", "helplines", "how_to_read", "families")


def read_report_spec(reports: Path, edition: Edition = FULL) -> ReportSpec:
    """The edition that its file in `reports/` describes; ConfigurationError names the entry that is wrong.

    What all editions share stands in yearly.yml; so do the exhibits that another edition names and says no more of.
    """
    file = reports / edition.settings
    content = yearly = _read(reports / FULL.settings)
    exhibits: dict[str, Any] = {}
    if edition != FULL:
        content = {**{name: yearly[name] for name in SHARED if name in yearly}, **_read(file)}
        exhibits = {
            block["exhibit"]: {**block, "is_cover": False}
            for section in yearly.get("sections") or ()
            for block in section.get("blocks") or ()
            if "exhibit" in block
        }
    nested = {
        "sections": tuple(_section(file, section, exhibits) for section in content.get("sections") or ()),
        "helplines": tuple(build_row(file, Helpline, row) for row in content.get("helplines") or ()),
        "families": tuple(build_row(file, Family, row) for row in content.get("families") or ()),
    }
    spec: ReportSpec = build_row(file, ReportSpec, {**content, **nested})
    _among(file, "opening", spec.opening, OPENINGS)
    names = [
        block.exhibit
        for section in spec.sections
        for block in section.blocks
        if isinstance(block, ExhibitSpec)
    ]
    for name in names:
        if names.count(name) > 1:
            raise ConfigurationError(
                f"{file}: the exhibit `{name}` stands there twice; give one another name."
            )
    return spec


def _read(file: Path) -> dict[str, Any]:
    if not file.is_file():
        raise ConfigurationError(f"{file} does not exist: the report needs it.")
    try:
        content = yaml.safe_load(file.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise ConfigurationError(f"{file} cannot be read as YAML ({' '.join(str(error).split())}).") from None
    if not isinstance(content, dict):
        raise ConfigurationError(f"{file} must hold settings by name, such as `title:` and `sections:`.")
    return content


def _section(file: Path, section: dict[str, Any], exhibits: Mapping[str, Any]) -> SectionSpec:
    blocks: list[ExhibitSpec | BlockSpec] = []
    for block in section.get("blocks") or ():
        if "exhibit" in block:
            blocks.append(_exhibit(file, {**exhibits.get(block["exhibit"], {}), **block}))
        else:
            entry: BlockSpec = build_row(file, BlockSpec, block)
            _among(file, "block", entry.block, BLOCKS)
            blocks.append(entry)
    built: SectionSpec = build_row(file, SectionSpec, {**section, "blocks": tuple(blocks)})
    return built


def _exhibit(file: Path, block: dict[str, Any]) -> ExhibitSpec:
    spec: ExhibitSpec = build_row(file, ExhibitSpec, block)
    _among(file, "kind", spec.kind, KINDS)
    for place in spec.places:
        _among(file, "places", place, PLACES)
    for split in spec.splits:
        _among(file, "splits", split, SPLITS)
    for period in spec.periods:
        _among(file, "periods", period, (*SHORT, *YEARS))
    _among(file, "field", spec.field, ("value", "numerator"))
    return spec


def _among(file: Path, setting: str, value: str, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise ConfigurationError(
            f"{file}: `{setting}: {value}` is not known; use one of {', '.join(allowed)}."
        )


def build_row(file: Path, kind: Any, row: dict[str, Any]) -> Any:
    """A frozen object from one entry of a file; ConfigurationError where a setting is unknown or missing."""
    known = {one.name: one for one in dataclasses.fields(kind)}
    for name in row:
        if name not in known:
            near = difflib.get_close_matches(str(name), list(known), n=1)
            hint = f" Did you mean `{near[0]}`?" if near else ""
            raise ConfigurationError(f"{file}: `{name}` is not a setting of a {kind.__name__}.{hint}")
    for name, one in known.items():
        if name not in row and one.default is one.default_factory is dataclasses.MISSING:
            raise ConfigurationError(f"{file}: a {kind.__name__} lacks `{name}` ({row}).")
    return kind(**{name: tuple(value) if isinstance(value, list) else value for name, value in row.items()})
