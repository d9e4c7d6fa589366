"""An analyst's own examples of what a lens shall catch, answered by its rules."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pipeline.definitions.catalogue import Catalogue
from pipeline.definitions.lenses import judge
from pipeline.definitions.rows import nearest, number_rows
from pipeline.settings import ConfigurationError

NAMED = ("description", "offence_code", "recorded_on", "expected")
SAID = {"yes": True, "no": False, "unknown": None, "": None}
WORDS = {True: "yes", False: "no", None: "unknown"}


@dataclass(frozen=True)
class Example:
    """A line of lens_examples.csv: an offence, what its flags say, and what a lens shall say of it."""

    line: int
    lens_id: str
    description: str
    offence_code: str
    recorded_on: date | None
    flags: dict[str, bool | None]
    expected: bool | None


@dataclass(frozen=True)
class Answered:
    """What was expected of an example and what the rules say, each yes, no or unknown."""

    line: int
    lens_id: str
    description: str
    expected: str
    answer: str

    @property
    def is_ok(self) -> bool:
        return self.expected == self.answer


def read_examples(file: Path, catalogue: Catalogue, own_lens_id: str) -> list[Example]:
    """The examples of a file, of the lens that `lens_id` names or else of the assessment's own; none without a file.

    ConfigurationError where a line names what does not exist.
    """
    examples = []
    for line, row in number_rows(file) if file.exists() else []:
        where = f"{file} line {line}"
        for name in NAMED:
            if name not in row:
                raise ConfigurationError(
                    f"{file} line 1: the column {name!r} is missing.{nearest(name, row, 'Add it.')}"
                )
        flags = {name: cell for name, cell in row.items() if name not in (*NAMED, "lens_id")}
        for name, cell in flags.items():
            if name not in catalogue.flag_labels:
                hint = nearest(name, catalogue.flag_labels, "Take it out.")
                raise ConfigurationError(f"{file} line 1: the column {name!r} is not in flags.csv.{hint}")
            _check_word(where, name, cell)
        if not row["expected"]:
            raise ConfigurationError(f"{where}: expected is blank: write yes, no or unknown.")
        _check_word(where, "expected", row["expected"])
        code, lens_id = row["offence_code"], row.get("lens_id") or own_lens_id
        if code not in catalogue.offences:
            raise ConfigurationError(
                f"{where}: offence_code {code!r} is not in offence_codes.csv.{nearest(code, catalogue.offences)}"
            )
        try:
            lens_id = catalogue.find(lens_id).lens_id
            day = date.fromisoformat(row["recorded_on"]) if row["recorded_on"] else None
        except ConfigurationError as error:
            raise ConfigurationError(f"{where}: {error}") from None
        except ValueError:
            raise ConfigurationError(
                f"{where}: recorded_on {row['recorded_on']!r} is no date: write it as 2024-03-31, or nothing."
            ) from None
        examples.append(
            Example(
                line,
                lens_id,
                row["description"],
                code,
                day,
                {name: SAID[cell] for name, cell in flags.items()},
                SAID[row["expected"]],
            )
        )
    return examples


def _check_word(where: str, name: str, cell: str) -> None:
    if cell not in SAID:
        raise ConfigurationError(f"{where}: {name} {cell!r} is none of yes, no and unknown: correct it.")


def answer_examples(examples: list[Example], catalogue: Catalogue) -> list[Answered]:
    """What the rules say of each example."""
    return [
        Answered(
            each.line,
            each.lens_id,
            each.description,
            WORDS[each.expected],
            WORDS[
                judge(
                    catalogue.find(each.lens_id).rules,
                    catalogue.conditions,
                    each.offence_code,
                    each.recorded_on,
                    each.flags,
                )
            ],
        )
        for each in examples
    ]


def raise_for_failed(file: Path, answered: list[Answered]) -> None:
    """Raises ConfigurationError where some example was answered otherwise than expected."""
    failed = [each for each in answered if not each.is_ok]
    if failed:
        lines = ", ".join(str(each.line) for each in failed)
        raise ConfigurationError(
            f"{file}: {len(failed)} of {len(answered)} examples are answered otherwise than expected (line {lines}): "
            "mend the rules, or what is expected."
        )
