"""A folder of deliveries → typed Parquet, rejects, and one ledger line each."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.contracts import Contract
from pipeline.ingest.places import check_places
from pipeline.ingest.read import Refused, peek_header, printable, read_delivery
from pipeline.ingest.recognise import (
    find_files,
    match_by_header,
    match_by_name,
    reason_mismatch,
    reason_set_aside,
)
from pipeline.ingest.typed import type_rows
from pipeline.register import Delivery, append_ledger, current_deliveries, read_ledger, replaces
from pipeline.settings import ConfigurationError, Settings

if TYPE_CHECKING:
    import duckdb

# DuckDB leaves Python free while it works: two files at a time, each on one core.
WORKERS = 2
NO_CONTRACT = "no contract fits its name or its header: add one, or set the file aside in the assessment file"


@dataclass(frozen=True)
class Ingested:
    """What one run of the door saw: a ledger line for every file, which are new, and what to look at."""

    deliveries: tuple[Delivery, ...]
    new: tuple[Delivery, ...]
    notes: tuple[str, ...] = ()

    @property
    def refused(self) -> tuple[Delivery, ...]:
        return tuple(delivery for delivery in self.deliveries if delivery.status == "refused")

    @property
    def rejected_rows(self) -> int:
        return sum(delivery.rejected for delivery in self.deliveries)


@dataclass(frozen=True)
class Candidate:
    """A file at the door with the contract that claims it, or the reason why none does."""

    file: Path
    contract: Contract | None
    line: Delivery


def ingest_folder(settings: Settings, contracts: tuple[Contract, ...], as_of: date) -> Ingested:
    """Takes in every new file of the deliveries folder; a file already accepted is left alone."""
    folder = settings.deliveries
    candidates = [
        candidate
        for file in find_files(folder)
        for candidate in _candidates(settings, contracts, file, "set_aside")
    ]
    if candidates and all(candidate.line.status == "set_aside" for candidate in candidates):
        first = candidates[0].line
        raise ConfigurationError(
            f"Every file in {folder} is set aside, the first ({first.file_name}) because {first.reason}: "
            "name the folder of this assessment's own deliveries after --deliveries."
        )
    seen = _ingest(settings, contracts, candidates, as_of)
    return replace(seen, notes=check_places(settings, contracts))


def ingest_files(
    settings: Settings, contracts: tuple[Contract, ...], files: Sequence[Path], as_of: date
) -> Ingested:
    """Takes in the named files and no other; ConfigurationError where one of them is no file."""
    for file in files:
        if not file.is_file():
            raise ConfigurationError(f"{printable(str(file))} is not a file: name a delivered file.")
    candidates = [
        candidate
        for file in files
        for candidate in _candidates(settings, contracts, file.absolute(), "refused")
    ]
    return _ingest(settings, contracts, candidates, as_of)


def _ingest(
    settings: Settings, contracts: tuple[Contract, ...], candidates: list[Candidate], as_of: date
) -> Ingested:
    assessment = settings.assessment.name
    ledger = read_ledger(settings.register)
    latest = {_name(line): line for line in ledger if line.assessment == assessment}
    current = {_name(line): line for line in current_deliveries(ledger, assessment)}
    seen: list[Delivery] = []
    new: list[Delivery] = []
    kept = _without_copies(candidates, current.values())
    known = {
        _name(line): line
        for line in (current.get(_name(candidate.line)) for candidate in kept)
        if line and _is_landed(settings, line)
    }

    def is_known(candidate: Candidate) -> bool:
        before = known.get(_name(candidate.line))
        return before is not None and before.delivery_id == candidate.line.delivery_id

    # A refused file is tried again: the program or its contracts may have learnt to read it.
    landed = iter(_land_all(settings, [candidate for candidate in kept if not is_known(candidate)], as_of))
    for candidate in kept:
        if is_known(candidate):
            seen.append(known[_name(candidate.line)])
            continue
        line = next(landed)
        seen.append(line)
        is_taken = line.status == "accepted" and current.get(_name(line)) != line
        is_withdrawn = line.status == "set_aside" and any(
            replaces(line, earlier) for earlier in current.values()
        )
        if is_taken or is_withdrawn or latest.get(_name(line)) != line:
            new.append(line)
    if new:
        append_ledger(settings.register, new)
    _keep_current(settings, contracts)
    return Ingested(tuple(seen), tuple(new))


def _without_copies(candidates: list[Candidate], current: Iterable[Delivery]) -> list[Candidate]:
    """The candidates; of those with the same bytes under several names, all but the first set aside.

    The same rows twice would be counted twice.
    """
    names = {_name(candidate.line) for candidate in candidates}
    owners = {(line.source_id, line.delivery_id): line for line in current if _name(line) not in names}
    kept = []
    for candidate in candidates:
        line = candidate.line
        owner = owners.setdefault((line.source_id, line.delivery_id), line) if candidate.contract else line
        if owner.file_name != line.file_name:
            reason = f"it is the same, byte for byte, as {owner.file_name}, which is read"
            kept.append(Candidate(candidate.file, None, replace(line, status="set_aside", reason=reason)))
        else:
            kept.append(candidate)
    return kept


def check_file(file: Path, contract: Contract, as_of: date) -> tuple[Delivery, list[tuple[int, str, str]]]:
    """What would become of a file, without landing anything: its ledger line and its rejects."""
    line = Delivery("", "", contract.source_id, file.name, "", "accepted", "", 0, 0, 0, "", "", ())
    with tempfile.TemporaryDirectory(prefix="sna-") as scratch, _connect() as connection:
        try:
            line = _type(connection, file, contract, line, scratch=Path(scratch), as_of=as_of)
        except Refused as refusal:
            return replace(line, status="refused", reason=str(refusal)), []
        return line, connection.execute("from rejects order by line").fetchall()


def _candidates(
    settings: Settings, contracts: tuple[Contract, ...], file: Path, status_of_mismatch: str
) -> Iterator[Candidate]:
    assessment, folder = settings.assessment, settings.deliveries
    inside = file.relative_to(folder).as_posix() if file.is_relative_to(folder) else file.name
    sha256 = _hash(file)
    line = Delivery(
        assessment.name, sha256[:16], "", printable(inside), sha256, "accepted", "", 0, 0, 0, "", "", ()
    )
    mismatch = reason_mismatch(file, assessment.is_synthetic)
    reason = reason_set_aside(file, inside, assessment.set_aside)
    matched = [] if mismatch or reason else find_contracts(file, contracts)
    if mismatch:
        yield Candidate(file, None, replace(line, status=status_of_mismatch, reason=mismatch))
    elif reason:
        yield Candidate(file, None, replace(line, status="set_aside", reason=reason))
    elif not matched:
        yield Candidate(file, None, replace(line, status="refused", reason=NO_CONTRACT))
    for contract in matched:
        # A changed contract reads the same bytes anew.
        delivery_id = hashlib.sha256(f"{sha256} {_digest(contract)}".encode()).hexdigest()[:16]
        yield Candidate(file, contract, replace(line, source_id=contract.source_id, delivery_id=delivery_id))


def find_contracts(file: Path, contracts: tuple[Contract, ...]) -> list[Contract]:
    """The contracts that claim a file: several may claim a workbook, a sheet each; one claims a text file."""
    named = match_by_name(file, contracts)
    if len(named) == 1 or any(contract.format == "workbook" for contract in named):
        return named
    texts = [contract for contract in named or contracts if contract.format == "csv"]
    for row in peek_header(file):
        fitting = match_by_header(row, texts)
        if fitting:
            return fitting[:1]
    return named[:1]


def _land_all(settings: Settings, candidates: list[Candidate], as_of: date) -> list[Delivery]:
    """Lands files on as many cores as may help; returns their ledger lines in the order of the files."""

    def land_share(share: list[Candidate]) -> list[Delivery]:
        with tempfile.TemporaryDirectory(prefix="sna-") as scratch, _connect() as connection:
            return [_land(settings, candidate, connection, Path(scratch), as_of) for candidate in share]

    shares = [candidates[start::WORKERS] for start in range(WORKERS)]
    with ThreadPoolExecutor(WORKERS) as pool:
        lines = list(pool.map(land_share, shares))
    return [lines[index % WORKERS][index // WORKERS] for index in range(len(candidates))]


def _land(
    settings: Settings,
    candidate: Candidate,
    connection: duckdb.DuckDBPyConnection,
    scratch: Path,
    as_of: date,
) -> Delivery:
    line, contract = candidate.line, candidate.contract
    if contract is None:
        return line
    try:
        line = _type(connection, candidate.file, contract, line, scratch=scratch, as_of=as_of)
    except Refused as refusal:
        return replace(line, status="refused", reason=str(refusal))
    _write_parquet(connection, "typed", _extract(settings, line))
    if line.rejected:
        _write_parquet(connection, "rejects", _rejects(settings, line))
    return line


def _type(
    connection: duckdb.DuckDBPyConnection,
    file: Path,
    contract: Contract,
    line: Delivery,
    *,
    scratch: Path,
    as_of: date,
) -> Delivery:
    """Reads and types a delivery; returns its ledger line, or raises Refused."""
    raw = read_delivery(file, contract, connection, scratch)
    warnings = type_rows(connection, raw, contract, line.delivery_id, as_of)
    [(accepted, rejected, rows)] = connection.execute(
        """select (select count(*) from typed), (select count(distinct line) from rejects),
                  (select count(*) from raw)"""
    ).fetchall()
    rows_in = rows + len(raw.broken)
    if rows_in == 0:
        raise Refused("the file has a header and no rows: ask the supplier to send it again")
    if accepted == 0:
        [(column, rule)] = connection.execute(
            """select column_name, rule from rejects
               group by all order by count(*) desc, column_name, rule limit 1"""
        ).fetchall()
        raise Refused(f"not one of its rows can be used; the commonest reason: {column} {rule}")
    assert rows_in == accepted + rejected, f"{file.name}: {rows_in} rows in, {accepted} + {rejected} out"
    start, end = None, None
    if contract.period:
        period = f"cast({contract.period} as date)"
        start, end = connection.execute(f"select min({period}), max({period}) from typed").fetchall()[0]
    return replace(
        line,
        rows_in=rows_in,
        accepted=accepted,
        rejected=rejected,
        period_start=str(start or ""),
        period_end=str(end or ""),
        warnings=warnings,
    )


def _keep_current(settings: Settings, contracts: tuple[Contract, ...]) -> None:
    """Leaves one extract a current delivery, and an empty one a source, so that dbt can always read it."""
    current = current_deliveries(read_ledger(settings.register), settings.assessment.name)
    for line in current:
        if not _extract(settings, line).exists():
            raise ConfigurationError(
                f"{line.file_name} was taken in earlier, its extract is gone and it is not in "
                f"{settings.deliveries}: put it back, or name its folder after --deliveries."
            )
    wanted = {path for line in current for path in (_extract(settings, line), _rejects(settings, line))}
    with _connect() as connection:
        for contract in contracts:
            none = settings.extracts / contract.source_id / "none.parquet"
            for stage in (settings.extracts, settings.rejects):
                for file in (stage / contract.source_id).glob("*"):
                    if file not in wanted and file != none:
                        file.unlink()
            types = ", ".join(
                f"cast(null as {kind}) as {name}" for name, kind in contract.extract_types.items()
            )
            _write_parquet(connection, f"(select {types} limit 0)", none)


def _write_parquet(connection: duckdb.DuckDBPyConnection, table: str, file: Path) -> None:
    """Writes a table aside, then moves it into place: a reader sees the old file or the new."""
    file.parent.mkdir(parents=True, exist_ok=True)
    aside = file.with_suffix(".partial")
    connection.execute(f"copy {table} to '{_quoted(aside)}' (format parquet, compression zstd)").fetchall()
    if file.exists() and file.read_bytes() == aside.read_bytes():
        aside.unlink()
    else:
        aside.replace(file)


def _quoted(file: Path) -> str:
    return str(file).replace("'", "''")


def _extract(settings: Settings, line: Delivery) -> Path:
    return settings.extracts / line.source_id / f"{line.delivery_id}.parquet"


def _rejects(settings: Settings, line: Delivery) -> Path:
    return settings.rejects / line.source_id / f"{line.delivery_id}.parquet"


def _is_landed(settings: Settings, line: Delivery) -> bool:
    return _extract(settings, line).exists() and (not line.rejected or _rejects(settings, line).exists())


def _name(line: Delivery) -> tuple[str, str]:
    return line.source_id, line.file_name


def _hash(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _digest(contract: Contract) -> str:
    columns = [replace(column, codes=frozenset()) for column in contract.columns]
    codes = [sorted(column.codes) for column in contract.columns]
    return repr((replace(contract, columns=()), columns, codes))


def _connect() -> duckdb.DuckDBPyConnection:
    import duckdb

    connection = duckdb.connect()
    connection.execute("set enable_progress_bar = false; set threads = 1").fetchall()
    return connection
