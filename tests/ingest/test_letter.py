"""The message to a supplier: ready to send, in the supplier's own words for the columns."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from pipeline.contracts import find_contract
from pipeline.ingest import rules, text
from pipeline.ingest.delivered import Delivered
from pipeline.ingest.letter import to_supplier, write_letter
from pipeline.ingest.preview import preview_file
from pipeline.settings import PROJECT
from tests.ingest.door import AS_OF, CONTRACTS, deliver, open_door

# What only the analyst can do, or what speaks of the supplier as of somebody else.
TO_THE_ANALYST = re.compile(
    r"supplier|\bask\b|contract|corrections\.csv|--|delete the file|fetch|deliver\b|lookup|[a-z]_(on|at|code|name)\b"
)
HEADER = "Crime_ID,FORCE_CODE,lad_code,Recorded_Date,ho_code,da_flag"


def letter_about(tmp_path: Path, content: str) -> str:
    settings = open_door(tmp_path)
    file = deliver(settings, "police_crimes_2024-03.csv", content.encode())
    contract = find_contract(CONTRACTS, "police_crimes")
    return write_letter(preview_file(settings, CONTRACTS, Delivered(file), contract, AS_OF), contract)


def sentences() -> list[str]:
    """Every sentence of the door that says why a delivery or a row is refused, {} for what is filled in."""
    found = [rules.EXCEL, rules.ZEROS, rules.EXCEL_DAYS, rules.TWO_DIGITS, text.NO_HEADER]
    for file in (PROJECT / "pipeline" / "ingest").glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            name = node.func.id if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else ""
            if name == "Refused":
                found.append(_text(node.args[0]))
            elif name == "Objection":
                found.append(_text(node.args[1]))
    return [sentence for sentence in found if " " in sentence]


def _text(node: ast.expr) -> str:
    if isinstance(node, ast.JoinedStr):
        return "".join(_text(part) for part in node.values)
    return str(node.value) if isinstance(node, ast.Constant) else "x"


@pytest.mark.parametrize("sentence", sentences())
def test_no_sentence_to_the_supplier_speaks_to_the_analyst(sentence: str) -> None:
    contract = find_contract(CONTRACTS, "police_crimes")
    told = to_supplier(sentence, contract, ())
    assert not TO_THE_ANALYST.search(told), told
    assert "please a" not in told and "please the" not in told, told


def test_sentences_of_the_door_are_found() -> None:
    assert len(sentences()) > 35


def test_rows_are_told_by_the_titles_that_the_supplier_gave(tmp_path: Path) -> None:
    place = "X23000001,X06000001"
    rows = [f"c1,{place},2024-03-01,8N,Y", f"c2,{place},,8N,Y", f"c3,{place},2024-03-01,8É,Y"]
    letter = letter_about(tmp_path, "\n".join([HEADER, *rows]) + "\n")
    assert "- “Recorded_Date”: required value is missing: 1 row (line 3)." in letter
    assert "- “ho_code”: code is not in the code list: 1 row (line 4)." in letter
    assert "recorded_on" not in letter and "offence_code" not in letter


def test_file_with_identifiers_is_asked_for_anew(tmp_path: Path) -> None:
    letter = letter_about(
        tmp_path, f"{HEADER},e_mail\nc1,X23000001,X06000001,2024-03-01,8N,Y,jo@example.org\n"
    )
    assert "- It holds identifiers of people (e_mail: e-mail address in 1 cells)." in letter
    assert "We have kept nothing of the file." in letter and "jo@" not in letter
    assert not TO_THE_ANALYST.search(letter.replace("police_crimes_2024-03.csv", ""))


def test_file_without_a_column_is_asked_for_with_it(tmp_path: Path) -> None:
    letter = letter_about(
        tmp_path, "Crime_ID,FORCE_CODE,lad_code,ho_code,da_flag\nc1,X23000001,X06000001,8N,Y\n"
    )
    assert "'recorded_date'" in letter and "please add it, or tell us" in letter
    assert not TO_THE_ANALYST.search(letter.replace("police_crimes_2024-03.csv", ""))


def test_what_is_ours_to_mend_makes_no_letter() -> None:
    contract = find_contract(CONTRACTS, "police_crimes")
    assert to_supplier("the file may not be read: it is open in another program", contract, ()) == ""
