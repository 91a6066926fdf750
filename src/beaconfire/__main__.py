"""`python -m beaconfire` is the command itself."""

from beaconfire.cli import main

main()
