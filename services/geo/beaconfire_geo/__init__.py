"""Geo: where it is. Layers of divisions and cells, placing, positions."""
