"""The demo city: its files, and how they become bodies, people, maps, stations and calls."""
