"""Somebody's published tables → what a reader can work out of their hidden cells."""
