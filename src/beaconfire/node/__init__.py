"""The all-in-one node: one command, one port, one folder of data."""
