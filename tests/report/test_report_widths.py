"""How the columns of a printed table share its width."""

from __future__ import annotations

import pytest

from pipeline.report.tables import Cell, Column, Table
from pipeline.report.widths import FULL_WIDTH, MILLIMETRES_A_LETTER, SIZES, table_shape

SENTENCE = "Of the offences that were recorded in the year nobody can tell how many had a flag, and so it stays open."


def shape_of(*columns: tuple[str, bool, str]):
    headings = tuple(Column(heading, is_number) for heading, is_number, _ in columns)
    return table_shape(Table(headings, (tuple(Cell(text) for _, _, text in columns),)))


def letters_of(shape) -> list[float]:
    """How many letters each column holds in the size of the text."""
    room = (shape.width - shape.gap * len(shape.weights)) / (MILLIMETRES_A_LETTER * shape.size / SIZES[0])
    return [room * weight / sum(shape.weights) for weight in shape.weights]


@pytest.mark.parametrize("number", [1, 6, 11])
@pytest.mark.parametrize("text", ["Broad: with domestic abuse and sexual violence", SENTENCE])
def test_a_column_of_numbers_holds_its_longest(number: int, text: str) -> None:
    shape = shape_of(("Definition", False, text), *[("to", True, "23,155")] * number)
    assert shape.width <= FULL_WIDTH
    assert min(letters_of(shape)[1:]) >= len("23,155") - 0.1


def test_where_all_is_short_texts_give_way_and_numbers_do_not() -> None:
    shape = shape_of(*[("Of whom", False, SENTENCE)] * 4, *[("to", True, "1,464,836")] * 8)
    assert shape.size == SIZES[-1]
    assert min(letters_of(shape)[4:]) >= len("1,464,836") - 0.1


def test_a_sentence_has_the_width_that_short_words_do_not_need() -> None:
    shape = shape_of(("Verdict", False, "Cannot settle"), ("Beside", False, "Knives and blades, of all"),
                     ("In words", False, SENTENCE * 3))  # fmt: skip
    verdict, beside, words = letters_of(shape)
    assert verdict >= len("Cannot settle") - 0.1
    assert words > 3.5 * beside


def test_a_narrow_table_is_as_wide_as_it_needs() -> None:
    shape = shape_of(("Place", False, "Port"), ("Rate", True, "3.1"))
    assert (shape.width, shape.size) == (60, SIZES[0])
