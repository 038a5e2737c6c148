"""Sets the product up as on a server, in the commit that lies in the current folder."""

from __future__ import annotations

import os

import django


def start() -> None:
    """Load everything a worker of the server loads, and settle its memory as the WSGI module does."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from django.conf import settings
    from django.utils.module_loading import import_string

    settings.DEBUG = False  # no query is kept in memory, templates are read once
    settings.ALLOWED_HOSTS = ["testserver"]
    settings.SECURE_SSL_REDIRECT = False
    import_string(settings.WSGI_APPLICATION)


def tidy() -> None:
    """What autovacuum does in an hour: measured writes are rolled back and leave their rows behind."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
