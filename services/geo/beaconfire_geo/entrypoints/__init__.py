"""How the world reaches geo: HTTP routes and reactions to facts."""
