"""From which count on a source's figures may be shown: the project's policies, and what an agreement makes stricter."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

from pipeline.definitions.rows import nearest, read_rows
from pipeline.settings import Assessment, ConfigurationError, StricterRule

# The method by which all counts are rounded together, so that they add up, and none is hidden.
ROUND = "round"


@dataclass(frozen=True)
class Policy:
    """Counts of 1 to one below the threshold are hidden, the others rounded to the base; None where they are not.

    With the method `round` all are rounded to the base together instead, so that they add up, and none is hidden.
    It holds for data from `valid_from` on, None being the first day of all, until the next of its name does.
    """

    policy_id: str
    threshold: int | None
    rounding_base: int | None
    valid_from: date | None
    authority: str = ""
    note: str = ""
    method: str = "hide"


def read_policies(project: Path) -> tuple[Policy, ...]:
    """The policies of the project, rows of disclosure_policies."""
    return tuple(
        Policy(
            row["policy_id"],
            int(row["threshold"]) if row["threshold"] else None,
            int(row["rounding_base"]) if row["rounding_base"] else None,
            date.fromisoformat(row["valid_from"]) if row["valid_from"] else None,
            row["authority"],
            row["note"],
            row["method"] or "hide",
        )
        for row in read_rows(project / "dbt_project" / "seeds" / "disclosure_policies.csv")
    )


def agree_policies(
    policies: Iterable[Policy], usual: Mapping[str, str], assessment: Assessment
) -> tuple[dict[str, str], tuple[Policy, ...]]:
    """The policy of each source in this assessment, and the policies that its own rules add.

    `usual` has the policy of each source by its contract. A source with rules of its own gets a policy of its own:
    the usual one until the first day of the first rule. Raises ConfigurationError where a rule is looser than the
    usual policy, or names no source.
    """
    file = assessment.folder / "assessment.toml"
    added: dict[str, list[Policy]] = {}
    for rule in sorted(assessment.stricter, key=lambda rule: rule.valid_from or date.min):
        if rule.source not in usual:
            raise ConfigurationError(
                f"{file}: `stricter.source`: no contract is called {rule.source!r}.{nearest(rule.source, usual)}"
            )
        own = [policy for policy in policies if policy.policy_id == usual[rule.source]]
        for policy in own:
            _refuse_looser(file, rule, policy)
        name = f"{rule.source}_agreed"
        until = [replace(policy, policy_id=name) for policy in own] if rule.valid_from else []
        base = max((policy.rounding_base or 0 for policy in own), default=0)
        told = f"Counts of 1 to {rule.threshold - 1} are hidden"
        if rule.method == ROUND:
            told = f"All counts are rounded to {rule.rounding_base}"
        added.setdefault(rule.source, until).append(
            Policy(
                name,
                rule.threshold,
                rule.rounding_base or base or None,
                rule.valid_from,
                rule.authority,
                f"{told}, by agreement.",
                rule.method,
            )
        )
    held = {source: f"{source}_agreed" if source in added else policy for source, policy in usual.items()}
    return held, tuple(policy for rows in added.values() for policy in rows)


def policy_in_force(
    policies: Iterable[Policy], policy_id: str, first_day: date, last_day: date
) -> Policy | None:
    """The policy of this name for data of these days; None where there is none.

    Of data in whose time it changed the strictest holds: the highest threshold, and the largest base. The first holds
    for all that was before it too, for nothing is open because a rule is young.
    """
    own = sorted(
        (policy for policy in policies if policy.policy_id == policy_id),
        key=lambda policy: policy.valid_from or date.min,
    )
    starts = [date.min, *(policy.valid_from or date.min for policy in own[1:])]
    ends = [*(start - timedelta(days=1) for start in starts[1:]), date.max]
    held = [
        policy
        for policy, start, end in zip(own, starts, ends, strict=False)
        if start <= last_day and first_day <= end
    ]
    if not held:
        return None
    strictest = max(held, key=lambda policy: policy.threshold or 0)
    return replace(strictest, rounding_base=max(policy.rounding_base or 0 for policy in held) or None)


def _refuse_looser(file: Path, rule: StricterRule, usual: Policy) -> None:
    whose = f"({usual.policy_id}: {usual.authority})"
    if rule.method == ROUND and usual.rounding_base:
        raise ConfigurationError(
            f"{file}: `stricter`: {rule.source} hides small counts and rounds each other count by itself {whose}, and "
            '`method = "round"` would be another rule than its supplier\'s: take `method` out.'
        )
    if rule.method == ROUND and 2 * (rule.rounding_base or 0) - 1 < rule.threshold:
        raise ConfigurationError(
            f"{file}: `stricter`: rounding {rule.source} to {rule.rounding_base or 'nothing'} would not hide counts "
            f"under {rule.threshold}: set `rounding_base` to {rule.threshold // 2 + 1} or more."
        )
    if rule.threshold < (usual.threshold or 0):
        raise ConfigurationError(
            f"{file}: `stricter`: the threshold of {rule.source} is {usual.threshold} {whose}, and {rule.threshold} "
            f"would be looser: set {usual.threshold} or more, or take the rule out."
        )
    if rule.rounding_base and rule.rounding_base % (usual.rounding_base or 1):
        raise ConfigurationError(
            f"{file}: `stricter`: the rounding base of {rule.source} is {usual.rounding_base} {whose}, and "
            f"{rule.rounding_base} is no multiple of it: set a multiple, or take `rounding_base` out."
        )
