"""A verdict on a claim, in lines."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from pipeline.cli.told_lines import Line, lay_out, list_figures

if TYPE_CHECKING:
    from pipeline.explanation.claim import Verdict


def tell_verdict(verdict: Verdict) -> list[str]:
    """One verdict on a claim in lines: the sentence, the statistic, and the figures that went in."""
    from pipeline.periods import period_label

    years = period_label("", verdict.period_start, verdict.period_end)
    measured = "" if verdict.value is None else f": {_number(verdict.value)}"
    if verdict.lower95 is not None:
        # Without an upper limit the interval has no end.
        upper = "and upwards" if verdict.upper95 is None else f"to {_number(verdict.upper95)}"
        confidence = _number(verdict.numbers.get("confidence_percent", 95))
        measured += f" ({confidence}% interval {_number(verdict.lower95)} {upper})"
    others = ", ".join(
        f"{name.replace('_', ' ')} {_number(number)}" for name, number in verdict.numbers.items()
    )
    parts = [
        ("Part", verdict.part),
        ("Says", verdict.sentence),
        ("Verdict", f"{verdict.verdict.replace('_', ' ')}, {verdict.area_code}, {years}"),
        ("Statistic", f"{verdict.statistic.replace('_', ' ')}{measured}"),
        ("Also", others),
        ("Caveat", verdict.caveat),
        *list_figures(verdict.figures),
        *_audit(verdict),
    ]
    return [*(lay_out(label, text) for label, text in parts if text), ""]


def _audit(verdict: Verdict) -> Iterator[Line]:
    """The months of the flag audit that went in, by force."""
    for force in dict.fromkeys(month["police_force_code"] for month in verdict.audit):
        months = [month for month in verdict.audit if month["police_force_code"] == force]
        hidden = sum(month["expected_not_flagged_status"] == "suppressed" for month in months)
        told = f", {hidden} of them hidden" if hidden else ""
        yield "Went in", f"flag_audit · {months[0]['measure_id']} · {force} · {len(months)} months{told}"


def _number(number: Any) -> str:
    """A whole number with its thousands, another to four digits; what is no number as it stands."""
    if not isinstance(number, (int, float)):
        return str(number)
    return f"{number:,.0f}" if float(number).is_integer() else f"{number:.4g}"
