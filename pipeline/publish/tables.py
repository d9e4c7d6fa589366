"""The published tables, each made from protected values and never from the counts behind them."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import pandas as pd

from pipeline.periods import name_price_year
from pipeline.publish.area_sets import find_sets
from pipeline.publish.caveats import find_caveats, gather_shown
from pipeline.publish.claims import judge_claims
from pipeline.publish.companions import CHANGE_COLUMNS, FINDING_COLUMNS
from pipeline.publish.comparisons import compare
from pipeline.publish.decompositions import find_decompositions
from pipeline.publish.distributions import describe_distributions
from pipeline.publish.figures import leave_room, publish_figures
from pipeline.publish.flag_audit import audit_flags
from pipeline.publish.flagships import find_flagships
from pipeline.publish.hidden_counts import find_counts
from pipeline.publish.lens_comparisons import compare_lenses, find_wider_lenses
from pipeline.publish.lost_flags import without_lost_flags
from pipeline.publish.neighbourhoods import find_neighbourhoods
from pipeline.publish.positions import find_positions
from pipeline.publish.rankings import rank_indicators
from pipeline.publish.reconciliation import reconcile
from pipeline.publish.relations import Ties
from pipeline.publish.row_counts import describe_provenance, describe_quality
from pipeline.publish.signals import find_signals
from pipeline.publish.standardised_rates import standardise_rates
from pipeline.publish.trends import find_trends
from pipeline.publish.unknown_flags import bound_flagged_rates
from pipeline.publish.weigh import price_weights

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.publish.earlier import Released
    from pipeline.publish.inputs import Inputs
    from pipeline.publish.proof import Proof
    from pipeline.register import Delivery
    from pipeline.settings import Assessment


def protect_values(
    inputs: Inputs, assessment: Assessment, earlier: Sequence[Released]
) -> tuple[pd.DataFrame, pd.DataFrame, Proof]:
    """`indicator_values` with small counts hidden, how far counts are off, and the proof that they stay hidden."""
    areas = inputs.areas
    is_part = (areas["area_type"] == "force") & (areas["parent_code"] == assessment.area.code)
    forces = inputs.forces[inputs.forces.isin(areas.loc[is_part, "area_code"])]
    priced = price_weights(inputs.weights, inputs.deflator, name_price_year(assessment.cut_off))
    ties = Ties(_districts_by_neighbourhood(areas), forces, inputs.measure_parts, inputs.nested)
    is_flagship = find_flagships(inputs.figures, inputs.claim_rules.measures, assessment.definition.lens_id)
    return publish_figures(
        inputs.figures,
        inputs.indicators,
        inputs.policies,
        ties,
        priced,
        earlier,
        is_flagship,
        inputs.record_kinds,
        assessment.area.districts,
    )


def make_tables(
    inputs: Inputs,
    values: pd.DataFrame,
    rounding: pd.DataFrame,
    assessment: Assessment,
    lines: tuple[Delivery, ...],
) -> dict[str, pd.DataFrame]:
    """Each published table by its file's name: what stands in docs/published.md.

    `values` and `rounding` are of `protect_values`: what is made of them rests on counts as shown and their errors;
    `lines` say what became of each file, read or not.
    """
    roomy = leave_room(values, rounding)
    area, breaks, indicators = assessment.area, inputs.breaks, inputs.indicators
    own_lens = assessment.definition.lens_id
    shown = gather_shown(
        values, indicators, breaks, inputs.benchmarks, inputs.force_gaps, inputs.code_changes
    )
    flagged = without_lost_flags(
        values, indicators, inputs.claim_rules, _districts_by_neighbourhood(inputs.areas)
    )
    sets = find_sets(flagged, indicators, rounding, inputs.claim_rules.thresholds["least_known_share"])
    neighbourhoods = find_neighbourhoods(inputs.areas, sets)
    flag_audit = audit_flags(inputs.flag_counts, values, indicators, breaks)
    counts = find_counts(inputs.figures, values, indicators, inputs.nested)
    return {
        "indicator_values": bound_flagged_rates(roomy, indicators, rounding),
        "indicators": indicators,
        "lenses": inputs.lenses,
        "benchmarks": inputs.benchmarks,
        "series_breaks": breaks,
        "sources": inputs.sources,
        "data_quality": describe_quality(inputs.quality, inputs.row_policies, counts),
        "flag_audit": flag_audit,
        "reconciliation": reconcile(inputs.street_quarters, assessment.cut_off),
        "areas": inputs.areas,
        "findings": pd.DataFrame(columns=FINDING_COLUMNS, dtype="str"),
        "caveats": find_caveats(inputs.caveats, shown),
        "comparisons": compare(
            values, indicators, breaks, inputs.benchmarks, inputs.areas, inputs.forces, rounding
        ),
        "lens_comparisons": compare_lenses(
            roomy,
            indicators,
            area.code,
            own_lens,
            inputs.weights,
            find_wider_lenses(inputs.nested, own_lens),
        ),
        "trends": find_trends(values, indicators, breaks, rounding),
        "decompositions": find_decompositions(values, inputs.domestic_references),
        "signals": find_signals(values, breaks, indicators),
        "distributions": describe_distributions(sets, neighbourhoods),
        "positions": find_positions(sets, neighbourhoods),
        "standardised_rates": standardise_rates(
            values, indicators, rounding, inputs.standard_population, inputs.repeat_events
        ),
        "rankings": rank_indicators(sets, indicators, area.code),
        "claims": judge_claims(
            roomy,
            inputs.claim_rules,
            area_code=area.code,
            area_name=area.name,
            forces=inputs.forces,
            flag_audit=flag_audit,
        ),
        "changes": pd.DataFrame(columns=CHANGE_COLUMNS, dtype="str"),
        "treatments": inputs.treatments,
        "provenance": describe_provenance([asdict(line) for line in lines], inputs.row_policies, counts),
    }


def _districts_by_neighbourhood(areas: pd.DataFrame) -> pd.Series:
    return areas[areas["area_type"] == "msoa"].set_index("area_code")["parent_code"]
