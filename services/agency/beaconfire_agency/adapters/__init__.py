"""What agency stores and speaks: PostgreSQL and foreign formats."""
