"""What one run is about: the assessment file and the workspace, as one frozen object."""

from __future__ import annotations

import dataclasses
import difflib
import os
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

PROJECT = Path(__file__).resolve().parents[1]
# A file of this name marks its folder as made up: such figures never join real ones.
SYNTHETIC_MARK = "SYNTHETIC.txt"
DEMONSTRATION = PROJECT / "assessments" / "demonstration" / "assessment.toml"

strict = ConfigDict(extra="forbid")
# A name becomes a folder's name: nothing that could leave the output folder.
FolderName = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,59}$")]
Codes = Annotated[tuple[str, ...], Field(min_length=1)]


# What pydantic calls a mistake → what an analyst should write.
EXPECTED = {
    "tuple_type": 'expected a list in square brackets, such as ["E08000012"]',
    "string_type": "expected text in quotation marks",
    "bool_type": "expected true or false, without quotation marks",
    "bool_parsing": "expected true or false, without quotation marks",
    "date_type": "expected a date, such as 2024-03-31, without quotation marks",
    "date_from_datetime_parsing": "expected a date, such as 2024-03-31, without quotation marks",
    "date_from_datetime_inexact": "expected a date without a time, such as 2024-03-31",
    "date_parsing": "expected a date, such as 2024-03-31, without quotation marks",
    "string_pattern_mismatch": "expected lower-case letters, digits, - and _, at most 60",
    "too_short": "expected at least one code",
    "literal_error": 'expected one of the words in the documentation, such as "folder"',
    "dataclass_type": "expected a table of settings, such as [area] on a line of its own",
}


class ConfigurationError(Exception):
    """A sentence for the analyst: which file, which setting, what was expected, what to do."""


@dataclass(frozen=True, config=strict)
class Area:
    """The place an assessment is about, and the places it is made of and compared with."""

    code: str
    name: str
    region_code: str
    region_name: str
    country_code: str
    country_name: str
    police_force_codes: Codes
    districts: Codes
    area_type: str = "vru"


@dataclass(frozen=True, config=strict)
class SetAside:
    """Files of a delivery folder that this assessment does not read, and why."""

    pattern: str
    reason: str


@dataclass(frozen=True, config=strict)
class Definition:
    """The lens by which this area defines serious violence, and where that was decided."""

    lens_id: str
    note: str = ""


@dataclass(frozen=True, config=strict)
class StricterRule:
    """What a supplier asks for beyond the usual policy of its source: fewer of its counts are shown.

    It holds for data from `valid_from` on; without one for all data. With the method `round` none is hidden: all are
    shown as multiples of the base that add up.
    """

    source: str
    threshold: Annotated[int, Field(ge=2)]
    authority: Annotated[str, Field(min_length=1)]
    rounding_base: Annotated[int, Field(ge=2)] | None = None
    valid_from: date | None = None
    method: Literal["hide", "round"] = "hide"


# kind of origin → the settings that it needs, and those that it may have.
ORIGIN_SETTINGS = {
    "folder": ({"path"}, {"source", "patterns"}),
    "address": (set(), {"address", "source"}),
    "sftp": (
        {"host", "path", "user"},
        {"port", "known_hosts", "password_variable", "key_variable", "secret_block", "source", "patterns"},
    ),
}


@dataclass(frozen=True, config=strict)
class Origin:
    """One more place that deliveries come from, beside the drop folder.

    A secret stands in none of these: `password_variable` and `key_variable` name the variable of the
    environment that holds the password or the path of the key, `secret_block` a Prefect block.
    """

    name: FolderName
    kind: Literal["folder", "address", "sftp"]
    source: str = ""
    patterns: tuple[str, ...] = ()
    path: str = ""
    address: str = ""
    host: str = ""
    port: int = 22
    user: str = ""
    known_hosts: str = ""
    password_variable: str = ""
    key_variable: str = ""
    secret_block: str = ""

    def __post_init__(self) -> None:
        needed, allowed = ORIGIN_SETTINGS[self.kind]
        given = {
            field.name
            for field in dataclasses.fields(self)
            if field.name not in ("name", "kind") and getattr(self, field.name) != field.default
        }
        for name in sorted(needed - given):
            raise ValueError(f"an origin of kind {self.kind!r} needs `{name}`: add it to {self.name}")
        for name in sorted(given - needed - allowed):
            raise ValueError(f"an origin of kind {self.kind!r} has no `{name}`: take it out of {self.name}")
        if self.kind == "address" and not given:
            raise ValueError(
                f"an origin of kind 'address' needs `address` or `source`: add one to {self.name}"
            )
        secrets = given & {"password_variable", "key_variable", "secret_block"}
        if self.kind == "sftp" and len(secrets) != 1:
            raise ValueError(
                f"{self.name} needs one of password_variable, key_variable and secret_block, and only one"
            )


