"""The pure core of dispatch: state, transitions, refusals; no await, clock, random or I/O."""
