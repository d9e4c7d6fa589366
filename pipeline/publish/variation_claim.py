"""The claim that domestic abuse does not vary between areas, taken apart: literally, in size, against others."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.publish.claim_districts import Districts, find_districts
from pipeline.publish.claim_rows import (
    NOT_AVAILABLE,
    REPORTED,
    SUPPRESSED,
    ClaimRules,
    Judgement,
    Measure,
    figures_of,
    find_template,
    in_words,
    p_in_words,
    years_of,
)
from pipeline.statistics.comparison import (
    CANNOT_SETTLE,
    PRACTICALLY_EVEN,
    SpreadComparison,
    adjust_by_holm,
    compare_spreads,
    holm_levels,
    judge_evenness,
    judge_ratio,
)
from pipeline.statistics.intervals import Estimate, Floats
from pipeline.statistics.levels import partition_by_level
from pipeline.statistics.poisson_lognormal import spread_with_limits
from pipeline.statistics.variation import (
    homogeneity,
    median_rate_ratio,
    minimum_detectable_ratio,
    ninety_ten_ratio,
    systematic_component,
)

CLAIM = "no_regional_variation"
SEED = 1


def judge_variation(values: pd.DataFrame, rules: ClaimRules, forces: pd.Series) -> list[Judgement]:
    """The verdicts on the claim: literal, size and recording for every financial year, the others for the latest.

    Where no year has figures, the latest says so. `forces` gives the police force of each district, by its code.
    """
    (tested,) = rules.measures_of(CLAIM, "tested")
    rows = figures_of(values, tested, "lad", "financial_year")
    told = rows[rows["value_status"].isin([REPORTED, SUPPRESSED])]
    periods = years_of(told) or years_of(rows)[-1:]
    judgements: list[Judgement] = []
    for start, end in periods:
        period = _Period(values[values["period_start"] == start], start, end, rules, tested)
        judgements += [
            period.judge_literally(), period.measure_size(), period.judge_recording(), *period.tell_other_records()
        ]  # fmt: skip
        if (start, end) == periods[-1]:
            judgements += period.judge_latest(forces)
    return judgements


@dataclass(frozen=True, eq=False)
class _Period:
    """One financial year of published figures, and what is asked of it."""

    values: pd.DataFrame
    start: pd.Timestamp
    end: pd.Timestamp
    rules: ClaimRules
    tested: Measure

    def judge_literally(self) -> Judgement:
        """Whether the rates of districts differ beyond chance."""
        districts = self._districts(self.tested, fewest=2)
        if districts.status != REPORTED:
            return self._without_figures("literal", districts.status, "dispersion")
        found = homogeneity(districts.events[0], districts.population[0], seed=SEED)
        return Judgement(
            "literal", self.start, self.end,
            "differs" if found.p_value < 0.05 else "no_difference_found",
            "dispersion", found.statistic, p_value=found.p_value, area_count=found.area_count,
            slots=self._words(p_value=p_in_words(found.p_value)),
            numbers={"q": found.q, "i_squared": found.i_squared, "h_squared": found.h_squared},
            measures=(self.tested,),
        )  # fmt: skip

    def measure_size(self) -> Judgement:
        """The median rate ratio between districts, chance taken out."""
        districts = self._districts(self.tested, fewest=3)
        if districts.status != REPORTED:
            return self._without_figures("size", districts.status, "median_rate_ratio")
        spread = spread_with_limits(districts.events[0], districts.population[0])
        ratio = _factor(spread)
        return Judgement(
            "size", self.start, self.end, "measured", "median_rate_ratio", *ratio,
            area_count=len(districts.codes),
            slots=self._words(ratio),
            numbers={
                "spread": float(spread.value), "spread_lower": float(spread.lower),
                "spread_upper": float(spread.upper), "ninety_ten_ratio": float(ninety_ten_ratio(spread.value)),
                "systematic_component": systematic_component(districts.events[0], districts.population[0]),
            },
            measures=(self.tested,),
        )  # fmt: skip

    def judge_latest(self, forces: pd.Series) -> list[Judgement]:
        """Evenness, each comparator, level, and the two sentences that sum up."""
        evenness = self._judge_evenness()
        relative, comparisons = self._compare()
        literal = self.judge_literally()
        absolute = self._judge_absolutely(literal.verdict, evenness.verdict, literal.area_count)
        summary = self._sum_up(relative, comparisons, absolute)
        return [
            evenness, *relative, self._partition(forces), absolute, *summary,
        ]  # fmt: skip

    def _judge_evenness(self) -> Judgement:
        districts = self._districts(self.tested, fewest=3)
        if districts.status != REPORTED:
            return self._without_figures("equivalence", districts.status, "median_rate_ratio")
        ratio = _factor(spread_with_limits(districts.events[0], districts.population[0]))
        return Judgement(
            "equivalence", self.start, self.end, self._evenness(ratio, len(districts.codes)),
            "median_rate_ratio", *ratio, area_count=len(districts.codes), slots=self._words(ratio),
            measures=(self.tested,),
        )  # fmt: skip

    def _compare(self) -> tuple[list[Judgement], list[SpreadComparison | None]]:
        """The verdict against each comparator over the districts that have both, Holm over all of them."""
        comparators = self.rules.measures_of(CLAIM, "comparator")
        districts = [self._districts(self.tested, comparator, fewest=3) for comparator in comparators]
        # The same seed draws the same districts for every comparator that has them all: the bootstrap is joint.
        found = [
            compare_spreads(each.events, each.population, seed=SEED) if each.status == REPORTED else None
            for each in districts
        ]
        p_values = [np.nan if each is None else each.p_value[0] for each in found]
        adjusted, levels = adjust_by_holm(p_values), holm_levels(p_values)
        judgements = []
        for comparator, each, compared, p_value, level in zip(
            comparators, districts, found, adjusted, levels, strict=True
        ):
            part, words = f"relative:{comparator.indicator_id}", self._words(comparator=comparator.label)
            if compared is None or np.isnan(compared.ratio[0]):
                status = each.status if compared is None else NOT_AVAILABLE
                judgements.append(self._without_figures(part, status, "ratio_of_spreads", comparator))
                continue
            lower, upper = compared.limits_at(level)
            ratio = float(compared.ratio[0]), float(lower[0]), float(upper[0])
            detectable = minimum_detectable_ratio(compared.area_count)
            verdict = judge_ratio(
                ratio[1], ratio[2], p_value, compared.area_count, int(self.rules.thresholds["fewest_areas"])
            )
            judgements.append(
                Judgement(
                    part, self.start, self.end, verdict, "ratio_of_spreads", *ratio, float(p_value),
                    compared.area_count,
                    slots={
                        **words, **self._words(ratio), "p_value": p_in_words(float(p_value)),
                        "detectable": in_words(detectable, 2), "comparator": comparator.label,
                    },
                    numbers={
                        "spread": float(compared.spread[0]), "comparator_spread": float(compared.spread[1]),
                        "unadjusted_p_value": float(compared.p_value[0]), "detectable_ratio": detectable,
                        "confidence": float(level), "unadjusted_lower95": float(compared.ratio_lower[0]),
                        "unadjusted_upper95": float(compared.ratio_upper[0]),
                    },
                    measures=(self.tested, comparator),
                )
            )  # fmt: skip
        return judgements, found

    def _partition(self, forces: pd.Series) -> Judgement:
        districts = self._districts(self.tested, fewest=3)
        if districts.status != REPORTED:
            return self._without_figures("level", districts.status, "share_between_forces")
        is_placed = np.isin(districts.codes, forces.dropna().index)
        codes = np.asarray(districts.codes, dtype=object)[is_placed]
        found = partition_by_level(
            districts.events[0][is_placed], districts.population[0][is_placed], list(forces.reindex(codes))
        )
        if np.isnan(found.force_share):
            return self._without_figures("level", NOT_AVAILABLE, "share_between_forces")
        return Judgement(
            "level", self.start, self.end, "measured", "share_between_forces", 100 * found.force_share,
            area_count=len(codes), slots=self._words(value=in_words(100 * found.force_share, 0)),
            numbers={"force_variance": found.force_variance, "district_variance": found.area_variance},
            measures=(self.tested,),
        )  # fmt: skip

    def judge_recording(self) -> Judgement:
        """Evenness with every unknown flag counted as not domestic, and as domestic."""
        (domestic,) = self.rules.measures_of(CLAIM, "recorded_domestic")
        (unknown,) = self.rules.measures_of(CLAIM, "flag_not_known")
        measures, label = (domestic, unknown), domestic.label
        districts = self._districts(domestic, unknown, fewest=3)
        if districts.status != REPORTED:
            return Judgement(
                "recording", self.start, self.end, districts.status, "median_rate_ratio",
                slots=_label_words(label), measures=measures,
            )  # fmt: skip
        people, area_count = districts.population[0], len(districts.codes)
        if_not = _factor(spread_with_limits(districts.events[0], people))
        if_domestic = _factor(spread_with_limits(districts.events.sum(axis=0), people))
        words = {self._evenness(ratio, area_count) for ratio in (if_not, if_domestic)}
        verdict = "depends_on_recording"
        if len(words) == 1:
            verdict = CANNOT_SETTLE if CANNOT_SETTLE in words else "holds"
        return Judgement(
            "recording", self.start, self.end, verdict, "median_rate_ratio", area_count=area_count,
            slots={
                **_label_words(label),
                "value_if_domestic": _factor_words(if_domestic), "value_if_not": _factor_words(if_not),
            },
            numbers={
                f"{name}_{part}": ratio[position]
                for name, ratio in (("if_domestic", if_domestic), ("if_not", if_not))
                for position, part in enumerate(("value", "lower95", "upper95"))
            },
            measures=measures,
        )  # fmt: skip

    def tell_other_records(self) -> list[Judgement]:
        """The spread of what others than the police count, or the police without calling it a crime."""
        told = []
        for measure in self.rules.measures_of(CLAIM, "other_record"):
            part, words = f"other_record:{measure.indicator_id}", _label_words(measure.label)
            districts = self._districts(measure, fewest=3)
            ratio, verdict = (np.nan, np.nan, np.nan), districts.status
            if districts.status == REPORTED:
                ratio = _factor(spread_with_limits(districts.events[0], districts.population[0]))
                verdict = "measured"
            told.append(
                Judgement(
                    part, self.start, self.end, verdict, "median_rate_ratio", *ratio,
                    area_count=len(districts.codes), slots={**self._words(ratio), **words}, measures=(measure,),
                )
            )  # fmt: skip
        return told

    def _judge_absolutely(self, literal: str, evenness: str, area_count: int) -> Judgement:
        """What the literal test and that of evenness make of the statement as it is spoken."""
        if literal in (SUPPRESSED, NOT_AVAILABLE):
            verdict = literal
        elif evenness == PRACTICALLY_EVEN:
            verdict = "supported_in_practice"
        else:
            verdict = "not_supported" if literal == "differs" else "not_settled"
        return Judgement(
            "absolute", self.start, self.end, verdict, "none", area_count=area_count, slots=self._words(),
            measures=(self.tested,),
        )  # fmt: skip

    def _sum_up(
        self, relative: list[Judgement], comparisons: list[SpreadComparison | None], absolute: Judgement
    ) -> list[Judgement]:
        """The sentence on the first comparator, with the one on the statement as it is spoken."""
        if not relative:
            return []
        first, compared = relative[0], comparisons[0]
        spoken = str(find_template(CLAIM, absolute, self.rules)["sentence"])
        words = {**first.slots, "absolute": spoken.format_map(absolute.slots)}
        if compared is not None and np.isfinite(compared.spread[:2]).all():
            factors = median_rate_ratio(compared.spread[:2])
            words |= {"factor": in_words(factors[0], 2), "comparator_factor": in_words(factors[1], 2)}
        return [
            Judgement(
                "overall", self.start, self.end, first.verdict, first.statistic, first.value, first.lower95,
                first.upper95, first.p_value, first.area_count, words, first.numbers, first.measures,
            )
        ]  # fmt: skip

    def _districts(self, *measures: Measure, fewest: int) -> Districts:
        return find_districts(self.values, measures, fewest, self.rules.thresholds["least_known_share"])

    def _without_figures(
        self, part: str, status: str, statistic: str, comparator: Measure | None = None
    ) -> Judgement:
        others = () if comparator is None else (comparator,)
        words = self._words() if comparator is None else self._words(comparator=comparator.label)
        return Judgement(
            part, self.start, self.end, status, statistic, slots=words, measures=(self.tested, *others)
        )

    def _evenness(self, ratio: tuple[float, float, float], area_count: int) -> str:
        thresholds = self.rules.thresholds
        return judge_evenness(
            ratio[1], ratio[2], thresholds["margin"], area_count, int(thresholds["fewest_areas"])
        )

    def _words(self, ratio: tuple[float, float, float] | None = None, **words: str) -> dict[str, str]:
        names = ("value", "lower95", "upper95")
        return {
            **_label_words(self.tested.label),
            **{name: in_words(number, 2) for name, number in zip(names, ratio or (), strict=False)},
            **words,
        }


def _factor(spread: Estimate) -> tuple[float, float, float]:
    """The median rate ratio with its limits."""
    return _factor_of(spread.value), _factor_of(spread.lower), _factor_of(spread.upper)


def _factor_of(spread: Floats) -> float:
    # An upper limit without end stays one.
    return float(median_rate_ratio(spread)) if np.isfinite(spread) else float(spread)


def _label_words(label: str) -> dict[str, str]:
    return {"label": label, "label_start": label[:1].upper() + label[1:]}


def _factor_words(ratio: tuple[float, float, float]) -> str:
    return f"{in_words(ratio[0], 2)} ({in_words(ratio[1], 2)} to {in_words(ratio[2], 2)})"
