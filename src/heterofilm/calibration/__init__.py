"""Values of the library from measured rows."""
