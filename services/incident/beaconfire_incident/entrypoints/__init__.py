"""How the world reaches incident: HTTP routes and reactions to facts."""
