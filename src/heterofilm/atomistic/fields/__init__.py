"""What stands on grids: densities, potentials, localisation, states, and what is read from them."""
