"""Pure computing on places: geometry, grid index, road network, travel times."""
