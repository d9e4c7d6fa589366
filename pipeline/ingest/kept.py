"""Where accepted deliveries lie as Parquet: one extract a delivery, what it held back, and what was superseded."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from pipeline.contracts import Contract
from pipeline.ingest.stage import Staged
from pipeline.register import Delivery
from pipeline.settings import ConfigurationError, Settings


def extract_of(settings: Settings, line: Delivery) -> Path:
    """Where the accepted rows of a delivery lie."""
    return settings.extracts / line.source_id / f"{line.delivery_id}.parquet"


def rejects_of(settings: Settings, line: Delivery) -> Path:
    """Where the rows that a delivery held back lie; there is no such file where it held none back."""
    return settings.rejects / line.source_id / f"{line.delivery_id}.parquet"


def is_kept(settings: Settings, line: Delivery) -> bool:
    """Whether all of a delivery is still there."""
    return extract_of(settings, line).exists() and (not line.rejected or rejects_of(settings, line).exists())


def kept_extract(settings: Settings, line: Delivery) -> Path:
    """The extract of a delivery; ConfigurationError where it is gone."""
    extract = extract_of(settings, line)
    if not extract.exists():
        raise ConfigurationError(
            f"{line.file_name} was taken in earlier and its extract is gone: `sna ingest` without a file name reads "
            f"it again from {settings.deliveries}; if it is no longer there, put it back, or name its folder after "
            "--deliveries."
        )
    return extract


def keep(settings: Settings, staged: Staged, line: Delivery) -> None:
    """Moves what was staged to its place."""
    _move(staged.extract, extract_of(settings, line))
    if staged.rejects.exists():
        _move(staged.rejects, rejects_of(settings, line))


def keep_current(settings: Settings, contracts: Iterable[Contract], current: Iterable[Delivery]) -> None:
    """Leaves one extract a current delivery, and an empty one a source, so that dbt can always read it; what was
    superseded is moved beside. Raises ConfigurationError where an extract is gone."""
    import pyarrow.parquet as pq

    from pipeline.ingest.typed import extract_schema

    wanted = {path for line in current for path in (kept_extract(settings, line), rejects_of(settings, line))}
    for contract in contracts:
        none = settings.extracts / contract.source_id / "none.parquet"
        for folder in (settings.extracts, settings.rejects):
            for file in (folder / contract.source_id).glob("*"):
                if file in wanted or file == none:
                    continue
                if folder == settings.extracts and file.suffix == ".parquet":
                    _move(file, settings.superseded / contract.source_id / file.name)
                else:
                    file.unlink()
        if not none.exists() or pq.read_schema(none) != extract_schema(contract):
            none.parent.mkdir(parents=True, exist_ok=True)
            aside = none.with_suffix(".partial")
            pq.write_table(extract_schema(contract).empty_table(), aside)
            _move(aside, none)


def _move(source: Path, target: Path) -> None:
    """Puts a finished file in its place: a reader sees the old one or the new one."""
    target.parent.mkdir(parents=True, exist_ok=True)
    source.replace(target)
