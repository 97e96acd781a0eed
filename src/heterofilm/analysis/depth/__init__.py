"""What a sputtered depth profile says: scale, layers, edges, volume, surface."""
