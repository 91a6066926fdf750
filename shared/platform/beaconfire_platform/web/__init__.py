"""The web edge: strict input, problems out, one door for commands; only it knows status codes."""
