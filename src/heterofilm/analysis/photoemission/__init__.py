"""X-ray and ultraviolet photoemission: backgrounds, lines, fits, edges, quantities."""
