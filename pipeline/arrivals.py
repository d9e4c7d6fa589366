"""What `sna fetch` can bring, and bringing it: public sources by their contracts, origins by the assessment."""

from __future__ import annotations

import csv
import difflib
import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatch
from itertools import product
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, unquote, urlsplit

from filelock import FileLock, Timeout

from pipeline import sources
from pipeline.contracts import Contract, read_contracts
from pipeline.ingest.delivered import Delivered
from pipeline.ingest.preview import preview_file
from pipeline.ingest.recognise import find_contracts
from pipeline.plan import Locked
from pipeline.settings import ConfigurationError, Origin, Settings, read_secret
from pipeline.snapshots import Brought, read_record

if TYPE_CHECKING:
    from pipeline.fetch import Advance, Wanted

SUFFIXES = {"csv": ".csv", "workbook": ".xlsx", "parquet": ".parquet", "geojson": ".geojson"}
FORMATS = {
    ".csv": "csv",
    ".xlsx": "workbook",
    ".xls": "workbook",
    ".ods": "workbook",
    ".parquet": "parquet",
    ".geojson": "geojson",
    # Of CSV files: what else is archived goes by its contract.
    ".zip": "csv",
}
MONTH = re.compile(r"20\d{2}-(0[1-9]|1[0-2])")
WORD = re.compile(r"[A-Za-z0-9_-]{1,60}")
OPEN_WORD = re.compile(r"\{(\w+)\}")
# data.police.uk publishes a month about two months after it has ended.
MONTHS_BEHIND = 2


@dataclass(frozen=True)
class Offer:
    """One thing that can be brought: an origin of the assessment, or a source whose contract has addresses."""

    name: str
    title: str
    licence: str
    addresses: tuple[str, ...]
    last_fetched: str

    @property
    def needs(self) -> tuple[str, ...]:
        """What its addresses leave open, such as a month."""
        return tuple(sorted({word for address in self.addresses for word in OPEN_WORD.findall(address)}))


def list_offers(settings: Settings) -> list[Offer]:
    """Everything that can be brought: the assessment's origins first, then the public sources."""
    contracts = {contract.source_id: contract for contract in read_contracts(settings.project)}
    offers = []
    for origin in settings.assessment.origins:
        contract = contracts.get(origin.source)
        where = {"sftp": f"sftp://{origin.host}/{origin.path.lstrip('/')}", "folder": origin.path}
        addresses = _addresses(origin, contract) if origin.kind == "address" else (where[origin.kind],)
        title = contract.title if contract else f"Origin of kind {origin.kind}"
        licence = contract.licence if contract else ""
        offers.append(Offer(origin.name, title, licence, addresses, _last(settings, origin.name)))
    for contract in contracts.values():
        if contract.addresses and contract.source_id not in {offer.name for offer in offers}:
            last = _last(settings, contract.source_id)
            offers.append(
                Offer(contract.source_id, contract.title, contract.licence, contract.addresses, last)
            )
    return offers


def _last(settings: Settings, name: str) -> str:
    record = read_record(settings.fetched / name)
    return max((entry.get("fetched_at", "") for entry in record.values()), default="")


def bring(
    settings: Settings,
    name: str,
    values: Mapping[str, Sequence[str]],
    *,
    secret: str | None = None,
    advance: Advance | None = None,
    pause: Callable[[float], None] = time.sleep,
) -> list[Brought]:
    """Brings what an origin or a public source has that is new; `values` fill what its addresses leave open.

    `secret` is the origin's where the environment does not hold it. Raises ConfigurationError for a name or
    value that is none, and Locked where another run brings the same.
    """
    contracts = read_contracts(settings.project)
    origin = next((origin for origin in settings.assessment.origins if origin.name == name), None)
    contract = _contract(contracts, origin.source if origin else name, origin, settings)
    with _lock(settings.fetched / name):
        if origin is None or origin.kind == "address":
            wanted = _wanted(settings, name, origin, contract, contracts, values)
            return _fetch(wanted, advance, pause)
        patterns = origin.patterns or (contract.files if contract else ("*",))
        held = read_secret(origin) if secret is None else secret
        return [sources.bring(origin, patterns, settings.fetched / name, held, pause)]


