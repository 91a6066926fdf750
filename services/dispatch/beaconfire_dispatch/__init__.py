"""Dispatch: who goes. Stations, units, recommendations, assignments, tasks."""
