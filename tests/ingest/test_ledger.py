"""The ledger: one line a delivery, none for the same file again, and none that can be changed unnoticed."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.ingest import land
from pipeline.register import BrokenChain, append_ledger, current_deliveries, read_ledger
from pipeline.settings import ConfigurationError, SetAside, Settings
from tests.ingest.door import POLICE, deliver, ingest, open_door, read_extract, read_rejects

NAME = "police_crimes_2024-03.csv"


def crimes(*ids: str, district: str = "X06000001") -> bytes:
    rows = (f"{each},X23000001,{district},2024-03-01,8N,Y\n" for each in ids)
    return (POLICE + "".join(rows)).encode()


def ledger(settings: Settings) -> list[tuple[str, str]]:
    return [(line.file_name, line.status) for line in read_ledger(settings.register)]


def counted(settings: Settings) -> list[str]:
    """The crimes that dbt would read, by the deliveries that dbt would be told of."""
    current = current_deliveries(read_ledger(settings.register), settings.assessment.name)
    rows = read_extract(settings, "police_crimes", "crime_id, delivery_id")
    return [crime for crime, delivery in rows for line in current if line.delivery_id == delivery]


def tree(folder: Path) -> dict[str, tuple[int, bytes]]:
    return {
        str(file.relative_to(folder)): (file.stat().st_mtime_ns, file.read_bytes())
        for file in folder.rglob("*")
        if file.is_file()
    }


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return open_door(tmp_path)


def test_same_file_again_writes_nothing(settings: Settings) -> None:
    deliver(settings, NAME, crimes("c1", "c2"))
    deliver(settings, "refused.csv", b"a,b\n1,2\n")
    first = ingest(settings)
    before = tree(settings.workspace / "data")
    second = ingest(settings)
    assert second.deliveries == first.deliveries
    assert (len(first.new), second.new) == (2, ())
    assert tree(settings.workspace / "data") == before


def test_changed_content_under_the_same_name_supersedes(settings: Settings) -> None:
    deliver(settings, NAME, crimes("c1") + b"bad row\n")
    [old] = ingest(settings).new
    deliver(settings, NAME, crimes("c2"))
    [new] = ingest(settings).new
    assert counted(settings) == ["c2"]
    assert read_rejects(settings, old) == []
    assert (ledger(settings), new.rejected) == ([(NAME, "accepted")] * 2, 0)


def test_earlier_content_sent_again_stands_again(settings: Settings) -> None:
    for ids in ("c1", "c2", "c1"):
        deliver(settings, NAME, crimes(ids))
        ingest(settings)
    assert counted(settings) == ["c1"]
    assert ingest(settings).new == ()


def test_unreadable_replacement_leaves_the_last_good_delivery(settings: Settings) -> None:
    deliver(settings, NAME, crimes("c1"))
    ingest(settings)
    deliver(settings, NAME, b"")
    assert [line.status for line in ingest(settings).new] == ["refused"]
    assert counted(settings) == ["c1"]
    assert ingest(settings).new == ()


def test_same_content_under_two_names_is_counted_once(settings: Settings) -> None:
    deliver(settings, NAME, crimes("c1"))
    deliver(settings, f"copy/{NAME}", crimes("c1"))
    ingest(settings)
    assert counted(settings) == ["c1"]
    assert ledger(settings) == [(f"copy/{NAME}", "accepted"), (NAME, "set_aside")]
    [_, copy] = read_ledger(settings.register)
    assert copy.reason == f"it is the same, byte for byte, as copy/{NAME}, which is read"
    assert ingest(settings).new == ()


def test_folder_named_one_level_deeper_counts_nothing_twice(settings: Settings) -> None:
    deliver(settings, f"police/{NAME}", crimes("c1"))
    ingest(settings)
    ingest(replace(settings, deliveries=settings.deliveries / "police"))
    assert counted(settings) == ["c1"]


def test_file_set_aside_later_is_no_longer_counted_until_it_is_read_again(settings: Settings) -> None:
    deliver(settings, NAME, crimes("c1"))
    deliver(settings, "police_crimes_other.csv", crimes("c2"))
    rule = SetAside(pattern=NAME, reason="Sent by mistake.")
    aside = replace(settings, assessment=replace(settings.assessment, set_aside=(rule,)))
    for at, expected in (
        (settings, ["c1", "c2"]),
        (aside, ["c2"]),
        (settings, ["c1", "c2"]),
        (aside, ["c2"]),
    ):
        ingest(at)
        assert sorted(counted(settings)) == expected
        assert ingest(at).new == ()


def test_two_assessments_share_a_register_and_no_delivery(settings: Settings) -> None:
    other = replace(settings, assessment=replace(settings.assessment, name="other"))
    deliver(settings, NAME, crimes("c1"))
    assert len(ingest(settings).new) == len(ingest(other).new) == 1
    assert read_extract(other, "police_crimes", "crime_id") == [("c1",)]


def test_interrupted_ingest_converges(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def fall_over(*_: object) -> None:
        raise KeyboardInterrupt

    deliver(settings, NAME, crimes("c1"))
    ingest(settings)
    undisturbed = tree(settings.extracts)
    deliver(settings, NAME, crimes("c2"))
    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(land, "append_ledger", fall_over)
        ingest(settings)
    assert ledger(settings) == [(NAME, "accepted")]
    deliver(settings, NAME, crimes("c1"))
    (settings.extracts / "police_crimes" / "left.partial").write_bytes(b"half")
    ingest(settings)
    assert tree(settings.extracts) == undisturbed


def test_deleted_extract_is_rebuilt_with_the_same_bytes_and_no_new_line(settings: Settings) -> None:
    deliver(settings, NAME, crimes("c1") + b"bad row\n")
    [line] = ingest(settings).new
    before = {name: content for name, (_, content) in tree(settings.curated).items()}
    for file in (*settings.extracts.rglob("*.parquet"), *settings.rejects.rglob("*.parquet")):
        file.unlink()
    seen = ingest(settings)
    assert (seen.deliveries, seen.new) == ((line,), ())
    assert {name: content for name, (_, content) in tree(settings.curated).items()} == before


def test_extract_that_cannot_be_rebuilt_is_an_error_not_a_gap(settings: Settings) -> None:
    deliver(settings, NAME, crimes("c1"))
    deliver(settings, "police_crimes_other.csv", crimes("c2"))
    [line, _] = ingest(settings).new
    (settings.deliveries / NAME).unlink()
    assert sorted(counted(settings)) == ["c1", "c2"]
    (settings.extracts / "police_crimes" / f"{line.delivery_id}.parquet").unlink()
    with pytest.raises(ConfigurationError, match=f"{NAME} was taken in earlier and its extract is gone"):
        ingest(settings)


def write_three(settings: Settings) -> Path:
    for number in range(3):
        deliver(settings, f"police_crimes_{number}.csv", crimes(f"c{number}"))
    ingest(settings)
    return settings.register / "ledger.jsonl"


@pytest.mark.parametrize("number", [1, 2, 3])
@pytest.mark.parametrize(
    "alter",
    [
        lambda line: line.replace('"accepted": 1', '"accepted": 2'),
        lambda line: line[:-20] + "\n",
        lambda _: "\n",
        lambda _: "[]\n",
        lambda _: "{}\n",
        lambda line: json.dumps({**json.loads(line), "more": 1}) + "\n",
        lambda line: line + line,
    ],
    ids=["number", "cut", "blank", "list", "empty", "more", "twice"],
)
def test_altered_line_breaks_the_chain_and_is_named(settings: Settings, number: int, alter) -> None:  # type: ignore[no-untyped-def]
    file = write_three(settings)
    lines = file.read_text().splitlines(keepends=True)
    altered = alter(lines[number - 1])
    assert altered != lines[number - 1]
    file.write_text("".join([*lines[: number - 1], altered, *lines[number:]]))
    named = number + 1 if altered.endswith(lines[number - 1]) else number
    with pytest.raises(BrokenChain, match=f"line {named} is not as it was written"):
        ingest(settings)


def test_removed_line_breaks_the_chain(settings: Settings) -> None:
    file = write_three(settings)
    first, _, third = file.read_text().splitlines(keepends=True)
    file.write_text(first + third)
    with pytest.raises(BrokenChain, match="line 2"):
        read_ledger(settings.register)


def test_write_that_was_cut_off_is_no_part_of_the_ledger(settings: Settings) -> None:
    file = write_three(settings)
    whole = file.read_bytes()
    last = whole.splitlines(keepends=True)[-1]
    file.write_bytes(whole + last[: len(last) // 2])
    assert len(read_ledger(settings.register)) == 3
    append_ledger(settings.register, [read_ledger(settings.register)[0]])
    assert len(read_ledger(settings.register)) == 4
    assert file.read_bytes().startswith(whole)


def test_name_with_a_line_separator_stays_one_line(settings: Settings) -> None:
    [delivery] = read_ledger(write_three(settings).parent)[:1]
    append_ledger(settings.register, [replace(delivery, file_name="a\u2028b\x85c\nd")])
    assert read_ledger(settings.register)[-1].file_name == "a\u2028b\x85c\nd"
