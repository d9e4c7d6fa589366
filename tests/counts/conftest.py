"""Small areas drawn at random, each built once a run."""

from __future__ import annotations

import pytest

from pipeline.settings import Settings, read_settings
from tests.conftest import build_unpublished, fill_area
from tests.counts.drawn import draw_area, send_double, send_otherwise
from tests.once import fill_once


@pytest.fixture(scope="session")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A small area with every fault that a delivery may have; nearly all of it is small, and nothing is published."""
    return read_settings(
        fill_once(tmp_path_factory, "drawn", lambda folder: build_unpublished(folder, draw_area(seed=1)))
    )


@pytest.fixture(scope="session")
def drawn_otherwise(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The same records in another order, in halves, and partly twice."""
    files = send_otherwise(draw_area(seed=1), seed=5)
    return read_settings(
        fill_once(tmp_path_factory, "drawn_otherwise", lambda folder: build_unpublished(folder, files))
    )


@pytest.fixture(scope="session")
def drawn_doubled(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The same records, and each once more under another name."""
    files = send_double(draw_area(seed=1))
    return read_settings(
        fill_once(tmp_path_factory, "drawn_doubled", lambda folder: build_unpublished(folder, files))
    )


@pytest.fixture(scope="session")
def dense(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Another small area, with more crimes, published."""
    files = draw_area(seed=2, crime_count=3000)
    return read_settings(fill_once(tmp_path_factory, "dense", lambda folder: fill_area(folder, files)))
