"""What dbt must know of a run, as tables: the assessment, its deliveries, the contracts, and its own lenses."""

from __future__ import annotations

import glob
from dataclasses import asdict, fields
from typing import TYPE_CHECKING

from pipeline.contracts import Contract
from pipeline.definitions import read_local_rows
from pipeline.definitions.lens_rows import CODES, LENS_TABLES
from pipeline.definitions.policies import Policy, agree_policies, read_policies
from pipeline.register import current_deliveries, read_ledger
from pipeline.settings import Settings

if TYPE_CHECKING:
    import pandas as pd


def run_tables(settings: Settings, contracts: tuple[Contract, ...]) -> dict[str, pd.DataFrame]:
    """What dbt must know of this run: the area, its cut-off, the deliveries, and the assessment's own lenses."""
    import pandas as pd

    assessment, area = settings.assessment, settings.assessment.area
    deliveries = current_deliveries(read_ledger(settings.register), assessment.name)
    usual = {contract.source_id: contract.policy_id for contract in contracts}
    held, agreed = agree_policies(read_policies(settings.project), usual, assessment)
    return {
        "assessment": pd.DataFrame(
            [
                {
                    "area_code": area.code,
                    "area_name": area.name,
                    "region_code": area.region_code,
                    "region_name": area.region_name,
                    "country_code": area.country_code,
                    "country_name": area.country_name,
                    "local_lens_id": assessment.definition.lens_id,
                    "is_synthetic": assessment.is_synthetic,
                    "start_date": assessment.start,
                    "cut_off_date": assessment.cut_off,
                }
            ]
        ),
        "districts": pd.DataFrame({"lad_code": list(area.districts)}),
        "area_police_forces": pd.DataFrame({"police_force_code": list(area.police_force_codes)}),
        "deliveries": pd.DataFrame(
            [
                (
                    line.delivery_id,
                    line.source_id,
                    line.file_name,
                    line.sha256,
                    number,
                    line.rows_in,
                    line.accepted,
                    line.rejected,
                    line.accepted if line.crowds else 0,
                    line.crowds.get("rows_among_fewer_than_five", 0),
                    sum(line.changes.get(f"rows_{kind}", 0) for kind in ("added", "removed", "altered")),
                )
                for number, line in enumerate(deliveries)
            ],
            columns=[
                "delivery_id",
                "source_id",
                "file_name",
                "sha256",
                "delivery_number",
                "row_count",
                "accepted_count",
                "rejected_count",
                "crowded_count",
                "among_few_count",
                "revised_count",
            ],
        ).astype({"delivery_id": "str", "source_id": "str", "file_name": "str", "sha256": "str"}),
        "rejected_rules": _rejected_rules(settings),
        "extract_sources": pd.DataFrame(
            [
                {
                    "source_id": contract.source_id,
                    "title": contract.title,
                    "publisher": contract.publisher,
                    "ask": contract.ask,
                    "licence": contract.licence,
                    "cadence": contract.cadence,
                    "policy_id": held[contract.source_id],
                    "is_openly_published": contract.is_openly_published,
                }
                for contract in contracts
            ]
        ),
        "agreed_policies": _policy_rows(agreed),
        "local_lenses": _local_rows(settings, "lenses"),
        **{f"local_{table}": _local_rows(settings, table).replace("", None) for table in CODES},
    }


def _local_rows(settings: Settings, table: str) -> pd.DataFrame:
    """The rows that the assessment adds to a table of lenses, as text."""
    import pandas as pd

    rows = read_local_rows(settings.assessment, table)
    return pd.DataFrame(rows, columns=list(LENS_TABLES[table])).astype("str")


def _policy_rows(policies: tuple[Policy, ...]) -> pd.DataFrame:
    import pandas as pd

    rows = pd.DataFrame(
        [asdict(policy) for policy in policies], columns=[field.name for field in fields(Policy)]
    )
    return rows.astype(
        {
            **dict.fromkeys(("policy_id", "method", "authority", "note"), "str"),
            **dict.fromkeys(("threshold", "rounding_base"), "Int64"),
            "valid_from": "datetime64[s]",
        }
    )


def _rejected_rules(settings: Settings) -> pd.DataFrame:
    """How many rows were held back by source, column and rule: never what stood in them."""
    import duckdb

    with duckdb.connect() as connection:
        connection.execute(
            """create table rejects
               (source_id varchar, delivery varchar, line bigint, column_name varchar, rule varchar)"""
        ).fetchall()
        for file in sorted(settings.rejects.glob("*/*.parquet")):
            connection.execute(
                "insert into rejects select ?, ?, line, column_name, rule from read_parquet(?)",
                [file.parent.name, file.stem, glob.escape(str(file))],
            ).fetchall()
        return connection.execute(
            """select source_id, column_name, rule, count(distinct (delivery, line)) as row_count
               from rejects group by all order by all"""
        ).df()
