"""This service in a process of its own: what `beaconfire serve dispatch` runs."""

from beaconfire_dispatch.main import build_apart
from beaconfire_platform.process.apart import serve

if __name__ == "__main__":
    serve("dispatch", build_apart)
