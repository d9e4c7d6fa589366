"""A contract, a workbook or a library that would make Python act is refused or not there (faults 58 to 60)."""

from __future__ import annotations

import ast
import io
import tracemalloc
import zipfile
from pathlib import Path

import pytest

from pipeline.contracts import read_yaml
from pipeline.settings import PROJECT, ConfigurationError
from tests.ingest.door import CONTRACTS, stage_file

BOMB = "\n".join(
    ["a: &a [x, x]"]
    + [f"{new}: &{new} [*{old}, *{old}]" for old, new in zip("abcdefgh", "bcdefghi", strict=True)]
)
YAML = {
    "python object": (
        "a: !!python/object/apply:os.system ['touch {folder}/sprung']",
        "cannot be read as YAML",
    ),
    "bomb": (BOMB, "holds an alias"),
    "too large": ("a: " + "x" * 1_000_001, "is larger than"),
}


@pytest.mark.parametrize(("text", "says"), YAML.values(), ids=YAML.keys())
def test_hostile_yaml_is_refused_in_one_sentence_and_bounded_memory(
    tmp_path: Path, text: str, says: str
) -> None:
    file = tmp_path / "_bad__sources.yml"
    file.write_text(text.replace("{folder}", str(tmp_path)))
    tracemalloc.start()
    with pytest.raises(ConfigurationError, match=says):
        read_yaml(file)
    assert tracemalloc.get_traced_memory()[1] < 30_000_000
    tracemalloc.stop()
    assert not (tmp_path / "sprung").exists()


def test_no_module_imports_what_runs_a_stored_program() -> None:
    forbidden = {"pickle", "cPickle", "dill", "cloudpickle", "joblib", "shelve", "marshal", "torch"}
    for file in (PROJECT / "pipeline").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            names = {node.module or ""} if isinstance(node, ast.ImportFrom) else set()
            names |= {each.name for each in node.names} if isinstance(node, ast.Import) else set()
            assert not {name.split(".")[0] for name in names} & forbidden, file
            assert not (isinstance(node, ast.Attribute) and node.attr in ("read_pickle", "to_pickle")), file
            assert not (isinstance(node, ast.keyword) and node.arg == "allow_pickle"), file


@pytest.mark.parametrize("part", ["workbook", "worksheets/sheet1", "sharedStrings", "styles"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_workbook_that_declares_entities_is_refused(tmp_path: Path, part: str, encoding: str) -> None:
    contract = next(each for each in CONTRACTS if each.source_id == "sharp_object_admissions")
    text = f'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>{contract.sheet}&e;</x>'
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as package:
        for name in {"workbook", part}:
            package.writestr(f"xl/{name}.xml", text.encode(encoding) if name == part else "<workbook/>")
    (tmp_path / "sharp.xlsx").write_bytes(packed.getvalue())
    line = stage_file(tmp_path / "sharp.xlsx", contract, tmp_path / "scratch").line
    assert line.status == "refused"
    assert line.reason.startswith("the workbook declares entities")
