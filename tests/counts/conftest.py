"""Small areas drawn at random, each built once a session."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pipeline.settings import Settings
from tests.counts.drawn import draw_area, send_otherwise


@pytest.fixture(scope="session")
def drawn(build_area: Callable[..., Settings]) -> Settings:
    """A small area with every fault that a delivery may have."""
    return build_area(draw_area(seed=1))


@pytest.fixture(scope="session")
def drawn_otherwise(build_area: Callable[..., Settings]) -> Settings:
    """The same records in another order, in halves, and partly twice."""
    return build_area(send_otherwise(draw_area(seed=1), seed=5))


@pytest.fixture(scope="session")
def dense(build_area: Callable[..., Settings]) -> Settings:
    """Another small area, with more crimes."""
    return build_area(draw_area(seed=2, crime_count=3000))
