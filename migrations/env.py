"""Alembic's entry: runs on the connection, and in the transaction, of meldpunt.server.store."""

from alembic import context

from meldpunt.server.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,
    render_as_batch=True,
)
context.run_migrations()
