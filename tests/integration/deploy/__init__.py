"""The runner with real processes: small programs for its rules, then everything that it starts."""
