"""How the world reaches dispatch: HTTP routes and reactions to facts."""
