"""How the world reaches situation: HTTP routes and reactions to facts."""
