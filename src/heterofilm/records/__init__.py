"""What everything above speaks: records, measurements, spectra, results."""

from . import battery_data_format as battery_data_format  # which teaches `Record.read` its tables
