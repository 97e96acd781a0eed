"""Lattice fringes, phase maps and cross-sections."""
