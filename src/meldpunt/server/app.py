"""Build a host, and its ASGI application, from settings."""

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
"""New objects after which Python's garbage collector runs.

The number is high, because a request makes few reference cycles and each run delays all requests.
"""


def open_host(settings: Settings, *, clock: TimeSource | None = None) -> Host:
    """Open the database, the secrets and the attachment store that the settings name.

    Raises:
        SecretsError: The host cannot use the secrets file.
        UnknownDatabaseError: The host does not know this kind of database URL.
    """
    return Host.open(
        settings,
        secrets=load_or_make_secrets(settings.secrets_file),
        clock=clock or TimeSource(),
        store=open_store(settings.database_url.get_secret_value()),
        blobs=open_blobs(settings),
    )


def create_app(settings: Settings, *, clock: TimeSource | None = None) -> Api:
    """Return the ASGI application of a host. The database must already have its tables."""
    return make_api(open_host(settings, clock=clock))


def create_app_from_environment() -> Api:
    """Return the ASGI application that the environment describes. Each worker calls this."""
    api = create_app(Settings.from_environment(os.environ))
    gc.collect()
    gc.freeze()  # these objects stay for ever, so the collector need not check them again
    gc.set_threshold(_NEW_OBJECTS)
    return api
