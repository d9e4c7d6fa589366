"""A council's return of pupils by need counts where it says enough, and where it does not it says why."""

from __future__ import annotations

from collections import Counter

from pipeline.settings import Settings
from tests.conftest import query
from tests.counts.twin_needs import MEASURES, read_returns, tell


def test_a_return_that_hides_or_lacks_what_a_number_needs_gives_none(drawn: Settings) -> None:
    returns = read_returns(drawn.deliveries)
    rows = query(
        drawn,
        """select measure_id, lad_code, academic_year_start, pupil_count, count_status from int_pupil_needs
           where lad_code is not null""",
    )
    seen: Counter[str] = Counter()
    assert len(rows) == len(returns) * len(MEASURES)
    for measure, lad, year, count, status in rows:
        told = tell(measure, returns[lad, year])
        assert (count if status == "reported" else status) == told, (measure, lad, year)
        seen[status] += 1
    assert min(seen[status] for status in ("reported", "suppressed", "not_available")) > 2


def test_an_area_has_a_share_only_when_each_of_its_councils_has(drawn: Settings) -> None:
    returns = read_returns(drawn.deliveries)
    figures = query(
        drawn,
        """select period_start, value_status from fct_indicator_values
           where indicator_id = 'semh_share' and area_type = 'vru'""",
    )
    statuses = dict(figures)
    for year in {year for _, year in returns}:
        own = [rows for (_, sent), rows in returns.items() if sent == year]
        can_tell = all(
            isinstance(tell(measure, rows), int)
            for rows in own
            for measure in ("semh_pupils", "census_pupils")
        )
        assert (statuses[year] == "reported") == can_tell, year


def test_both_provisions_of_the_demonstration_area_add_up_to_all_of_the_need(demonstration: Settings) -> None:
    rows = query(
        demonstration,
        """select area_code, period_start, indicator_id, numerator, denominator from fct_indicator_values
           where indicator_id in ('semh_share', 'semh_support_share', 'semh_plan_share')
               and value_status = 'reported'""",
    )
    figures = {(area, year, indicator): (n, d) for area, year, indicator, n, d in rows}
    shares = [key for key in figures if key[2] == "semh_share"]
    assert len(shares) == 30
    for area, year, indicator in shares:
        support, plan = (figures[area, year, f"semh_{kind}_share"] for kind in ("support", "plan"))
        assert figures[area, year, indicator] == (support[0] + plan[0], support[1])
