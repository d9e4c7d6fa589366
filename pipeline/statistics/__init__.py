"""Rates, shares, ratios, differences, control limits and concentration: pure functions on arrays."""
