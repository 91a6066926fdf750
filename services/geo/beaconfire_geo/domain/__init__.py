"""The pure core of geo: state, transitions, refusals; no await, clock, random or I/O."""
