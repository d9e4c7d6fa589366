"""Faults 1 to 12 and 37: what a file is made of, before anybody asks what its cells mean."""

from __future__ import annotations

import gzip
import threading
import time
from pathlib import Path

import pytest

from pipeline import plan, snapshots
from pipeline.ingest.delivered import READ_SIZE
from tests.faults.fault import (
    CONTRACTS,
    NAME,
    OK,
    REFUSED,
    WARNINGS,
    Fault,
    Sna,
    check_fault,
    contracts_with,
    crime,
    ingest_with,
    police,
)
from tests.ingest.door import POLICE, deliver, open_door, read_extract

TWO = police(crime(1), crime(2))
QUOTED = 'c2,"X23000001,X06000001,2024-03-01,8N,Y'

NOTED = POLICE.strip() + ",location_type\n"


def stray(number: int) -> str:
    """A row in which one quotation mark stands before or after the flag, where none belongs."""
    return crime(number, flag='"Y' if number == 2 else 'Y"')


READING = {
    "fault 1: zero bytes": Fault(b"", REFUSED, "the file is empty"),
    "fault 1: line ends alone": Fault(b"\r\n\r\n", REFUSED, "the file is empty"),
    "fault 1: blank lines before everything": Fault(
        b"\n" * 1_100_000 + TWO, REFUSED, "no header was found within the first 20 lines, which are blank"
    ),
    "fault 1: thirty blank lines before everything": Fault(
        b"\r\n" * 30 + TWO, REFUSED, "no header was found within the first 20 lines, which are blank"
    ),
    "fault 1: blank lines and nothing else": Fault(b"\n" * 1_100_000, REFUSED, "the file is empty"),
    "fault 2: header only": Fault(POLICE.encode(), REFUSED, "the file has a header and no rows"),
    "fault 2: header only, where the contract allows it": Fault(
        POLICE.encode(), WARNINGS, "the file has a header and no rows", contracts=contracts_with(allows_empty=True)
    ),
    "fault 4: no line end after the last row": Fault(TWO.rstrip(b"\n"), OK, counts=(2, 2, 0)),
    "fault 4: last row cut": Fault(
        TWO[:-14], WARNINGS, "", (2, 1, 1), [(3, "", "expected 6 fields, found 4")]
    ),
    "fault 5: quotation mark never closes": Fault(
        police(crime(1), QUOTED, crime(3)), REFUSED, "a quotation mark opens on line 3 and never closes"
    ),
    "fault 5: two stray marks take in whole rows": Fault(
        police(crime(1), stray(2), *map(crime, range(3, 22)), stray(22), crime(23)), REFUSED,
        "the quotation mark that opens on line 3 takes in the 20 lines below it, which look like rows",
    ),
    "fault 5: two stray marks on lines one after the other": Fault(
        police(crime(1), stray(2), stray(3), crime(4)), REFUSED,
        "the quotation mark that opens on line 3 takes in the line below it, which looks like a row",
    ),
    "fault 5: text that never closes and text that never opens": Fault(
        police(f'{crime(1)},"hit, ran', f"{crime(2)},", f"{crime(3)},", f'{crime(4)},hit, ran"', header=NOTED),
        REFUSED, "the quotation mark that opens on line 2 takes in the 3 lines below it",
    ),
    "fault 5: prose on several lines": Fault(
        police(f'{crime(1)},"He took:\nphone, keys, wallet, watch, bag, coat, hat\nand ran, all of it"', header=NOTED),
        OK, "", (1, 1, 0),
    ),
    "fault 5: prose on two lines": Fault(
        police(f'{crime(1)},"A list\nphone, keys, wallet, watch, bag, coat, hat"', header=NOTED), OK, "", (1, 1, 0),
    ),
    "fault 5: lines of a list without its commas": Fault(
        police(f'{crime(1)},"a,b\nc,d\n\ne,f,g,h,i\nj"', header=NOTED), OK, "", (1, 1, 0),
    ),
    "fault 6: ragged rows": Fault(
        police(crime(1), crime(2).removesuffix(",Y"), f"{crime(3)},more", "one"), WARNINGS, "", (4, 1, 3),
        [(3, "", "expected 6 fields, found 5"), (4, "", "expected 6 fields, found 7"),
         (5, "", "expected 6 fields, found 1")],
    ),
    "fault 7: NUL bytes": Fault(TWO + b"\x00\x00", REFUSED, "the file holds NUL bytes"),
    "fault 7: packed under the name of a text": Fault(
        gzip.compress(TWO), REFUSED, "the file is packed (gzip), whatever its name says: unpack it first"
    ),
    "fault 7: packed twice": Fault(
        gzip.compress(gzip.compress(TWO)), REFUSED, "the file is packed (gzip)", name=f"{NAME}.gz"
    ),
    "fault 8: byte order mark": Fault(b"\xef\xbb\xbf" + TWO, OK, "the text carries a UTF-8 mark", (2, 2, 0)),
    "fault 10: mixed encodings": Fault(
        police(crime(1), "caf\u00e9", "caf*").replace(b"*", b"\xe9"), REFUSED,
        "the file mixes two encodings, UTF-8 on line 3 and CP1252 on line 4",
    ),
    "fault 10: a byte of no encoding": Fault(
        police(crime(1), "caf*").replace(b"*", b"\x81"), REFUSED, "line 3 holds a byte that is neither"
    ),
    "fault 11: Excel's Unicode text": Fault(
        TWO.replace(b",", b"\t").decode().encode("utf-16"), WARNINGS, "text was in UTF-16", (2, 2, 0)
    ),
    "fault 11: UTF-16 cut in a character": Fault(
        TWO.decode().encode("utf-16")[:-1], REFUSED, "the text is damaged UTF-16"
    ),
    "fault 12: semicolons": Fault(TWO.replace(b",", b";"), WARNINGS, "cells are divided by semicolons", (2, 2, 0)),
    "fault 12: tabs": Fault(TWO.replace(b",", b"\t"), WARNINGS, "cells are divided by tabs", (2, 2, 0)),
    "fault 12: upright strokes": Fault(TWO.replace(b",", b"|"), WARNINGS, "divided by upright strokes", (2, 2, 0)),
    "fault 12: a delimiter that nobody knows": Fault(
        TWO.replace(b",", b"^"), REFUSED, "the required columns 'crime_id_pseudo'"
    ),
    "fault 37: a cell of 10 MB": Fault(police(crime(1), "x" * 10_000_000), REFUSED, "line 3 is longer than"),
    "fault 37: a quoted cell of 10 MB on many lines": Fault(
        police(crime(1), 'c2,"' + "x\n" * 5_000_000 + '",,,,'), REFUSED,
        "the cell that begins on line 3 is longer than",
    ),
    "fault 37: 2,000 columns": Fault(
        police(header=POLICE.strip() + "".join(f",x{i}" for i in range(1_994)) + "\n"), REFUSED,
        "line 1: the header names 2,000 columns, more than 1,000",
    ),
}  # fmt: skip


