"""A module a family of exhibits: published cells in, an exhibit out, or None where no figure is published."""
