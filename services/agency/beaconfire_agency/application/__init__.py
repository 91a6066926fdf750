"""Use cases of agency, one a file, and the ports they need."""
