"""The event log: one port, read past the transaction horizon, consumed exactly once in effect."""
