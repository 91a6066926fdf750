"""The engine: which units for which incidents, jointly, with the reasons."""
