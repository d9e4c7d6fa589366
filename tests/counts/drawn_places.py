"""The places and months of a miniature Exampleshire."""

from __future__ import annotations

from datetime import date

Row = dict[str, object]

AREA = "X23000001"
DISTRICTS = ("X06000001", "X06000002", "X06000003", "X06000004", "X06000005")
# Two LSOAs a district, an MSOA each; the last two share one.
LSOAS = {f"X0100000{number}": (f"X0200000{min(number, 9)}", DISTRICTS[number // 2]) for number in range(10)}
ELSEWHERE = ("X01999999", "X06900001")
MONTHS = [date(year, month, 1) for year in range(2019, 2025) for month in range(1, 13)][3:-9]
