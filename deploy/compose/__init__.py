"""Runs docker-compose.yml without Docker: the same services as processes of this machine."""
