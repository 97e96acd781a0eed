"""What limits a cell, what would help it, which cell serves best, and which experiment tells most."""
