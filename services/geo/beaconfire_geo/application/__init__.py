"""Use cases of geo, one a file, and the ports they need."""
