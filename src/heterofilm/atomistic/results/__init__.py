"""Computed results: stored, recorded, packed, and what cells and junctions take of them."""
