"""The pure core of incident: state, transitions, refusals; no await, clock, random or I/O."""
