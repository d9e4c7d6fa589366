"""The door where files meet: two of one name, archives as wholes, copies of what was lost, days that differ."""

from __future__ import annotations

import io
import shutil
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from pipeline.ingest import land
from pipeline.ingest.land import ingest_files, ingest_folder
from pipeline.ingest.manifest import read_manifests
from pipeline.register import read_ledger
from pipeline.settings import Settings
from tests.cli.area import Ran, run_sna
from tests.faults.fault import crime, police
from tests.ingest.door import AS_OF, CONTRACTS, deliver, ingest, open_door, read_extract
from tests.ingest.histories import KINDS, counted, current, rows, take_all, write_file

Sna = Callable[..., Ran]
JANUARY, FEBRUARY, MARCH = "2024-01", "2024-02", "2024-03"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return open_door(tmp_path)


@pytest.fixture
def sna(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], settings: Settings) -> Sna:
    workspace = settings.deliveries.parents[1]
    return lambda *words: run_sna(monkeypatch, capsys, *words, "--workspace", workspace)


def packed(**members: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in members.items():
            archive.writestr(f"{name}.csv", content)
    return buffer.getvalue()


def test_two_named_files_of_one_name_leave_the_later_one(settings: Settings, tmp_path: Path) -> None:
    files = []
    for folder, last in (("p", 6), ("q", 7)):
        file = tmp_path / "named" / folder / "police_crimes_x.csv"
        file.parent.mkdir(parents=True)
        (file.parent / "SYNTHETIC.txt").touch()
        file.write_bytes(police(*(crime(number) for number in range(1, last))))
        files.append(file)
    for _ in range(2):
        ingest_files(settings, CONTRACTS, files, AS_OF)
        assert [line.accepted for line in current(settings)] == [6]
        assert len(read_extract(settings, "police_crimes", "crime_id")) == 6


def test_old_file_does_not_come_back_because_its_heir_was_tidied_away(settings: Settings) -> None:
    write_file(settings, "records_1.csv", rows(JANUARY, *range(10)))
    take_all(settings)
    write_file(settings, "records_2.csv", rows(JANUARY, *range(10), amount=2))
    take_all(settings)
    (settings.deliveries / "records_2.csv").unlink()
    [aside] = take_all(settings).deliveries
    assert (aside.status, aside.reason) == (
        "set_aside",
        "records_2.csv took its place; to bring it back, name it: sna ingest FILE",
    )
    assert [line.file_name for line in current(settings)] == ["records_2.csv"]
    # Named, it comes back; put back under its heir's name, it does too.
    ingest_files(settings, KINDS, [settings.deliveries / "records_1.csv"], AS_OF)
    assert [line.file_name for line in current(settings)] == ["records_1.csv"]


def test_file_whose_old_content_is_put_back_under_its_name_counts_again(settings: Settings) -> None:
    for amount in (1, 2, 1):
        write_file(settings, "records.csv", rows(JANUARY, *range(10), amount=amount))
        take_all(settings)
    assert set(read_extract(settings, "records", "amount")) == {(1,)}


def test_rebuild_on_another_day_is_judged_by_the_day_of_its_coming(settings: Settings) -> None:
    later = police(*(crime(number) for number in range(10)), crime(99, recorded="2026-06-20"))
    deliver(settings, "police_crimes_x.csv", later)
    first = ingest_folder(settings, CONTRACTS, date(2026, 6, 1))
    assert [(line.accepted, line.rejected) for line in first.new] == [(10, 1)]
    shutil.rmtree(settings.curated)
    for day in (date(2026, 7, 1), date(2026, 7, 2)):
        seen = ingest_folder(settings, CONTRACTS, day)
        assert seen.new == ()
        assert [(line.accepted, line.rejected) for line in seen.deliveries] == [(10, 1)]
        assert len(read_extract(settings, "police_crimes", "crime_id")) == 10


def test_missing_month_of_one_sender_is_not_hidden_by_another(settings: Settings) -> None:
    write_file(settings, "records_a1.csv", rows(JANUARY, 1, 2))
    both = rows(JANUARY, 11, force="B") + rows(FEBRUARY, 12, force="B")
    write_file(settings, "records_b.csv", both)
    take_all(settings)
    write_file(settings, "records_a2.csv", rows(MARCH, 3, 4))
    [line] = [line for line in take_all(settings).new if line.status == "accepted"]
    assert f"no delivery holds {FEBRUARY}: figures of those periods are not available" in line.warnings


def test_rows_of_a_refused_delivery_are_in_no_sum(settings: Settings, sna: Sna) -> None:
    deliver(settings, "police_crimes_a.csv", police(*(crime(number) for number in range(10))))
    bad = [crime(100 + number, recorded="never") for number in range(40)]
    deliver(settings, "police_crimes_b.csv", police(*(crime(200 + number) for number in range(60)), *bad))
    ran = sna("ingest")
    assert ran.out.startswith("1 deliveries read (1 new), 10 rows: 10 accepted, 0 held back;")
    assert "Refused: police_crimes_b.csv: 40 of its 100 rows cannot be used" in ran.err
    assert [line.rows_in for line in read_ledger(settings.register) if line.status == "refused"] == [0]


def test_rule_is_accepted_for_a_file_inside_an_archive(settings: Settings, sna: Sna) -> None:
    bad = [crime(100 + number, recorded="never") for number in range(40)]
    file = deliver(
        settings,
        "crimes.zip",
        packed(police_crimes_b=police(*(crime(number) for number in range(60)), *bad)),
    )
    assert sna("ingest", file).code == 3
    accepted = sna("ingest", file, "--accept", "rejected_share", "--reason", "they said so")
    assert (accepted.code, [line.accepted for line in current(settings)]) == (4, [60])


def damaged(content: bytes, word: bytes) -> bytes:
    """An archive in which one letter of a stored word was changed: its check sum no longer fits."""
    assert word in content
    return content.replace(word, bytes(reversed(word)))


def test_nothing_of_an_archive_comes_in_where_one_file_is_damaged(settings: Settings, sna: Sna) -> None:
    sound = police(crime(1), crime(2))
    content = packed(
        police_crimes_a=sound, police_crimes_b=police(crime(3, offence="105A")), police_crimes_c=sound
    )
    file = deliver(settings, "crimes.zip", damaged(content, b"105A"))
    ran = sna("ingest", file)
    assert (ran.code, current(settings)) == (3, ())
    assert "Refused: crimes.zip: " in ran.err
    checked = sna("check", file)
    assert checked.code == 3
    assert "Would be refused" in checked.out


def test_check_after_the_curated_folder_was_emptied(settings: Settings, sna: Sna) -> None:
    deliver(settings, "police_crimes_a.csv", police(*(crime(number) for number in range(10))))
    ingest(settings)
    shutil.rmtree(settings.curated)
    file = deliver(settings, "police_crimes_b.csv", police(*(crime(number) for number in range(5, 15))))
    checked = sna("check", file)
    assert checked.code == 4
    assert "1 earlier deliveries must be read again before it can be compared" in checked.out
    named = sna("ingest", file)
    assert (named.code, named.out) == (2, "")
    assert "earlier deliveries must be read again first, police_crimes_a.csv among them" in named.err
    assert [line.file_name for line in read_ledger(settings.register)] == ["police_crimes_a.csv"]


def test_check_says_what_ingest_does_with_a_file_of_the_wrong_kind(
    settings: Settings, sna: Sna, tmp_path: Path
) -> None:
    file = tmp_path / "elsewhere" / "police_crimes_x.csv"
    file.parent.mkdir()
    file.write_bytes(police(crime(1)))
    for command in ("check", "ingest"):
        ran = sna(command, file)
        assert ran.code == 3
        assert "its folder is not marked as made up" in ran.out + ran.err


def test_check_knows_that_a_rule_was_accepted(settings: Settings, sna: Sna) -> None:
    bad = [crime(100 + number, recorded="never") for number in range(40)]
    file = deliver(settings, "police_crimes_b.csv", police(*(crime(number) for number in range(60)), *bad))
    assert sna("check", file).code == 3
    sna("ingest", file, "--accept", "rejected_share", "--reason", "they said so")
    ran = sna("check", file)
    assert ran.code == 4
    assert "accepted although 40 of its 100 rows cannot be used" in ran.out


def test_file_named_after_a_person_is_blocked_and_its_name_stands_nowhere(
    settings: Settings, sna: Sna
) -> None:
    name = "police_crimes_aisha.khan@mail.co.uk_9434765919.csv"
    file = deliver(settings, name, police(crime(1)))
    packed_file = deliver(settings, "crimes.zip", packed(**{name.removesuffix(".csv"): police(crime(2))}))
    told = ""
    for words in (("check", file), ("ingest", file), ("ingest", packed_file), ("ingest",)):
        ran = sna(*words)
        assert ran.code == 7, words
        told += ran.out + ran.err
    kept = [
        each for each in settings.workspace.rglob("*") if each.is_file() and each not in (file, packed_file)
    ]
    assert "9434765919" not in told + "".join(map(str, kept))
    assert not [each for each in kept if b"9434765919" in each.read_bytes()]


def test_named_link_is_refused(settings: Settings, sna: Sna) -> None:
    file = deliver(settings, "police_crimes_a.csv", police(crime(1)))
    link = settings.deliveries / "police_crimes_link.csv"
    link.symlink_to(file)
    for command in ("check", "ingest"):
        ran = sna(command, link)
        assert ran.code == 3
        assert "it is a symbolic link" in ran.out + ran.err


def test_refused_lookup_ends_as_if_it_had_been_named(settings: Settings, sna: Sna) -> None:
    deliver(settings, "police_crimes_a.csv", police(crime(1)))
    deliver(settings, "police_crimes_b.csv", b"nothing\n1\n")
    assert sna("ingest").code == 4
    deliver(settings, "lookup_lsoa21_msoa21_lad.csv", b"nothing\n1\n")
    assert sna("ingest").code == 3


def test_manifest_of_a_folder_below_or_behind_a_link_is_not_looked_at(tmp_path: Path) -> None:
    below, beside = tmp_path / "drop" / "below", tmp_path / "drop"
    below.mkdir(parents=True)
    (below / "manifest.csv").write_text("file,rows\na.csv,1\n")
    (tmp_path / "manifest_far.csv").write_text("file,rows\na.csv,2\n")
    (beside / "manifest_link.csv").symlink_to(tmp_path / "manifest_far.csv")
    assert read_manifests(beside, is_deep=False) == {}
    assert read_manifests(beside) == {"below/a.csv": 1}


def test_manifest_as_excel_writes_it_names_what_did_not_come(settings: Settings, sna: Sna) -> None:
    deliver(settings, "police_crimes_a.csv", police(crime(1)))
    deliver(settings, "crimes.zip", packed(police_crimes_b=police(crime(2))))
    rows = "police_crimes_a.csv;2\ncrimes.zip;1\npolice_crimes_b.csv;1\nlost.csv;1\n"
    deliver(settings, "manifest.csv", b"\xef\xbb\xbfFile name;Number of rows\n" + rows.encode())
    ran = sna("ingest")
    assert "Refused: police_crimes_a.csv: it holds 1 rows, and the supplier's manifest says 2" in ran.err
    assert "Note: the suppliers' lists name 1 files that are not here: lost.csv\n" in ran.err
    deliver(settings, "manifest_2.csv", b"what,how many\npolice_crimes_a.csv,2\n")
    assert "Note: manifest_2.csv was not understood: it needs a column of files" in sna("ingest").err


def test_file_that_grows_alone_in_the_folder_is_left_for_the_next_run(
    settings: Settings, sna: Sna, monkeypatch: pytest.MonkeyPatch
) -> None:
    deliver(settings, "police_crimes_a.csv", police(crime(1)))
    monkeypatch.setattr(land, "stable_files", lambda _: [])
    ran = sna("ingest")
    assert ran.code == 4
    assert "Waiting: police_crimes_a.csv: it is still being written: it is left for the next run\n" in ran.err
    assert sna("refresh").code == 2


def test_counts_of_two_months_stand_beside_each_other(settings: Settings) -> None:
    write_file(settings, "counts_1.csv", rows(JANUARY, *range(10)))
    write_file(settings, "counts_2.csv", rows(FEBRUARY, *range(10)))
    take_all(settings)
    assert counted(settings, "counts") == 20
