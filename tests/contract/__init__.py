"""Tests of the wire and the described API; a package: what they share ends with its last test."""
