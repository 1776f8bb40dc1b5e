"""Reachable lanes and provenance labels: sparse sets in plain Python, no solver."""
