"""What a command ends with, as the design fixes it."""

USAGE, REFUSED, WARNINGS, LOCKED, DISCLOSURE, IDENTIFIERS, BUILD_FAILED, SURROUNDINGS = range(2, 10)
