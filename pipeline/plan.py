"""The steps of a refresh and of an assessment, in order, as plain functions."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING

from pipeline.contracts import Contract, read_contracts
from pipeline.definitions import check_definitions, read_local_lenses
from pipeline.ingest.land import Ingested, ingest_folder
from pipeline.register import current_deliveries, read_ledger
from pipeline.settings import Settings
from pipeline.warehouse import build_warehouse, write_run_tables

if TYPE_CHECKING:
    import pandas as pd

Say = Callable[[str], None]


def ingest(settings: Settings) -> Ingested:
    """Takes in what is new in the deliveries folder."""
    check_definitions(settings.project, settings.assessment)
    return ingest_folder(settings, read_contracts(settings.project), date.today())


def build(settings: Settings) -> None:
    """Joins the extracts to the definitions and counts."""
    write_run_tables(settings, run_tables(settings, read_contracts(settings.project)))
    build_warehouse(settings)


def run_tables(settings: Settings, contracts: tuple[Contract, ...]) -> dict[str, pd.DataFrame]:
    """What dbt must know of this run: the area, its cut-off, the deliveries, and the assessment's own lenses."""
    import pandas as pd

    assessment, area = settings.assessment, settings.assessment.area
    lenses, rules = read_local_lenses(assessment)
    deliveries = current_deliveries(read_ledger(settings.register), assessment.name)
    lens_columns = ["lens_id", "title", "short_title", "meaning", "unknown_flag_rule", "source", "is_interpretation", "sort_order"]
    rule_columns = ["lens_id", "offence_code", "condition", "valid_from", "valid_to"]
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
                (line.delivery_id, line.source_id, line.file_name, line.sha256, number, line.rows_in, line.accepted, line.rejected)
                for number, line in enumerate(deliveries)
            ],
            columns=["delivery_id", "source_id", "file_name", "sha256", "delivery_number", "row_count", "accepted_count", "rejected_count"],
        ).astype({"delivery_id": "str", "source_id": "str", "file_name": "str", "sha256": "str"}),
        "extract_sources": pd.DataFrame(
            [
                {
                    "source_id": contract.source_id,
                    "title": contract.title,
                    "publisher": contract.publisher,
                    "ask": contract.ask,
                    "licence": contract.licence,
                    "cadence": contract.cadence,
                    "policy_id": contract.policy_id,
                    "is_openly_published": contract.is_openly_published,
                }
                for contract in contracts
            ]
        ),
        "local_lenses": pd.DataFrame(lenses, columns=lens_columns).astype("str"),
        "local_lens_rules": pd.DataFrame(rules, columns=rule_columns).astype("str").replace("", None),
    }