def _fetch(
    wanted: Sequence[Wanted], advance: Advance | None, pause: Callable[[float], None]
) -> list[Brought]:
    from pipeline.fetch import connect, fetch

    with connect() as client:
        return [fetch(client, each, advance or (lambda _had, _expected: None), pause) for each in wanted]


def _contract(
    contracts: Sequence[Contract], source: str, origin: Origin | None, settings: Settings
) -> Contract | None:
    contract = next((contract for contract in contracts if contract.source_id == source), None)
    if contract is None and (origin is None or source):
        offered = [offer.name for offer in list_offers(settings)] if origin is None else []
        near = difflib.get_close_matches(source, offered or [each.source_id for each in contracts], n=1)
        hint = f"Did you mean {near[0]!r}?" if near else "`sna fetch --list` shows what can be fetched."
        where = f"The origin {origin.name}: there" if origin else "There"
        raise ConfigurationError(f"{where} is no source {source!r}. {hint}")
    return contract


@contextmanager
def _lock(folder: Path) -> Iterator[None]:
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(folder / ".lock", timeout=0):
            yield
    except Timeout:
        raise Locked(f"another run brings {folder.name} at this moment: wait for it to finish") from None


def _addresses(origin: Origin | None, contract: Contract | None) -> tuple[str, ...]:
    if origin and origin.address:
        return (origin.address,)
    return contract.addresses if contract else ()


def _wanted(
    settings: Settings,
    name: str,
    origin: Origin | None,
    contract: Contract | None,
    contracts: Sequence[Contract],
    values: Mapping[str, Sequence[str]],
) -> list[Wanted]:
    from pipeline.fetch import Wanted

    addresses = _addresses(origin, contract)
    if not addresses:
        ask = f" {contract.ask}" if contract else ""
        raise ConfigurationError(
            f"{name} has no address to fetch it from: put its file into {settings.deliveries}, or give its "
            f"address as an origin in the assessment file.{ask}"
        )
    wanted = []
    for address in addresses:
        for filled in _fill(name, address, values, settings):
            file_name, file_format = _file_name(contract, *filled)
            wanted.append(
                Wanted(
                    name=name,
                    address=filled[0],
                    folder=settings.fetched / name,
                    file_name=file_name,
                    format=file_format,
                    check=lambda file: _misfit(settings, file, contract, contracts),
                    choose=lambda names: _choose(names, contract, settings),
                )
            )
    names = [each.file_name for each in wanted]
    for file_name in names:
        if names.count(file_name) > 1:
            raise ConfigurationError(
                f"Two addresses of {name} would both become {file_name}: give one of them as an origin of its own."
            )
    return wanted


def _fill(
    name: str, address: str, values: Mapping[str, Sequence[str]], settings: Settings
) -> list[tuple[str, tuple[str, ...]]]:
    """The address with each combination of values for what it leaves open, and those values."""
    words = OPEN_WORD.findall(address)
    choices = []
    for word in words:
        given = tuple(values.get(word, ()))
        if not given and word == "month":
            given = (latest_month(settings.assessment.cut_off, date.today()),)
        if not given:
            raise ConfigurationError(f"{name} needs to know which {word}: name it with --{word}.")
        for value in given:
            if not (MONTH if word == "month" else WORD).fullmatch(value):
                example = {"month": "2024-03", "indicator": "90284"}.get(word, "0b3a1f9e-52d6-4c1b")
                raise ConfigurationError(f"--{word} {value!r} is none: write it like {example}.")
        choices.append(given)
    filled = []
    for chosen in product(*choices):
        text = address
        for word, value in zip(words, chosen, strict=True):
            text = text.replace(f"{{{word}}}", value)
        filled.append((text, chosen))
    return filled


