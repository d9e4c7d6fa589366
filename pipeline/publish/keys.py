"""What names one published figure."""

CELL = [
    "indicator_id", "lens_id", "area_code", "area_type", "period_type", "period_start", "period_end",
    "breakdown", "breakdown_value", "split",
]  # fmt: skip
