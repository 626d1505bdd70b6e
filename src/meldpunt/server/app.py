"""Puts a host together from its settings."""

import gc
import os
from typing import Final

from meldpunt.server.clock import TimeSource
from meldpunt.server.host import Host
from meldpunt.server.http.api import Api, make_api
from meldpunt.server.secrets import load_or_make_secrets
from meldpunt.server.settings import Settings
from meldpunt.server.store.blobs import open_blobs
from meldpunt.server.store.database.url import open_store

_NEW_OBJECTS: Final = 20_000
"""How many the collector waits for: a request makes few cycles, and each look costs the others."""


def open_host(settings: Settings, *, clock: TimeSource | None = None) -> Host:
    """Open the database and secrets that the settings name.

    Raises:
        SecretsError: The secrets file cannot be used.
        UnknownDatabaseError: The database URL is of no known kind.
    """
    return Host.open(
        settings,
        secrets=load_or_make_secrets(settings.secrets_file),
        clock=clock or TimeSource(),
        store=open_store(settings.database_url.get_secret_value()),
        blobs=open_blobs(settings),
    )


def create_app(settings: Settings, *, clock: TimeSource | None = None) -> Api:
    """Return the ASGI application of a host; its tables must be there (migrations/)."""
    return make_api(open_host(settings, clock=clock))


def create_app_from_environment() -> Api:
    """Return the ASGI application that the environment describes: what each worker runs."""
    api = create_app(Settings.from_environment(os.environ))
    gc.collect()
    gc.freeze()  # what is there now stays: the collector need not look at it again and again
    gc.set_threshold(_NEW_OBJECTS)
    return api
