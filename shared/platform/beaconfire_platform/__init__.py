"""What every service stands on: event log, database, web edge, clock, access, telemetry."""
