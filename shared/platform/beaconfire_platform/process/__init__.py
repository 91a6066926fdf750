"""Running a service or a node as one operating-system process: start, health, serving, end."""
