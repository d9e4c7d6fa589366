"""The report's typeface: where its files are, how wide a text is, where it wraps."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Literal

import fontpkg_atkinson_hyperlegible as typeface
from matplotlib.font_manager import FontProperties
from matplotlib.ft2font import FT2Font, LoadFlags

FAMILY = "Atkinson Hyperlegible"
FAMILIES = f"'{FAMILY}', 'Source Sans 3', Inter, Arial, sans-serif"
REGULAR = Path(typeface.ROOT) / "files" / "AtkinsonHyperlegible-Regular.ttf"
BOLD = Path(typeface.ROOT) / "files" / "AtkinsonHyperlegible-Bold.ttf"

Align = Literal["left", "center", "right"]

# Points. At 170 mm nothing is smaller than SMALL.
SMALL = 9.0
BODY = 9.5
LINE_HEIGHT = 1.2
# Middle of the figures above the baseline, as a part of the size.
HALF_HEIGHT = 0.34


@lru_cache(maxsize=2)
def find_font(is_bold: bool) -> FontProperties:
    """The typeface for Matplotlib, from the package's own file: nothing is registered for others."""
    return FontProperties(fname=str(BOLD if is_bold else REGULAR), weight="bold" if is_bold else "normal")


@lru_cache(maxsize=2)
def _open_font(is_bold: bool) -> FT2Font:
    font = FT2Font(str(BOLD if is_bold else REGULAR))
    font.set_size(1000, 72)
    return font


@lru_cache(maxsize=4096)
def _measure_letter(letter: str, is_bold: bool) -> float:
    font = _open_font(is_bold)
    index = font.get_char_index(ord(letter))
    if index == 0:
        return 1.0  # drawn by a fallback: assume the widest
    glyph = font.load_glyph(index, flags=LoadFlags.NO_HINTING)
    return float(glyph.linearHoriAdvance) / 65536 / 1000


def measure(text: str, size: float, is_bold: bool = False) -> float:
    """The width of a text in points."""
    return size * sum(_measure_letter(letter, is_bold) for letter in text)


def wrap(text: str, width: float, size: float, is_bold: bool = False, limit: int = 3) -> tuple[str, ...]:
    """The text in lines no wider than width, the last one shortened where limit lines do not hold it."""
    lines: list[str] = []
    for whole in text.split():
        word = whole
        # A word wider than the line is broken inside: nothing may be cut off.
        while measure(word, size, is_bold) > width and len(word) > 1:
            fitting = max(
                (n for n in range(1, len(word)) if measure(word[:n], size, is_bold) <= width), default=1
            )
            lines.append(word[:fitting])
            word = word[fitting:]
        if lines and measure(f"{lines[-1]} {word}", size, is_bold) <= width:
            lines[-1] = f"{lines[-1]} {word}"
        else:
            lines.append(word)
    if len(lines) > limit:
        last = lines[limit - 1]
        while last and measure(last + "…", size, is_bold) > width:
            last = last[:-1]
        lines = [*lines[: limit - 1], last.rstrip() + "…"]
    return tuple(_balance(lines, width, size, is_bold)) or ("",)


def _balance(lines: list[str], width: float, size: float, is_bold: bool) -> list[str]:
    if len(lines) != 2 or lines[1].endswith("…"):
        return lines
    words = " ".join(lines).split()
    if len(words) < 2:
        return lines
    splits = [(" ".join(words[:n]), " ".join(words[n:])) for n in range(1, len(words))]
    widths = [max(measure(a, size, is_bold), measure(b, size, is_bold)) for a, b in splits]
    best = min(range(len(splits)), key=lambda n: widths[n])
    return list(splits[best]) if widths[best] <= width else lines
