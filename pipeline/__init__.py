"""Deliveries of police, health and education data in; a strategic needs assessment of violence out."""
