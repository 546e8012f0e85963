"""The SQL database: engine, tables, migrations. SQLite by default, PostgreSQL by ``DATABASE_URL``."""
