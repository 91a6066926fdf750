"""What situation stores and speaks: PostgreSQL and foreign formats."""
