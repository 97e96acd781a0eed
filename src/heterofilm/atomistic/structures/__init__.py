"""Crystals and interfaces of two crystals."""
