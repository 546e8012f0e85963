"""The SQL database: engine, tables, migrations. SQLite, or PostgreSQL by ``DATABASE_URL``."""
