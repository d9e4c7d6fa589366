"""Two lists agree: the faults of deliveries and of disclosure, and those that a test of this folder draws."""

from __future__ import annotations

import re
from pathlib import Path


def test_every_fault_of_a_delivery_or_of_disclosure_has_a_test() -> None:
    texts = (file.read_text(encoding="utf-8") for file in Path(__file__).parent.glob("test_*_faults.py"))
    drawn = [
        int(number)
        for text in texts
        for number in re.findall(r'^(?:    "fault |def test_fault_)(\d+)', text, re.M)
    ]
    # 47 is a canary: test_harm_canary.py.
    assert set(drawn) == set(range(1, 53)) - {47}
