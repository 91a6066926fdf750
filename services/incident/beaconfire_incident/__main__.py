"""This service in a process of its own: what `beaconfire serve incident` runs."""

from beaconfire_incident.main import build_apart
from beaconfire_platform.process.apart import serve

if __name__ == "__main__":
    serve("incident", build_apart)
