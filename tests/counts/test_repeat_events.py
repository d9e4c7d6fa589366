"""How often the same people were victims: the squares in SQL equal those of a slow twin."""

from __future__ import annotations

from itertools import chain

import pytest

from pipeline.settings import Settings
from tests.conftest import query
from tests.counts.reference import count_area, months_of
from tests.counts.twin_victims import squares_in


@pytest.mark.parametrize("area", ["drawn", "demonstration"])
def test_the_squares_of_each_persons_offences_equal_their_twin(
    area: str, request: pytest.FixtureRequest
) -> None:
    settings: Settings = request.getfixturevalue(area)
    victims = count_area(settings.deliveries).victims
    rows = query(
        settings,
        "select measure_id, period_type, period_start, split, event_count, sum_of_squares from fct_repeat_events",
    )
    assert {(measure, split) for measure, _, _, split, _, _ in rows} >= {
        ("violence", split) for split in ("all", "domestic", "non_domestic", "not_known")
    }
    for measure, period_type, start, split, *numbers in rows:
        months = months_of(period_type, start)
        suffered = chain.from_iterable(victims.get((measure, "", month), []) for month in months)
        assert tuple(numbers) == squares_in(suffered, split), (measure, start, split)
    assert any(squares > events for *_, events, squares in rows)
