"""Diffraction and Raman: peaks, phases, sizes and strains."""
