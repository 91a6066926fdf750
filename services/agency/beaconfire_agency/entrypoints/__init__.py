"""How the world reaches agency: HTTP routes and reactions to facts."""
