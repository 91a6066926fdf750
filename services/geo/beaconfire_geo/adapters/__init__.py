"""What geo stores and speaks: PostgreSQL and foreign formats."""
