"""This service in a process of its own: what `beaconfire serve geo` runs."""

from beaconfire_geo.main import build_apart
from beaconfire_platform.process.apart import serve

if __name__ == "__main__":
    serve("geo", build_apart)
