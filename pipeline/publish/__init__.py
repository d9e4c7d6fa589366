"""Marts → protected counts → values with intervals → published Parquet: the one folder the report reads."""
