"""Use cases of dispatch, one a file, and the ports they need."""
