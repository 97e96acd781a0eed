"""One module per family of file formats; each lists its `Format` objects under the name ``FORMATS``."""
