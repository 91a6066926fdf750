"""Agency: who may know. Bodies, people, roles, seats, sessions, tokens."""