@pytest.mark.parametrize("fault", READING.values(), ids=READING.keys())
def test_reading(fault: Fault, tmp_path: Path, sna: Sna, monkeypatch: pytest.MonkeyPatch) -> None:
    check_fault(fault, tmp_path, sna, monkeypatch)


def test_fault_3_growing_file_waits_and_is_taken_in_by_the_next_run(
    tmp_path: Path, sna: Sna, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(snapshots, "SETTLED", 60.0)
    monkeypatch.setattr(snapshots, "PAUSE", 0.5)
    monkeypatch.setattr(plan, "read_contracts", lambda _: CONTRACTS)
    settings = open_door(tmp_path)
    deliver(settings, "police_crimes_sound.csv", police("s1,X23000001,X06000001,2024-02-01,8N,Y"))
    file = deliver(settings, NAME, police(crime(1)))
    is_done = threading.Event()

    def append() -> None:
        number = 1
        while not is_done.wait(0.05):
            number += 1
            with file.open("ab") as stream:
                stream.write(f"{crime(number)}\n".encode())

    writer = threading.Thread(target=append)
    writer.start()
    time.sleep(0.1)
    first = sna("ingest", "--workspace", tmp_path)
    is_done.set()
    writer.join()
    assert first.code == WARNINGS
    assert f"Waiting: {NAME}: it is still being written: it is left for the next run" in first.err
    assert read_extract(settings, "police_crimes", "crime_id") == [("s1",)]
    assert "Waiting" not in sna("ingest", "--workspace", tmp_path).err
    rows = file.read_bytes().count(b"\n") - 1
    assert len(read_extract(settings, "police_crimes")) == rows + 1 > 2


@pytest.mark.parametrize(("told", "status"), [(2, "accepted"), (3, "refused")])
def test_fault_4_fewer_rows_than_the_manifest_says_are_refused(
    tmp_path: Path, told: int, status: str
) -> None:
    settings = open_door(tmp_path)
    deliver(settings, "manifest.csv", f"file,rows\n{NAME},{told}\n".encode())
    deliver(settings, NAME, TWO)
    [line] = [each for each in ingest_with(settings, CONTRACTS).deliveries if each.file_name == NAME]
    assert line.status == status
    assert line.reason.startswith("it holds 2 rows, and the supplier's manifest says 3" if told == 3 else "")


def test_fault_9_windows_text_is_kept_to_the_letter(tmp_path: Path) -> None:
    settings = open_door(tmp_path)
    words = "\u201cGirl\u2019s\u201d bar \u2013 \u00a35 entry, caf\u00e9"
    content = police(f'{crime(1)},"{words}"', header=POLICE.strip() + ",location_type\n").decode()
    deliver(settings, NAME, content.encode("cp1252"))
    [line] = ingest_with(settings, CONTRACTS).deliveries
    assert "text was in Windows encoding (CP1252) and was converted" in line.warnings
    assert read_extract(settings, "police_crimes", "location_type") == [(words,)]


def test_fault_37_long_line_is_found_without_reading_the_rest(tmp_path: Path) -> None:
    import tracemalloc

    settings = open_door(tmp_path)
    deliver(settings, NAME, police(crime(1), "x" * 40_000_000))
    tracemalloc.start()
    [line] = ingest_with(settings, CONTRACTS).deliveries
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert line.status == "refused"
    assert peak < 20 * READ_SIZE


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the peak of memory is told by Linux")
def test_fault_38_memory_does_not_grow_with_the_rows(tmp_path: Path) -> None:
    """Ten million rows are the business of `make bench`: here 300,000 cost hardly more than 100,000."""
    peaks = [_peak_megabytes(tmp_path / str(count), count) for count in (100_000, 300_000)]
    assert peaks[1] < peaks[0] + 150, peaks


def _peak_megabytes(workspace: Path, count: int) -> float:
    import os
    import subprocess
    import sys

    from pipeline.settings import PROJECT

    settings = open_door(workspace)
    with (settings.deliveries / NAME).open("w", encoding="utf-8") as file:
        file.write(POLICE)
        file.writelines(f"{crime(number, f'2024-03-{number % 28 + 1:02}')}\n" for number in range(count))
    script = (
        "import re, sys; from pathlib import Path; from tests.ingest.door import *; "
        "from pipeline.settings import read_settings; "
        "seen = ingest(read_settings(Path(sys.argv[1]))); "
        # Of this program alone: what getrusage tells begins with the memory of the one that started it.
        "peak = re.search(r'VmHWM:\\s+(\\d+)', Path('/proc/self/status').read_text())[1]; "
        "print(seen.deliveries[0].accepted, peak)"
    )
    environment = {**os.environ, "PYTHONPATH": str(PROJECT)}
    done = subprocess.run([sys.executable, "-c", script, str(workspace)], capture_output=True, text=True,
                          check=True, env=environment)  # fmt: skip
    accepted, kilobytes = map(int, done.stdout.split())
    assert accepted == count
    return kilobytes / 1024
