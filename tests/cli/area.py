"""A small made-up area and a way to run `sna` in it."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from pipeline.cli import main
from tests.conftest import write_rows

LSOAS = [(f"X0100000{number}", f"X0200000{number}", f"X0600000{number // 2 + 1}") for number in range(10)]


def write_small_area(workspace: Path) -> Path:
    """Writes the deliveries of ten LSOAs in five districts; returns their folder."""
    folder = workspace / "data" / "raw" / "small"
    write_rows(
        folder / "lookup_lsoa21_msoa21_lad.csv",
        [
            {"lsoa21_code": lsoa, "msoa21_code": msoa, "msoa21_name": msoa, "lad_code": lad, "lad_name": lad}
            for lsoa, msoa, lad in LSOAS
        ],
    )
    write_rows(
        folder / "population_lsoa21.csv",
        [
            {"mid_year": year, "lsoa21_code": lsoa, "sex": sex, "age_band": age, "population": 400}
            for year in (2022, 2023)
            for lsoa, _, _ in LSOAS
            for sex in "FM"
            for age in ("0-4", "25-34")
        ],
    )
    for month in range(1, 4):
        write_rows(folder / f"police_crimes_2024-0{month}.csv", crimes(month))
    (folder / "SYNTHETIC.txt").write_text("SYNTHETIC\n")
    return folder


def crimes(month: int) -> list[dict[str, object]]:
    return [
        {"crime_id": f"c{month}-{number}-{lsoa}", "force_code": "X23000001", "lad_code": lad, "lsoa21_code": lsoa,
         "recorded_date": f"2024-0{month}-{day:02}", "ho_code": "8N", "da_flag": "Y" if day % 3 else "N",
         "victim_sex": "F"}
        for number, day in enumerate(range(1, 29, 3))
        for lsoa, _, lad in LSOAS
    ]  # fmt: skip


@dataclass(frozen=True)
class Ran:
    """How a command ended and what it printed."""

    code: int
    out: str
    err: str

    @property
    def sentence(self) -> str:
        """The one line that a failure prints."""
        assert self.err.startswith("sna: "), self.err
        assert self.err.count("\n") == 1, self.err
        assert "Traceback" not in self.out + self.err
        return self.err.removeprefix("sna: ").strip()


def run_sna(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *arguments: str | Path
) -> Ran:
    """Runs `sna` in this process, as its entry point does."""
    capsys.readouterr()
    monkeypatch.setattr(sys, "argv", ["sna", *map(str, arguments)])
    with pytest.raises(SystemExit) as ended:
        main.run_app()
    code = ended.value.code
    return Ran(code if isinstance(code, int) else 0, *capsys.readouterr())
