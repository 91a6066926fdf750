"""The beaconfire command: the all-in-one node, the demo city, simulation, benchmarks."""