@dataclass(frozen=True, config=strict)
class Assessment:
    """One area, one edition, one cut-off: nothing later than the cut-off enters the edition."""

    name: FolderName
    title: str
    edition: FolderName
    start: date
    cut_off: date
    area: Area
    definition: Definition
    folder: Path
    is_synthetic: bool = False
    set_aside: tuple[SetAside, ...] = ()
    origins: tuple[Origin, ...] = ()
    stricter: tuple[StricterRule, ...] = ()
    # How many people besides the author must have reviewed a release before it is approved.
    reviewers: int = 1

    def __post_init__(self) -> None:
        if self.start >= self.cut_off:
            raise ValueError(f"start ({self.start}) must lie before cut_off ({self.cut_off})")
        if self.reviewers < 1:
            raise ValueError(f"reviewers ({self.reviewers}) must be 1 or more: nobody releases figures alone")
        if self.area.code in self.area.districts:
            raise ValueError(
                f"area.code {self.area.code} is also a district: give the whole area a code of its own, "
                "such as that of its police force or a name"
            )
        days = [(rule.source, rule.valid_from) for rule in self.stricter]
        for source, day in days:
            if days.count((source, day)) > 1:
                raise ValueError(f"two stricter rules of {source} hold from the same day: keep one")
        names = [origin.name for origin in self.origins]
        for name in names:
            if names.count(name) > 1:
                raise ValueError(f"two origins have the name {name}: give each its own")


@dataclass(frozen=True)
class Settings:
    """An assessment in a workspace, and the one place each stage writes to."""

    assessment: Assessment
    workspace: Path
    deliveries: Path
    project: Path = PROJECT

    @property
    def fetched(self) -> Path:
        """Where what `sna fetch` brings is kept: a folder a source or origin."""
        return self.workspace / "data" / "raw" / "fetched"

    @property
    def curated(self) -> Path:
        return self.workspace / "data" / "curated"

    @property
    def extracts(self) -> Path:
        # One folder an assessment: two areas in one workspace never mix.
        return self.curated / "extracts" / self.assessment.name

    @property
    def rejects(self) -> Path:
        return self.curated / "rejects" / self.assessment.name

    @property
    def superseded(self) -> Path:
        return self.curated / "superseded" / self.assessment.name

    @property
    def warehouse(self) -> Path:
        return self.curated / "warehouse" / f"{self.assessment.name}.duckdb"

    @property
    def published(self) -> Path:
        return self.curated / "published"

    @property
    def proof(self) -> Path:
        """The cells and witnesses behind what is published: private, as the warehouse is."""
        return self.curated / "proof"

    @property
    def register(self) -> Path:
        return self.workspace / "data" / "register"

    @property
    def lock_file(self) -> Path:
        return self.workspace / "data" / ".lock"

    @property
    def output(self) -> Path:
        return self.workspace / "reports" / "output" / self.assessment.name / self.assessment.edition


@contextmanager
def private_folders(settings: Settings) -> Iterator[None]:
    """Keeps every folder of what is curated and registered to its owner, before a run and after it.

    The two at the top come first: while they are closed, nobody else gets to what a run makes below them. Windows
    keeps rights its own way: a user's folders are that user's.
    """
    tops = (settings.curated, settings.register)
    for top in tops:
        top.mkdir(parents=True, exist_ok=True, mode=0o700)
        top.chmod(0o700)
    try:
        yield
    finally:
        for top in tops:
            for folder, _, _ in os.walk(top):
                if Path(folder).stat().st_mode & 0o077:
                    Path(folder).chmod(0o700)


