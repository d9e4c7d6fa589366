"""A statistic that is made of published figures, in lines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipeline.cli.told_lines import lay_out, list_figures

if TYPE_CHECKING:
    from pipeline.explanation.background import Row
    from pipeline.explanation.statistic import Statistic

BOUNDS = "lowest and highest are what records that do not say could make of it, at the furthest"


def tell_statistic(statistic: Statistic) -> list[str]:
    """What it is, its number with its interval, what it says of kinds of offence, and the figures that went in."""
    is_told = statistic.value_status == "reported"
    parts = [
        ("Statistic", statistic.statistic_id),
        ("Number", _numbers(statistic.numbers) if is_told else statistic.value_status.replace("_", " ")),
        ("What it means", statistic.meaning),
        ("Bounds", BOUNDS if is_told and statistic.numbers.get("highest") is not None else ""),
        ("Mind", statistic.status_reason),
        *(("Kind", f"{part['offence_subgroup']}: {_numbers(_of_kind(part))}") for part in statistic.parts),
        *list_figures(statistic.figures),
    ]
    return [*(lay_out(label, text) for label, text in parts if text), ""]


def _of_kind(part: Row) -> Row:
    names = (
        "share",
        "reference_share",
        "weight",
        "reference_weight",
        "mix_effect",
        "within_effect",
        "known_within_effect",
    )
    return {name: part[name] for name in names}


def _numbers(numbers: Row) -> str:
    """Each number by its name, with its interval where it has one."""
    told = []
    for name, value in numbers.items():
        if value is None or name.endswith("95"):
            continue
        prefix = "" if name == "value" else f"{name.removesuffix('effect')}"
        lower, upper = (numbers.get(f"{prefix}{end}95") for end in ("lower", "upper"))
        interval = f" (95% interval {_plain(lower)} to {_plain(upper)})" if lower is not None else ""
        label = "" if name == "value" else f"{name.replace('_', ' ')} "
        told.append(f"{label}{_plain(value)}{interval}")
    return ", ".join(told)


def _plain(number: Any) -> str:
    # Nothing is nothing, from whichever side it was rounded.
    return f"{number + 0.0:g}" if isinstance(number, float) else str(number)
