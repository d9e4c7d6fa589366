"""The chart kinds of the report: one spec, drawn as SVG and as an interactive figure."""