def read_settings(
    workspace: Path | None = None,
    assessment_file: Path | None = None,
    deliveries: Path | None = None,
) -> Settings:
    """The settings of a run.

    The assessment file is the one named, else `assessment.toml` in the workspace, else the demonstration
    area. Raises ConfigurationError, in one sentence, where a file or a setting is wrong.
    """
    root = (workspace or Path.cwd()).resolve()
    if assessment_file is None:
        own = root / "assessment.toml"
        assessment_file = own if own.exists() else DEMONSTRATION
    assessment = read_assessment(assessment_file)
    raw = root / "data" / "raw"
    folder = deliveries.resolve() if deliveries else raw
    if deliveries is not None and not folder.is_dir():
        problem = "is a file" if folder.exists() else "does not exist"
        raise ConfigurationError(
            f"The deliveries folder {deliveries} {problem}: name an existing folder after --deliveries."
        )
    if root.exists() and not root.is_dir():
        raise ConfigurationError(f"The workspace {root} is a file: name a folder after --workspace.")
    return Settings(assessment=assessment, workspace=root, deliveries=folder)


def read_assessment(file: Path) -> Assessment:
    """The assessment that a TOML file describes; ConfigurationError names the file and the setting."""
    if file.is_dir():
        raise ConfigurationError(f"The assessment file {file} is a folder: name the file in it.")
    if not file.is_file():
        raise ConfigurationError(
            f"The assessment file {file} does not exist: name an existing file after --assessment, "
            "for example assessments/merseyside/assessment.toml."
        )
    try:
        settings = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{file} cannot be read as TOML ({error}): mend that line.") from None
    if "folder" in settings:
        raise ConfigurationError(f"{file}: `folder` is not a setting. Take it out.")
    try:
        return TypeAdapter(Assessment).validate_python({**settings, "folder": file.resolve().parent})
    except ValidationError as error:
        raise ConfigurationError(f"{file}: {_first_mistake(error)}") from None


def _first_mistake(error: ValidationError) -> str:
    mistake = error.errors(include_url=False)[0]
    setting = ".".join(str(part) for part in mistake["loc"])
    kind = mistake["type"]
    # A misspelt name is both unknown and missing: the first says more.
    for other in error.errors(include_url=False):
        if other["type"] == "unexpected_keyword_argument":
            kinds = (Assessment, Area, Definition, SetAside, Origin, StricterRule)
            known = [field.name for each in kinds for field in dataclasses.fields(each)]
            near = difflib.get_close_matches(str(other["loc"][-1]), known, n=1)
            hint = f"Did you mean `{near[0]}`?" if near else "Take it out."
            return f"`{'.'.join(map(str, other['loc']))}` is not a setting. {hint}"
    if kind == "missing":
        return f"the setting `{setting}` is missing: add it."
    expected = EXPECTED.get(kind, str(mistake["msg"]).removeprefix("Value error, "))
    return f"`{setting}`: {expected}." if setting else f"{expected}."


def read_secret(origin: Origin) -> str:
    """The password, or the path of the key, that an origin's setting names; empty where it needs none.

    Raises ConfigurationError where the variable is not set, or only Prefect can read it.
    """
    variable = origin.password_variable or origin.key_variable
    if origin.secret_block:
        raise ConfigurationError(
            f"The password of {origin.name} is in the Prefect block {origin.secret_block}: run the Prefect flow, "
            "or name a variable of the environment with password_variable."
        )
    if variable and not os.environ.get(variable):
        raise ConfigurationError(
            f"The origin {origin.name} needs the variable {variable}, which is not set: set it."
        )
    return os.environ.get(variable, "") if variable else ""


def environment(settings: Settings) -> dict[str, str]:
    """The variables that dbt and Prefect are started with: the folders of this run, telemetry off."""
    return {
        **os.environ,
        # Stands inside quotation marks in dbt's sources.
        "SNA_EXTRACTS": settings.extracts.as_posix().replace("'", "''"),
        "SNA_WAREHOUSE": settings.warehouse.as_posix(),
        "SNA_PROJECT": settings.project.as_posix(),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "DO_NOT_TRACK": "1",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    }
