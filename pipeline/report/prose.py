"""Prose in Markdown as blocks of runs: names are put in after parsing, so that no name can be markup."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

from pipeline.report.sentences import Run, Sentence
from pipeline.settings import ConfigurationError

SLOT = re.compile(r"\{([a-z_]+)\}")


@dataclass(frozen=True)
class Paragraph:
    """A paragraph."""

    runs: Sentence
    kind: str = "paragraph"


@dataclass(frozen=True)
class Subheading:
    """A heading inside a section."""

    runs: Sentence
    kind: str = "subheading"


@dataclass(frozen=True)
class Bullets:
    """A list, numbered or not."""

    items: tuple[Sentence, ...]
    is_numbered: bool = False
    kind: str = "bullets"


Prose = tuple[Paragraph | Subheading | Bullets, ...]


def read_prose(file: Path, slots: Mapping[str, str]) -> dict[str, Prose]:
    """The parts of a text file by their level-two heading in lower case; the part before the first is ''."""

    if not file.is_file():
        raise ConfigurationError(f"{file} does not exist: reports/yearly.yml names it.")
    tokens = MarkdownIt("commonmark", {"html": False}).parse(file.read_text(encoding="utf-8"))
    parts: dict[str, list[Paragraph | Subheading | Bullets]] = {"": []}
    part = ""
    position = 0
    while position < len(tokens):
        token = tokens[position]
        if token.type == "heading_open" and token.tag == "h2":
            part = tokens[position + 1].content.strip().lower()
            parts.setdefault(part, [])
            position += 3
        elif token.type in ("paragraph_open", "heading_open"):
            runs = _runs(tokens[position + 1], slots, file)
            parts[part].append(Paragraph(runs) if token.type == "paragraph_open" else Subheading(runs))
            position += 3
        elif token.type in ("bullet_list_open", "ordered_list_open"):
            end = _closing(tokens, position)
            items = [_runs(one, slots, file) for one in tokens[position:end] if one.type == "inline"]
            parts[part].append(Bullets(tuple(items), token.type == "ordered_list_open"))
            position = end + 1
        else:
            line = (token.map or [0])[0] + 1
            raise ConfigurationError(
                f"{file}, line {line}: only paragraphs, headings and lists are understood here, "
                f"not {token.type}."
            )
    return {name: tuple(blocks) for name, blocks in parts.items()}


def fill_slots(text: str, slots: Mapping[str, str], file: Path) -> str:
    """The text with every {slot} replaced; ConfigurationError for a slot that is not known."""

    def fill(match: re.Match[str]) -> str:
        if match.group(1) not in slots:
            known = ", ".join(sorted(slots))
            raise ConfigurationError(f"{file}: {{{match.group(1)}}} is not a slot; use one of {known}.")
        return slots[match.group(1)]

    return SLOT.sub(fill, text)


def _closing(tokens: Sequence[Token], position: int) -> int:
    level = tokens[position].level
    for index in range(position + 1, len(tokens)):
        if tokens[index].level == level and tokens[index].nesting == -1:
            return index
    return len(tokens) - 1


def _runs(inline: Token, slots: Mapping[str, str], file: Path) -> Sentence:
    runs: list[Run] = []
    style, link = "", ""
    for token in inline.children or []:
        if token.type in ("text", "code_inline"):
            runs.append(Run(fill_slots(token.content, slots, file), style, link))
        elif token.type in ("softbreak", "hardbreak"):
            runs.append(Run(" ", style, link))
        elif token.type in ("strong_open", "em_open"):
            style = "strong" if token.type == "strong_open" else "emphasis"
        elif token.type in ("strong_close", "em_close"):
            style = ""
        elif token.type == "link_open":
            link = str(token.attrGet("href") or "")
            if not link.startswith(("#", "https://")):
                raise ConfigurationError(f"{file}: a link must start with # or https://, not `{link}`.")
        elif token.type == "link_close":
            link = ""
        else:
            raise ConfigurationError(
                f"{file}: {token.type.replace('_', ' ')} is not understood in this text."
            )
    return tuple(run for run in runs if run.text)
