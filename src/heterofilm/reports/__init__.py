"""Pages: chapters of words, tables and figures."""
