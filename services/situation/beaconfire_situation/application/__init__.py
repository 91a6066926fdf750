"""Use cases of situation, one a file, and the ports they need."""
