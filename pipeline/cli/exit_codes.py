"""What a command ends with, as the design fixes it."""

USAGE, REFUSED, WARNINGS, LOCKED, CHAIN_BROKEN, IDENTIFIERS, BUILD_FAILED, SURROUNDINGS = range(2, 10)
