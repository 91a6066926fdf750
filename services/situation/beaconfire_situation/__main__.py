"""This service in a process of its own: what `beaconfire serve situation` runs."""

from beaconfire_platform.process.apart import serve
from beaconfire_situation.main import build_apart

if __name__ == "__main__":
    serve("situation", build_apart)
