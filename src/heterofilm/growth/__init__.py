"""From sputter powers and an anneal to a film."""
