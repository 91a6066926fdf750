"""The pure core of agency: state, transitions, refusals; no await, clock, random or I/O."""
