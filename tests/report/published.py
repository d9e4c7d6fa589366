"""Published folders made up for tests: small, seeded, with every status and, if asked, hostile names."""

from __future__ import annotations

import itertools
import json
import math
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
from judged import claims, decompositions, distributions, lens_comparisons, positions
from shapely import box

VRU = "X23000001"
REGION = "X12000001"
COUNTRY = "X92000001"
DISTRICTS = {
    "X06000001": "Port Example",
    "X06000002": "Upper Example",
    "X06000003": "Example Vale",
    "X06000004": "Example Forest",
    "X06000005": "Example-on-Sea",
}
SIZES = {
    "X06000001": 230_000,
    "X06000002": 150_000,
    "X06000003": 120_000,
    "X06000004": 90_000,
    "X06000005": 110_000,
    VRU: 700_000,
    REGION: 5_000_000,
    COUNTRY: 56_000_000,
}
LEVELS = {
    "X06000001": 1.5,
    "X06000002": 1.05,
    "X06000003": 0.7,
    "X06000004": 0.55,
    "X06000005": 0.8,
    VRU: 1.0,
    REGION: 1.08,
    COUNTRY: 0.92,
}
HOSTILE = (
    'Port #read("/etc/passwd") <script>alert(1)</script>',
    '=HYPERLINK("http://evil.example","Upper") & $x$ @all',
    "+cmd|' /C calc'!A0 *bold* _low_ `code`",
    "[Forest](http://evil.example) $$note$$ {area} {{ 7 * 7 }} {% raw %}",
    '-2+3 \\ "on" #[sea] // <img src=x onerror=alert(2)>',
)
MONTHS = [date(year, month, 1) for year in range(2019, 2025) for month in range(1, 13)][3:63]
YEARS = [date(year, 4, 1) for year in range(2019, 2024)]
SUPPRESSED_REASON = "Too few to report: hidden so that no person can be recognised."


