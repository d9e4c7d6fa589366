"""What is counted, in words: the rows of a lens or of a measure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.definitions import Rows


@dataclass(frozen=True)
class Rule:
    """One kind of offence and the condition on which it counts."""

    offence_code: str
    offence: str
    condition: str
    meaning: str
    valid_from: str
    valid_to: str
    source: str
    is_interpretation: bool


@dataclass(frozen=True)
class Counted:
    """A measure, and the rules of it; a measure without rules counts every record of its source of that kind."""

    measure_id: str
    title: str
    # all, domestic, non_domestic, not_known, or flag_known: those whose flag says yes or no.
    split: str
    rules: tuple[Rule, ...]


def describe_counted(seeds: Mapping[str, Rows], measure_id: str, split: str, lens_id: str) -> Counted:
    """What a measure counts: by the rules of the lens, where there is one, else by its own."""
    if lens_id:
        rules = [row for row in seeds["lens_rules"] if row["lens_id"] == lens_id]
    else:
        rules = [row for row in seeds["measure_rules"] if row["measure_id"] == measure_id]
    meanings = {row["condition"]: row["meaning"] for row in seeds["conditions"]}
    offences = {row["offence_code"]: row["description"] for row in seeds["offence_codes"]}
    titles = {row["measure_id"]: row["title"] for row in seeds["measures"]}
    described = tuple(_describe_rule(row, offences, meanings) for row in rules)
    return Counted(measure_id, titles[measure_id], split, described)


def sources_of(seeds: Mapping[str, Rows], measure_id: str) -> list[str]:
    """The sources that can answer a measure, the preferred one first."""
    own = [row for row in seeds["measures"] if row["measure_id"] == measure_id]
    return [row["source_id"] for row in sorted(own, key=lambda row: int(row["preference"]))]


def _describe_rule(row: Mapping[str, str], offences: Mapping[str, str], meanings: Mapping[str, str]) -> Rule:
    code = row["offence_code"]
    whole = row.get("offence_subgroup") or row.get("offence_group") or ""
    return Rule(
        offence_code=code,
        offence=offences[code] if code else whole,
        condition=row["condition"],
        meaning=meanings[row["condition"]],
        valid_from=row.get("valid_from", ""),
        valid_to=row.get("valid_to", ""),
        source=row.get("source", ""),
        is_interpretation=row.get("is_interpretation") == "yes",
    )
