"""One paper, Yu et al. 2025: its claims, the targets of its calibration, its answers and its prose."""
