"""The figures behind the report as CSV files, and datapackage.json that describes them."""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.csv

from pipeline.names import defuse
from pipeline.report.anatomy import Exhibit
from pipeline.report.document import Document
from pipeline.report.published import KEY, NUMBERS, is_absent

NUMBER_FIELDS = {"numerator", "denominator", "value", "lower95", "upper95"}
EXHIBIT_COLUMNS = ("cell_id", "indicator", "area_name", *KEY, *NUMBERS, "value_status", "status_reason")


def write_data(document: Document, folder: Path) -> None:
    """Write one CSV file an exhibit of the document."""
    data = folder / document.files.data
    data.mkdir(parents=True, exist_ok=True)
    for exhibit in document.exhibits:
        rows = _exhibit_rows(document, exhibit)
        _write_rows(data / exhibit.csv_name, EXHIBIT_COLUMNS, rows, document.marking)


def write_tables(document: Document, folder: Path) -> None:
    """Write data/*.csv of every published figure and of the tables about them."""
    data, marking = folder / "data", document.marking
    published = document.context.published
    _write_figures(data / "indicator_values.csv", published.tables["indicator_values"], marking)
    for name, file in (
        ("indicators", "indicators.csv"),
        ("lenses", "definitions.csv"),
        ("sources", "sources.csv"),
        ("data_quality", "data_quality.csv"),
        ("flag_audit", "flag_audit.csv"),
        ("claims", "claims.csv"),
        ("decompositions", "decompositions.csv"),
        ("lens_comparisons", "lens_comparisons.csv"),
        ("signals", "signals.csv"),
        ("benchmarks", "benchmarks.csv"),
        ("series_breaks", "series_breaks.csv"),
        ("provenance", "deliveries.csv"),
    ):
        table = published.tables[name]
        rows = (list(row) for row in zip(*(table[column].tolist() for column in table.columns), strict=True))
        _write_rows(data / file, [str(column) for column in table.columns], rows, marking)


def write_package(documents: Sequence[Document], folder: Path) -> None:
    """Write datapackage.json over the files that are already there."""
    document = documents[0]
    titles = {
        f"{one.files.data}/{exhibit.csv_name}": f"Exhibit {exhibit.number}: {exhibit.subtitle}"
        for one in documents
        for exhibit in one.exhibits
    }
    resources = []
    for file in sorted((folder / "data").rglob("*.csv")):
        path = file.relative_to(folder).as_posix()
        content = file.read_bytes()
        header = next(csv.reader(content.decode("utf-8").splitlines()))
        resources.append(
            {
                "name": path.removeprefix("data/").removesuffix(".csv").replace("/", ".").replace("_", "-"),
                "path": path,
                "title": titles.get(path, file.stem.replace("_", " ").capitalize()),
                "format": "csv",
                "mediatype": "text/csv",
                "encoding": "utf-8",
                "bytes": len(content),
                "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
                "schema": {
                    "fields": [
                        {"name": name, "type": "number" if name in NUMBER_FIELDS else "string"}
                        for name in header
                    ],
                    "missingValues": [""],
                },
            }
        )
    marking = "".join(f"{mark.word}: {mark.sentence} " for mark in document.marks)
    package = {
        "name": f"needs-assessment-{document.context.settings.assessment.name}-{document.edition}".lower(),
        "title": document.full_title,
        "description": f"{marking}Published figures behind the report. Data to {document.cut_off}. "
        "A figure without "
        "a value has a value_status and a status_reason.",
        "version": document.edition,
        "is_synthetic": document.context.settings.assessment.is_synthetic,
        "release": document.release,
        "licenses": _licences(document),
        "resources": resources,
    }
    text = json.dumps(package, indent=2, ensure_ascii=False, allow_nan=False)
    (folder / "datapackage.json").write_text(text + "\n", encoding="utf-8")


def _licences(document: Document) -> list[dict[str, str]]:
    titles = {str(row["licence"]) for row in document.context.sources.values() if row["licence"]}
    return [{"title": title} for title in sorted(titles)]


def _exhibit_rows(document: Document, exhibit: Exhibit) -> Iterable[list[Any]]:
    published = document.context.published
    for reading in dict.fromkeys(exhibit.readings):
        yield [
            reading.cell_id,
            published.indicators[reading.indicator_id].title,
            document.context.name_of(reading.area_code),
            *(getattr(reading, name) for name in (*KEY, *NUMBERS)),
            reading.value_status,
            reading.status_reason,
        ]


def _write_rows(file: Path, header: Sequence[str], rows: Iterable[Sequence[Any]], marking: str) -> None:
    # A file that is passed on alone still says what it is.
    mark = [marking] if marking else []
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow([*header, *(["marking"] if marking else [])])
        writer.writerows([*(_plain(cell) for cell in row), *mark] for row in rows)


def _plain(cell: Any) -> Any:
    if is_absent(cell):
        return ""
    if isinstance(cell, float):
        return int(cell) if cell == int(cell) else cell
    return defuse(cell) if isinstance(cell, str) else cell


def _write_figures(file: Path, figures: pd.DataFrame, marking: str) -> None:
    """All published figures; through Arrow, because there can be hundreds of thousands."""

    columns = [*KEY, *NUMBERS, "value_status", "status_reason"]
    if figures.empty:
        _write_rows(file, columns, (), marking)
        return
    table = figures[columns].copy()
    for column in table.columns:
        if column in NUMBERS or column in ("period_start", "period_end"):
            continue
        words = table[column].astype("object")
        # Few distinct texts: each is looked at once.
        table[column] = words.map({text: defuse(str(text)) for text in words.unique()})
    if marking:
        table["marking"] = marking
    pyarrow.csv.write_csv(pa.Table.from_pandas(table, preserve_index=False), file)
