"""Ticks, classes, label spreading and notes, by tables one can check by eye."""

from __future__ import annotations

from itertools import pairwise

import pytest
from afcharts.af_colours import get_af_colours

from pipeline.report.charts import palette
from pipeline.report.charts.notes import arrange_notes
from pipeline.report.charts.scales import choose_classes, choose_ticks, find_class, spread
from pipeline.report.charts.typesetting import measure, wrap


@pytest.mark.parametrize(
    ("values", "ticks"),
    [
        ((0.2, 3.9), (0, 1, 2, 3, 4)),
        ((0.0,), (0, 0.2, 0.4, 0.6, 0.8, 1)),
        ((28.0, 34.9), (28, 30, 32, 34, 36)),
        ((12.0, 30.0), (0, 10, 20, 30)),
        ((-1.0, 3.0), (-1, 0, 1, 2, 3)),
        ((5.0, 5.0), (0, 1, 2, 3, 4, 5)),
        ((), (0, 0.2, 0.4, 0.6, 0.8, 1)),
    ],
)
def test_ticks_enclose_the_values(values, ticks):
    assert choose_ticks(values) == pytest.approx(ticks)


def test_ticks_of_percentages_end_at_a_hundred():
    assert choose_ticks((3.0, 98.0), ceiling=100)[-1] == 100


@pytest.mark.parametrize(
    ("values", "classes"),
    [
        ((1, 2, 3, 4, 5, 6, 7, 8, 9, 10), ((1, 2), (3, 4), (5, 6), (7, 8), (9, 10))),
        ((4, 4, 4), ((4, 4),)),
        ((1, 1, 1, 1, 1, 1, 2, 3, 4, 5, 6), ((1, 1), (2, 2), (3, 4), (5, 6))),
        ((), ()),
    ],
)
def test_classes_hold_equal_values_together(values, classes):
    found = choose_classes([float(value) for value in values])
    assert found == classes
    for value in values:
        low, high = found[find_class(value, found)]
        assert low <= value <= high


def test_spread_keeps_boxes_apart_and_near():
    assert spread([10, 50], [10, 10], 0, 100) == (10, 50)
    assert spread([50, 50], [10, 10], 0, 100) == (45, 55)
    assert spread([99, 99, 99], [10, 10, 10], 0, 100) == (75, 85, 95)
    wanted, heights = [5, 6, 7, 60, 61], [12, 24, 12, 12, 12]
    placed = spread(wanted, heights, 0, 100)
    assert all(b - a >= (h + k) / 2 - 1e-9 for (a, h), (b, k) in pairwise(zip(placed, heights, strict=True)))


def test_notes_do_not_overlap_and_no_leader_crosses_one():
    labels = [f"Note number {n} with a few words more" for n in range(6)]
    leaders = [60.0, 75.0, 200.0, 260.0, 400.0, 415.0]
    notes = arrange_notes(labels, leaders, [False] * 6, 0, 482)
    for n, one in enumerate(notes):
        assert one.left >= 0 and one.right <= 482
        for m, other in enumerate(notes):
            if n != m and one.lane == other.lane:
                assert one.right < other.left or other.right < one.left
            if n != m and other.left < one.leader < other.right:
                assert one.lane < other.lane


def test_wrapped_text_fits_and_loses_nothing_before_its_limit():
    text = "Death or serious injury by unlawful driving"
    lines = wrap(text, 100, 9)
    assert " ".join(lines) == text and all(measure(line, 9) <= 100 for line in lines)
    assert wrap("Llanfairpwllgwyngyllgogerychwyrndrobwll", 60, 9)[0] != ""
    assert all(measure(line, 9) <= 60 for line in wrap("Llanfairpwllgwyngyllgogerychwyrndrobwll " * 3, 60, 9))
    assert wrap("one two three four five six", 20, 9, limit=2)[-1].endswith("…")
    assert wrap("", 60, 9) == ("",)


def _luminance(colour: str) -> float:
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, other: str) -> float:
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_colours_are_those_of_the_analysis_function():
    assert {palette.NAVY, palette.PLUM, palette.ORANGE} <= set(get_af_colours("categorical"))
    assert get_af_colours("focus")[1] == palette.GREY


def test_colours_are_seen_on_white_and_in_greyscale():
    assert all(
        _contrast(colour, palette.WHITE) >= 4.5
        for colour in (palette.TEXT, palette.FAINT, palette.PLUM, palette.NAVY)
    )
    assert all(_contrast(colour, palette.WHITE) >= 3 for colour in palette.LINE_COLOURS.values())
    assert all(_contrast(light, dark) >= 1.4 for light, dark in pairwise(palette.NAVY_TINTS))
    # Plum and navy differ in hue alone: the form of one must differ.
    assert _contrast(palette.PLUM, palette.NAVY) < 1.5 and "non_domestic" in palette.HOLLOW
