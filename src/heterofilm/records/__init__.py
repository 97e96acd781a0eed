"""What everything above speaks: records, measurements, spectra, results."""
