"""X-ray photoelectron spectra: backgrounds, line shapes, constrained fits, shares of states, atomic ratios."""
