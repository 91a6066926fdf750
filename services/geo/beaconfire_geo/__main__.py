"""This service in a process of its own: what `beaconfire serve geo` runs.

`check-layer` is the process that an import has its map checked by: it reads that map, and of the
service no more than this needs, as each import waits for its start.
"""

import os
import sys

if __name__ == "__main__":
    if sys.argv[1:] == ["check-layer"]:
        from beaconfire_geo.adapters.import_check import main
        from beaconfire_geo.adapters.levels import load_levels
        from beaconfire_geo.entrypoints.layer_schemas import FeatureIn, preview_out
        from beaconfire_geo.settings import GeoSettings

        main(
            load_levels(GeoSettings.from_environment(os.environ).levels),
            FeatureIn.model_validate,
            lambda preview: preview_out(preview).model_dump(mode="json"),
        )
    else:
        from beaconfire_geo.main import build_apart
        from beaconfire_platform.process.apart import serve

        serve("geo", build_apart)
