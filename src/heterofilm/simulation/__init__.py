"""Cells under protocols: runs, batches, checkpoints, spectra."""
