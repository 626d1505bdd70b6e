"""The one name of SQLAlchemy that leaves the store: what use cases hand to store functions."""

from sqlalchemy import Connection as Transaction

__all__ = ["Transaction"]
