"""The only name of SQLAlchemy that leaves the store: use cases pass it to store functions."""

from sqlalchemy import Connection as Transaction

__all__ = ["Transaction"]
