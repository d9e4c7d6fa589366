"""Where a published figure comes from: read from the published folder, the definitions and dbt's manifest alone."""
