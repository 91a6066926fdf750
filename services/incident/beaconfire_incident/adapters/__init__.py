"""What incident stores and speaks: PostgreSQL and foreign formats."""
