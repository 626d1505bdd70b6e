"""The database: SQLite or PostgreSQL, transactions, migrations, copying one into the other."""
