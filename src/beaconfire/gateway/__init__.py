"""What stands before the services when they run apart: which path goes where, and the files."""
