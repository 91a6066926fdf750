"""The pure core of situation: state, transitions, refusals; no await, clock, random or I/O."""
