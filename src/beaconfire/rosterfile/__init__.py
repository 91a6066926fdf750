"""Tables that offices keep, from files: rosters, and which agency answers for what."""