@dataclass
class Book:
    """The rows of indicator_values while they are being written."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    is_available: bool = True
    has_splits: bool = True

    def add(
        self,
        indicator_id: str,
        area_code: str,
        start: date,
        count: float | None,
        denominator: float | None,
        multiplier: float = 1000,
        decimals: int = 1,
        **key: Any,
    ) -> None:
        """One row: under 10 suppressed, missing not available, without a denominator not applicable."""
        period_type = key.pop("period_type", "financial_year")
        status, reason = "reported", ""
        if not self.is_available or count is None:
            status, reason = "not_available", key.pop("reason", "The source was not delivered.")
        elif not self.has_splits and key.get("split", "all") != "all":
            status, reason = "not_available", "The source has no domestic abuse flag."
        elif denominator == 0:
            status, reason = "not_applicable", "Nobody could be counted here."
        elif count < 10 and key.get("area_type") != "country":
            status, reason = "suppressed", SUPPRESSED_REASON
        key.pop("reason", None)
        value = lower = upper = None
        if status == "reported" and count is not None:
            if denominator is None:
                value = float(count)
            else:
                value = round(count / denominator * multiplier, decimals)
                spread = (
                    1.96 * math.sqrt(max(count * (1 - count / denominator), 1)) / denominator * multiplier
                )
                lower, upper = round(max(value - spread, 0), decimals), round(value + spread, decimals)
        shown = status == "reported"
        self.rows.append(
            {
                "indicator_id": indicator_id,
                "lens_id": key.get("lens_id", ""),
                "area_code": area_code,
                "area_type": area_type(area_code),
                "period_type": period_type,
                "period_start": start,
                "period_end": period_end(period_type, start),
                "breakdown": key.get("breakdown", "none"),
                "breakdown_value": key.get("breakdown_value", ""),
                "split": key.get("split", "all"),
                "numerator": float(count) if shown and count is not None else None,
                "denominator": float(denominator) if shown and denominator else None,
                "value": value,
                "lower95": lower,
                "upper95": upper,
                # Whether it was with a knife is not always known.
                "lowest": value if indicator_id == "knife_crime_rate" else None,
                "highest": round(value * 1.4, decimals)
                if indicator_id == "knife_crime_rate" and value is not None
                else None,
                "value_status": status,
                "status_reason": reason,
                "left_out": "",
                "is_population_estimated": start.year == 2023,
            }
        )


def area_type(code: str) -> str:
    return {"X23": "vru", "X12": "region", "X92": "country", "X06": "lad", "X02": "msoa"}[code[:3]]


def period_end(period_type: str, start: date) -> date:
    months = {"month": 1, "quarter": 3, "pooled_years": 36}.get(period_type, 12)
    month = start.month - 1 + months
    following = date(start.year + month // 12, month % 12 + 1, 1)
    return date.fromordinal(following.toordinal() - 1)


def indicator(
    indicator_id: str,
    title: str,
    section: str,
    unit: str = "per 1,000 people",
    family: str = "police",
    **more: Any,
) -> dict[str, Any]:
    return {
        "indicator_id": indicator_id,
        "title": title,
        "short_title": more.get("short_title", title),
        "meaning": more.get("meaning", f"{title}, as the source counts it."),
        "section": section,
        "kind": more.get("kind", "share" if unit == "%" else "count" if unit == "offences" else "rate"),
        "numerator_label": more.get("numerator_label", "offences"),
        "denominator_label": more.get("denominator_label", "people"),
        "unit": unit,
        "multiplier": more.get("multiplier", 100 if unit == "%" else 1000),
        "decimals": more.get("decimals", 0 if unit == "offences" else 1),
        "direction": "lower_is_better" if unit.startswith("per ") else "neutral",
        "interval_method": "Wilson" if unit == "%" else "Byar",
        "source_ids": more.get(
            "source_ids", {"police": "police_crimes", "ed": "ed_assaults"}.get(family, family)
        ),
        "caveat": more.get("caveat", ""),
        "is_proxy": more.get("is_proxy", False),
        "series_family": family,
    }


# indicator, share of violence against the person, domestic share
KINDS = {
    "violence_rate": ("Violence against the person", 1.0, 0.34),
    "violence_with_injury_rate": ("Violence with injury", 0.26, 0.32),
    "violence_without_injury_rate": ("Violence without injury", 0.38, 0.34),
    "stalking_harassment_rate": ("Stalking and harassment", 0.36, 0.45),
    "sexual_offences_rate": ("Sexual offences", 0.10, 0.17),
    "rape_rate": ("Rape", 0.036, 0.25),
    "robbery_rate": ("Robbery", 0.04, 0.02),
    "knife_crime_rate": ("Knife crime", 0.03, 0.10),
    "criminal_damage_rate": ("Criminal damage and arson", 0.28, 0.14),
    "public_order_rate": ("Public order offences", 0.25, 0.10),
    "weapons_rate": ("Possession of weapons", 0.03, 0.02),
}
PEOPLE_AGES = ["0-9", "10-15", "16-17", "18-24", "25-34", "35-44", "45-54", "55-64", "65-74", "75+"]
LENSES = {
    "ho_narrow": ("Home Office success measures", 0.035, 0.06),
    "exampleshire": ("Exampleshire's own definition", 0.09, 0.11),
    "s13_reference": ("Serious Violence Duty, reference list", 0.42, 0.31),
    "broad_da_sv_vawg": ("Broad: with domestic abuse, sexual violence and stalking", 0.78, 0.47),
    "vap_all": ("All violence against the person", 1.0, 0.34),
}


LEFT_OUT = {
    "offence_subgroup": ("Stalking and harassment", "Violence with injury", "Arson"),
    "sex": ("F", "M", "U"),
    "age_band": ("18-24", "25-34", "75+"),
    "location_type": ("Dwelling", "Street", "Online"),
}


def write_published(
    folder: Path,
    *,
    is_hostile: bool = False,
    is_available: bool = True,
    has_splits: bool = True,
    seed: int = 1,
) -> Path:
    """A published folder; the same arguments give the same figures."""
    folder.mkdir(parents=True, exist_ok=True)
    chance = random.Random(seed)
    book = Book(is_available=is_available, has_splits=has_splits)
    noise = lambda size=0.03: 1 + chance.uniform(-size, size)  # noqa: E731
    indicators = _police(book, noise) + _lenses(book, noise) + _health(book, noise) + _children(book, noise)
    tables = _tables(indicators, is_hostile, is_available)
    values = pd.DataFrame(book.rows)
    if is_hostile:
        values.loc[values["breakdown"] == "reason", "breakdown_value"] = values["breakdown_value"].replace(
            "Physical assault against a pupil", HOSTILE[1]
        )
    tables["indicator_values"] = values
    tables["comparisons"] = _compare(values, tables["benchmarks"])
    if is_available:
        tables |= {"claims": claims(), "decompositions": decompositions(VRU)}
        tables |= {"positions": positions(values), "distributions": distributions()}
        tables["lens_comparisons"] = lens_comparisons(VRU, "exampleshire", list(LENSES), list(DISTRICTS))
    for name, table in tables.items():
        table.to_parquet(folder / f"{name}.parquet", index=False)
    (folder / "disclosure_certificate.json").write_text(
        json.dumps(
            {
                "method": "counts below the threshold hidden with their complements",
                "proved": False,
                "figures": len(values),
                "hidden_figures": int((values["value_status"] == "suppressed").sum()),
                "thresholds": {"police": 5, "health": 8},
            }
        ),
        encoding="utf-8",
    )
    return folder


def _compare(values: pd.DataFrame, benchmarks: pd.DataFrame) -> pd.DataFrame:
    """Each figure of the area beside the benchmark of its part, the country and the year before; and each district
    beside the rest of the area: all are called lower, for the reason "As there".
    """
    on = ["indicator_id", "breakdown", "breakdown_value"]
    is_own = values["area_type"] == "vru"
    own = values[is_own & (values["split"] == "all")]
    pairs = own.drop(columns="value").merge(benchmarks, on=on)
    cell = ["lens_id", "period_type", "period_start", "split", *on]
    shown = values[values["value_status"] == "reported"]
    found = [
        pairs.assign(
            comparator_kind="benchmark",
            comparator_label=pairs["geography"] + ", " + pairs["period_label"],
            comparator_value=pairs["value"],
        )
    ]
    whole, nation = (shown[shown["area_type"] == area_type] for area_type in ("vru", "country"))
    earlier = whole.assign(
        period_start=[start.replace(year=start.year + 1) for start in whole["period_start"]]
    )
    for kind, label, sides, others in (
        ("country", "Example Country", values[is_own], nation),
        ("previous_year", "A year before", values[is_own], earlier),
        ("area", "The rest of Exampleshire", values[values["area_type"] == "lad"], whole),
    ):
        beside = others[[*cell, "value"]].rename(columns={"value": "comparator_value"})
        found.append(sides.merge(beside, on=cell).assign(comparator_kind=kind, comparator_label=label))
    return pd.concat(found, ignore_index=True).assign(
        comparator_end=date(2021, 3, 31), verdict="lower", reason="As there."
    )


def _police(book: Book, noise: Callable[..., float]) -> list[dict[str, Any]]:
    rows = []
    places = [*DISTRICTS, VRU, REGION, COUNTRY]
    for name, (title, part, domestic) in KINDS.items():
        rows.append(indicator(name, title, "scale", numerator_label="offences"))
        for place in places:
            for index, start in enumerate(YEARS):
                people = SIZES[place]
                total = round(33 * part * people / 1000 * LEVELS[place] * (0.9 + 0.04 * index) * noise())
                _split(book, name, place, start, total, domestic, people)
    for index, start in enumerate(MONTHS):
        season = 1 + 0.08 * math.sin(start.month / 12 * 2 * math.pi - 2)
        dip = 0.75 if date(2020, 4, 1) <= start <= date(2020, 6, 1) else 1
        # The month that never arrived.
        total = (
            None if start == date(2021, 7, 1) else round(1900 * season * dip * (0.9 + index / 300) * noise())
        )
        _split(book, "violence_rate", VRU, start, total, 0.34, 58_000, period_type="month")
        knife = None if total is None else round(total * 0.03 * noise(0.2))
        book.add("knife_crime_rate", VRU, start, knife, 58_000, period_type="month", decimals=2)
        for name, level in (("domestic_violence_share", 0.34), ("domestic_flag_unknown_share", 0.1)):
            outage = 2.2 if name.endswith("unknown_share") and start.year == 2022 and start.month < 4 else 1
            part_count = None if total is None else round(total * level * outage * noise(0.06))
            book.add(name, VRU, start, part_count, total or 1, 100, period_type="month")
    _police_people(book)
    for place in places:
        for index, start in enumerate(YEARS):
            adults = round(SIZES[place] * 0.81)
            book.add("domestic_crime_rate", place, start, round(13 * adults / 1000 * noise(0.15)), adults)
            book.add(
                "domestic_violence_share",
                place,
                start,
                round(SIZES[place] * 0.033 * 0.34 * noise(0.1)),
                round(SIZES[place] * 0.033),
                100,
            )
            book.add(
                "domestic_flag_unknown_share",
                place,
                start,
                round(SIZES[place] * 0.0033 * noise(0.3)),
                round(SIZES[place] * 0.033),
                100,
            )
            book.add(
                "coercive_control_rate", place, start, round(0.8 * adults / 1000 * (1 + index / 10)), adults
            )
            for name, level in (
                ("repeat_domestic_victim_share", 0.28),
                ("child_present_share", 0.22),
                ("dwelling_share", 0.55),
                ("charge_share", 0.07),
                ("victim_does_not_support_share", 0.42),
            ):
                book.add(
                    name,
                    place,
                    start,
                    round(SIZES[place] * 0.011 * level * noise(0.1)),
                    round(SIZES[place] * 0.011),
                    100,
                )
    for name, both in (("charge_share", (0.062, 0.075)), ("victim_does_not_support_share", (0.54, 0.33))):
        for split, level in zip(("domestic", "non_domestic"), both, strict=True):
            book.add(name, VRU, YEARS[-1], round(7700 * level), 7700, 100, split=split)
    for place in places:
        book.add(
            "homicide_rate",
            place,
            date(2021, 4, 1),
            round(SIZES[place] / 1e6 * 27),
            SIZES[place] * 3,
            1e6,
            period_type="pooled_years",
        )
    _police_week(book, noise)
    share = {"unit": "%", "denominator_label": "offences with a known flag"}
    return [
        *rows,
        indicator("homicide_rate", "Homicide", "scale", "per million people", decimals=1),
        indicator(
            "domestic_violence_share",
            "Domestic share of violence against the person",
            "domestic_abuse",
            **share,
            short_title="Domestic share of violence",
            numerator_label="domestic offences",
            caveat="The flag is an officer's decision; its quality differs by time and place.",
        ),
        indicator(
            "domestic_share",
            "Domestic share of recorded offences",
            "domestic_abuse",
            **share,
            short_title="Domestic share",
        ),
        indicator("domestic_flag_unknown_share", "Offences without a domestic abuse flag", "quality", "%"),
        indicator(
            "domestic_crime_rate",
            "Domestic abuse-related offences",
            "domestic_abuse",
            "per 1,000 people aged 16 and over",
            denominator_label="people aged 16 and over",
        ),
        indicator(
            "coercive_control_rate",
            "Controlling or coercive behaviour",
            "domestic_abuse",
            "per 1,000 people aged 16 and over",
        ),
        indicator(
            "repeat_domestic_victim_share", "Domestic victims who were victims before", "domestic_abuse", "%"
        ),
        indicator("child_present_share", "Domestic offences with a child present", "domestic_abuse", "%"),
        indicator("dwelling_share", "Violence in a dwelling", "place", "%"),
        indicator("charge_share", "Offences with a charge or summons", "domestic_abuse", "%"),
        indicator(
            "victim_does_not_support_share",
            "Offences closed because the victim did not support action",
            "domestic_abuse",
            "%",
        ),
        indicator("violence_by_hour", "Violence by day and hour", "place", "offences"),
    ]


def _police_people(book: Book) -> None:
    for sex, level in (("F", 0.5), ("M", 0.19), ("U", 0.2)):
        count = 4 if sex == "U" else 9000
        book.add(
            "domestic_violence_share",
            VRU,
            YEARS[-1],
            round(count * level),
            count,
            100,
            breakdown="sex",
            breakdown_value=sex,
        )
        book.add(
            "violence_rate",
            VRU,
            YEARS[-1],
            count * (1.2 if sex == "F" else 1),
            350_000,
            breakdown="sex",
            breakdown_value=sex,
        )
    for age, level, count in zip(
        PEOPLE_AGES,
        (0, 0.04, 0.2, 0.33, 0.45, 0.47, 0.4, 0.36, 0.35, 0.3),
        (300, 1900, 1100, 3500, 5200, 4300, 2700, 1500, 420, 160),
        strict=True,
    ):
        is_child = age in ("0-9", "10-15")
        book.add(
            "domestic_violence_share",
            VRU,
            YEARS[-1],
            round(count * level),
            0 if is_child else count,
            100,
            breakdown="age_band",
            breakdown_value=age,
        )
        book.add("violence_rate", VRU, YEARS[-1], count, 70_000, breakdown="age_band", breakdown_value=age)
        for split, part in (("domestic", level), ("non_domestic", 1 - level)):
            book.add(
                "violence_rate",
                VRU,
                YEARS[-1],
                round(count * part),
                70_000,
                breakdown="age_band",
                breakdown_value=age,
                split=split,
            )
    offences = {
        "Violence with injury": (4800, 0.33),
        "Violence without injury": (7300, 0.35),
        "Homicide": (7, 0.2),
        "Stalking and harassment": (7100, 0.45),
        "Rape offences": (820, 0.25),
        "Arson": (0, 0),
        "Other sexual offences": (1400, 0.12),
        "Robbery of personal property": (900, 0.02),
        "Criminal damage": (6200, 0.14),
        "Public order offences": (5600, 0.1),
    }
    for offence, (count, level) in offences.items():
        book.add(
            "domestic_share",
            VRU,
            YEARS[-1],
            round(count * level),
            count,
            100,
            breakdown="offence_subgroup",
            breakdown_value=offence,
        )


def _police_week(book: Book, noise: Callable[..., float]) -> None:
    for day_index, day in enumerate(("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")):
        for hour in range(24):
            night = (
                90 if (day_index, hour) in [(4, 22), (4, 23), (5, 0), (5, 22), (5, 23), (6, 0), (6, 1)] else 0
            )
            count = round(60 + 40 * math.sin((hour - 9) / 24 * 2 * math.pi) + night) if hour != 4 else 5
            book.add(
                "violence_by_hour",
                VRU,
                YEARS[-1],
                count,
                None,
                breakdown="day_and_hour",
                breakdown_value=f"{day} {hour:02d}",
            )
    for number in range(1, 61):
        for start in YEARS[-2:]:
            count = round(11_600 / 1000 * 33 * (0.2 + ((number * 37) % 60) / 35) * noise())
            book.add("violence_rate", f"X02{number:06d}", start, 3 if number % 17 == 0 else count, 11_600)


def _split(
    book: Book,
    name: str,
    place: str,
    start: date,
    total: int | None,
    domestic: float,
    people: int,
    **key: Any,
) -> None:
    parts = {"all": 1.0, "domestic": domestic * 0.9, "non_domestic": (1 - domestic) * 0.9, "not_known": 0.1}
    for split, part in parts.items():
        count = None if total is None else round(total * part)
        below = round(people * 0.81) if split == "domestic" else people
        book.add(name, place, start, count, below, split=split, reason="The month never arrived.", **key)


def _lenses(book: Book, noise: Callable[..., float]) -> list[dict[str, Any]]:
    for lens, (_, part, domestic) in LENSES.items():
        for start in YEARS:
            count = round(23_000 * part * noise())
            book.add(
                "lens_offences",
                VRU,
                start,
                count if book.has_splits else None,
                None,
                lens_id=lens,
                reason="The definition needs flags that the source lacks.",
            )
            book.add("lens_offences_at_least", VRU, start, round(count * 0.6), None, lens_id=lens)
            book.add("lens_offences_at_most", VRU, start, round(count * 1.1), None, lens_id=lens)
            book.add(
                "lens_offence_rate", VRU, start, count if book.has_splits else None, 700_000, lens_id=lens
            )
            book.add(
                "lens_victims",
                VRU,
                start,
                round(count * 0.9) if book.has_splits else None,
                None,
                lens_id=lens,
            )
            for place in DISTRICTS:
                people = SIZES[place]
                part_count = round(33 * part * people / 1000 * LEVELS[place]) if book.has_splits else None
                book.add("lens_offence_rate", place, start, part_count, people, lens_id=lens)
            for kind, (value, level) in itertools.product(LEFT_OUT, enumerate((0.7, 0.2, 0.00005))):
                named = {"breakdown": kind, "breakdown_value": LEFT_OUT[kind][value], "lens_id": lens}
                left_out = round(count * level) if book.has_splits else None
                book.add("lens_left_out", VRU, start, left_out, None, **named)
                book.add("lens_offences", VRU, start, left_out, None, **named)
            for name, level in (
                ("lens_under_25_share", 0.36),
                ("lens_female_share", 0.3 + domestic / 2),
                ("lens_domestic_share", domestic),
                ("lens_dwelling_share", 0.2 + domestic),
            ):
                book.add(
                    name,
                    VRU,
                    start,
                    round(count * level) if book.has_splits else None,
                    count,
                    100,
                    lens_id=lens,
                )
    return [
        indicator("lens_offences", "Offences that meet the definition", "definition", "offences"),
        indicator(
            "lens_offences_at_least", "Offences that certainly meet the definition", "definition", "offences"
        ),
        indicator("lens_offences_at_most", "Offences that may meet the definition", "definition", "offences"),
        indicator("lens_left_out", "Offences that our definition leaves out", "definition", "offences"),
        indicator("lens_offence_rate", "Rate under the definition", "definition"),
        indicator(
            "lens_victims", "Victims under the definition", "definition", "victims", decimals=0, kind="count"
        ),
        indicator("lens_under_25_share", "Victims under 25", "definition", "%"),
        indicator("lens_female_share", "Female victims", "definition", "%"),
        indicator("lens_domestic_share", "Domestic share under the definition", "definition", "%"),
        indicator("lens_dwelling_share", "In a dwelling", "definition", "%"),
    ]


def _health(book: Book, noise: Callable[..., float]) -> list[dict[str, Any]]:
    levels = {
        "ed_assault_rate": (3.1, 1000),
        "ambulance_assault_rate": (2.2, 1000),
        "assault_admission_rate": (41, 100_000),
        "sharp_admission_rate": (7.2, 100_000),
    }
    for name, (level, multiplier) in levels.items():
        for place in [*DISTRICTS, VRU]:
            for index, start in enumerate(YEARS):
                count = round(
                    SIZES[place] * level / multiplier * LEVELS[place] * (1 - 0.02 * index) * noise()
                )
                book.add(name, place, start, count, SIZES[place], multiplier)
    for index, start in enumerate(MONTHS):
        book.add(
            "ed_assault_rate",
            VRU,
            start,
            round(180 * noise(0.1) * (1 - index / 400)),
            58_000,
            period_type="month",
            decimals=2,
        )
    for place in [*DISTRICTS, VRU]:
        for name, level in (
            ("ed_assault_home_share", 0.31),
            ("home_admission_share", 0.27),
            ("intimate_admission_share", 0.06),
        ):
            total = round(SIZES[place] / 400)
            book.add(name, place, YEARS[-1], round(total * level * noise(0.1)), total, 100)
        book.add(
            "ed_to_police_ratio", place, YEARS[-1], round(SIZES[place] / 320), round(SIZES[place] / 115), 100
        )
    return [
        indicator(
            "ed_assault_rate",
            "Emergency department attendances after assault",
            "health",
            family="ed",
            short_title="Emergency attendances for assault",
            numerator_label="attendances",
        ),
        indicator(
            "ambulance_assault_rate",
            "Ambulance call-outs to assaults",
            "health",
            family="ambulance_callouts",
            numerator_label="call-outs",
        ),
        indicator(
            "assault_admission_rate",
            "Hospital admissions for assault",
            "health",
            "per 100,000 people",
            "hospital_admissions",
            numerator_label="admissions",
        ),
        indicator(
            "sharp_admission_rate",
            "Hospital admissions for assault with a sharp object",
            "health",
            "per 100,000 people",
            "hospital_admissions",
            numerator_label="admissions",
        ),
        indicator(
            "ed_assault_home_share", "Assault attendances from a home", "health", "%", "ed", is_proxy=True
        ),
        indicator(
            "home_admission_share",
            "Assault admissions from a home",
            "health",
            "%",
            "hospital_admissions",
            is_proxy=True,
        ),
        indicator(
            "intimate_admission_share",
            "Assault admissions naming a partner or parent",
            "health",
            "%",
            "hospital_admissions",
            is_proxy=True,
        ),
        indicator(
            "ed_to_police_ratio",
            "Emergency attendances for each 100 police-recorded injuries",
            "health",
            "per 100 offences",
            "ed",
        ),
    ]


def _children(book: Book, noise: Callable[..., float]) -> list[dict[str, Any]]:
    schools = [date(year, 9, 1) for year in range(2018, 2023)]
    for place in [*DISTRICTS, VRU]:
        pupils = round(SIZES[place] * 0.14)
        for start in schools:
            for name, level in (
                ("suspension_rate", 9.1),
                ("violence_suspension_rate", 3.2),
                ("exclusion_rate", 0.11),
                ("violence_exclusion_rate", 0.05),
            ):
                book.add(
                    name,
                    place,
                    start,
                    round(pupils * level / 100 * LEVELS[place] * noise()),
                    pupils,
                    100,
                    decimals=2,
                    period_type="academic_year",
                )
            book.add(
                "persistent_absence_share",
                place,
                start,
                round(pupils * 0.21 * noise()),
                pupils,
                100,
                period_type="academic_year",
            )
        for start in YEARS:
            children = round(SIZES[place] * 0.2)
            # Operation Encompass: the extract never arrived in this made-up area.
            book.add("encompass_rate", place, start, None, children, reason="The extract was not delivered.")
            book.add("cin_rate", place, start, round(children * 0.034 * noise()), children, 10_000)
    factors = {
        "Domestic abuse: parent or carer": 0.41,
        "Domestic abuse: child": 0.14,
        "Mental health: parent": 0.33,
        "Drug misuse: parent": 0.19,
        "Gangs": 0.03,
        "Child criminal exploitation": 0.05,
    }
    for factor, level in factors.items():
        book.add(
            "cin_factor_share",
            VRU,
            YEARS[-1],
            round(4800 * level),
            4800,
            100,
            breakdown="factor",
            breakdown_value=factor,
        )
    reasons = {
        "Physical assault against a pupil": 0.19,
        "Persistent disruptive behaviour": 0.46,
        "Physical assault against an adult": 0.05,
        "Verbal abuse against an adult": 0.16,
        "Offensive weapon": 0.003,
    }
    for reason, level in reasons.items():
        book.add(
            "suspension_reasons",
            VRU,
            schools[-1],
            round(2400 * level),
            2400,
            100,
            period_type="academic_year",
            breakdown="reason",
            breakdown_value=reason,
        )
    pupils = {
        "unit": "per 100 pupils",
        "family": "suspensions_and_exclusions",
        "decimals": 2,
        "denominator_label": "pupils",
        "numerator_label": "suspensions",
    }
    return [
        indicator("suspension_rate", "Suspensions", "education", **pupils),
        indicator("violence_suspension_rate", "Suspensions for violent reasons", "education", **pupils),
        indicator("exclusion_rate", "Permanent exclusions", "education", **pupils),
        indicator(
            "violence_exclusion_rate", "Permanent exclusions for violent reasons", "education", **pupils
        ),
        indicator(
            "suspension_reasons",
            "Reasons for suspension",
            "education",
            "%",
            "suspensions_and_exclusions",
            numerator_label="suspensions",
            denominator_label="suspensions",
        ),
        indicator(
            "persistent_absence_share",
            "Persistent absence",
            "education",
            "%",
            "absence",
            denominator_label="pupils",
        ),
        indicator(
            "cin_factor_share",
            "Factors found when children's needs were assessed",
            "education",
            "%",
            "children_in_need_factors",
            short_title="Factors at assessment",
            denominator_label="assessments",
        ),
        indicator(
            "cin_rate", "Children in need", "education", "per 10,000 children", "children_in_need_factors"
        ),
        indicator(
            "encompass_rate",
            "Operation Encompass notifications",
            "education",
            "per 1,000 children",
            "operation_encompass",
        ),
    ]


def _tables(
    indicators: list[dict[str, Any]], is_hostile: bool, is_available: bool
) -> dict[str, pd.DataFrame]:
    names = dict(zip(DISTRICTS, HOSTILE, strict=True)) if is_hostile else DISTRICTS
    areas = [
        {
            "area_code": code,
            "area_name": name,
            "area_type": "lad",
            "parent_code": VRU,
            "population": SIZES[code],
            "population_16_plus": round(SIZES[code] * 0.81),
            "population_year": 2023,
            "deprivation_decile": None,
            "geometry_wkb": box(2 + index, 55, 3 + index, 56.2).wkb,
        }
        for index, (code, name) in enumerate(names.items())
    ]
    areas += [
        {
            "area_code": code,
            "area_name": name,
            "area_type": area_type(code),
            "parent_code": "",
            "population": SIZES[code],
            "population_16_plus": None,
            "population_year": 2023,
            "deprivation_decile": None,
            "geometry_wkb": None,
        }
        for code, name in ((VRU, "Exampleshire"), (REGION, "Example Region"), (COUNTRY, "Example Country"))
    ]
    for number in range(1, 61):
        left, bottom = 2 + (number - 1) // 12 + (number - 1) % 4 / 4, 55 + (number - 1) % 12 // 4 * 0.4
        areas.append(
            {
                "area_code": f"X02{number:06d}",
                "area_name": f"Port Example {number:03d}",
                "area_type": "msoa",
                "parent_code": list(DISTRICTS)[(number - 1) // 12],
                "population": 11_600,
                "population_16_plus": 9_400,
                "population_year": 2023,
                "deprivation_decile": number % 10 + 1,
                "geometry_wkb": box(left, bottom, left + 0.25, bottom + 0.4).wkb,
            }
        )
    lenses = [
        {
            "lens_id": lens,
            "title": title,
            "short_title": title,
            "meaning": f"{title}: what it counts, in one line.",
            "source": "Test",
            "is_interpretation": lens == "s13_reference",
            "is_local": lens == "exampleshire",
            "unknown_flag_rule": "An offence whose flag is not known is left out.",
            "substitute_indicator_id": None,
            "substitute_difference": None,
            "sort_order": order,
        }
        for order, (lens, (title, _, _)) in enumerate(LENSES.items())
    ]
    shares = {
        "Violence with injury": 33.0,
        "Rape offences": 25.0,
        "Criminal damage": 14.0,
        "Public order offences": 10.0,
    }
    benchmarks = [
        {
            "indicator_id": "domestic_share",
            "breakdown": "offence_subgroup",
            "breakdown_value": offence,
            "geography": "England and Wales",
            "period_label": "YE Mar 2021",
            "value": value,
            "source": "ONS",
            "status": "verified",
        }
        for offence, value in shares.items()
    ]
    benchmarks.append(
        {
            "indicator_id": "domestic_violence_share",
            "breakdown": "none",
            "breakdown_value": "",
            "geography": "England and Wales",
            "period_label": "YE Sep 2023",
            "value": 33.0,
            "source": "ONS",
            "status": "verified",
        }
    )
    breaks = [
        ("ex_partner_2020", "police", date(2020, 4, 1), None, "rule_change", "April 2020: rules on stalking"),
        ("covid", "police", date(2020, 3, 23), date(2021, 7, 19), "shading", "COVID restrictions"),
        ("covid_ed", "ed", date(2020, 3, 23), date(2021, 7, 19), "shading", "COVID restrictions"),
        ("conduct_2023", "police", date(2023, 5, 15), None, "rule_change", "May 2023: one crime per report"),
    ]
    titles = {
        "police_crimes": "Police recorded crime",
        "ed_assaults": "Emergency department assaults",
        "ambulance_callouts": "Ambulance call-outs",
        "hospital_admissions": "Hospital admissions",
        "suspensions_and_exclusions": "Suspensions and exclusions",
        "absence": "Absence from school",
        "children_in_need_factors": "Children in need: factors at assessment",
        "operation_encompass": "Operation Encompass",
    }
    sources = []
    for source, title in titles.items():
        is_missing = source == "operation_encompass" or not is_available
        sources.append(
            {
                "source_id": source,
                "title": title,
                "publisher": "Example Publisher",
                "status": "not_delivered"
                if is_missing
                else "gaps"
                if source == "police_crimes"
                else "complete",
                "period_start": None if is_missing else date(2019, 4, 1),
                "period_end": None if is_missing else date(2024, 3, 31),
                "delivery_count": 0 if is_missing else 60,
                "gap_note": "July 2021 never arrived" if source == "police_crimes" else "",
                "ask": f"Ask the supplier of {title.lower()} for the missing extract.",
                "licence": "Test licence",
                "is_openly_published": False,
            }
        )
    quality = [
        {
            "source_id": "police_crimes",
            "source_title": "Police recorded crime, record level",
            "check_id": check_id,
            "label": label,
            "count": count,
            "base": 398_430.0,
            "percent": round(100 * count / 398_430, 1),
            "note": note,
        }
        for check_id, label, count, note in (
            ("rows_accepted", "Rows accepted", 398_120.0, ""),
            ("rows_quarantined", "Rows held back, with a reason", 310.0, ""),
            ("rows_unlocated", "Records without a place", 12_350.0, ""),
            ("rows_unknown_code", "Records with an unknown area code", 0.0, "fewer than 5"),
            (
                "lsoa_vintage",
                "Vintage of small-area codes",
                60.0,
                "codes of 2011, brought to the areas of 2021",
            ),
            ("held_back_1", "recorded on: is not of type date", 310.0, ""),
        )
    ]
    provenance = [
        {
            "source_id": "police_crimes",
            "delivery_id": f"police_crimes_{month:%Y-%m}",
            "file_name": f"police_crimes_{month:%Y-%m}.csv",
            "sha256": f"{index:064x}",
            "status": "accepted",
            "reason": "",
            "rows_in": 6_650,
            "accepted": 6_640,
            "rejected": 10,
            "period_start": month,
            "period_end": period_end("month", month),
        }
        for index, month in enumerate(MONTHS[:4])
    ]
    empty = {
        "findings": [
            "finding_id",
            "rank",
            "section",
            "sentence",
            "indicator_id",
            "lens_id",
            "area_code",
            "period_start",
            "period_end",
            "split",
            "verdict",
        ]
    }
    return {
        "indicators": pd.DataFrame(indicators),
        "areas": pd.DataFrame(areas),
        "lenses": pd.DataFrame(lenses),
        "benchmarks": pd.DataFrame(benchmarks),
        "caveats": pd.DataFrame(
            [
                (
                    "not_accredited",
                    1,
                    "scale",
                    "Police recorded crime is not accredited.",
                    "violence_rate",
                    "OSR",
                ),
                ("absent", 2, "scale", "Of an indicator that is not shown.", "nothing_rate", "OSR"),
                ("coding", 3, "health", "Coding varies.", "assault_admission_rate", "LG Inform"),
            ],
            columns=["caveat_id", "sort_order", "section", "text", "indicator_id", "source"],
        ),
        "series_breaks": pd.DataFrame(
            breaks, columns=["break_id", "series_family", "start_date", "end_date", "kind", "label"]
        )
        .merge(pd.DataFrame(indicators)[["indicator_id", "series_family"]])
        .drop(columns="series_family")
        .assign(offence_subgroup="", is_of_flag_alone=False),
        "sources": pd.DataFrame(sources),
        "data_quality": pd.DataFrame(quality),
        "provenance": pd.DataFrame(provenance),
        **{name: pd.DataFrame({column: [] for column in columns}) for name, columns in empty.items()},
    }
