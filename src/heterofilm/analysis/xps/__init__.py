"""X-ray photoelectron spectra: backgrounds, line shapes, constrained fits, shares of oxidation states, atomic ratios."""
