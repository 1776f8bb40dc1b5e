"""Constraint families, one module each, all of one shape; see `model.rules.family`."""
