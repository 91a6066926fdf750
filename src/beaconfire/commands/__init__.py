"""The commands of `beaconfire`, one a module."""
