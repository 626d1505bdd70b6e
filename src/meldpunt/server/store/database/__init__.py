"""The database: SQLite or PostgreSQL, its transactions, its migrations, and copies of it."""
