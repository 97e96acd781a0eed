"""Cycles, dQ/dV, voltammograms and titrations."""
