"""What a build leaves behind does not lead the next one astray."""

from __future__ import annotations

from pathlib import Path

from pipeline.warehouse import forget_other_project


def test_what_dbt_remembers_of_a_project_in_another_folder_is_forgotten(tmp_path: Path) -> None:
    scratch, memory = tmp_path / "dbt", tmp_path / "dbt" / "partial_parse.msgpack"
    forget_other_project(scratch, tmp_path / "here")
    memory.write_bytes(b"here")
    forget_other_project(scratch, tmp_path / "here")
    assert memory.exists()
    forget_other_project(scratch, tmp_path / "there")
    assert not memory.exists()
