"""The runner of docker-compose.yml: what it reads, in which order, and what it changes."""
