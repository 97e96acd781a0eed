"""Programs and potentials behind one interface: CHGNet, GPAW, CP2K."""
