"""Synthetic data: instrument files of a sample whose truth is known, with noise, drift and artefacts of real ones."""
