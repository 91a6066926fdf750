"""What dispatch stores and speaks: PostgreSQL and foreign formats."""
