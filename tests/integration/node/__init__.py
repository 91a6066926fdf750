"""Tests of a whole node; a package, so that what they share ends with its last test."""
