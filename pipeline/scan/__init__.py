"""A written report read back from disk: every number in it is a published one, or the template's, or an axis."""
