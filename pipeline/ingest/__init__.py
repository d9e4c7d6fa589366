"""Deliveries as received → accepted, quarantined or refused, each with its line in the ledger."""
