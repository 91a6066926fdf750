"""Builders, strategies, real servers for tests and conformance suites."""
