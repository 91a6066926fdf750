"""This service in a process of its own: what `beaconfire serve geo` runs.

`check-layer` is the process that an import has its map checked by.
"""

import os
import sys

from beaconfire_geo.main import build_apart, check_layer
from beaconfire_platform.process.apart import serve

if __name__ == "__main__":
    if sys.argv[1:] == ["check-layer"]:
        check_layer(os.environ)
    else:
        serve("geo", build_apart)