def latest_month(cut_off: date, today: date) -> str:
    """The latest month that the edition uses and that is likely to be published by now, as 2024-03."""
    months = min(cut_off.year * 12 + cut_off.month - 1, today.year * 12 + today.month - 1 - MONTHS_BEHIND)
    return f"{months // 12}-{months % 12 + 1:02}"


def _file_name(contract: Contract | None, address: str, filled: tuple[str, ...]) -> tuple[str, str]:
    """Under which name a download is kept, so that its contract knows it again, and its format."""
    parts = urlsplit(address)
    # Some publishers name the file behind the question mark: /file?uri=/population/estimates.xlsx
    paths = [parts.path, *(value for _, value in parse_qsl(parts.query))]
    path = next(
        (each for each in paths if each.casefold().removesuffix(".gz").endswith(tuple(FORMATS))), paths[0]
    )
    last = re.sub(r"[^\w.()+-]", "_", PurePosixPath(unquote(path)).name).lstrip(".")
    stem = last.casefold().removesuffix(".gz")
    file_format = contract.format if contract else FORMATS.get(PurePosixPath(stem).suffix, "")
    if not file_format:
        known = ", ".join(FORMATS)
        raise ConfigurationError(
            f"The address {address} does not end in one of {known}: name the source that it brings."
        )
    if contract is None or stem.endswith(".zip") or _fits_name(last, contract):
        return last, file_format
    # The contract's own pattern, with what was asked for in the place of its star.
    pattern = next((each for each in contract.files if contract.source_id in each), contract.files[0])
    name = pattern.strip("*").replace("*", "".join(f"-{value}" for value in filled))
    known_suffix = name.casefold().removesuffix(".gz").endswith(tuple(FORMATS))
    return name if known_suffix else name + SUFFIXES[contract.format], file_format


def _fits_name(name: str, contract: Contract) -> bool:
    return any(fnmatch(name.casefold(), pattern.casefold()) for pattern in contract.files)


def _misfit(settings: Settings, file: Path, contract: Contract | None, contracts: Sequence[Contract]) -> str:
    """Why a file that arrived does not fit its contract, or an empty text."""
    known, arrived = tuple(contracts), Delivered(file)
    fitting = contract or next(iter(find_contracts(arrived, known)), None)
    if fitting is None:
        return "no contract fits its name or its header"
    line = preview_file(settings, known, arrived, fitting, date.today()).line
    return "" if line.status == "accepted" else line.reason


def _choose(names: list[str], contract: Contract | None, settings: Settings) -> list[str]:
    """The files of an archive that the contract knows; of one with a file a force, the assessment's own."""
    chosen = [name for name in names if contract is None or _fits_name(PurePosixPath(name).name, contract)]
    forces = _forces(settings)
    own = [forces[code] for code in settings.assessment.area.police_force_codes if code in forces]
    if any(_names_one(name, forces.values()) for name in chosen):
        return [name for name in chosen if _names_one(name, own)]
    return chosen


def _names_one(name: str, forces: Iterable[str]) -> bool:
    return any(f"-{force}-" in PurePosixPath(name).name.casefold() for force in forces)


def _forces(settings: Settings) -> dict[str, str]:
    """Police force code → the name that data.police.uk gives its files."""
    file = settings.project / "dbt_project" / "seeds" / "police_forces.csv"
    with file.open(encoding="utf-8", newline="") as lines:
        return {row["police_force_code"]: _slug(row["police_force_name"]) for row in csv.DictReader(lines)}


def _slug(name: str) -> str:
    # "London, City of" is filed as city-of-london, "Metropolitan Police" as metropolitan.
    ordered = " ".join(reversed(name.split(", "))).removesuffix(" Police")
    return ordered.casefold().replace(" ", "-")
