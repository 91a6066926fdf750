"""Use cases of incident, one a file, and the ports they need."""
