"""The beaconfire command: the all-in-one node, the demo city, simulation, benchmarks."""

__version__ = "0.1.0"
