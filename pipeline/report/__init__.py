"""From published figures to the report: the only stage that writes for readers."""
