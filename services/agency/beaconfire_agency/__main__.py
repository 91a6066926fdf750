"""This service in a process of its own: what `beaconfire serve agency` runs."""

from beaconfire_agency.main import build_apart
from beaconfire_platform.process.apart import serve

if __name__ == "__main__":
    serve("agency", build_apart)
