"""A city that lives: callers, crews, grid workers and a dispatcher, by the public API only."""
