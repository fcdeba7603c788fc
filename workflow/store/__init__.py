"""PostgreSQL and only PostgreSQL: migrations, queries, the embedded server. No decision is made here."""
