"""Faults under load in a whole deployment, and what must hold after them."""
