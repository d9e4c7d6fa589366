"""The published folder, written aside and moved into place file by file."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.publish.area_sets import find_sets
from pipeline.publish.caveats import find_caveats, gather_shown
from pipeline.publish.claim_rows import read_claim_rules
from pipeline.publish.claims import judge_claims
from pipeline.publish.companions import (
    CHANGE_COLUMNS,
    FINDING_COLUMNS,
    describe_indicators,
    describe_provenance,
    describe_sources,
    read_areas,
    read_flag_audit,
    read_forces,
    read_quality,
)
from pipeline.publish.comparisons import compare
from pipeline.publish.decompositions import find_decompositions
from pipeline.publish.definitions import (
    read_benchmarks,
    read_breaks,
    read_caveats,
    read_domestic_references,
    read_force_gaps,
)
from pipeline.publish.distributions import describe_distributions
from pipeline.publish.figures import publish_figures
from pipeline.publish.flag_audit import audit_flags
from pipeline.publish.lens_comparisons import compare_lenses
from pipeline.publish.neighbourhoods import find_neighbourhoods
from pipeline.publish.positions import find_positions
from pipeline.publish.rankings import rank_indicators
from pipeline.publish.reconciliation import reconcile
from pipeline.publish.rounding import find_rounding
from pipeline.publish.signals import find_signals
from pipeline.publish.standardised_rates import standardise_rates
from pipeline.publish.trends import find_trends
from pipeline.publish.weigh import name_price_year, price_weights
from pipeline.register import Delivery
from pipeline.settings import Settings
from pipeline.warehouse import open_warehouse

if TYPE_CHECKING:
    import pandas as pd

# Which of two like cells is hidden depends on their order: the same counts must give the same figures.
ORDER = "indicator_id, lens_id, area_type, area_code, period_type, period_start, breakdown, breakdown_value, split"


def publish(settings: Settings, lines: tuple[Delivery, ...]) -> dict[str, int]:
    """Writes the published folder from the warehouse; returns how many cells there are and were hidden.

    `lines` say what became of each file, read or not.
    """
    import numpy as np
    import pandas as pd

    assessment = settings.assessment
    with open_warehouse(settings) as warehouse:
        figures = warehouse.execute(f"from fct_indicator_values order by {ORDER}").df()
        policies = warehouse.execute("from disclosure_policies order by policy_id").df()
        weights = warehouse.execute("from offence_weights order by all").df()
        standard = warehouse.execute("from standard_population order by age_band").df()
        deflator = warehouse.execute("from gdp_deflator order by all").df()
        measure_parts = warehouse.execute("from measure_parts order by all").df()
        areas = read_areas(warehouse)
        indicators = describe_indicators(warehouse)
        sources = describe_sources(warehouse, assessment.start, assessment.cut_off)
        breaks = read_breaks(warehouse, assessment.cut_off)
        benchmarks = read_benchmarks(warehouse, assessment.cut_off)
        caveats = read_caveats(warehouse)
        force_gaps = read_force_gaps(warehouse)
        code_changes = warehouse.execute("from lad_code_changes order by old_code").df()
        claim_rules, forces = read_claim_rules(warehouse), read_forces(warehouse)
        references = read_domestic_references(warehouse)
        lenses = warehouse.execute("from dim_lenses order by sort_order, lens_id").df()
        quality = read_quality(warehouse)
        flag_counts = read_flag_audit(warehouse)
        reconciliation = reconcile(warehouse.execute("from fct_street_quarters").df(), assessment.cut_off)
        open_sources = {
            row[0]
            for row in warehouse.execute(
                "select source_id from stg_run__extract_sources where is_openly_published"
            ).fetchall()
        }
    parents = areas[areas["area_type"] == "msoa"].set_index("area_code")["parent_code"]
    priced = price_weights(weights, deflator, name_price_year(assessment.cut_off))
    values, tally = publish_figures(figures, indicators, policies, parents, measure_parts, priced)
    rounding = find_rounding(figures, policies)
    shown = gather_shown(values, indicators, breaks, force_gaps, code_changes)
    sets = find_sets(values, indicators, rounding, claim_rules.thresholds["least_known_share"])
    neighbourhoods = find_neighbourhoods(areas, sets)
    tables = {
        "indicator_values": values,
        "indicators": indicators,
        "lenses": lenses,
        "benchmarks": benchmarks,
        "series_breaks": breaks,
        "sources": sources,
        "data_quality": quality,
        "flag_audit": audit_flags(flag_counts, values, indicators, breaks),
        "reconciliation": reconciliation,
        "areas": areas,
        "findings": pd.DataFrame(columns=FINDING_COLUMNS, dtype="str"),
        "caveats": find_caveats(caveats, shown),
        "comparisons": compare(values, indicators, breaks, benchmarks, areas, rounding),
        "lens_comparisons": compare_lenses(values, assessment.area.code, assessment.definition.lens_id),
        "trends": find_trends(values, indicators, breaks, rounding),
        "decompositions": find_decompositions(values, *references),
        "signals": find_signals(values, breaks, indicators),
        "distributions": describe_distributions(sets, neighbourhoods),
        "positions": find_positions(sets, neighbourhoods),
        "standardised_rates": standardise_rates(values, indicators, rounding, standard),
        "rankings": rank_indicators(sets, indicators, assessment.area.code),
        "claims": judge_claims(
            values,
            claim_rules,
            area_code=assessment.area.code,
            area_name=assessment.area.name,
            forces=forces,
        ),
        "changes": pd.DataFrame(columns=CHANGE_COLUMNS, dtype="str"),
        "provenance": describe_provenance([asdict(line) for line in lines], open_sources),
    }
    certificate = {
        "assessment": assessment.name,
        "edition": assessment.edition,
        "is_synthetic": assessment.is_synthetic,
        "method": "small counts hidden with their complements, by row and column",
        "proved": False,
        "note": "The row-and-column rule is no proof that a hidden count cannot be worked out.",
        **tally,
        "thresholds": {
            policy_id: None if np.isnan(threshold) else int(threshold)
            for policy_id, threshold in policies.astype({"threshold": "float64"})[
                ["policy_id", "threshold"]
            ].to_numpy()
        },
    }
    _write(settings.published, tables, certificate)
    return tally


def _write(folder: Path, tables: dict[str, pd.DataFrame], certificate: dict) -> None:
    aside = folder.with_name(".published.writing")
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(parents=True)
    for name, table in tables.items():
        table.to_parquet(aside / f"{name}.parquet", index=False)
    text = json.dumps(certificate, indent=2, ensure_ascii=False) + "\n"
    (aside / "disclosure_certificate.json").write_text(text, encoding="utf-8")
    folder.mkdir(parents=True, exist_ok=True)
    for file in sorted(aside.iterdir()):
        target = folder / file.name
        if not target.exists() or target.read_bytes() != file.read_bytes():
            os.replace(file, target)
    shutil.rmtree(aside)
