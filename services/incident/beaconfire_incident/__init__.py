"""Incident: what happened. Reports, incidents and their life, ownership, timeline."""
