"""Drawing: a figure, its two back ends, scenes in space."""
